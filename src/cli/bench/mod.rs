//! `juliaset bench`: how long a job takes on everything that this machine has.

mod candidate;
mod colored;
mod report;
mod table;
mod times;

use candidate::{Candidate, Definition, Place};
use colored::Colored;
use report::Report;

use super::columns;
use super::console::{Messages, print};
use super::error::Failure;
use super::options::engine::engine_choice;
use super::options::job::JobArgs;
use super::options::number::whole;
use super::options::threads::ThreadArgs;
use super::options::view::ZoomArgs;
use super::signals;
use crate::cli::exit::ExitCode;
use crate::engine::check_precision;
use crate::{EngineChoice, Error, Precision, Variant};

/// Time a job with every variant and adapter of this machine
///
/// Each is timed twice: its escape counts alone ('kernel'), and the whole job from choosing the engine
/// to the picture's file ('picture'). 'on device' is the time of the kernel alone by the GPU's own clock, and
/// 'on host' that of all threads of the CPU together for what the kernel is given, its tiles most of all.
/// They run in turn, so that other work of the machine affects all of them alike. All are compared with
/// the definition of the escape count, one point after the other on one thread. An iteration
/// is one z² + c.
///
/// Pictures in colour ('in colour') are whole jobs, too: smooth, with distances, and supersampled, in the
/// precision 'exact' on all threads and on each adapter. They are timed in every second run, and
/// compared with the gray picture.
///
/// Of a view that is so deep that sample points side by side are one number of 'double' or 'single', the definition
/// is left out as they are, and there are no ratios. Iterations are those that the counts stand for, which a view takes
/// together for the most part. What it works out before its first band, most of all the orbit of its center, is part of a
/// 'picture', and not of a 'kernel'.
///
/// JSON has more: the time of the stages of a picture, which partly overlap.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    job: JobArgs,

    #[command(flatten)]
    zoom: ZoomArgs,

    /// Time this one only; with 'gpu' also without the definition
    #[arg(long, value_name = "ENGINE", help_heading = "Computation")]
    #[arg(value_parser = engine_choice(&[EngineChoice::Cpu, EngineChoice::Gpu]))]
    engine: Option<EngineChoice>,

    /// Of the adapters only those with this in their name, or the one with this number
    #[arg(long, value_name = "TEXT", help_heading = "Computation")]
    adapter: Option<String>,

    #[command(flatten)]
    threads: ThreadArgs,

    /// How often each is timed; reports the median ± half the range
    #[arg(long, value_name = "N", default_value_t = 5, help_heading = "Benchmark")]
    #[arg(value_parser = whole(1..=1000), allow_hyphen_values = true)]
    runs: u32,

    /// Leave out the pictures in colour
    #[arg(long, help_heading = "Benchmark")]
    gray: bool,

    /// Print JSON, with times in seconds
    #[arg(long, help_heading = "Benchmark")]
    json: bool,
}

/// Prints the times.
pub fn run(args: &Args, messages: Messages) -> Result<ExitCode, Failure> {
    let planned = args.job.job(args.zoom.zoom.as_ref(), None)?;
    args.threads.start()?;
    let interrupt = signals::flag();
    // Otherwise it is set up by what is timed first.
    let job = if planned.is_auto() {
        let hidden = indicatif::ProgressBar::hidden();
        planned.set_up(Precision::Exact, &interrupt, messages, &hidden)?
    } else {
        planned.job().clone()
    };
    let folder =
        tempfile::tempdir().map_err(|error| Failure::job(format!("temporary folder: {error}")))?;
    let path = folder.path().join("plot.png");

    let has = |precision: Precision| check_precision(precision, &job).is_ok();
    let left_out: Vec<_> = Precision::ALL
        .into_iter()
        .filter(|&precision| !has(precision))
        .map(Precision::name)
        .collect();
    if !left_out.is_empty() {
        let is_timed = args.engine == Some(EngineChoice::Gpu) || has(Precision::Double);
        let definition = if is_timed { "" } else { ", the definition" };
        let left_out = left_out.join(", ");
        messages.note(format!(
            "left out: {left_out}{definition}: sample points side by side are the same number there"
        ));
    }
    let mut definition = match args.engine {
        Some(EngineChoice::Gpu) => None,
        _ => has(Precision::Double).then(Definition::default),
    };
    let colored = if args.gray { Vec::new() } else { Colored::all(&job, messages)? };
    let mut candidates = Vec::new();
    let is_wanted = |place: &Place| args.engine.is_none_or(|wanted| wanted == place.choice());
    for place in Place::all(args.adapter.as_deref())?.into_iter().filter(is_wanted) {
        let variants = Variant::ALL.into_iter();
        let variants = variants.filter(|v| v.engine() == place.choice() && has(v.precision()));
        for variant in variants {
            match Candidate::new(place.clone(), variant, &job, &interrupt) {
                Ok(candidate) if candidate.has_colored() => {
                    candidates.push(candidate.with(colored.clone()));
                }
                Ok(candidate) => candidates.push(candidate),
                // Not every adapter has every variant.
                Err(Error::Unsupported { .. }) => {}
                Err(Error::Interrupted) => return Err(Error::Interrupted.into()),
                Err(error) => messages.note(format!("left out: {error}")),
            }
        }
    }
    for run in 0..args.runs {
        if let Some(definition) = &mut definition {
            definition.measure(&job, &interrupt)?;
        }
        for candidate in &mut candidates {
            candidate.measure(&job, &path, &interrupt)?;
            // They take longer than all else.
            if run % 2 == 0 {
                candidate.measure_colored(&job, &path, &interrupt)?;
            }
        }
    }
    if candidates.is_empty() {
        return Err(Failure::job("nothing to time: no adapter found that was asked for"));
    }
    let (runs, definition) = (args.runs, definition.as_ref());
    let report = Report { job: &job, runs, definition, candidates: &candidates };
    let text = if args.json { report.json() } else { report.table(columns::of_standard_output()) };
    print(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
