//! Orbits followed beyond their escape, far enough for smooth values and distances.
//!
//! All here is plain `f64`, rounded after each operation in one order: the same bits on every machine.

use std::sync::atomic::{AtomicBool, Ordering};

use super::lanes::{Lanes, Real, padded};
use super::smooth_value::log2;
use crate::orbit::double_double::{self, DoubleDouble};

/// Steps between two looks at whether any orbit is left.
pub const STEPS: u64 = 4;

/// Steps between two looks at the interrupt flag.
const UNINTERRUPTED: u64 = 1 << 16;

/// What an orbit is followed with.
#[derive(Clone, Copy, Debug)]
pub struct Far {
    pub re: f64,
    pub im: f64,
    /// What double-double adds to them.
    pub re_low: f64,
    pub im_low: f64,
    /// The square of the modulus that is far enough.
    pub limit: f64,
    /// The square of the threshold.
    pub threshold: f64,
    /// The most steps.
    pub steps: u64,
}

/// The point that an orbit has reached.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct End {
    /// Steps it took.
    pub steps: f64,
    /// How many of them came before the first that reached the threshold: this orbit's count.
    pub below: f64,
    /// |z|²; less than the limit if the orbit has not come so far.
    pub norm: f64,
    /// |dz/dz_0|².
    pub derivative: f64,
    /// The least of these on the way.
    pub least: f64,
    /// log₂ |z|², if z is far enough.
    pub log: f64,
    /// log₂ of that.
    pub log_log: f64,
}

impl End {
    /// The same with the logarithms of its norm.
    pub fn with_logarithms(self) -> Self {
        let (log, log_log) = logarithms(&[self.norm]);
        Self { log: log[0], log_log: log_log[0], ..self }
    }
}

/// log₂ and log₂ log₂ of numbers that are over 2.
#[inline(always)]
fn logarithms<const LANES: usize>(
    values: &Lanes<f64, LANES>,
) -> (Lanes<f64, LANES>, Lanes<f64, LANES>) {
    let mut log = log2(values);
    let mut log_log = log2(&log);
    for l in 0..LANES {
        // What has overflowed is far out at once.
        let is_finite = values[l] < f64::INFINITY;
        log[l] = if is_finite { log[l] } else { values[l] };
        log_log[l] = if is_finite { log_log[l] } else { values[l] };
    }
    (log, log_log)
}

/// Where orbits are when they are first followed, after the same number of steps.
#[derive(Default)]
pub struct Starts {
    pub steps: f64,
    pub re: Vec<f64>,
    pub im: Vec<f64>,
    /// What double-double adds to them.
    pub re_low: Vec<f64>,
    pub im_low: Vec<f64>,
    /// dz/dz_0.
    pub derivative_re: Vec<f64>,
    pub derivative_im: Vec<f64>,
}

impl Starts {
    /// Points before their first step, where dz/dz_0 is `unit`.
    pub fn at(points: impl Iterator<Item = (f64, f64)>, unit: f64) -> Self {
        let (re, im): (Vec<f64>, Vec<f64>) = points.unzip();
        let zeros = vec![0.0; re.len()];
        Self {
            steps: 0.0,
            derivative_re: vec![unit; re.len()],
            derivative_im: zeros.clone(),
            re_low: zeros.clone(),
            im_low: zeros,
            re,
            im,
        }
    }
}

/// Fills the ends of orbits.
pub type Follow = fn(&Far, &Starts, &mut [End], &AtomicBool);

/// See [`Follow`]; with the low parts of double-double if `LOW`.
#[inline(always)]
pub fn follow<const LOW: bool, const FUSED: bool, const LANES: usize>(
    far: &Far,
    starts: &Starts,
    ends: &mut [End],
    interrupt: &AtomicBool,
) {
    for (group, ends) in ends.chunks_mut(LANES).enumerate() {
        let lanes = |values: &[f64]| {
            let values = &values[group * LANES..];
            padded(&values[..LANES.min(values.len())])
        };
        let mut orbits = Orbits::<LANES> {
            re: lanes(&starts.re),
            im: lanes(&starts.im),
            re_low: lanes(&starts.re_low),
            im_low: lanes(&starts.im_low),
            derivative_re: lanes(&starts.derivative_re),
            derivative_im: lanes(&starts.derivative_im),
            least: [f64::INFINITY; LANES],
            norm: [-1.0; LANES],
            steps: [starts.steps; LANES],
            below: [starts.steps; LANES],
        };
        let (mut done, mut together) = (0, !LOW);
        while done < far.steps {
            together = together && orbits.advance_together::<FUSED>(far);
            if !together && !orbits.advance::<LOW, FUSED>(far) {
                break;
            }
            done += STEPS;
            if done.is_multiple_of(UNINTERRUPTED) && interrupt.load(Ordering::Relaxed) {
                return;
            }
        }
        let (log, log_log) = logarithms(&orbits.norm);
        for (l, end) in ends.iter_mut().enumerate() {
            let (re, im) = (orbits.derivative_re[l], orbits.derivative_im[l]);
            let (steps, norm, least) = (orbits.steps[l], orbits.norm[l], orbits.least[l]);
            let (derivative, below) = (re * re + im * im, orbits.below[l]);
            let (log, log_log) = (log[l], log_log[l]);
            *end = End { steps, below, norm, derivative, least, log, log_log };
        }
    }
}

/// Orbits that are followed together.
struct Orbits<const LANES: usize> {
    re: Lanes<f64, LANES>,
    im: Lanes<f64, LANES>,
    re_low: Lanes<f64, LANES>,
    im_low: Lanes<f64, LANES>,
    /// dz/dz_0, up to the step that was far enough; so the rest.
    derivative_re: Lanes<f64, LANES>,
    derivative_im: Lanes<f64, LANES>,
    /// The least |dz/dz_0|².
    least: Lanes<f64, LANES>,
    /// |z|² of the last step, or of the step that was far enough, which marks the lane as ended.
    /// Before the first step it is below any limit.
    norm: Lanes<f64, LANES>,
    steps: Lanes<f64, LANES>,
    /// Those before the first that reached the threshold.
    below: Lanes<f64, LANES>,
}

impl<const LANES: usize> Orbits<LANES> {
    /// Takes a few steps if none of them, and none before, takes an orbit to the threshold or far out; and tells whether it
    /// has. The same bits as from [`advance`](Self::advance), at half the price.
    #[inline(always)]
    fn advance_together<const FUSED: bool>(&mut self, far: &Far) -> bool {
        let limit = if far.threshold < far.limit { far.threshold } else { far.limit };
        let mut next = Self { re_low: self.re_low, im_low: self.im_low, ..*self };
        let mut all = true;
        for l in 0..LANES {
            let (mut re, mut im) = (self.re[l], self.im[l]);
            let (mut derivative_re, mut derivative_im) =
                (self.derivative_re[l], self.derivative_im[l]);
            let (mut least, mut norm) = (self.least[l], self.norm[l]);
            let (mut re_re, mut im_im) = (re * re, im * im);
            for _ in 0..STEPS {
                let (twice_re, twice_im) = (re + re, im + im);
                (derivative_re, derivative_im) = (
                    twice_re * derivative_re - twice_im * derivative_im,
                    twice_re * derivative_im + twice_im * derivative_re,
                );
                let derivative = derivative_re * derivative_re + derivative_im * derivative_im;
                least = if derivative < least { derivative } else { least };
                let re_im = re * im;
                re = re_re - im_im + far.re;
                im = if FUSED { re_im.double_add(far.im) } else { re_im + re_im + far.im };
                (re_re, im_im) = (re * re, im * im);
                norm = re_re + im_im;
                all &= norm < limit;
            }
            (next.re[l], next.im[l]) = (re, im);
            (next.derivative_re[l], next.derivative_im[l]) = (derivative_re, derivative_im);
            (next.least[l], next.norm[l]) = (least, norm);
            next.steps[l] = self.steps[l] + STEPS as f64;
            next.below[l] = self.below[l] + STEPS as f64;
        }
        if all {
            *self = next;
        }
        all
    }

    /// Takes a few steps, and tells whether any orbit goes on.
    #[inline(always)]
    fn advance<const LOW: bool, const FUSED: bool>(&mut self, far: &Far) -> bool {
        let mut any = false;
        for l in 0..LANES {
            let (mut re, mut im) = (self.re[l], self.im[l]);
            let (mut re_low, mut im_low) = (self.re_low[l], self.im_low[l]);
            let (mut derivative_re, mut derivative_im) =
                (self.derivative_re[l], self.derivative_im[l]);
            let (mut least, mut norm, mut steps) = (self.least[l], self.norm[l], self.steps[l]);
            let mut below = self.below[l];
            let (mut re_re, mut im_im) = (re * re, im * im);
            for _ in 0..STEPS {
                let goes_on = norm < far.limit;
                let (twice_re, twice_im) = (re + re, im + im);
                let next_re = twice_re * derivative_re - twice_im * derivative_im;
                let next_im = twice_re * derivative_im + twice_im * derivative_re;
                derivative_re = if goes_on { next_re } else { derivative_re };
                derivative_im = if goes_on { next_im } else { derivative_im };
                let derivative = derivative_re * derivative_re + derivative_im * derivative_im;
                least = if derivative < least { derivative } else { least };
                if LOW {
                    let z = double_double::step::<FUSED>(
                        DoubleDouble { high: re, low: re_low },
                        DoubleDouble { high: im, low: im_low },
                        DoubleDouble { high: far.re, low: far.re_low },
                        DoubleDouble { high: far.im, low: far.im_low },
                    );
                    (re, re_low, im, im_low) = (z.0.high, z.0.low, z.1.high, z.1.low);
                } else {
                    let re_im = re * im;
                    re = re_re - im_im + far.re;
                    // Twice a number is exact, so fusing it with the sum changes no bit.
                    im = if FUSED { re_im.double_add(far.im) } else { re_im + re_im + far.im };
                }
                (re_re, im_im) = (re * re, im * im);
                norm = if goes_on { re_re + im_im } else { norm };
                let is_below = goes_on & (below == steps) & (norm < far.threshold);
                below = if is_below { below + 1.0 } else { below };
                steps = if goes_on { steps + 1.0 } else { steps };
            }
            (self.re[l], self.im[l]) = (re, im);
            (self.re_low[l], self.im_low[l]) = (re_low, im_low);
            (self.derivative_re[l], self.derivative_im[l]) = (derivative_re, derivative_im);
            (self.least[l], self.norm[l], self.steps[l]) = (least, norm, steps);
            self.below[l] = below;
            any |= norm < far.limit;
        }
        any
    }
}
