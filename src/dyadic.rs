//! Exact arithmetic on binary fractions, which all `f64` are.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

use dashu_int::IBig;
use dashu_int::ops::BitTest;

/// `mantissa / 2^bits`.
#[derive(Clone, Debug)]
pub struct Dyadic {
    mantissa: IBig,
    bits: usize,
}

impl Dyadic {
    /// `mantissa · 2^exponent`.
    pub fn new(mantissa: IBig, exponent: i64) -> Self {
        let bits = exponent.min(0).unsigned_abs() as usize;
        Self { mantissa: mantissa << exponent.max(0) as usize, bits }
    }

    /// The mantissa and the exponent: it is `mantissa · 2^exponent`.
    pub fn parts(&self) -> (&IBig, i64) {
        (&self.mantissa, -(self.bits as i64))
    }

    /// In units of 2^-bits, rounded down, and whether nothing was lost.
    pub fn to_fixed(&self, bits: usize) -> (IBig, bool) {
        if bits >= self.bits {
            return (self.widened(bits), true);
        }
        let dropped = self.bits - bits;
        let is_whole = self.mantissa.trailing_zeros().is_none_or(|zeros| zeros >= dropped);
        (&self.mantissa >> dropped, is_whole)
    }

    /// The nearest `f64`, to even if two are; infinite if it is too large for all of them.
    pub fn to_f64(&self) -> f64 {
        let length = self.mantissa.bit_len();
        // All that is below the leading 64 bits only breaks a tie: one bit stands for it.
        let dropped = length.saturating_sub(64);
        let leading = (&self.mantissa.clone().into_parts().1 >> dropped) << 1;
        let rest = self.mantissa.trailing_zeros().is_some_and(|zeros| zeros < dropped);
        let leading = u128::try_from(leading).unwrap_or_default() | u128::from(rest);
        let exponent = dropped as i64 - self.bits as i64 - 1;
        // Subnormal numbers have fewer bits: rounded here, not twice.
        let least = -1074 - exponent;
        let bits = i64::from(128 - leading.leading_zeros());
        let cut = least.max(bits - 53).clamp(0, 127) as u32;
        let (kept, half) = (leading >> cut, (1u128 << cut) >> 1);
        let left = leading & ((1u128 << cut) - 1);
        let up = cut > 0 && (left > half || (left == half && kept & 1 == 1));
        let exponent = i32::try_from(exponent + i64::from(cut)).unwrap_or(if exponent > 0 {
            i32::MAX
        } else {
            i32::MIN
        });
        let value = libm::scalbn((kept + u128::from(up)) as f64, exponent);
        if self.mantissa < IBig::ZERO { -value } else { value }
    }

    /// How many bits after the point it has.
    pub fn fraction_bits(&self) -> usize {
        self.mantissa.trailing_zeros().map_or(0, |zeros| self.bits.saturating_sub(zeros))
    }

    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        self.mantissa.is_zero()
    }

    /// Its square.
    pub fn square(&self) -> Self {
        self * self
    }

    /// Without its sign.
    pub fn abs(&self) -> Self {
        if *self < Self::from(0.0) { -self.clone() } else { self.clone() }
    }

    /// The mantissa with this number of `bits`, at least its own.
    fn widened(&self, bits: usize) -> IBig {
        &self.mantissa << (bits - self.bits)
    }
}

/// A point of the complex plane: the real part and the imaginary part.
pub type Point = [Dyadic; 2];

/// `x + y·i`; both are finite.
pub fn point(x: f64, y: f64) -> Point {
    [x, y].map(Dyadic::from)
}

impl From<f64> for Dyadic {
    /// The exact value of a finite number.
    fn from(value: f64) -> Self {
        let (mantissa, exponent) = decomposed(value);
        let zeros = mantissa.trailing_zeros().min(52);
        let (mantissa, exponent) = (IBig::from(mantissa >> zeros), exponent + i64::from(zeros));
        let whole = mantissa << exponent.max(0) as usize;
        Self { mantissa: whole, bits: exponent.min(0).unsigned_abs() as usize }
    }
}

impl Add for &Dyadic {
    type Output = Dyadic;

    fn add(self, other: Self) -> Dyadic {
        let bits = self.bits.max(other.bits);
        Dyadic { mantissa: self.widened(bits) + other.widened(bits), bits }
    }
}

impl Neg for Dyadic {
    type Output = Self;

    fn neg(self) -> Self {
        Self { mantissa: -self.mantissa, bits: self.bits }
    }
}

impl Sub for &Dyadic {
    type Output = Dyadic;

    fn sub(self, other: Self) -> Dyadic {
        self + &-other.clone()
    }
}

impl Mul for &Dyadic {
    type Output = Dyadic;

    fn mul(self, other: Self) -> Dyadic {
        Dyadic { mantissa: &self.mantissa * &other.mantissa, bits: self.bits + other.bits }
    }
}

impl PartialEq for Dyadic {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Dyadic {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let bits = self.bits.max(other.bits);
        self.widened(bits).partial_cmp(&other.widened(bits))
    }
}

/// The mantissa and the exponent of a finite `value`: it is `mantissa · 2^exponent`.
pub fn decomposed(value: f64) -> (i64, i64) {
    let bits = value.to_bits();
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (mantissa, exponent) = match (bits >> 52 & 0x7ff) as i64 {
        0 => (fraction, -1074),
        biased => (fraction | 1 << 52, biased - 1075),
    };
    (if value < 0.0 { -mantissa } else { mantissa }, exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_products_and_comparisons_are_exact() {
        let [half, third, tiny] = [0.5, 1.0 / 3.0, f64::from_bits(1)].map(Dyadic::from);
        assert_eq!(&(&half + &tiny) - &half, tiny);
        assert!(&half + &tiny > half && -tiny.clone() < Dyadic::from(0.0));
        assert_eq!(half.square(), Dyadic::from(0.25));
        assert_eq!((-third.clone()).abs(), third);
        assert_eq!(Dyadic::from(-1.5e300), -Dyadic::from(1.5e300));
        assert_eq!([half, tiny, Dyadic::from(48.0)].map(|x| x.fraction_bits()), [1, 1074, 0]);
        assert!(Dyadic::from(-0.0).is_zero());
    }

    #[test]
    fn the_nearest_f64_is_its_own_and_ties_go_to_even() {
        let mut bits = 0x0123_4567_89ab_cdefu64;
        for _ in 0..10_000 {
            bits = bits
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let value = f64::from_bits(bits);
            if !value.is_finite() {
                continue;
            }
            assert_eq!(Dyadic::from(value).to_f64(), value);
            // In the middle between it and the next, and a little to each side.
            let next = f64::from_bits(bits + 1);
            if !next.is_finite() {
                continue;
            }
            let [a, b] = [value, next].map(Dyadic::from);
            let middle = &(&a + &b) * &Dyadic::from(0.5);
            let even = if bits & 1 == 0 { value } else { next };
            assert_eq!(middle.to_f64(), even, "{value:e}");
            let little = &(&b - &a) * &Dyadic::from(2f64.powi(-200));
            assert_eq!((&middle + &little).to_f64(), next, "{value:e}");
            assert_eq!((&middle - &little).to_f64(), value, "{value:e}");
        }
        assert_eq!(Dyadic::new(IBig::from(-1), -5000).to_f64(), 0.0);
        assert_eq!(Dyadic::new(IBig::from(-1), 5000).to_f64(), f64::NEG_INFINITY);
    }

    #[test]
    fn a_mantissa_and_an_exponent_are_a_number_and_fixed_point_is_rounded_down() {
        assert_eq!(Dyadic::new(IBig::from(-3), -2), Dyadic::from(-0.75));
        assert_eq!(Dyadic::new(IBig::from(3), 5), Dyadic::from(96.0));
        let value = Dyadic::from(-0.75);
        assert_eq!(value.to_fixed(4), (IBig::from(-12), true));
        assert_eq!(value.to_fixed(1), (IBig::from(-2), false));
        assert_eq!(Dyadic::from(0.0).to_fixed(0), (IBig::ZERO, true));
    }
}
