//! Rendering a picture: what the program does without a sub-command.

use std::process::ExitCode;
use std::time::Instant;

use juliaset::engine::EngineChoice;
use juliaset::picture::{self, Options};
use juliaset::{Job, Precision};

use super::args::{HowArgs, JobArgs, engine_choice};
use super::failure::Failure;
use super::interrupt;
use super::job_file::JobFileArgs;
use super::message::Messages;
use super::output_args::OutputArgs;
use super::record;
use super::sampling_args::SamplingArgs;
use super::tone_args::ToneArgs;

/// What is rendered, how, and where it goes.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    job: JobArgs,

    #[command(flatten)]
    _job_file: JobFileArgs,

    /// What computes the escape counts
    #[arg(long, value_name = "ENGINE", default_value = EngineChoice::default().name())]
    #[arg(value_parser = engine_choice(&EngineChoice::ALL), help_heading = "Computation")]
    engine: EngineChoice,

    #[command(flatten)]
    how: HowArgs,

    #[command(flatten)]
    sampling: SamplingArgs,

    #[command(flatten)]
    tone: ToneArgs,

    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    /// What is computed, and how.
    pub fn job_and_precision(&self) -> juliaset::Result<(Job, Precision)> {
        Ok((self.job.job()?, self.how.precision))
    }

    fn options(&self) -> Result<Options, Failure> {
        Ok(Options {
            tone: self.sampling.complete(self.tone.tone()?),
            depth: self.tone.depth,
            sampling: self.sampling.sampling(),
            texts: Vec::new(),
            compression: self.output.compression(),
        })
    }
}

/// Renders the picture.
pub fn run(args: &Args, messages: Messages) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let job = args.job.job()?;
    let mut options = args.options()?;
    let format = args.output.format(&job, &options)?;
    args.how.start_threads()?;
    let interrupt = interrupt::flag();
    let progress = messages.progress(picture::pixels_to_compute(&job, &options, format)?);
    let whole = options.sampling.job(&job)?;
    let (mut engine, why) = args.how.engine(args.engine, &whole, messages.notify(&progress))?;
    if args.engine == EngineChoice::Auto {
        messages.note(format!("{}: {why}", engine.describe()));
    }
    options.texts = record::texts(&job, args.how.precision, &options, engine.describe_fully());
    let (width, height) = (job.grid.width(), job.grid.height());
    messages.detail(format!("{width} × {height} pixels on {}", engine.describe()));
    let written = args.output.file().and_then(|file| {
        let file = (file, format);
        picture::write_file(engine.as_mut(), &job, file, &options, &interrupt, |band| {
            progress.inc(band.window.pixels());
        })
    });
    progress.finish_and_clear();
    let Some(written) = args.output.unless_read_enough(written)? else {
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(refined) = written.refined {
        let (pixels, points) = (job.grid.pixels(), options.sampling.factor.pow(2));
        messages.note(format!("{refined} of {pixels} pixels have {points} sample points"));
    }
    if args.how.precision == Precision::Exact {
        messages.detail(format!("pixels decided: {}", written.tally));
    }
    messages.detail(format!("{} in {:.2?}", args.output.display(), start.elapsed()));
    Ok(ExitCode::SUCCESS)
}
