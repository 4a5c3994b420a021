//! The class `ComplexRegion`.

use juliaset::{Complex64, ComplexRegion, Error, Grid};
use numpy::{Element, PyArray2, PyArrayMethods, dtype};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::argument::{Given, Whole, resolution};
use crate::error::exception;
use crate::origin::Origin;

/// A rectangle of the complex plane, between the real parts `xleft` and `xright` and the imaginary
/// parts `yleft` and `yright`.
///
/// Swapped bounds mirror the picture. Regions are immutable; equal bounds make equal regions.
///
/// Raises `ValueError` for a bound that is not finite, and for two that are equal.
///
/// >>> from juliaset import ComplexRegion
/// >>> ComplexRegion(-1.6, 1.6, -1, 1)
/// ComplexRegion(-1.6, 1.6, -1.0, 1.0)
#[pyclass(frozen, name = "ComplexRegion", module = "juliaset")]
pub struct PyComplexRegion(pub ComplexRegion);

#[pymethods]
impl PyComplexRegion {
    #[new]
    fn new(
        xleft: Given<f64>,
        xright: Given<f64>,
        yleft: Given<f64>,
        yright: Given<f64>,
    ) -> PyResult<Self> {
        let (xleft, xright) = (xleft.get("xleft")?, xright.get("xright")?);
        let (yleft, yright) = (yleft.get("yleft")?, yright.get("yright")?);
        ComplexRegion::new(xleft, xright, yleft, yright).map(Self).map_err(exception)
    }

    /// The sample points of a picture with `resolution` columns: complex128, shape `(nx, ny)`, where
    /// `nx = resolution` and `ny = round(nx · |yright - yleft| / |xright - xleft|)`.
    ///
    /// `[i, j]` is `x_i + y_j·i` with `x_i = i / nx · (xright - xleft) + xleft` and
    /// `y_j = j / ny · (yright - yleft) + yleft`. With `origin="upper"` rows start at `yright`, as those of
    /// a picture: `y_j = j / ny · (yleft - yright) + yright`.
    ///
    /// Raises `ValueError` if a side would have no pixel or more than 2³¹ - 1, and `MemoryError`.
    ///
    /// >>> from juliaset import ComplexRegion
    /// >>> ComplexRegion(0, 4, 0, 2).build(4)
    /// array([[0.+0.j, 0.+1.j],
    ///        [1.+0.j, 1.+1.j],
    ///        [2.+0.j, 2.+1.j],
    ///        [3.+0.j, 3.+1.j]])
    #[pyo3(
        signature = (resolution, *, origin = Given::new("lower".to_owned())),
        text_signature = "($self, resolution, *, origin='lower')"
    )]
    fn build<'py>(
        &self,
        py: Python<'py>,
        resolution: Given<Whole>,
        origin: Given<String>,
    ) -> PyResult<Bound<'py, PyArray2<Complex64>>> {
        let resolution = self::resolution(resolution)?;
        let region = Origin::new(origin)?.of(self.0)?;
        let grid = Grid::new(region, resolution).map_err(exception)?;
        let array = zeros(py, &grid)?;
        let mut points = array.try_readwrite()?;
        let slice = points.as_slice_mut()?;
        py.detach(|| grid.points_into(slice)).map_err(exception)?;
        drop(points);
        Ok(array)
    }

    /// The real part at the left edge.
    #[getter]
    fn xleft(&self) -> f64 {
        self.0.bounds()[0]
    }

    /// The real part at the right edge.
    #[getter]
    fn xright(&self) -> f64 {
        self.0.bounds()[1]
    }

    /// The imaginary part of the first row.
    #[getter]
    fn yleft(&self) -> f64 {
        self.0.bounds()[2]
    }

    /// The imaginary part past the last row.
    #[getter]
    fn yright(&self) -> f64 {
        self.0.bounds()[3]
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("ComplexRegion{}", self.__getnewargs__(py)?.repr()?))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.__getnewargs__(py)?.hash()
    }

    /// For `pickle` and `copy`.
    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.bounds())
    }
}

/// An array for the pixels of `grid`, shape `(nx, ny)` in C order, which numpy owns.
pub fn zeros<'py, T: Element>(py: Python<'py>, grid: &Grid) -> PyResult<Bound<'py, PyArray2<T>>> {
    let bytes = u128::from(grid.pixels()) * size_of::<T>() as u128;
    if bytes > isize::MAX as u128 {
        return Err(exception(Error::OutOfMemory { bytes }));
    }
    let shape = (grid.width(), grid.height());
    let array = py.import("numpy")?.call_method1("zeros", (shape, dtype::<T>(py)))?;
    Ok(array.cast_into()?)
}

impl PyComplexRegion {
    /// The region of a picture, whose rows start at the top.
    pub fn of_picture(region: ComplexRegion) -> PyResult<Self> {
        let [xleft, xright, ytop, ybot] = region.bounds();
        ComplexRegion::new(xleft, xright, ybot, ytop).map(Self).map_err(exception)
    }
}
