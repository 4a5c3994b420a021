//! The orbit of a view's center, in fixed point: each of its points rounded, but with an exponent of its
//! own, and how far it is from the threshold.

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use super::double_double::{DoubleDouble, LongComplex};
use super::fixed_point::{Orbit, least_bits};
use crate::dyadic::Point;
use crate::julia::Julia;

/// A difference of two squares that is at least this part of their sum is known from double-double, in which both are
/// good to 2⁻⁹⁷.
const FAR: f64 = 1.0 / (1u64 << 40) as f64;

/// Bits of a number that a [`DoubleDouble`] is made of.
const LEADING: usize = 120;

/// `mantissa · 2^exponent`: a number far beyond the range of `f64`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scaled<T> {
    /// Of moderate size.
    pub mantissa: T,
    /// Any.
    pub exponent: i64,
}

impl Scaled<f64> {
    /// The number in units of 2^`exponent`: 0 or infinite if it has no `f64` there.
    pub fn in_units(self, exponent: i64) -> f64 {
        scale(self.mantissa, self.exponent - exponent)
    }

    /// A number that is at least as large as this one, which is not negative, in units of 2^`exponent`; and
    /// not 0.
    pub fn bound_in_units(self, exponent: i64) -> f64 {
        self.in_units(exponent) * (1.0 + 1e-12) + f64::MIN_POSITIVE
    }
}

/// `value · 2^exponent`.
pub fn scale(value: f64, exponent: i64) -> f64 {
    libm::scalbn(value, exponent.clamp(-5000, 5000) as i32)
}

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

/// The center on its way.
pub struct CenterOrbit {
    orbit: Orbit,
    threshold: f64,
}

impl CenterOrbit {
    /// Starts at `center`, with `bits` bits after the point or more.
    pub fn new(julia: &Julia, center: &Point, bits: usize) -> Self {
        let orbit = Orbit::new(julia, center, bits.max(least_bits(julia)));
        Self { orbit, threshold: julia.threshold() }
    }

    /// The orbit itself.
    pub fn orbit(&self) -> &Orbit {
        &self.orbit
    }

    /// Takes a step.
    pub fn step(&mut self) {
        self.orbit.step();
    }

    /// Where it is.
    pub fn point(&self) -> CenterPoint {
        let Orbit { bits, re, im, error, .. } = &self.orbit;
        let bits = *bits as i64;
        let length = re.bit_len().max(im.bit_len());
        let z = LongComplex { re: leading(re, length), im: leading(im, length) };
        let z = Scaled { mantissa: z, exponent: length as i64 - bits };
        let error = if error.is_zero() {
            Scaled::default()
        } else {
            Scaled { mantissa: 1.0, exponent: error.bit_len() as i64 - bits }
        };
        let excess = excess(z, self.threshold).unwrap_or_else(|| {
            let excess = self.orbit.excess();
            let length = excess.bit_len();
            let mantissa = leading(&excess, length).high;
            Scaled { mantissa, exponent: length as i64 - 2 * bits }
        });
        CenterPoint { z, error, excess }
    }
}

/// |z|² - T² to within 2⁻⁵² of itself, if so few bits have that: if z is not next to the threshold.
fn excess(z: Scaled<LongComplex>, threshold: f64) -> Option<Scaled<f64>> {
    let square = |a: DoubleDouble| a * a;
    let norm = square(z.mantissa.re) + square(z.mantissa.im);
    let of_threshold = libm::ilogb(threshold);
    let high = libm::scalbn(threshold, -of_threshold);
    let threshold = square(DoubleDouble { high, low: 0.0 });
    // In units of the larger of the two powers.
    let (of_norm, of_threshold) = (2 * z.exponent, 2 * i64::from(of_threshold));
    let exponent = of_norm.max(of_threshold);
    let norm = norm.scaled(scale(1.0, of_norm - exponent));
    let threshold = threshold.scaled(scale(-1.0, of_threshold - exponent));
    let mantissa = (norm + threshold).high;
    let is_far = mantissa.abs() >= FAR * (norm.high - threshold.high);
    is_far.then_some(Scaled { mantissa, exponent })
}

/// `value / 2^length`, which is less than 1.
fn leading(value: &IBig, length: usize) -> DoubleDouble {
    let (shifted, bits) = if length > LEADING {
        (value >> (length - LEADING), LEADING)
    } else {
        (value.clone(), length)
    };
    let whole = i128::try_from(shifted).expect("120 bits at most");
    let high = whole as f64;
    let low = (whole - high as i128) as f64;
    let unit = scale(1.0, -(bits as i64));
    DoubleDouble { high: high * unit, low: low * unit }
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::dyadic::{Dyadic, point};

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
                    let orbit = CenterOrbit::new(&julia, &z, 2400);
                    let (norm, square) =
                        (&z[0].square() + &z[1].square(), Dyadic::from(threshold).square());
                    let truth = &norm - &square;
                    let Scaled { mantissa, exponent } = orbit.point().excess;
                    let found = &Dyadic::from(mantissa) * &Dyadic::new(IBig::from(1), exponent);
                    let most = &truth.abs() * &Dyadic::from(f64::EPSILON);
                    assert!((&found - &truth).abs() <= most, "{threshold} 2^-{bit}");
                    let by_leading = excess(orbit.point().z, threshold).is_some();
                    if by_leading { far += 1 } else { near += 1 }
                }
            }
        }
        assert!(far > 100 && near > 100, "{far} {near}");
    }
}
