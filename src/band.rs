//! What an engine computes: for each sample point of a window its escape count, and beside it what is
//! asked for.

use std::ops::Range;

use crate::counts::TierCounts;
use crate::window::Window;

/// The smooth value of a point that escapes: at least 0 and less than itermax, as `f32` too, which files
/// have.
pub fn limited(value: f64, itermax: u32) -> f64 {
    value.max(0.0).min(f64::from((itermax as f32).next_down()))
}

/// What an engine computes of each sample point beside its escape count.
///
/// Both are about the potential G = lim 2⁻ᵏ ln|z_k| of the point, which is smooth outside of the set: once
/// |z_k| is large, 2⁻ᵏ ln|z_k| hardly changes any more.
///
/// If they are not proven, the orbit is followed to `z`, the first of z_1, z_2, … that is
/// 65536·√max(|c|, 1) or more from 0; k is its index. That is done in plain `f64`, and again in
/// double-double (about 106 bits) if the roundings may amount to a point more than a quarter of a
/// pixel away. In the precision `exact` the orbit has the point's count: where it has another in `f64`,
/// it is followed in double-double, and then in fixed point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quantities {
    /// The smooth value: log₂ ln T - log₂ G, with the threshold for T, but at least 2.
    ///
    /// It is at least 0 and less than itermax, and itermax where the count is. It rises by 1 where the
    /// potential halves, and for c = 0 and T = 2 it is between the count and the next. (L. Vepstas,
    /// Renormalizing the Mandelbrot Escape, 1997.)
    ///
    /// In the precision `exact`, for a threshold of at least 2 and |c|, it is rounded to the nearest
    /// multiple of 1 / [`PARTS`], and proven as counts are: the same from every engine. Else it is k - log₂(ln|z| /
    /// ln T), and the count where the orbit does not come so far in itermax steps and some more.
    pub smooth: bool,
    /// The estimate |z| ln|z| / |dz/dz_0| of the distance from the set: the potential over its slope.
    ///
    /// It is 0 where the count is itermax or the orbit does not come so far. Near a set in one piece
    /// the true distance is at least half of it and at most twice (Koebe's one-quarter theorem; Y. Fisher
    /// in Peitgen and Saupe, The Science of Fractal Images, 1988, appendix D); near a straight filament it
    /// is just that. Between the pieces of a set of dust it can be too large.
    ///
    /// From this many pixels on it may be infinite instead: a picture does not draw so far from the set.
    pub distance: Option<f64>,
}

impl Quantities {
    /// Nothing but counts.
    pub const NONE: Self = Self { smooth: false, distance: None };

    /// Every distance, however large.
    pub const EVERY_DISTANCE: Option<f64> = Some(f64::INFINITY);

    /// Whether anything is asked for beside counts.
    pub fn any(self) -> bool {
        self.smooth || self.distance.is_some()
    }

    /// The size of the values of one sample point.
    pub fn bytes(self) -> u64 {
        4 + 8 * u64::from(self.smooth) + 8 * u64::from(self.distance.is_some())
    }
}

/// A proven smooth value is a whole number of this part of an iteration.
pub const PARTS: f64 = 4096.0;

/// The values of sample points, in one order; a quantity that is not asked for has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// Escape counts.
    pub counts: Vec<u32>,
    /// See [`Quantities::smooth`].
    pub smooth: Vec<f64>,
    /// See [`Quantities::distance`].
    pub distances: Vec<f64>,
}

impl Values {
    /// Sets the number of sample points; what their values are then is not specified.
    pub fn resize(&mut self, points: usize, quantities: Quantities) {
        self.counts.resize(points, 0);
        self.smooth.resize(if quantities.smooth { points } else { 0 }, 0.0);
        self.distances.resize(if quantities.distance.is_some() { points } else { 0 }, 0.0);
    }

    /// Removes all points, and keeps the memory.
    pub fn clear(&mut self) {
        self.resize(0, Quantities::NONE);
    }

    /// Appends the points `range` of `other`, which has the same quantities.
    pub fn extend(&mut self, other: &Self, range: Range<usize>) {
        self.counts.extend_from_slice(&other.counts[range.clone()]);
        self.smooth.extend(other.smooth.get(range.clone()).unwrap_or_default());
        self.distances.extend(other.distances.get(range).unwrap_or_default());
    }

    /// The points with these indices.
    pub fn selected(&self, indices: &[u32]) -> Self {
        fn select<T: Copy>(values: &[T], indices: &[u32]) -> Vec<T> {
            let indices = if values.is_empty() { &[] } else { indices };
            indices.iter().map(|&k| values[k as usize]).collect()
        }
        Self {
            counts: select(&self.counts, indices),
            smooth: select(&self.smooth, indices),
            distances: select(&self.distances, indices),
        }
    }

    /// Replaces the points with these indices by those of `selected`, which has the same quantities.
    pub fn put_selected(&mut self, indices: &[u32], selected: &Self) {
        fn put<T: Copy>(values: &mut [T], indices: &[u32], selected: &[T]) {
            for (&k, &value) in indices.iter().zip(selected) {
                values[k as usize] = value;
            }
        }
        put(&mut self.counts, indices, &selected.counts);
        put(&mut self.smooth, indices, &selected.smooth);
        put(&mut self.distances, indices, &selected.distances);
    }

    /// All of them, to be filled.
    pub fn as_mut(&mut self) -> ValuesMut<'_> {
        ValuesMut {
            counts: &mut self.counts,
            smooth: &mut self.smooth,
            distances: &mut self.distances,
        }
    }
}

/// Values to be filled, somewhere in [`Values`].
#[derive(Debug, Default)]
pub struct ValuesMut<'a> {
    /// Escape counts.
    pub counts: &'a mut [u32],
    /// See [`Quantities::smooth`].
    pub smooth: &'a mut [f64],
    /// See [`Quantities::distance`].
    pub distances: &'a mut [f64],
}

impl<'a> ValuesMut<'a> {
    /// The same values, for a shorter time.
    pub fn reborrow(&mut self) -> ValuesMut<'_> {
        ValuesMut { counts: self.counts, smooth: self.smooth, distances: self.distances }
    }

    /// Takes the first `points` of them; all, if there are fewer.
    pub fn take_first(&mut self, points: usize) -> Self {
        fn first<'a, T>(values: &mut &'a mut [T], points: usize) -> &'a mut [T] {
            values.split_off_mut(..points.min(values.len())).unwrap_or_default()
        }
        Self {
            counts: first(&mut self.counts, points),
            smooth: first(&mut self.smooth, points),
            distances: first(&mut self.distances, points),
        }
    }

    /// Fills them with as many points from `start` on in `values`, which has the same quantities.
    pub fn copy_from(&mut self, values: &Values, start: usize) {
        let range = start..start + self.counts.len();
        self.counts.copy_from_slice(&values.counts[range.clone()]);
        if !self.smooth.is_empty() {
            self.smooth.copy_from_slice(&values.smooth[range.clone()]);
        }
        if !self.distances.is_empty() {
            self.distances.copy_from_slice(&values.distances[range]);
        }
    }
}

/// Those sample points of a window that are in marked cells, squares of `factor` × `factor` points each.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    factor: usize,
    /// Cells in a row of the window.
    columns: usize,
    marked: &'a [u8],
    /// Where the first column and row of points are in the window.
    left: usize,
    top: usize,
}

impl<'a> Cells<'a> {
    /// The cells of `window`, whose width and height are multiples of `factor`; `marked` has one element
    /// for each of them, row by row: 1 for those that are, and 0. (Bytes are searched faster than `bool`.)
    pub fn new(window: Window, factor: u32, marked: &'a [u8]) -> Self {
        let columns = (window.width / factor) as usize;
        Self { factor: factor as usize, columns, marked, left: 0, top: 0 }
    }

    /// The same cells, for points that are counted from another one on.
    pub fn from(self, left: usize, top: usize) -> Self {
        Self { left: self.left + left, top: self.top + top, ..self }
    }

    /// Whether a point is in a marked cell.
    pub fn has(&self, col: usize, row: usize) -> bool {
        let (col, row) = ((self.left + col) / self.factor, (self.top + row) / self.factor);
        self.marked[row * self.columns + col] == 1
    }

    /// Whether each of these points of a row is.
    pub fn in_row(&self, row: usize, cols: &Range<usize>) -> impl Iterator<Item = bool> + use<'_> {
        let first = (self.top + row) / self.factor * self.columns;
        let (mut cell, mut left) = (
            first + (self.left + cols.start) / self.factor,
            self.factor - (self.left + cols.start) % self.factor,
        );
        cols.clone().map(move |_| {
            let marked = self.marked[cell] == 1;
            left -= 1;
            if left == 0 {
                (cell, left) = (cell + 1, self.factor);
            }
            marked
        })
    }

    /// How many of these points are.
    pub fn count(&self, cols: &Range<usize>, rows: &Range<usize>) -> usize {
        let mut count = 0;
        for row in self.cells(self.top, rows) {
            let marked = &self.marked[row * self.columns..];
            let columns = self.cells(self.left, cols);
            if !marked[columns.clone()].contains(&1) {
                continue;
            }
            let height = self.shared(row, self.top, rows);
            let widths = columns.filter(|&col| marked[col] == 1);
            count += height * widths.map(|col| self.shared(col, self.left, cols)).sum::<usize>();
        }
        count
    }

    /// The columns or rows of cells that have some of these points.
    fn cells(&self, first: usize, range: &Range<usize>) -> Range<usize> {
        (first + range.start) / self.factor..(first + range.end).div_ceil(self.factor)
    }

    /// How many of these points are in a column or row of cells.
    fn shared(&self, cell: usize, first: usize, range: &Range<usize>) -> usize {
        let start = (cell * self.factor).max(first + range.start);
        ((cell + 1) * self.factor).min(first + range.end) - start
    }

    /// Whether any of these points is.
    pub fn any(&self, cols: &Range<usize>, rows: &Range<usize>) -> bool {
        let (cols, mut rows) = (self.cells(self.left, cols), self.cells(self.top, rows));
        rows.any(|row| self.marked[row * self.columns..][cols.clone()].contains(&1))
    }
}

/// The values of one window of a job, as an engine hands them over.
#[derive(Clone, Debug, Default)]
pub struct Band {
    /// Where the sample points lie in the job's grid.
    pub window: Window,
    /// One value of each quantity for each sample point, row by row.
    pub values: Values,
    /// Which tier decided them, in the precision `exact`.
    pub tier_counts: TierCounts,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_its_points_and_no_others() {
        let window = Window { col: 6, row: 9, width: 12, height: 6 };
        for marked in 0..8 {
            let all: Vec<u8> = (0..8).map(|k| u8::from(k == marked)).collect();
            let cells = Cells::new(window, 3, &all);
            for (left, top) in [(0, 0), (2, 1), (5, 4)] {
                let cells = cells.from(left, top);
                let mut some = 0;
                for (col, row) in
                    (0..12 - left).flat_map(|col| (0..6 - top).map(move |row| (col, row)))
                {
                    let there = (top + row) / 3 * 4 + (left + col) / 3 == marked;
                    assert_eq!(cells.has(col, row), there);
                    assert_eq!(cells.in_row(row, &(col..12 - left)).next(), Some(there));
                    assert_eq!(cells.any(&(col..col + 1), &(row..row + 1)), there);
                    some += usize::from(there);
                }
                let (cols, rows) = (0..12 - left, 0..6 - top);
                assert_eq!((cells.any(&cols, &rows), cells.count(&cols, &rows)), (some > 0, some));
            }
        }
    }

    #[test]
    fn every_quantity_that_is_asked_for_is_moved() {
        for (smooth, distance) in [(false, false), (true, false), (false, true), (true, true)] {
            let some = distance.then_some(f64::INFINITY);
            let quantities = Quantities { smooth, distance: some };
            let mut values = Values::default();
            values.resize(6, quantities);
            for k in 0..6 {
                values.counts[k] = k as u32;
                if smooth {
                    values.smooth[k] = k as f64 + 0.5;
                }
                if distance {
                    values.distances[k] = k as f64 + 0.25;
                }
            }
            let mut part = Values::default();
            part.extend(&values, 2..5);
            assert_eq!(part.counts, [2, 3, 4]);
            assert_eq!(part.smooth.len(), 3 * usize::from(smooth));
            let (indices, mut moved) = ([5, 0, 2], values.clone());
            moved.put_selected(&[0, 2, 3], &values.selected(&indices));
            assert_eq!(moved.counts, [5, 1, 0, 2, 4, 5]);
            assert_eq!(values.selected(&indices).smooth.len(), 3 * usize::from(smooth));
            let mut all = moved.as_mut();
            let mut first = all.take_first(4);
            first.copy_from(&values, 0);
            assert_eq!((all.counts.len(), moved == values), (2, true), "{quantities:?}");
        }
    }
}
