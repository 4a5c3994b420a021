//! What becomes of a job's counts, and what the file says of it.

use crate::dpi::Dpi;
use crate::engine::Engine;
use crate::job::Job;
use crate::julia::Precision;
use crate::output::png::Compression;
use crate::record::{Record, Texts};
use crate::render::supersampling::Sampling;
use crate::setters::setters;
use crate::tone::{Depth, Tone};

/// What becomes of a job's counts.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// From counts to pixels.
    pub tone: Tone,
    /// Bits of a pixel's values.
    pub depth: Depth,
    /// Pixels an inch of a print, which the file states if it has a place for that.
    pub dpi: Option<Dpi>,
    /// How many sample points a pixel has.
    pub sampling: Sampling,
    /// What the file says of itself besides its record, each text with its keyword.
    pub texts: Texts,
    /// What the file's size is worth in time.
    pub compression: Compression,
    /// Whether a TIFF has tiles, and behind the picture itself at half its size and so on.
    pub pyramid: bool,
    /// Whether the file says nothing of how it was made: no job, no other text.
    pub without_metadata: bool,
    /// Whether finished bands are kept in a file beside the picture until that is there, and are taken from it if the picture was
    /// interrupted.
    pub resume: bool,
}

impl Options {
    setters!(
        tone: Tone,
        depth: Depth,
        dpi: Option<Dpi>,
        sampling: Sampling,
        texts: Texts,
        compression: Compression,
        pyramid: bool,
        without_metadata: bool,
        resume: bool,
    );
}

/// The job of the picture of `job`, as its file says it.
pub fn record<'a>(job: &'a Job, precision: Precision, options: &'a Options) -> Record<'a> {
    let &Options { ref tone, depth, dpi, sampling, .. } = options;
    Record { job, precision, tone, depth, dpi, sampling }
}

/// What the file of a picture of `job` on `engine` says of itself: its job, if the engine knows who
/// computed its counts, and the options' own texts; or nothing, if the options say so.
pub fn texts(engine: &dyn Engine, job: &Job, options: &Options) -> Texts {
    if options.without_metadata {
        return Texts::new();
    }
    let recorded =
        engine.origin().map(|origin| record(job, origin.precision, options).texts(&origin));
    recorded.unwrap_or_default().into_iter().chain(options.texts.iter().cloned()).collect()
}
