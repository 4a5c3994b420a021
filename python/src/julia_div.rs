//! The class `JuliaDiv`.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use juliaset::engine::{Engine, EngineChoice, GpuOptions, choose};
use juliaset::output::png::Compression;
use juliaset::{Complex64, ComplexRegion, Job, JuliaDiv, Precision, array, picture};
use numpy::{Element, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyComplex, PyDict, PyTuple};
use pyo3::{PyTraverseError, PyVisit};

use crate::argument::{Real, Whole, by_name, threads, window};
use crate::call;
use crate::error::exception;
use crate::pool::pool;
use crate::progress::Progress;
use crate::region::{PyComplexRegion, zeros};

/// Follows `z² + c_0` from every sample point of a region until `|z| ≥ threshold`, and tells how soon
/// that was.
///
/// The escape count of a point `z_0` is the smallest `i` in `0..itermax` with
/// `|z_(i+1)| ≥ threshold`, where `z_(k+1) = z_k² + c_0`; `itermax` where there is none.
///
/// - `n_iterations` is `(itermin, itermax)`: counts up to itermin become the value 0, itermax is 1.
/// - `resolution` is the number of columns; the rows follow from the region.
/// - `engine` is `"auto"`, `"cpu"` or `"gpu"`. `"auto"` takes the one that should be the faster.
/// - `precision` is `"exact"` (every count is the true one, on every engine), `"double"` (the plain
///   64-bit loop, as the original's) or `"single"` (the plain 32-bit loop, for previews).
/// - `adapter` is a part of the name of the GPU to take; see `juliaset.adapters`.
/// - `threads` is the number of CPU threads; `None` is one for every core.
/// - `progress` is a callable that hears `(done, total)` in pixels several times a second, or `True`
///   for a bar of tqdm. What it raises ends the call.
///
/// Instances are immutable, can be compared, hashed and pickled, and used by several threads at once.
///
/// Raises `ValueError` for a value that cannot be.
///
/// >>> from juliaset import JuliaDiv
/// >>> JuliaDiv(-0.4 + 0.6j, resolution=500, engine="cpu")
/// JuliaDiv((-0.4+0.6j), threshold=2.0, n_iterations=(0, 50), resolution=500, engine='cpu')
#[pyclass(frozen, name = "JuliaDiv", module = "juliaset")]
pub struct PyJuliaDiv {
    inner: JuliaDiv,
    engine: EngineChoice,
    precision: Precision,
    adapter: Option<String>,
    threads: Option<usize>,
    progress: Progress,
}

#[pymethods]
impl PyJuliaDiv {
    #[new]
    #[pyo3(
        signature = (
            c_0,
            threshold = Real(2.0),
            n_iterations = [Whole::new(0), Whole::new(50)],
            resolution = Whole::new(1000),
            *,
            engine = "auto",
            precision = "exact",
            adapter = None,
            threads = None,
            progress = None,
        ),
        text_signature = "(c_0, threshold=2.0, n_iterations=(0, 50), resolution=1000, *, \
                          engine='auto', precision='exact', adapter=None, threads=None, \
                          progress=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "the original's interface, and keywords")]
    fn new(
        c_0: Complex64,
        threshold: Real,
        n_iterations: [Whole; 2],
        resolution: Whole,
        engine: &str,
        precision: &str,
        adapter: Option<String>,
        threads: Option<Whole>,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let [itermin, itermax] = n_iterations;
        let n_iterations = (itermin.get("itermin")?, itermax.get("itermax")?);
        let resolution = resolution.get("resolution")?;
        Ok(Self {
            inner: JuliaDiv::new(c_0, threshold.0, n_iterations, resolution).map_err(exception)?,
            engine: by_name("engine", engine, &EngineChoice::ALL, EngineChoice::name)?,
            precision: by_name("precision", precision, &Precision::ALL, Precision::name)?,
            adapter,
            threads: threads.as_ref().map(self::threads).transpose()?,
            progress: Progress::new(progress)?,
        })
    }

    /// The normalised counts over `region`: float64 in [0, 1], shape `(nx, ny)`, in C order.
    ///
    /// `[i, j]` belongs to the point `region.build(resolution)[i, j]`, and is
    /// `(max(count, itermin) - itermin) / (itermax - itermin)`.
    ///
    /// `window = (col, row, width, height)`, in pixels, gives only `[col:col+width, row:row+height]`
    /// of that array: the same points, bit for bit.
    ///
    /// Raises `ValueError` for a size or a window that cannot be; `GpuError` where a GPU was asked
    /// for and there is none, or it fails; `MemoryError`; and `KeyboardInterrupt`, within a second.
    ///
    /// >>> from juliaset import ComplexRegion, JuliaDiv
    /// >>> values = JuliaDiv(-0.4 + 0.6j, resolution=300).over(ComplexRegion(-1.5, 1.5, -1, 1))
    /// >>> values.shape, float(values.min()), float(values.max())
    /// ((300, 200), 0.0, 1.0)
    #[pyo3(signature = (region, window=None))]
    fn over<'py>(
        &self,
        py: Python<'py>,
        region: &PyComplexRegion,
        window: Option<[Whole; 4]>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let job = self.job(&region.0, window.as_ref())?;
        self.fill(py, &job, |engine, values, interrupt, progress| {
            array::normalised_into(engine, &job, values, interrupt, progress)
        })
    }

    /// The shape `(nx, ny)` of the arrays over `region`, without computing any.
    ///
    /// Raises `ValueError` for a size that cannot be.
    ///
    /// >>> from juliaset import ComplexRegion, JuliaDiv
    /// >>> JuliaDiv(0).shape(ComplexRegion(-1.5, 1.5, -1, 1))
    /// (1000, 667)
    fn shape(&self, region: &PyComplexRegion) -> PyResult<(u32, u32)> {
        let grid = self.job(&region.0, None)?.grid;
        Ok((grid.width(), grid.height()))
    }

    /// The escape counts over `region`: uint32 from 0 to itermax, and otherwise as `over`.
    ///
    /// >>> from juliaset import ComplexRegion, JuliaDiv
    /// >>> JuliaDiv(0, resolution=2).counts(ComplexRegion(0, 2.4, 0, 2.4))
    /// array([[50,  1],
    ///        [ 1,  0]], dtype=uint32)
    #[pyo3(signature = (region, window=None))]
    fn counts<'py>(
        &self,
        py: Python<'py>,
        region: &PyComplexRegion,
        window: Option<[Whole; 4]>,
    ) -> PyResult<Bound<'py, PyArray2<u32>>> {
        let job = self.job(&region.0, window.as_ref())?;
        self.fill(py, &job, |engine, counts, interrupt, progress| {
            array::counts_into(engine, &job, counts, interrupt, progress)
        })
    }

    /// Writes the picture of `region` into the file `path`, as the command `juliaset` does: 8-bit
    /// gray, black for counts up to itermin, white for itermax, the top row at `yright`.
    ///
    /// What `path` ends with is the format: .png, .tif or .tiff, .webp (up to 16383 pixels a side), .jpg
    /// or .jpeg (up to 65535); and .npy for the escape counts, as uint32 of shape (height, width).
    /// The file appears when it is whole, or not at all. A picture of any size is written in bounded
    /// memory, but for .webp. `compression` is `"fast"`, `"balanced"` or `"small"`, for .png and .tif.
    ///
    /// Raises as `over`, `ValueError` where no format has that ending or the format is too small, and
    /// `OSError` where the file cannot be written.
    ///
    /// >>> import os, tempfile
    /// >>> from juliaset import ComplexRegion, JuliaDiv
    /// >>> path = os.path.join(tempfile.mkdtemp(), "julia.png")
    /// >>> JuliaDiv(-0.4 + 0.6j, resolution=300).render(ComplexRegion(-1.5, 1.5, -1, 1), path)
    /// >>> os.path.exists(path)
    /// True
    #[pyo3(signature = (region, path, *, compression="balanced"))]
    fn render(
        &self,
        py: Python<'_>,
        region: &PyComplexRegion,
        path: PathBuf,
        compression: &str,
    ) -> PyResult<()> {
        let compression = by_name("compression", compression, &COMPRESSIONS, compression_name)?;
        let options = picture::Options { compression, ..picture::Options::default() };
        // The first row of a picture is its top.
        let [xleft, xright, ybottom, ytop] = region.0.bounds();
        let turned = ComplexRegion::new(xleft, xright, ytop, ybottom).map_err(exception)?;
        let job = self.job(&turned, None)?;
        self.call(py, &job, |engine, interrupt, progress| {
            picture::write(engine, &job, &path, &options, interrupt, |band| {
                progress(band.window.pixels());
            })
            .map(drop)
        })
    }

    /// The constant of the map.
    #[getter]
    fn c_0(&self) -> Complex64 {
        self.inner.julia().c()
    }

    /// The modulus from which on a point has escaped.
    #[getter]
    fn threshold(&self) -> f64 {
        self.inner.julia().threshold()
    }

    /// `(itermin, itermax)`.
    #[getter]
    fn n_iterations(&self) -> (u32, u32) {
        (self.inner.julia().itermin(), self.inner.julia().itermax())
    }

    /// Columns, in pixels.
    #[getter]
    fn resolution(&self) -> u32 {
        self.inner.resolution()
    }

    /// What computes.
    #[getter]
    fn engine(&self) -> &'static str {
        self.engine.name()
    }

    /// How escape counts are computed.
    #[getter]
    fn precision(&self) -> &'static str {
        self.precision.name()
    }

    /// A part of the name of the GPU to take.
    #[getter]
    fn adapter(&self) -> Option<&str> {
        self.adapter.as_deref()
    }

    /// CPU threads.
    #[getter]
    fn threads(&self) -> Option<usize> {
        self.threads
    }

    /// Who hears how far a call is.
    #[getter]
    fn progress<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.progress.argument(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (arguments, keywords) = self.__getnewargs_ex__(py)?;
        let (c_0, threshold, n_iterations, resolution): (
            Bound<'_, PyComplex>,
            Bound<'_, PyAny>,
            Bound<'_, PyTuple>,
            u32,
        ) = arguments.extract()?;
        let mut text = format!(
            "JuliaDiv({}, threshold={}, n_iterations={}, resolution={resolution}",
            c_0.repr()?,
            threshold.repr()?,
            n_iterations.repr()?
        );
        for (name, value) in keywords {
            text.push_str(&format!(", {name}={}", value.repr()?));
        }
        text.push(')');
        Ok(text)
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        let (mine, others) = (self.__getnewargs_ex__(py)?, other.__getnewargs_ex__(py)?);
        Ok(mine.0.eq(others.0)? && mine.1.eq(others.1)?)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        // Of keywords the most are equal, and a callable may have no hash.
        self.__getnewargs_ex__(py)?.0.hash()
    }

    /// For `pickle` and `copy`: the arguments, and the keywords that are not the default.
    fn __getnewargs_ex__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let julia = self.inner.julia();
        let arguments =
            (julia.c(), julia.threshold(), self.n_iterations(), self.inner.resolution());
        let keywords = PyDict::new(py);
        if self.engine != EngineChoice::default() {
            keywords.set_item("engine", self.engine.name())?;
        }
        if self.precision != Precision::Exact {
            keywords.set_item("precision", self.precision.name())?;
        }
        if let Some(adapter) = &self.adapter {
            keywords.set_item("adapter", adapter)?;
        }
        if let Some(threads) = self.threads {
            keywords.set_item("threads", threads)?;
        }
        if let Some(progress) = self.progress.argument(py) {
            keywords.set_item("progress", progress)?;
        }
        Ok((arguments.into_pyobject(py)?, keywords))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match &self.progress {
            Progress::Callable(callable) => visit.call(callable),
            Progress::Nobody | Progress::Tqdm => Ok(()),
        }
    }
}

impl PyJuliaDiv {
    fn job(&self, region: &ComplexRegion, window: Option<&[Whole; 4]>) -> PyResult<Job> {
        let window = window.map(self::window).transpose()?;
        self.inner.job(region, window).map_err(exception)
    }

    /// An array of `job`'s shape that `work` has filled.
    fn fill<'py, T: Element + Send>(
        &self,
        py: Python<'py>,
        job: &Job,
        work: impl FnOnce(
            &mut dyn Engine,
            &mut [T],
            &AtomicBool,
            &mut (dyn FnMut(u64) + Send),
        ) -> juliaset::Result<()>
        + Send,
    ) -> PyResult<Bound<'py, PyArray2<T>>> {
        let array = zeros(py, &job.grid)?;
        let mut writer = array.try_readwrite()?;
        let pixels = writer.as_slice_mut()?;
        self.call(py, job, |engine, interrupt, progress| {
            work(engine, pixels, interrupt, progress)
        })?;
        drop(writer);
        Ok(array)
    }

    /// Does `work` with the engine that was asked for.
    fn call(
        &self,
        py: Python<'_>,
        job: &Job,
        work: impl FnOnce(
            &mut dyn Engine,
            &AtomicBool,
            &mut (dyn FnMut(u64) + Send),
        ) -> juliaset::Result<()>
        + Send,
    ) -> PyResult<()> {
        let pool = pool(py, self.threads)?;
        let listener = self.progress.start(py, job.grid.pixels())?;
        let (choice, precision) = (self.engine, self.precision);
        let options = GpuOptions { adapter: self.adapter.clone(), ..GpuOptions::default() };
        call::run(py, &pool, listener, |interrupt, progress| {
            let (mut engine, _) = choose(choice, &options, precision, job)?;
            work(&mut *engine, interrupt, progress)
        })
    }
}

const COMPRESSIONS: [Compression; 3] =
    [Compression::Fast, Compression::Balanced, Compression::Small];

fn compression_name(compression: Compression) -> &'static str {
    match compression {
        Compression::Fast => "fast",
        Compression::Balanced => "balanced",
        Compression::Small => "small",
    }
}
