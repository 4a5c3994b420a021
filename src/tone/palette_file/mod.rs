//! Palettes as other programs write them, each by the extension of its file.

mod gimp_gradient;
mod gradient;
mod lines;
mod table;
mod ultra_fractal;

use std::path::Path;

use super::color::Color;
use gradient::Fault;

pub use lines::parse as lines;

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
