//! The CPU as an engine.

use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;

use super::mirror::Mirror;
use super::{BAND_PIXELS, BAND_ROWS, Bands, Engine, Variant};
use crate::band::{Band, Quantities, Values};
use crate::cpu::Evaluator;
use crate::error::Result;
use crate::job::Job;
use crate::julia::Precision;
use crate::window::Window;

/// Pixels of a band for each thread: as many tasks as keep all of them busy to its end.
const BAND_PIXELS_PER_THREAD: u32 = 1 << 17;
/// The pixels of a band from which on what each band costs does not count.
const LEAST_BAND_PIXELS: u32 = 1 << 18;

/// The engine that needs no GPU.
pub struct CpuEngine {
    precision: Precision,
}

/// About which share of the pixels the CPU computes; the others it takes from their mirror image.
pub fn computed_by_cpu(job: &Job, precision: Precision) -> f64 {
    let evaluator = Evaluator::new(job, precision, Quantities::NONE);
    Mirror::find(job, Quantities::NONE, &evaluator).map_or(1.0, |mirror| mirror.computed())
}

impl CpuEngine {
    /// The engine for `precision`, on the threads of the rayon pool that it is called in.
    pub fn new(precision: Precision) -> Self {
        Self { precision }
    }
}

impl Engine for CpuEngine {
    fn describe(&self) -> String {
        Variant::on_cpu(self.precision).to_string()
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    /// Enough for all threads and for the rows of the largest tiles. What fits into the caches takes less time, most
    /// of all memory that is touched first.
    fn band_pixels(&self, width: u32) -> u32 {
        let threads = u32::try_from(rayon::current_num_threads()).unwrap_or(u32::MAX);
        let busy = threads.saturating_mul(BAND_PIXELS_PER_THREAD);
        busy.max(width.saturating_mul(BAND_ROWS)).clamp(LEAST_BAND_PIXELS, BAND_PIXELS)
    }

    fn computed(&self, job: &Job) -> f64 {
        computed_by_cpu(job, self.precision)
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        quantities: Quantities,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        let evaluator = Evaluator::new(job, self.precision, quantities);
        let mirror = Mirror::find(job, quantities, &evaluator);
        Ok(Box::new(CpuBands { evaluator, mirror, interrupt, started: VecDeque::new() }))
    }
}

struct CpuBands<'a> {
    evaluator: Evaluator,
    mirror: Option<Mirror>,
    interrupt: &'a AtomicBool,
    started: VecDeque<(Window, Values)>,
}

impl Bands for CpuBands<'_> {
    fn start(&mut self, window: Window, memory: Values) -> Result<()> {
        self.started.push_back((window, memory));
        Ok(())
    }

    fn finish(&mut self) -> Result<Band> {
        let (window, mut values) = self.started.pop_front().expect("a band was started");
        let Self { evaluator, mirror, interrupt, .. } = self;
        let tier_counts = match mirror {
            Some(mirror) => mirror.fill(evaluator, window, &mut values, interrupt)?,
            None => evaluator.fill(window, &mut values, interrupt)?,
        };
        Ok(Band { window, values, tier_counts })
    }
}
