//! A palette as a file for other programs.

use std::fmt::Write;
use std::io::Write as _;
use std::path::Path;

use crate::cli::console::print;
use crate::cli::error::Failure;
use crate::output::atomic_file::AtomicFile;
use crate::{Color, Palette};

/// The colours of the original's gray.
const GRAYS: u16 = 256;

/// The formats, by the extension of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Format {
    Map,
    Gpl,
    Csv,
}

/// Writes the colours of `palette` to the file `path`, or to standard output.
///
/// # Errors
/// For an extension that no format has, for colours with an opacity, and if the file cannot be written.
pub fn run(palette: &Palette, path: Option<&Path>) -> Result<(), Failure> {
    if !palette.is_opaque() {
        let message =
            format!("--export {palette}: has an opacity, which no .map, .gpl or .csv has");
        return Err(Failure::usage(message));
    }
    let Some(path) = path else {
        return print(text(palette, Format::Map).as_bytes());
    };
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    let format = match extension.to_str() {
        Some("map") => Format::Map,
        Some("gpl") => Format::Gpl,
        Some("csv") => Format::Csv,
        _ => {
            let message = format!("--output {}: must end in .map, .gpl or .csv", path.display());
            return Err(Failure::usage(message));
        }
    };
    let file = AtomicFile::create(path)?;
    let mut handle = file.handle().map_err(|source| file.error(source))?;
    handle.write_all(text(palette, format).as_bytes()).map_err(|source| file.error(source))?;
    file.finish()?;
    Ok(())
}

fn text(palette: &Palette, format: Format) -> String {
    let mut colors = palette.colors();
    if colors.is_empty() {
        let position = |k| f64::from(k) / f64::from(GRAYS - 1);
        let grays = (0..GRAYS).map(|k| palette.at(position(k), GRAYS - 1));
        colors = grays.map(|gray| Color::opaque(gray.map(|part| part as u8))).collect();
    }
    let mut text = match format {
        Format::Map => String::new(),
        Format::Gpl => format!("GIMP Palette\nName: {palette}\n#\n"),
        Format::Csv => "red,green,blue\n".to_owned(),
    };
    let comma = if format == Format::Csv { "," } else { " " };
    for Color([red, green, blue], _) in colors {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{red}{comma}{green}{comma}{blue}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written is read again as the same colours.
    #[test]
    fn what_is_written_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["gray", "viridis_r", "ultra", "red,#00f", "oklab:navy,white"] {
            let palette: Palette = name.parse().unwrap();
            for extension in ["map", "gpl", "csv"] {
                let path = folder.path().join("palette").with_extension(extension);
                run(&palette, Some(&path)).unwrap_or_else(|_| panic!("{name} {extension}"));
                let read = Palette::read(&path).unwrap();
                for k in 0..=255 {
                    let position = f64::from(k) / 255.0;
                    let (a, b) = (palette.at(position, 255), read.at(position, 255));
                    assert!((0..3).all(|i| a[i].abs_diff(b[i]) <= 1), "{name} {extension} {k}");
                }
            }
        }
        assert!(run(&Palette::default(), Some(Path::new("x.png"))).is_err());
        // It would be lost.
        let seen: Palette = "red,none".parse().unwrap();
        assert!(run(&seen, Some(&folder.path().join("seen.csv"))).is_err());
    }
}
