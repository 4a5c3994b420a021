//! Exact arithmetic on binary fractions, which all `f64` are.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

use dashu_int::IBig;

/// `mantissa / 2^bits`.
#[derive(Clone, Debug)]
pub struct Dyadic {
    mantissa: IBig,
    bits: usize,
}

impl Dyadic {
    /// How many bits after the point it has.
    pub fn fraction_bits(&self) -> usize {
        self.mantissa.trailing_zeros().map_or(0, |zeros| self.bits.saturating_sub(zeros))
    }

    pub fn is_zero(&self) -> bool {
        self.mantissa.is_zero()
    }

    pub fn square(&self) -> Self {
        self * self
    }

    pub fn abs(&self) -> Self {
        if *self < Self::from(0.0) { -self.clone() } else { self.clone() }
    }

    /// The mantissa with this number of `bits`, at least its own.
    fn widened(&self, bits: usize) -> IBig {
        &self.mantissa << (bits - self.bits)
    }
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
}
