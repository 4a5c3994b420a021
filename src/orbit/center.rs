//! The orbit of a view's center: each of its points rounded, but with an exponent of its own, and how far it is from
//! the threshold.

use std::sync::Arc;

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use super::beside::Beside;
use super::double_double::LongComplex;
use super::saved_orbit::{SavedOrbit, Walk};
pub use super::scaled::{Scaled, scale};
use super::scaled::{excess, leading, long};
use crate::dyadic::{Dyadic, Point};
use crate::julia::Julia;

/// A difference of two squares that is at least this part of their sum is known from double-double, in which both are
/// good to 2⁻⁹⁶.
const FAR: f64 = 1.0 / (1u64 << 40) as f64;

/// Where the orbit is after some steps.
#[derive(Clone, Copy, Debug)]
pub struct CenterPoint {
    /// The point: the larger of its parts is between 1/2 and 1, or both are 0. It is off by at most
    /// 2⁻¹⁰³ and `error`.
    pub z: Scaled<LongComplex>,
    /// Bounds the error of the orbit itself.
    pub error: Scaled<f64>,
    /// |z|² - T², to within 2⁻⁵² of itself, and what the orbit's error makes of it.
    pub excess: Scaled<f64>,
}

/// The leading bits of where it is.
#[derive(Clone, Debug)]
pub struct CenterBits {
    /// Its parts, in units of 2^-bits.
    pub z: [IBig; 2],
    /// Bits after the point.
    pub bits: i64,
    /// Bounds the error of the orbit itself.
    pub error: Scaled<f64>,
}

/// The center on its way.
pub struct Center {
    walk: Walk,
    beside: Option<Beside>,
    threshold: f64,
}

impl Center {
    /// At `center`, along an orbit that begins there or near it.
    pub fn new(julia: &Julia, orbit: &Arc<SavedOrbit>, center: &Point) -> Self {
        let beside = Beside::new(orbit.start(), center);
        Self { walk: orbit.walk(), beside, threshold: julia.threshold() }
    }

    /// Takes a step.
    pub fn step(&mut self) {
        self.beside = self.beside.as_ref().map(|beside| beside.next(self.walk.point()));
        self.walk.step();
    }

    /// Where it is, by its leading bits.
    pub fn leading(&self) -> CenterBits {
        let point = self.walk.point();
        let (bits, error) = (point.bits, point.error);
        match &self.beside {
            None => CenterBits { z: point.z.clone(), bits, error },
            Some(beside) => {
                let off = beside.in_units(-bits);
                let length = |z: &[IBig; 2]| z[0].bit_len().max(z[1].bit_len());
                let before = length(&point.z);
                let z = [&point.z[0] + &off[0], &point.z[1] + &off[1]];
                let error = error.plus(beside.error());
                // What both lost is nothing, unless they are each other's negative.
                let lost = Scaled { mantissa: 4.0, exponent: -bits };
                let is_cancelled = length(&z) + CANCELLED < before;
                let error = if is_cancelled { error.plus(lost) } else { error };
                CenterBits { z, bits, error }
            }
        }
    }

    /// Where it is.
    pub fn point(&self) -> CenterPoint {
        let CenterBits { z, bits, error } = self.leading();
        let z = long(z.each_ref(), bits);
        let excess = excess(z, self.threshold, FAR).unwrap_or_else(|| {
            let excess = self.near_excess();
            let (excess, exponent) = excess.parts();
            let length = excess.bit_len();
            let mantissa = leading(excess, length).high;
            Scaled { mantissa, exponent: length as i64 + exponent }
        });
        CenterPoint { z, error, excess }
    }

    /// |z|² - T² by all bits that are kept.
    fn near_excess(&self) -> Dyadic {
        let point = self.walk.point();
        let part = |k: usize| Dyadic::new(point.z[k].clone(), -point.bits);
        let [x, y] = [part(0), part(1)];
        let own = match &point.excess {
            Some((excess, exponent)) => Dyadic::new(excess.clone(), *exponent),
            None => &(&x.square() + &y.square()) - &Dyadic::from(self.threshold).square(),
        };
        let Some(beside) = &self.beside else { return own };
        // |R + D|² is |R|² + (2R + D)·D, of vectors.
        let [dx, dy] = beside.parts();
        let two = Dyadic::from(2.0);
        let along = &(&(&(&two * &x) + &dx) * &dx) + &(&(&(&two * &y) + &dy) * &dy);
        &own + &along
    }
}

/// A sum that has so many bits less than what it is the sum of has lost too many.
const CANCELLED: usize = 100;

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::dyadic::point;

    /// However near the point is to the threshold, and however large both are.
    #[test]
    fn the_excess_is_good_to_its_last_bits() {
        let (mut far, mut near) = (0, 0);
        for threshold in [2.0, 0.3, 1.5e-200, 3e200] {
            let julia = Julia::new(Complex64::I, threshold, (0, 9)).unwrap();
            for bit in 0..400 {
                for sign in [1.0, -1.0] {
                    // 0.6² + 0.8² is 1, but for roundings; then some more or less.
                    let off = &Dyadic::from(threshold) * &Dyadic::new(IBig::from(1), -bit);
                    let [x, y] = point(0.6 * threshold, 0.8 * threshold);
                    let z = [&x + &(&off * &Dyadic::from(sign)), y];
                    let orbit = Arc::new(SavedOrbit::new(&julia, &z, 2400));
                    let orbit = Center::new(&julia, &orbit, &z);
                    let (norm, square) =
                        (&z[0].square() + &z[1].square(), Dyadic::from(threshold).square());
                    let truth = &norm - &square;
                    let Scaled { mantissa, exponent } = orbit.point().excess;
                    let found = &Dyadic::from(mantissa) * &Dyadic::new(IBig::from(1), exponent);
                    let most = &truth.abs() * &Dyadic::from(f64::EPSILON);
                    assert!((&found - &truth).abs() <= most, "{threshold} 2^-{bit}");
                    let by_leading = excess(orbit.point().z, threshold, FAR).is_some();
                    if by_leading { far += 1 } else { near += 1 }
                }
            }
        }
        assert!(far > 100 && near > 100, "{far} {near}");
    }
}
