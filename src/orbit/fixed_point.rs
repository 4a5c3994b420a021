//! An orbit in fixed point, with as many bits as are asked for and a bound on its error.

use dashu_int::ops::{BitTest, SquareRoot};
use dashu_int::{IBig, UBig};

use crate::dyadic::{Dyadic, Point};
use crate::julia::Julia;

/// The fewest bits after the point.
const FIRST_BITS: usize = 192;

/// Numbers of more bits are worth a second thread.
const LONG: usize = 1 << 13;

/// Bits that are dropped together, once the error is as many larger than they are.
pub const WORD: usize = 64;

/// The fewest bits after the point: with all bits of the threshold, comparisons lose nothing.
pub fn least_bits(julia: &Julia) -> usize {
    FIRST_BITS.max(Dyadic::from(julia.threshold()).fraction_bits())
}

/// An orbit with a bound on its error.
///
/// Numbers are integers in units of 2^-bits, rounded down. `error` bounds, in the same units, how
/// far the computed z is from the true one; it stays 0 for as long as no bit is lost.
pub struct Orbit {
    /// Bits after the point.
    pub bits: usize,
    /// Whether products of long numbers are worked out on two threads of the rayon pool: not within a lock, since
    /// a thread that waits may take up any other task.
    pub has_threads: bool,
    /// The bits that all numbers keep: the threshold has no more.
    kept: usize,
    /// The real part of ẑ.
    pub re: IBig,
    /// The imaginary part.
    pub im: IBig,
    re_square: UBig,
    im_square: UBig,
    /// Their product.
    re_im: IBig,
    /// |ẑ|², in the square of the units.
    pub norm: UBig,
    /// Bounds |ẑ - z|, in these units.
    pub error: UBig,
    c_re: IBig,
    c_im: IBig,
    c_error: UBig,
    threshold: UBig,
    /// The threshold squared, in the square of the units.
    pub threshold_square: UBig,
}

impl Orbit {
    /// That of a point, with `bits` bits after the point; at least [`least_bits`].
    pub fn new(julia: &Julia, [x, y]: &Point, bits: usize) -> Self {
        let ((re, re_exact), (im, im_exact)) = (x.to_fixed(bits), y.to_fixed(bits));
        Self::at(julia, [re, im], lost(!(re_exact && im_exact)), bits)
    }

    /// That of a point with the parts `re` and `im` in units of 2^-bits, or within `error` of these from there.
    pub fn at(julia: &Julia, [re, im]: [IBig; 2], error: UBig, bits: usize) -> Self {
        let fixed = |value: f64| Dyadic::from(value).to_fixed(bits);
        let ((c_re, c_re_exact), (c_im, c_im_exact)) = (fixed(julia.c().re), fixed(julia.c().im));
        let threshold = magnitude(fixed(julia.threshold()).0);
        let (re_square, im_square, re_im) = products(&re, &im, false);
        Self {
            bits,
            has_threads: false,
            kept: least_bits(julia),
            norm: &re_square + &im_square,
            re,
            im,
            re_square,
            im_square,
            re_im,
            error,
            c_re,
            c_im,
            c_error: lost(!(c_re_exact && c_im_exact)),
            threshold_square: threshold.sqr(),
            threshold,
        }
    }

    /// Takes a step.
    pub fn step(&mut self) {
        let bits = self.bits;
        let modulus = upper_root(&self.norm);
        let re = IBig::from(std::mem::take(&mut self.re_square))
            - IBig::from(std::mem::take(&mut self.im_square));
        let im: IBig = std::mem::take(&mut self.re_im) << 1;
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
        (self.re_square, self.im_square, self.re_im) =
            products(&self.re, &self.im, self.has_threads);
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
    pub fn has_escaped(&self) -> Option<bool> {
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
    pub fn rounded(&self) -> (f64, f64) {
        (to_f64(&self.re, self.bits), to_f64(&self.im, self.bits))
    }
}

/// The squares and the product of two numbers; of long ones on two threads, if there are.
fn products(re: &IBig, im: &IBig, has_threads: bool) -> (UBig, UBig, IBig) {
    let squares = || (re.sqr(), im.sqr());
    let ((re_square, im_square), product) = if has_threads && re.bit_len().max(im.bit_len()) > LONG
    {
        rayon::join(squares, || re * im)
    } else {
        (squares(), re * im)
    };
    (re_square, im_square, product)
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
pub fn to_f64(value: &IBig, bits: usize) -> f64 {
    // All that `f64` holds is in the leading bits.
    let dropped = value.bit_len().saturating_sub(2 * WORD);
    let exponent = i32::try_from(dropped as i64 - bits as i64).unwrap_or(i32::MIN);
    libm::scalbn((value >> dropped).to_f64().value(), exponent)
}
/// The relative error of [`to_f64`].
pub const FRACTION: f64 = 1e-12;

fn magnitude(value: IBig) -> UBig {
    value.into_parts().1
}
