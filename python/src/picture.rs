//! The class `Picture`.

use std::path::PathBuf;

use juliaset::internals::output::png::{Header, PngWriter};
use juliaset::internals::picture;
use juliaset::internals::record::texts_of;
use juliaset::{Compression, Depth, Dpi, Error, Format, Frame, PixelFormat, Window};
use numpy::{PyArray1, PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PySlice};

use crate::argument::{Given, by_name, invalid};
use crate::call;
use crate::error::exception;
use crate::pool::pool;
use crate::progress::Progress;
use crate::tone;

/// A picture in memory: what `JuliaDiv.render` makes without a path.
///
/// `pixels` is its array, and numpy takes the picture itself for that. A notebook shows it. It can be copied and pickled.
///
/// >>> import numpy as np
/// >>> from juliaset import ComplexRegion, JuliaDiv
/// >>> picture = JuliaDiv(-0.4 + 0.6j, resolution=300).render(ComplexRegion(-1.5, 1.5, -1, 1))
/// >>> picture
/// <juliaset.Picture: 300 × 200 pixels, uint8, gray>
/// >>> np.asarray(picture).shape, picture.rgb.shape
/// ((200, 300), (200, 300, 3))
#[pyclass(frozen, name = "Picture", module = "juliaset")]
pub struct PyPicture {
    pixels: Py<PyUntypedArray>,
    format: PixelFormat,
    /// The job of it, as a job file, and what made it; empty if it is not known.
    job: String,
    /// Pixels of an inch in print.
    dpi: Option<Dpi>,
}

/// All of a picture.
type Parts<'a, 'py> = (Bound<'py, PyUntypedArray>, &'a str, Option<f64>);

#[pymethods]
impl PyPicture {
    /// The pixels, the top row first: read-only, uint8, or uint16 with `depth=16`; shape `(height, width)` if the
    /// palette is gray, and else `(height, width, 3)`; with an opacity `(height, width, 4)`, of which colours do not depend.
    #[getter]
    fn pixels<'py>(&self, py: Python<'py>) -> Bound<'py, PyUntypedArray> {
        self.pixels.bind(py).clone()
    }

    /// The pixels in red, green and blue whatever the palette: shape `(height, width, 3)`, for
    /// `matplotlib.pyplot.imshow`.
    #[getter]
    fn rgb<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let pixels = self.pixels.bind(py);
        if self.format.has_opacity() {
            let all = PySlice::full(py);
            return pixels.get_item((&all, &all, PySlice::new(py, 0, 3, 1)));
        }
        if !self.format.is_gray() {
            return Ok(pixels.clone().into_any());
        }
        let gray = pixels.call_method1("reshape", ((self.height(py), self.width(py), 1),))?;
        py.import("numpy")?.call_method1("repeat", (gray, 3, 2))
    }

    /// Columns, in pixels.
    #[getter]
    fn width(&self, py: Python<'_>) -> usize {
        self.pixels.bind(py).shape()[1]
    }

    /// Rows, in pixels.
    #[getter]
    fn height(&self, py: Python<'_>) -> usize {
        self.pixels.bind(py).shape()[0]
    }

    /// How many pixels of an inch it has in print, as its files state it; `None` if they say nothing of it.
    #[getter]
    fn dpi(&self) -> Option<f64> {
        self.dpi.map(Dpi::get)
    }

    /// How it was made, as `juliaset info` prints it of a file, and as `juliaset --job` takes it; empty if it is a
    /// part of a picture, or was made with `metadata=False`.
    #[getter]
    fn job(&self) -> &str {
        &self.job
    }

    /// The picture for Pillow, which must be installed: a `PIL.Image.Image` in the mode L, RGB, RGBA or I;16.
    ///
    /// Raises `ImportError` without Pillow, and `ValueError` for 16-bit colours, which Pillow has no mode for.
    fn image<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if matches!(self.format, PixelFormat::Rgb16 | PixelFormat::Rgba16) {
            let expected = "must be 8 for Pillow, which has no 16-bit colours";
            return Err(invalid("depth", "16", expected));
        }
        let pillow = py.import("PIL.Image").map_err(|error| {
            let missing = PyImportError::new_err("image: Pillow is not installed");
            missing.set_cause(py, Some(error));
            missing
        })?;
        pillow.call_method1("fromarray", (self.pixels(py),))
    }

    /// The picture as the bytes of a PNG, which carries its job.
    fn png<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let [width, height] = [self.width(py), self.height(py)].map(|side| side as u32);
        let big_endian = self.pixels(py).call_method1("astype", (">u2",));
        let pixels = match self.format {
            PixelFormat::Gray16 | PixelFormat::Rgb16 | PixelFormat::Rgba16 => big_endian?,
            _ => self.pixels(py).into_any(),
        };
        let pixels: Bound<'_, PyBytes> = pixels.call_method0("tobytes")?.cast_into()?;
        let (bytes, texts) = (pixels.as_bytes(), texts_of(&self.job));
        let header =
            Header { dpi: self.dpi, texts: &texts, ..Header::new(width, height, self.format) };
        let encode = || {
            let mut png = Vec::new();
            let mut writer = PngWriter::start(&mut png, &header, Compression::Fast)?;
            writer.write(bytes)?;
            writer.finish()?;
            Ok(png)
        };
        let encoded = py.detach(encode);
        let failed = |source| exception(Error::Io { path: "picture".into(), source });
        Ok(PyBytes::new(py, &encoded.map_err(failed)?))
    }

    /// Writes the picture into the file `path`; what it ends with is the format, one of those of `JuliaDiv.render` that
    /// have pixels. `compression`, `metadata` and `pyramid` are as there.
    #[pyo3(
        signature = (
            path, *, compression = Given::new("balanced".to_owned()), metadata = Given::new(true), pyramid = Given::new(false)
        ),
        text_signature = "($self, path, *, compression='balanced', metadata=True, pyramid=False)"
    )]
    fn save(
        &self,
        py: Python<'_>,
        path: Given<PathBuf>,
        compression: Given<String>,
        metadata: Given<bool>,
        pyramid: Given<bool>,
    ) -> PyResult<()> {
        let job = if metadata.get("metadata")? { self.job.clone() } else { String::new() };
        let dpi = Given::new(self.dpi());
        save(py, path, self.pixels.bind(py).as_any(), compression, job, dpi, pyramid)
    }

    fn _repr_png_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.png(py)
    }

    #[pyo3(signature = (dtype = None, copy = None))]
    fn __array__<'py>(
        &self,
        py: Python<'py>,
        dtype: Option<Bound<'py, PyAny>>,
        copy: Option<bool>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let pixels = self.pixels(py);
        let dtype = match dtype {
            Some(dtype) => numpy::PyArrayDescr::new(py, dtype)?,
            None => pixels.dtype(),
        };
        let is_same = dtype.is_equiv_to(&pixels.dtype());
        match copy {
            Some(false) if !is_same => {
                Err(invalid("copy", "False", "must be True for another dtype"))
            }
            None | Some(false) if is_same => Ok(pixels.into_any()),
            _ => pixels.call_method1("astype", (dtype,)),
        }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let color = match self.format {
            format if format.is_gray() => "gray",
            format if format.has_opacity() => "RGBA",
            _ => "RGB",
        };
        let (width, height, dtype) = (self.width(py), self.height(py), self.pixels(py).dtype());
        Ok(format!("<juliaset.Picture: {width} × {height} pixels, {}, {color}>", dtype.str()?))
    }

    /// For `pickle` and `copy`.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Parts<'_, 'py>)> {
        Ok((py.get_type::<Self>().getattr("_of")?, (self.pixels(py), &self.job, self.dpi())))
    }

    /// The picture that `__reduce__` described.
    #[staticmethod]
    #[pyo3(signature = (pixels, job, dpi = None))]
    fn _of(
        py: Python<'_>,
        pixels: Bound<'_, PyUntypedArray>,
        job: String,
        dpi: Option<f64>,
    ) -> PyResult<Self> {
        let dpi = tone::dpi(Given::new(dpi))?;
        let format = format(pixels.as_any())?.0;
        let kept = PyDict::new(py);
        kept.set_item("write", false)?;
        pixels.call_method("setflags", (), Some(&kept))?;
        Ok(Self { pixels: pixels.unbind(), format, job, dpi })
    }
}

/// What the pixels of an array are, and its width and height.
fn format(pixels: &Bound<'_, PyAny>) -> PyResult<(PixelFormat, u32, u32)> {
    let shape: Vec<u32> = pixels.getattr("shape")?.extract()?;
    let dtype = pixels.getattr("dtype")?.str()?.to_string();
    let format = match (shape.as_slice(), dtype.as_str()) {
        (&[(1..), (1..)], "uint8") => PixelFormat::Gray8,
        (&[(1..), (1..)], "uint16") => PixelFormat::Gray16,
        (&[(1..), (1..), 3], "uint8") => PixelFormat::Rgb8,
        (&[(1..), (1..), 3], "uint16") => PixelFormat::Rgb16,
        (&[(1..), (1..), 4], "uint8") => PixelFormat::Rgba8,
        (&[(1..), (1..), 4], "uint16") => PixelFormat::Rgba16,
        (shape, dtype) => {
            let expected = "must be (height, width), (height, width, 3) or (height, width, 4) of uint8 or \
                            uint16";
            return Err(invalid("pixels", format!("{shape:?} of {dtype}"), expected));
        }
    };
    Ok((format, shape[1], shape[0]))
}

/// Writes `pixels`, an array of numpy, Zarr or the like, into the file `path`; rows are read some at a time. `job` is how
/// they were made, as `Picture.job` has it, `dpi` how many pixels of an inch a print has, and `pyramid` whether a .tif is one.
#[pyfunction]
#[pyo3(
    signature = (
        path, pixels, compression = Given::new("balanced".to_owned()), job = String::new(), dpi = Given::new(None),
        pyramid = Given::new(false)
    ),
    text_signature = "(path, pixels, compression='balanced', job='', dpi=None, pyramid=False)"
)]
pub fn save(
    py: Python<'_>,
    path: Given<PathBuf>,
    pixels: &Bound<'_, PyAny>,
    compression: Given<String>,
    job: String,
    dpi: Given<Option<f64>>,
    pyramid: Given<bool>,
) -> PyResult<()> {
    let (path, pyramid) = (path.get("path")?, pyramid.get("pyramid")?);
    tone::check_pyramid(pyramid, Some(Format::of(&path).map_err(exception)?))?;
    let compression: Compression = by_name("compression", compression)?;
    let ((format, width, height), texts) = (format(pixels)?, texts_of(&job));
    let dpi = tone::dpi(dpi)?;
    let header = Header { dpi, texts: &texts, ..Header::new(width, height, format) };
    let order = if format.depth() == Depth::Sixteen { ">u2" } else { "u1" };
    let (mut raised, array) = (None, pixels.clone().unbind());
    let read = |window: Window, bytes: &mut Vec<u8>| {
        Python::attach(|py| {
            let slice = |start: u32, length: u32| {
                PySlice::new(py, start as isize, (start + length) as isize, 1)
            };
            let place = (slice(window.row, window.height), slice(window.col, window.width));
            let part =
                py.import("numpy")?.call_method1("asarray", (array.bind(py).get_item(place)?,))?;
            let part = part.call_method1("astype", (order,))?.call_method0("tobytes")?;
            bytes.clear();
            bytes.extend_from_slice(part.cast::<PyBytes>()?.as_bytes());
            Ok(())
        })
    };
    let listener = Progress::Nobody.start(py, 0)?;
    let done = call::run(py, &*pool(py, None)?, listener, |interrupt, _| {
        picture::write_pixels(&path, &header, (compression, pyramid), interrupt, |window, bytes| {
            read(window, bytes).map_err(|error: PyErr| {
                raised = Some(error);
                Error::Interrupted
            })
        })
    });
    raised.map_or(done, Err)
}

impl PyPicture {
    /// The picture of `frame`, whose pixels are no indices.
    pub fn new(py: Python<'_>, frame: Frame, job: String, dpi: Option<f64>) -> PyResult<Self> {
        let Frame { width, height, format, pixels, .. } = frame;
        let mut pixels = PyArray1::from_vec(py, pixels).into_any();
        if format.depth() == Depth::Sixteen {
            pixels = pixels.call_method1("view", (">u2",))?.call_method1("astype", ("u2",))?;
        }
        let pixels = if format.is_gray() {
            pixels.call_method1("reshape", ((height, width),))?
        } else {
            let parts = if format.has_opacity() { 4 } else { 3 };
            pixels.call_method1("reshape", ((height, width, parts),))?
        };
        Self::_of(py, pixels.cast_into()?, job, dpi)
    }

    /// The `width × height` pixels of it from `(col, row)` on, as a picture that does not say how it was made.
    pub fn part(self, py: Python<'_>, [col, row, width, height]: [u32; 4]) -> PyResult<Self> {
        let slice = |start: u32, length: u32| {
            PySlice::new(py, start as isize, (start + length) as isize, 1)
        };
        let part = self.pixels(py).get_item((slice(row, height), slice(col, width)))?;
        Self::_of(py, part.call_method0("copy")?.cast_into()?, String::new(), self.dpi())
    }
}
