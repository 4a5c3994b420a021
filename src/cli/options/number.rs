//! Options whose values are numbers.

use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::hexfloat;
use crate::{Error, Number};

/// Parses what the library reads itself, and says what it must be.
pub fn parsed<T: FromStr<Err = Error>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error| match error {
        Error::Invalid { expected, .. } => expected.to_string(),
        error => error.to_string(),
    })
}

/// Parses a whole number in a range.
pub fn whole(range: RangeInclusive<u32>) -> impl Fn(&str) -> Result<u32, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        let (start, end) = (range.start(), range.end());
        number.ok_or_else(|| format!("must be a whole number from {start} to {end}"))
    }
}

/// Parses a finite number.
pub fn finite(text: &str) -> Result<f64, &'static str> {
    number(text).ok_or("must be a finite number")
}

/// Parses a part of c: a number of any length that is not too large for an `f64`.
pub fn number_of_c(text: &str) -> Result<Number, &'static str> {
    // A float's text may have a longer exponent.
    let nearest = finite(text)?;
    Ok(match text.parse() {
        Ok(number) => number,
        Err(_) => Number::from_f64(nearest).map_err(|_| "must be a finite number")?,
    })
}

/// Parses a number for the threshold; the library refuses one that is not over 0.
pub fn modulus(text: &str) -> Result<f64, &'static str> {
    number(text).ok_or("must be finite and over 0")
}

/// Parses a number over 0.
pub fn positive(text: &str) -> Result<f64, &'static str> {
    number(text).filter(|number| *number > 0.0).ok_or("must be finite and over 0")
}

/// A finite number, decimal, hexadecimal or a fraction, and rounded. One too large for an `f64` is refused: then the message has it as it
/// was given.
pub fn number(text: &str) -> Option<f64> {
    let number = text.parse().ok().or_else(|| hexfloat::parse(text));
    let number = number.or_else(|| Some(text.parse::<Number>().ok()?.to_f64()));
    number.filter(|number: &f64| number.is_finite())
}
