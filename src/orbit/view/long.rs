//! A view's polynomial in fixed point, for the few points that double-double leaves undecided: they need not
//! start at their first step.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};

use super::DEGREE;
use super::state::UP;
use crate::dyadic::Point;
use crate::error::{Error, Result};
use crate::julia::Julia;
use crate::orbit::center::{Center, CenterBits, scale};
use crate::orbit::fixed_point::{Orbit, least_bits};
use crate::orbit::saved_orbit::SavedOrbit;
use crate::rotation::Rotation;

/// Bits of the coefficients.
pub const BITS: usize = 352;
/// The truncation at which the polynomial is given up, in units of the view's spread: 2⁻²⁹⁰.
const ACCEPTABLE: f64 = 5e-88;
/// Bits of the center's orbit beyond those of the view's size.
pub const CENTER_BITS: usize = BITS + 64;
/// Bounds what a step rounds, in units of a coefficient's last bit: for each of DEGREE coefficients up to seven
/// products, the two parts of which are rounded down by less than 1.
const ROUNDING: f64 = 256.0;
/// Where products of two coefficients are less than 2 to minus this part of the rest, they are left out.
const NOTHING: usize = 2 * BITS;
/// More than all that is lost by results that are too small for a normal number.
const UNDERFLOW: f64 = 1e-290;
/// The exponent changes if the coefficients' sum leaves 2⁻¹⁶ to 2¹⁶.
const LARGEST: f64 = 65536.0;

/// The last bit of a coefficient, in units of 2^exponent.
const LAST_BIT: f64 =
    1.0 / (1u128 << 88) as f64 / (1u128 << 88) as f64 / (1u128 << 88) as f64 / (1u128 << 88) as f64;

/// A complex number in fixed point.
type Fixed = [IBig; 2];

/// The points of a view after some steps: with R for the center, `R + 2^exponent · Σ p_j·wʲ`.
#[derive(Clone, Debug)]
pub struct LongPolynomial {
    /// Steps taken.
    pub steps: u32,
    /// Bits after the point of what [`at`](Self::at) gives.
    pub bits: usize,
    constant: Fixed,
    /// In units of 2^-bits.
    coefficients: [Fixed; DEGREE],
    /// Bounds the error of `at`, in units of 2^-bits.
    error: UBig,
}

/// As `state.rs` has it, with coefficients in units of 2^(exponent - BITS).
struct State {
    steps: u32,
    exponent: i64,
    coefficients: [Fixed; DEGREE],
    /// In units of 2^exponent, as the truncation.
    remainder: f64,
    truncation: f64,
}

impl LongPolynomial {
    /// Follows the points of a view around a center, along an orbit that begins there or near it, no edge of which is before its last step, to at most
    /// `most_steps`; ρ is `mantissa · 2^exponent` times the rotation. `None` if the view has no such polynomial.
    ///
    /// # Errors
    /// [`Error::Interrupted`] soon after `interrupt` is set.
    pub fn find(
        julia: &Julia,
        (saved, center): (&Arc<SavedOrbit>, &Point),
        (mantissa, exponent, rotation): (u64, i64, Rotation),
        most_steps: u32,
        interrupt: &AtomicBool,
    ) -> Result<Option<Self>> {
        let length = 64 - mantissa.leading_zeros();
        let mut coefficients = [const { [IBig::ZERO, IBig::ZERO] }; DEGREE];
        coefficients[0] = rotation.units().map(|part| {
            (IBig::from(part) * IBig::from(mantissa)) << (BITS - length as usize - Rotation::BITS)
        });
        let exponent = exponent + i64::from(length);
        let mut state = State { steps: 0, exponent, coefficients, remainder: 0.0, truncation: 0.0 };
        let mut walk = Center::new(julia, saved, center);
        let mut here = walk.leading();
        while state.steps < most_steps {
            if interrupt.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            let next = state.next(&here);
            let spread: f64 = next.moduli().iter().sum();
            // Written so that a NaN ends it too.
            let holds = next.truncation <= ACCEPTABLE * spread;
            if !holds {
                break;
            }
            walk.step();
            here = walk.leading();
            state = next;
        }
        if here.bits < BITS as i64 - state.exponent {
            // It ends while it is still small: the center needs more than its leading bits.
            let bits = usize::try_from(-exponent).unwrap_or(0) + CENTER_BITS;
            let mut orbit = Orbit::new(julia, center, bits.max(least_bits(julia)));
            for _ in 0..state.steps {
                if interrupt.load(Ordering::Relaxed) {
                    return Err(Error::Interrupted);
                }
                orbit.step();
            }
            let error = orbit.error_bound();
            here = CenterBits { z: [orbit.re, orbit.im], bits: orbit.bits as i64, error };
        }
        Ok(state.polynomial(&here))
    }

    /// Where the point at `w` is, in units of 2^-bits, with a bound on the error in these units; `w` is in
    /// units of 2^-BITS, and off by at most two of them.
    pub fn at(&self, w: &Fixed) -> (Fixed, UBig) {
        let mut sum = [IBig::ZERO, IBig::ZERO];
        for a in self.coefficients.iter().rev() {
            let [re, im] = a;
            sum = shifted(&product(&[&sum[0] + re, &sum[1] + im], w), BITS);
        }
        let [re, im] = &self.constant;
        ([re + &sum[0], im + &sum[1]], self.error.clone())
    }
}

impl State {
    fn next(&self, center: &CenterBits) -> Self {
        let length = center.z[0].bit_len().max(center.z[1].bit_len());
        let of_center = if length == 0 { self.exponent } else { length as i64 - center.bits };
        let r = center.z.each_ref().map(|part| {
            if length > BITS { part >> (length - BITS) } else { part << (BITS - length) }
        });
        // All in units of 2^(own exponent + larger).
        let larger = of_center.max(self.exponent);
        let linear = (larger - of_center) as usize;
        let quadratic = (larger - self.exponent) as usize;
        let a = &self.coefficients;
        let mut coefficients = a.each_ref().map(|a| {
            if is_nothing(a) { a.clone() } else { shifted(&product(&r, a), BITS - 1 + linear) }
        });

        let moduli = self.moduli();
        let (spread, q): (f64, _) = (moduli.iter().sum(), self.remainder);
        let mut cut = 0.0;
        if quadratic > NOTHING {
            cut = spread * spread;
        } else {
            let mut tail = 0.0;
            for i in 0..DEGREE {
                for j in 0..=i.min(DEGREE - 1) {
                    let power = i + j + 1;
                    if power < DEGREE && !is_nothing(&a[i]) && !is_nothing(&a[j]) {
                        let twice = usize::from(i != j);
                        let [re, im] = shifted(&product(&a[i], &a[j]), BITS + quadratic - twice);
                        coefficients[power][0] += re;
                        coefficients[power][1] += im;
                    }
                }
                tail += moduli[DEGREE - 1 - i];
                cut += moduli[i] * tail;
            }
        }
        let unit = |shift: usize| scale(1.0, -i64::try_from(shift).unwrap_or(i64::MAX));
        let (linear, quadratic) = (unit(linear), unit(quadratic) + UNDERFLOW);
        let slope = 2.0 * modulus(&r) * linear;
        let off = 4.0 * LAST_BIT * linear + center.error.bound_in_units(larger);
        let remainder = (slope + quadratic * (2.0 * spread + q)) * q
            + quadratic * cut
            + 2.0 * off * (spread + q)
            + ROUNDING * LAST_BIT
            + UNDERFLOW;
        let truncation = (slope + 2.0 * quadratic * (spread + q)) * self.truncation
            + quadratic * cut
            + UNDERFLOW;
        Self {
            steps: self.steps + 1,
            exponent: self.exponent + larger,
            coefficients,
            remainder: remainder * UP,
            truncation: truncation * UP,
        }
        .normalised()
    }

    /// Bounds |coefficient| for each, in units of 2^exponent.
    fn moduli(&self) -> [f64; DEGREE] {
        self.coefficients.each_ref().map(modulus)
    }

    fn normalised(mut self) -> Self {
        let spread: f64 = self.moduli().iter().sum();
        if (1.0 / LARGEST..LARGEST).contains(&spread) || !spread.is_normal() {
            return self;
        }
        let shift = i64::from(libm::ilogb(spread));
        let size = shift.unsigned_abs() as usize;
        for part in self.coefficients.iter_mut().flatten() {
            if shift > 0 {
                *part >>= size;
            } else {
                *part <<= size;
            }
        }
        let power = scale(1.0, -shift);
        self.exponent += shift;
        self.remainder = (self.remainder * power + ROUNDING * LAST_BIT) * UP;
        self.truncation *= power * UP;
        self
    }

    /// `None` if the unit is over 1.
    fn polynomial(self, center: &CenterBits) -> Option<LongPolynomial> {
        let bits = usize::try_from(BITS as i64 - self.exponent).ok()?;
        if self.exponent > 0 {
            return None;
        }
        let shift = bits as i64 - center.bits;
        let size = shift.unsigned_abs() as usize;
        let constant =
            center.z.each_ref().map(|part| if shift < 0 { part >> size } else { part << size });
        let moduli = self.moduli();
        let weighted: f64 = (1..).zip(moduli).map(|(j, modulus)| f64::from(j) * modulus).sum();
        // Horner's rule rounds by less than two units for each coefficient, and the constant is rounded.
        let error = (self.remainder / LAST_BIT + 2.0 * weighted + 4.0 * DEGREE as f64) * UP;
        let error = UBig::try_from(error.ceil()).ok()?;
        let of_center = center.error.bound_in_units(-(bits as i64)).ceil();
        let of_center = UBig::try_from(of_center).ok()?;
        let Self { steps, coefficients, .. } = self;
        Some(LongPolynomial { steps, bits, constant, coefficients, error: error + of_center })
    }
}

fn product(a: &Fixed, b: &Fixed) -> Fixed {
    [&a[0] * &b[0] - &a[1] * &b[1], &a[0] * &b[1] + &a[1] * &b[0]]
}

fn shifted(a: &Fixed, bits: usize) -> Fixed {
    let bits = bits.min(1 << 24);
    [&a[0] >> bits, &a[1] >> bits]
}

fn is_nothing(a: &Fixed) -> bool {
    a[0].is_zero() && a[1].is_zero()
}

/// |a| in units of 2^BITS, or a little more.
fn modulus(a: &Fixed) -> f64 {
    let [x, y] = a.each_ref().map(|part| part.to_f64().value() * LAST_BIT);
    (x * x + y * y).sqrt() * UP + f64::MIN_POSITIVE
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::dyadic::Dyadic;
    use crate::orbit::view::testing::{center, rotation};

    #[test]
    fn every_point_is_where_the_polynomial_says() {
        let maps = [(-0.8, 0.156), (-0.12256, 0.74486), (0.0, 1.0), (0.285, 0.01), (-1.0, 0.0)];
        for ((re, im), seed) in maps.into_iter().zip(3..) {
            for log_pitch in [-60i64, -300, -1000, -3400] {
                let julia = Julia::new(Complex64::new(re, im), 2.0, (0, 100_000)).unwrap();
                let center_bits = (64 - log_pitch) as usize;
                // Around 0 the linear term vanishes at once.
                let center = if im == 0.0 {
                    crate::dyadic::point(0.0, 0.0)
                } else {
                    center(julia.c(), center_bits, seed)
                };
                let pitch = ((1u64 << 52) + 12345 * seed, log_pitch - 52);
                // ρ is 1024 half pitches.
                let rotation = rotation(seed + log_pitch.unsigned_abs());
                let radius = (pitch.0, pitch.1 + 9, rotation);
                let go_on = AtomicBool::new(false);
                // There, each step doubles the bits that the comparison takes.
                let most = if im == 0.0 { 3 } else { 50_000 };
                let orbit = Arc::new(SavedOrbit::new(&julia, &center, center_bits + CENTER_BITS));
                let long = LongPolynomial::find(&julia, (&orbit, &center), radius, most, &go_on);
                let long = long.unwrap().unwrap();
                for (x, y) in [(700i64, 600i64), (-1000, 17), (1, 0), (0, 0), (-333, -1)] {
                    let offset =
                        |k: i64| Dyadic::new(IBig::from(pitch.0) * IBig::from(k), pitch.1 - 1);
                    let [off_x, off_y] = rotation.turned([offset(x), offset(y)]);
                    let point = [&center[0] + &off_x, &center[1] + &off_y];
                    let mut orbit = Orbit::new(&julia, &point, center_bits.max(long.bits) + 2000);
                    (0..long.steps).for_each(|_| orbit.step());
                    let w = [x, y].map(|k| IBig::from(k) << (BITS - 10));
                    let (z, error) = long.at(&w);
                    for (z, truth) in z.iter().zip([&orbit.re, &orbit.im]) {
                        let truth = Dyadic::new(truth.clone(), -(orbit.bits as i64));
                        let off = &Dyadic::new(z.clone(), -(long.bits as i64)) - &truth;
                        let error = Dyadic::new(IBig::from(error.clone()), -(long.bits as i64));
                        assert!(off.abs() <= error, "{re} {im} 2^{log_pitch} {x} {y}");
                    }
                    // The bound is useful: 2⁻²⁰⁰ or less.
                    assert!(error.bit_len() + 200 < long.bits, "{} {}", error.bit_len(), long.bits);
                }
            }
        }
    }
}
