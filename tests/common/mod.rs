//! What the tests of every engine share: hard jobs, and references for plain counts.

#![allow(dead_code, reason = "each test binary takes its part")]

pub mod adversarial;
pub mod oracle;
pub mod random;
pub mod views;

use std::env;
use std::sync::atomic::AtomicBool;

use juliaset::internals::engine::{Engine, GpuOptions};
use juliaset::internals::render;
use juliaset::{Complex64, ComplexRegion, Counts, Grid, Job, Julia, Precision};

/// A job over the region `x × y` with `width` columns.
pub fn job(
    c: (f64, f64),
    threshold: f64,
    itermax: u32,
    [xleft, xright, ytop, ybot]: [f64; 4],
    width: u32,
) -> Job {
    let region = ComplexRegion::new(xleft, xright, ytop, ybot).unwrap();
    Job { julia: julia(c, threshold, itermax), grid: Grid::new(region, width).unwrap() }
}

/// The map with this constant.
pub fn julia((re, im): (f64, f64), threshold: f64, itermax: u32) -> Julia {
    Julia::new(Complex64::new(re, im), threshold, (0, itermax)).unwrap()
}

/// The whole set of most c.
pub const FULL: [f64; 4] = [-1.6, 1.6, 1.0, -1.0];

/// So deep that neighbouring sample points share most of their bits.
const DEEP: [f64; 4] = [0.0121, 0.0121 + 3e-13, 0.0307, 0.0307 - 2e-13];

/// Small jobs, each hard in its own way.
pub fn hard_jobs() -> Vec<(&'static str, Job)> {
    vec![
        ("the headline's c", job((-0.835, -0.2321), 2.0, 100, [-0.1, 0.1, 0.1, -0.1], 300)),
        ("a dendrite, c = i", job((0.0, 1.0), 2.0, 60, FULL, 230)),
        ("the rabbit", job((-0.12256, 0.74486), 2.0, 200, FULL, 230)),
        ("a parabolic point, c = 1/4", job((0.25, 0.0), 2.0, 300, FULL, 230)),
        ("the segment, c = -2", job((-2.0, 0.0), 2.5, 60, [-2.5, 2.5, 1.0, -1.0], 230)),
        ("the circle, c = 0", job((0.0, 0.0), 2.0, 60, [-1.0, 1.0, 1.0, -1.0], 200)),
        ("dust", job((0.4, 0.6), 2.0, 60, FULL, 230)),
        ("a threshold inside of the set", job((-0.8, 0.156), 0.3, 50, FULL, 230)),
        ("a huge threshold", job((-0.8, 0.156), 1e9, 50, FULL, 230)),
        ("mirrored", job((-0.8, 0.156), 2.0, 50, [1.6, -1.6, -1.0, 1.0], 150)),
        ("deep in the headline's view", job((-0.835, -0.2321), 2.0, 400, DEEP, 200)),
        ("one step", job((0.3, 0.5), 2.0, 1, [-3.0, 3.0, 2.0, -2.0], 90)),
    ]
}

/// The adapter under test: the one that `JULIASET_TEST_ADAPTER` names, or the best.
pub fn gpu_options() -> GpuOptions {
    GpuOptions::default().adapter(env::var("JULIASET_TEST_ADAPTER").ok())
}

/// The job's picture with `count` of each sample point.
pub fn by(job: &Job, count: impl Fn(f64, f64) -> u32) -> Counts {
    let (width, height) = (job.grid.width(), job.grid.height());
    let rows = (0..height).flat_map(|row| (0..width).map(move |col| (col, row)));
    let data = rows.map(|(col, row)| count(job.grid.x(col), job.grid.y(row))).collect();
    Counts { width, height, data }
}

/// All counts of a job.
pub fn counts(engine: &mut dyn Engine, job: &Job) -> Counts {
    render::counts(engine, job, &AtomicBool::new(false)).unwrap()
}

/// The indices of the pixels that have different counts.
pub fn differing(left: &Counts, right: &Counts) -> Vec<usize> {
    assert_eq!((left.width, left.height), (right.width, right.height));
    (0..left.data.len()).filter(|&i| left.data[i] != right.data[i]).collect()
}

/// Panics unless the two are equal; says how many pixels differ, and where first.
pub fn assert_same(what: &str, left: &Counts, right: &Counts) {
    let differing = differing(left, right);
    if let Some(&first) = differing.first() {
        let (col, row) = (first % left.width as usize, first / left.width as usize);
        panic!(
            "{what}: {} of {} pixels differ, the first at column {col}, row {row}: {} against {}",
            differing.len(),
            left.data.len(),
            left.data[first],
            right.data[first]
        );
    }
}

/// Panics unless every count is possible in arithmetic of this precision, in whatever order
/// its compiler chose; gives the share of pixels where that is a single count.
///
/// The reference follows the orbit in `f64` with a bound on the other's error: a step may have been the
/// last if the bound reaches the threshold, and must have been if all of it is beyond.
pub fn assert_possible(what: &str, precision: Precision, job: &Job, counts: &Counts) -> f64 {
    // One operation's relative error, in the reference and in the tested counts together.
    let v = match precision {
        Precision::Single => 2f64.powi(-22),
        _ => 2f64.powi(-50),
    };
    let mut certain = 0;
    for (index, &count) in counts.data.iter().enumerate() {
        let (col, row) = (index as u32 % counts.width, index as u32 / counts.width);
        let possible = possible_counts(job, v, job.grid.x(col), job.grid.y(row));
        assert!(
            possible.contains(&count),
            "{what}: count {count} at column {col}, row {row}, where only {possible:?} can be"
        );
        certain += usize::from(possible.len() == 1);
    }
    certain as f64 / counts.data.len() as f64
}

fn possible_counts(job: &Job, v: f64, x: f64, y: f64) -> Vec<u32> {
    let (julia, mut possible) = (&job.julia, Vec::new());
    let (c, threshold) = (julia.c(), julia.threshold());
    let mut z = Complex64::new(x, y);
    let mut error = v * z.norm();
    for i in 0..julia.itermax() {
        let before = z.norm() + error;
        error = (2.0 * z.norm() + error) * error;
        z = z * z + c;
        error += v * (4.0 * before * before + 2.0 * c.norm() + 2.0 * z.norm());
        let margin = error + v * (threshold + 2.0 * z.norm());
        if z.norm() - margin >= threshold {
            possible.push(i);
            return possible;
        }
        // NaN decides nothing.
        let below = z.norm() + margin < threshold;
        if !below {
            possible.push(i);
        }
        if !error.is_finite() {
            possible.extend(i + 1..=julia.itermax());
            return possible;
        }
    }
    possible.push(julia.itermax());
    possible
}
