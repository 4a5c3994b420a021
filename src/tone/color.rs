//! A colour, and the ways to write it.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::parameter::Parameter;

/// A colour: red, green and blue in sRGB, and its opacity, from 0 for one that is not seen to 255; 8 bits each.
///
/// ```
/// use juliaset::Color;
///
/// assert_eq!("#ff8000".parse::<Color>()?, Color::opaque([255, 128, 0]));
/// assert_eq!("#ff800080".parse::<Color>()?, Color([255, 128, 0], 128));
/// assert_eq!("none".parse::<Color>()?, Color::NONE);
/// # Ok::<(), juliaset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color(pub [u8; 3], pub u8);

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

/// The names of what is not seen.
const NOT_SEEN: [&str; 2] = ["none", "transparent"];

impl Color {
    /// What [`FromStr`] takes, in a few words.
    pub(crate) const EXPECTED: &str =
        "must be a colour: #rrggbb, #rgb, #rrggbbaa, or a name such as black or none";

    /// What is not seen at all.
    pub const NONE: Self = Self([0; 3], 0);

    /// A colour through which nothing is seen.
    pub const fn opaque(parts: [u8; 3]) -> Self {
        Self(parts, u8::MAX)
    }

    /// Whether nothing is seen through it.
    pub fn is_opaque(self) -> bool {
        self.1 == u8::MAX
    }

    /// Red, green, blue and opacity.
    pub(crate) fn parts(self) -> [u8; 4] {
        let Self([red, green, blue], opacity) = self;
        [red, green, blue, opacity]
    }

    /// The names of colours.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().map(|(name, _)| name).chain(NOT_SEEN)
    }
}

impl FromStr for Color {
    type Err = Error;

    /// `#rrggbb` or `#rgb`, the `#` at will; `#rrggbbaa` or `#rgba` with its opacity; one of HTML's sixteen names or orange;
    /// or `none` or `transparent`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for any other text.
    fn from_str(text: &str) -> Result<Self> {
        let from_u32 = |value: u32| {
            let [_, red, green, blue] = value.to_be_bytes();
            Self::opaque([red, green, blue])
        };
        let name = text.to_ascii_lowercase();
        if let Some(&(_, value)) = NAMES.iter().find(|(known, _)| *known == name) {
            return Ok(from_u32(value));
        }
        if NOT_SEEN.contains(&name.as_str()) {
            return Ok(Self::NONE);
        }
        let wrong = || Err(Error::invalid(Parameter::Color, text, Self::EXPECTED));
        let digits = text.strip_prefix('#').unwrap_or(text);
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return wrong();
        }
        let has_sign = digits.len() < text.len();
        let twice = |digit: u32| (digit & 15) as u8 * 17;
        match (digits.len(), u32::from_str_radix(digits, 16)) {
            (6, Ok(value)) => Ok(from_u32(value)),
            (3, Ok(value)) => Ok(Self::opaque([value >> 8, value >> 4, value].map(twice))),
            // Without the sign it may be a number.
            (8, Ok(value)) if has_sign => Ok(Self(from_u32(value >> 8).0, value as u8)),
            (4, Ok(value)) if has_sign => {
                Ok(Self([value >> 12, value >> 8, value >> 4].map(twice), twice(value)))
            }
            _ => wrong(),
        }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue, opacity] = self.parts();
        match *self {
            Self::NONE => f.write_str(NOT_SEEN[0]),
            _ if self.is_opaque() => write!(f, "#{red:02x}{green:02x}{blue:02x}"),
            _ => write!(f, "#{red:02x}{green:02x}{blue:02x}{opacity:02x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_colour() {
        for text in ["#ffa500", "ffa500", "#FFA500", "orange", "Orange"] {
            assert_eq!(text.parse::<Color>().unwrap(), Color::opaque([255, 165, 0]), "{text}");
        }
        assert_eq!("#1af".parse::<Color>().unwrap(), Color::opaque([0x11, 0xaa, 0xff]));
        assert_eq!(Color::opaque([0x11, 0xaa, 0xff]).to_string(), "#11aaff");
        for (text, color, shown) in [
            ("#11aaff80", Color([0x11, 0xaa, 0xff], 0x80), "#11aaff80"),
            ("#1af8", Color([0x11, 0xaa, 0xff], 0x88), "#11aaff88"),
            ("#11aaffff", Color::opaque([0x11, 0xaa, 0xff]), "#11aaff"),
            ("#fff0", Color([255; 3], 0), "#ffffff00"),
            ("None", Color::NONE, "none"),
            ("transparent", Color::NONE, "none"),
            ("#00000000", Color::NONE, "none"),
        ] {
            let read: Color = text.parse().unwrap();
            assert_eq!((read, read.to_string().as_str()), (color, shown), "{text}");
            assert_eq!(shown.parse::<Color>().unwrap(), color);
        }
    }

    #[test]
    fn what_is_no_colour() {
        for text in [
            "", "#", "#12345", "#12345g", "#+12345", "+12", "blak", "ffa50000", "1af8", "#ffa5000",
            "é12",
        ] {
            let line = text.parse::<Color>().unwrap_err().to_string();
            assert_eq!(line, format!("color {text}: {}", Color::EXPECTED));
        }
    }
}
