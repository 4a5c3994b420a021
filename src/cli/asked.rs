//! A picture that a command line asks for, as values: for programs that have it computed in another way.

use std::path::PathBuf;

use super::error::Failure;
use super::render::Args;
use crate::picture::Options;
use crate::{EngineChoice, Job, Precision};

/// A picture.
pub struct Asked {
    /// What is computed; if `auto`, with a number that stands for its itermax.
    pub job: Job,
    /// Whether itermax follows from what is shown.
    pub auto: bool,
    /// What becomes of the counts.
    pub options: Options,
    /// What computes it.
    pub engine: EngineChoice,
    /// A part of the name of the GPU.
    pub adapter: Option<String>,
    /// How escape counts are computed.
    pub precision: Precision,
    /// Threads of the CPU.
    pub threads: Option<u32>,
    /// Its file, of a format that can hold it.
    pub output: PathBuf,
}

impl Asked {
    /// What the options of rendering ask for.
    ///
    /// # Errors
    /// As rendering, before it computes anything.
    pub fn new(args: &Args) -> Result<Self, Failure> {
        let Args { picture, zoom, output, .. } = args;
        if output.dry_run {
            return Err(Failure::usage("--dry-run: is for a picture of this machine"));
        }
        let planned = picture.job(zoom.zoom.as_ref())?;
        let options = picture.options(output.compression.get())?.pyramid(output.pyramid);
        let options = options.without_metadata(output.compression.no_metadata);
        let job = planned.job().clone();
        let output = output.path_of(&job, &options)?;
        let (engine, adapter, threads) = picture.means();
        let (auto, precision) = (planned.is_auto(), picture.precision());
        Ok(Self { job, auto, options, engine, adapter, precision, threads, output })
    }
}
