//! A colour, and the ways to write it.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::parameter::Parameter;

/// A colour: red, green and blue in sRGB, 8 bits each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color(pub [u8; 3]);

/// The sixteen names of HTML, and orange.
const NAMES: [(&str, u32); 17] = [
    ("black", 0x00_00_00),
    ("silver", 0xc0_c0_c0),
    ("gray", 0x80_80_80),
    ("white", 0xff_ff_ff),
    ("maroon", 0x80_00_00),
    ("red", 0xff_00_00),
    ("purple", 0x80_00_80),
    ("fuchsia", 0xff_00_ff),
    ("green", 0x00_80_00),
    ("lime", 0x00_ff_00),
    ("olive", 0x80_80_00),
    ("yellow", 0xff_ff_00),
    ("navy", 0x00_00_80),
    ("blue", 0x00_00_ff),
    ("teal", 0x00_80_80),
    ("aqua", 0x00_ff_ff),
    ("orange", 0xff_a5_00),
];

impl Color {
    /// What [`FromStr`] takes, in a few words.
    pub(crate) const EXPECTED: &str = "must be a colour: #rrggbb, #rgb, or a name such as black";

    /// The names of colours.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().map(|(name, _)| name)
    }
}

impl FromStr for Color {
    type Err = Error;

    /// `#rrggbb` or `#rgb`, the `#` at will, or one of HTML's sixteen names or orange.
    ///
    /// # Errors
    /// [`Error::Invalid`] for any other text.
    fn from_str(text: &str) -> Result<Self> {
        let from_u32 = |value: u32| {
            let [_, red, green, blue] = value.to_be_bytes();
            Self([red, green, blue])
        };
        let name = text.to_ascii_lowercase();
        if let Some(&(_, value)) = NAMES.iter().find(|(known, _)| *known == name) {
            return Ok(from_u32(value));
        }
        let wrong = || Err(Error::invalid(Parameter::Color, text, Self::EXPECTED));
        let digits = text.strip_prefix('#').unwrap_or(text);
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return wrong();
        }
        match (digits.len(), u32::from_str_radix(digits, 16)) {
            (6, Ok(value)) => Ok(from_u32(value)),
            (3, Ok(value)) => {
                Ok(Self([value >> 8, value >> 4, value].map(|digit| (digit & 15) as u8 * 17)))
            }
            _ => wrong(),
        }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_colour() {
        for text in ["#ffa500", "ffa500", "#FFA500", "orange", "Orange"] {
            assert_eq!(text.parse::<Color>().unwrap(), Color([255, 165, 0]), "{text}");
        }
        assert_eq!("#1af".parse::<Color>().unwrap(), Color([0x11, 0xaa, 0xff]));
        assert_eq!(Color([0x11, 0xaa, 0xff]).to_string(), "#11aaff");
    }

    #[test]
    fn what_is_no_colour() {
        for text in ["", "#", "#12345", "#12345g", "#+12345", "+12", "blak", "#ffa50000", "é12"] {
            let line = text.parse::<Color>().unwrap_err().to_string();
            assert_eq!(line, format!("color {text}: {}", Color::EXPECTED));
        }
    }
}
