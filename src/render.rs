//! A job, band by band: the engine on one band while the consumer has the one before.

use std::sync::atomic::AtomicBool;
use std::sync::mpsc;
use std::thread;

use crate::counts::{Band, Counts};
use crate::engine::{Bands, Engine};
use crate::error::{Error, Result};
use crate::julia::Job;
use crate::region::{Grid, Window};

/// The most pixels of a band, whatever the picture's size: 4 MiB of counts.
pub const BAND_PIXELS: u32 = 1 << 20;

/// Cuts a grid into windows of at most `band_pixels` pixels that cover it in raster order: whole
/// rows, or parts of one row where a row is longer than that.
pub fn windows(grid: &Grid, band_pixels: u32) -> impl Iterator<Item = Window> + use<> {
    let (width, height) = (grid.width(), grid.height());
    let band_width = width.min(band_pixels);
    let band_height = if band_width < width { 1 } else { (band_pixels / width).min(height) };
    (0..height).step_by(band_height as usize).flat_map(move |row| {
        (0..width).step_by(band_width as usize).map(move |col| Window {
            col,
            row,
            width: band_width.min(width - col),
            height: band_height.min(height - row),
        })
    })
}

/// Computes `job` on `engine` and hands its bands to `consume`, in raster order, on a thread of
/// their own: while the engine has one band, the consumer has the one before.
///
/// Memory is bounded by a few bands, whatever the job's size.
///
/// # Errors
/// The engine's or the consumer's first error, and [`Error::Interrupted`] soon after `interrupt`
/// is set.
pub fn each_band(
    engine: &mut dyn Engine,
    job: &Job,
    interrupt: &AtomicBool,
    mut consume: impl FnMut(&Band) -> Result<()> + Send,
) -> Result<()> {
    let (to_consumer, bands) = mpsc::sync_channel::<Band>(1);
    let (to_engine, empty_buffers) = mpsc::channel::<Vec<u32>>();
    thread::scope(|scope| {
        let consumer = scope.spawn(move || {
            for band in bands {
                consume(&band)?;
                // The engine's side may be gone already: then no buffer is wanted any more.
                let _ = to_engine.send(band.counts);
            }
            Ok(())
        });
        let computed =
            compute(engine, job, interrupt, &empty_buffers, |band| to_consumer.send(band).is_ok());
        drop(to_consumer);
        let consumed = consumer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // Where the consumer failed, the engine was merely told to stop.
        consumed.and(computed)
    })
}

/// Feeds the engine; `deliver` says whether more is wanted.
fn compute(
    engine: &mut dyn Engine,
    job: &Job,
    interrupt: &AtomicBool,
    empty_buffers: &mpsc::Receiver<Vec<u32>>,
    deliver: impl Fn(Band) -> bool,
) -> Result<()> {
    let mut bands = engine.begin(job, interrupt)?;
    let mut in_flight = 0;
    let finish_one = |bands: &mut dyn Bands| -> Result<bool> {
        let band = bands.finish()?;
        if interrupt.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        Ok(deliver(band))
    };
    for window in windows(&job.grid, BAND_PIXELS) {
        if in_flight == bands.depth() {
            if !finish_one(bands.as_mut())? {
                return Ok(());
            }
            in_flight -= 1;
        }
        bands.start(window, empty_buffers.try_recv().unwrap_or_default())?;
        in_flight += 1;
    }
    for _ in 0..in_flight {
        if !finish_one(bands.as_mut())? {
            return Ok(());
        }
    }
    Ok(())
}

/// All counts of `job`, in memory at once.
///
/// # Errors
/// As [`each_band`].
pub fn counts(engine: &mut dyn Engine, job: &Job, interrupt: &AtomicBool) -> Result<Counts> {
    let mut data = Vec::with_capacity(job.grid.pixels() as usize);
    each_band(engine, job, interrupt, |band| {
        data.extend_from_slice(&band.counts);
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
