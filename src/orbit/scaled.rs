//! Numbers with exponents of their own, far beyond the range of `f64`.

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use super::double_double::{DoubleDouble, LongComplex};

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

    /// The sum of two that are not negative, or a little more.
    pub fn plus(self, other: Self) -> Self {
        if self.mantissa == 0.0 {
            return other;
        }
        let exponent =
            if other.mantissa == 0.0 { self.exponent } else { self.exponent.max(other.exponent) };
        let mantissa = (self.in_units(exponent) + other.in_units(exponent)) * (1.0 + 1e-12);
        Self { mantissa: mantissa + f64::MIN_POSITIVE, exponent }
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

/// The number with these parts in units of 2^-bits: the larger of them is between 1/2 and 1 there, and each is off by at
/// most 2⁻¹⁰⁷.
pub fn long([re, im]: [&IBig; 2], bits: i64) -> Scaled<LongComplex> {
    let length = re.bit_len().max(im.bit_len());
    let mantissa = LongComplex { re: leading(re, length), im: leading(im, length) };
    Scaled { mantissa, exponent: length as i64 - bits }
}

/// |z|² - T², if that is at least the part `far` of |z|² + T²: off by at most 2⁻⁹⁶ of that sum.
pub fn excess(z: Scaled<LongComplex>, threshold: f64, far: f64) -> Option<Scaled<f64>> {
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
    let is_far = mantissa.abs() >= far * (norm.high - threshold.high);
    is_far.then_some(Scaled { mantissa, exponent })
}

/// `value / 2^length`, which is less than 1.
pub fn leading(value: &IBig, length: usize) -> DoubleDouble {
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
