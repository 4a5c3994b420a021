//! Rendering a picture: what the program does without a sub-command.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use juliaset::Precision;
use juliaset::engine::EngineChoice;
use juliaset::output::png::Compression;
use juliaset::picture::{self, Options};

use super::args::{HowArgs, JobArgs, engine_choice};
use super::failure::Failure;
use super::interrupt;
use super::job_file::JobFileArgs;
use super::message::Messages;
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

    /// The picture's file, a PNG
    ///
    /// It appears when it is whole, or not at all: then a file of that name stays as it was.
    #[arg(short, long, value_name = "FILE", default_value = "plot.png", help_heading = "Output")]
    output: PathBuf,

    /// Write the file in less time: about a third larger
    #[arg(long, conflicts_with = "small", help_heading = "Output")]
    fast: bool,

    /// Write a smaller file, in more time: a few percent
    #[arg(long, help_heading = "Output")]
    small: bool,
}

impl Args {
    fn options(&self) -> Result<Options, Failure> {
        Ok(Options {
            tone: self.tone.tone()?,
            depth: self.tone.depth,
            sampling: self.sampling.sampling(),
            texts: Vec::new(),
            compression: self.compression(),
        })
    }

    fn compression(&self) -> Compression {
        match (self.fast, self.small) {
            (true, _) => Compression::Fast,
            (_, true) => Compression::Small,
            _ => Compression::Balanced,
        }
    }
}

/// Renders the picture.
pub fn run(args: &Args, messages: Messages) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let job = args.job.job()?;
    let mut options = args.options()?;
    args.how.start_threads()?;
    let interrupt = interrupt::flag();
    let progress = messages.progress(picture::pixels_to_compute(&job, &options)?);
    let whole = options.sampling.job(&job)?;
    let (mut engine, why) = args.how.engine(args.engine, &whole, messages.notify(&progress))?;
    if args.engine == EngineChoice::Auto {
        messages.note(format!("{}: {why}", engine.describe()));
    }
    options.texts = record::texts(&job, args.how.precision, &options, engine.describe_fully());
    let (width, height) = (job.grid.width(), job.grid.height());
    messages.detail(format!("{width} × {height} pixels on {}", engine.describe()));
    let output = &args.output;
    let written = picture::write(engine.as_mut(), &job, output, &options, &interrupt, |band| {
        progress.inc(band.window.pixels());
    });
    progress.finish_and_clear();
    let written = written?;
    if let Some(refined) = written.refined {
        let (pixels, points) = (job.grid.pixels(), options.sampling.factor.pow(2));
        messages.note(format!("{refined} of {pixels} pixels have {points} sample points"));
    }
    if args.how.precision == Precision::Exact {
        messages.detail(format!("pixels decided: {}", written.tally));
    }
    messages.detail(format!("{} in {:.2?}", output.display(), start.elapsed()));
    Ok(ExitCode::SUCCESS)
}
