//! Where rows start.

use juliaset::{ComplexRegion, Grid, Window};
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

    /// Where a window of an array is in a view's `grid`, whose rows start at the top.
    pub fn window_of(self, grid: &Grid, window: Window) -> Window {
        match self {
            Self::Lower => Window { row: grid.height() - window.row - window.height, ..window },
            Self::Upper => window,
        }
    }

    /// Puts the rows of a view's array of shape `(nx, ny)`, which start at the top, in their order.
    pub fn turn<T>(self, grid: &Grid, array: &mut [T]) {
        if matches!(self, Self::Lower) {
            array.chunks_mut(grid.height() as usize).for_each(<[T]>::reverse);
        }
    }
}
