//! Palettes: colours by position.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::color::Color;
use super::oklab;
use super::palette_file;
use crate::error::{Error, Result};
use crate::input;
use crate::parameter::Parameter;

/// The most colours of a palette: more than a picture of 8 bits can show, and few enough for a
/// picture's record.
const MOST_COLORS: usize = 4096;

/// The longest file, in bytes.
const LONGEST_FILE: usize = 1 << 20;

/// Colours for positions from 0 to 1.
///
/// All but the original's gray are tables of evenly spaced colours, with straight lines in sRGB or OKLab
/// between them.
///
/// ```
/// use juliaset::{Color, Palette};
///
/// let palette: Palette = "navy,#fff,orange".parse()?;
/// assert_eq!(palette.at(0.5, 255), [255, 255, 255]);
/// assert_eq!("magma_r".parse::<Palette>()?.to_string(), "magma_r");
/// let own = Palette::mixed(vec![Color::opaque([0, 0, 128]), Color::opaque([255; 3])])?; // even to the eye
/// assert_eq!(own.to_string(), "oklab:#000080,#ffffff");
/// # Ok::<(), juliaset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    colors: Colors,
    reversed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Colors {
    /// `(255 · position) as u8`.
    Gray,
    Named(&'static str, Vec<Color>),
    Listed(Vec<Color>),
    /// Colours with lines in OKLab between them, and evenly spaced ones on these.
    Mixed(Vec<Color>, Vec<[u16; 4]>),
}

/// What a palette with lines in OKLab begins with.
const OKLAB: &str = "oklab:";
/// The most colours that are given of one: on the lines between there are 4096.
const MOST_MIXED: usize = MOST_COLORS / oklab::PARTS;

/// A palette that has a name: what it is, and its colours one a line, empty for gray.
struct Known {
    name: &'static str,
    about: &'static str,
    lines: &'static str,
}

macro_rules! known {
    ($name:literal, $about:literal, $file:literal) => {
        Known { name: $name, about: $about, lines: include_str!(concat!("palettes/", $file)) }
    };
}

const KNOWN: [Known; 13] = [
    Known { name: "gray", about: "black to white, as the original", lines: "" },
    known!("viridis", "blue, green, yellow; even to the eye", "viridis.txt"),
    known!("magma", "black, purple, cream; even to the eye", "magma.txt"),
    known!("inferno", "black, red, yellow; even to the eye", "inferno.txt"),
    known!("plasma", "blue, pink, yellow; even to the eye", "plasma.txt"),
    known!("cividis", "blue to yellow; alike to the colour-blind", "cividis.txt"),
    known!("turbo", "the rainbow, without its false edges", "turbo.txt"),
    known!("twilight", "cyclic: white, blue, black, red, white", "twilight.txt"),
    known!("twilight_shifted", "cyclic: black, blue, white, red, black", "twilight_shifted.txt"),
    known!("romao", "cyclic: purple, orange, yellow, blue, purple", "romao.txt"),
    known!("viko", "cyclic: dark, blue, white, orange, dark", "viko.txt"),
    known!("corko", "cyclic: dark, blue, white, green, dark", "corko.txt"),
    known!("ultra", "cyclic: blue, white, orange, black, blue", "ultra.txt"),
];

impl Default for Palette {
    fn default() -> Self {
        Self { colors: Colors::Gray, reversed: false }
    }
}

impl Palette {
    /// The names of all palettes, each with what it looks like.
    pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
        KNOWN.iter().map(|known| (known.name, known.about))
    }

    /// The palette of that name; with `_r` at the end of the name, reversed.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that none has; it says which are near.
    pub fn named(name: &str) -> Result<Self> {
        let (stem, reversed) = match name.strip_suffix("_r") {
            Some(stem) => (stem, true),
            None => (name, false),
        };
        let Some(known) = KNOWN.iter().find(|known| known.name.eq_ignore_ascii_case(stem)) else {
            return Err(Error::invalid(Parameter::Palette, name, unknown(stem)));
        };
        let colors = if known.lines.is_empty() {
            Colors::Gray
        } else {
            let colors = palette_file::lines(known.lines).map_err(|(line, expected)| {
                Error::invalid(Parameter::Palette, format!("{name}, line {line}"), expected)
            })?;
            Colors::Named(known.name, colors)
        };
        Ok(Self { colors, reversed })
    }

    /// The palette of `colors`, evenly spaced from position 0 to 1.
    ///
    /// # Errors
    /// [`Error::Invalid`] for fewer than two colours, and for more than 4096.
    pub fn from_colors(colors: Vec<Color>) -> Result<Self> {
        if colors.len() < 2 {
            return Err(Error::invalid(
                Parameter::Palette,
                listed(&colors),
                "needs two colours or more",
            ));
        }
        if colors.len() > MOST_COLORS {
            let value = format!("of {} colours", colors.len());
            return Err(Error::invalid(
                Parameter::Palette,
                value,
                format!("has {MOST_COLORS} at most"),
            ));
        }
        Ok(Self { colors: Colors::Listed(colors), reversed: false })
    }

    /// The palette of `colors`, evenly spaced from position 0 to 1, with straight lines in OKLab between them: what is between two colours is
    /// what the eye expects there.
    ///
    /// # Errors
    /// [`Error::Invalid`] for fewer than two colours, and for more than 64.
    pub fn mixed(colors: Vec<Color>) -> Result<Self> {
        if !(2..=MOST_MIXED).contains(&colors.len()) {
            let value = format!("{OKLAB}{}", listed(&colors));
            let expected = format!("needs two to {MOST_MIXED} colours");
            return Err(Error::invalid(Parameter::Palette, value, expected));
        }
        let between = oklab::between(&colors);
        Ok(Self { colors: Colors::Mixed(colors, between), reversed: false })
    }

    /// The palette in the file `path`. By its extension it is a gradient of GIMP's (`.ggr`), the first gradient of a file of Ultra
    /// Fractal's (`.ugr`), or a table (`.csv`) of red, green and blue from 0 to 255 or from 0 to 1, with or without positions before
    /// them. Else it has one colour a line, as `#rrggbb`, `#rgb`, a name, or three
    /// numbers from 0 to 255 with spaces or commas between and any text behind. Empty lines and what
    /// comes after a `;` or a `#` that begins no colour are skipped. So the `.map` files of Fractint
    /// are palettes, and the `.gpl` files of GIMP. `-` is standard input.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Line`] for a line that is not a colour and for a file with fewer than
    /// two; [`Error::NotAPicture`] for a file of more than
    /// 4096 colours or 1 MiB.
    pub fn read(path: &Path) -> Result<Self> {
        let text = input::text(path, LONGEST_FILE)?;
        let bad_line = |(line, expected)| Error::Line { path: path.to_path_buf(), line, expected };
        let colors = palette_file::parse(path, &text).map_err(bad_line)?;
        if colors.len() < 2 {
            let problem = "a palette needs two colours or more, one a line".to_owned();
            return Err(bad_line((text.lines().count().max(1), problem)));
        }
        if colors.len() > MOST_COLORS {
            let problem =
                format!("has {} colours; a palette has {MOST_COLORS} at most", colors.len());
            return Err(Error::NotAPicture { path: path.to_path_buf(), problem });
        }
        Self::from_colors(colors)
    }

    /// The colours in the order of positions from 0, evenly spaced; none for the original's gray.
    pub fn colors(&self) -> Vec<Color> {
        let mut colors = match &self.colors {
            Colors::Gray => Vec::new(),
            Colors::Named(_, colors) | Colors::Listed(colors) => colors.clone(),
            Colors::Mixed(_, between) => {
                let to_byte = |part| ((u32::from(part) * 255 + 32767) / 65535) as u8;
                let color = |&[red, green, blue, opacity]: &[u16; 4]| {
                    Color([red, green, blue].map(to_byte), to_byte(opacity))
                };
                between.iter().map(color).collect()
            }
        };
        if self.reversed {
            colors.reverse();
        }
        colors
    }

    /// Whether all its colours are grays.
    pub(crate) fn is_gray(&self) -> bool {
        match &self.colors {
            Colors::Gray => true,
            Colors::Named(_, colors) | Colors::Listed(colors) | Colors::Mixed(colors, _) => {
                colors.iter().all(|Color([red, green, blue], _)| red == green && green == blue)
            }
        }
    }

    /// Whether nothing is seen through any of its colours.
    pub fn is_opaque(&self) -> bool {
        match &self.colors {
            Colors::Gray => true,
            Colors::Named(_, colors) | Colors::Listed(colors) | Colors::Mixed(colors, _) => {
                colors.iter().all(|color| color.is_opaque())
            }
        }
    }

    /// The colour at a position in `[0, 1]`: red, green and blue from 0 to `max`.
    #[inline]
    pub fn at(&self, position: f64, max: u16) -> [u16; 3] {
        let [red, green, blue, _] = self.seen_at(position, max);
        [red, green, blue]
    }

    /// The same, and its opacity from 0 to `max`; between two colours it is on a straight line, too.
    #[inline]
    pub fn seen_at(&self, position: f64, max: u16) -> [u16; 4] {
        let position = if self.reversed { 1.0 - position } else { position };
        let max = f64::from(max);
        match &self.colors {
            Colors::Gray => {
                let gray = (max * position) as u16;
                [gray, gray, gray, max as u16]
            }
            Colors::Named(_, colors) | Colors::Listed(colors) => {
                let (below, share) = place(position, colors.len());
                let (low, high) = (colors[below].parts(), colors[below + 1].parts());
                std::array::from_fn(|i| {
                    let (low, high) = (f64::from(low[i]), f64::from(high[i]));
                    rounded((low + (high - low) * share) / 255.0 * max)
                })
            }
            Colors::Mixed(_, between) => {
                let (below, share) = place(position, between.len());
                let (low, high) = (between[below], between[below + 1]);
                std::array::from_fn(|i| {
                    let (low, high) = (f64::from(low[i]), f64::from(high[i]));
                    rounded((low + (high - low) * share) / 65535.0 * max)
                })
            }
        }
    }
}

/// Of evenly spaced colours the last before a position in `[0, 1]`, and the next one's share.
#[inline]
fn place(position: f64, colors: usize) -> (usize, f64) {
    let place = position * (colors - 1) as f64;
    let below = (place as usize).min(colors - 2);
    (below, place - below as f64)
}

/// A number that is not negative, rounded as [`f64::round`] does, which is a call on many machines.
#[inline]
fn rounded(value: f64) -> u16 {
    let whole = value as u16;
    whole + u16::from(value - f64::from(whole) >= 0.5)
}

impl FromStr for Palette {
    type Err = Error;

    /// A name, as [`named`](Palette::named), or two colours or more with commas between them; with `oklab:` before
    /// these, as [`mixed`](Palette::mixed).
    fn from_str(text: &str) -> Result<Self> {
        let mixed = text.strip_prefix(OKLAB);
        if mixed.is_none() && !text.contains(',') {
            return Self::named(text);
        }
        let colors = mixed.unwrap_or(text).split(',').map(|color| {
            if color.trim().is_empty() {
                let expected = "must have a colour before and after every comma";
                return Err(Error::invalid(Parameter::Palette, text, expected));
            }
            color.trim().parse().map_err(|error: Error| error.about(Parameter::Palette))
        });
        let colors = colors.collect::<Result<_>>()?;
        if mixed.is_some() { Self::mixed(colors) } else { Self::from_colors(colors) }
    }
}

impl fmt::Display for Palette {
    /// As [`FromStr`] accepts it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.colors {
            Colors::Gray => "gray",
            Colors::Named(name, _) => name,
            Colors::Listed(colors) => return f.write_str(&listed(colors)),
            Colors::Mixed(colors, _) => return write!(f, "{OKLAB}{}", listed(colors)),
        };
        write!(f, "{name}{}", if self.reversed { "_r" } else { "" })
    }
}

fn listed(colors: &[Color]) -> String {
    colors.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// What to say of a name that no palette has.
fn unknown(name: &str) -> String {
    let distance = |known: &Known| strsim::damerau_levenshtein(&name.to_lowercase(), known.name);
    let mut near: Vec<&Known> =
        KNOWN.iter().filter(|known| distance(known) <= name.len() / 2).collect();
    near.sort_by_key(|known| distance(known));
    let names = |known: &[&Known]| known.iter().map(|known| known.name).collect::<Vec<_>>();
    if near.is_empty() {
        let all: Vec<&Known> = KNOWN.iter().collect();
        return format!("no such palette; there are {}", names(&all).join(", "));
    }
    near.truncate(2);
    format!("no such palette; did you mean {}?", names(&near).join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_palette_that_has_a_name_can_be_had() {
        for (name, _) in Palette::names() {
            let palette = Palette::named(name).unwrap();
            assert_eq!(palette.to_string(), name);
            assert_eq!(palette.to_string().parse::<Palette>().unwrap(), palette);
            let reversed = Palette::named(&format!("{name}_r")).unwrap();
            assert_eq!(reversed.at(0.25, 255), palette.at(0.75, 255), "{name}");
            assert_eq!(palette.is_gray(), name == "gray");
        }
    }

    /// As matplotlib gives them, rounded to 8 bits.
    #[test]
    fn the_tables_are_the_true_ones() {
        for (name, first, middle, last) in [
            ("viridis", [68, 1, 84], [33, 145, 140], [253, 231, 37]),
            ("magma", [0, 0, 4], [183, 55, 121], [252, 253, 191]),
            ("inferno", [0, 0, 4], [188, 55, 84], [252, 255, 164]),
            ("plasma", [13, 8, 135], [204, 71, 120], [240, 249, 33]),
            ("cividis", [0, 34, 78], [125, 124, 120], [254, 232, 56]),
            ("turbo", [48, 18, 59], [164, 252, 60], [122, 4, 3]),
        ] {
            let palette = Palette::named(name).unwrap();
            let at = |index: f64| palette.at(index / 255.0, 255);
            assert_eq!([at(0.0), at(128.0), at(255.0)], [first, middle, last], "{name}");
        }
    }

    #[test]
    fn cyclic_palettes_end_where_they_start() {
        for (name, about) in Palette::names().filter(|(_, about)| about.starts_with("cyclic")) {
            let palette = Palette::named(name).unwrap();
            let (first, last) = (palette.at(0.0, 255), palette.at(1.0, 255));
            assert!((0..3).all(|i| first[i].abs_diff(last[i]) <= 4), "{name} {about}");
        }
    }

    #[test]
    fn between_two_colours_lies_a_straight_line() {
        let palette: Palette = "black,#ff8000".parse().unwrap();
        assert_eq!(palette.at(0.5, 255), [128, 64, 0]);
        assert_eq!(palette.at(1.0, 65535), [65535, 32896, 0]);
        assert_eq!(palette.to_string(), "#000000,#ff8000");
    }

    #[test]
    fn opacity_is_on_a_line_too() {
        for (text, opacity) in [("#ff0000,#0000ff00", 128), ("oklab:red,none,#0f08", 0)] {
            let palette: Palette = text.parse().unwrap();
            assert!(!palette.is_opaque(), "{text}");
            assert_eq!(palette.seen_at(0.5, 255)[3], opacity, "{text}");
            assert_eq!(palette.seen_at(0.0, 65535), [65535, 0, 0, 65535], "{text}");
            assert_eq!(palette.to_string().parse::<Palette>().unwrap(), palette);
        }
        let palette: Palette = "red,none".parse().unwrap();
        assert_eq!(palette.to_string(), "#ff0000,none");
        assert!(
            "viridis".parse::<Palette>().unwrap().is_opaque() && Palette::default().is_opaque()
        );
    }

    #[test]
    fn between_two_colours_lies_what_the_eye_expects() {
        let palette: Palette = "oklab:navy,#fff,orange".parse().unwrap();
        assert_eq!(palette.to_string(), "oklab:#000080,#ffffff,#ffa500");
        assert_eq!(palette.to_string().parse::<Palette>().unwrap(), palette);
        let known = [palette.at(0.0, 255), palette.at(0.5, 255), palette.at(1.0, 255)];
        assert_eq!(known, [[0, 0, 128], [255; 3], [255, 165, 0]]);
        let colors = palette.colors();
        assert_eq!(
            [colors[0], colors[colors.len() - 1]],
            [Color::opaque([0, 0, 128]), Color::opaque([255, 165, 0])]
        );
        assert_ne!(
            palette.at(0.25, 255),
            "navy,#fff,orange".parse::<Palette>().unwrap().at(0.25, 255)
        );
        assert!("oklab:black,white".parse::<Palette>().unwrap().is_gray());
        for wrong in
            ["oklab:", "oklab:red", "oklab:viridis", &format!("oklab:{}", ["red"; 65].join(","))]
        {
            assert!(wrong.parse::<Palette>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn near_names_are_suggested() {
        let message = |name| Palette::named(name).unwrap_err().to_string();
        assert_eq!(
            message("virdis"),
            "palette virdis: no such palette; did you mean viridis or cividis?"
        );
        assert!(message("heat").contains("there are gray, viridis"), "{}", message("heat"));
        assert!("black".parse::<Palette>().is_err() && "black,".parse::<Palette>().is_err());
    }
}
