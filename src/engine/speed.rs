//! Which of two is the faster for a job: both are timed on a part of it.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::Engine;
use super::choose::estimate;
use crate::band::{Quantities, Values};
use crate::error::Result;
use crate::grid::Grid;
use crate::job::Job;
use crate::window::Window;

/// Shorter runs time the driver, not the kernel.
const LONG_ENOUGH: Duration = Duration::from_millis(5);

/// The fewest and the most pixels that are timed: a slow engine is not asked for long.
const LEAST_PIXELS: u64 = 1 << 12;
const MOST_PIXELS: u64 = 1 << 20;

/// Something that computes a window of a job.
pub(super) trait Contender {
    /// How long it takes for the window, after a first run that warms it up.
    fn time(&mut self, job: &Job, quantities: Quantities, window: Window) -> Result<Duration>;
}

impl<E: Engine> Contender for E {
    fn time(&mut self, job: &Job, quantities: Quantities, window: Window) -> Result<Duration> {
        let go_on = AtomicBool::new(false);
        let mut bands = self.begin(job, quantities, &go_on)?;
        bands.start(window, Values::default())?;
        let warm = bands.finish()?;
        let start = Instant::now();
        bands.start(window, warm.values)?;
        bands.finish()?;
        Ok(start.elapsed())
    }
}

/// How long two contenders take for the same part of `job`.
pub(super) fn compare_speed(
    mut contenders: [&mut dyn Contender; 2],
    job: &Job,
    quantities: Quantities,
) -> Result<[Duration; 2]> {
    let job = estimate::for_timing(job);
    let mut pixels = LEAST_PIXELS;
    loop {
        let window = middle(&job.grid, pixels);
        let mut times = [Duration::ZERO; 2];
        for (contender, time) in contenders.iter_mut().zip(&mut times) {
            *time = contender.time(&job, quantities, window)?;
        }
        let whole = window.pixels() * 2 < pixels;
        if times[0].min(times[1]) > LONG_ENOUGH || whole || pixels >= MOST_PIXELS {
            return Ok(times);
        }
        pixels *= 4;
    }
}

/// A window of about this many pixels in the middle of a grid, or half of it: not of whole rows, since the CPU takes
/// some of these from their mirror image.
fn middle(grid: &Grid, pixels: u64) -> Window {
    let share = (pixels as f64 / grid.pixels() as f64).min(0.5).sqrt();
    let part = |side: u32| ((f64::from(side) * share).ceil() as u32).clamp(1, side);
    let (width, height) = (part(grid.width()), part(grid.height()));
    Window { col: (grid.width() - width) / 2, row: (grid.height() - height) / 2, width, height }
}
