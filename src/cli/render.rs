//! Rendering a picture: what the program does without a sub-command.

use std::time::Instant;

use super::console::{Messages, print};
use super::error::Failure;
use super::exit::ExitCode;
use super::options::output::{GOES_ON, OutputArgs, TerminalPreview};
use super::options::picture::PictureArgs;
use super::options::view::ZoomArgs;
use super::record;
use super::signals;
use crate::engine::check_precision;
use crate::picture;
use crate::picture::Destination;
use crate::render::set_up;
use crate::{Error, Precision};

/// What is rendered, how, and where it goes.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub(crate) picture: PictureArgs,

    #[command(flatten)]
    pub(crate) zoom: ZoomArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    /// Keep finished bands beside the picture until it is there, and go on from them
    ///
    /// In FILE.part, as large as the picture's pixels without compression. Interrupted, killed or switched off, the same command
    /// line goes on, and ends with the same picture; when that is there, FILE.part is gone. The bands of another job or version are
    /// refused. Without this option nothing remains of a picture that is interrupted. A pyramid (.dzi) always goes on.
    #[arg(long, help_heading = "Output")]
    pub(crate) resume: bool,

    #[arg(long = "no-resume", id = "no_resume", hide = true, overrides_with = "resume")]
    _no_resume: bool,
}

/// Renders the picture.
pub fn run(args: &Args, messages: Messages) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let planned = args.picture.job(args.zoom.zoom.as_ref())?;
    let job = planned.job();
    let mut options =
        args.picture.options(args.output.compression.get())?.pyramid(args.output.pyramid);
    let format = args.output.format(job, &options)?;
    let precision = args.picture.precision();
    check_precision(precision, &options.sampling.job(job)?)?;
    args.picture.start_threads()?;
    let interrupt = signals::flag();
    messages.note_equal_neighbours(&options.sampling.job(job)?.grid);
    messages.note_rounded_constant(precision, &job.julia);
    let points = picture::pixels_to_compute(job, &options, format)?;
    let progress = messages.progress(points + set_up::cost(job, precision));
    args.picture.check_adapter(job)?;
    // Before anything that takes time.
    let file = if args.output.dry_run { None } else { Some(args.output.file()?) };
    let job = planned.set_up(precision, &interrupt, messages, &progress)?;
    let mut engine = args.picture.engine(&job, messages, &progress)?;
    options.texts = record::texts();
    options.without_metadata = args.output.compression.no_metadata;
    options.resume = args.resume;
    if !options.without_metadata
        && picture::record(&job, precision, &options).to_string().len() > format.longest_job()
    {
        messages
            .note("its view has too many digits for a job in a JPEG: --like will not repeat it");
    }
    let Some(file) = file else {
        let estimate = picture::estimate(engine.as_mut(), &job, format, &options, &interrupt);
        progress.finish_and_clear();
        let (grid, engine) = (&job.grid, engine.describe());
        let text = args.output.estimate(grid, options.dpi, &engine, &estimate?);
        print(text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    };
    let (width, height) = (job.grid.width(), job.grid.height());
    messages.detail(format!("{width} × {height} pixels on {}", engine.describe()));
    let mut preview = args.output.preview(messages);
    let mut there = 0;
    let to = Destination { file, format, preview: preview.as_mut().map(TerminalPreview::preview) };
    let written = picture::write_file(engine.as_mut(), &job, to, &options, &interrupt, |band| {
        progress.inc(band.window.pixels());
        if band.values.counts.is_empty() {
            // It was there already: the time that is left does not follow from it.
            progress.reset_eta();
            there += band.window.pixels();
        }
    });
    progress.finish_and_clear();
    if let (Err(Error::Interrupted), true) = (&written, args.resume) {
        return Err(Failure::interrupted(GOES_ON));
    }
    let Some(written) = args.output.outcome(written)? else {
        return Ok(ExitCode::SUCCESS);
    };
    preview.map_or(Ok(()), TerminalPreview::print)?;
    if args.resume && there > 0 {
        let share = 100.0 * there as f64 / points as f64;
        messages.note(format!("{share:.1} % of the picture was there, and was kept"));
    }
    if let Some(refined) = written.refined {
        let (pixels, points) = (job.grid.pixels(), options.sampling.factor.pow(2));
        messages.note(format!("{refined} of {pixels} pixels have {points} sample points"));
    }
    if let Some(start_up) = engine.start_up() {
        messages.detail(start_up.to_string());
    }
    if precision == Precision::Exact {
        messages.detail(format!("pixels decided: {}", written.tier_counts));
    }
    args.output.tell(&job.grid, start.elapsed(), messages);
    Ok(ExitCode::SUCCESS)
}
