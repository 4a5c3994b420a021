//! Numbers of about 106 bits as unevaluated sums of two `f64`, after Dekker (1971) and Knuth.

use std::ops::{Add, Mul};

use num_complex::Complex64;

/// `high + low`, where `low` is at most half an ulp of `high`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DoubleDouble {
    /// The value, rounded to `f64`.
    pub high: f64,
    /// What the rounding left.
    pub low: f64,
}

/// A complex number of two of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LongComplex {
    /// The real part.
    pub re: DoubleDouble,
    /// The imaginary part.
    pub im: DoubleDouble,
}

impl DoubleDouble {
    /// The value, times a power of two.
    pub fn scaled(self, power: f64) -> Self {
        Self { high: self.high * power, low: self.low * power }
    }
}

impl Add for DoubleDouble {
    type Output = Self;

    /// Off by at most 5u²(|a| + |b|).
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        let (sum, low) = two_sum(self.high, other.high);
        normalised(sum, low + (self.low + other.low))
    }
}

impl Mul for DoubleDouble {
    type Output = Self;

    /// Off by at most 9u²|ab|.
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let (product, low) = two_product::<false>(self.high, other.high);
        normalised(product, low + (self.high * other.low + self.low * other.high))
    }
}

impl LongComplex {
    /// The number, times a power of two.
    pub fn scaled(self, power: f64) -> Self {
        Self { re: self.re.scaled(power), im: self.im.scaled(power) }
    }

    /// The number, rounded to `f64`.
    pub fn rounded(self) -> Complex64 {
        Complex64::new(self.re.high, self.im.high)
    }
}

impl From<f64> for LongComplex {
    fn from(value: f64) -> Self {
        Self { re: DoubleDouble { high: value, low: 0.0 }, im: DoubleDouble::default() }
    }
}

impl Add for LongComplex {
    type Output = Self;

    /// Off by at most 8u²(|a| + |b|).
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Mul for LongComplex {
    type Output = Self;

    /// Off by at most 20u²|ab|: each part by 14u² of its two products, whose moduli add up to |ab| or less.
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let minus = self.im.scaled(-1.0);
        Self {
            re: self.re * other.re + minus * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

/// `z² + c`, off by at most 32u²|z|² + 4u²|c| with u = 2⁻⁵³, and by 2u²|c| more if c has low parts, which are the
/// rests of nearest numbers; `docs/exactness.md` counts the roundings.
#[inline(always)]
pub fn step<const FUSED: bool>(
    re: DoubleDouble,
    im: DoubleDouble,
    c_re: DoubleDouble,
    c_im: DoubleDouble,
) -> (DoubleDouble, DoubleDouble) {
    let (re_re, im_im) = (square::<FUSED>(re), square::<FUSED>(im));
    let (difference, difference_low) = two_sum(re_re.high, -im_im.high);
    let (sum, sum_low) = two_sum(difference, c_re.high);
    let low = (difference_low + sum_low) + (re_re.low - im_im.low) + c_re.low;
    let next_re = normalised(sum, low);

    let (product, product_low) = two_product::<FUSED>(re.high, im.high);
    let product_low = product_low + (re.high * im.low + re.low * im.high);
    let (sum, sum_low) = two_sum(2.0 * product, c_im.high);
    let next_im = normalised(sum, (sum_low + 2.0 * product_low) + c_im.low);
    (next_re, next_im)
}

#[inline(always)]
fn square<const FUSED: bool>(a: DoubleDouble) -> DoubleDouble {
    let (high, low) = two_product::<FUSED>(a.high, a.high);
    DoubleDouble { high, low: low + 2.0 * a.high * a.low }
}

/// The sum and its rounding error, exactly.
#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_in_sum = sum - a;
    (sum, (a - (sum - b_in_sum)) + (b - b_in_sum))
}

/// The same number, with `|high|` at least as large as `|low|` for sure.
#[inline(always)]
fn normalised(high: f64, low: f64) -> DoubleDouble {
    let (high, low) = two_sum(high, low);
    DoubleDouble { high, low }
}

/// The product and its rounding error, exactly.
#[inline(always)]
fn two_product<const FUSED: bool>(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    if FUSED {
        return (product, a.mul_add(b, -product));
    }
    let ((a, a_low), (b, b_low)) = (split(a), split(b));
    (product, ((a * b - product) + a * b_low + a_low * b) + a_low * b_low)
}

/// Two numbers of 26 bits with the sum `a` (Veltkamp), so that their products are exact.
#[inline(always)]
fn split(a: f64) -> (f64, f64) {
    let scaled = a * ((1u32 << 27) + 1) as f64;
    let high = scaled - (scaled - a);
    (high, a - high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_products_are_exact() {
        let mut a = 1.0 / 3.0;
        let mut b = 2f64.sqrt();
        for _ in 0..1000 {
            assert_eq!(two_product::<true>(a, b), two_product::<false>(a, b));
            a = (a * 997.0).fract() - 0.3;
            b = (b * 991.0).fract() * 4.0 - 1.7;
        }
    }
}
