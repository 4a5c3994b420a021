//! `juliaset palettes`: the palettes that have a name, and any as a file for other programs.

mod export;

use std::fmt::Write;
use std::path::PathBuf;

use super::ansi;
use super::columns::{self, wrapped};
use super::console::print;
use super::error::Failure;
use super::exit::ExitCode;
use crate::Palette;

/// List the palettes, in a terminal each with a strip of its colours; or write one for other programs
///
/// They are for --palette. The strips need a terminal with 24-bit colours, and are left out if NO_COLOR or
/// CLICOLOR=0 is in the environment; with CLICOLOR_FORCE=1 they are also there in a pipe.
#[derive(clap::Args)]
pub struct Args {
    /// Write the colours of a palette, as --palette takes it, in place of the list
    ///
    /// The original's gray is 256 colours, of others there are as many as it has.
    #[arg(long, value_name = "PALETTE")]
    export: Option<Palette>,

    /// Where to, by its extension a .map of Fractint's, a .gpl of GIMP's or a .csv [default: a .map to standard output]
    #[arg(short, long, value_name = "FILE", requires = "export")]
    output: Option<PathBuf>,
}

/// Colours of a strip.
const STRIP: usize = 48;

/// The fewest columns for the words beside a strip.
const LEAST: usize = 16;

/// Lists the palettes, or writes one.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    if let Some(palette) = &args.export {
        export::run(palette, args.output.as_deref())?;
        return Ok(ExitCode::SUCCESS);
    }
    let in_color = ansi::of_standard_output().is_ok();
    print(list(in_color, columns::of_standard_output())?.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn list(in_color: bool, columns: Option<usize>) -> Result<String, Failure> {
    let width = Palette::names().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (name, about) in Palette::names() {
        let room = columns.map_or(STRIP, |columns| columns.saturating_sub(width + 2).min(STRIP));
        let cells = if in_color { room } else { 0 };
        let strip = strip(&Palette::named(name)?, cells);
        // Beside the strip if there is room for a few words, otherwise below.
        let beside = width + 2 + if cells > 0 { cells + 2 } else { 0 };
        let (start, gap) = match columns {
            Some(columns) if beside + LEAST > columns => (2, "\n  "),
            _ if cells > 0 => (beside, "  "),
            _ => (beside, ""),
        };
        let columns = columns.map(|columns| columns.saturating_sub(start));
        let about = wrapped(about, columns, 0).replace('\n', &format!("\n{:start$}", ""));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:width$}  {strip}{gap}{about}");
    }
    Ok(text)
}

/// A line of this many spaces on the palette's colours.
fn strip(palette: &Palette, cells: usize) -> String {
    let mut text = String::new();
    if cells == 0 {
        return text;
    }
    for cell in 0..cells {
        let color = palette.at(cell as f64 / (cells - 1).max(1) as f64, 255);
        let [red, green, blue] = color.map(|part| part as u8);
        let _ = write!(text, "\x1b[48;2;{red};{green};{blue}m ");
    }
    text + "\x1b[0m"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A terminal of 80 columns broke the lines in the middle of a word.
    #[test]
    fn lines_fit_the_terminal() {
        for (in_color, columns) in [(false, 80), (false, 40), (true, 80), (true, 60)] {
            let text = list(in_color, Some(columns)).unwrap_or_default();
            for line in text.lines() {
                let plain: String = line
                    .split('\x1b')
                    .map(|part| {
                        part.strip_prefix('[').map_or(part, |part| part.split_once('m').unwrap().1)
                    })
                    .collect();
                assert!(plain.chars().count() <= columns, "{plain}");
            }
            let is_wrapped = text.lines().count() > Palette::names().count();
            assert_eq!(is_wrapped, in_color || columns < 80, "{columns}");
        }
    }

    #[test]
    fn strips_only_where_they_can_be_seen() {
        let plain = list(false, None).unwrap_or_default();
        assert_eq!(plain.lines().count(), Palette::names().count());
        assert!(plain.contains("viridis") && !plain.contains('\x1b'));
        let colored = list(true, None).unwrap_or_default();
        // viridis from its first colour to its last.
        assert!(colored.contains("\x1b[48;2;68;1;84m ") && colored.contains("48;2;253;231;37m "));
        assert_eq!(colored.matches("48;2;").count(), Palette::names().count() * STRIP);
    }
}
