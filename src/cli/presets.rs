//! `juliaset presets`: celebrated sets by name.

use std::sync::atomic::AtomicBool;

use super::columns::{self, wrapped};
use super::console::print;
use super::error::Failure;
use super::exit::ExitCode;
use super::terminal::Protocol;
use crate::engine::CpuEngine;
use crate::picture;
use crate::picture::Options;
use crate::render::supersampling::Sampling;
use crate::{Frame, Mapping, Palette, Precision, Preset, Tone};

/// List the celebrated sets, in a terminal each with a small picture
///
/// They are for --preset. The pictures need a terminal that can show them or has 24-bit colours, and are
/// left out if NO_COLOR or CLICOLOR=0 is in the environment; with CLICOLOR_FORCE=1 they are also there in a pipe.
#[derive(clap::Args)]
pub struct Args {}

/// How many small pictures are as wide as the terminal.
const SHARE: u32 = 2;

/// The most columns of a small picture: in characters, and in pixels.
const COLUMNS: (u32, u32) = (40, 320);

/// Lists the presets.
pub fn run() -> Result<ExitCode, Failure> {
    print(&list(Protocol::of_standard_output().ok())?)?;
    Ok(ExitCode::SUCCESS)
}

fn list(protocol: Option<Protocol>) -> Result<Vec<u8>, Failure> {
    let width = Preset::ALL.map(|preset| preset.name.len()).into_iter().max().unwrap_or_default();
    let mut text = Vec::new();
    for preset in &Preset::ALL {
        let [re, im] = preset.c;
        let Preset { name, about, .. } = preset;
        let line = format!("{name:width$}  {about}; -r={re} -i={im}");
        let line = wrapped(&line, columns::of_standard_output(), width + 2);
        text.extend(line.into_bytes());
        text.push(b'\n');
        if let Some(protocol) = protocol {
            let shown = protocol.show(&picture(preset, protocol)?);
            text.extend(shown.map_err(|error| Failure::job(format!("{name}: {error}")))?);
        }
    }
    Ok(text)
}

/// The set, as small as it is shown.
fn picture(preset: &Preset, protocol: Protocol) -> crate::Result<Frame> {
    let columns = if protocol == Protocol::Blocks { COLUMNS.0 } else { COLUMNS.1 };
    let job = preset.job(columns.min(protocol.max_size(SHARE).0.max(1)))?;
    let tone = Tone::default().palette(Palette::named("inferno")?).mapping(Mapping::Sqrt);
    let options = Options::default().tone(tone).sampling(Sampling::default().factor(2_u32));
    let mut engine = CpuEngine::new(Precision::Double);
    let never = AtomicBool::new(false);
    Ok(picture::draw(&mut engine, &job, false, &options, &never, |_| ())?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_only_where_they_can_be_seen() {
        let text = |protocol| {
            let bytes = list(protocol).map_err(|_| "no list").unwrap();
            String::from_utf8(bytes).unwrap()
        };
        let plain = text(None);
        assert_eq!(plain.lines().count(), Preset::ALL.len());
        assert!(!plain.contains('\x1b'));
        let rabbit = Preset::named("rabbit").unwrap();
        let frame = picture(&rabbit, Protocol::Blocks).unwrap();
        assert!(frame.width <= 40 && frame.height == frame.width * 3 / 4);
        assert_eq!(text(Some(Protocol::Kitty)).matches("a=T,f=100").count(), Preset::ALL.len());
    }
}
