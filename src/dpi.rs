//! How many pixels an inch of a print has.

use std::fmt;
use std::str::FromStr;

use crate::decimal::decimal;
use crate::error::{Error, Result};
use crate::parameter::Parameter;

/// Pixels an inch, from 1 to 65535 in steps of a ten-thousandth: what a program that prints a picture, or lays it out, makes
/// its size of.
///
/// ```
/// use juliaset::Dpi;
///
/// let dpi: Dpi = "118.11".parse()?;
/// assert_eq!(dpi, Dpi::new(118.11)?);
/// assert_eq!(dpi.to_string(), "118.11");
/// # Ok::<(), juliaset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dpi {
    /// Ten-thousandths of a pixel: as many as every format can state, exactly or rounded.
    parts: u32,
}

/// The parts of one pixel.
const PARTS: u32 = 10_000;
/// The digits of a part.
const DECIMALS: usize = 4;
/// The most pixels an inch: more have no place in a JPEG.
const MOST: u32 = u16::MAX as u32;

impl Dpi {
    /// What [`FromStr`] takes, in a few words.
    const EXPECTED: &str = "must be a number from 1 to 65535, with 4 decimals at most";

    /// The one nearest to this number.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a number that is not from 1 to 65535.
    pub fn new(dpi: f64) -> Result<Self> {
        if (1.0..=f64::from(MOST)).contains(&dpi) {
            Ok(Self { parts: (dpi * f64::from(PARTS)).round() as u32 })
        } else {
            Err(Error::invalid(Parameter::Dpi, dpi, "must be a number from 1 to 65535"))
        }
    }

    /// The same number as a float.
    pub fn get(self) -> f64 {
        f64::from(self.parts) / f64::from(PARTS)
    }

    /// As a fraction in lowest terms.
    pub(crate) fn fraction(self) -> [u32; 2] {
        let divisor = gcd(self.parts, PARTS);
        [self.parts / divisor, PARTS / divisor]
    }

    /// The nearest whole number.
    pub(crate) fn rounded(self) -> u16 {
        ((self.parts + PARTS / 2) / PARTS).min(MOST) as u16
    }

    /// Pixels a metre, the nearest whole number.
    pub(crate) fn per_metre(self) -> u32 {
        // A part of an inch, which is 0.0254 m.
        (self.parts + 127) / 254
    }

    /// The pixels of a length of so many ten-millionths of a millimetre: the nearest whole number, half of one rounded up.
    #[cfg(feature = "cli")]
    pub(crate) fn pixels(self, length: u64) -> u128 {
        let inch_in_parts = 254_000_000 * u128::from(PARTS);
        (2 * u128::from(length) * u128::from(self.parts) + inch_in_parts) / (2 * inch_in_parts)
    }

    /// The length of so many pixels, in inches.
    #[cfg(feature = "cli")]
    pub(crate) fn inches(self, pixels: u32) -> f64 {
        f64::from(pixels) / self.get()
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl FromStr for Dpi {
    type Err = Error;

    /// # Errors
    /// [`Error::Invalid`] for what is not a number from 1 to 65535, and for one with more than 4 decimals.
    fn from_str(text: &str) -> Result<Self> {
        let parts = decimal(text, DECIMALS).and_then(|parts| u32::try_from(parts).ok());
        let parts = parts.filter(|parts| (PARTS..=MOST * PARTS).contains(parts));
        let parts = parts.ok_or_else(|| Error::invalid(Parameter::Dpi, text, Self::EXPECTED))?;
        Ok(Self { parts })
    }
}

impl fmt::Display for Dpi {
    /// As [`FromStr`] accepts it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.parts / PARTS, self.parts % PARTS);
        if decimals == 0 {
            return write!(f, "{whole}");
        }
        let decimals = format!("{decimals:0DECIMALS$}");
        write!(f, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_state_it() {
        for (text, shown, fraction, rounded, per_metre) in [
            ("300", "300", [300, 1], 300, 11811),
            ("300.", "300", [300, 1], 300, 11811),
            ("72.50", "72.5", [145, 2], 73, 2854),
            ("0118.11", "118.11", [11811, 100], 118, 4650),
            ("1", "1", [1, 1], 1, 39),
            ("1.0001", "1.0001", [10001, 10000], 1, 39),
            ("65535", "65535", [65535, 1], 65535, 2_580_118),
            ("65534.9999", "65534.9999", [655_349_999, 10000], 65535, 2_580_118),
        ] {
            let dpi: Dpi = text.parse().unwrap();
            assert_eq!((dpi.to_string().as_str(), dpi.fraction()), (shown, fraction), "{text}");
            assert_eq!((dpi.rounded(), dpi.per_metre()), (rounded, per_metre), "{text}");
            assert_eq!(Dpi::new(dpi.get()).unwrap(), dpi, "{text}");
        }
    }

    #[test]
    fn what_is_no_resolution() {
        for text in
            ["", ".", "0", "0.9999", "-300", "+300", "3e2", "65535.0001", "65536", "1.00001", "nan"]
        {
            let line = text.parse::<Dpi>().unwrap_err().to_string();
            assert_eq!(line, format!("dpi {text}: {}", Dpi::EXPECTED));
        }
        for number in [f64::NAN, f64::INFINITY, 0.0, 0.99, 65535.1, -300.0] {
            assert!(Dpi::new(number).is_err(), "{number}");
        }
    }

    #[cfg(feature = "cli")]
    #[test]
    fn pixels_of_a_length_are_rounded_exactly() {
        let dpi = |text: &str| text.parse::<Dpi>().unwrap();
        let mm = 10_000_000;
        assert_eq!(dpi("300").pixels(300 * mm), 3543);
        // A half is rounded up, and what is the least below it is not.
        assert_eq!(dpi("1.27").pixels(10 * mm), 1);
        assert_eq!(dpi("1.27").pixels(10 * mm - 1), 0);
        assert_eq!(dpi("65535").pixels(u64::MAX), 4_759_477_845_947_069);
        assert_eq!(dpi("100").inches(250), 2.5);
    }
}
