//! The class `View`.

use juliaset::internals::grid::{MAX_SIDE, sample_point};
use juliaset::{Complex64, Grid, Number, View, Window};
use numpy::{PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::argument::{Given, Whole, Wholes, invalid, resolution};
use crate::error::exception;
use crate::number::Exact;
use crate::origin::Origin;
use crate::region::zeros;

/// A part of the complex plane by its center, of any width: in place of a `ComplexRegion`.
///
/// - `re` and `im` are the center, `width` is the width.
/// - `zoom`, in place of `width`, makes the view 4 / `zoom` high.
/// - `aspect` is `(columns, rows)`: `nx` columns have `round(nx · rows / columns)` rows.
/// - `rotate` turns the view about its center by so many degrees, counterclockwise: what it shows is turned clockwise.
///
/// All but `aspect` are numbers with up to 1,000,000 digits, and exact: a `str` such as `"-0.75"`, `"1e-1000"`,
/// `"0x1.8p-70"` or `"3/7"`, an `int`, a `float`, a `decimal.Decimal` or a `fractions.Fraction`.
///
/// With `nx × ny` pixels the sample points are `re + (2i - nx) · h/2` and, from the top down,
/// `im - (2j - ny) · h/2`, exactly. Their distance h is the width over `nx`, rounded once to 53 bits, and the center is
/// rounded once to a multiple of 2^-B, B = max(64, ⌈-log₂ h⌉ + 64). `point` has them as fractions.
///
/// A rotated view has the sample points `center + (a + b·i) · ((2i - nx) - (2j - ny)·i) · h/2`, exactly, with a and b for the
/// cosine and the sine of the angle, each rounded once to the nearest multiple of 2^-53.
///
/// With `origin="lower"` an array has the same points, the lowest row first.
///
/// Views are immutable; equal numbers make equal views.
///
/// Raises `ValueError` for what is no number, for a width or zoom that is not over 0, and if both or none of
/// them is given.
///
/// >>> from juliaset import JuliaDiv, View
/// >>> view = View(0, 1, "1e-100")
/// >>> view
/// View('0', '1', '1e-100')
/// >>> JuliaDiv(1j, n_iterations=(0, 2000), resolution=8).counts(view).shape
/// (8, 5)
#[pyclass(frozen, name = "View", module = "juliaset")]
pub struct PyView {
    center: [Number; 2],
    extent: Extent,
    aspect: [u32; 2],
    /// In degrees.
    rotate: Number,
}

enum Extent {
    Width(Number),
    Zoom(Number),
}

#[pymethods]
impl PyView {
    #[new]
    #[pyo3(
        signature = (
            re,
            im,
            width = Given::new(None),
            *,
            zoom = Given::new(None),
            aspect = Given::new(Wholes::new([16, 10])),
            rotate = Given::new(None),
        ),
        text_signature = "(re, im, width=None, *, zoom=None, aspect=(16, 10), rotate=None)"
    )]
    fn new(
        re: Given<Exact>,
        im: Given<Exact>,
        width: Given<Option<Exact>>,
        zoom: Given<Option<Exact>>,
        aspect: Given<Wholes<2>>,
        rotate: Given<Option<Exact>>,
    ) -> PyResult<Self> {
        let center = [re.number("re")?, im.number("im")?];
        let extent = match (width.number("width")?, zoom.number("zoom")?) {
            (Some(width), None) => Extent::Width(width),
            (None, Some(zoom)) => Extent::Zoom(zoom),
            (Some(width), Some(_)) => {
                return Err(invalid("width", width.to_string(), "cannot be given with zoom"));
            }
            (None, None) => {
                return Err(invalid("width", "None", "must be given if zoom is not"));
            }
        };
        let parts = ["columns", "rows"];
        let aspect = aspect.get("aspect")?.parts("aspect", parts)?;
        for (part, side) in parts.into_iter().zip(aspect) {
            Whole::new(side).within(&format!("aspect {part}"), 1..=u32::MAX)?;
        }
        let rotate = rotate.number("rotate")?.map_or_else(upright, Ok)?;
        let view = Self { center, extent, aspect, rotate };
        view.view(1, 1).map_err(exception)?;
        Ok(view)
    }

    /// The sample points of a picture with `resolution` columns, each rounded to the nearest complex128; shape
    /// `(nx, ny)`. In a deep view they are all the same.
    ///
    /// >>> from juliaset import View
    /// >>> View("0.5", 0, 4, aspect=(2, 1)).build(2, origin="upper")
    /// array([[-1.5+1.j],
    ///        [ 0.5+1.j]])
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
        let origin = Origin::new(origin)?;
        let grid = py.detach(|| self.grid(resolution))?;
        let array = zeros(py, &grid)?;
        let mut points = array.try_readwrite()?;
        let slice = points.as_slice_mut()?;
        let fill = || {
            grid.points_into(slice)?;
            origin.turn(&grid, slice);
            Ok(())
        };
        py.detach(fill).map_err(exception)?;
        drop(points);
        Ok(array)
    }

    /// The sample point of `[i, j]` in the arrays with `resolution` columns: real and imaginary part as
    /// `fractions.Fraction`, exactly.
    ///
    /// Raises `ValueError` if there is no such pixel.
    ///
    /// >>> from juliaset import View
    /// >>> View("0.5", 0, 4).point(16, 0, 9)
    /// (Fraction(-3, 2), Fraction(5, 4))
    #[pyo3(
        signature = (resolution, i, j, *, origin = Given::new("lower".to_owned())),
        text_signature = "($self, resolution, i, j, *, origin='lower')"
    )]
    fn point<'py>(
        &self,
        py: Python<'py>,
        resolution: Given<Whole>,
        i: Given<Whole>,
        j: Given<Whole>,
        origin: Given<String>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let resolution = self::resolution(resolution)?;
        let grid = self.grid(resolution)?;
        let (i, j) = (i.within("i", 0..=grid.width() - 1)?, j.within("j", 0..=grid.height() - 1)?);
        let pixel = Window { col: i, row: j, width: 1, height: 1 };
        let pixel = Origin::new(origin)?.window_of(&grid, pixel);
        let [x, y] = sample_point(&grid, pixel.col, pixel.row);
        let parts = [fraction(py, &Number::from(&x))?, fraction(py, &Number::from(&y))?];
        PyTuple::new(py, parts)
    }

    /// The real part of the center, as text.
    #[getter]
    fn re(&self) -> String {
        self.center[0].to_string()
    }

    /// The imaginary part of the center, as text.
    #[getter]
    fn im(&self) -> String {
        self.center[1].to_string()
    }

    /// The width, as text; `None` if it follows from `zoom`.
    #[getter]
    fn width(&self) -> Option<String> {
        match &self.extent {
            Extent::Width(width) => Some(width.to_string()),
            Extent::Zoom(_) => None,
        }
    }

    /// How many times as large everything is as in a view of height 4, as text; `None` if `width` was given.
    #[getter]
    fn zoom(&self) -> Option<String> {
        match &self.extent {
            Extent::Width(_) => None,
            Extent::Zoom(zoom) => Some(zoom.to_string()),
        }
    }

    /// `(columns, rows)`.
    #[getter]
    fn aspect(&self) -> (u32, u32) {
        self.aspect.into()
    }

    /// By how many degrees it is rotated, counterclockwise, as text.
    #[getter]
    fn rotate(&self) -> String {
        self.rotate.to_string()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (arguments, keywords) = self.__getnewargs_ex__(py)?;
        let mut parts = Vec::new();
        for argument in arguments {
            parts.push(argument.repr()?.to_string());
        }
        for (name, value) in keywords {
            parts.push(format!("{name}={}", value.repr()?));
        }
        Ok(format!("View({})", parts.join(", ")))
    }

    fn __eq__(&self, other: &Self) -> bool {
        let is_same = match (&self.extent, &other.extent) {
            (Extent::Width(mine), Extent::Width(others))
            | (Extent::Zoom(mine), Extent::Zoom(others)) => mine == others,
            _ => false,
        };
        let is_same = is_same && self.center == other.center && self.rotate == other.rotate;
        is_same && self.aspect == other.aspect
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        // The same for all texts of a number; 0 and -0 are equal, and hash equally.
        let [re, im] = self.center.each_ref().map(Number::to_f64);
        let (Extent::Width(extent) | Extent::Zoom(extent)) = &self.extent;
        PyTuple::new(py, [re, im, extent.to_f64()])?.hash()
    }

    /// For `pickle` and `copy`: the arguments, and the keywords that are not the default.
    fn __getnewargs_ex__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let mut arguments = self.center.each_ref().map(Number::to_string).to_vec();
        let keywords = PyDict::new(py);
        match &self.extent {
            Extent::Width(width) => arguments.push(width.to_string()),
            Extent::Zoom(zoom) => keywords.set_item("zoom", zoom.to_string())?,
        }
        if self.aspect != [16, 10] {
            keywords.set_item("aspect", self.aspect())?;
        }
        if self.rotate.to_f64() != 0.0 {
            keywords.set_item("rotate", self.rotate())?;
        }
        Ok((PyTuple::new(py, arguments)?, keywords))
    }
}

impl PyView {
    /// The library's `view` in pictures of `aspect`, columns and rows.
    pub fn of(view: &View, aspect: [u32; 2]) -> PyResult<Self> {
        let extent = Extent::Width(view.width().clone());
        let rotate = view.rotation().cloned().map_or_else(upright, Ok)?;
        Ok(Self { center: view.center().map(Clone::clone), extent, aspect, rotate })
    }

    /// The sample points of a picture with `resolution` columns, the top row first.
    pub fn grid(&self, resolution: u32) -> PyResult<Grid> {
        let [columns, rows] = self.aspect.map(u64::from);
        // Halves are rounded up.
        let height = (2 * u128::from(resolution) * u128::from(rows) + u128::from(columns))
            / u128::from(2 * columns);
        if height == 0 || height > u128::from(MAX_SIDE) {
            let expected = format!(
                "the view's aspect makes it {height} rows; a picture has 1 to {MAX_SIDE} pixels a side"
            );
            return Err(invalid("resolution", resolution.to_string(), expected));
        }
        let height = height as u32;
        let view = self.view(resolution, height).map_err(exception)?;
        Grid::of_view(&view, resolution, height).map_err(exception)
    }

    /// The library's view.
    fn view(&self, columns: u32, rows: u32) -> juliaset::Result<View> {
        let [re, im] = self.center.clone();
        let view = match &self.extent {
            Extent::Width(width) => View::new(re, im, width.clone()),
            Extent::Zoom(zoom) => View::with_zoom(re, im, zoom.clone(), columns, rows),
        };
        Ok(view?.rotated(self.rotate.clone()))
    }
}

/// The rotation of a view that has none.
fn upright() -> PyResult<Number> {
    "0".parse().map_err(exception)
}

/// A hexadecimal number as a fraction.
fn fraction<'py>(py: Python<'py>, number: &Number) -> PyResult<Bound<'py, PyAny>> {
    let text = number.to_string();
    let (digits, exponent) = text.split_once('p').unwrap_or((&text, "0"));
    let of = py.import("fractions")?.getattr("Fraction")?;
    let whole = py.import("builtins")?.getattr("int")?.call1((digits, 16))?;
    of.call1((whole,))?.mul(of.call1((2,))?.pow(exponent.parse::<i64>()?, py.None())?)
}
