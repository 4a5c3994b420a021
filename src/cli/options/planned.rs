//! A job whose number of iterations may still be open: it can follow from the view, which takes time.

use std::sync::atomic::AtomicBool;

use indicatif::ProgressBar;

use super::number::whole;
use crate::cli::console::Messages;
use crate::cli::error::Failure;
use crate::render::set_up;
use crate::{Job, Precision};

/// The most iterations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Iterations {
    /// As many as the view needs.
    Auto,
    /// So many.
    Number(u32),
}

impl Iterations {
    /// What stands for the number until it is known.
    pub fn at_first(self, itermin: u32) -> u32 {
        match self {
            Self::Auto => itermin.saturating_add(1),
            Self::Number(number) => number,
        }
    }
}

/// Parses a number of iterations, or the word for one that follows from the view.
pub fn iterations(text: &str) -> Result<Iterations, String> {
    if text == "auto" {
        return Ok(Iterations::Auto);
    }
    let number = whole(0..=u32::MAX)(text).map_err(|expected| format!("{expected}, or auto"))?;
    Ok(Iterations::Number(number))
}

/// A job, but maybe for its number of iterations.
#[derive(Clone, Debug)]
pub struct Planned {
    job: Job,
    iterations: Iterations,
}

impl Planned {
    /// `job`, whose itermax is that of `iterations` if it is known.
    pub fn new(job: Job, iterations: Iterations) -> Self {
        Self { job, iterations }
    }

    /// The job, in which itermax may be a number that stands for another one.
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// Whether the number of iterations follows from the view.
    pub fn is_auto(&self) -> bool {
        self.iterations == Iterations::Auto
    }

    /// The job itself, set up: `progress` has what that costs in sample points.
    pub fn set_up(
        &self,
        precision: Precision,
        interrupt: &AtomicBool,
        messages: Messages,
        progress: &ProgressBar,
    ) -> Result<Job, Failure> {
        let job = set_up(&self.job, self.is_auto(), precision, interrupt, progress);
        if job.is_err() {
            progress.finish_and_clear();
        }
        let job = job?;
        if self.is_auto() {
            let itermax = job.julia.itermax();
            progress.suspend(|| {
                messages.detail(format!("itermax {itermax}, as many as the view needs"))
            });
        }
        Ok(job)
    }
}

/// `job`, set up, with as many iterations as its view needs if it is `auto`.
pub fn set_up(
    job: &Job,
    auto: bool,
    precision: Precision,
    interrupt: &AtomicBool,
    progress: &ProgressBar,
) -> crate::Result<Job> {
    let mut tell = |points| progress.inc(points);
    if auto {
        set_up::with_auto_itermax(job, precision, interrupt, &mut tell)
    } else {
        set_up::run(job, precision, interrupt, &mut tell)?;
        Ok(job.clone())
    }
}
