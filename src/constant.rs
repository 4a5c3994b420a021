//! The constant c of a map, of any number of digits.

use std::borrow::Cow;
use std::sync::Arc;

use num_complex::Complex64;

use crate::dyadic::{Dyadic, Point};
use crate::error::{Error, Result};
use crate::number::{Number, Written};
use crate::parameter::Parameter;

/// A decimal number with so many digits means an `f64`: that has no more of its own.
const DIGITS_OF_F64: usize = 17;

/// Bits behind those that the digits of a decimal number tell.
const MORE_BITS: usize = 64;

/// Bits of a fraction behind those of its denominator.
const MORE_BITS_OF_FRACTION: usize = 256;

/// Above 1 by more than the roundings of a few operations.
const UP: f64 = 1.0 + f64::EPSILON * 16.0;

/// The constant c of the map z² + c: two `f64`, or a point with more digits.
///
/// Each part is the nearest `f64`, if that is what the number means: if it is a decimal number of at most 17
/// significant digits, or exactly an `f64`. Else it is rounded once to the nearest multiple of 2^-B, so that it is a
/// binary fraction: B is 64 more than the bits of the digits behind a decimal number's point, as many as a
/// hexadecimal number has, and 256 more than a fraction's denominator has.
///
/// ```
/// use juliaset::{Complex64, Constant, Julia};
///
/// let imag = "0.7448617666197442365931704286043923672".parse()?;
/// let long = Constant::new(&"-0.1225611668766536".parse()?, &imag)?;
/// assert!(!long.is_f64());
/// assert_eq!(long.nearest(), Complex64::new(-0.1225611668766536, 0.7448617666197442));
/// let julia = Julia::new(long, 2.0, (0, 200))?;
/// assert_eq!(julia.constant().parts()[1], imag);
/// # Ok::<(), juliaset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    nearest: Complex64,
    longer: Option<Arc<Longer>>,
}

/// What two `f64` have no room for.
#[derive(Debug)]
struct Longer {
    given: [Number; 2],
    exact: Point,
    /// What the nearest leave, rounded.
    low: Complex64,
    /// Bounds |c - nearest|.
    error: f64,
    /// Bounds |c - nearest - low|.
    low_error: f64,
}

impl PartialEq for Longer {
    fn eq(&self, other: &Self) -> bool {
        self.exact == other.exact
    }
}

impl Constant {
    /// The constant with these parts.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a number too large for an `f64`.
    pub fn new(real: &Number, imag: &Number) -> Result<Self> {
        let (re, long_re) = part(Parameter::Real, real)?;
        let (im, long_im) = part(Parameter::Imag, imag)?;
        let nearest = Complex64::new(re, im);
        if long_re.is_none() && long_im.is_none() {
            return Ok(nearest.into());
        }
        let exact = [(re, long_re), (im, long_im)]
            .map(|(nearest, long)| long.unwrap_or_else(|| Dyadic::from(nearest)));
        let given = [real.clone(), imag.clone()];
        Ok(Self { nearest, longer: Some(Arc::new(Longer::new(given, exact, nearest))) })
    }

    /// The two nearest `f64`.
    pub fn nearest(&self) -> Complex64 {
        self.nearest
    }

    /// Whether it is just these.
    pub fn is_f64(&self) -> bool {
        self.longer.is_none()
    }

    /// Its parts: as they were given if it has more digits than an `f64`.
    pub fn parts(&self) -> [Number; 2] {
        match &self.longer {
            Some(longer) => longer.given.clone(),
            // Julia::new has refused what is not finite.
            None => [self.nearest.re, self.nearest.im].map(|part| {
                let part = if part.is_finite() { part } else { 0.0 };
                Number::from(&Dyadic::from(part))
            }),
        }
    }

    /// The part that has more digits than an `f64`, as it was given: the first is the real one.
    pub(crate) fn long_part(&self, part: usize) -> Option<&Number> {
        let longer = self.longer.as_ref()?;
        let nearest = [self.nearest.re, self.nearest.im][part];
        (longer.exact[part] != Dyadic::from(nearest)).then(|| &longer.given[part])
    }

    /// Exactly.
    pub(crate) fn exact(&self) -> Cow<'_, Point> {
        match &self.longer {
            Some(longer) => Cow::Borrowed(&longer.exact),
            None => Cow::Owned([self.nearest.re, self.nearest.im].map(Dyadic::from)),
        }
    }

    /// Whether it is a real number.
    pub(crate) fn is_real(&self) -> bool {
        match &self.longer {
            Some(longer) => longer.exact[1].is_zero(),
            None => self.nearest.im == 0.0,
        }
    }

    /// Bounds |c - nearest|; 0 if they are the same.
    pub(crate) fn error(&self) -> f64 {
        self.longer.as_ref().map_or(0.0, |longer| longer.error)
    }

    /// What the nearest `f64` leave, rounded.
    pub(crate) fn low(&self) -> Complex64 {
        self.longer.as_ref().map_or(Complex64::ZERO, |longer| longer.low)
    }

    /// Bounds |c - nearest - low|; 0 if they are the same.
    pub(crate) fn low_error(&self) -> f64 {
        self.longer.as_ref().map_or(0.0, |longer| longer.low_error)
    }
}

#[cfg(test)]
impl Constant {
    /// `exact`, whose `nearest` are far from it; with a bound for that, or as if they were it.
    pub(crate) fn apart(exact: Complex64, nearest: Complex64, has_bound: bool) -> Self {
        let exact = [exact.re, exact.im].map(Dyadic::from);
        let given = exact.each_ref().map(Number::from);
        let longer = Longer::new(given, exact, nearest);
        let error = if has_bound { longer.error } else { 0.0 };
        let low = Complex64::ZERO;
        Self { nearest, longer: Some(Arc::new(Longer { low, error, low_error: error, ..longer })) }
    }
}

impl From<Complex64> for Constant {
    fn from(nearest: Complex64) -> Self {
        Self { nearest, longer: None }
    }
}

impl Longer {
    fn new(given: [Number; 2], exact: Point, nearest: Complex64) -> Self {
        let left = |k: usize, value: f64, of: &Point| &of[k] - &Dyadic::from(value);
        let rest = [left(0, nearest.re, &exact), left(1, nearest.im, &exact)];
        let low = Complex64::new(rest[0].to_f64(), rest[1].to_f64());
        let last = [left(0, low.re, &rest), left(1, low.im, &rest)];
        let (error, low_error) = (size_bound(&rest), size_bound(&last));
        Self { given, exact, low, error, low_error }
    }
}

/// At least the modulus.
fn size_bound(point: &Point) -> f64 {
    let [x, y] = point
        .each_ref()
        .map(|part| if part.is_zero() { 0.0 } else { part.to_f64().abs().next_up() });
    libm::hypot(x, y) * UP
}

/// The nearest `f64`, and what the part is if that is more.
fn part(parameter: Parameter, number: &Number) -> Result<(f64, Option<Dyadic>)> {
    let nearest = number.to_f64();
    if !nearest.is_finite() {
        return Err(Error::invalid(parameter, number.shown(), "must be less than 1.8e308 in size"));
    }
    let bits = match number.written() {
        Written::Decimal { significant, .. } if significant <= DIGITS_OF_F64 => {
            return Ok((nearest, None));
        }
        Written::Decimal { behind, .. } => {
            MORE_BITS + (behind as f64 * std::f64::consts::LOG2_10).ceil() as usize
        }
        Written::Hexadecimal { bits } => bits,
        Written::Fraction { denominator_bits } => MORE_BITS_OF_FRACTION + denominator_bits,
    };
    let exact = number.rounded(bits);
    let is_f64 = exact == Dyadic::from(nearest);
    Ok((nearest, (!is_f64).then_some(exact)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    fn real(text: &str) -> Constant {
        Constant::new(&number(text), &number("0")).unwrap()
    }

    #[test]
    fn a_number_that_means_an_f64_is_one() {
        for text in [
            "0.1",
            "-0.12256116687665361",
            "1.7976931348623157e308",
            "0.10000000000000000000000",
            "00000000000000000000.5",
            "1e-400",
            "0x1.999999999999ap-4",
            "3/4",
        ] {
            let constant = real(text);
            assert!(constant.is_f64(), "{text}");
            assert_eq!(constant.nearest().re.to_bits(), number(text).to_f64().to_bits(), "{text}");
            assert_eq!((constant.error(), constant.low_error()), (0.0, 0.0));
        }
        // All shortest texts of f64.
        let mut bits = 0x0123_4567_89ab_cdefu64;
        for _ in 0..2000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
            let value = f64::from_bits(bits);
            if value.is_finite() {
                for text in [format!("{value:?}"), format!("{value:.16e}")] {
                    assert_eq!(real(&text), Complex64::new(value, 0.0).into(), "{text}");
                }
            }
        }
        assert!(!real("1/3").is_f64() && !real("0x1.00000000000001").is_f64());
    }

    #[test]
    fn other_numbers_are_rounded_once_and_their_zeros_do_not_matter() {
        let long = "-0.743643887037158704752191506114774";
        for text in [
            long,
            "1.23456789012345678901e-30",
            "123456789012345678901234567890.5",
            "1/3",
            "-22/7",
            "0x1.123456789abcdef0123p-3",
        ] {
            let constant = real(text);
            assert!(!constant.is_f64(), "{text}");
            assert_eq!(constant.long_part(0), Some(&number(text)));
            assert_eq!(constant.long_part(1), None);
            // Both bounds hold, and hardly more.
            let [exact, _] = constant.exact().into_owned();
            let rest = &exact - &Dyadic::from(constant.nearest().re);
            let last = &rest - &Dyadic::from(constant.low().re);
            for (rest, bound) in [(rest, constant.error()), (last, constant.low_error())] {
                assert!(rest.abs() <= Dyadic::from(bound), "{text}");
                let least = &rest.abs() * &Dyadic::from(1.0 + 1e-14);
                assert!(rest.is_zero() || Dyadic::from(bound) <= least, "{text}");
            }
            assert!(constant.error() <= 1.1 * f64::EPSILON / 2.0 * constant.nearest().re.abs());
            // What it is has a text of its own, which means the same.
            let again = Number::from(&exact).to_string();
            assert_eq!(real(&again), constant, "{text}");
        }
        // 33 digits behind the point, and 64 bits more.
        assert_eq!(real(long).exact()[0].fraction_bits(), 64 + 110);
        assert_eq!(real(&format!("{long}0000")), real(long));
        assert_eq!(real("1/3").exact()[0].fraction_bits(), 258);
        assert!(real("1/3").is_real());
        let tiny = Constant::new(&number("-1"), &number("1.00000000000000000001e-400")).unwrap();
        assert!(tiny.nearest().im == 0.0 && !tiny.is_real() && tiny.error() > 0.0);
    }

    #[test]
    fn too_large_a_number_has_one_line() {
        let line = Constant::new(&number("0"), &number("-1e309")).unwrap_err().to_string();
        assert_eq!(line, "c_0.im -1e309: must be less than 1.8e308 in size");
    }

    /// Seconds, if something were quadratic in the digits.
    #[test]
    fn the_most_digits_are_no_trouble() {
        let digits = "7".repeat(Number::MAX_DIGITS - 1);
        let constant = real(&format!("-0.{digits}"));
        assert_eq!(constant.nearest().re, -7.0 / 9.0);
        assert!(constant.exact()[0].fraction_bits() > 3_000_000);
    }
}
