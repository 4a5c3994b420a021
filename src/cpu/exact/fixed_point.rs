//! Escape counts in fixed point of as many bits as it takes: the tier that always answers.

use std::sync::atomic::{AtomicBool, Ordering};

use dashu_int::ops::{BitTest, SquareRoot};
use dashu_int::{IBig, UBig};

use crate::error::{Error, Result};
use crate::julia::Julia;
use crate::trap::Trap;

/// Precisions tried: this many bits after the point, then twice as many, and so on …
const FIRST_BITS: usize = 192;
/// … up to these. `docs/exactness.md` tells why no tie needs them.
pub const MAX_BITS: usize = 1 << 20;

/// The true escape count of `x + y·i`; an orbit in the `trap` is not followed any further.
///
/// # Errors
/// [`Error::Undecided`] where [`MAX_BITS`] do not decide, [`Error::Interrupted`] soon after
/// `interrupt` is set.
pub fn escape_count(
    julia: &Julia,
    trap: &Trap,
    x: f64,
    y: f64,
    interrupt: &AtomicBool,
) -> Result<u32> {
    // With all bits of the threshold, comparisons lose nothing.
    let mut bits = FIRST_BITS.max(fraction_bits(julia.threshold()));
    while bits <= MAX_BITS {
        if let Some(count) = attempt(julia, trap, x, y, bits, interrupt)? {
            return Ok(count);
        }
        bits *= 2;
    }
    Err(Error::Undecided { x, y, bits: MAX_BITS })
}

/// The count, or `None` where `bits` bits after the point do not decide it.
///
/// Numbers are integers in units of 2^-bits, rounded down. `error` bounds, in the same units, how
/// far the computed z is from the true one; it stays 0 for as long as no bit is lost.
fn attempt(
    julia: &Julia,
    trap: &Trap,
    x: f64,
    y: f64,
    bits: usize,
    interrupt: &AtomicBool,
) -> Result<Option<u32>> {
    let ((mut re, re_exact), (mut im, im_exact)) = (fixed(x, bits), fixed(y, bits));
    let ((c_re, c_re_exact), (c_im, c_im_exact)) =
        (fixed(julia.c().re, bits), fixed(julia.c().im, bits));
    let threshold = magnitude(fixed(julia.threshold(), bits).0);
    let threshold_square = threshold.sqr();
    let low_bits = (UBig::ONE << bits) - UBig::ONE;
    // Rounding down moves each coordinate by less than 1, and so the point by less than 2.
    let lost = |exact: bool| if exact { UBig::ZERO } else { UBig::from(2u8) };
    let c_error = lost(c_re_exact && c_im_exact);
    let mut error = lost(re_exact && im_exact);
    let (mut re_square, mut im_square) = (re.sqr(), im.sqr());
    for i in 0..julia.itermax() {
        if interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        let modulus = upper_root(&(&re_square + &im_square));
        let re_wide = IBig::from(re_square) - IBig::from(im_square);
        let im_wide: IBig = (&re * &im) << 1;
        let exact = (magnitude(re_wide.clone()) & &low_bits).is_zero()
            && (magnitude(im_wide.clone()) & &low_bits).is_zero();
        // |ẑ² - z²| ≤ (2|ẑ| + error)·error, rounded up.
        let grown: UBig = ((modulus << 1) + &error) * &error;
        let remainder = UBig::from(u8::from(!grown.is_zero()));
        error = (grown >> bits) + remainder + lost(exact) + &c_error;
        re = (re_wide >> bits) + &c_re;
        im = (im_wide >> bits) + &c_im;
        (re_square, im_square) = (re.sqr(), im.sqr());
        let norm = &re_square + &im_square;
        if error.is_zero() {
            if norm >= threshold_square {
                return Ok(Some(i));
            }
        } else if norm >= (&threshold + &error).sqr() {
            return Ok(Some(i));
        } else if threshold <= error || norm >= (&threshold - &error).sqr() {
            return Ok(None);
        }
        // As seldom as the kernels over lanes: the orbit is followed twice as far at most.
        if i >= 64 && i.is_power_of_two() && !trap.disks().is_empty() {
            let rounding = to_f64(&IBig::from(error.clone()), bits) + 4.0 * FRACTION;
            if trap.holds(to_f64(&re, bits), to_f64(&im, bits), rounding) {
                break;
            }
        }
    }
    Ok(Some(julia.itermax()))
}

/// An upper bound of the square root, off by less than one part in 2⁶⁰.
fn upper_root(square: &UBig) -> UBig {
    // The leading bits are enough; an even number of the others is dropped.
    let dropped = square.bit_len().saturating_sub(124) & !1;
    ((square >> dropped).sqrt() + UBig::ONE) << (dropped / 2)
}

/// To within [`FRACTION`] of itself, and of 1.
fn to_f64(value: &IBig, bits: usize) -> f64 {
    (value >> (bits - 64)).to_f64().value() / 2f64.powi(64)
}
const FRACTION: f64 = 1e-12;

fn magnitude(value: IBig) -> UBig {
    value.into_parts().1
}

/// `value` in units of 2^-bits, rounded down, and whether nothing was lost.
fn fixed(value: f64, bits: usize) -> (IBig, bool) {
    let (mantissa, exponent) = decomposed(value);
    let shift = exponent + bits as i64;
    let mantissa = IBig::from(mantissa);
    if shift >= 0 {
        return (mantissa << shift as usize, true);
    }
    let shift = shift.unsigned_abs() as usize;
    let rounded = &mantissa >> shift;
    let exact = (&rounded << shift) == mantissa;
    (rounded, exact)
}

/// How many bits after the point `value` has.
fn fraction_bits(value: f64) -> usize {
    let (mantissa, exponent) = decomposed(value);
    (-exponent - i64::from(mantissa.trailing_zeros())).max(0) as usize
}

/// The mantissa and the exponent of a finite `value`: it is `mantissa · 2^exponent`.
fn decomposed(value: f64) -> (i64, i64) {
    let bits = value.to_bits();
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (mantissa, exponent) = match (bits >> 52 & 0x7ff) as i64 {
        0 => (fraction, -1074),
        biased => (fraction | 1 << 52, biased - 1075),
    };
    (if value < 0.0 { -mantissa } else { mantissa }, exponent)
}
