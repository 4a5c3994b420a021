//! The smooth value of orbits that have escaped, with a bound: rounded to a whole number of
//! [`PARTS`] if the bound tells which, and so the same from every kernel that tells.
//!
//! `docs/exactness.md` derives every constant.

use super::lanes::{Lanes, fused};
use super::step_error::{StepError, UP};
use crate::band::PARTS;
use crate::julia::Julia;

/// The square of the modulus, for |c| ≤ 1, from which on ln|z² + c| is 2 ln|z| to one part in 2³⁵.
pub const FAR: f64 = (1u64 << 32) as f64;

/// Steps that an orbit may take from its escape until it is far out.
const MOST_STEPS: u32 = 32;

/// By how much a relative error of z changes a smooth value, at most: 1 / (ln 2 · ln 2¹⁶), and more than
/// what the next power of the error adds.
const SLOPE: f64 = 0.14;
/// The largest relative error for which [`SLOPE`] holds.
const LARGEST_ERROR: f64 = 1.0 / (1u64 << 13) as f64;
/// Bounds what the following steps would change, and the error of the logarithms.
const TRUNCATION: f64 = 5e-11;

/// A sum with it rounds to a whole number.
const ROUND: f64 = 1.5 * (1u64 << 52) as f64;

/// What makes smooth values of orbits that have escaped.
#[derive(Clone, Copy, Debug)]
pub struct SmoothBound {
    c_re: f64,
    c_im: f64,
    /// |ẑ|² from which on z is far out.
    limit: f64,
    /// 1 + log₂ log₂ T.
    shift: f64,
    step: StepError,
}

impl SmoothBound {
    /// The bound for a map whose threshold is at least 2 and |c|, and finite; with the error of its steps.
    pub fn new(julia: &Julia, step: StepError) -> Self {
        let c = julia.c();
        let limit = FAR * libm::hypot(c.re, c.im).max(1.0) * UP;
        let bound = Self { c_re: c.re, c_im: c.im, limit, shift: f64::NAN, step };
        bound.with_threshold(julia.threshold())
    }

    /// The same for another threshold, which is at least 2.
    pub fn with_threshold(self, threshold: f64) -> Self {
        Self { shift: 1.0 + libm::log2(libm::log2(threshold)), ..self }
    }

    /// Follows orbits that have escaped to `re + im·i`, within `error`, until they are far out: the smooth
    /// value less the number of steps taken to the start, and whether it is proven. Lanes that have not
    /// `escaped` have none.
    #[inline(always)]
    pub fn values<const FUSED: bool, const LANES: usize>(
        &self,
        (mut re, mut im): (Lanes<f64, LANES>, Lanes<f64, LANES>),
        mut error: Lanes<f64, LANES>,
        escaped: &Lanes<bool, LANES>,
    ) -> (Lanes<f64, LANES>, Lanes<bool, LANES>) {
        let Self { c_re, c_im, limit, shift, step } = *self;
        let (mut norm, mut steps) = ([f64::INFINITY; LANES], [0.0; LANES]);
        for l in 0..LANES {
            let square = fused::<FUSED>(re[l], re[l], im[l] * im[l]);
            norm[l] = if escaped[l] { square } else { f64::INFINITY };
        }
        for _ in 0..MOST_STEPS {
            let mut any = false;
            for l in 0..LANES {
                let goes_on = norm[l] < limit;
                let (x, y) = (re[l], im[l]);
                let modulus = longest(x, y) + 0.5 * shortest(x, y);
                let added = fused::<FUSED>(norm[l], step.square, step.constant);
                let factor = fused::<FUSED>(modulus, 2.0, error[l]);
                let grown = fused::<FUSED>(factor, error[l], added) * UP;
                let next_re = fused::<FUSED>(x, x, c_re - y * y);
                let next_im = fused::<FUSED>(x + x, y, c_im);
                let next = fused::<FUSED>(next_re, next_re, next_im * next_im);
                error[l] = if goes_on { grown } else { error[l] };
                re[l] = if goes_on { next_re } else { x };
                im[l] = if goes_on { next_im } else { y };
                norm[l] = if goes_on { next } else { norm[l] };
                steps[l] = if goes_on { steps[l] + 1.0 } else { steps[l] };
                any |= norm[l] < limit;
            }
            if !any {
                break;
            }
        }
        let mut proven = [false; LANES];
        let logarithm = log2(&log2(&norm));
        for l in 0..LANES {
            let relative = error[l] / longest(re[l], im[l]);
            let parts = (shift - logarithm[l]) * PARTS;
            let rounded = (parts + ROUND) - ROUND;
            let room = 0.5 - PARTS * fused::<FUSED>(relative, SLOPE, TRUNCATION);
            let is_far = (norm[l] >= limit) & (norm[l] < f64::INFINITY);
            proven[l] = is_far & (relative <= LARGEST_ERROR) & ((parts - rounded).abs() <= room);
            steps[l] += rounded * (1.0 / PARTS);
        }
        (steps, proven)
    }
}

#[inline(always)]
fn longest(x: f64, y: f64) -> f64 {
    let (x, y) = (x.abs(), y.abs());
    if x > y { x } else { y }
}

#[inline(always)]
fn shortest(x: f64, y: f64) -> f64 {
    let (x, y) = (x.abs(), y.abs());
    if x > y { y } else { x }
}

/// The logarithms of normal numbers of at least 1, off by less than 10⁻¹², the same bits on every machine.
/// Others give any number.
///
/// z = 2ᵏ·m with m between √½ and √2, and ln m = 2 artanh s = 2(s + s³/3 + s⁵/5 + …) of s = (m - 1)/(m + 1).
#[inline(always)]
pub fn log2<const LANES: usize>(values: &Lanes<f64, LANES>) -> Lanes<f64, LANES> {
    /// The bits of √½, rounded down: what is less has the next lower exponent.
    const ROOT_HALF: u64 = 0x3fe6_a09e_0000_0000;
    const EXPONENT: u64 = 0xfff << 52;
    /// The bits of 2⁵²: a whole number in the low bits is added to it.
    const TWO_52: u64 = 0x4330_0000_0000_0000;
    /// 2 / (j ln 2) for j = 1, 3, …, 13.
    const TERMS: [f64; 7] = {
        let two = 2.0 * std::f64::consts::LOG2_E;
        [two, two / 3.0, two / 5.0, two / 7.0, two / 9.0, two / 11.0, two / 13.0]
    };
    let mut logarithms = [0.0; LANES];
    for l in 0..LANES {
        let bits = values[l].to_bits();
        let above = bits.wrapping_sub(ROOT_HALF);
        let exponent = f64::from_bits((above >> 52) | TWO_52) - f64::from_bits(TWO_52);
        let mantissa = f64::from_bits(bits.wrapping_sub(above & EXPONENT));
        let s = (mantissa - 1.0) / (mantissa + 1.0);
        let square = s * s;
        let mut sum = TERMS[6];
        for term in [TERMS[5], TERMS[4], TERMS[3], TERMS[2], TERMS[1], TERMS[0]] {
            sum = sum * square + term;
        }
        logarithms[l] = sum * s + exponent;
    }
    logarithms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_off_by_less_than_is_assumed() {
        let mut x = 1.0;
        let mut worst: f64 = 0.0;
        while x < 2f64.powi(1000) {
            let [of_x, of_root, ..] = log2(&[x, x.sqrt(), 1.0, 2.0]);
            worst = worst.max((of_x - libm::log2(x)).abs() / 1f64.max(of_x * 1e-3));
            worst = worst.max((of_root - libm::log2(x.sqrt())).abs() / 1f64.max(of_root * 1e-3));
            x *= 1.000_37;
        }
        assert!(worst < 9e-13, "{worst:e}");
        assert_eq!(log2(&[1.0, 2.0, 0.5 * 4096.0, 2f64.powi(100)]), [0.0, 1.0, 11.0, 100.0]);
    }
}
