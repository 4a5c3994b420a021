//! The options for how counts become pixels.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, TypedValueParser};

use super::choice::by_name;
use super::number::{finite, parsed, positive};
use crate::cli::error::Failure;
use crate::{Color, Depth, Dpi, Error, Mapping, Palette, PooledHistogram, Tone};

/// How counts become pixels.
#[derive(clap::Args)]
pub struct ToneArgs {
    /// Colours by name, or two and more of them with commas between [default: gray]
    ///
    /// 'juliaset palettes' lists the names; with _r at the end of a name its colours are
    /// reversed. A colour is #rrggbb, #rgb or a name such as black, #rrggbbaa with its opacity, or none, and the picture's colours lie on
    /// straight lines between those given: in sRGB, or in OKLab, evenly to the eye, as in
    /// oklab:navy,white,orange.
    #[arg(long, value_name = "PALETTE", help_heading = "Colour")]
    palette: Option<String>,

    /// Colours from a file, one a line, or a gradient
    ///
    /// A line is a colour as above, or three numbers from 0 to 255 with spaces or commas between, and
    /// any text after them. What comes after a ';' is skipped, and lines that begin with a '#' but
    /// with no colour. So Fractint's .map and GIMP's .gpl are palettes. By their extensions other files
    /// are GIMP's gradients (.ggr), those of Ultra Fractal (.ugr, of which the first is taken), and
    /// tables (.csv) of red, green and blue, up to 255 or up to 1, with or without a position before
    /// them. - is standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "palette", help_heading = "Colour")]
    palette_file: Option<PathBuf>,

    /// Colour of the points that have not escaped; none leaves them transparent [default: the last of the palette]
    #[arg(long, value_name = "COLOR", help_heading = "Colour")]
    interior: Option<Color>,

    #[arg(long = "no-interior", id = "no_interior", hide = true, overrides_with = "interior")]
    _no_interior: bool,

    /// From escape counts to places in the palette
    #[arg(long, value_name = "MAPPING", default_value_t = Mapping::default())]
    #[arg(value_parser = mapping(), help_heading = "Colour")]
    mapping: Mapping,

    /// The histogram of --mapping histogram [default: the picture's own; one for all frames of an animation]
    ///
    /// How many points have each escape count, as COUNT:POINTS,COUNT:POINTS,...: with the same histogram a count has the same
    /// colour in several pictures. An animation has one for all of its frames, counted in up to 128 of them, and each
    /// frame has it in its job; with per-frame each frame has its own, and the colour of a count changes from frame to frame.
    #[arg(long, value_name = "HISTOGRAM", value_parser = histogram)]
    #[arg(allow_hyphen_values = true, help_heading = "Colour")]
    histogram: Option<HistogramChoice>,

    #[arg(long = "no-histogram", id = "no_histogram", hide = true, overrides_with = "histogram")]
    _no_histogram: bool,

    /// How many times the palette is passed from itermin to itermax
    ///
    /// Best with a cyclic palette. Fractions are allowed.
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = positive)]
    #[arg(allow_hyphen_values = true, help_heading = "Colour")]
    cycles: f64,

    /// Turn the palette by a share of its length
    ///
    /// Colours move on: with 0.25 the colour of itermin is the one a quarter into the palette, and behind its end comes its
    /// start. Best with a cyclic palette and a colour for --interior, which stays. Whole turns change nothing, so any number is
    /// allowed.
    #[arg(long, value_name = "X", default_value_t = 0.0, value_parser = finite)]
    #[arg(allow_hyphen_values = true, help_heading = "Colour")]
    palette_offset: f64,

    /// Bits of a gray, or of each of red, green and blue: 8 or 16
    #[arg(long, value_name = "BITS", default_value_t = Depth::default())]
    #[arg(value_parser = by_name::<Depth>(Depth::ALL.map(Depth::name)), help_heading = "Output")]
    pub depth: Depth,

    /// Pixels of an inch in print, which the file states; fractions are allowed
    ///
    /// From 1 to 65535, with 4 decimals at most. The pixels are the same with any; only a --size in mm, cm or in follows from it. A
    /// PNG states whole pixels a metre, a JPEG whole pixels an inch and in its Exif the number itself, as TIFF and WebP; an OpenEXR
    /// has it as xDensity. Counts and the tiles of a .dzi have it in their job alone.
    #[arg(long, value_name = "N", value_parser = parsed::<Dpi>, help_heading = "Output")]
    #[arg(allow_hyphen_values = true)]
    pub dpi: Option<Dpi>,
}

impl ToneArgs {
    /// From counts to pixels.
    pub fn tone(&self) -> Result<Tone, Failure> {
        let palette = match (&self.palette, &self.palette_file) {
            (Some(palette), _) => named(palette)?,
            (None, Some(path)) => Palette::read(path)?,
            (None, None) => Palette::default(),
        };
        let tone = Tone::default().palette(palette).interior(self.interior);
        let tone = tone.mapping(self.mapping).cycles(self.cycles);
        let given = match &self.histogram {
            Some(HistogramChoice::Given(histogram)) => Some(histogram.clone()),
            Some(HistogramChoice::PerFrame) | None => None,
        };
        Ok(tone.histogram(given).palette_offset(self.palette_offset))
    }

    /// Whether each picture goes by the histogram of its own counts, because that was asked for.
    pub fn is_histogram_per_frame(&self) -> bool {
        matches!(self.histogram, Some(HistogramChoice::PerFrame))
    }
}

/// The word for a histogram that each frame has for itself.
pub const PER_FRAME: &str = "per-frame";

/// The histogram that colours go by.
#[derive(Clone, Debug)]
enum HistogramChoice {
    /// That of each picture itself.
    PerFrame,
    Given(PooledHistogram),
}

fn histogram(text: &str) -> Result<HistogramChoice, String> {
    if text == PER_FRAME {
        return Ok(HistogramChoice::PerFrame);
    }
    let given = parsed(text).map(HistogramChoice::Given);
    given.map_err(|expected| format!("{expected}; or {PER_FRAME}"))
}

/// The palette of this name or with these colours; not one in a file, which has an option of its own.
fn named(palette: &str) -> Result<Palette, Failure> {
    palette.parse().map_err(|error: Error| {
        if Path::new(palette).is_file() {
            return Failure::usage(format!(
                "--palette {palette}: is a file; give it as --palette-file"
            ));
        }
        error.into()
    })
}

fn mapping() -> impl TypedValueParser<Value = Mapping> {
    by_name(Mapping::ALL.map(|mapping| {
        PossibleValue::new(mapping.name()).help(match mapping {
            Mapping::Linear => "evenly",
            Mapping::Log => "by the logarithm: more colours for low counts",
            Mapping::Sqrt => "by the square root: between the two",
            Mapping::Histogram => "an equal area of the picture for every colour",
        })
    }))
}
