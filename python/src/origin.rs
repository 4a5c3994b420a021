//! Where rows start.

use juliaset::ComplexRegion;
use pyo3::prelude::*;

use crate::argument::{Given, by_name};
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
    const ALL: [Self; 2] = [Self::Lower, Self::Upper];

    fn name(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Upper => "upper",
        }
    }

    /// The argument `origin`.
    pub fn new(given: Given<String>) -> PyResult<Self> {
        by_name("origin", given, &Self::ALL, Self::name)
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
