//! Smooth values in fixed point with enough bits to round them.

use std::sync::atomic::{AtomicBool, Ordering};

use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};

use super::fixed_point::{MAX_BITS, first_bits, undecided};
use crate::band::{PARTS, limited};
use crate::dyadic::{Point, decomposed};
use crate::error::{Error, Result};
use crate::julia::Julia;
use crate::orbit::fixed_point::Orbit;

/// Steps after itermax after which an orbit that is not far out has a smooth value over itermax.
const FURTHER_STEPS: u64 = 64;

/// The first accuracy that is tried, in bits.
const FIRST_ACCURACY: usize = 64;

/// The smooth value of `point`, whose count is below itermax: rounded to a multiple of
/// 1 / `PARTS`, at least 0 and less than itermax.
///
/// # Errors
/// [`Error::Undecided`] if [`MAX_BITS`] do not decide, [`Error::Interrupted`] soon after
/// `interrupt` is set.
pub fn smooth_value(julia: &Julia, point: &Point, interrupt: &AtomicBool) -> Result<f64> {
    let (mut bits, mut accuracy) = (first_bits(julia, point), FIRST_ACCURACY);
    let max_bits = bits + MAX_BITS;
    loop {
        match attempt(julia, Orbit::new(julia, point, bits), 0, accuracy, interrupt)? {
            Attempt::Decided(value) => return Ok(limited(value, julia.itermax())),
            Attempt::LostBits if bits < max_bits => bits = max_bits.min(2 * bits),
            Attempt::Close if accuracy < MAX_BITS => accuracy *= 2,
            _ => return Err(undecided(point, bits)),
        }
    }
}

/// The smooth value of an orbit that has taken some steps without an escape and whose count is below itermax, if
/// its bits decide it; the rest as [`smooth_value`].
///
/// # Errors
/// [`Error::Interrupted`] soon after `interrupt` is set.
pub fn smooth_value_from(
    julia: &Julia,
    orbit: Orbit,
    steps: u32,
    interrupt: &AtomicBool,
) -> Result<Option<f64>> {
    Ok(match attempt(julia, orbit, steps, FIRST_ACCURACY, interrupt)? {
        Attempt::Decided(value) => Some(limited(value, julia.itermax())),
        Attempt::LostBits | Attempt::Close => None,
    })
}

/// What an attempt with some number of bits comes to.
enum Attempt {
    /// The value; infinite if it is over itermax for sure.
    Decided(f64),
    /// The orbit's error has become too large.
    LostBits,
    /// The value is too close to the middle between two.
    Close,
}

fn attempt(
    julia: &Julia,
    mut orbit: Orbit,
    steps: u32,
    accuracy: usize,
    interrupt: &AtomicBool,
) -> Result<Attempt> {
    let c_bits = libm::ceil(libm::log2(julia.c().norm().max(1.0))) as usize + 1;
    for k in u64::from(steps) + 1..=u64::from(julia.itermax()) + FURTHER_STEPS {
        if interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        orbit.step();
        let (norm, error_bits) = (orbit.norm(), orbit.error.bit_len());
        let norm_bits = norm.bit_len();
        if norm_bits <= 2 * orbit.bits + c_bits + accuracy + 1 {
            if error_bits > orbit.bits {
                return Ok(Attempt::LostBits);
            }
            continue;
        }
        // |ẑ| is 2^modulus_bits or more, in the orbit's units.
        let modulus_bits = (norm_bits - 1) / 2;
        if modulus_bits < error_bits + accuracy {
            return Ok(Attempt::LostBits);
        }
        let parts = smooth_parts(julia.threshold(), &norm, orbit.bits, accuracy);
        let to_value = |parts: f64| k as f64 + parts / PARTS;
        return Ok(parts.map_or(Attempt::Close, |parts| Attempt::Decided(to_value(parts))));
    }
    Ok(Attempt::Decided(f64::INFINITY))
}

/// 1 + log₂ log₂ T - log₂ log₂ |z|² as a whole number of [`PARTS`], for a z with |z|² = `norm` in units of
/// 2^(-2·own_bits), known to a relative error
/// of 2^-accuracy, and so far out that the following steps change ln|z| by less than that.
fn smooth_parts(threshold: f64, norm: &UBig, own_bits: usize, accuracy: usize) -> Option<f64> {
    // All in units of 2^-bits.
    let bits = accuracy + 32;
    let one = UBig::ONE << bits;
    let norm = log2(norm, 2 * own_bits, bits);
    // The error of z and the following steps: each less than 3·2^-accuracy of log₂ |z|².
    let norm_error = UBig::from(2u8) + (UBig::from(6u8) << 32);
    let (mantissa, exponent) = decomposed(threshold);
    let mantissa = UBig::from(mantissa.unsigned_abs());
    let (mantissa, scale) = if exponent < 0 {
        (mantissa, exponent.unsigned_abs() as usize)
    } else {
        (mantissa << exponent as usize, 0)
    };
    let of_threshold = log2(&magnitude(log2(&mantissa, scale, bits)), bits, bits);
    let of_norm = log2(&magnitude(norm), bits, bits);
    // log₂ |z|² is over 32, log₂ T at least 1: their errors become smaller than that, and than 3.
    let error = IBig::from(norm_error / UBig::from(16u8)) + IBig::from(9u8);
    let parts = (IBig::from(one.clone()) + of_threshold - of_norm) * IBig::from(PARTS as u64);
    let error = error * IBig::from(PARTS as u64);
    let half = IBig::from(one >> 1);
    let rounded = |parts: IBig| (parts + &half) >> bits;
    let (least, most) = (rounded(&parts - &error), rounded(&parts + &error));
    (least == most).then(|| least.to_f64().value())
}

/// log₂(value / 2^scale) in units of 2^-bits, rounded; off by less than 2. The value is not 0.
fn log2(value: &UBig, scale: usize, bits: usize) -> IBig {
    // x is the number between 1 and 2 of which the logarithm's fraction is to be found. Squaring it gives
    // one digit after the other; what a square is rounded by counts half as much from digit to digit.
    let x_bits = bits + 16;
    let length = value.bit_len() - 1;
    let mut x =
        if length > x_bits { value >> (length - x_bits) } else { value << (x_bits - length) };
    let mut logarithm = IBig::from(length) - IBig::from(scale);
    for _ in 0..bits {
        x = x.sqr() >> x_bits;
        logarithm <<= 1;
        if x.bit_len() > x_bits + 1 {
            x >>= 1;
            logarithm += IBig::ONE;
        }
    }
    logarithm
}

fn magnitude(value: IBig) -> UBig {
    value.into_parts().1
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::dyadic::point;

    #[test]
    fn logarithms_have_all_their_digits() {
        // 2 to the power of the first 100 bits of log₂ 3 is 3, except for the last bit.
        for (value, scale) in [(3u32, 0), (3, 5), (1, 0), (1000, 3), (5, 1)] {
            let logarithm = log2(&UBig::from(value), scale, 100);
            let high = libm::log2(f64::from(value)) - scale as f64;
            assert!((logarithm.to_f64().value() / 2f64.powi(100) - high).abs() < 1e-14);
            let more = log2(&UBig::from(value), scale, 200) >> 100usize;
            assert!((more - logarithm).into_parts().1 <= UBig::from(2u8));
        }
    }

    /// For c = 0 the value is known: -log₂ log₂ |z₀| for T = 2, and one less for T = 4.
    #[test]
    fn outside_of_the_unit_disk_the_value_is_a_double_logarithm() {
        let go_on = AtomicBool::new(false);
        for threshold in [2.0, 4.0] {
            let julia = Julia::new(Complex64::ZERO, threshold, (0, 500)).unwrap();
            for x in [1.001, 1.1, 1.5, 1.9, 1.0 + 1e-13] {
                let value = smooth_value(&julia, &point(x, 0.0), &go_on).unwrap();
                let known = libm::log2(libm::log2(threshold)) - libm::log2(libm::log2(x));
                let slack = 0.5 / PARTS + 1e-3 * f64::from(u8::from(x < 1.0001));
                assert!((value - known).abs() <= slack, "{threshold} {x}: {value} {known}");
                assert_eq!((value * PARTS).fract(), 0.0);
            }
            // On the unit circle the potential is 0.
            assert_eq!(
                smooth_value(&julia, &point(1.0, 0.0), &go_on).unwrap(),
                limited(500.0, 500)
            );
        }
    }
}
