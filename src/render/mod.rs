//! A job, band by band: the engine on one band while the consumer has the one before.

pub mod array;
pub mod set_up;
pub mod supersampling;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};

use crate::band::{Band, Quantities, Values};
use crate::counts::Counts;
use crate::engine::{self, Engine};
use crate::error::{Error, Result};
use crate::grid::Grid;
use crate::job::Job;
use crate::threads;
use crate::window::Window;

/// The most pixels of a band, for pictures of every size: 4 MiB of counts.
pub const BAND_PIXELS: u32 = engine::BAND_PIXELS;

/// Cuts a grid into windows of at most `band_pixels` pixels that cover it in raster order: whole
/// rows, or parts of one row if a row is longer than that.
pub fn windows(grid: &Grid, band_pixels: u32) -> impl Iterator<Item = Window> + use<> {
    let (width, height) = (grid.width(), grid.height());
    Window { col: 0, row: 0, width, height }.pieces_of_rows(band_pixels, engine::BAND_ROWS)
}

/// Computes the counts of `job` on `engine` and hands its bands to `consume`, in raster order, as tasks of the
/// current rayon pool: while the engine has one band, the consumer has the one before.
///
/// Memory is bounded by a few bands, for jobs of every size.
///
/// # Errors
/// The engine's or the consumer's first error, and [`Error::Interrupted`] soon after `interrupt`
/// is set.
pub fn each_band(
    engine: &mut dyn Engine,
    job: &Job,
    interrupt: &AtomicBool,
    consume: impl FnMut(&Band) -> Result<()> + Send,
) -> Result<()> {
    let windows = windows(&job.grid, engine.band_pixels(job.grid.width()));
    each_window(engine, job, Quantities::NONE, windows, interrupt, consume)
}

/// As [`each_band`], with `windows` of the job's grid as the bands, in their own order, and with
/// `quantities` beside counts.
///
/// # Errors
/// As [`each_band`].
pub fn each_window(
    engine: &mut dyn Engine,
    job: &Job,
    quantities: Quantities,
    windows: impl Iterator<Item = Window>,
    interrupt: &AtomicBool,
    consume: impl FnMut(&Band) -> Result<()> + Send,
) -> Result<()> {
    let mut bands = engine.begin(job, quantities, interrupt)?;
    let consume = Mutex::new(consume);
    rayon::in_place_scope(|scope| {
        let mut consumer = Consumer { scope, consume: &consume, busy: None, idle: Vec::new() };
        let mut in_flight = 0;
        for window in windows {
            while in_flight >= bands.depth() {
                consumer.take(bands.finish()?, interrupt)?;
                in_flight -= 1;
            }
            bands.start(window, consumer.idle.pop().unwrap_or_default())?;
            in_flight += 1;
        }
        for _ in 0..in_flight {
            consumer.take(bands.finish()?, interrupt)?;
        }
        consumer.wait()
    })
}

/// Has one band at a time consumed, in a separate task.
struct Consumer<'a, 'scope, F> {
    scope: &'a rayon::Scope<'scope>,
    /// Never contended: one task at a time.
    consume: &'scope Mutex<F>,
    busy: Option<Receiver<(Result<()>, Values)>>,
    /// Memory that can be filled again.
    idle: Vec<Values>,
}

impl<F: FnMut(&Band) -> Result<()> + Send> Consumer<'_, '_, F> {
    /// Has `band` consumed, once the band before it is.
    fn take(&mut self, band: Band, interrupt: &AtomicBool) -> Result<()> {
        self.wait()?;
        if interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        let consume = self.consume;
        let (done, busy) = mpsc::sync_channel(1);
        self.scope.spawn(move |_| {
            let consumed = consume.lock().unwrap_or_else(PoisonError::into_inner)(&band);
            // If the engine has failed, there is no receiver.
            let _ = done.send((consumed, band.values));
        });
        self.busy = Some(busy);
        Ok(())
    }

    fn wait(&mut self) -> Result<()> {
        let Some(busy) = self.busy.take() else { return Ok(()) };
        // A consumer that panicked sends nothing; its panic goes on when the scope ends.
        let (consumed, memory) = threads::receive(&busy).ok_or(Error::Interrupted)?;
        self.idle.push(memory);
        consumed
    }
}

/// All counts of `job`, in memory at once.
///
/// # Errors
/// As [`each_band`], and [`Error::OutOfMemory`].
pub fn counts(engine: &mut dyn Engine, job: &Job, interrupt: &AtomicBool) -> Result<Counts> {
    let mut data: Vec<u32> = job.grid.zeros()?;
    let mut rest = data.as_mut_slice();
    each_band(engine, job, interrupt, |band| {
        let (filled, after) = std::mem::take(&mut rest).split_at_mut(band.values.counts.len());
        filled.copy_from_slice(&band.values.counts);
        rest = after;
        Ok(())
    })?;
    Ok(Counts { width: job.grid.width(), height: job.grid.height(), data })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::ComplexRegion;

    #[test]
    fn windows_cover_every_pixel_once_and_in_order() {
        let region = ComplexRegion::new(0.0, 1.0, 0.0, 1.0).unwrap();
        for (nx, ny) in [(1, 1), (7, 5), (10, 3), (11, 2), (23, 4), (3, 100)] {
            let grid = Grid::with_shape(region, nx, ny).unwrap();
            let mut next = 0;
            for window in windows(&grid, 10) {
                assert!(window.pixels() <= 10, "{window:?}");
                assert_eq!(u64::from(window.row) * u64::from(nx) + u64::from(window.col), next);
                next += window.pixels();
            }
            assert_eq!(next, grid.pixels());
        }
    }
}
