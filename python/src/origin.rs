//! Where rows start.

use juliaset::ComplexRegion;
use pyo3::prelude::*;

use crate::argument::{Given, invalid};
use crate::error::exception;

/// The edge of a region that the first row samples.
#[derive(Clone, Copy)]
pub enum Origin {
    /// `yleft`, as in the original's arrays.
    Lower,
    /// `yright`, as in a picture.
    Upper,
}

impl Origin {
    /// The argument `origin`.
    pub fn new(given: Given<String>) -> PyResult<Self> {
        match given.get("origin")?.as_str() {
            "lower" => Ok(Self::Lower),
            "upper" => Ok(Self::Upper),
            other => Err(invalid("origin", other, "must be one of lower, upper")),
        }
    }

    /// The region whose rows start here.
    pub fn of(self, region: ComplexRegion) -> PyResult<ComplexRegion> {
        let [xleft, xright, yleft, yright] = region.bounds();
        match self {
            Self::Lower => Ok(region),
            Self::Upper => ComplexRegion::new(xleft, xright, yright, yleft).map_err(exception),
        }
    }
}
