//! The options for what a picture shows and how it is computed, wherever it goes.

use std::path::PathBuf;

use super::color::ToneArgs;
use super::engine::{EngineArgs, engine_choice};
use super::job::JobArgs;
use super::planned::Planned;
use super::sampling::SamplingArgs;
use crate::cli::console::Messages;
use crate::cli::error::Failure;
use crate::engine::Engine;
use crate::picture::Options;
use crate::{Compression, EngineChoice, Job, Number, Precision};

/// Where options come from, besides the command line.
#[derive(clap::Args)]
#[allow(dead_code, reason = "read by `expand`, before all options are there")]
struct JobFileArgs {
    /// Take options from a job file
    ///
    /// A job file is TOML with the long options' names as keys, such as 'itermax = 200' or 'fast =
    /// true'. Options on the command line come before the file's, the file's before its preset's;
    /// --no-fast and the like take back what it switches on: fast, small, pyramid, resume, dry-run, show, smooth,
    /// distance, adaptive, interior, histogram, zoom and resample. What it has for another kind of output is left out, with a line
    /// that says so. 'juliaset info plot.png' prints a picture's job in this form. - is standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "like", help_heading = "Job")]
    job: Option<PathBuf>,

    /// Make a picture again, from the job that it carries
    ///
    /// Its pixels are the same, bit for bit, on any machine and engine; in precision 'single', and
    /// in 'double' on a GPU, on the same adapter. Options on the command line come before the
    /// picture's; --no-smooth and the like take back what it switches on, as with --job. A PNG, TIFF, WebP, JPEG or OpenEXR has its job in it, an NPY beside it in FILE.toml, a DZI in the folder of its tiles;
    /// what else than a picture's job is there is refused. - is standard input.
    #[arg(long, value_name = "FILE", help_heading = "Job")]
    like: Option<PathBuf>,

    /// Take c, view and iterations of a celebrated set
    ///
    /// 'juliaset presets' lists them. Options on the command line come before the set's.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["job", "like"], help_heading = "Job")]
    preset: Option<String>,
}

/// What a picture shows, and how it is computed.
#[derive(clap::Args)]
pub struct PictureArgs {
    #[command(flatten)]
    job: JobArgs,

    #[command(flatten)]
    _job_file: JobFileArgs,

    /// What computes the escape counts
    #[arg(long, value_name = "ENGINE", default_value_t = EngineChoice::default())]
    #[arg(value_parser = engine_choice(&EngineChoice::ALL), help_heading = "Computation")]
    engine: EngineChoice,

    #[command(flatten)]
    how: EngineArgs,

    #[command(flatten)]
    sampling: SamplingArgs,

    #[command(flatten)]
    tone: ToneArgs,
}

impl PictureArgs {
    /// What is computed.
    ///
    /// `zoom` is that of a view by its center.
    pub fn job(&self, zoom: Option<&Number>) -> Result<Planned, Failure> {
        self.job.job(zoom, self.tone.dpi)
    }

    /// How it is computed.
    pub fn precision(&self) -> Precision {
        self.how.precision
    }

    /// What computes it: the engine, its adapter and the threads.
    pub fn means(&self) -> (EngineChoice, Option<String>, Option<u32>) {
        (self.engine, self.how.adapter.clone(), self.how.threads())
    }

    /// What becomes of the counts, without texts.
    pub fn options(&self, compression: Compression) -> Result<Options, Failure> {
        let tone = self.sampling.complete(self.tone.tone()?);
        let options = Options::default().tone(tone).depth(self.tone.depth).dpi(self.tone.dpi);
        Ok(options.sampling(self.sampling.sampling()).compression(compression))
    }

    /// Whether each frame goes by the histogram of its own counts, because that was asked for.
    pub fn is_histogram_per_frame(&self) -> bool {
        self.tone.is_histogram_per_frame()
    }

    /// Sets the number of threads for the whole process.
    pub fn start_threads(&self) -> Result<(), Failure> {
        self.how.start_threads()
    }

    /// Whether the adapter that was asked for is there, before a view is set up for it.
    pub fn check_adapter(&self, job: &Job) -> Result<(), Failure> {
        self.how.check_adapter(self.engine, job)
    }

    /// What computes `job`, and all that is as large; prints what it is if that was left open.
    pub fn engine(
        &self,
        job: &Job,
        messages: Messages,
        progress: &indicatif::ProgressBar,
    ) -> Result<Box<dyn Engine>, Failure> {
        let whole = self.sampling.sampling().job(job)?;
        let (engine, why) = self.how.engine(self.engine, &whole, messages.events(progress))?;
        if self.engine == EngineChoice::Auto {
            messages.note(format!("{}: {why}", engine.describe()));
        }
        Ok(engine)
    }

    /// What chooses an engine for other jobs in the same way, at any time.
    #[cfg(feature = "explore")]
    pub fn chooser(
        &self,
        messages: Messages,
    ) -> impl Fn(&Job) -> crate::Result<Box<dyn Engine>> + Send + Sync + use<> {
        self.how.chooser(self.engine, messages.events(&indicatif::ProgressBar::hidden()))
    }
}
