//! The options for what a picture shows and how it is computed, wherever it goes.

use juliaset::internals::picture::Options;
use juliaset::{Compression, Engine, EngineChoice, Job, Precision};

use super::color::ToneArgs;
use super::job::{EngineArgs, JobArgs, engine_choice};
use super::sampling::SamplingArgs;
use crate::cli::console::Messages;
use crate::cli::error::Failure;
use crate::cli::job_file::JobFileArgs;

/// What a picture shows, and how it is computed.
#[derive(clap::Args)]
pub struct PictureArgs {
    #[command(flatten)]
    job: JobArgs,

    #[command(flatten)]
    _job_file: JobFileArgs,

    /// What computes the escape counts
    #[arg(long, value_name = "ENGINE", default_value = EngineChoice::default().name())]
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
    pub fn job(&self) -> juliaset::Result<Job> {
        self.job.job()
    }

    /// How it is computed.
    pub fn precision(&self) -> Precision {
        self.how.precision
    }

    /// What becomes of the counts, without texts.
    pub fn options(&self, compression: Compression) -> Result<Options, Failure> {
        Ok(Options {
            tone: self.sampling.complete(self.tone.tone()?),
            depth: self.tone.depth,
            sampling: self.sampling.sampling(),
            texts: Vec::new(),
            compression,
        })
    }

    /// Sets the number of threads for the whole process.
    pub fn start_threads(&self) -> Result<(), Failure> {
        self.how.start_threads()
    }

    /// What computes `job`, and all that is as large; says what it is where that was left open.
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
}
