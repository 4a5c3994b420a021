//! How long a job takes, before it is done: what decides between engines.

use std::time::{Duration, Instant};

use crate::band::{Quantities, Values};
use crate::cpu::Evaluator;
use crate::engine::cpu::computed_by_cpu;
use crate::job::Job;
use crate::julia::Precision;
use crate::window::Window;

/// What a GPU takes from the search for it to its first counts, self-tests included, when its driver
/// has not compiled the shaders before: measured, as `docs/performance.md` tells.
pub const START_UP: Duration = Duration::from_millis(125);

/// Steps that one core does in about [`START_UP`] at least, in every precision.
const STEPS_PER_THREAD: u64 = 100_000_000;

/// Orbits are followed no further while engines are timed; what comes after is extrapolated.
const MOST_STEPS: u32 = 4096;

/// The squares of pixels that the CPU is timed on, and their side.
const SQUARES: u32 = 6;
const SIDE: u32 = 64;

/// Whether the CPU is done, even if no pixel escapes, before a GPU has started.
pub fn is_small(job: &Job) -> bool {
    let steps = u128::from(job.grid.pixels()) * u128::from(job.julia.itermax());
    steps <= u128::from(STEPS_PER_THREAD) * rayon::current_num_threads() as u128
}

/// Views with more bits behind the point than this take longest to follow their center: 1e-10000 or so.
const MOST_BITS: i64 = 1 << 15;

/// Whether the job is a view that nothing should be timed on.
pub fn is_deep(job: &Job) -> bool {
    job.grid.view().is_some_and(|(lattice, _)| lattice.pitch().exponent < -MOST_BITS)
}

/// The job with an itermax that no engine takes long for.
pub fn shortened(job: &Job, itermax: u32) -> Job {
    let (julia, itermax) = (&job.julia, itermax.min(job.julia.itermax()));
    match julia.with_iterations((0, itermax)) {
        Ok(julia) => Job { julia, ..job.clone() },
        Err(_) => job.clone(),
    }
}

/// The job for a comparison of speeds.
#[cfg(feature = "gpu")]
pub fn for_timing(job: &Job) -> Job {
    shortened(job, MOST_STEPS)
}

/// About how long the CPU takes for `job`, in seconds: from the time of some squares of its pixels
/// on one thread, how that grows with itermax, and the share of the pixels that it computes.
pub fn cpu_seconds(job: &Job, precision: Precision) -> f64 {
    let itermax = job.julia.itermax();
    let whole = itermax.min(MOST_STEPS);
    let seconds = |itermax| sample_seconds(&shortened(job, itermax), precision);
    let sample = if itermax > whole {
        extrapolated([whole / 2, whole], [seconds(whole / 2), seconds(whole)], itermax)
    } else {
        seconds(whole)
    };
    let sampled = squares(job).map(|square| square.pixels()).sum::<u64>() as f64;
    let computed = job.grid.pixels() as f64 * computed_by_cpu(job, precision);
    sample * computed / (sampled * rayon::current_num_threads() as f64)
}

/// What grows evenly, at `at`, from what it is at two other places; it never falls.
fn extrapolated(places: [u32; 2], values: [f64; 2], at: u32) -> f64 {
    let slope = (values[1] - values[0]).max(0.0) / f64::from(places[1] - places[0]);
    values[1] + slope * f64::from(at - places[1])
}

/// The least time of two runs.
fn sample_seconds(job: &Job, precision: Precision) -> f64 {
    let evaluator = Evaluator::new(job, precision, Quantities::NONE);
    let mut values = Values::default();
    let mut run = || {
        let start = Instant::now();
        for square in squares(job) {
            // What cannot be computed takes no time here; the job itself reports the error.
            let _ = evaluator.fill(square, &mut values, &Default::default());
        }
        start.elapsed().as_secs_f64()
    };
    // On a thread of the pool, which has no other to wake.
    rayon::scope(|_| run().min(run()))
}

/// Squares from all over the picture.
fn squares(job: &Job) -> impl Iterator<Item = Window> + use<> {
    let (width, height) = (job.grid.width(), job.grid.height());
    let size = (width.min(SIDE), height.min(SIDE));
    (0..SQUARES).map(move |index| {
        // The golden ratio spreads any number of columns evenly.
        let across = (f64::from(index) * 0.618_034).fract();
        let down = f64::from(2 * index + 1) / f64::from(2 * SQUARES);
        let col = (f64::from(width - size.0) * across) as u32;
        let row = (f64::from(height - size.1) * down) as u32;
        Window { col, row, width: size.0, height: size.1 }
    })
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use crate::julia::Julia;

    use super::*;
    use crate::grid::Grid;
    use crate::region::ComplexRegion;

    fn job(c: Complex64, resolution: u32, itermax: u32) -> Job {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let julia = Julia::new(c, 2.0, (0, itermax)).unwrap();
        Job { julia, grid: Grid::new(region, resolution).unwrap() }
    }

    #[test]
    fn squares_lie_inside() {
        for resolution in [2, 3, 31, 32, 33, 100, 5000] {
            let job = job(Complex64::I, resolution, 50);
            for square in squares(&job) {
                assert!(job.grid.window(square).is_ok(), "{square:?}");
            }
        }
    }

    #[test]
    fn what_grows_is_extrapolated() {
        assert_eq!(extrapolated([100, 200], [1.0, 1.5], 1000), 5.5);
        // If orbits are trapped, their time does not grow, and varies only as clocks do.
        assert_eq!(extrapolated([100, 200], [1.5, 1.0], 1000), 1.0);
    }

    #[test]
    fn an_estimate_is_a_time() {
        for itermax in [1, 80, MOST_STEPS, u32::MAX] {
            let seconds = cpu_seconds(&job(Complex64::I, 1000, itermax), Precision::Exact);
            assert!(seconds.is_finite() && seconds > 0.0, "{itermax}: {seconds}");
        }
    }

    /// Half of a picture with 0 in its middle is computed; three quarters with 0 at a quarter of its height,
    /// if the map is symmetric about the real axis.
    #[test]
    fn a_mirror_image_takes_no_time() {
        let share = |c, [left, right, bottom, top]: [f64; 4], precision| {
            let region = ComplexRegion::new(left, right, top, bottom).unwrap();
            let julia = Julia::new(c, 2.0, (0, 300)).unwrap();
            let grid = Grid::with_shape(region, 400, 400).unwrap();
            computed_by_cpu(&Job { julia, grid }, precision)
        };
        let (rabbit, basilica) = (Complex64::new(-0.12256, 0.74486), Complex64::new(-1.0, 0.0));
        for (c, bounds, precision, expected) in [
            (rabbit, [-1.5, 1.5, -1.5, 1.5], Precision::Exact, 0.5),
            (rabbit, [-1.0, 1.5, -1.25, 1.25], Precision::Exact, 0.6),
            (rabbit, [0.5, 1.0, 0.5, 1.0], Precision::Exact, 1.0),
            (rabbit, [-1.5, 1.5, -1.5, 1.5], Precision::Double, 1.0),
            (basilica, [0.5, 2.5, -0.5, 1.5], Precision::Exact, 0.75),
        ] {
            let found = share(c, bounds, precision);
            assert!((found - expected).abs() < 0.01, "{c} {bounds:?} {precision}: {found}");
        }
    }

    #[test]
    fn a_job_is_small_or_not() {
        assert!(is_small(&job(Complex64::I, 500, 80)));
        assert!(!is_small(&job(Complex64::I, 60_000, 10_000)));
    }
}
