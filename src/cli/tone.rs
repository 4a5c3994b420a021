//! `juliaset tone`: a picture of counts that were computed before.

use std::path::PathBuf;
use std::time::Instant;

use super::console::{Messages, print};
use super::error::Failure;
use super::exit::ExitCode;
use super::job_file;
use super::options::color::ToneArgs;
use super::options::number::whole;
use super::options::output::{OutputArgs, TerminalPreview};
use super::record;
use super::signals;
use crate::engine::{CountsFileEngine, Origin};
use crate::output::metadata;
use crate::picture;
use crate::picture::{Destination, Options};
use crate::record::{ENGINE, JOB, TIERS, text};
use crate::{Complex64, ComplexRegion, Grid, Job, Julia, Precision};

/// Make a picture of escape counts from a file, without computing them again
///
/// The counts are those of 'juliaset -o counts.npy', whose job is beside them in counts.npy.toml: options
/// that are not given here are those that were given there, and the picture is the one that would have been
/// rendered. Or
/// they are any array of whole numbers, of shape (height, width), that numpy has saved; then --itermax
/// must be given.
#[derive(clap::Args)]
pub struct Args {
    /// The escape counts, an NPY; - is standard input
    #[arg(value_name = "COUNTS")]
    pub counts: PathBuf,

    /// Escape count up to which the picture is black; less than itermax [default: the counts' own, or
    /// 5]
    #[arg(short = 'm', long, value_name = "N", value_parser = whole(0..=u32::MAX))]
    #[arg(allow_hyphen_values = true, help_heading = "Julia set")]
    itermin: Option<u32>,

    /// Escape count from which on a point is taken not to have escaped [default: the counts' own]
    ///
    /// That may be less than the counts were computed with, but not more.
    #[arg(short = 'M', long, value_name = "N", value_parser = whole(0..=u32::MAX))]
    #[arg(allow_hyphen_values = true, help_heading = "Julia set")]
    itermax: Option<u32>,

    #[command(flatten)]
    tone: ToneArgs,

    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    /// The job of the counts in `engine`, and its precision if that is known.
    fn job(
        &self,
        engine: &CountsFileEngine,
        carried: Option<&str>,
    ) -> Result<(Job, Option<Precision>), Failure> {
        let path = &self.counts;
        let Some(carried) = carried else {
            let Some(itermax) = self.itermax else {
                let path = path.display();
                let line = format!("--itermax: is missing, and {path} carries no job that has it");
                return Err(Failure::usage(line));
            };
            let julia = Julia::new(Complex64::ZERO, 2.0, (self.itermin.unwrap_or(5), itermax))?;
            let anywhere = ComplexRegion::new(0.0, 1.0, 1.0, 0.0)?;
            let grid = Grid::with_shape(anywhere, engine.width(), engine.height())?;
            return Ok((Job { julia, grid }, None));
        };
        let stored = job_file::parse(carried, path)?;
        let planned = stored.job(None)?;
        if planned.is_auto() {
            let line = format!("{}: its job has no number for itermax", path.display());
            return Err(Failure::usage(line));
        }
        let job = planned.job().clone();
        let known = job.julia.itermax();
        let itermin = self.itermin.unwrap_or(job.julia.itermin());
        let itermax = self.itermax.unwrap_or(known);
        if itermax > known {
            let path = path.display();
            let line = format!("--itermax {itermax}: the counts in {path} go up to {known}");
            return Err(Failure::usage(line));
        }
        let julia = job.julia.with_iterations((itermin, itermax))?;
        Ok((Job { julia, ..job }, Some(stored.precision())))
    }
}

/// Makes the picture.
pub fn run(args: &Args, messages: Messages) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let mut engine = CountsFileEngine::open(&args.counts)?;
    let texts = metadata::beside(&args.counts)?;
    let (job, precision) = args.job(&engine, text(&texts, JOB))?;
    if let Some(precision) = precision {
        let computed_by = text(&texts, ENGINE).unwrap_or_default().to_owned();
        let tiers = text(&texts, TIERS).map(str::to_owned);
        engine.set_origin(Origin { engine: computed_by, precision, tiers });
    }
    let options =
        Options::default().tone(args.tone.tone()?).depth(args.tone.depth).dpi(args.tone.dpi);
    let options = options.compression(args.output.compression.get()).pyramid(args.output.pyramid);
    let options = if precision.is_some() { options.texts(record::texts()) } else { options };
    let options = options.without_metadata(args.output.compression.no_metadata);
    let format = args.output.format(&job, &options)?;
    let interrupt = signals::flag();
    if args.output.dry_run {
        let estimate = picture::estimate(&mut engine, &job, format, &options, &interrupt)?;
        let engine = format!("the counts of {}", args.counts.display());
        print(args.output.estimate(&job.grid, options.dpi, &engine, &estimate).as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let progress = messages.progress(picture::pixels_to_compute(&job, &options, format)?);
    let mut preview = args.output.preview(messages);
    let written = args.output.file().and_then(|file| {
        let to =
            Destination { file, format, preview: preview.as_mut().map(TerminalPreview::preview) };
        picture::write_file(&mut engine, &job, to, &options, &interrupt, |band| {
            progress.inc(band.window.pixels());
        })
    });
    progress.finish_and_clear();
    args.output.outcome(written)?;
    preview.map_or(Ok(()), TerminalPreview::print)?;
    args.output.tell(&job.grid, start.elapsed(), messages);
    Ok(ExitCode::SUCCESS)
}
