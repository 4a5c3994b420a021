//! The grid of sample points of a picture.
//!
//! This is the only place with the rule from pixel to sample point.

use std::sync::Arc;

use ndarray::Array2;
use num_complex::Complex64;

use crate::dyadic::{self, Point};
use crate::error::{Error, Result};
use crate::julia::Precision;
use crate::lattice::Lattice;
use crate::orbit::saved_orbit::SharedOrbit;
use crate::parameter::Parameter;
use crate::region::ComplexRegion;
use crate::view::View;
use crate::window::Window;

/// The longest side a picture can have, in pixels: PNG's own limit, 2³¹ - 1.
pub const MAX_SIDE: u32 = i32::MAX as u32;

/// The sample points of a picture: `width × height` pixels on the lattice of a region.
///
/// With `nx × ny` pixels on the whole region, pixel `(i, j)` samples the point `x_i + y_j·i`:
///
/// ```text
/// x_i = i / nx · (xright - xleft) + xleft
/// y_j = j / ny · (yright - yleft) + yleft
/// ```
///
/// in `f64`, evaluated from left to right. The point is the pixel's upper left corner.
///
/// The points of a [`View`] are exact instead, and its documentation defines them.
///
/// A grid can be a window into a larger one ([`window`](Self::window)); its points are then the
/// larger grid's own, bit for bit.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    points: Points,
    nx: u32,
    ny: u32,
    window: Window,
    given: Given,
}

/// The view that a grid was made for, if it was for one: the points tell whether two grids are the same.
#[derive(Clone, Debug, Default)]
struct Given(Option<Arc<View>>);

impl PartialEq for Given {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What the sample points are made of.
#[derive(Clone, Debug, PartialEq)]
enum Points {
    /// The bounds of the region.
    Region(ComplexRegion),
    /// A center and a pitch; and how many columns and rows each of its pixels has here.
    View(Arc<Lattice>, u32),
}

impl Grid {
    /// The grid with `nx = resolution` columns and `ny = round(nx · |Δy| / |Δx|)` rows.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a side would be 0 or over [`MAX_SIDE`].
    pub fn new(region: ComplexRegion, resolution: u32) -> Result<Self> {
        // Of the largest regions nx · |Δy| has no f64; a power of two less of both changes no row.
        let scale = if region.dy().abs() > 1e290 { 1.0 / (1u64 << 63) as f64 } else { 1.0 };
        let (dx, dy) = (region.dx().abs() * scale, region.dy().abs() * scale);
        let rows = (f64::from(resolution) * dy / dx).round();
        // The side before the rows: with resolution 0 both are wrong, and it is the reason.
        check_resolution(resolution)?;
        check_side(rows).map_err(|expected| {
            Error::invalid(
                Parameter::Resolution,
                resolution,
                if rows < 1e12 {
                    format!("the region's aspect makes it {rows} rows; {expected}")
                } else {
                    format!("the region's aspect makes it {rows:e} rows; {expected}")
                },
            )
        })?;
        Self::with_shape(region, resolution, rows as u32)
    }

    /// The grid with `nx` columns and `ny` rows, whatever the region's aspect.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a side is 0 or over [`MAX_SIDE`].
    pub fn with_shape(region: ComplexRegion, nx: u32, ny: u32) -> Result<Self> {
        check_shape(nx, ny)?;
        let window = Window { col: 0, row: 0, width: nx, height: ny };
        Ok(Self { points: Points::Region(region), nx, ny, window, given: Given::default() })
    }

    /// The grid on `view` with so many columns and rows of square pixels.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a side is 0 or over [`MAX_SIDE`].
    pub fn of_view(view: &View, columns: u32, rows: u32) -> Result<Self> {
        check_shape(columns, rows)?;
        let given = Given(Some(Arc::new(view.clone())));
        Ok(Self { given, ..Self::of_lattice(view.lattice(columns, rows)) })
    }

    /// The sample points of a lattice.
    pub(crate) fn of_lattice(lattice: Lattice) -> Self {
        let (nx, ny) = lattice.shape();
        let window = Window { col: 0, row: 0, width: nx, height: ny };
        let points = Points::View(Arc::new(lattice), 1);
        Self { points, nx, ny, window, given: Given::default() }
    }

    /// The view that it was made for; `None` if it is the grid of a region.
    pub fn given_view(&self) -> Option<&View> {
        self.given.0.as_deref()
    }

    /// The lattice of a view, and how many columns and rows each of its pixels has here; `None` if the grid
    /// is that of a region by its bounds.
    pub(crate) fn view(&self) -> Option<(&Arc<Lattice>, u32)> {
        match &self.points {
            Points::Region(_) => None,
            Points::View(lattice, factor) => Some((lattice, *factor)),
        }
    }

    /// Whether its columns and rows are not parallel to the axes, or other ways round: the view is rotated.
    pub fn is_rotated(&self) -> bool {
        self.view().is_some_and(|(lattice, _)| !lattice.rotation().is_none())
    }

    /// The same points, of which nothing has been worked out.
    #[cfg(feature = "cli")]
    pub(crate) fn afresh(&self) -> Self {
        let points = match &self.points {
            Points::Region(_) => self.points.clone(),
            Points::View(lattice, factor) => Points::View(lattice.afresh().into(), *factor),
        };
        Self { points, ..self.clone() }
    }

    /// The same points; those of a view along an orbit that it shares with others.
    pub(crate) fn along(&self, shared: &Arc<SharedOrbit>) -> Self {
        let points = match &self.points {
            Points::Region(_) => self.points.clone(),
            Points::View(lattice, factor) => Points::View(lattice.along(shared).into(), *factor),
        };
        Self { points, ..self.clone() }
    }

    /// What the indices of two columns of a view add up to whose points are each other's image through 0, exactly, and the
    /// same of rows, if there are such; `None` if it is the grid of a region.
    pub(crate) fn mirrored(&self) -> Option<[Option<i64>; 2]> {
        let (lattice, factor) = self.view()?;
        let [columns, rows] = lattice.mirrored(factor);
        let Window { col, row, .. } = self.window;
        let from = |first: u32| move |sum: i64| sum - 2 * i64::from(first);
        Some([columns.map(from(col)), rows.map(from(row))])
    }

    /// The real parts of the sample points, for `f64` arithmetic.
    pub(crate) fn xs(&self) -> Vec<f64> {
        (0..self.width()).map(|col| self.x(col)).collect()
    }

    /// The imaginary parts.
    pub(crate) fn ys(&self) -> Vec<f64> {
        (0..self.height()).map(|row| self.y(row)).collect()
    }

    /// What engines compute with along the real axis: the sample points of a region, the offsets of a view.
    pub(crate) fn columns(&self) -> Vec<f64> {
        let at = |col| match &self.points {
            Points::Region(_) => self.x(col),
            Points::View(lattice, factor) => lattice.offset_x(self.window.col + col, *factor),
        };
        (0..self.width()).map(at).collect()
    }

    /// The same along the imaginary axis.
    pub(crate) fn rows(&self) -> Vec<f64> {
        let at = |row| match &self.points {
            Points::Region(_) => self.y(row),
            Points::View(lattice, factor) => lattice.offset_y(self.window.row + row, *factor),
        };
        (0..self.height()).map(at).collect()
    }

    /// The part of this grid that `window` covers, on the same lattice.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a window without a pixel or one that reaches outside of this grid.
    pub fn window(&self, window: Window) -> Result<Self> {
        let Window { col, row, width, height } = window;
        for (name, start, length, limit) in [
            (Parameter::WindowWidth, col, width, self.window.width),
            (Parameter::WindowHeight, row, height, self.window.height),
        ] {
            if length == 0 {
                return Err(Error::invalid(name, length, "must be at least 1"));
            }
            if u64::from(start) + u64::from(length) > u64::from(limit) {
                return Err(Error::invalid(
                    name,
                    length,
                    format!("starting at {start} it reaches past the grid's {limit}"),
                ));
            }
        }
        let window =
            Window { col: self.window.col + col, row: self.window.row + row, width, height };
        Ok(Self { window, ..self.clone() })
    }

    /// The grid with `factor × factor` pixels in place of each, on the same region.
    ///
    /// Of those the upper left one has the pixel's own sample point, bit for bit. The real parts are
    /// those of the grid with `factor` times the resolution; and so are the imaginary parts, where
    /// rounding gives that one `factor` times the rows.
    ///
    /// # Errors
    /// [`Error::Invalid`] if `factor` is 0 or a side of the lattice would be over [`MAX_SIDE`].
    pub fn finer(&self, factor: u32) -> Result<Self> {
        let side = |side: u32| side.checked_mul(factor).filter(|&side| side <= MAX_SIDE);
        match (factor, side(self.nx), side(self.ny)) {
            (1.., Some(nx), Some(ny)) => {
                let points = match &self.points {
                    Points::View(lattice, own) => Points::View(Arc::clone(lattice), own * factor),
                    region @ Points::Region(_) => region.clone(),
                };
                let given = self.given.clone();
                Ok(Self { points, nx, ny, window: self.window.finer(factor), given })
            }
            _ => Err(Error::invalid(
                Parameter::Supersample,
                factor,
                format!(
                    "must be at least 1, and make the {} × {} pixels at most {MAX_SIDE} a side",
                    self.nx, self.ny
                ),
            )),
        }
    }

    /// The region that the whole lattice covers; for a view, as closely as `f64` can tell, and if it is rotated the one
    /// around it.
    pub fn region(&self) -> ComplexRegion {
        match &self.points {
            Points::Region(region) => *region,
            Points::View(lattice, _) => {
                let (columns, rows) = lattice.shape();
                let corners = [(0, 0), (columns, rows), (columns, 0), (0, rows)];
                // Of a picture that is not rotated the first two have all four bounds.
                let corners =
                    corners.map(|(col, row)| lattice.point(col, row, 1).map(|part| part.to_f64()));
                let bound = |k: usize, choose: fn(f64, f64) -> f64| {
                    corners.iter().map(|corner| corner[k]).fold(corners[0][k], choose)
                };
                let (xleft, xright) = (bound(0, f64::min), bound(0, f64::max));
                let (yleft, yright) = (bound(1, f64::max), bound(1, f64::min));
                ComplexRegion::nearest([xleft, xright, yleft, yright])
            }
        }
    }

    /// The lattice's own shape `(nx, ny)`, of which this grid can be a window.
    pub fn lattice(&self) -> (u32, u32) {
        (self.nx, self.ny)
    }

    /// Columns, in pixels.
    pub fn width(&self) -> u32 {
        self.window.width
    }

    /// Rows, in pixels.
    pub fn height(&self) -> u32 {
        self.window.height
    }

    /// How many pixels it has.
    pub fn pixels(&self) -> u64 {
        self.window.pixels()
    }

    /// The real part of the sample points in column `col`, counted from this grid's own left; if it
    /// [is rotated](Self::is_rotated), of the first row's.
    #[inline]
    pub fn x(&self, col: u32) -> f64 {
        let col = self.window.col + col;
        match &self.points {
            Points::Region(region) => {
                f64::from(col) / f64::from(self.nx) * region.dx() + region.bounds()[0]
            }
            Points::View(lattice, factor) => lattice.point(col, 0, *factor)[0].to_f64(),
        }
    }

    /// The imaginary part of the sample points in row `row`, counted from this grid's own top; if it
    /// [is rotated](Self::is_rotated), of the first column's.
    #[inline]
    pub fn y(&self, row: u32) -> f64 {
        let row = self.window.row + row;
        match &self.points {
            Points::Region(region) => {
                f64::from(row) / f64::from(self.ny) * region.dy() + region.bounds()[2]
            }
            Points::View(lattice, factor) => lattice.point(0, row, *factor)[1].to_f64(),
        }
    }

    /// Where the pixels end: left and right, above the first row and below the last; for a view, as closely as `f64`
    /// can tell.
    pub fn edges(&self) -> [f64; 4] {
        let (right, below) = (self.width(), self.height());
        let mut edges = [self.x(0), self.x(right), self.y(0), self.y(below)];
        if let Points::Region(region) = &self.points {
            // As they were given, without a rounding.
            let [_, xright, _, yright] = region.bounds();
            let Window { col, row, .. } = self.window;
            let is_last = [col + right == self.nx, row + below == self.ny];
            for (edge, bound, is_last) in [(1, xright, is_last[0]), (3, yright, is_last[1])] {
                if is_last {
                    edges[edge] = bound;
                }
            }
        }
        edges
    }

    /// The same, from the middle of the lattice: for a view of any depth that `f64` has numbers for. Those of a rotated view
    /// are along its own columns and rows.
    pub fn edges_from_middle(&self) -> [f64; 4] {
        let (x, y) = match &self.points {
            Points::Region(region) => {
                (region.dx() / f64::from(self.nx), region.dy() / f64::from(self.ny))
            }
            Points::View(lattice, factor) => {
                let pitch = lattice.pitch().value().to_f64() / f64::from(*factor);
                (pitch, -pitch)
            }
        };
        let at =
            |index: u32, side: u32, pixel: f64| (f64::from(index) - f64::from(side) / 2.0) * pixel;
        let Window { col, row, width, height } = self.window;
        [
            at(col, self.nx, x),
            at(col + width, self.nx, x),
            at(row, self.ny, y),
            at(row + height, self.ny, y),
        ]
    }

    /// The sample point of a pixel, exactly.
    pub(crate) fn point(&self, col: u32, row: u32) -> Point {
        match &self.points {
            Points::Region(_) => dyadic::point(self.x(col), self.y(row)),
            Points::View(lattice, factor) => {
                lattice.point(self.window.col + col, self.window.row + row, *factor)
            }
        }
    }

    /// Whether two columns, or two rows, side by side have the same sample points: then the view is so
    /// narrow for its place that `f64` has not enough numbers there, and the picture shows blocks.
    pub fn has_equal_neighbours(&self) -> bool {
        self.has_equal_neighbours_in(Precision::Double)
    }

    /// The same, of sample points rounded to the floats of a plain precision.
    pub(crate) fn has_equal_neighbours_in(&self, precision: Precision) -> bool {
        let round = |value: f64| match precision {
            Precision::Single => f64::from(value as f32),
            Precision::Double | Precision::Exact => value,
        };
        let next = |value: f64| match precision {
            Precision::Single => f64::from((value as f32).next_up()),
            Precision::Double | Precision::Exact => value.next_up(),
        };
        has_repeats(self.width(), |col| round(self.x(col)), next)
            || has_repeats(self.height(), |row| round(self.y(row)), next)
    }

    /// The width of a pixel: in the plane for a region, for a view in units of its pitch.
    pub fn pixel_width(&self) -> f64 {
        match &self.points {
            Points::Region(region) => region.dx().abs() / f64::from(self.nx),
            Points::View(_, factor) => 1.0 / f64::from(*factor),
        }
    }

    /// A zero for every pixel.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], if the system can tell.
    pub(crate) fn zeros<T: Clone + Default>(&self) -> Result<Vec<T>> {
        let bytes = u128::from(self.pixels()) * size_of::<T>() as u128;
        let length = usize::try_from(self.pixels()).map_err(|_| Error::OutOfMemory { bytes })?;
        Vec::<T>::new().try_reserve_exact(length).map_err(|_| Error::OutOfMemory { bytes })?;
        Ok(vec![T::default(); length])
    }

    /// Fills `points` with the sample points, column after column: shape `(nx, ny)` in C order.
    ///
    /// # Errors
    /// [`Error::Invalid`] if `points` has not exactly one element for each pixel.
    pub fn points_into(&self, points: &mut [Complex64]) -> Result<()> {
        if points.len() as u64 != self.pixels() {
            let expected = format!("must be {}, one for each pixel", self.pixels());
            return Err(Error::invalid(Parameter::ArrayLength, points.len(), expected));
        }
        if self.is_rotated() {
            for (col, column) in (0..).zip(points.chunks_mut(self.height() as usize)) {
                for (row, point) in (0..).zip(column) {
                    let [x, y] = self.point(col, row);
                    *point = Complex64::new(x.to_f64(), y.to_f64());
                }
            }
            return Ok(());
        }
        let ys: Vec<f64> = (0..self.height()).map(|row| self.y(row)).collect();
        for (col, column) in (0..).zip(points.chunks_mut(ys.len())) {
            let x = self.x(col);
            for (point, &y) in column.iter_mut().zip(&ys) {
                *point = Complex64::new(x, y);
            }
        }
        Ok(())
    }
}

impl ComplexRegion {
    /// The sample points, shape `(nx, ny)`: `[[i, j]]` is `x_i + y_j·i`, as [`Grid`] defines them.
    ///
    /// # Errors
    /// As [`Grid::new`], and [`Error::OutOfMemory`].
    pub fn build(&self, resolution: u32) -> Result<Array2<Complex64>> {
        let grid = Grid::new(*self, resolution)?;
        let mut points = grid.zeros()?;
        grid.points_into(&mut points)?;
        let shape = (grid.width() as usize, grid.height() as usize);
        Ok(Array2::from_shape_vec(shape, points).expect("one point for each pixel"))
    }
}

/// The sample point of a pixel of `grid`, exactly.
pub fn sample_point(grid: &Grid, col: u32, row: u32) -> Point {
    grid.point(col, row)
}

/// Whether two of `side` coordinates in a row are the same number.
///
/// They rise or fall evenly, except for rounding to the numbers near the larger end: if these are much
/// closer together than the coordinates, no two can be the same, and there is nothing to check.
///
/// `next` gives the number after another one that is not below 0.
fn has_repeats(side: u32, at: impl Fn(u32) -> f64, next: impl Fn(f64) -> f64) -> bool {
    let (first, last) = (at(0), at(side - 1));
    let largest = first.abs().max(last.abs());
    let spacing = (last - first).abs() / f64::from(side);
    spacing < 4.0 * (next(largest) - largest) && (1..side).any(|i| at(i) == at(i - 1))
}

/// Whether a picture can have this number of columns.
pub(crate) fn check_resolution(resolution: u32) -> Result<()> {
    check_side(f64::from(resolution))
        .map_err(|expected| Error::invalid(Parameter::Resolution, resolution, expected))
}

/// Whether a grid can have this shape.
fn check_shape(columns: u32, rows: u32) -> Result<()> {
    for (name, side) in [(Parameter::Columns, columns), (Parameter::Rows, rows)] {
        check_side(f64::from(side)).map_err(|expected| Error::invalid(name, side, expected))?;
    }
    Ok(())
}

fn check_side(side: f64) -> std::result::Result<(), String> {
    if (1.0..=f64::from(MAX_SIDE)).contains(&side) {
        Ok(())
    } else {
        Err(format!("a picture has 1 to {MAX_SIDE} pixels a side"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Number;

    fn region() -> ComplexRegion {
        ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap()
    }

    /// Each column had the real part of its first row, and each row the imaginary part of its first column.
    #[test]
    fn the_points_of_a_rotated_view_are_its_sample_points() {
        let number = |text: &str| -> Number { text.parse().unwrap() };
        let view = View::new(number("0.25"), number("-3"), number("8")).unwrap();
        let grid = Grid::of_view(&view.rotated(number("30")), 8, 4).unwrap();
        let mut points = vec![Complex64::default(); 32];
        grid.points_into(&mut points).unwrap();
        for (k, point) in (0..).zip(points) {
            let [x, y] = sample_point(&grid, k / 4, k % 4);
            assert_eq!(point, Complex64::new(x.to_f64(), y.to_f64()), "{k}");
        }
    }

    #[test]
    fn rows_are_rounded_half_away_from_zero() {
        let half = ComplexRegion::new(0.0, 2.0, 0.0, 1.0).unwrap();
        assert_eq!(Grid::new(half, 5).unwrap().height(), 3);
        assert_eq!(Grid::new(region(), 500).unwrap().height(), 313);
    }

    #[test]
    fn a_window_has_its_parents_points_bit_for_bit() {
        let parent = Grid::new(region(), 777).unwrap();
        let outer = Window { col: 13, row: 7, width: 500, height: 400 };
        let inner = Window { col: 100, row: 200, width: 3, height: 2 };
        let grid = parent.window(outer).unwrap().window(inner).unwrap();
        assert_eq!(grid.x(2).to_bits(), parent.x(13 + 100 + 2).to_bits());
        assert_eq!(grid.y(1).to_bits(), parent.y(7 + 200 + 1).to_bits());
    }

    #[test]
    fn a_finer_grid_has_the_points_of_the_coarser_and_of_the_larger_picture() {
        let coarse = Grid::new(region(), 96).unwrap();
        let window = Window { col: 13, row: 7, width: 50, height: 40 };
        for factor in 1..=4 {
            let larger = Grid::new(region(), 96 * factor).unwrap();
            assert_eq!(coarse.finer(factor).unwrap(), larger);
            let part = coarse.window(window).unwrap();
            let finer = part.finer(factor).unwrap();
            assert_eq!(finer.height(), 40 * factor);
            for i in 0..40 {
                assert_eq!(finer.x(i * factor).to_bits(), part.x(i).to_bits());
                assert_eq!(finer.y(i * factor).to_bits(), part.y(i).to_bits());
                assert_eq!(finer.y(i + 1).to_bits(), larger.y(7 * factor + i + 1).to_bits());
            }
        }
        assert!(coarse.finer(0).is_err());
        assert!(Grid::with_shape(region(), MAX_SIDE / 2, 3).unwrap().finer(3).is_err());
    }

    #[test]
    fn a_window_stays_inside() {
        let parent = Grid::new(region(), 10).unwrap();
        for (col, width) in [(0, 11), (10, 1), (u32::MAX, 1), (0, 0)] {
            let window = Window { col, row: 0, width, height: 1 };
            assert!(parent.window(window).is_err(), "{window:?}");
        }
    }

    #[test]
    fn an_array_larger_than_any_memory_is_an_error() {
        let square = ComplexRegion::new(0.0, 1.0, 0.0, 1.0).unwrap();
        assert!(matches!(square.build(MAX_SIDE), Err(Error::OutOfMemory { .. })));
    }

    #[test]
    fn impossible_sizes_are_refused() {
        assert!(Grid::new(region(), 0).is_err());
        assert!(Grid::new(region(), MAX_SIDE + 1).is_err());
        let flat = ComplexRegion::new(0.0, 1.0, 0.0, 1e-9).unwrap();
        assert!(Grid::new(flat, 100).is_err());
        let tall = ComplexRegion::new(0.0, 1e-300, 0.0, 1e300).unwrap();
        assert!(Grid::new(tall, 100).is_err());
    }

    /// nx · |Δy| was infinity there, and the region refused.
    #[test]
    fn the_largest_regions_have_rows() {
        for half in [1e289, 1e291, 1e306, 8.9e307] {
            let region = ComplexRegion::new(-half, half, -0.6 * half, 0.6 * half).unwrap();
            for resolution in [1, 8, 1000, MAX_SIDE] {
                let height = Grid::new(region, resolution).unwrap().height();
                assert_eq!(height, (f64::from(resolution) * 0.6).round() as u32);
            }
        }
        let flat = ComplexRegion::new(-1e306, 1e306, 0.0, 1e200).unwrap();
        assert!(Grid::new(flat, 100).is_err());
    }

    #[test]
    fn equal_neighbours_are_seen_wherever_they_are() {
        let at = |x: f64, width: f64, y: f64, height: f64, nx| {
            let region = ComplexRegion::new(x, x + width, y, y + height).unwrap();
            Grid::with_shape(region, nx, 30).unwrap()
        };
        let ulp = f64::EPSILON;
        assert!(!at(1.0, 100.0 * ulp, 0.0, 1e-300, 100).has_equal_neighbours());
        assert!(at(1.0, 99.0 * ulp, 0.0, 1e-300, 100).has_equal_neighbours());
        assert!(at(0.0, 1.0, 1.0, 29.0 * ulp, 100).has_equal_neighbours());
        // Only beyond 1, where the numbers are twice as far apart.
        let (left, width) = (1.0 - 50.0 * ulp, 100.0 * ulp);
        assert!(at(left, width, 0.0, 1.0, 110).has_equal_neighbours());
        assert!(!at(left, width, 0.0, 1.0, 90).has_equal_neighbours());
        let whole = at(left, width, 0.0, 1.0, 110);
        let window = Window { col: 0, row: 0, width: 50, height: 30 };
        assert!(!whole.window(window).unwrap().has_equal_neighbours());
        // One of each has no neighbour, and the largest region all numbers that it needs.
        let pixel = Window { width: 1, height: 1, ..window };
        assert!(!whole.window(pixel).unwrap().has_equal_neighbours());
        let largest = ComplexRegion::new(-8.9e307, 8.9e307, -8.9e307, 8.9e307).unwrap();
        assert!(!Grid::new(largest, 1000).unwrap().has_equal_neighbours());
        assert!(!Grid::with_shape(largest, MAX_SIDE, MAX_SIDE).unwrap().has_equal_neighbours());
    }
}
