//! The size of a picture: in pixels, or as it is printed.

use crate::Dpi;
use crate::cli::error::Failure;
use crate::decimal::decimal;
use crate::grid::MAX_SIDE;

/// Columns and rows, in pixels or as lengths.
#[derive(Clone, Debug)]
pub struct Size {
    /// As it was given.
    text: String,
    /// Pixels, or ten-millionths of a millimetre: all units are whole numbers of them, with 6 decimals.
    sides: [u64; 2],
    has_lengths: bool,
}

/// The decimals of a length.
const DECIMALS: usize = 6;

/// The units of lengths: how many ten-millionths of a millimetre a millionth of each has.
const UNITS: [(&str, u64); 3] = [("mm", 10), ("cm", 100), ("in", 254)];

impl Size {
    /// Whether its sides are lengths.
    pub fn has_lengths(&self) -> bool {
        self.has_lengths
    }

    /// Columns and rows: those of `resolution`, with as many rows as this size has for so many columns; or its own, which
    /// are those that its lengths have with `dpi`, rounded to the nearest.
    ///
    /// # Errors
    /// For lengths without pixels an inch, and for those with no pixel, or too many.
    pub fn pixels(&self, resolution: Option<u32>, dpi: Option<Dpi>) -> Result<(u32, u32), Failure> {
        if let Some(columns) = resolution {
            return Ok((columns, self.rows_of(columns)));
        }
        let [columns, rows] = match (self.has_lengths, dpi) {
            (false, _) => self.sides.map(u128::from),
            (true, Some(dpi)) => self.sides.map(|side| dpi.pixels(side)),
            (true, None) => {
                let line = format!(
                    "--size {}: needs --dpi, the pixels of an inch, or must be in pixels, as 1920x1080",
                    self.text
                );
                return Err(Failure::usage(line));
            }
        };
        let side =
            |side: u128| u32::try_from(side).ok().filter(|side| (1..=MAX_SIDE).contains(side));
        side(columns).zip(side(rows)).ok_or_else(|| {
            Failure::usage(format!(
                "--size {}: is {columns} × {rows} pixels{}; a side can have 1 to {MAX_SIDE}",
                self.text,
                dpi.map(|dpi| format!(" with --dpi {dpi}")).unwrap_or_default()
            ))
        })
    }

    /// The rows that as many columns have with this aspect, at least 1.
    fn rows_of(&self, columns: u32) -> u32 {
        let [own, rows] = self.sides.map(u128::from);
        let rows = (2 * u128::from(columns) * rows + own) / (2 * own);
        rows.clamp(1, u32::MAX.into()) as u32
    }
}

/// Parses a size: `1920x1080`, or lengths as `300mmx200mm`.
pub fn size(text: &str) -> Result<Size, String> {
    let sides = text.split_once('x');
    let both = |side: fn(&str) -> Option<u64>| sides.and_then(|(w, h)| Some([side(w)?, side(h)?]));
    let (sides, has_lengths) = match (both(pixels), both(length)) {
        (Some(sides), _) => (sides, false),
        (None, Some(sides)) => (sides, true),
        (None, None) => {
            return Err(format!(
                "must be WxH: two whole numbers from 1 to {MAX_SIDE}, or two lengths in mm, cm or in, \
                 as 300mmx200mm"
            ));
        }
    };
    Ok(Size { text: text.to_owned(), sides, has_lengths })
}

fn pixels(text: &str) -> Option<u64> {
    let side: u32 = text.parse().ok()?;
    (1..=MAX_SIDE).contains(&side).then(|| side.into())
}

/// A length over 0, in ten-millionths of a millimetre.
fn length(text: &str) -> Option<u64> {
    let (number, unit) = UNITS.iter().find_map(|&(name, unit)| {
        text.strip_suffix(name).map(|number| (number.trim_end(), unit))
    })?;
    decimal(number, DECIMALS)
        .filter(|&millionths| millionths > 0)
        .map(|millionths| millionths * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, dpi: &str) -> Result<(u32, u32), String> {
        let dpi = (!dpi.is_empty()).then(|| dpi.parse().unwrap());
        let pixels = size(text).unwrap().pixels(None, dpi);
        pixels.map_err(|failure| failure.message().to_owned())
    }

    #[test]
    fn lengths_are_pixels_with_a_resolution() {
        for (text, dpi, pixels) in [
            ("1920x1080", "", (1920, 1080)),
            ("1920x1080", "300", (1920, 1080)),
            ("300mmx200mm", "300", (3543, 2362)),
            ("30cmx20cm", "300", (3543, 2362)),
            ("12inx8in", "300", (3600, 2400)),
            ("8.5inx11in", "118.11", (1004, 1299)),
            ("1inx25.4mm", "300", (300, 300)),
        ] {
            assert_eq!(of(text, dpi), Ok(pixels), "{text} {dpi}");
        }
        let needs = "--size 3cmx2cm: needs --dpi, the pixels of an inch, or must be in pixels, as 1920x1080";
        assert_eq!(of("3cmx2cm", ""), Err(needs.to_owned()));
        let none = "--size 0.5inx0.499999in: is 1 × 0 pixels with --dpi 1; a side can have 1 to 2147483647";
        assert_eq!(of("0.5inx0.499999in", "1"), Err(none.to_owned()));
        assert!(of("999999999inx1in", "65535").unwrap_err().contains("65534999934465 × 65535"));
        // The aspect stays with other columns.
        assert_eq!(size("300mmx20cm").unwrap().pixels(Some(600), None).ok(), Some((600, 400)));
    }

    #[test]
    fn what_is_no_size() {
        for text in [
            "",
            "x",
            "3",
            "3x",
            "0x1",
            "1x2147483648",
            "3mmx2",
            "3x2mm",
            "3mmx0mm",
            "-3mmx2mm",
            "3ftx2ft",
            "1e3mmx1mm",
            "3mm x",
            ".mmx1mm",
            "1.0000001mmx1mm",
            "1000000000mmx1mm",
        ] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
