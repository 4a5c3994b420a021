//! The CPU engine: no GPU needed, and the judge of the GPU's counts.

pub mod scalar;

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::julia::{Job, Precision};
use crate::region::Window;

/// Fills `counts`, row-major, with the escape counts of `window` in the job's grid, on all threads
/// of the current rayon pool.
///
/// # Errors
/// [`Error::Interrupted`] once `interrupt` is set.
pub fn fill(
    job: &Job,
    precision: Precision,
    window: Window,
    counts: &mut [u32],
    interrupt: &AtomicBool,
) -> Result<()> {
    let grid = job.grid.window(window)?;
    let julia = &job.julia;
    let xs: Vec<f64> = (0..grid.width()).map(|col| grid.x(col)).collect();
    counts.par_chunks_mut(xs.len()).enumerate().try_for_each(|(row, counts)| {
        if interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        let y = grid.y(row as u32);
        for (count, &x) in counts.iter_mut().zip(&xs) {
            *count = match precision {
                Precision::Double => scalar::double(julia, x, y),
                Precision::Single => scalar::single(julia, x as f32, y as f32),
            };
        }
        Ok(())
    })
}
