//! Rendering a picture: what the program does without a sub-command.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use juliaset::engine::{CpuEngine, Engine};
use juliaset::picture;

use super::args::{HowArgs, JobArgs};
use super::failure::Failure;
use super::interrupt;
use super::message::Messages;

/// What is rendered, how, and where it goes.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    job: JobArgs,

    #[command(flatten)]
    how: HowArgs,

    /// The picture's file, a PNG
    #[arg(short, long, value_name = "FILE", default_value = "plot.png", help_heading = "Output")]
    output: PathBuf,
}

/// Renders the picture.
pub fn run(args: &Args, messages: Messages) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let job = args.job.job()?;
    args.how.start_threads()?;
    let interrupt = interrupt::flag();
    let mut engine = CpuEngine::new(args.how.precision);
    let (width, height) = (job.grid.width(), job.grid.height());
    messages.detail(format!("{width} × {height} pixels on {}", engine.describe()));
    let progress = messages.progress(job.grid.pixels());
    let written =
        picture::write(&mut engine, &job, &args.output, interrupt, |pixels| progress.inc(pixels));
    progress.finish_and_clear();
    written?;
    messages.detail(format!("{} in {:.2?}", args.output.display(), start.elapsed()));
    Ok(ExitCode::SUCCESS)
}
