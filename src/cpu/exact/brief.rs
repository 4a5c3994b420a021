//! Thresholds so near 0 that c alone decides after an orbit's first step.

use crate::cpu::kernels::error_bound::LARGEST;
use crate::julia::Julia;

/// Far more than the rounding of |c| and the square of such a threshold beside it.
const ROOM: f64 = 1.0 / (1u64 << 40) as f64;

/// What fixed point follows.
///
/// From |z| < T ≤ 2⁻¹⁰⁰ the next step leads to c, but for T² ≤ 2⁻¹⁰⁰T. So where |c| is not just T, an orbit
/// that the first step leaves below T is over in the second, or never.
#[derive(Clone, Debug, PartialEq)]
pub struct Brief {
    /// The map, with the steps that have to be taken.
    pub julia: Julia,
    /// The count of an orbit that these leave below the threshold.
    pub survivors: u32,
}

impl Brief {
    /// The steps of `julia` that have to be taken.
    pub fn new(julia: &Julia) -> Self {
        let (threshold, c) = (julia.threshold(), julia.c().norm());
        let itermax = julia.itermax();
        let is_near = (1e-300..=1.0 / LARGEST).contains(&threshold);
        if is_near && c <= threshold * (1.0 - ROOM) {
            Self { julia: julia.with_itermax(1), survivors: itermax }
        } else if is_near && c >= threshold * (1.0 + ROOM) {
            Self { julia: julia.with_itermax(1), survivors: 1 }
        } else {
            Self { julia: julia.clone(), survivors: itermax }
        }
    }

    /// The count that was asked for, if `count` is that of the steps taken.
    pub fn asked_count(&self, count: u32) -> u32 {
        if count < self.julia.itermax() { count } else { self.survivors }
    }
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;

    #[test]
    fn after_the_first_step_c_decides() {
        let of = |c: f64, threshold: f64| {
            Brief::new(&Julia::new(Complex64::new(c, 0.0), threshold, (0, 99)).unwrap())
        };
        for (c, threshold, steps, survivors) in [
            (0.0, 1e-40, 1, 99),
            (1e-41, 1e-40, 1, 99),
            (1e-39, 1e-40, 1, 1),
            (2.0, 1e-300, 1, 1),
            // Too near to tell.
            (1e-40, 1e-40, 99, 99),
            (0.0, 1e-320, 99, 99),
            // The bounds are for these.
            (0.0, 1e-20, 99, 99),
        ] {
            let brief = of(c, threshold);
            assert_eq!((brief.julia.itermax(), brief.survivors), (steps, survivors));
            assert_eq!(brief.asked_count(0), 0);
            assert_eq!(brief.asked_count(steps), survivors);
        }
    }
}
