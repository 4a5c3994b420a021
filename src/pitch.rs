//! The distance of two pixels.

use dashu_int::IBig;

use crate::dyadic::Dyadic;

/// A power of two times a whole number of at most 53 bits, over 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pitch {
    /// The whole number.
    pub mantissa: u64,
    /// The power's exponent.
    pub exponent: i64,
}

impl Pitch {
    /// The pitch over `factor`, rounded to the nearest: exactly if `factor` is a power of two.
    pub fn over(self, factor: u32) -> Self {
        let (dividend, factor) = (u128::from(self.mantissa) << 64, u128::from(factor));
        let (quotient, rest) = (dividend / factor, dividend % factor);
        let dropped = 128 - quotient.leading_zeros() - 53;
        let (kept, half) = (quotient >> dropped, 1 << (dropped - 1));
        let left = quotient & ((1 << dropped) - 1);
        let up = left > half || (left == half && (rest > 0 || kept & 1 == 1));
        let mantissa = (kept + u128::from(up)) as u64;
        Self { mantissa, exponent: self.exponent - 64 + i64::from(dropped) }
    }

    /// As a number.
    pub fn value(self) -> Dyadic {
        Dyadic::new(IBig::from(self.mantissa), self.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pitch_is_divided_and_rounded_once() {
        let pitch = Pitch { mantissa: 3, exponent: 0 };
        assert_eq!(pitch.over(4).value(), Dyadic::from(0.75));
        assert_eq!(pitch.over(7).value(), Dyadic::from(3.0 / 7.0));
        let pitch = Pitch { mantissa: (1 << 53) - 1, exponent: -53 };
        assert_eq!(pitch.over(1).value(), pitch.value());
        let value = 1.0f64.next_down();
        for factor in 1..=16 {
            let quotient = value / f64::from(factor);
            assert_eq!(pitch.over(factor).value(), Dyadic::from(quotient), "{factor}");
        }
    }
}
