//! The recurrence of a view's polynomial.

use super::DEGREE;
use crate::orbit::center::{CenterPoint, scale};
use crate::orbit::double_double::LongComplex;

/// Bounds what a step's sums and products in double-double round, against the moduli of what they add up:
/// `docs/exactness.md` counts them.
const ROUNDING: f64 = 1.0 / (1u128 << 98) as f64;
/// How far a center's point may be off for its conversion, in units of its exponent.
const CONVERSION: f64 = 1.0 / (1u128 << 103) as f64;
/// Where products of two coefficients are less than this part of the rest, they are left out.
const NOTHING: f64 = 1.0 / (1u128 << 110) as f64;
/// More than all that is lost by results that are too small for a normal number.
const UNDERFLOW: f64 = 1e-270;
/// Makes an upper bound of a bound that was itself computed in `f64`.
pub const UP: f64 = 1.0 + 1e-12;
/// The exponent changes if the coefficients' sum leaves 2⁻⁴⁰ to 2⁴⁰.
const LARGEST: f64 = (1u64 << 40) as f64;

/// Where the points of a view are after some steps: with R_k for the center's own orbit, the point
/// `center + ρw`, `|w| ≤ 1`, is at
///
/// ```text
/// R_k + 2^exponent · (Σ coefficients[j - 1] · wʲ + q),   |q| ≤ remainder
/// ```
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Steps taken.
    pub steps: u32,
    /// Of the unit of all that follows.
    pub exponent: i64,
    /// The coefficients of `w, w², …`.
    pub coefficients: [LongComplex; DEGREE],
    /// Bounds what the polynomial leaves out.
    pub remainder: f64,
    /// The part of that which is due to the degree.
    pub truncation: f64,
}

impl State {
    /// The points before the first step; ρ is `radius · 2^exponent`, and complex if the view is rotated.
    pub fn new(radius: LongComplex, exponent: i64) -> Self {
        let mut coefficients = [LongComplex::default(); DEGREE];
        coefficients[0] = radius;
        Self { steps: 0, exponent, coefficients, remainder: 0.0, truncation: 0.0 }.normalised()
    }

    /// Bounds |coefficient| for each.
    pub fn moduli(&self) -> [f64; DEGREE] {
        self.coefficients.map(|a| (a.re.high.abs() + a.im.high.abs()) * UP)
    }

    /// Bounds their sum: how far a point is from the center's, but for the remainder.
    pub fn spread(&self) -> f64 {
        self.moduli().iter().sum::<f64>() * UP
    }

    /// One step of `z² + c`, where the center is at `center`.
    pub fn next(&self, center: &CenterPoint) -> Self {
        let (r, a) = (center.z.mantissa, &self.coefficients);
        // Not |re| + |im|, which is up to √2 times as much, in every step.
        let modulus = r.rounded().norm_sqr().sqrt() * UP;
        let of_center = if modulus > 0.0 { center.z.exponent } else { self.exponent };
        // All in units of 2^(own exponent + larger).
        let larger = of_center.max(self.exponent);
        let linear = scale(1.0, of_center - larger);
        let quadratic = scale(1.0, self.exponent - larger);
        let twice = r.scaled(2.0 * linear);
        let mut coefficients = a.map(|a| twice * a);

        let moduli = self.moduli();
        let (spread, q) = (self.spread(), self.remainder);
        let slope = 2.0 * modulus * linear;
        let mut cut = 0.0;
        if quadratic * spread <= NOTHING * slope {
            cut = spread * spread;
        } else {
            let b = a.map(|a| a.scaled(quadratic));
            let mut tail = 0.0;
            for i in 0..DEGREE {
                // w^(i+1) · w^(j+1) is w^(i+j+2), whose coefficient has the index i + j + 1.
                for j in 0..i.min(DEGREE - 1 - i) {
                    let product = (a[i] * b[j]).scaled(2.0);
                    coefficients[i + j + 1] = coefficients[i + j + 1] + product;
                }
                if 2 * i + 1 < DEGREE {
                    coefficients[2 * i + 1] = coefficients[2 * i + 1] + a[i] * b[i];
                }
                // Pairs whose power is over the degree: with i, those with the last i + 1 of them.
                tail += moduli[DEGREE - 1 - i];
                cut += moduli[i] * tail;
            }
        }
        let quadratic = quadratic + UNDERFLOW;
        let off = CONVERSION * linear + center.error.bound_in_units(larger);
        let remainder = (slope + quadratic * (2.0 * spread + q)) * q
            + quadratic * cut
            + 2.0 * off * (spread + q)
            + ROUNDING * (slope + quadratic * spread) * spread
            + UNDERFLOW;
        let growth = slope + 2.0 * quadratic * (spread + q);
        let truncation = growth * self.truncation + quadratic * cut;
        Self {
            steps: self.steps + 1,
            exponent: self.exponent + larger,
            coefficients,
            remainder: remainder * UP,
            truncation: truncation * UP,
        }
        .normalised()
    }

    /// The same with another exponent, if the coefficients' size asks for that.
    fn normalised(self) -> Self {
        let spread = self.spread();
        if (1.0 / LARGEST..LARGEST).contains(&spread) || !spread.is_normal() {
            return self;
        }
        let shift = i64::from(libm::ilogb(spread));
        let power = scale(1.0, -shift);
        Self {
            exponent: self.exponent + shift,
            coefficients: self.coefficients.map(|a| a.scaled(power)),
            remainder: self.remainder * power * UP,
            truncation: self.truncation * power * UP,
            ..self
        }
    }
}
