//! The map `z² + c` with its parameters.

use num_complex::Complex64;

use crate::choices::choices;
use crate::constant::Constant;
use crate::error::{Error, Result};
use crate::parameter::{Expected, Parameter};

/// How escape counts are computed; named alike on the command line, in Rust and in Python.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// The true escape count of every sample point, proven; the same on every engine.
    #[default]
    Exact,
    /// The plain `f64` loop: the original program's results, bit for bit.
    Double,
    /// The plain `f32` loop: for previews, and for showing what it costs.
    Single,
}

choices!(Precision for Precision {
    Exact = "exact",
    Double = "double",
    Single = "single",
});

/// The map `f(z) = z² + c` and how long to follow it: the parameters of an escape count.
///
/// The escape count of a point `z_0` is the smallest `i` in `0..itermax` with
/// `|z_(i+1)| ≥ threshold`, where `z_(k+1) = f(z_k)`; `itermax` if there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Julia {
    c: Constant,
    threshold: f64,
    itermin: u32,
    itermax: u32,
}

impl Julia {
    /// The map with the constant `c`, followed for at most `itermax` steps or until
    /// `|z| ≥ threshold`; counts up to `itermin` are the darkest of the picture. The constant is a
    /// [`Complex64`], or a [`Constant`] with more digits.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a `c` that is not finite, a threshold that is not positive and
    /// finite, and `itermin ≥ itermax`.
    pub fn new(
        c: impl Into<Constant>,
        threshold: f64,
        (itermin, itermax): (u32, u32),
    ) -> Result<Self> {
        let c = c.into();
        let nearest = c.nearest();
        for (name, value) in [(Parameter::Real, nearest.re), (Parameter::Imag, nearest.im)] {
            if !value.is_finite() {
                return Err(Error::invalid(name, value, "must be a finite number"));
            }
        }
        if !(threshold.is_finite() && threshold > 0.0) {
            return Err(Error::invalid(
                Parameter::Threshold,
                threshold,
                "must be finite and over 0",
            ));
        }
        if itermin >= itermax {
            return Err(Error::invalid(
                Parameter::Itermin,
                itermin,
                Expected::from("must be less than")
                    .name(Parameter::Itermax)
                    .words(itermax.to_string()),
            ));
        }
        Ok(Self { c, threshold, itermin, itermax })
    }

    /// The same map with another threshold, which is positive and finite.
    pub(crate) fn with_threshold(&self, threshold: f64) -> Self {
        Self { threshold, ..self.clone() }
    }

    /// The same map, followed for at most `itermax` steps, 1 or more.
    pub(crate) fn with_itermax(&self, itermax: u32) -> Self {
        Self { itermin: 0, itermax, ..self.clone() }
    }

    /// The same map with other values of itermin and itermax.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `itermin ≥ itermax`.
    pub fn with_iterations(&self, iterations: (u32, u32)) -> Result<Self> {
        Self::new(self.c.clone(), self.threshold, iterations)
    }

    /// The constant of the map, rounded to the nearest `f64` if it has more digits.
    pub fn c(&self) -> Complex64 {
        self.c.nearest()
    }

    /// The constant of the map.
    pub fn constant(&self) -> &Constant {
        &self.c
    }

    /// Whether the orbits of another map have the same points, and end at the same modulus.
    pub(crate) fn has_orbits_of(&self, other: &Self) -> bool {
        self.c == other.c && self.threshold == other.threshold
    }

    /// The modulus from which on a point has escaped.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// The count that is normalised to 0, with all below it.
    pub fn itermin(&self) -> u32 {
        self.itermin
    }

    /// The most steps an orbit is followed, and the count of points that do not escape.
    pub fn itermax(&self) -> u32 {
        self.itermax
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_parameters_are_refused() {
        let c = Complex64::new(-0.8, 0.2);
        for threshold in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Julia::new(c, threshold, (0, 50)).is_err(), "{threshold}");
        }
        assert!(Julia::new(c, 2.0, (50, 50)).is_err());
        assert!(Julia::new(c, 2.0, (51, 50)).is_err());
        assert!(Julia::new(Complex64::new(f64::NAN, 0.0), 2.0, (0, 50)).is_err());
        assert!(Julia::new(Complex64::new(0.0, f64::INFINITY), 2.0, (0, 50)).is_err());
        assert!(Julia::new(c, f64::MIN_POSITIVE, (0, u32::MAX)).is_ok());
    }
}
