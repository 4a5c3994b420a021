//! What is shown: a region by its bounds, or a view by its center.

use juliaset::{ComplexRegion, Grid, Window};
use pyo3::prelude::*;

use crate::argument::Kind;
use crate::error::exception;
use crate::origin::Origin;
use crate::region::PyComplexRegion;
use crate::view::PyView;

/// The argument `region`.
pub enum Area {
    Region(ComplexRegion),
    View(Py<PyView>),
}

impl Kind for Area {
    fn expected() -> String {
        "a ComplexRegion or a View".to_owned()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(region) = object.cast::<PyComplexRegion>() {
            return Ok(Self::Region(region.get().0));
        }
        Ok(Self::View(object.cast::<PyView>()?.to_owned().unbind()))
    }
}

impl Area {
    /// The sample points of an array, and the order for [`Origin::turn`] when it is filled.
    pub fn grid(
        &self,
        py: Python<'_>,
        resolution: u32,
        window: Option<Window>,
        origin: Origin,
    ) -> PyResult<(Grid, Origin)> {
        let part = |grid: Grid, window: Option<Window>| {
            window.map_or(Ok(grid.clone()), |window| grid.window(window)).map_err(exception)
        };
        match self {
            Self::Region(region) => {
                let grid = Grid::new(origin.of(*region)?, resolution).map_err(exception)?;
                // It has the region's rows already.
                Ok((part(grid, window)?, Origin::Upper))
            }
            Self::View(view) => {
                let view = view.get();
                let grid = py.detach(|| view.grid(resolution))?;
                // Only then there is such a window in the turned rows.
                part(grid.clone(), window)?;
                let window = window.map(|window| origin.window_of(&grid, window));
                Ok((part(grid, window)?, origin))
            }
        }
    }
}
