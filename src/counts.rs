//! Escape counts: a rectangle of them, their normalised value, and what is smooth beside them.

use std::fmt;
use std::ops::AddAssign;

use crate::region::Window;

/// A rectangle of escape counts, row-major: `data[row · width + col]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Columns, in pixels.
    pub width: u32,
    /// Rows, in pixels.
    pub height: u32,
    /// One count per pixel, row by row; `width · height` of them.
    pub data: Vec<u32>,
}

/// The value in `[0, 1]` of a count: `(max(count, itermin) - itermin) / (itermax - itermin)`.
#[inline]
pub fn normalised(count: u32, itermin: u32, itermax: u32) -> f64 {
    f64::from(count.max(itermin) - itermin) / f64::from(itermax - itermin)
}

/// A point's escape, as real numbers.
///
/// They are about the potential G = lim 2⁻ᵏ ln|z_k| of the point, which is smooth outside of the set:
/// once |z_k| is large, 2⁻ᵏ ln|z_k| hardly changes any more. So the orbit is followed to `z`, the first of
/// z_1, z_2, … that is 65536·√max(|c|, 1) or more from 0; k is its index. That is done in plain `f64`, and
/// again in double-double (about 106 bits) where the roundings may amount to a point more than a
/// quarter of a pixel away. In the precision `exact` the orbit has the point's count: where it has another in `f64`,
/// it is followed in double-double, and then in fixed point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Escape {
    /// The smooth value: k - log₂(ln|z| / ln T), with the threshold for T, but at least 2.
    ///
    /// It is at least 0 and less than itermax; itermax where the count is; and the count where the orbit
    /// does not come so far in itermax steps and some more. It rises by 1 where the potential halves,
    /// and for c = 0 and T = 2 it is between the count and the next. (L. Vepstas, Renormalizing the
    /// Mandelbrot Escape, 1997.)
    pub value: f64,
    /// The estimate |z| ln|z| / |dz/dz_0| of the distance from the set: the potential over its slope.
    ///
    /// It is 0 where the count is itermax or the orbit does not come so far. Near a set in one piece
    /// the true distance is at least half of it and at most twice (Koebe's one-quarter theorem; Y. Fisher
    /// in Peitgen and Saupe, The Science of Fractal Images, 1988, appendix D); near a straight filament it
    /// is just that. Between the pieces of a set of dust it can be too large.
    pub distance: f64,
}

/// The counts of one window of a job, as an engine hands them over.
#[derive(Clone, Debug)]
pub struct Band {
    /// Where the counts lie in the job's grid.
    pub window: Window,
    /// One count per pixel, row by row.
    pub counts: Vec<u32>,
    /// Which tier decided them, in the precision `exact`.
    pub tier_counts: TierCounts,
}

/// How many pixels each tier of the precision `exact` decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TierCounts {
    /// By a kernel with a bound on the GPU.
    pub gpu: u64,
    /// By `f64` on the CPU with a bound.
    pub double: u64,
    /// By double-double on the CPU with a bound.
    pub double_double: u64,
    /// By fixed point of as many bits as it took.
    pub fixed_point: u64,
}

impl TierCounts {
    /// How many pixels each tier decided, with the tier's name, in the order in which they take turns.
    pub fn tiers(&self) -> [(&'static str, u64); 4] {
        [
            ("the GPU", self.gpu),
            ("64-bit floats", self.double),
            ("double-double", self.double_double),
            ("fixed point", self.fixed_point),
        ]
    }
}

impl fmt::Display for TierCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tiers = self.tiers().map(|(name, pixels)| format!("{pixels} by {name}"));
        f.write_str(&tiers.join(", "))
    }
}

impl AddAssign for TierCounts {
    fn add_assign(&mut self, other: Self) {
        self.gpu += other.gpu;
        self.double += other.double;
        self.double_double += other.double_double;
        self.fixed_point += other.fixed_point;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalised_is_clamped_below() {
        assert_eq!(normalised(3, 5, 80), 0.0);
        assert_eq!(normalised(5, 5, 80), 0.0);
        assert_eq!(normalised(80, 5, 80), 1.0);
        assert_eq!(normalised(6, 5, 80), 1.0 / 75.0);
    }
}
