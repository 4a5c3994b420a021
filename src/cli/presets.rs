//! `juliaset presets`: celebrated sets by name.

use std::env;
use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use juliaset::engine::CpuEngine;
use juliaset::preset::{self, Preset};
use juliaset::tone::{Depth, Mapping, Palette, Shades, Tone};
use juliaset::{Precision, render};

use super::failure::Failure;
use super::message::print;

/// List the celebrated sets, in a terminal each with a small picture
///
/// They are for --preset. The pictures need a terminal with 24-bit colours; where NO_COLOR is in the
/// environment there are none.
#[derive(clap::Args)]
pub struct Args {}

/// Columns of a small picture, in characters.
const COLUMNS: u32 = 40;

/// Lists the presets.
pub fn run() -> Result<ExitCode, Failure> {
    let pictures = io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none();
    print(list(pictures)?.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn list(pictures: bool) -> juliaset::Result<String> {
    let width = preset::ALL.map(|preset| preset.name.len()).into_iter().max().unwrap_or_default();
    let mut text = String::new();
    for preset in &preset::ALL {
        let [re, im] = preset.c;
        let Preset { name, about, .. } = preset;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:width$}  {about}; -r={re} -i={im}");
        if pictures {
            text += &picture(preset)?;
        }
    }
    Ok(text)
}

/// The set in half blocks: two pixels to a character.
fn picture(preset: &Preset) -> juliaset::Result<String> {
    let job = preset.job(COLUMNS)?;
    let mut engine = CpuEngine::new(Precision::Double);
    let counts = render::counts(&mut engine, &job, &AtomicBool::new(false))?;
    let palette = Palette::named("inferno")?;
    let tone = Tone { palette, mapping: Mapping::Sqrt, ..Tone::default() };
    let shades = Shades::new(&tone, &job.julia, Depth::Eight, None)?;
    let mut text = String::new();
    let rows: Vec<&[u32]> = counts.data.chunks(COLUMNS as usize).collect();
    for pair in rows.chunks_exact(2) {
        for (&upper, &lower) in pair[0].iter().zip(pair[1]) {
            let ([r, g, b], [r2, g2, b2]) = (shades.rgb(upper), shades.rgb(lower));
            let _ = write!(text, "\x1b[38;2;{r};{g};{b};48;2;{r2};{g2};{b2}m▀");
        }
        text += "\x1b[0m\n";
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_only_where_they_can_be_seen() {
        let plain = list(false).unwrap_or_default();
        assert_eq!(plain.lines().count(), preset::ALL.len());
        assert!(!plain.contains('\x1b'));
        let rabbit = preset::ALL.iter().find(|preset| preset.name == "rabbit").map(picture);
        let rabbit = rabbit.and_then(Result::ok).unwrap_or_default();
        assert_eq!(rabbit.lines().count(), 15);
        assert!(rabbit.lines().all(|line| line.matches('▀').count() == COLUMNS as usize));
    }
}
