//! Thresholds too far out for the bounds, by way of one that is nearer.

use crate::cpu::kernels::error_bound::LARGEST;
use crate::julia::Julia;

/// Up to here c is nothing beside the square of a nearer threshold, which is over 2⁵⁰.
const LARGEST_C: f64 = (1u64 << 40) as f64;
/// Below 1 by more than a nearer threshold and the squares from it may be off.
const DOWN: f64 = 1.0 - 1.0 / (1u64 << 40) as f64;

/// The map with a threshold whose 2^`steps`-th power is the original one, T.
///
/// From there every step squares, but for what is too little to matter; so an orbit that passes the
/// nearer threshold passes T just `steps` steps later. `docs/exactness.md` has the derivation.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearer {
    /// The map with the nearer threshold; the original one if that is near enough.
    pub julia: Julia,
    steps: u32,
}

impl Nearer {
    /// The threshold to follow orbits to instead of `julia`'s.
    pub fn new(julia: &Julia) -> Self {
        let (mut threshold, mut steps) = (julia.threshold(), 0);
        while threshold > LARGEST && julia.c().norm() <= LARGEST_C {
            threshold = threshold.sqrt();
            steps += 1;
        }
        Self { julia: julia.with_threshold(threshold), steps }
    }

    /// The threshold of `julia` itself.
    pub fn asked(julia: &Julia) -> Self {
        Self { julia: julia.clone(), steps: 0 }
    }

    /// Whether the asked threshold is the one that is followed.
    pub fn is_asked(&self) -> bool {
        self.steps == 0
    }

    /// The count for the original threshold, if `count` is proven for the nearer one; `None` for a
    /// sample point that may itself be beyond that, and so need fewer steps than the others.
    pub fn asked_count(&self, (x, y): (f64, f64), count: u32) -> Option<u32> {
        let is_near = count > 0 || x.hypot(y) < self.julia.threshold() * DOWN;
        is_near.then(|| count.saturating_add(self.steps).min(self.julia.itermax()))
    }
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;

    #[test]
    fn a_threshold_is_passed_so_many_steps_after_its_root() {
        let of = |c: f64, threshold: f64| {
            Nearer::new(&Julia::new(Complex64::new(c, 0.0), threshold, (0, 9)).unwrap())
        };
        assert!(of(0.1, 2.0).is_asked() && of(0.1, LARGEST).is_asked());
        // Nothing is known of how so large a c and the square add up.
        assert!(of(1e20, 1e300).is_asked());
        let nearer = of(0.1, 2f64.powi(400));
        assert_eq!(nearer.julia.threshold(), 2f64.powi(100));
        assert_eq!(nearer.asked_count((3.0, 4.0), 5), Some(7));
        assert_eq!(nearer.asked_count((3.0, 4.0), 8), Some(9));
        assert_eq!(nearer.asked_count((3.0, 4.0), 0), Some(2));
        assert_eq!(nearer.asked_count((1e40, 0.0), 0), None);
        assert_eq!(of(0.1, f64::MAX).steps, 4);
    }
}
