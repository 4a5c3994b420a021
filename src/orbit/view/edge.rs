//! Steps at which the threshold runs through a view that is still far smaller than `f64` can tell from it.

use num_complex::Complex64;

use super::DEGREE;
use super::state::{State, UP};
use crate::orbit::center::{CenterPoint, scale};

/// Bounds the relative error of a dozen `f64` operations in a row, and of Horner's rule up to `DEGREE`.
const ROUNDING: f64 = f64::EPSILON * 128.0;
/// More than all that is lost by results that are too small for a normal number.
const UNDERFLOW: f64 = 1e-270;

/// Bounds that are larger are as good as none.
const FINITE: f64 = 1e200;

/// On which side of the threshold a point is after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It has escaped.
    Beyond,
    /// It goes on.
    Below,
    /// That is not proven.
    Unknown,
}

/// The points of a view after a step that takes some of them to the threshold or beyond, and others not:
/// |z|² - T² in units of a power of two that is about the view's size.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The count of those that have escaped: steps taken before this one.
    pub count: u32,
    /// The center, r.
    center: Complex64,
    /// |r|² - T² in the unit.
    excess: f64,
    /// Of the polynomial from the center, in the unit.
    coefficients: Vec<Complex64>,
    /// The unit, or 0 if it has no `f64`.
    unit: f64,
    /// Bounds the error of what [`at`](Self::at) computes.
    error: f64,
    /// Bounds its derivative by w.
    slope: f64,
}

impl Edge {
    /// That of the points in `state`, whose center is at `center`, which is less than 2¹⁰⁰ from 0.
    pub fn new(state: &State, center: &CenterPoint) -> Self {
        let exponent = state.exponent;
        let point = center.z.mantissa.rounded();
        let r =
            Complex64::new(scale(point.re, center.z.exponent), scale(point.im, center.z.exponent));
        let (unit, moduli, spread) = (scale(1.0, exponent), state.moduli(), state.spread());
        let excess = center.excess.in_units(exponent);
        let off = center.error.bound_in_units(exponent);
        // The least degree that leaves out no more than is unknown anyway.
        let (mut degree, mut left_out) = (DEGREE, 0.0);
        while degree > 1 && left_out + moduli[degree - 1] <= ROUNDING * spread {
            degree -= 1;
            left_out += moduli[degree];
        }
        let modulus = (r.re.abs() + r.im.abs()) * UP;
        let polynomial = state.remainder + left_out + ROUNDING * spread;
        let reach = (spread + polynomial) * UP;
        let unit_bound = unit * UP + UNDERFLOW;
        // Of 2 Re(conj(r)·P), of |P|², of their sum; and of the center's own error.
        let error = (2.0 * modulus + unit_bound * 2.0 * reach) * polynomial
            + ROUNDING * (excess.abs() + (2.0 * modulus + unit_bound * reach) * reach)
            + (2.0 * modulus + 3.0 * unit_bound * (reach + off)) * off
            + UNDERFLOW;
        // An excess may be infinite, and so is its rounding; what is beside it is less as long as this is.
        let error = if polynomial + off < FINITE { error } else { f64::NAN };
        let coefficients = state.coefficients[..degree].iter().map(|a| a.rounded()).collect();
        let weighted: f64 = (1..).zip(moduli).map(|(j, modulus)| f64::from(j) * modulus).sum();
        Self {
            count: state.steps - 1,
            center: r,
            excess,
            coefficients,
            unit,
            error: error * UP,
            slope: 2.0 * (modulus + unit_bound * reach) * weighted * UP,
        }
    }

    /// |z|² - T² at `w`, in the unit.
    fn at(&self, w: Complex64) -> f64 {
        let p = self.coefficients.iter().rev().fold(Complex64::ZERO, |sum, &a| (sum + a) * w);
        let from_center = self.center.re * p.re + self.center.im * p.im;
        self.excess + 2.0 * from_center + self.unit * p.norm_sqr()
    }

    /// How far the point at `w`, or not farther than `off` from there, is from the threshold, in units of what is not known
    /// of that: below 1 its side is unknown.
    pub fn margin(&self, w: Complex64, off: f64) -> f64 {
        let margin = self.at(w).abs() / (self.error + self.slope * off * UP);
        if margin.is_nan() { 0.0 } else { margin }
    }

    /// The side of the point at `w`, or not farther than `off` from there.
    pub fn side(&self, w: Complex64, off: f64) -> Side {
        let (at, error) = (self.at(w), self.error + self.slope * off * UP);
        // Written so that a NaN is unknown.
        if at >= error {
            Side::Beyond
        } else if at < -error {
            Side::Below
        } else {
            Side::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orbit::center::Scaled;
    use crate::orbit::double_double::{DoubleDouble, LongComplex};

    /// What is too large for `f64` in units of the view is on its side, unless the center may be on the other.
    #[test]
    fn an_infinite_excess_is_not_more_than_an_infinite_error() {
        let state = State { steps: 1, ..State::new(1.0.into(), -3000) };
        let half = DoubleDouble { high: 0.5, low: 0.0 };
        let z = Scaled { mantissa: LongComplex { re: half, im: half }, exponent: 1 };
        for (error, excess, side) in
            [(-3000, 1.0, Side::Beyond), (-1900, 1.0, Side::Unknown), (-3000, -1.0, Side::Unknown)]
        {
            let error = Scaled { mantissa: 1.0, exponent: error };
            let excess = Scaled { mantissa: excess, exponent: -1800 };
            let edge = Edge::new(&state, &CenterPoint { z, error, excess });
            assert_eq!(edge.side(Complex64::new(0.5, 0.5), 0.0), side, "{error:?} {excess:?}");
        }
    }
}
