//! A job's result as one array of shape `(nx, ny)`, in C order: the pixel `(i, j)` at `i · ny + j`.
//!
//! That is how the original's users have it, in ndarray and in numpy. The array is the caller's.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::band::{Band, Quantities};
use crate::counts::normalised;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::job::Job;
use crate::parameter::Parameter;
use crate::render;
use crate::window::Window;

/// Fills `values` with the normalised values of `job`, in `[0, 1]`.
///
/// `progress` is called after every band with its number of pixels. Beside the array, memory is bounded by
/// a few bands.
///
/// # Errors
/// [`Error::Invalid`] if `values` has not exactly one element for each pixel; the engine's errors;
/// [`Error::Interrupted`] soon after `interrupt` is set.
pub fn normalised_into(
    engine: &mut dyn Engine,
    job: &Job,
    values: &mut [f64],
    interrupt: &AtomicBool,
    progress: impl FnMut(u64) + Send,
) -> Result<()> {
    /// The most entries of a table of values: 64 KiB stay in the nearest caches.
    const TABLE: u32 = 1 << 13;
    let (itermin, itermax) = (job.julia.itermin(), job.julia.itermax());
    let value = |count| normalised(count, itermin, itermax);
    let table: Vec<f64> =
        if itermax < TABLE { (0..=itermax).map(value).collect() } else { Vec::new() };
    let of = |&count: &u32| table.get(count as usize).copied().unwrap_or_else(|| value(count));
    let source = (Quantities::NONE, counts as fn(&Band) -> &[u32]);
    fill(engine, job, values, source, of, interrupt, progress)
}

fn counts(band: &Band) -> &[u32] {
    &band.values.counts
}

/// Fills `counts` with the escape counts of `job`; the rest as [`normalised_into`].
///
/// # Errors
/// As [`normalised_into`].
pub fn counts_into(
    engine: &mut dyn Engine,
    job: &Job,
    counts: &mut [u32],
    interrupt: &AtomicBool,
    progress: impl FnMut(u64) + Send,
) -> Result<()> {
    let source = (Quantities::NONE, self::counts as fn(&Band) -> &[u32]);
    fill(engine, job, counts, source, |&count| count, interrupt, progress)
}

/// Fills `values` with the [smooth values](Quantities::smooth) of `job`; the rest as [`normalised_into`].
///
/// # Errors
/// As [`normalised_into`].
pub fn smooth_into(
    engine: &mut dyn Engine,
    job: &Job,
    values: &mut [f64],
    interrupt: &AtomicBool,
    progress: impl FnMut(u64) + Send,
) -> Result<()> {
    let quantities = Quantities { smooth: true, ..Quantities::NONE };
    let source = (quantities, (|band| &band.values.smooth) as fn(&Band) -> &[f64]);
    fill(engine, job, values, source, |&value| value, interrupt, progress)
}

/// Fills `values` with the [distances](Quantities::distance) of `job`, in pixels; the rest as [`normalised_into`].
///
/// # Errors
/// As [`normalised_into`].
pub fn distances_into(
    engine: &mut dyn Engine,
    job: &Job,
    values: &mut [f64],
    interrupt: &AtomicBool,
    progress: impl FnMut(u64) + Send,
) -> Result<()> {
    let quantities = Quantities { distance: Quantities::EVERY_DISTANCE, ..Quantities::NONE };
    let source = (quantities, (|band| &band.values.distances) as fn(&Band) -> &[f64]);
    let pixel = job.grid.pixel_width();
    fill(engine, job, values, source, |&value| value / pixel, interrupt, progress)
}

/// Fills `array` with what `of` makes of the values that `source` asks for and takes from a band.
fn fill<S: Sync, T: Send>(
    engine: &mut dyn Engine,
    job: &Job,
    array: &mut [T],
    (quantities, values): (Quantities, fn(&Band) -> &[S]),
    of: impl Fn(&S) -> T + Sync,
    interrupt: &AtomicBool,
    mut progress: impl FnMut(u64) + Send,
) -> Result<()> {
    let (pixels, ny) = (job.grid.pixels(), job.grid.height() as usize);
    if array.len() as u64 != pixels {
        let expected = format!("must be {pixels}, one for each pixel");
        return Err(Error::invalid(Parameter::ArrayLength, array.len(), expected));
    }
    let windows = render::windows(&job.grid, engine.band_pixels(job.grid.width()));
    render::each_window(engine, job, quantities, windows, interrupt, |band| {
        transpose(band.window, values(band), ny, array, &of);
        progress(band.window.pixels());
        Ok(())
    })
}

/// Puts the rows of a window's `values` into the columns of an array of `ny` rows, in blocks that stay in the cache.
fn transpose<S: Sync, T: Send>(
    Window { col, row, width, height }: Window,
    values: &[S],
    ny: usize,
    array: &mut [T],
    of: &(impl Fn(&S) -> T + Sync),
) {
    const BLOCK: usize = 32;
    let [col, row, width, height] = [col, row, width, height].map(|pixels| pixels as usize);
    let columns = &mut array[col * ny..(col + width) * ny];
    columns.par_chunks_mut(BLOCK * ny).enumerate().for_each(|(block, columns)| {
        for top in (0..height).step_by(BLOCK) {
            let bottom = height.min(top + BLOCK);
            for (i, column) in columns.chunks_mut(ny).enumerate() {
                let values = values[block * BLOCK + i..].iter().step_by(width);
                for (place, value) in
                    column[row + top..row + bottom].iter_mut().zip(values.skip(top))
                {
                    *place = of(value);
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::engine::CpuEngine;
    use crate::grid::Grid;
    use crate::julia::{Julia, Precision};
    use crate::region::ComplexRegion;

    fn job(nx: u32, ny: u32, itermax: u32) -> Job {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let c = Complex64::new(-0.835, -0.2321);
        let julia = Julia::new(c, 2.0, (5, itermax)).unwrap();
        Job { julia, grid: Grid::with_shape(region, nx, ny).unwrap() }
    }

    #[test]
    fn the_array_is_the_rows_transposed() {
        let never = AtomicBool::new(false);
        let mut engine = CpuEngine::new(Precision::Double);
        // One row, one column, rows wider than a band, several bands, a table too long.
        for (nx, ny, itermax) in [
            (1, 1, 80),
            (1, 77, 80),
            (77, 1, 80),
            (99, 65, 9000),
            (1_100_000, 2, 6),
            (70, 20_000, 6),
        ] {
            let job = job(nx, ny, itermax);
            let rows = render::counts(&mut engine, &job, &never).unwrap();
            let mut counts: Vec<u32> = job.grid.zeros().unwrap();
            let mut values: Vec<f64> = job.grid.zeros().unwrap();
            let mut seen = 0;
            counts_into(&mut engine, &job, &mut counts, &never, |pixels| seen += pixels).unwrap();
            normalised_into(&mut engine, &job, &mut values, &never, |_| ()).unwrap();
            assert_eq!(seen, job.grid.pixels());
            let (width, ny) = (nx as usize, ny as usize);
            for (index, &count) in rows.data.iter().enumerate() {
                let (i, j) = (index % width, index / width);
                assert_eq!(counts[i * ny + j], count, "{i} {j} of {nx} x {ny}");
                assert_eq!(values[i * ny + j], normalised(count, 5, itermax), "{i} {j}");
            }
        }
    }

    #[test]
    fn an_array_of_another_length_is_refused() {
        let mut engine = CpuEngine::new(Precision::Double);
        let never = AtomicBool::new(false);
        let mut counts = [7; 99];
        assert!(counts_into(&mut engine, &job(10, 10, 80), &mut counts, &never, |_| ()).is_err());
        assert_eq!(counts, [7; 99]);
    }
}
