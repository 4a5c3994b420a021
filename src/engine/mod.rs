//! Engines: what fills the bands of a job with escape counts. They know nothing of pictures.

mod choose;
mod counts_file;
mod cpu;
mod events;
#[cfg(feature = "gpu")]
mod gpu;
mod mirror;
mod options;
#[cfg(feature = "gpu")]
mod speed;
mod variant;

use std::sync::atomic::AtomicBool;

use crate::band::{Band, Cells, Quantities, Values};
use crate::counts::TierCounts;
use crate::cpu::{Evaluator, TASK_ROWS};
use crate::error::Result;
use crate::job::Job;
use crate::julia::Precision;
use crate::timing::{DeviceTimes, StartUp};
use crate::window::Window;

pub use choose::reason::Reason;
pub use choose::{check_adapter, check_precision, choose};
pub use counts_file::CountsFileEngine;
pub use cpu::CpuEngine;
pub use events::{Event, EventHandler};
#[cfg(feature = "gpu")]
pub use gpu::GpuEngine;
#[cfg(feature = "gpu")]
pub use options::hooked;
pub use options::{EngineChoice, ExactKernel, GpuOptions};
pub use variant::Variant;

/// What computed counts, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The engine, as [`Engine::describe_verbose`].
    pub engine: String,
    /// How it computed them.
    pub precision: Precision,
    /// Which tiers decided how many of them, if they were computed before.
    pub tiers: Option<String>,
}

/// A band of a multiple of this many rows is computed in the least time.
pub const BAND_ROWS: u32 = TASK_ROWS as u32;

/// The most pixels of a band.
pub const BAND_PIXELS: u32 = 1 << 20;

/// Some sample points of a job.
pub struct Points(Evaluator);

impl Points {
    /// Fills those of `values`, row-major, that are of points of `window` in `cells`, on all threads of the
    /// current rayon pool, and tells which tier decided them. The others are not specified.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) soon after `interrupt` is set; what went wrong
    /// in the computation.
    pub fn fill(
        &self,
        window: Window,
        cells: Cells<'_>,
        values: &mut Values,
        interrupt: &AtomicBool,
    ) -> Result<TierCounts> {
        self.0.fill_cells(window, cells, values, interrupt)
    }
}

/// Something that computes escape counts: made once, used for many jobs.
pub trait Engine: Send {
    /// What it is, in a few words for people.
    fn describe(&self) -> String;

    /// The same, with all that may matter to compute the same again.
    fn describe_verbose(&self) -> String {
        self.describe()
    }

    /// How it computes.
    fn precision(&self) -> Precision;

    /// What computed its counts; `None` if that is unknown.
    fn origin(&self) -> Option<Origin> {
        let engine = self.describe_verbose();
        Some(Origin { engine, precision: self.precision(), tiers: None })
    }

    /// The time that its device took before the first counts, if it has one.
    fn start_up(&self) -> Option<StartUp> {
        None
    }

    /// How long its device was busy since the last call, if it was asked to measure.
    fn device_times(&mut self) -> DeviceTimes {
        DeviceTimes::default()
    }

    /// The pixels of a band that suit it for a picture of this width, at most [`BAND_PIXELS`].
    fn band_pixels(&self, _width: u32) -> u32 {
        BAND_PIXELS
    }

    /// About which share of the sample points of `job` it computes itself, and does not take from others.
    fn computed(&self, _job: &Job) -> f64 {
        1.0
    }

    /// Prepares for `job`, whose bands will have `quantities` beside their counts. The work stops soon
    /// after `interrupt` is set.
    ///
    /// # Errors
    /// If the engine cannot do this job.
    fn begin<'a>(
        &'a mut self,
        job: &Job,
        quantities: Quantities,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>>;

    /// What computes some sample points of `job` as this engine would.
    fn points(&self, job: &Job, quantities: Quantities) -> Points {
        Points(Evaluator::new(job, self.precision(), quantities))
    }
}

/// A job that an engine computes: bands go in by [`start`](Self::start) and come out in the same
/// order by [`finish`](Self::finish).
pub trait Bands {
    /// How many bands are worth starting before the first is finished.
    fn depth(&self) -> usize {
        1
    }

    /// Starts on a window of the job's grid; `memory` is where its values will be, whatever is in it
    /// now.
    ///
    /// # Errors
    /// What went wrong in the engine.
    fn start(&mut self, window: Window, memory: Values) -> Result<()>;

    /// Waits for the oldest band that was started and not yet finished.
    ///
    /// # Errors
    /// What went wrong in the engine; [`Interrupted`](crate::Error::Interrupted) if it was
    /// asked to stop.
    ///
    /// # Panics
    /// If no band was started.
    fn finish(&mut self) -> Result<Band>;
}
