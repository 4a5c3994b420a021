//! How thin the decision of an escape count is.

use crate::cpu::kernels::error_bound::LinearBound;
use crate::cpu::kernels::step_error::Arithmetic;
use crate::julia::Julia;

/// The smallest distance of an orbit's modulus from the threshold, in units of what `f64` may have
/// wrong about it: below 1 an `f64` engine cannot decide the count of `x + y·i`.
///
/// 0 if no bound holds, and if a number on the way is too large for `f64`.
pub fn margin(julia: &Julia, x: f64, y: f64) -> f64 {
    let Some(bound) = LinearBound::new(julia, Arithmetic::Double) else { return 0.0 };
    let (c, threshold) = (julia.c(), julia.threshold());
    let (mut re, mut im) = (x, y);
    let (mut error, mut thinnest) = (0.0, f64::INFINITY);
    for _ in 0..julia.itermax() {
        let norm = re * re + im * im;
        let step_error = norm * bound.step.square + bound.step.constant;
        error = (2.0 * norm.sqrt() + error) * error + step_error;
        (re, im) = (re * re - im * im + c.re, 2.0 * re * im + c.im);
        let modulus = (re * re + im * im).sqrt();
        let margin = (modulus - threshold).abs() / error;
        if !margin.is_finite() {
            return 0.0;
        }
        thinnest = margin.min(thinnest);
        // Once the error is as large as the threshold nothing can be thinner.
        if modulus >= threshold || error >= threshold {
            break;
        }
    }
    thinnest
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;

    #[test]
    fn ties_are_thin_and_far_points_are_not() {
        let julia = Julia::new(Complex64::ZERO, 2.0, (0, 50)).unwrap();
        assert_eq!(margin(&julia, 1.0, 1.0), 0.0);
        assert!(margin(&julia, 1.0, 1.0 + 1e-15) < 10.0);
        assert!(margin(&julia, 3.0, 0.0) > 1e10);
        assert!(margin(&julia, 0.1, 0.0) > 1e10);
        // |z₁|² is infinite, which once passed for infinitely thick.
        assert_eq!(margin(&julia, 1e78, 0.0), 0.0);
    }
}
