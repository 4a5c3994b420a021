//! The constants of the running bounds; `docs/exactness.md` derives every one of them.

use num_complex::Complex64;

use super::smooth_value::SmoothBound;
use super::step_error::{Arithmetic, StepError, UP};
use crate::julia::Julia;

/// Steps between two looks at whether a bound can still be trusted.
pub const STEPS: u32 = 2;

/// The largest threshold that the bounds are derived for, 2¹⁰⁰.
pub const LARGEST: f64 = (1u128 << 100) as f64;

/// |ẑ|² up to here is computed without overflow.
pub const FINITE: f64 = 1e300;

/// Whether every intermediate result of a bound is a normal number, or so small that `UP` covers
/// it: then the bounds hold for the map.
fn is_sane(julia: &Julia) -> bool {
    let sane = 1.0 / LARGEST..=LARGEST;
    let c = julia.c();
    sane.contains(&julia.threshold()) && c.re.abs() + c.im.abs() <= *sane.end()
}

/// The bound `error ≥ |ẑ - z|`, carried from step to step by
///
/// ```text
/// error' = (2|ẑ| + error) · error + step error
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LinearBound {
    /// Real part of c.
    pub c_re: f64,
    /// Imaginary part of c.
    pub c_im: f64,
    /// What double-double adds to them.
    pub c_low: Complex64,
    /// The threshold, T.
    pub threshold: f64,
    /// The most steps.
    pub itermax: u32,
    /// The error of one step.
    pub step: StepError,
    /// For the smooth values of orbits that have escaped.
    pub smooth: SmoothBound,
}

impl LinearBound {
    /// The bound for steps in `arithmetic`; `None` if the parameters leave no room for one.
    pub fn new(julia: &Julia, arithmetic: Arithmetic) -> Option<Self> {
        let step = StepError::new(julia, arithmetic);
        // Far out everything is in `f64`.
        let smooth = SmoothBound::new(julia, StepError::new(julia, Arithmetic::Double));
        is_sane(julia).then_some(Self {
            c_re: julia.c().re,
            c_im: julia.c().im,
            c_low: julia.constant().low(),
            threshold: julia.threshold(),
            itermax: julia.itermax(),
            step,
            smooth,
        })
    }
}

/// The bound `error ≥ |ẑ - z|²` that needs no square root, carried from step to step by
///
/// ```text
/// error' = (growth · |ẑ|² + floor) · error + rounding
/// ```
///
/// which holds while `error ≤ trusted`.
#[derive(Clone, Copy, Debug)]
pub struct SquaredBound {
    /// Real part of c.
    pub c_re: f64,
    /// Imaginary part of c.
    pub c_im: f64,
    /// The threshold, T.
    pub threshold: f64,
    /// The most steps.
    pub itermax: u32,
    /// The error of the first step, which may be from far outside of the threshold.
    pub step: StepError,
    /// For the smooth values of orbits that have escaped.
    pub smooth: SmoothBound,
    /// What |ẑ|² multiplies the error by.
    pub growth: f64,
    /// What the error is multiplied by at least.
    pub floor: f64,
    /// What each step from below the threshold adds to the error.
    pub rounding: f64,
    /// While |ẑ|² is below this and the error trusted, |z| < T.
    pub below: f64,
    /// If |ẑ|² is above this and the error trusted, |z| > T.
    pub beyond: f64,
    /// The largest error for which the bound holds.
    pub trusted: f64,
    /// An error that `STEPS` - 1 steps below T cannot bring over `trusted`.
    pub trusted_ahead: f64,
    /// The error of sample points: how far from them counts shall hold, squared.
    pub start: f64,
    /// An escaped orbit with no larger error, in units of |ẑ|², is that of a point far from the set; infinite if that is
    /// not asked.
    pub far: f64,
}

impl SquaredBound {
    /// The bound for steps in `f64`; `None` if the parameters leave no room for one.
    pub fn new(julia: &Julia) -> Option<Self> {
        Self::with_roundings(julia, 1.0)
    }

    /// The same where each step is rounded as often as that.
    pub fn with_roundings(julia: &Julia, roundings: f64) -> Option<Self> {
        let LinearBound { c_re, c_im, threshold, itermax, step, smooth, .. } =
            LinearBound::new(julia, Arithmetic::Double)?;
        let square = threshold * threshold;
        let step_error = roundings * (step.square * square + step.constant) * UP;

        // (a + b)² ≤ (1 + θ)a² + (1 + 1/θ)b², with the θ that so many steps make about best.
        let inverse_theta = f64::from(itermax.clamp(8, 1 << 14));
        let (theta, larger) = (1.0 / inverse_theta, 1.0 + inverse_theta);
        // What may be unknown of |z|: the smaller, the fewer orbits are trusted to their end; the
        // larger, the more of them end too close to the threshold.
        let margin = 0.25 / inverse_theta;
        let largest_error = 0.49 * margin * threshold;
        let trusted = largest_error * largest_error;
        let farthest = (threshold + largest_error) * UP * UP;
        let growth = 4.0 * (1.0 + theta) * (1.0 + theta) * UP;
        let floor = (1.0 + theta) * larger * trusted * UP;
        let rounding = larger * step_error * step_error * UP;
        let (mut ahead, mut sum) = (1.0, 0.0);
        for _ in 1..STEPS {
            sum += ahead;
            ahead *= (growth * square + floor) * UP;
        }
        let trusted_ahead = (trusted / UP - rounding * sum * UP) / (ahead * UP);
        (trusted_ahead > 0.0).then_some(Self {
            c_re,
            c_im,
            threshold,
            itermax,
            step,
            smooth,
            growth,
            floor,
            rounding,
            below: square * (1.0 - margin),
            beyond: farthest * farthest * UP,
            trusted,
            trusted_ahead,
            start: 0.0,
            far: f64::INFINITY,
        })
    }
}
