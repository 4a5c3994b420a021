//! `juliaset verify`: an engine's counts against the judge's.

use std::process::ExitCode;

use juliaset::engine::{CpuEngine, Engine};
use juliaset::verify::Report;
use juliaset::{Precision, cpu, render};

use super::args::{HowArgs, JobArgs};
use super::failure::Failure;
use super::interrupt;
use super::message::{Messages, print};

/// Compute a job's escape counts twice and tell where they differ
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    job: JobArgs,

    #[command(flatten)]
    how: HowArgs,
}

/// Verifies the job's counts.
pub fn run(args: &Args, messages: Messages) -> Result<ExitCode, Failure> {
    let job = args.job.job()?;
    args.how.start_threads()?;
    let interrupt = interrupt::flag();
    let mut engine = CpuEngine::new(args.how.precision);
    messages.detail(format!("{} against cpu, double", engine.describe()));
    let progress = messages.progress(job.grid.pixels());
    let mut report = Report::default();
    let mut judged = Vec::new();
    let done = render::each_band(&mut engine, &job, interrupt, |band| {
        judged.resize(band.counts.len(), 0);
        cpu::fill(&job, Precision::Double, band.window, &mut judged, interrupt)?;
        progress.inc(band.window.pixels());
        report.compare(band, &judged)
    });
    progress.finish_and_clear();
    done?;
    print(format!("{report}\n").as_bytes())?;
    Ok(if report.differing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
