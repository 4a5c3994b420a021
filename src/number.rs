//! Numbers of any length, exactly as they were written.

use std::fmt;
use std::str::FromStr;

use dashu_int::ops::{BitTest, DivRem, PowerOfTwo};
use dashu_int::{IBig, Sign, UBig};

use crate::dyadic::Dyadic;
use crate::error::{Error, Result};
use crate::hexfloat;
use crate::parameter::Parameter;
use crate::pitch::Pitch;

/// An exact number with as many digits and as large an exponent as one likes, up to a million.
///
/// As text it is decimal (`-0.75`, `1.5e-1000`), hexadecimal (`0x1.8p-70`) or a fraction of two whole numbers
/// (`3/7`), each decimal or hexadecimal. [`Display`](fmt::Display) gives the text that it was made of.
///
/// ```
/// use juliaset::Number;
///
/// let number: Number = "1e-1000".parse()?;
/// assert_eq!(number.to_string(), "1e-1000");
/// assert_eq!("0.5".parse::<Number>()?, "3/6".parse()?);
/// assert!("1e-1000001".parse::<Number>().is_err());
/// # Ok::<(), juliaset::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Number {
    text: String,
    negative: bool,
    numerator: UBig,
    /// Not 0.
    denominator: UBig,
}

impl Number {
    /// The most digits that a number can have; a fraction, above its line and below it.
    pub const MAX_DIGITS: usize = 1_000_000;

    /// The largest size of a decimal number's exponent.
    pub const MAX_EXPONENT: u32 = 1_000_000;

    /// The largest size of a hexadecimal number's exponent: room for every decimal number.
    pub const MAX_BINARY_EXPONENT: u32 = 8_000_000;

    /// The exact number; its text is decimal, if that is exact.
    ///
    /// # Errors
    /// [`Error::Invalid`] for one that is not finite.
    pub fn from_f64(value: f64) -> Result<Self> {
        let text = format!("{value:?}");
        if !value.is_finite() {
            return Err(wrong(&text, "must be a finite number"));
        }
        let exact: Self = hexfloat::format(value).parse()?;
        let decimal: Self = text.parse()?;
        Ok(if decimal == exact { decimal } else { exact })
    }

    /// The nearest `f64`, to even if two are; infinite if it is too large for all of them.
    pub fn to_f64(&self) -> f64 {
        let value = if self.is_zero() {
            0.0
        } else {
            let (quotient, rest, exponent) =
                leading_bits(self.numerator.clone(), self.denominator.clone(), 66);
            // One bit more stands for all that is below them.
            let mantissa = IBig::from(quotient << 1) + IBig::from(u8::from(rest));
            // Far beyond the smallest and the largest of all f64.
            Dyadic::new(mantissa, (exponent - 1).clamp(-5000, 5000)).to_f64()
        };
        if self.negative { -value } else { value }
    }

    /// Whether it is 0.
    pub(crate) fn is_zero(&self) -> bool {
        self.numerator.is_zero()
    }

    /// Whether it is over 0.
    pub(crate) fn is_positive(&self) -> bool {
        !self.negative && !self.is_zero()
    }

    /// The nearest multiple of 2^-`bits`; to the even one if two are.
    pub(crate) fn rounded(&self, bits: usize) -> Dyadic {
        let (quotient, rest) = divided(self.numerator.clone() << bits, &self.denominator);
        let twice = rest << 1;
        let up = twice > self.denominator || (twice == self.denominator && quotient.bit(0));
        let quotient = IBig::from(quotient + UBig::from(u8::from(up)));
        let quotient = if self.negative { -quotient } else { quotient };
        Dyadic::new(quotient, -(bits as i64))
    }

    /// `factor` times this number, which is over 0, over `divisor`: rounded once, to 53 bits, and to even if two are as near.
    pub(crate) fn pitch(&self, factor: &UBig, divisor: &UBig) -> Pitch {
        rounded_quotient(&self.numerator * factor, &self.denominator * divisor)
    }

    /// The same of 1 over this number.
    pub(crate) fn inverse_pitch(&self, factor: &UBig, divisor: &UBig) -> Pitch {
        rounded_quotient(&self.denominator * factor, &self.numerator * divisor)
    }

    /// The point `share` of the way from this number to another one, as the nearest multiple of 2^-`bits`.
    pub(crate) fn toward(&self, other: &Self, share: &Share, bits: usize) -> Dyadic {
        self.on_the_way(other, share).rounded(bits)
    }

    /// The nearest `f64` to that point.
    pub(crate) fn toward_f64(&self, other: &Self, share: &Share) -> f64 {
        self.on_the_way(other, share).to_f64()
    }

    /// This number over another one, which is over 0.
    pub(crate) fn over(&self, other: &Self) -> Self {
        let numerator = &self.numerator * &other.denominator;
        let denominator = &self.denominator * &other.numerator;
        Self { text: String::new(), negative: self.negative, numerator, denominator }
    }

    /// That point itself, without a text.
    fn on_the_way(&self, other: &Self, share: &Share) -> Self {
        let ((from, from_denominator), (to, to_denominator)) = (self.parts(), other.parts());
        let way = to * from_denominator - &from * to_denominator;
        let denominator = to_denominator * &share.denominator;
        // Both over the product of all denominators.
        let numerator = from * &denominator + way * &share.numerator;
        let (sign, numerator) = numerator.into_parts();
        let negative = sign == Sign::Negative;
        let denominator = from_denominator * denominator;
        Self { text: String::new(), negative, numerator, denominator }
    }

    /// This number, which is over 0, to the power of -`part` / `of`, to within some units of a `f64`'s last bit; exactly if `part`
    /// is `of`.
    pub(crate) fn inverse_power(&self, part: u64, of: u64) -> Share {
        if part == of {
            let (numerator, denominator) = (self.denominator.clone(), self.numerator.clone());
            return Share { numerator, denominator };
        }
        // The number is leading · 2^exponent, with a logarithm of the first between 0 and 1.
        let Pitch { mantissa, exponent } = self.pitch(&UBig::ONE, &UBig::ONE);
        let leading = mantissa as f64 / (1u64 << 52) as f64;
        let exponent = -i128::from(exponent + 52) * i128::from(part);
        let (whole, rest) = (exponent.div_euclid(of.into()), exponent.rem_euclid(of.into()));
        let rest = rest as f64 - part as f64 * libm::log2(leading);
        let power = Dyadic::from(libm::exp2(rest / of as f64));
        let (mantissa, exponent) = power.parts();
        // No larger than the number's own exponent.
        let exponent = exponent + whole as i64;
        Share {
            numerator: mantissa.clone().into_parts().1 << exponent.max(0) as usize,
            denominator: UBig::ONE << exponent.min(0).unsigned_abs() as usize,
        }
    }

    /// The logarithm to the base 2 of this number, which is over 0, to within some units of a `f64`'s last bit.
    pub(crate) fn log2(&self) -> f64 {
        let Pitch { mantissa, exponent } = self.pitch(&UBig::ONE, &UBig::ONE);
        // A leading part from 1 to 2: the logarithm of a power of two is exact.
        libm::log2(mantissa as f64 / (1u64 << 52) as f64) + (exponent + 52) as f64
    }

    /// How it was written, and how finely.
    pub(crate) fn written(&self) -> Written {
        let size = self.text.trim_start_matches(['+', '-']);
        if size.contains('/') {
            return Written::Fraction { denominator_bits: self.denominator.bit_len() };
        }
        if size.starts_with("0x") || size.starts_with("0X") {
            let bits = self.denominator.trailing_zeros().unwrap_or_default();
            return Written::Hexadecimal { bits };
        }
        let (digits, exponent) = size.split_once(['e', 'E']).unwrap_or((size, "0"));
        let (whole, behind) = digits.split_once('.').unwrap_or((digits, ""));
        let digits = || whole.bytes().chain(behind.bytes());
        let zeros = digits().rev().take_while(|digit| *digit == b'0').count();
        let length = whole.len() + behind.len() - zeros;
        let significant = length - digits().take(length).take_while(|digit| *digit == b'0').count();
        let exponent = exponent.parse::<i64>().unwrap_or_default();
        let behind = behind.len() as i64 - zeros as i64 - exponent;
        Written::Decimal { significant, behind: behind.max(0) as u64 }
    }

    /// As an error shows it: the text may be long.
    pub(crate) fn shown(&self) -> String {
        shown(&self.text)
    }

    /// Its parts: a whole number, and one over 0 that divides it.
    pub(crate) fn parts(&self) -> (IBig, &UBig) {
        let sign = if self.negative { Sign::Negative } else { Sign::Positive };
        (IBig::from_parts(sign, self.numerator.clone()), &self.denominator)
    }
}

/// How a number was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// In decimal digits, without zeros at their ends: how many, and how many places behind the point the last one is.
    Decimal { significant: usize, behind: u64 },
    /// In hexadecimal digits, with so many bits behind the point.
    Hexadecimal { bits: usize },
    /// As a fraction, whose denominator has so many bits.
    Fraction { denominator_bits: usize },
}

/// A quotient of two whole numbers over 0.
pub(crate) struct Share {
    pub numerator: UBig,
    pub denominator: UBig,
}

impl Share {
    /// The quotient of two pitches.
    pub fn of(pitch: Pitch, other: Pitch) -> Self {
        let shift = pitch.exponent - other.exponent;
        let scaled = |mantissa, shift: i64| UBig::from(mantissa) << shift.max(0) as usize;
        Self {
            numerator: scaled(pitch.mantissa, shift),
            denominator: scaled(other.mantissa, -shift),
        }
    }
}

impl Share {
    /// Which share of the way from one number to another one, which is not the same, `at` lies at; 0 or 1 if it is not between them.
    pub fn of_way(from: &Number, at: &Number, to: &Number) -> Self {
        let ((a, a_below), (x, x_below), (b, b_below)) = (from.parts(), at.parts(), to.parts());
        // (a - x) / (a - b)
        let done = (&a * x_below - x * a_below) * b_below;
        let way = (a * b_below - b * a_below) * x_below;
        let (sign, denominator) = way.into_parts();
        let (done_sign, done) = done.into_parts();
        let numerator = if done_sign == sign { done.min(denominator.clone()) } else { UBig::ZERO };
        Self { numerator, denominator }
    }

    /// A share that has an `f64`, from 0 to 1.
    pub fn of_f64(share: f64) -> Self {
        let share = Dyadic::from(share);
        let (mantissa, exponent) = share.parts();
        Self {
            numerator: mantissa.clone().into_parts().1 << exponent.max(0) as usize,
            denominator: UBig::ONE << exponent.min(0).unsigned_abs() as usize,
        }
    }
}

impl From<&Dyadic> for Number {
    /// In hexadecimal.
    fn from(value: &Dyadic) -> Self {
        let (mantissa, exponent) = value.parts();
        let (sign, mantissa) = mantissa.clone().into_parts();
        let zeros = mantissa.trailing_zeros().unwrap_or_default();
        let exponent = if mantissa.is_zero() { 0 } else { exponent + zeros as i64 };
        let mantissa = mantissa >> zeros;
        let negative = sign == Sign::Negative;
        let minus = if negative { "-" } else { "" };
        let text = format!("{minus}0x{mantissa:x}p{exponent:+}");
        let numerator = mantissa << exponent.max(0) as usize;
        let denominator = UBig::ONE << exponent.min(0).unsigned_abs() as usize;
        Self { text, negative, numerator, denominator }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        let is_same_sign = self.negative == other.negative || self.is_zero();
        is_same_sign && &self.numerator * &other.denominator == &other.numerator * &self.denominator
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Number {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (negative, size) = match text.strip_prefix('-') {
            Some(size) => (true, size),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let parsed = if let Some((above, below)) = size.split_once('/') {
            fraction(above, below)
        } else if let Some(digits) = size.strip_prefix("0x").or_else(|| size.strip_prefix("0X")) {
            hexadecimal(digits)
        } else {
            decimal(size)
        };
        let (numerator, denominator) = parsed.map_err(|expected| wrong(text, expected))?;
        Ok(Self { text: text.to_owned(), negative, numerator, denominator })
    }
}

/// What a text is not.
const NO_NUMBER: &str = "must be a number such as -0.75, 1e-100, 0x1.8p-70 or 3/7";

fn wrong(text: &str, expected: &'static str) -> Error {
    Error::invalid(Parameter::Number, shown(text), expected)
}

/// The beginning of a text that may be long.
fn shown(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The numerator and the denominator.
type Parts = std::result::Result<(UBig, UBig), &'static str>;

fn fraction(above: &str, below: &str) -> Parts {
    let whole = |digits: &str| match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"))
    {
        Some(digits) => digits_of(digits, "", 16),
        None => digits_of(digits, "", 10),
    };
    let (numerator, denominator) = (whole(above)?, whole(below)?);
    if denominator.is_zero() {
        return Err("must not be divided by 0");
    }
    Ok((numerator, denominator))
}

fn decimal(text: &str) -> Parts {
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        None => (text, 0),
        Some((digits, exponent)) => (
            digits,
            exponent_of(exponent, Number::MAX_EXPONENT)
                .ok_or(NO_NUMBER)?
                .ok_or("its exponent has a size over 1000000")?,
        ),
    };
    let (whole, behind) = digits.split_once('.').unwrap_or((digits, ""));
    let numerator = digits_of(whole, behind, 10)?;
    let exponent = exponent - behind.len() as i64;
    let power = |exponent: u64| UBig::from(5u8).pow(exponent as usize) << exponent as usize;
    let size = exponent.unsigned_abs();
    if numerator.is_zero() {
        Ok((numerator, UBig::ONE))
    } else if exponent < 0 {
        Ok((numerator, power(size)))
    } else {
        Ok((numerator * power(size), UBig::ONE))
    }
}

fn hexadecimal(text: &str) -> Parts {
    let (digits, exponent) = match text.split_once(['p', 'P']) {
        None => (text, 0),
        Some((digits, exponent)) => (
            digits,
            exponent_of(exponent, Number::MAX_BINARY_EXPONENT)
                .ok_or(NO_NUMBER)?
                .ok_or("its exponent has a size over 8000000")?,
        ),
    };
    let (whole, behind) = digits.split_once('.').unwrap_or((digits, ""));
    let numerator = digits_of(whole, behind, 16)?;
    let exponent = exponent - 4 * behind.len() as i64;
    let size = exponent.unsigned_abs() as usize;
    if exponent < 0 {
        Ok((numerator, UBig::ONE << size))
    } else {
        Ok((numerator << size, UBig::ONE))
    }
}

/// The number with these digits, one of them at least.
fn digits_of(whole: &str, behind: &str, radix: u8) -> std::result::Result<UBig, &'static str> {
    let is_digit = |digit: u8| char::from(digit).is_digit(radix.into());
    let length = whole.len() + behind.len();
    if length == 0 || !whole.bytes().chain(behind.bytes()).all(is_digit) {
        return Err(NO_NUMBER);
    }
    if length > Number::MAX_DIGITS {
        return Err("must have at most 1000000 digits");
    }
    UBig::from_str_radix(&[whole, behind].concat(), radix.into()).map_err(|_| NO_NUMBER)
}

/// An exponent: the outer `None` if it is none, the inner if its size is over `most`.
fn exponent_of(text: &str, most: u32) -> Option<Option<i64>> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    let size = if significant.is_empty() { Ok(0) } else { significant.parse::<u32>() };
    let size = size.ok().filter(|size| *size <= most);
    Some(size.map(|size| if text.starts_with('-') { -i64::from(size) } else { i64::from(size) }))
}

/// Quotient and rest; a power of two is divided by in no time.
fn divided(dividend: UBig, divisor: &UBig) -> (UBig, UBig) {
    if divisor.is_power_of_two() {
        let bits = divisor.trailing_zeros().unwrap_or_default();
        let quotient = &dividend >> bits;
        let rest = dividend - (&quotient << bits);
        (quotient, rest)
    } else {
        dividend.div_rem(divisor)
    }
}

/// A quotient over 0, rounded to 53 bits.
fn rounded_quotient(dividend: UBig, divisor: UBig) -> Pitch {
    // It has 54 bits or 55.
    let (quotient, rest, exponent) = leading_bits(dividend, divisor, 54);
    let quotient = u64::try_from(quotient).unwrap_or(u64::MAX);
    let dropped = 64 - quotient.leading_zeros() - 53;
    let (kept, half) = (quotient >> dropped, 1 << (dropped - 1));
    let left = quotient & ((1 << dropped) - 1);
    let up = left > half || (left == half && (rest || kept & 1 == 1));
    let (mantissa, exponent) = (kept + u64::from(up), exponent + i64::from(dropped));
    // 2^53 has 54 bits, all but the first 0.
    let carry = mantissa >> 53;
    Pitch { mantissa: mantissa >> carry, exponent: exponent + carry as i64 }
}

/// A quotient that is not 0 as its `bits` leading bits, or one more, whether something is below them, and their exponent.
fn leading_bits(dividend: UBig, divisor: UBig, bits: usize) -> (UBig, bool, i64) {
    let shift = (bits + divisor.bit_len()) as i64 - dividend.bit_len() as i64;
    let (dividend, divisor) = if shift >= 0 {
        (dividend << shift as usize, divisor)
    } else {
        (dividend, divisor << shift.unsigned_abs() as usize)
    };
    let (quotient, rest) = divided(dividend, &divisor);
    (quotient, !rest.is_zero(), -shift)
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    /// Random numbers, and the seed to have them again.
    fn random() -> (u64, impl FnMut() -> u64) {
        let seed = RandomState::new().hash_one(0);
        let mut state = seed;
        let next = move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ z >> 31
        };
        (seed, next)
    }

    #[test]
    fn all_forms_are_exact() {
        for (text, same) in [
            ("-0.75", "-3/4"),
            ("1.5e-3", "3/2000"),
            ("0x1.8p-2", "3/8"),
            ("0X.cP0", "0.75"),
            ("+12e2", "1200"),
            ("0x10", "16"),
            (".5", "5.E-1"),
            ("-0", "0/5"),
            ("1e0000000003", "1000"),
            ("0e-1000000", "0"),
            ("-0xff/0x10", "-255/16"),
            ("10/0X10", "0.625"),
        ] {
            assert_eq!(number(text), number(same), "{text}");
            assert_eq!(number(text).to_string(), text);
        }
        assert_ne!(number("1e-1000"), number("1e-1001"));
        assert_ne!(number("0.5"), number("-0.5"));
    }

    #[test]
    fn what_is_no_number_has_one_line() {
        for text in [
            "",
            "-",
            ".",
            "e5",
            "1e",
            "1e+",
            "0x",
            "0xp1",
            "1/",
            "/2",
            "1/0",
            "1/-2",
            "1.5/2",
            "0x1.8/2",
            "1/0x",
            "1/-0x1",
            "1/0x0",
            "nan",
            "inf",
            "1_000",
            "--1",
            " 1",
            "1 ",
            "0x1p",
            "1e1.5",
            "é",
            "1e1000001",
            "0x1p8000001",
            "1e99999999999999999999",
        ] {
            let line = text.parse::<Number>().unwrap_err().to_string();
            assert!(line.starts_with(&format!("number {text}: ")) && line.lines().count() == 1);
        }
        let long = "1".repeat(Number::MAX_DIGITS);
        assert!(long.parse::<Number>().is_ok());
        let line = format!("{long}.1").parse::<Number>().unwrap_err().to_string();
        assert!(line.len() < 200 && line.contains("1000000 digits"), "{line}");
    }

    #[test]
    fn the_nearest_f64_is_that_of_the_standard_library() {
        let (seed, mut next) = random();
        for _ in 0..20_000 {
            let digits = next() as u128 * next() as u128;
            let text = format!("-{digits}e{}", next() % 700);
            let text = if next() % 2 == 0 { text } else { format!("{digits}e-{}", next() % 700) };
            let value: f64 = text.parse().unwrap();
            assert_eq!(number(&text).to_f64().to_bits(), value.to_bits(), "{text}, seed {seed}");
            let value = f64::from_bits(next());
            if value.is_finite() {
                let exact = Number::from_f64(value).unwrap();
                assert_eq!(exact.to_f64().to_bits(), value.to_bits(), "{value:e}, seed {seed}");
                assert_eq!(Number::from(&Dyadic::from(value)), exact);
            }
        }
        assert_eq!(number("1e-1000").to_f64(), 0.0);
        assert_eq!(number("-1e1000").to_f64(), f64::NEG_INFINITY);
        assert_eq!(Number::from_f64(0.5).unwrap().to_string(), "0.5");
        assert_eq!(Number::from_f64(0.1).unwrap().to_string(), "0x1.999999999999ap-4");
        assert!(Number::from_f64(f64::NAN).is_err());
    }

    /// The distance to the multiple is at most half of one, and half only from even ones.
    #[test]
    fn multiples_and_pitches_are_the_nearest() {
        let (seed, mut next) = random();
        for _ in 0..5000 {
            let (above, below) = (next() >> (next() % 60), (next() >> (next() % 64)).max(1));
            let minus = if next() % 2 == 0 { "-" } else { "" };
            let value = number(&format!("{minus}{above}/{below}"));
            let (bits, case) = ((next() % 100) as usize, format!("{value}, seed {seed}"));
            let rounded = value.rounded(bits);
            let (mantissa, exponent) = rounded.parts();
            assert_eq!(exponent, -(bits as i64));
            // |value · 2^bits - mantissa| ≤ 1/2, times 2 · below.
            let (numerator, denominator) = value.parts();
            let off =
                (numerator << (bits + 1)) - ((mantissa * IBig::from(denominator.clone())) << 1);
            let (_, off) = off.into_parts();
            assert!(off <= *denominator, "{case}");
            assert!(
                off < *denominator || mantissa.clone().into_parts().1.trailing_zeros() != Some(0),
                "{case}"
            );

            let (factor, divisor) = (next() % 9 + 1, next() % 5000 + 1);
            let value = number(&format!("{}/{below}", above.max(1)));
            let pitch = value.pitch(&UBig::from(factor), &UBig::from(divisor));
            assert!((1 << 52..1 << 53).contains(&pitch.mantissa), "{case}");
            // The same, of value · factor / divisor in units of 2^exponent.
            let numerator = UBig::from(above.max(1)) * factor;
            let denominator = UBig::from(below) * divisor;
            let up = pitch.exponent.min(0).unsigned_abs() as usize;
            let down = pitch.exponent.max(0) as usize;
            let (numerator, denominator) = (numerator << up, denominator << down);
            let known = IBig::from(&denominator * pitch.mantissa);
            let off = (IBig::from(numerator) << 1) - (known << 1);
            let (_, off) = off.into_parts();
            assert!(off <= denominator, "{case}");
            assert!(off < denominator || pitch.mantissa.is_multiple_of(2), "{case}");
        }
    }

    #[test]
    fn zeros_at_the_ends_of_digits_do_not_count() {
        for (text, significant, behind) in [
            ("0", 0, 0),
            ("-0.75", 2, 2),
            ("+000.075000", 2, 3),
            ("1200", 2, 0),
            ("1200e-3", 2, 1),
            ("1.5e-1000", 2, 1001),
            ("1.25E+1", 3, 1),
            (".5", 1, 1),
            ("10.", 1, 0),
        ] {
            assert_eq!(number(text).written(), Written::Decimal { significant, behind }, "{text}");
        }
        assert_eq!(number("-0x1.8p-70").written(), Written::Hexadecimal { bits: 74 });
        assert_eq!(number("0x10p0").written(), Written::Hexadecimal { bits: 0 });
        assert_eq!(number("-1/0x10").written(), Written::Fraction { denominator_bits: 5 });
    }

    /// Seconds, if something were quadratic in the digits.
    #[test]
    fn the_longest_numbers_are_numbers() {
        let digits = "7".repeat(Number::MAX_DIGITS);
        let long = number(&format!("0.{digits}").replace("0.7", ".7"));
        let tiny = number(&format!(".{digits}e-1000000"));
        assert_eq!(long.to_f64(), 7.0 / 9.0);
        let pitch = tiny.pitch(&UBig::ONE, &UBig::from(1000u32));
        // 0.777…e-1000000 / 1000, by logarithms.
        let log = (pitch.mantissa as f64).log10() + pitch.exponent as f64 * 2f64.log10();
        assert!((log + 1_000_003.0 - (7f64 / 9.0).log10()).abs() < 1e-6, "{log}");
        let rounded = long.rounded(3_400_000);
        let again = Number::from(&rounded);
        assert_eq!(number(&again.to_string()).rounded(3_400_000), rounded);
    }
}
