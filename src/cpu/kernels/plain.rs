//! Plain escape counts over lanes: bit for bit those of [`scalar`](crate::cpu::scalar).

use num_complex::Complex64;

use super::lanes::{Kernel, Lanes, Outcome, Real, Start};
use crate::julia::Julia;
use crate::orbit::trap::{PLAIN_UNDERFLOW, Trap};

/// The parameters of a plain kernel, in its own precision.
#[derive(Clone, Copy, Debug)]
pub struct PlainMap<T> {
    c_re: T,
    c_im: T,
    limit: T,
    itermax: u32,
}

impl<T: Real> PlainMap<T> {
    /// Rounds the parameters to `T`.
    pub fn new(julia: &Julia) -> Self {
        let threshold = T::from_f64(julia.threshold());
        Self {
            c_re: T::from_f64(julia.c().re),
            c_im: T::from_f64(julia.c().im),
            limit: threshold * threshold,
            itermax: julia.itermax(),
        }
    }

    /// The trap of the map with the rounded parameters, for orbits as `T` computes them: a step
    /// is off by less than 4 half ulps of |z|² + |c|.
    pub fn trap(&self) -> Trap {
        let c = Complex64::new(self.c_re.to_f64(), self.c_im.to_f64());
        let half_ulp = T::HALF_ULP.to_f64();
        let step_error = |square: f64| 4.0 * half_ulp * (square + c.norm()) + PLAIN_UNDERFLOW;
        Trap::find(c, self.limit.to_f64().sqrt(), step_error)
    }
}

/// Steps between two looks at whether any orbit is left.
const STEPS: u32 = 4;

/// The plain kernel, on a machine that can fuse a product with a sum or on one that cannot.
pub struct Plain<'a, T, const FUSED: bool>(pub &'a PlainMap<T>, pub &'a Trap);

impl<T: Real, const FUSED: bool, const LANES: usize> Kernel<2, LANES> for Plain<'_, T, FUSED> {
    type Real = T;
    const SMOOTH: bool = false;

    #[inline(always)]
    fn itermax(&self) -> u32 {
        self.0.itermax
    }

    #[inline(always)]
    fn advance(&self, orbits: &mut [Lanes<T, LANES>; 2], steps: u32) -> Outcome<T, LANES> {
        let limit = self.0.limit;
        let mut escapes = Escapes { norm: [T::MINUS_ONE; LANES], count: [T::ZERO; LANES] };
        for _ in 0..steps / STEPS {
            if !self.steps::<LANES, STEPS>(orbits, &mut escapes) {
                break;
            }
        }
        for _ in 0..steps % STEPS {
            self.steps::<LANES, 1>(orbits, &mut escapes);
        }
        let mut alive = [false; LANES];
        for l in 0..LANES {
            alive[l] = escapes.norm[l] < limit;
        }
        let (proven, smooth) = ([true; LANES], [0.0; LANES]);
        Outcome { count: escapes.count, alive, proven, smooth, near: [false; LANES] }
    }

    fn trap(&self) -> &Trap {
        self.1
    }

    fn is_trapped(&self, orbits: &[Lanes<T, LANES>; 2], l: usize) -> bool {
        self.1.holds(orbits[0][l].to_f64(), orbits[1][l].to_f64(), 0.0)
    }
}

impl<T: Real, const FUSED: bool, const LANES: usize> Start<2, LANES> for Plain<'_, T, FUSED> {
    #[inline(always)]
    fn start(&self, xs: Lanes<T, LANES>, ys: Lanes<T, LANES>) -> [Lanes<T, LANES>; 2] {
        [xs, ys]
    }
}

struct Escapes<T, const LANES: usize> {
    /// |z|² of the last step, or of the step that escaped: then it stays, which marks the lane
    /// for good. Before the first step it is below any limit.
    norm: Lanes<T, LANES>,
    count: Lanes<T, LANES>,
}

impl<T: Real, const FUSED: bool> Plain<'_, T, FUSED> {
    /// Takes `COUNT` steps, and tells whether any orbit goes on.
    #[inline(always)]
    fn steps<const LANES: usize, const COUNT: u32>(
        &self,
        orbits: &mut [Lanes<T, LANES>; 2],
        escapes: &mut Escapes<T, LANES>,
    ) -> bool {
        let mut any = false;
        let PlainMap { c_re, c_im, limit, .. } = *self.0;
        for l in 0..LANES {
            let (mut re, mut im) = (orbits[0][l], orbits[1][l]);
            let (mut norm, mut count) = (escapes.norm[l], escapes.count[l]);
            let (mut re_re, mut im_im) = (re * re, im * im);
            for _ in 0..COUNT {
                let re_im = re * im;
                re = re_re - im_im + c_re;
                // re·im + im·re is 2·re·im without a rounding, so fusing it changes no bit.
                im = if FUSED { re_im.double_add(c_im) } else { re_im + re_im + c_im };
                (re_re, im_im) = (re * re, im * im);
                norm = if norm < limit { re_re + im_im } else { norm };
                count = if norm < limit { count + T::ONE } else { count };
            }
            (orbits[0][l], orbits[1][l]) = (re, im);
            (escapes.norm[l], escapes.count[l]) = (norm, count);
            any |= norm < limit;
        }
        any
    }
}
