//! Escape counts: a rectangle of them, their normalised value, and which tier decided them.

use std::fmt;
use std::ops::AddAssign;

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

/// How many pixels each tier of the precision `exact` decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TierCounts {
    /// By a kernel with a bound on the GPU.
    pub gpu: u64,
    /// By `f64` on the CPU with a bound.
    pub double: u64,
    /// By double-double on the CPU with a bound.
    pub double_double: u64,
    /// By fixed point, with enough bits.
    pub fixed_point: u64,
}

impl TierCounts {
    /// How many pixels each tier decided, with the tier's name, in their order.
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
