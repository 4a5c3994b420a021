//! `juliaset verify`: an engine's counts against the judge's.

use std::process::ExitCode;

use juliaset::engine::EngineChoice;
use juliaset::verify::Report;
use juliaset::{Precision, cpu, render};

use super::args::{HowArgs, JobArgs, engine_choice};
use super::failure::Failure;
use super::interrupt;
use super::message::{Messages, print};

/// Compute a job's escape counts twice, and tell where they differ
///
/// The engine's counts are compared with the CPU's in 'double', pixel by pixel. The report tells how
/// many pixels differ, the largest difference, and the first pixel that differs with both counts.
#[derive(clap::Args)]
#[command(after_help = "Exit code 0 only where no pixel differs, 1 where one does.")]
pub struct Args {
    #[command(flatten)]
    job: JobArgs,

    /// The engine to verify
    #[arg(long, value_name = "ENGINE", default_value = EngineChoice::Gpu.name())]
    #[arg(value_parser = engine_choice(), help_heading = "Computation")]
    engine: EngineChoice,

    #[command(flatten)]
    how: HowArgs,
}

/// The precision that a precision is judged in.
fn judge(precision: Precision) -> Precision {
    match precision {
        Precision::Exact => Precision::Exact,
        Precision::Double | Precision::Single => Precision::Double,
    }
}

/// Verifies the job's counts.
pub fn run(args: &Args, messages: Messages) -> Result<ExitCode, Failure> {
    let job = args.job.job()?;
    args.how.start_threads()?;
    let interrupt = interrupt::flag();
    let (mut engine, _) = args.how.engine(args.engine, &job)?;
    let judge = judge(args.how.precision);
    messages.note(format!("{} against cpu, {}", engine.describe(), judge.name()));
    let progress = messages.progress(job.grid.pixels());
    let mut report = Report::default();
    let mut judged = Vec::new();
    let done = render::each_band(engine.as_mut(), &job, &interrupt, |band| {
        judged.resize(band.counts.len(), 0);
        cpu::fill(&job, judge, band.window, &mut judged, &interrupt)?;
        progress.inc(band.window.pixels());
        report.compare(band, &judged)
    });
    progress.finish_and_clear();
    done?;
    print(format!("{report}\n").as_bytes())?;
    Ok(if report.differing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
