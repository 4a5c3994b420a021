//! Palettes as other programs write them, each by the extension of its file.

mod gimp_gradient;
mod lines;
mod table;
mod ultra_fractal;

use std::path::Path;

use super::color::Color;

pub use lines::parse as lines;

/// The colours that a gradient becomes, which may have any between its own: as many as a picture of 8 bits can show.
const SAMPLES: usize = 256;

/// The number of a line with a fault, from 1 on, and what is wrong with it.
pub type Fault = (usize, String);

/// The colours of a text that was in the file `path`, in the order of positions, evenly spaced: of GIMP's gradients (`.ggr`), of Ultra
/// Fractal's (`.ugr`, the first), of a table (`.csv`); else one colour a line.
pub fn parse(path: &Path, text: &str) -> Result<Vec<Color>, Fault> {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    match extension.to_str() {
        Some("ggr") => gimp_gradient::parse(text),
        Some("ugr") => ultra_fractal::parse(text),
        Some("csv") => table::parse(text),
        _ => lines::parse(text),
    }
}

/// Evenly spaced colours of a gradient, whose colour at a position in `[0, 1]` has parts in `[0, 1]`.
fn sampled(samples: usize, at: impl Fn(f64) -> [f64; 3]) -> Vec<Color> {
    let last = (samples - 1) as f64;
    (0..samples)
        .map(|k| Color(at(k as f64 / last).map(|part| (part * 255.0 + 0.5) as u8)))
        .collect()
}

/// The colour at `position` on straight lines between stops: positions that do not fall, and their colours.
fn between(stops: &[(f64, [f64; 3])], position: f64) -> [f64; 3] {
    let after = stops.partition_point(|(at, _)| *at <= position);
    match (stops.get(after.wrapping_sub(1)), stops.get(after)) {
        (Some((low, from)), Some((high, to))) => {
            let share = (position - low) / (high - low);
            std::array::from_fn(|part| from[part] + (to[part] - from[part]) * share)
        }
        (Some((_, color)), None) | (None, Some((_, color))) => *color,
        (None, None) => [0.0; 3],
    }
}

/// What a wrong line shows of itself.
fn shown(line: &str) -> String {
    /// The most characters of it.
    const SHOWN: usize = 40;
    crate::text::visible(line).chars().take(SHOWN).collect()
}
