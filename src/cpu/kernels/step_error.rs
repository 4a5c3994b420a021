//! What one step of an orbit rounds; `docs/exactness.md` derives the constants.

use crate::julia::Julia;

/// Above 1 by more than the roundings of a few operations.
pub const UP: f64 = 1.0 + f64::EPSILON * 64.0;

/// Added to every step's error for what underflow loses.
const UNDERFLOW: f64 = 1e-270;

/// Arithmetic whose error a bound covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// `f64`, rounded to nearest; fused or not.
    Double,
    /// An unevaluated sum of two `f64`.
    DoubleDouble,
}

/// The error bound of one step: from `z` it is off by at most `square · |z|² + constant`.
#[derive(Clone, Copy, Debug)]
pub struct StepError {
    /// What |z|² is multiplied by.
    pub square: f64,
    /// What is added for c.
    pub constant: f64,
}

impl StepError {
    /// The bound for the steps of a map.
    pub fn new(julia: &Julia, arithmetic: Arithmetic) -> Self {
        let half_ulp = f64::EPSILON / 2.0;
        let (c, constant) = (julia.c(), julia.constant());
        // What is missing of c; and what its low part adds.
        let (square, rounding, missing) = match arithmetic {
            Arithmetic::Double => (3.75 * half_ulp, 2.25 * half_ulp, constant.error()),
            Arithmetic::DoubleDouble => {
                let of_low = if constant.is_f64() { 0.0 } else { 2.0 };
                let square = half_ulp * half_ulp;
                (32.0 * square, (4.0 + of_low) * square, constant.low_error())
            }
        };
        let constant = rounding * c.re.hypot(c.im) * UP + UNDERFLOW + missing * UP;
        Self { square: square * UP, constant }
    }
}
