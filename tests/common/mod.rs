//! What the tests of every engine share: jobs where it is hard, and judges of plain counts.

#![allow(dead_code, reason = "each test binary takes its part")]

pub mod oracle;
pub mod random;

use std::sync::atomic::AtomicBool;

use juliaset::counts::Counts;
use juliaset::engine::Engine;
use juliaset::{Complex64, ComplexRegion, Grid, Job, Julia, Precision, render};

/// A job over the region `x × y` with `width` columns.
pub fn job(
    (re, im): (f64, f64),
    threshold: f64,
    itermax: u32,
    [xleft, xright, ytop, ybot]: [f64; 4],
    width: u32,
) -> Job {
    let region = ComplexRegion::new(xleft, xright, ytop, ybot).unwrap();
    Job {
        julia: Julia::new(Complex64::new(re, im), threshold, (0, itermax)).unwrap(),
        grid: Grid::new(region, width).unwrap(),
    }
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

/// A job drawn at random, where it is hard: c on and near the boundary of the Mandelbrot set, views
/// from the whole set down to where neighbouring points are nearly the same number, thresholds from
/// 1e-3 to 1e9.
pub fn random_job(seed: u64) -> Job {
    let mut random = Random(seed);
    let angle = random.between(0.0, std::f64::consts::TAU);
    let turn = Complex64::from_polar(1.0, angle);
    let c = match random.below(8) {
        0 => 0.5 * turn - 0.25 * turn * turn, // the cardioid
        1 => 0.25 * turn - 1.0,               // the disk to its left
        2 => Complex64::new(random.between(-2.0, 0.25), 0.0),
        3 => Complex64::from_polar(random.between(0.0, 2.0), angle),
        4 => (0.5 * turn - 0.25 * turn * turn) * random.between(0.98, 1.02),
        5 => Complex64::new(random.between(-0.9, -0.7), random.between(0.0, 0.3)),
        6 => [(0.0, 1.0), (0.25, 0.0), (-2.0, 0.0), (0.0, 0.0), (-0.75, 0.0), (-1.0, 0.0)]
            .map(|(re, im)| Complex64::new(re, im))[random.below(6) as usize],
        _ => Complex64::new(-0.12256, 0.74486),
    };
    let threshold = match random.below(4) {
        0 => 10f64.powf(random.between(-3.0, 9.0)),
        1 => random.between(0.1, 4.0),
        _ => 2.0,
    };
    let half = if random.below(3) == 0 { 10f64.powf(random.between(-14.0, 1.0)) } else { 1.6 };
    let center = if half == 1.6 {
        Complex64::ZERO
    } else {
        Complex64::new(random.between(-1.5, 1.5), random.between(-1.0, 1.0))
    };
    let itermax = [1, 2, 40, 100, 300, 1000][random.below(6) as usize];
    let width = 20 + random.below(80) as u32;
    let view = [center.re - half, center.re + half, center.im + 0.7 * half, center.im - 0.7 * half];
    job((c.re, c.im), threshold, itermax, view, width)
}

/// A small generator of random numbers (SplitMix64): tests print its seed.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A whole number in `0..end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn between(&mut self, start: f64, end: f64) -> f64 {
        start + (end - start) * (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
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

/// Panics unless every count is one that arithmetic of this precision can come to, whatever order
/// its compiler chose; gives the share of pixels where that is a single count.
///
/// The judge follows the orbit in `f64` with a bound on the other's error: a step may have been the
/// last where the bound reaches the threshold, and must have been where all of it is beyond.
pub fn assert_possible(what: &str, precision: Precision, job: &Job, counts: &Counts) -> f64 {
    // One operation's relative error, in the judge and in the judged together.
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
        // What is no number decides nothing.
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
