//! `juliaset info`: how a picture was made.

use std::path::PathBuf;
use std::process::ExitCode;

use juliaset::output::texts;
use juliaset::picture::{REFINED, TIERS};

use super::failure::Failure;
use super::message::print;
use super::record::{COMMAND, ENGINE, JOB, SOFTWARE};

/// Print how a picture was made, as a job file
///
/// What computed it stands in comments before the job: so the output will do for --job.
#[derive(clap::Args)]
pub struct Args {
    /// A PNG or NPY that juliaset has made
    #[arg(value_name = "FILE")]
    picture: PathBuf,
}

/// Prints the picture's texts.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let texts = texts::read(&args.picture)?;
    let text = |keyword| texts.iter().find(|(k, _)| k == keyword).map(|(_, text)| text.as_str());
    let Some(job) = text(JOB) else {
        let path = args.picture.display();
        return Err(Failure::usage(format!("{path}: carries no job; was it made by juliaset?")));
    };
    let mut out = String::new();
    for (name, keyword) in [
        ("made by", SOFTWARE),
        ("command", COMMAND),
        ("engine", ENGINE),
        ("pixels decided", TIERS),
        ("pixels refined", REFINED),
    ] {
        if let Some(text) = text(keyword) {
            // Whatever a picture says, it stays a comment of one line.
            let text: String = text.chars().flat_map(visible).collect();
            out += &format!("# {name}: {text}\n");
        }
    }
    let job: String = job
        .split('\n')
        .map(|line| line.chars().flat_map(visible).collect::<String>() + "\n")
        .collect();
    out += job.trim_end();
    out.push('\n');
    print(out.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The character, or where it would move the cursor or worse, its escape.
fn visible(character: char) -> impl Iterator<Item = char> {
    let escaped = character.is_control();
    let plain = (!escaped).then_some(character);
    plain.into_iter().chain(escaped.then(|| character.escape_default()).into_iter().flatten())
}
