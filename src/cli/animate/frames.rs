//! What the frames that are asked for share.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use indicatif::ProgressBar;

use super::target::Target;
use crate::cli::options::planned;
use crate::output::metadata;
use crate::output::whole::is_whole;
use crate::picture::{self, Options};
use crate::record::{JOB, RESAMPLED, text};
use crate::{Format, Job, Precision, Result};

/// Frames, but for the job of each.
pub struct Frames<'a> {
    pub target: &'a Target,
    /// Their numbers, of `all` that the animation has.
    pub numbers: Range<u32>,
    pub all: u32,
    /// Whether each has as many iterations as its view needs: its job has another number until it is set up.
    pub auto: bool,
    pub precision: Precision,
    /// What becomes of their counts, but for the palette's offset.
    pub options: &'a Options,
    /// By frame of the animation.
    pub palette_offsets: Vec<f64>,
    /// The pixels that an engine computes of each.
    pub pixels: u64,
    pub interrupt: &'a AtomicBool,
    pub progress: &'a ProgressBar,
}

impl Frames<'_> {
    /// What becomes of a frame's counts.
    pub fn options_of(&self, number: u32) -> Options {
        let offset = self.palette_offsets[number as usize];
        let tone = self.options.tone.clone().palette_offset(offset);
        self.options.clone().tone(tone)
    }

    /// A job of these frames, set up: with as many iterations as it needs.
    ///
    /// # Errors
    /// As [`planned::set_up`].
    pub fn set_up(&self, job: &Job) -> Result<Job> {
        let done = planned::set_up(job, self.auto, self.precision, self.interrupt, self.progress);
        if done.is_err() {
            self.progress.finish_and_clear();
        }
        done
    }

    /// The file of a frame, if each has one that says what it is: without that it cannot be told from another's.
    pub fn file(&self, number: u32) -> Option<(PathBuf, Format)> {
        self.target.file(number).filter(|_| !self.options.without_metadata)
    }

    /// Whether a frame of this `job` is there, whole. One that is not set up can have any number of iterations.
    pub fn is_there(&self, number: u32, job: &Job, is_set_up: bool) -> bool {
        let Some((path, format)) = self.file(number) else { return false };
        let known = |job: &str| {
            if self.auto && !is_set_up { with_auto_itermax(job) } else { job.to_owned() }
        };
        let wanted = picture::record(job, self.precision, &self.options_of(number)).to_string();
        let wanted = known(&wanted);
        let is_wanted = |found: &str| known(found).trim_end() == wanted.trim_end();
        let is_same = metadata::read(&path).is_ok_and(|texts| {
            text(&texts, JOB).is_some_and(is_wanted)
                && text(&texts, RESAMPLED) == text(&self.options.texts, RESAMPLED)
        });
        is_same && is_whole(&path, format).unwrap_or(false)
    }
}

/// A job whose frames have each their own itermax.
pub fn with_auto_itermax(job: &str) -> String {
    let line = |line: &str| {
        let is_it = line.starts_with("itermax = ");
        if is_it { "itermax = \"auto\"\n".to_owned() } else { format!("{line}\n") }
    };
    job.lines().map(line).collect()
}
