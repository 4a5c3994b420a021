//! The region of the complex plane that a picture by its bounds shows.

use crate::dyadic::Dyadic;
use crate::error::{Error, Result};
use crate::number::Number;
use crate::parameter::{Expected, Parameter};
use crate::view::View;

/// A rectangle of the complex plane, from the corner `(xleft, yleft)` to `(xright, yright)`.
///
/// The bounds may be swapped, which mirrors the picture.
///
/// ```
/// use juliaset::ComplexRegion;
///
/// assert!(ComplexRegion::new(-1.6, 1.6, -1.0, 1.0).is_ok());
/// let error = ComplexRegion::new(-1.6, 1.6, 1.0, 1.0).unwrap_err();
/// println!("{error}"); // what is wrong, and what would be right
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ComplexRegion {
    xleft: f64,
    xright: f64,
    yleft: f64,
    yright: f64,
}

impl ComplexRegion {
    /// The region between the real parts `xleft`, `xright` and the imaginary parts `yleft`, `yright`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a bound that is not finite, for two equal bounds, and for bounds so
    /// far apart that their difference is not a finite `f64`.
    pub fn new(xleft: f64, xright: f64, yleft: f64, yright: f64) -> Result<Self> {
        Self::with_names([
            (Parameter::Xleft, xleft),
            (Parameter::Xright, xright),
            (Parameter::Yleft, yleft),
            (Parameter::Yright, yright),
        ])
    }

    /// The region of a picture that is the right way up: its first row is at `ytop`.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(crate) fn of_view([xleft, xright, ybot, ytop]: [f64; 4]) -> Result<Self> {
        Self::with_names([
            (Parameter::Xleft, xleft),
            (Parameter::Xright, xright),
            (Parameter::Ytop, ytop),
            (Parameter::Ybot, ybot),
        ])
    }

    /// The region with these bounds, each with the name that its errors have.
    fn with_names(bounds: [(Parameter, f64); 4]) -> Result<Self> {
        for (name, value) in bounds {
            if !value.is_finite() {
                return Err(Error::invalid(name, value, "must be a finite number"));
            }
        }
        let [left, right, first, last] = bounds;
        for ((name, value), (other_name, other)) in [(right, left), (last, first)] {
            if value == other {
                return Err(Error::invalid(
                    name,
                    value,
                    Expected::from("must differ from").name(other_name),
                ));
            }
            if !(value - other).is_finite() {
                return Err(Error::invalid(
                    name,
                    format!("{value:e}"),
                    Expected::from("must be less than 1.8e308 away from")
                        .name(other_name)
                        .words(format!("{other:e}")),
                ));
            }
        }
        let [xleft, xright, yleft, yright] = bounds.map(|(_, value)| value);
        Ok(Self { xleft, xright, yleft, yright })
    }

    /// The bounds of a view, as closely as `f64` can tell: of a deep one, two can be equal.
    pub(crate) fn nearest([xleft, xright, yleft, yright]: [f64; 4]) -> Self {
        Self { xleft, xright, yleft, yright }
    }

    /// The bounds, in the order of [`new`](Self::new): xleft, xright, yleft, yright.
    pub fn bounds(&self) -> [f64; 4] {
        [self.xleft, self.xright, self.yleft, self.yright]
    }

    /// The view around its middle, which is as wide: as high as its picture's aspect makes it.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the bounds mirror a picture, whose first row is at `yleft`.
    pub fn to_view(&self) -> Result<View> {
        let Self { xleft, xright, yleft, yright } = *self;
        for (low, high, name) in
            [(xleft, xright, Parameter::Xleft), (yright, yleft, Parameter::Ybot)]
        {
            if high < low {
                return Err(Error::invalid(
                    name,
                    low,
                    "must be less than the bound across from it",
                ));
            }
        }
        let [xleft, xright, yleft, yright] = [xleft, xright, yleft, yright].map(Dyadic::from);
        let middle = |a: &Dyadic, b: &Dyadic| Number::from(&(&(a + b) * &Dyadic::from(0.5)));
        let width = Number::from(&(&xright - &xleft));
        View::new(middle(&xleft, &xright), middle(&yleft, &yright), width)
    }

    /// The difference of its real parts.
    pub(crate) fn dx(&self) -> f64 {
        self.xright - self.xleft
    }

    /// The difference of its imaginary parts.
    pub(crate) fn dy(&self) -> f64 {
        self.yright - self.yleft
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_regions_are_refused() {
        for [left, right] in [[1.0, 1.0], [f64::NAN, 1.0], [0.0, f64::INFINITY], [-1e308, 1e308]] {
            assert!(ComplexRegion::new(left, right, 0.0, 1.0).is_err(), "{left} {right}");
            assert!(ComplexRegion::new(0.0, 1.0, left, right).is_err(), "{left} {right}");
        }
    }
}
