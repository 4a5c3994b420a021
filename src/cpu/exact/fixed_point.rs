//! Escape counts in fixed point with enough bits: the tier that always answers.

use std::sync::atomic::{AtomicBool, Ordering};

use dashu_int::ops::{BitTest, SquareRoot};
use dashu_int::{IBig, UBig};

use super::dyadic::{Dyadic, decomposed};
use crate::error::{Error, Result};
use crate::julia::Julia;
use crate::orbit::trap::Trap;

/// The first precision: this many bits after the point.
const FIRST_BITS: usize = 192;
/// The last one. `docs/exactness.md` tells why no tie needs it, and what may.
pub const MAX_BITS: usize = 1 << 20;

/// Bits that are dropped together, once the error is as many larger than they are.
const WORD: usize = 64;

/// The true escape count of `x + y·i`; an orbit in the `trap` is not followed any further.
///
/// # Errors
/// [`Error::Undecided`] if [`MAX_BITS`] do not decide, [`Error::Interrupted`] soon after
/// `interrupt` is set.
pub fn escape_count(
    julia: &Julia,
    trap: &Trap,
    x: f64,
    y: f64,
    interrupt: &AtomicBool,
) -> Result<u32> {
    Ok(decided(julia, trap, x, y, interrupt)?.0)
}

/// The orbit of `x + y·i` from z_1 on, rounded to `f64`, in more bits than its count takes.
///
/// # Errors
/// As [`escape_count`].
pub fn orbit(
    julia: &Julia,
    x: f64,
    y: f64,
    interrupt: &AtomicBool,
) -> Result<impl Iterator<Item = (f64, f64)> + use<>> {
    let (_, bits) = decided(julia, &Trap::default(), x, y, interrupt)?;
    let mut orbit = Orbit::new(julia, x, y, bits + WORD);
    Ok(std::iter::from_fn(move || {
        orbit.step();
        Some(orbit.rounded())
    }))
}

/// The count, and how many bits decided it.
fn decided(
    julia: &Julia,
    trap: &Trap,
    x: f64,
    y: f64,
    interrupt: &AtomicBool,
) -> Result<(u32, usize)> {
    let mut bits = least_bits(julia);
    loop {
        let next = match attempt(julia, trap, x, y, bits, interrupt)? {
            Attempt::Decided(count) => return Ok((count, bits)),
            Attempt::Lost { steps, bits: lost } => {
                // What all steps take if the others lose as much. The orbit may end much sooner.
                let for_all = lost as u64 * u64::from(julia.itermax()) / u64::from(steps);
                let for_all = usize::try_from(for_all).unwrap_or(MAX_BITS) + WORD;
                for_all.clamp(bits + bits / 2, 4 * bits)
            }
        };
        if bits == MAX_BITS {
            return Err(Error::Undecided { x, y, bits });
        }
        bits = next.min(MAX_BITS);
    }
}

/// The fewest bits after the point: with all bits of the threshold, comparisons lose nothing.
pub fn least_bits(julia: &Julia) -> usize {
    FIRST_BITS.max(Dyadic::from(julia.threshold()).fraction_bits())
}

/// What an attempt with some number of bits comes to.
enum Attempt {
    /// The count.
    Decided(u32),
    /// After some steps the error, grown by some bits, left a comparison open.
    Lost { steps: u32, bits: usize },
}

/// Follows the orbit with `bits` bits after the point, for as long as they decide.
fn attempt(
    julia: &Julia,
    trap: &Trap,
    x: f64,
    y: f64,
    bits: usize,
    interrupt: &AtomicBool,
) -> Result<Attempt> {
    let mut orbit = Orbit::new(julia, x, y, bits);
    for i in 0..julia.itermax() {
        if interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        orbit.step();
        match orbit.has_escaped() {
            Some(true) => return Ok(Attempt::Decided(i)),
            Some(false) => {}
            None => {
                let lost = orbit.error.bit_len() + (bits - orbit.bits);
                return Ok(Attempt::Lost { steps: i + 1, bits: lost });
            }
        }
        // As seldom as the kernels over lanes: the orbit is followed twice as far at most.
        if i >= 64 && i.is_power_of_two() && !trap.disks().is_empty() {
            let (re, im) = orbit.rounded();
            let error = to_f64(&IBig::from(orbit.error.clone()), orbit.bits);
            if trap.holds(re, im, error + 4.0 * FRACTION) {
                break;
            }
        }
    }
    Ok(Attempt::Decided(julia.itermax()))
}

/// An orbit with a bound on its error.
///
/// Numbers are integers in units of 2^-bits, rounded down. `error` bounds, in the same units, how
/// far the computed z is from the true one; it stays 0 for as long as no bit is lost.
pub struct Orbit {
    pub bits: usize,
    /// The bits that all numbers keep: the threshold has no more.
    kept: usize,
    re: IBig,
    im: IBig,
    re_square: UBig,
    im_square: UBig,
    /// |ẑ|², in the square of the units.
    pub norm: UBig,
    pub error: UBig,
    c_re: IBig,
    c_im: IBig,
    c_error: UBig,
    threshold: UBig,
    threshold_square: UBig,
}

impl Orbit {
    /// That of `x + y·i`, with `bits` bits after the point; at least [`FIRST_BITS`], and as many as the
    /// threshold has.
    pub fn new(julia: &Julia, x: f64, y: f64, bits: usize) -> Self {
        let ((re, re_exact), (im, im_exact)) = (fixed(x, bits), fixed(y, bits));
        let ((c_re, c_re_exact), (c_im, c_im_exact)) =
            (fixed(julia.c().re, bits), fixed(julia.c().im, bits));
        let threshold = magnitude(fixed(julia.threshold(), bits).0);
        let (re_square, im_square) = (re.sqr(), im.sqr());
        Self {
            bits,
            kept: least_bits(julia),
            norm: &re_square + &im_square,
            re,
            im,
            re_square,
            im_square,
            error: lost(!(re_exact && im_exact)),
            c_re,
            c_im,
            c_error: lost(!(c_re_exact && c_im_exact)),
            threshold_square: threshold.sqr(),
            threshold,
        }
    }

    pub fn step(&mut self) {
        let bits = self.bits;
        let modulus = upper_root(&self.norm);
        let re = IBig::from(std::mem::take(&mut self.re_square))
            - IBig::from(std::mem::take(&mut self.im_square));
        let im: IBig = (&self.re * &self.im) << 1;
        let exact = self.error.is_zero() && is_whole(&re, bits) && is_whole(&im, bits);
        // |ẑ² - z²| ≤ (2|ẑ| + error)·error, rounded up.
        let grown: UBig = ((modulus << 1) + &self.error) * &self.error;
        let remainder = UBig::from(u8::from(!grown.is_zero()));
        self.error = (grown >> bits) + remainder + lost(!exact) + &self.c_error;
        self.re = (re >> bits) + &self.c_re;
        self.im = (im >> bits) + &self.c_im;
        if self.error.bit_len() > 2 * WORD && bits >= self.kept + WORD {
            self.drop_word();
        }
        (self.re_square, self.im_square) = (self.re.sqr(), self.im.sqr());
        self.norm = &self.re_square + &self.im_square;
    }

    /// Leaves out bits that the error has made meaningless: rounding again is nothing beside it.
    fn drop_word(&mut self) {
        self.bits -= WORD;
        for number in [&mut self.re, &mut self.im, &mut self.c_re, &mut self.c_im] {
            *number >>= WORD;
        }
        self.error = (&self.error >> WORD) + UBig::ONE + lost(true);
        self.c_error = lost(true);
        self.threshold >>= WORD;
        self.threshold_square >>= 2 * WORD;
    }

    /// Whether |z| has reached the threshold, if the bits tell.
    fn has_escaped(&self) -> Option<bool> {
        let Self { norm, error, threshold, threshold_square, .. } = self;
        if error.is_zero() {
            return Some(norm >= threshold_square);
        }
        // (T + E)² and (T - E)²
        let (twice, square): (UBig, UBig) = ((threshold * error) << 1, error.sqr());
        let farthest = threshold_square + &square;
        if *norm >= &farthest + &twice {
            return Some(true);
        }
        (threshold > error && norm + &twice < farthest).then_some(false)
    }

    /// z, rounded to `f64`.
    fn rounded(&self) -> (f64, f64) {
        (to_f64(&self.re, self.bits), to_f64(&self.im, self.bits))
    }
}

/// The bound on what rounding a point down moves it: each coordinate by less than 1, and so the point
/// by less than 2.
fn lost(rounded: bool) -> UBig {
    if rounded { UBig::from(2u8) } else { UBig::ZERO }
}

/// Whether the low bits of `value` are all 0.
fn is_whole(value: &IBig, bits: usize) -> bool {
    value.trailing_zeros().is_none_or(|zeros| zeros >= bits)
}

/// An upper bound of the square root, off by less than one part in 2⁶⁰.
fn upper_root(square: &UBig) -> UBig {
    // The leading bits are enough; an even number of the others is dropped.
    let dropped = square.bit_len().saturating_sub(124) & !1;
    ((square >> dropped).sqrt() + UBig::ONE) << (dropped / 2)
}

/// To within [`FRACTION`] of itself.
fn to_f64(value: &IBig, bits: usize) -> f64 {
    // All that `f64` holds is in the leading bits.
    let dropped = value.bit_len().saturating_sub(2 * WORD);
    let exponent = i32::try_from(dropped as i64 - bits as i64).unwrap_or(i32::MIN);
    libm::scalbn((value >> dropped).to_f64().value(), exponent)
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

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;

    /// A bounded orbit that expands takes about a bit a step, and no more: the bits that the error
    /// has overtaken are dropped on the way, and the first guess at the bits of all steps holds.
    #[test]
    fn precision_grows_with_the_steps() {
        let go_on = AtomicBool::new(false);
        let count = |threshold, x: f64, itermax| {
            let julia = Julia::new(Complex64::new(-2.0, 0.0), threshold, (0, itermax)).unwrap();
            decided(&julia, &Trap::default(), x, 0.0, &go_on).unwrap()
        };
        let (count_there, bits) = count(2.5, 0.3, 3000);
        assert_eq!(count_there, 3000);
        assert!((3000..3300).contains(&bits), "{bits}");
        // Ends long before its last step.
        let (count_there, bits) = count(1.999, 0.3, 1_000_000);
        assert!(count_there < 1000 && bits < 4000, "{count_there}, {bits}");
    }

    /// z_k approaches the fixed point 1/4, which is the threshold, from below: no number of bits is
    /// enough for many steps, but none is lost by errors that grow.
    #[test]
    fn a_limit_on_the_threshold_is_no_growth() {
        let julia = Julia::new(Complex64::new(0.1875, 0.0), 0.25, (0, 2_000_000)).unwrap();
        let go_on = AtomicBool::new(false);
        let first = attempt(&julia, &Trap::default(), 0.1, 0.0, FIRST_BITS, &go_on).unwrap();
        let Attempt::Lost { steps, bits } = first else { panic!("decided") };
        assert!((150..250).contains(&steps) && bits < 10, "{steps}, {bits}");
    }
}
