//! `juliaset palettes`: the palettes that have a name.

use std::env;
use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

use juliaset::tone::{Color, Palette};

use super::failure::Failure;
use super::message::print;

/// List the palettes, in a terminal each with a strip of its colours
///
/// They are for --palette. The strips need a terminal with 24-bit colours; where NO_COLOR is in the
/// environment there are none.
#[derive(clap::Args)]
pub struct Args {}

/// Colours of a strip.
const STRIP: u32 = 48;

/// Lists the palettes.
pub fn run() -> Result<ExitCode, Failure> {
    let in_color = io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none();
    print(list(in_color)?.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn list(in_color: bool) -> Result<String, Failure> {
    let width = Palette::names().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (name, about) in Palette::names() {
        let strip = if in_color { strip(&Palette::named(name)?) + "  " } else { String::new() };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:width$}  {strip}{about}");
    }
    Ok(text)
}

/// A line of spaces on the palette's colours.
fn strip(palette: &Palette) -> String {
    let mut text = String::new();
    for cell in 0..STRIP {
        let color = palette.at(f64::from(cell) / f64::from(STRIP - 1), 255);
        let Color([red, green, blue]) = Color(color.map(|part| part as u8));
        let _ = write!(text, "\x1b[48;2;{red};{green};{blue}m ");
    }
    text + "\x1b[0m"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_only_where_they_can_be_seen() {
        let plain = list(false).unwrap_or_default();
        assert_eq!(plain.lines().count(), Palette::names().count());
        assert!(plain.contains("viridis") && !plain.contains('\x1b'));
        let colored = list(true).unwrap_or_default();
        // viridis from its first colour to its last.
        assert!(colored.contains("\x1b[48;2;68;1;84m ") && colored.contains("48;2;253;231;37m "));
        assert_eq!(colored.matches("48;2;").count(), Palette::names().count() * STRIP as usize);
    }
}
