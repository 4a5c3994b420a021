//! The orbit of a view's center, in fixed point: each of its points rounded, but with an exponent of its
//! own, and how far it is from the threshold.

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use super::double_double::{DoubleDouble, LongComplex};
use super::fixed_point::{Orbit, least_bits};
use crate::dyadic::Point;
use crate::julia::Julia;

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
pub struct CenterOrbit(Orbit);

impl CenterOrbit {
    /// Starts at `center`, with `bits` bits after the point or more.
    pub fn new(julia: &Julia, center: &Point, bits: usize) -> Self {
        let mut orbit = Orbit::new(julia, center, bits.max(least_bits(julia)));
        orbit.has_threads = true;
        Self(orbit)
    }

    /// The same on the current thread alone.
    pub fn alone(julia: &Julia, center: &Point, bits: usize) -> Self {
        Self(Orbit::new(julia, center, bits.max(least_bits(julia))))
    }

    /// The orbit itself.
    pub fn orbit(&self) -> &Orbit {
        &self.0
    }

    /// Takes a step.
    pub fn step(&mut self) {
        self.0.step();
    }

    /// Where it is.
    pub fn point(&self) -> CenterPoint {
        let Orbit { bits, re, im, norm, error, threshold_square, .. } = &self.0;
        let bits = *bits as i64;
        let length = re.bit_len().max(im.bit_len());
        let z = LongComplex { re: leading(re, length), im: leading(im, length) };
        let excess = IBig::from(norm.clone()) - IBig::from(threshold_square.clone());
        let excess_length = excess.bit_len();
        let error = if error.is_zero() {
            Scaled::default()
        } else {
            Scaled { mantissa: 1.0, exponent: error.bit_len() as i64 - bits }
        };
        CenterPoint {
            z: Scaled { mantissa: z, exponent: length as i64 - bits },
            error,
            excess: Scaled {
                mantissa: leading(&excess, excess_length).high,
                exponent: excess_length as i64 - 2 * bits,
            },
        }
    }
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
