//! The second tier: a tight bound on the error itself, a square root a step, in `f64` or in
//! double-double.
//!
//! One kernel serves both; the low parts are dead code in plain `f64`.

use super::error_bound::{FINITE, LinearBound};
use super::lanes::{Kernel, Lanes, Outcome, Start, fused};
use super::step_error::UP;
use crate::orbit::double_double::{DoubleDouble, step};
use crate::orbit::trap::Trap;

/// The kernel, on a machine that can fuse a product with a sum or on one that cannot, with or
/// without low parts, with smooth values or without.
pub struct Linear<'a, const FUSED: bool, const LOW: bool, const SMOOTH: bool>(
    pub &'a LinearBound,
    pub &'a Trap,
);

/// Of each orbit: ẑ, its low parts, |ẑ| and the bound on |ẑ - z|. The last two stay as they were
/// at the first step that is not below, and with smooth values all of them.
type Orbits<const LANES: usize> = [Lanes<f64, LANES>; 6];

impl<const FUSED: bool, const LOW: bool, const SMOOTH: bool, const LANES: usize> Kernel<6, LANES>
    for Linear<'_, FUSED, LOW, SMOOTH>
{
    type Real = f64;
    const SMOOTH: bool = SMOOTH;

    #[inline(always)]
    fn itermax(&self) -> u32 {
        self.0.itermax
    }

    #[inline(always)]
    fn advance(&self, orbits: &mut Orbits<LANES>, steps: u32) -> Outcome<f64, LANES> {
        let LinearBound { threshold, .. } = *self.0;
        let mut count = [0.0; LANES];
        // An upper bound of |z|; before the first step whatever is below any threshold.
        let mut upper = [-1.0; LANES];
        for _ in 0..steps {
            if !self.step(orbits, &mut upper, &mut count) {
                break;
            }
        }
        let [re, im, .., modulus, error] = orbits;
        let (mut alive, mut proven) = ([false; LANES], [false; LANES]);
        for l in 0..LANES {
            alive[l] = upper[l] < threshold;
            let beyond = modulus[l] - error[l] * UP >= threshold * UP;
            proven[l] = alive[l] | (beyond & (modulus[l] < FINITE));
        }
        let mut smooth = [0.0; LANES];
        if SMOOTH {
            let (mut escaped, mut off) = ([false; LANES], [0.0; LANES]);
            for l in 0..LANES {
                escaped[l] = !alive[l] & proven[l];
                // The low parts are left out: half an ulp each, at most.
                let low = (re[l].abs() + im[l].abs()) * (0.5 * f64::EPSILON);
                off[l] = (if LOW { error[l] + low } else { error[l] }) * UP;
            }
            let (value, known) = self.0.smooth.values::<FUSED, LANES>((*re, *im), off, &escaped);
            for l in 0..LANES {
                smooth[l] = count[l] + 1.0 + value[l];
                proven[l] &= alive[l] | known[l];
            }
        }
        Outcome { count, alive, proven, smooth, near: [false; LANES] }
    }

    fn trap(&self) -> &Trap {
        self.1
    }

    fn is_trapped(&self, orbits: &Orbits<LANES>, l: usize) -> bool {
        let [re, im, re_low, im_low, _, error] = orbits;
        // The low parts may be anything up to an ulp.
        let low = re_low[l].abs() + im_low[l].abs();
        self.1.holds(re[l], im[l], (error[l] + low) * UP)
    }
}

impl<const FUSED: bool, const LOW: bool, const SMOOTH: bool, const LANES: usize> Start<6, LANES>
    for Linear<'_, FUSED, LOW, SMOOTH>
{
    #[inline(always)]
    fn start(&self, xs: Lanes<f64, LANES>, ys: Lanes<f64, LANES>) -> Orbits<LANES> {
        let mut modulus = [0.0; LANES];
        for l in 0..LANES {
            modulus[l] = (xs[l] * xs[l] + ys[l] * ys[l]).sqrt();
        }
        [xs, ys, [0.0; LANES], [0.0; LANES], modulus, [0.0; LANES]]
    }
}

impl<const FUSED: bool, const LOW: bool, const SMOOTH: bool> Linear<'_, FUSED, LOW, SMOOTH> {
    /// Takes a step, and tells whether any orbit goes on.
    #[inline(always)]
    fn step<const LANES: usize>(
        &self,
        orbits: &mut Orbits<LANES>,
        upper: &mut Lanes<f64, LANES>,
        count: &mut Lanes<f64, LANES>,
    ) -> bool {
        let mut any = false;
        let LinearBound { c_re, c_im, c_low, threshold, step: step_error, .. } = *self.0;
        let [res, ims, re_lows, im_lows, moduli, errors] = orbits;
        for l in 0..LANES {
            let (mut re, mut im) = (res[l], ims[l]);
            let (mut re_low, mut im_low) = (re_lows[l], im_lows[l]);
            let (modulus, error) = (moduli[l], errors[l]);
            let below = upper[l] < threshold;
            let square = modulus * modulus;
            let added = fused::<FUSED>(square, step_error.square, step_error.constant);
            let factor = fused::<FUSED>(modulus, 2.0, error);
            let grown = fused::<FUSED>(factor, error, added) * UP;
            if LOW {
                let z = step::<FUSED>(
                    DoubleDouble { high: re, low: re_low },
                    DoubleDouble { high: im, low: im_low },
                    DoubleDouble { high: c_re, low: c_low.re },
                    DoubleDouble { high: c_im, low: c_low.im },
                );
                if !SMOOTH || below {
                    (re, re_low, im, im_low) = (z.0.high, z.0.low, z.1.high, z.1.low);
                }
            } else {
                let next_re = fused::<FUSED>(re, re, c_re - im * im);
                let next_im = fused::<FUSED>(re + re, im, c_im);
                re = if !SMOOTH || below { next_re } else { re };
                im = if !SMOOTH || below { next_im } else { im };
            }
            let next = fused::<FUSED>(re, re, im * im).sqrt();
            let error = if below { grown } else { error };
            let modulus = if below { next } else { modulus };
            upper[l] = if below { fused::<FUSED>(modulus, UP, error * UP) } else { upper[l] };
            count[l] = if upper[l] < threshold { count[l] + 1.0 } else { count[l] };
            (res[l], ims[l], re_lows[l], im_lows[l]) = (re, im, re_low, im_low);
            (moduli[l], errors[l]) = (modulus, error);
            any |= upper[l] < threshold;
        }
        any
    }
}
