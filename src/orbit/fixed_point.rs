//! An orbit in fixed point, with as many bits as are asked for and a bound on its error.

use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};

use super::long_square::square;
use super::scaled::Scaled;
use crate::dyadic::{Dyadic, Point};
use crate::julia::Julia;

/// The fewest bits after the point.
const FIRST_BITS: usize = 192;

/// So many leading bits of numbers tell nearly always which is larger; the sum of two squares has room in 128 bits.
const LEADING: usize = 60;

/// Bits that are dropped together, once the error is as many larger than they are.
pub const WORD: usize = 64;

/// The fewest bits after the point: with all bits of the threshold, comparisons lose nothing.
pub fn least_bits(julia: &Julia) -> usize {
    FIRST_BITS.max(Dyadic::from(julia.threshold()).fraction_bits())
}

/// An orbit with a bound on its error.
///
/// Numbers are integers in units of 2^-bits, rounded down. `error` bounds, in the same units, how
/// far the computed z is from the true one; it stays 0 for as long as no bit is lost.
#[derive(Clone, Debug)]
pub struct Orbit {
    /// Bits after the point.
    pub bits: usize,
    /// The bits that all numbers keep: the threshold has no more.
    kept: usize,
    /// The real part of ẑ.
    pub re: IBig,
    /// The imaginary part.
    pub im: IBig,
    /// Bounds |ẑ - z|, in these units.
    pub error: UBig,
    c_re: IBig,
    c_im: IBig,
    c_error: UBig,
    threshold: UBig,
}

impl Orbit {
    /// That of a point, with `bits` bits after the point; at least [`least_bits`].
    pub fn new(julia: &Julia, [x, y]: &Point, bits: usize) -> Self {
        let ((re, re_exact), (im, im_exact)) = (x.to_fixed(bits), y.to_fixed(bits));
        Self::at(julia, [re, im], lost(!(re_exact && im_exact)), bits)
    }

    /// That of a point with the parts `re` and `im` in units of 2^-bits, or within `error` of these from there.
    pub fn at(julia: &Julia, [re, im]: [IBig; 2], error: UBig, bits: usize) -> Self {
        let c = julia.constant().exact();
        let ((c_re, c_re_exact), (c_im, c_im_exact)) = (c[0].to_fixed(bits), c[1].to_fixed(bits));
        let threshold = magnitude(Dyadic::from(julia.threshold()).to_fixed(bits).0);
        Self {
            bits,
            kept: least_bits(julia),
            re,
            im,
            error,
            c_re,
            c_im,
            c_error: lost(!(c_re_exact && c_im_exact)),
            threshold,
        }
    }

    /// `error` as a number.
    pub fn error_bound(&self) -> Scaled<f64> {
        if self.error.is_zero() {
            return Scaled::default();
        }
        Scaled { mantissa: 1.0, exponent: self.error.bit_len() as i64 - self.bits as i64 }
    }

    /// |ẑ|², in the square of the units.
    pub fn norm(&self) -> UBig {
        self.re.sqr() + self.im.sqr()
    }

    /// |ẑ|² - T², in the square of the units.
    pub fn excess(&self) -> IBig {
        IBig::from(self.norm()) - IBig::from(self.threshold.sqr())
    }

    /// Takes a step.
    pub fn step(&mut self) {
        let bits = self.bits;
        let modulus = self.modulus();
        let zeros = self.zeros();
        let exact = if 2 * zeros >= bits {
            // Few leading bits, all of which its square has, too.
            let (re, im) = (&self.re >> zeros, &self.im >> zeros);
            let shift = 2 * zeros - bits;
            [self.re, self.im] = square(&re, &im).map(|part| part << shift);
            true
        } else {
            let parts = square(&self.re, &self.im);
            let exact = self.error.is_zero() && parts.iter().all(|part| is_whole(part, bits));
            [self.re, self.im] = parts.map(|part| part >> bits);
            exact
        };
        // |ẑ² - z²| ≤ (2|ẑ| + error)·error, rounded up.
        let grown: UBig = ((modulus << 1) + &self.error) * &self.error;
        let remainder = UBig::from(u8::from(!grown.is_zero()));
        self.error = (grown >> bits) + remainder + lost(!exact) + &self.c_error;
        self.re += &self.c_re;
        self.im += &self.c_im;
        if self.error.bit_len() > 2 * WORD && bits >= self.kept + WORD {
            self.drop_word();
        }
    }

    /// How many of the last bits of both parts are 0; none if the orbit is not exact.
    fn zeros(&self) -> usize {
        if !self.error.is_zero() {
            return 0;
        }
        let zeros = |part: &IBig| part.trailing_zeros().unwrap_or(self.bits);
        zeros(&self.re).min(zeros(&self.im))
    }

    /// An upper bound of |ẑ|, off by less than one part in 2⁵⁸.
    fn modulus(&self) -> UBig {
        let dropped = dropped(self.re.bit_len().max(self.im.bit_len()));
        let [_, re] = leading(&self.re, dropped);
        let [_, im] = leading(&self.im, dropped);
        UBig::from((re * re + im * im).isqrt() + 1) << dropped
    }

    /// Leaves out bits that the error has made meaningless: rounding again is nothing beside it.
    fn drop_word(&mut self) {
        self.bits -= WORD;
        for number in [&mut self.re, &mut self.im, &mut self.c_re, &mut self.c_im] {
            *number >>= WORD;
        }
        self.error = (&self.error >> WORD) + UBig::ONE + lost(true);
        self.c_error = lost(true);
        self.threshold >>= WORD;
    }

    /// Whether |z| has reached the threshold, if the bits tell.
    pub fn has_escaped(&self) -> Option<bool> {
        if let told @ Some(_) = self.has_surely_escaped() {
            return told;
        }
        let Self { error, threshold, .. } = self;
        let (norm, threshold_square) = (self.norm(), threshold.sqr());
        if error.is_zero() {
            return Some(norm >= threshold_square);
        }
        // (T + E)² and (T - E)²
        let (twice, square): (UBig, UBig) = ((threshold * error) << 1, error.sqr());
        let farthest = threshold_square + &square;
        if norm >= &farthest + &twice {
            return Some(true);
        }
        (threshold > error && norm + &twice < farthest).then_some(false)
    }

    /// The same, if the leading bits tell.
    fn has_surely_escaped(&self) -> Option<bool> {
        let Self { re, im, error, threshold, .. } = self;
        let longest = re.bit_len().max(im.bit_len()).max(error.bit_len()).max(threshold.bit_len());
        let dropped = dropped(longest);
        let ([re_least, re_most], [im_least, im_most]) =
            (leading(re, dropped), leading(im, dropped));
        let of = |value: &UBig| u128::try_from(value >> dropped).unwrap_or(u128::MAX >> 1);
        let (threshold, error) = (of(threshold), of(error) + 1);
        let square = |value: u128| value * value;
        if square(re_least) + square(im_least) >= square(threshold + 1 + error) {
            return Some(true);
        }
        let is_below =
            threshold > error && square(re_most) + square(im_most) < square(threshold - error);
        is_below.then_some(false)
    }

    /// z, rounded to `f64`.
    pub fn rounded(&self) -> (f64, f64) {
        (to_f64(&self.re, self.bits), to_f64(&self.im, self.bits))
    }
}

/// The bound on what rounding a point down moves it: each coordinate by less than 1, and so the point
/// by less than 2.
fn lost(rounded: bool) -> UBig {
    if rounded { UBig::from(2u8) } else { UBig::ZERO }
}

/// Whether the low bits of `value` are all 0.
fn is_whole(value: &IBig, bits: usize) -> bool {
    value.trailing_zeros().is_none_or(|zeros| zeros >= bits)
}

/// How many bits of a number of this `length` are left out for the rest to have [`LEADING`].
fn dropped(length: usize) -> usize {
    length.saturating_sub(LEADING)
}

/// |value| in units of 2^dropped: no more than it, and no less; of a number that has [`LEADING`] bits there at most.
fn leading(value: &IBig, dropped: usize) -> [u128; 2] {
    // Rounded down, and so away from 0 if it is negative.
    let whole = i128::try_from(value >> dropped).unwrap_or_default().unsigned_abs();
    [whole.saturating_sub(1), whole + 1]
}

/// To within [`FRACTION`] of itself.
pub fn to_f64(value: &IBig, bits: usize) -> f64 {
    // All that `f64` holds is in the leading bits.
    let dropped = value.bit_len().saturating_sub(2 * WORD);
    let exponent = i32::try_from(dropped as i64 - bits as i64).unwrap_or(i32::MIN);
    libm::scalbn((value >> dropped).to_f64().value(), exponent)
}
/// The relative error of [`to_f64`].
pub const FRACTION: f64 = 1e-12;

fn magnitude(value: IBig) -> UBig {
    value.into_parts().1
}

#[cfg(test)]
mod tests {
    use dashu_int::ops::Abs;
    use num_complex::Complex64;

    use super::*;
    use crate::dyadic::point;

    /// One step, by the plain formula, and what its error is.
    fn plain(orbit: &Orbit) -> ([IBig; 2], UBig) {
        let (re, im, bits) = (&orbit.re, &orbit.im, orbit.bits);
        let (square, product) = (re * re - im * im, (re * im) << 1);
        let exact = orbit.error.is_zero() && is_whole(&square, bits) && is_whole(&product, bits);
        let next = [(square >> bits) + &orbit.c_re, (product >> bits) + &orbit.c_im];
        let most: UBig = (magnitude(re.clone()) + magnitude(im.clone())) << 1;
        let grown = ((most + &orbit.error) * &orbit.error) >> bits;
        (next, grown + UBig::ONE + lost(!exact) + &orbit.c_error)
    }

    #[test]
    fn steps_are_those_of_the_plain_formula() {
        for (c, z, bits) in [
            (Complex64::new(0.0, 1.0), point(-1.0, 1.0), 3000),
            (Complex64::new(0.0, 1.0), point(0.0, 0.0), 200),
            (Complex64::new(-2.0, 0.0), point(0.0, 0.0), 400),
            (Complex64::new(-0.8, 0.156), point(0.3, -0.2), 200),
            (Complex64::new(-0.8, 0.156), point(-0.3, -0.2), 5000),
            (Complex64::new(-0.125, 0.75), point(0.5f64.powi(40), -0.5), 260),
            (Complex64::new(-0.125, 0.75), point(-0.25, 0.5f64.powi(900)), 2000),
        ] {
            let julia = Julia::new(c, 2.0, (0, 100)).unwrap();
            let mut orbit = Orbit::new(&julia, &z, bits);
            for k in 0..60 {
                let (next, most) = plain(&orbit);
                let (before, was_exact) = (orbit.bits, orbit.error.is_zero());
                orbit.step();
                let dropped = before - orbit.bits;
                let next = next.map(|part| part >> dropped);
                assert_eq!([&orbit.re, &orbit.im], next.each_ref(), "{c} step {k}");
                // No larger than it need be; and 0 for as long as nothing is lost.
                assert!(orbit.error <= (most >> dropped) + UBig::from(4u8), "{c} step {k}");
                let is_exact = orbit.error.is_zero();
                assert!(was_exact || !is_exact);
                if orbit.norm().bit_len() > 2 * orbit.bits + 8 {
                    break;
                }
            }
        }
    }

    /// Beside the threshold the leading bits do not tell, and all of them do.
    #[test]
    fn comparisons_are_those_of_whole_numbers() {
        let (mut told, mut untold) = (0, 0);
        for threshold in [2.0, 0.7, 1e-30, 1e30] {
            let julia = Julia::new(Complex64::I, threshold, (0, 100)).unwrap();
            let bits = least_bits(&julia);
            let exact = Orbit::new(&julia, &point(0.0, 0.0), bits).threshold;
            let units: Vec<UBig> = (0..bits + 8).step_by(3).map(|bit| UBig::ONE << bit).collect();
            for unit in units.iter().chain([&UBig::ZERO]) {
                for error in [&UBig::ZERO, &units[0], &units[20], unit] {
                    for sign in [1, -1] {
                        for turned in [false, true] {
                            let re = (IBig::from(exact.clone())
                                + IBig::from(sign) * IBig::from(unit.clone()))
                                * IBig::from(sign);
                            let z = if turned { [IBig::ZERO, re] } else { [re, IBig::ZERO] };
                            let modulus = magnitude((&z[0] + &z[1]).abs());
                            let orbit = Orbit::at(&julia, z, error.clone(), bits);
                            let expected = if modulus >= &exact + error {
                                Some(true)
                            } else if modulus + error < exact {
                                Some(false)
                            } else {
                                None
                            };
                            assert_eq!(orbit.has_escaped(), expected, "{threshold} {unit} {error}");
                            match orbit.has_surely_escaped() {
                                None => untold += 1,
                                surely => {
                                    assert_eq!(surely, expected, "{threshold} {unit} {error}");
                                    told += 1;
                                }
                            }
                        }
                    }
                }
            }
        }
        assert!(told > 1000 && untold > 1000, "{told} {untold}");
    }
}
