//! Points that are surely so far from the set that nothing is drawn there.
//!
//! The distance estimate of such a point need not be computed. What tells is the bound on the error that the first tier
//! carries anyway: if all points within r of a sample point are within E of one orbit, the derivative of the
//! orbit is at most E / r. `docs/exactness.md` derives the constants.

use crate::cpu::kernels::error_bound::SquaredBound;
use crate::cpu::kernels::leaf::Polynomial;
use crate::job::Job;

/// How far around a sample point orbits are followed, in pixels.
const REACH: f64 = 1.0 / (1u64 << 18) as f64;

/// The most of it that another point may be away which the answer is for as well.
const ELSEWHERE: f64 = 1.0 / 16.0;

/// How often a step is rounded: by the kernel, and twice as much by the orbit that a distance is computed from.
const ROUNDINGS: f64 = 3.0;

/// Below 1 by more than what all roundings of a distance amount to, and an error of the last point.
const DOWN: f64 = 0.95;

/// The largest threshold and the narrowest pixel for which no derivative overflows.
const LARGEST_THRESHOLD: f64 = 1e6;
const NARROWEST_PIXEL: f64 = 1e-100;

/// Steps within which an orbit beyond the threshold is far out.
const MOST_STEPS: usize = 32;

/// What tells whether a point is far from the set.
#[derive(Clone, Copy, Debug)]
pub struct Clearance {
    /// How far around sample points orbits are followed.
    pub reach: f64,
    /// The largest square of an error after the escape, in units of |ẑ|².
    far: f64,
}

impl Clearance {
    /// The clearance from which on the distance estimate of a point of `job` is at least `enough` pixels; `None` if
    /// nothing can be told.
    pub fn find(job: &Job, enough: f64) -> Option<Self> {
        let (julia, pixel) = (&job.julia, job.grid.pixel_width());
        let (threshold, modulus) = (julia.threshold(), julia.c().norm());
        let is_sane = (NARROWEST_PIXEL..=1e6).contains(&pixel)
            && (modulus.max(2.0)..=LARGEST_THRESHOLD).contains(&threshold)
            && (0.0..1e6).contains(&enough);
        if !is_sane || job.grid.view().is_some() {
            return None;
        }
        // Of |z| ln|z| / |dz/dz_0|, what further steps leave at least.
        let (mut least, mut share) = (threshold, 1.0);
        let mut steps = 0;
        while least < 1e6 * (1.0 + modulus) {
            let square = least * least;
            let of_square = 1.0 - modulus / square;
            share *= of_square * (1.0 + libm::log(of_square) / (2.0 * libm::log(least)));
            least = square - modulus;
            steps += 1;
            // Written so that a NaN ends it too.
            if !(share > 0.0 && steps < MOST_STEPS) {
                return None;
            }
        }
        let own = REACH * (1.0 - ELSEWHERE);
        let ratio = DOWN * share * libm::log(threshold) * own / enough;
        Some(Self { reach: REACH * pixel, far: ratio * ratio })
    }

    /// Whether the answer holds for points this far from sample points.
    pub fn holds_at(&self, distance: f64) -> bool {
        distance <= self.reach * ELSEWHERE
    }

    /// The bound with which kernels tell, in place of `bound`.
    pub fn bound(&self, bound: &SquaredBound, job: &Job) -> Option<SquaredBound> {
        let wider = SquaredBound::with_roundings(&job.julia, ROUNDINGS)?;
        Some(SquaredBound { smooth: bound.smooth, far: self.far, ..wider })
    }

    /// Whether all points of a tile are far that escape in the next step; `reach` in units of its radius.
    pub fn of_tile(&self, tile: &Polynomial, reach: f64, bound: &SquaredBound) -> bool {
        let error = tile.evaluation_error(tile.coefficients.len(), reach);
        let square = bound.threshold * bound.threshold;
        let step = ROUNDINGS * (bound.step.square * square + bound.step.constant);
        let next = (2.0 * bound.threshold + error) * error + step;
        next * next * 1.01 <= self.far * square
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use num_complex::Complex64;

    use super::super::{Extent, Scratch, Tiers};
    use super::*;
    use crate::band::{Quantities, Values};
    use crate::cpu::{Evaluator, instruction_set};
    use crate::grid::Grid;
    use crate::julia::{Julia, Precision};
    use crate::region::ComplexRegion;
    use crate::window::Window;

    static NEVER: AtomicBool = AtomicBool::new(false);
    const WINDOW: Window = Window { col: 0, row: 0, width: 150, height: 100 };

    fn job(c: (f64, f64), threshold: f64, itermax: u32, [x, y, width]: [f64; 3]) -> Job {
        let (side, up) = (width / 2.0, width / 3.0);
        let region = ComplexRegion::new(x - side, x + side, y + up, y - up).unwrap();
        let julia = Julia::new(Complex64::new(c.0, c.1), threshold, (0, itermax)).unwrap();
        Job { julia, grid: Grid::with_shape(region, WINDOW.width, WINDOW.height).unwrap() }
    }

    fn jobs() -> Vec<Job> {
        vec![
            job((-0.835, -0.2321), 2.0, 100, [0.0, 0.0, 0.2]),
            job((-0.8, 0.156), 2.0, 1000, [0.0, 0.0, 3.2]),
            job((-0.8, 0.156), 2.0, 60_000, [0.3, 0.2, 0.01]),
            job((0.0, 1.0), 2.0, 200, [0.01, 0.02, 1e-6]),
            job((0.0, 1.0), 3.5, 60, [0.0, 0.0, 9.0]),
            job((-1.9, 0.0), 2.0, 300, [1e-3, 1e-3, 1e-2]),
            job((0.3, 0.5), 900.0, 50, [0.0, 0.0, 4.0]),
            job((-0.12256, 0.74486), 2.0, 500, [0.0, 0.0, 3.2]),
        ]
    }

    /// Distances that may be infinite are at least as large as was said, and the others all there.
    #[test]
    fn only_distances_that_are_enough_are_left_out() {
        for job in jobs() {
            let values = |distance| {
                let quantities = Quantities { smooth: false, distance };
                let (mut values, evaluator) =
                    (Values::default(), Evaluator::new(&job, Precision::Exact, quantities));
                evaluator.fill(WINDOW, &mut values, &NEVER).unwrap();
                values
            };
            let every = values(Quantities::EVERY_DISTANCE);
            for enough in [0.75, 1.0, 4.0, 25.0] {
                let some = values(Some(enough));
                assert_eq!(some.counts, every.counts);
                let mut left_out = 0;
                for (some, every) in some.distances.iter().zip(&every.distances) {
                    let is_left_out = some != every;
                    let is_enough = *every >= enough * job.grid.pixel_width();
                    assert!(!is_left_out || (some.is_infinite() && is_enough), "{job:?} {every}");
                    left_out += usize::from(is_left_out);
                }
                let far = every.distances.iter().filter(|&&distance| {
                    distance.is_finite() && distance > 60.0 * enough * job.grid.pixel_width()
                });
                assert!(left_out * 10 >= far.count() * 9, "{enough} {job:?}: {left_out}");
            }
        }
    }

    /// A bound that is too large leaves out what it must not: the test above can fail.
    #[test]
    fn with_too_large_a_bound_near_points_are_left_out() {
        let mut wrong = 0;
        for job in jobs() {
            let mut tiers =
                Tiers::of(&job, instruction_set::best(), false).with_clearance(&job, 1.0);
            let Some(clearance) = &mut tiers.clearance else { panic!("{job:?}") };
            clearance.far *= 400.0;
            let bound = tiers.squared.as_mut().unwrap();
            bound.far *= 400.0;
            let quantities = Quantities { smooth: false, distance: Quantities::EVERY_DISTANCE };
            let (mut every, evaluator) =
                (Values::default(), Evaluator::new(&job, Precision::Exact, quantities));
            evaluator.fill(WINDOW, &mut every, &NEVER).unwrap();
            let (mut values, mut scratch) = (Values::default(), Scratch::default());
            values.resize(every.counts.len(), Quantities::NONE);
            let (xs, ys) = (job.grid.columns(), job.grid.rows());
            let points = (&xs[..], &ys[..]);
            let extent = Extent::default();
            tiers.fill(points, extent, values.as_mut(), &mut scratch, &NEVER).unwrap();
            let mut is_near = vec![false; every.counts.len()];
            scratch.near.iter().for_each(|&k| is_near[k as usize] = true);
            let outside = |k: &usize| every.counts[*k] < job.julia.itermax();
            let near = |k: &usize| every.distances[*k] < job.grid.pixel_width();
            wrong += (0..is_near.len()).filter(|k| outside(k) && near(k) && !is_near[*k]).count();
        }
        assert!(wrong > 100, "{wrong}");
    }

    #[test]
    fn what_cannot_be_told_is_not() {
        for job in [
            job((-0.8, 0.156), 1.9, 100, [0.0, 0.0, 3.0]),
            job((-3.0, 0.0), 2.0, 100, [0.0, 0.0, 3.0]),
            job((-2.0, 0.0), 2.0, 100, [0.0, 0.0, 3.0]),
            job((-0.8, 0.156), 1e9, 100, [0.0, 0.0, 3.0]),
            job((-0.8, 0.156), 2.0, 100, [0.0, 0.0, 1e-120]),
        ] {
            assert!(Clearance::find(&job, 1.0).is_none(), "{job:?}");
        }
        let job = &jobs()[0];
        assert!(Clearance::find(job, f64::INFINITY).is_none());
        assert!(Clearance::find(job, f64::NAN).is_none());
    }
}
