//! What an engine computes: for each sample point of a window its escape count, and beside it what is
//! asked for.

use std::ops::Range;

use crate::counts::TierCounts;
use crate::region::Window;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quantities {
    /// The smooth value: log₂ ln T - log₂ G, with the threshold for T, but at least 2.
    ///
    /// It is at least 0 and less than itermax, and itermax where the count is. It rises by 1 where the
    /// potential halves, and for c = 0 and T = 2 it is between the count and the next. (L. Vepstas,
    /// Renormalizing the Mandelbrot Escape, 1997.)
    ///
    /// In the precision `exact`, for a threshold of at least 2 and |c|, it is rounded to the nearest
    /// multiple of 1/4096, and proven as counts are: the same from every engine. Else it is k - log₂(ln|z| /
    /// ln T), and the count where the orbit does not come so far in itermax steps and some more.
    pub smooth: bool,
    /// The estimate |z| ln|z| / |dz/dz_0| of the distance from the set: the potential over its slope.
    ///
    /// It is 0 where the count is itermax or the orbit does not come so far. Near a set in one piece
    /// the true distance is at least half of it and at most twice (Koebe's one-quarter theorem; Y. Fisher
    /// in Peitgen and Saupe, The Science of Fractal Images, 1988, appendix D); near a straight filament it
    /// is just that. Between the pieces of a set of dust it can be too large.
    pub distance: bool,
}

impl Quantities {
    /// Nothing but counts.
    pub const NONE: Self = Self { smooth: false, distance: false };

    /// Whether anything is asked for beside counts.
    pub fn any(self) -> bool {
        self.smooth || self.distance
    }

    /// The size of the values of one sample point.
    pub fn bytes(self) -> u64 {
        4 + 8 * u64::from(self.smooth) + 8 * u64::from(self.distance)
    }
}

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
        self.distances.resize(if quantities.distance { points } else { 0 }, 0.0);
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

    /// Replaces the points from `start` on by those of `other`, which has the same quantities.
    pub fn put(&mut self, start: usize, other: &Self) {
        let range = start..start + other.counts.len();
        self.counts[range.clone()].copy_from_slice(&other.counts);
        if !other.smooth.is_empty() {
            self.smooth[range.clone()].copy_from_slice(&other.smooth);
        }
        if !other.distances.is_empty() {
            self.distances[range].copy_from_slice(&other.distances);
        }
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
    fn every_quantity_that_is_asked_for_is_moved() {
        for (smooth, distance) in [(false, false), (true, false), (false, true), (true, true)] {
            let quantities = Quantities { smooth, distance };
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
            let mut moved = values.clone();
            moved.put(1, &part);
            assert_eq!(moved.counts, [0, 2, 3, 4, 4, 5]);
            let mut all = moved.as_mut();
            let mut first = all.take_first(4);
            first.copy_from(&values, 0);
            assert_eq!((all.counts.len(), moved == values), (2, true), "{quantities:?}");
        }
    }
}
