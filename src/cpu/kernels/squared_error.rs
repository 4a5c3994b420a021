//! The first tier: `f64` over lanes, with a bound on the square of the error, at nearly the speed
//! of the plain loop.

use super::error_bound::{FINITE, STEPS, SquaredBound};
use super::lanes::{Kernel, Lanes, Outcome, Start, fused};
use super::step_error::UP;
use crate::orbit::trap::Trap;

/// The kernel, on a machine that can fuse a product with a sum or on one that cannot, with smooth
/// values or without.
pub struct Squared<'a, const FUSED: bool, const SMOOTH: bool>(pub &'a SquaredBound, pub &'a Trap);

/// Of each orbit: ẑ, |ẑ|² and the bound on |ẑ - z|². The last two stay as they were at the first
/// step that is not below, and with smooth values all of them; if the bound is lost, |ẑ|² is NaN.
type Orbits<const LANES: usize> = [Lanes<f64, LANES>; 4];

impl<const FUSED: bool, const SMOOTH: bool, const LANES: usize> Kernel<4, LANES>
    for Squared<'_, FUSED, SMOOTH>
{
    type Real = f64;
    const SMOOTH: bool = SMOOTH;

    #[inline(always)]
    fn itermax(&self) -> u32 {
        self.0.itermax
    }

    #[inline(always)]
    fn advance(&self, orbits: &mut Orbits<LANES>, steps: u32) -> Outcome<f64, LANES> {
        let SquaredBound { threshold, below, beyond, trusted, .. } = *self.0;
        let mut count = [0.0; LANES];
        for _ in 0..steps / STEPS {
            if !self.steps::<LANES, STEPS>(orbits, &mut count) {
                break;
            }
        }
        for _ in 0..steps % STEPS {
            self.steps::<LANES, 1>(orbits, &mut count);
        }
        let [re, im, norm, error] = orbits;
        let (mut alive, mut proven) = ([false; LANES], [false; LANES]);
        let mut all = true;
        for l in 0..LANES {
            alive[l] = norm[l] < below;
            let decided = alive[l] | (norm[l] > beyond);
            proven[l] = decided & (error[l] <= trusted) & (norm[l] < FINITE);
            all &= proven[l];
        }
        // Few are left, so their roots can be slow.
        for l in (0..LANES).filter(|_| !all) {
            let distance = norm[l].sqrt() - error[l].sqrt() * UP;
            proven[l] |= !alive[l] & (distance >= threshold * UP * UP) & (norm[l] < FINITE);
        }
        let mut smooth = [0.0; LANES];
        if SMOOTH {
            let (mut escaped, mut any) = ([false; LANES], false);
            let mut linear = [0.0; LANES];
            for l in 0..LANES {
                escaped[l] = !alive[l] & proven[l];
                any |= escaped[l];
                linear[l] = error[l].sqrt() * UP;
            }
            if any {
                let (value, known) =
                    self.0.smooth.values::<FUSED, LANES>((*re, *im), linear, &escaped);
                for l in 0..LANES {
                    smooth[l] = count[l] + 1.0 + value[l];
                    proven[l] &= alive[l] | known[l];
                }
            }
        }
        let mut near = [false; LANES];
        if self.0.far < f64::INFINITY {
            for l in 0..LANES {
                near[l] = !alive[l] & proven[l] & (error[l] > self.0.far * norm[l]);
            }
        }
        Outcome { count, alive, proven, smooth, near }
    }

    fn trap(&self) -> &Trap {
        self.1
    }

    fn is_trapped(&self, orbits: &Orbits<LANES>, l: usize) -> bool {
        let [re, im, _, error] = orbits;
        error[l] <= self.0.trusted && self.1.holds(re[l], im[l], error[l].sqrt() * UP)
    }
}

impl<const FUSED: bool, const SMOOTH: bool, const LANES: usize> Start<4, LANES>
    for Squared<'_, FUSED, SMOOTH>
{
    /// The sample point itself is exact and not tested, and may lie anywhere. So it counts as
    /// below, and where the error of the step from it is not covered by that of the steps from
    /// below, it has an error that becomes just that.
    #[inline(always)]
    fn start(&self, xs: Lanes<f64, LANES>, ys: Lanes<f64, LANES>) -> Orbits<LANES> {
        let SquaredBound { threshold, step, growth, floor, start, .. } = *self.0;
        // Nothing is known of both errors together.
        let far = if start > 0.0 { f64::INFINITY } else { 1.0 };
        let mut error = [0.0; LANES];
        for l in 0..LANES {
            let norm = xs[l] * xs[l] + ys[l] * ys[l];
            let step_error = norm * step.square + step.constant;
            let covered = norm * UP <= threshold * threshold;
            // The first step has no |ẑ|² to multiply an error by: it is multiplied here.
            let own = start * (norm * growth + floor) / floor * UP;
            error[l] = if covered { own } else { step_error * step_error / floor * UP * far };
        }
        [xs, ys, [0.0; LANES], error]
    }
}

impl<const FUSED: bool, const SMOOTH: bool> Squared<'_, FUSED, SMOOTH> {
    /// Orbits that are below the threshold at `re + im·i`, or within `error` of there.
    #[inline(always)]
    pub fn arrived<const LANES: usize>(
        re: Lanes<f64, LANES>,
        im: Lanes<f64, LANES>,
        error: f64,
    ) -> Orbits<LANES> {
        let mut norm = [0.0; LANES];
        for l in 0..LANES {
            norm[l] = fused::<FUSED>(re[l], re[l], im[l] * im[l]);
        }
        [re, im, norm, [error * error * UP; LANES]]
    }

    /// Takes `COUNT` steps, and tells whether any orbit goes on.
    #[inline(always)]
    fn steps<const LANES: usize, const COUNT: u32>(
        &self,
        orbits: &mut Orbits<LANES>,
        counts: &mut Lanes<f64, LANES>,
    ) -> bool {
        let SquaredBound { c_re, c_im, growth, floor, rounding, below, trusted_ahead, .. } =
            *self.0;
        let mut any = false;
        let [res, ims, norms, errors] = orbits;
        for l in 0..LANES {
            let (mut re, mut im) = (res[l], ims[l]);
            let (mut norm, mut error, mut count) = (norms[l], errors[l], counts[l]);
            // Written so that an error that is NaN is not trusted either.
            norm = if error <= trusted_ahead || norm >= below { norm } else { f64::NAN };
            let mut im_im = im * im;
            for _ in 0..COUNT {
                let factor = fused::<FUSED>(norm, growth, floor);
                let grown = fused::<FUSED>(factor, error, rounding);
                error = if norm < below { grown } else { error };
                let next_re = fused::<FUSED>(re, re, c_re - im_im);
                let next_im = fused::<FUSED>(re + re, im, c_im);
                let goes_on = !SMOOTH || norm < below;
                re = if goes_on { next_re } else { re };
                im = if goes_on { next_im } else { im };
                im_im = im * im;
                let square = fused::<FUSED>(re, re, im_im);
                norm = if norm < below { square } else { norm };
                count = if norm < below { count + 1.0 } else { count };
            }
            (res[l], ims[l]) = (re, im);
            (norms[l], errors[l], counts[l]) = (norm, error, count);
            any |= norm < below;
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use num_complex::Complex64;

    use super::*;
    use crate::band::ValuesMut;
    use crate::cpu::kernels::lanes::{CompactionQueue, Noted, Points, escape_counts};
    use crate::julia::Julia;

    /// A count that is proven for all points around a sample point is that of each.
    #[test]
    fn the_error_of_a_sample_point_grows_in_the_first_step_too() {
        let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (0, 20)).unwrap();
        let reach = 1e-5;
        let (side, spacing) = (300, 3.0 / 300.0);
        let of = |start: f64, (right, up): (f64, f64)| {
            let bound = SquaredBound { start, ..SquaredBound::new(&julia).unwrap() };
            let at = |k: usize| (k as f64 + 0.3) * spacing - 1.5;
            let (xs, ys): (Vec<f64>, Vec<f64>) =
                (0..side * side).map(|k| (at(k % side) + right, at(k / side) + up)).unzip();
            let (mut counts, mut noted) = (vec![0; xs.len()], Noted::default());
            let values = &mut ValuesMut { counts: &mut counts, ..ValuesMut::default() };
            let (trap, go_on) = (Trap::default(), AtomicBool::new(false));
            let kernel = Squared::<false, false>(&bound, &trap);
            let queue = &mut CompactionQueue::default();
            let points = Points { xs: &xs, ys: &ys };
            escape_counts::<_, 4, 8>(&kernel, points, values, &mut noted, queue, &go_on);
            noted.unproven.iter().for_each(|&k| counts[k as usize] = u32::MAX);
            counts
        };
        let around = of(reach * reach, (0.0, 0.0));
        let proven = around.iter().filter(|&&count| count != u32::MAX).count();
        assert!(proven * 10 > around.len() * 9, "{proven}");
        let near = 0.99 * reach;
        for shift in [(near, 0.0), (-near, 0.0), (0.0, near), (0.0, -near)] {
            for (k, (&around, there)) in around.iter().zip(of(0.0, shift)).enumerate() {
                assert!(around == there || around == u32::MAX || there == u32::MAX, "{k}");
            }
        }
    }
}
