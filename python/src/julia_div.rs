//! The class `JuliaDiv`.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError};

use juliaset::EngineChoice;
use juliaset::internals::engine::{Engine, check_precision};
use juliaset::internals::picture::{self, Options};
use juliaset::internals::record::sheet;
use juliaset::internals::render::{array, set_up};
use juliaset::{Complex64, Dpi, Format, Job, Julia, JuliaDiv, Mapping, Precision, Window};
use numpy::{Element, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use pyo3::{PyTraverseError, PyVisit};

use crate::area::Area;
use crate::argument::{Given, Whole, Wholes, by_name, invalid, resolution, threads, window};
use crate::call;
use crate::constant::{self, ConstantArgument};
use crate::engines::{self, Request};
use crate::error::{exception, panicked};
use crate::given_counts::GivenCounts;
use crate::iterations::Iterations;
use crate::origin::Origin;
use crate::picture::PyPicture;
use crate::pool::pool;
use crate::progress::Progress;
use crate::region::zeros;
use crate::tone::{Keywords, PaletteArgument, check_pyramid};

/// Follows `z² + c_0` from every sample point of a region until `|z| ≥ threshold`, and tells how soon
/// that was.
///
/// The escape count of a point `z_0` is the smallest `i` in `0..itermax` with
/// `|z_(i+1)| ≥ threshold`, where `z_(k+1) = z_k² + c_0`; `itermax` if there is none.
///
/// - `c_0` is a complex number, or a tuple of its real and its imaginary part, each a text, a `decimal.Decimal`, a
///   `fractions.Fraction` or a number: `("-0.8", "0.1560000000000000000000001")`. Up to 17 decimal digits mean the
///   nearest float; in `"exact"` more digits, hexadecimal numbers and fractions are meant as they are written.
/// - `n_iterations` is `(itermin, itermax)`: counts up to itermin become the value 0, itermax is 1. With `"auto"` for
///   itermax each call has as many as its region or view needs; a picture says how many.
/// - `resolution` is the number of columns; the rows follow from the region, or from the view's aspect.
/// - `engine` is `"auto"`, `"cpu"` or `"gpu"`. `"auto"` takes the one that should be faster.
/// - `precision` is `"exact"` (every count is the true one, on every engine), `"double"` (the plain
///   64-bit loop, as the original's) or `"single"` (the plain 32-bit loop, for previews).
/// - `adapter` is a part of the name of the GPU to take; see `juliaset.adapters`.
/// - `threads` is the number of CPU threads; `None` is one for every core.
/// - `progress` is a callable that is called with `(done, total)` in pixels several times a second, or `True`
///   for a bar of tqdm, or a bar of your own, which each call resets. What it raises ends the call.
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
    /// Whether itermax follows from what is shown; that of `inner` only stands for it then.
    auto: bool,
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
            threshold = Given::new(2.0),
            n_iterations = Given::new(Iterations::new(0, 50)),
            resolution = Given::new(Whole::new(1000)),
            *,
            engine = Given::new("auto".to_owned()),
            precision = Given::new("exact".to_owned()),
            adapter = Given::new(None),
            threads = Given::new(None),
            progress = Given::new(Progress::Nobody),
        ),
        text_signature = "(c_0, threshold=2.0, n_iterations=(0, 50), resolution=1000, *, \
                          engine='auto', precision='exact', adapter=None, threads=None, \
                          progress=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "the original's interface, and keywords")]
    fn new(
        c_0: Given<ConstantArgument>,
        threshold: Given<f64>,
        n_iterations: Given<Iterations>,
        resolution: Given<Whole>,
        engine: Given<String>,
        precision: Given<String>,
        adapter: Given<Option<String>>,
        threads: Given<Option<Whole>>,
        progress: Given<Progress>,
    ) -> PyResult<Self> {
        let (c_0, threshold) = (c_0.get("c_0")?.get("c_0")?, threshold.get("threshold")?);
        let (itermin, known) = n_iterations.get("n_iterations")?.get()?;
        let itermax = known.unwrap_or(itermin.saturating_add(1));
        let resolution = self::resolution(resolution)?;
        let inner = JuliaDiv::new(c_0, threshold, (itermin, itermax), resolution);
        Ok(Self {
            inner: inner.map_err(exception)?,
            auto: known.is_none(),
            engine: by_name("engine", engine)?,
            precision: by_name("precision", precision)?,
            adapter: adapter.get("adapter")?,
            threads: self::threads(threads)?,
            progress: progress.get("progress")?,
        })
    }

    /// The normalised counts over `region`: float64 in [0, 1], shape `(nx, ny)`, in C order.
    ///
    /// `[i, j]` belongs to the point `region.build(resolution)[i, j]`, and is
    /// `(max(count, itermin) - itermin) / (itermax - itermin)`. In place of a `ComplexRegion` there can be a
    /// `View`, of any depth, here and in the other methods; its points are exact, and `View.point` has them.
    ///
    /// `window = (col, row, width, height)`, in pixels, gives only `[col:col+width, row:row+height]`
    /// of that array: the same points, bit for bit.
    ///
    /// `origin` is where `j` starts: `"lower"` is at `yleft`, as in the original, and `"upper"` at
    /// `yright`, as the rows of a picture. Each samples the edge that it starts at: the points are those
    /// of `region.build(resolution, origin=origin)`. A `View` has the same points in both orders.
    ///
    /// Raises `ValueError` for an impossible size or window; `GpuError` if a GPU was asked
    /// for and there is none, or it fails; `MemoryError`; and `KeyboardInterrupt`, within a second.
    ///
    /// >>> from juliaset import ComplexRegion, JuliaDiv
    /// >>> values = JuliaDiv(-0.4 + 0.6j, resolution=300).over(ComplexRegion(-1.5, 1.5, -1, 1))
    /// >>> values.shape, float(values.min()), float(values.max())
    /// ((300, 200), 0.0, 1.0)
    #[pyo3(
        signature = (
            region,
            window = Given::new(None),
            *,
            origin = Given::new("lower".to_owned()),
        ),
        text_signature = "($self, region, window=None, *, origin='lower')"
    )]
    fn over<'py>(
        &self,
        py: Python<'py>,
        region: Given<Area>,
        window: Given<Option<Wholes<4>>>,
        origin: Given<String>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let (job, origin) = self.job(py, region, window, origin)?;
        self.fill(py, &job, |engine, job, values, interrupt, progress| {
            array::normalised_into(engine, job, values, interrupt, progress)?;
            origin.turn(&job.grid, values);
            Ok(())
        })
    }

    /// The shape `(nx, ny)` of the arrays over `region`, without computing any.
    ///
    /// Raises `ValueError` for a size that cannot be.
    ///
    /// >>> from juliaset import ComplexRegion, JuliaDiv
    /// >>> JuliaDiv(0).shape(ComplexRegion(-1.5, 1.5, -1, 1))
    /// (1000, 667)
    fn shape(&self, py: Python<'_>, region: Given<Area>) -> PyResult<(u32, u32)> {
        let area = region.get("region")?;
        let grid = area.grid(py, self.inner.resolution(), None, Origin::Upper)?.0;
        Ok((grid.width(), grid.height()))
    }

    /// The escape counts over `region`: uint32 from 0 to itermax, and otherwise as `over`.
    ///
    /// With `origin="upper"` they are those of the picture that `render` makes, pixel for pixel; `.T` has
    /// its rows.
    ///
    /// >>> from juliaset import ComplexRegion, JuliaDiv
    /// >>> JuliaDiv(0, resolution=2).counts(ComplexRegion(0, 2.4, 0, 2.4))
    /// array([[50,  1],
    ///        [ 1,  0]], dtype=uint32)
    #[pyo3(
        signature = (
            region,
            window = Given::new(None),
            *,
            origin = Given::new("lower".to_owned()),
        ),
        text_signature = "($self, region, window=None, *, origin='lower')"
    )]
    fn counts<'py>(
        &self,
        py: Python<'py>,
        region: Given<Area>,
        window: Given<Option<Wholes<4>>>,
        origin: Given<String>,
    ) -> PyResult<Bound<'py, PyArray2<u32>>> {
        let (job, origin) = self.job(py, region, window, origin)?;
        self.fill(py, &job, |engine, job, counts, interrupt, progress| {
            array::counts_into(engine, job, counts, interrupt, progress)?;
            origin.turn(&job.grid, counts);
            Ok(())
        })
    }

    /// The smooth values over `region`: float64, at least 0 and less than itermax, and itermax where the count is;
    /// otherwise as `over`.
    ///
    /// A smooth value falls by 1 where the potential doubles: a count without steps. In `"exact"` it is proven, to
    /// 1/4096 of an iteration.
    ///
    /// >>> import numpy as np
    /// >>> from juliaset import ComplexRegion, JuliaDiv
    /// >>> values = JuliaDiv(0, resolution=2).smooth(ComplexRegion(0, 2.4, 0, 2.4))
    /// >>> np.round(values, 3)
    /// array([[50.   ,  1.927],
    ///        [ 1.927,  0.39 ]])
    #[pyo3(
        signature = (
            region,
            window = Given::new(None),
            *,
            origin = Given::new("lower".to_owned()),
        ),
        text_signature = "($self, region, window=None, *, origin='lower')"
    )]
    fn smooth<'py>(
        &self,
        py: Python<'py>,
        region: Given<Area>,
        window: Given<Option<Wholes<4>>>,
        origin: Given<String>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let (job, origin) = self.job(py, region, window, origin)?;
        self.fill(py, &job, |engine, job, values, interrupt, progress| {
            array::smooth_into(engine, job, values, interrupt, progress)?;
            origin.turn(&job.grid, values);
            Ok(())
        })
    }

    /// The estimated distances from the set over `region`: float64, in pixels, 0 where the count is itermax; otherwise
    /// as `over`.
    ///
    /// Near a connected set the true distance is at least half of the estimate and at most twice. A point that comes to 0
    /// exactly and escapes has an infinite one: the slope of the potential is 0 there.
    ///
    /// >>> from juliaset import ComplexRegion, JuliaDiv
    /// >>> distances = JuliaDiv(0, resolution=300).distances(ComplexRegion(-1.5, 1.5, -1, 1))
    /// >>> float(distances[150, 100]), 90 < float(distances[0, 0]) < 130
    /// (0.0, True)
    #[pyo3(
        signature = (
            region,
            window = Given::new(None),
            *,
            origin = Given::new("lower".to_owned()),
        ),
        text_signature = "($self, region, window=None, *, origin='lower')"
    )]
    fn distances<'py>(
        &self,
        py: Python<'py>,
        region: Given<Area>,
        window: Given<Option<Wholes<4>>>,
        origin: Given<String>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let (job, origin) = self.job(py, region, window, origin)?;
        self.fill(py, &job, |engine, job, values, interrupt, progress| {
            array::distances_into(engine, job, values, interrupt, progress)?;
            origin.turn(&job.grid, values);
            Ok(())
        })
    }

    /// Where an array over `region` is: `(left, right, bottom, top)`, as `matplotlib.pyplot.imshow` takes it for its
    /// `extent`, beside the same `origin`.
    ///
    /// The sample point of a pixel is at the corner where its columns and rows start; in a view at the upper left one. With
    /// `relative` the numbers are
    /// from the middle of the region or view, which a deep view needs: `ValueError` if floats could not tell its pixels
    /// apart.
    ///
    /// >>> from juliaset import ComplexRegion, JuliaDiv
    /// >>> JuliaDiv(0, resolution=30).extent(ComplexRegion(-1.5, 1.5, -1, 1), window=(0, 0, 15, 10))
    /// (-1.5, 0.0, -1.0, 0.0)
    #[pyo3(
        signature = (
            region,
            window = Given::new(None),
            *,
            origin = Given::new("lower".to_owned()),
            relative = Given::new(false),
        ),
        text_signature = "($self, region, window=None, *, origin='lower', relative=False)"
    )]
    fn extent(
        &self,
        py: Python<'_>,
        region: Given<Area>,
        window: Given<Option<Wholes<4>>>,
        origin: Given<String>,
        relative: Given<bool>,
    ) -> PyResult<(f64, f64, f64, f64)> {
        let area = region.get("region")?;
        let (window, origin) = (self::window(window)?, Origin::new(origin)?);
        let relative = relative.get("relative")?;
        let grid = area.grid(py, self.inner.resolution(), window, origin)?.0;
        let [left, right, first, last] = if relative {
            let edges = grid.edges_from_middle();
            if edges[0] == edges[1] {
                let expected = "floats have no numbers for so narrow a view";
                return Err(invalid("relative", "True", expected));
            }
            edges
        } else if grid.is_rotated() {
            let expected =
                "must be True for a rotated view: its sides are not parallel to the axes";
            return Err(invalid("relative", "False", expected));
        } else if grid.has_equal_neighbours() {
            let expected = "must be True for a view in which floats cannot tell pixels apart";
            return Err(invalid("relative", "False", expected));
        } else {
            grid.edges()
        };
        Ok(match (area, origin) {
            (Area::Region(_), Origin::Lower) => (left, right, first, last),
            _ => (left, right, last, first),
        })
    }

    /// `(itermin, itermax)` of a call with `region`: `n_iterations`, but a number in place of `"auto"`.
    ///
    /// >>> from juliaset import JuliaDiv, View
    /// >>> JuliaDiv(1j, n_iterations=(0, "auto")).iterations(View(0, 1, "1e-100"))
    /// (0, 1265)
    fn iterations(&self, py: Python<'_>, region: Given<Area>) -> PyResult<(u32, u32)> {
        let area = region.get("region")?;
        let grid = area.grid(py, self.inner.resolution(), None, Origin::Upper)?.0;
        let mut job = Job { julia: self.inner.julia(), grid };
        if self.auto {
            let listener = self.progress.start(py, set_up::cost(&job, self.precision))?;
            call::run(py, &*pool(py, self.threads)?, listener, |interrupt, progress| {
                job = set_up::with_auto_itermax(&job, self.precision, interrupt, progress)?;
                Ok(())
            })?;
        }
        Ok((job.julia.itermin(), job.julia.itermax()))
    }

    /// Writes the picture of `region` into the file `path`, as the command `juliaset` does; by default
    /// in 8-bit gray, black for counts up to itermin, white for itermax, the top row at `yright`; or of a `View`.
    /// Without a path it gives the picture: a `juliaset.Picture`, whose `pixels` are a numpy array.
    ///
    /// The rows go from `yright` down, and the first row samples `yright` itself. So it shows
    /// `counts(region, origin="upper").T`, pixel for pixel.
    ///
    /// What `path` ends with is the format: .png, .tif or .tiff, .webp (up to 16383 pixels a side), .jpg
    /// or .jpeg (up to 65535); .npy for the escape counts, as uint32 of shape (height, width), and
    /// .exr for smooth values. The file appears when it is whole, or not at all. A picture of any size
    /// is written in bounded memory, except .webp.
    ///
    /// - `palette` is a name, such as `"viridis"`, with `_r` at its end reversed; or two colours
    ///   or more, from that of itermin to that of itermax. A colour is `"#rrggbb"` or a name.
    /// - `interior` is the colour of the points that have not escaped; `"none"` leaves them transparent, and `None` is the
    ///   palette's last. A colour with an opacity is `"#rrggbbaa"`.
    /// - `mapping` from counts to the palette is `"linear"`, `"log"`, `"sqrt"` or `"histogram"`.
    /// - `histogram` for the mapping `"histogram"` is `"COUNT:POINTS,COUNT:POINTS,..."`, such as several pictures have together;
    ///   `None` is the picture's own.
    /// - `cycles` is how many times the palette is passed from itermin to itermax.
    /// - `palette_offset` turns the palette by a share of its length; whole turns change nothing.
    /// - `smooth` has colours go by the continuous escape value: no bands.
    /// - `distance` is how wide the set is drawn where it is thinner, in pixels; `None` is not at all.
    /// - `supersample` is N, from 1 to 16, for the mean of N × N points a pixel, in linear light; with
    ///   `adaptive` only for pixels whose neighbours differ.
    /// - `depth` is 8 or 16 bits.
    /// - `dpi` is how many pixels of an inch a print has, from 1 to 65535; the file states it, and its pixels are the same.
    /// - `compression` is `"fast"`, `"balanced"` or `"small"`, for .png and .tif.
    /// - `metadata=False` leaves out of the file how it was made: job and version. It cannot be repeated from it.
    /// - `pyramid=True` gives a .tif tiles, and behind the picture itself the picture at half its size, at a quarter and so on.
    /// - `resume=True` keeps finished bands in a file beside the picture, with `.part` after its name, until that is there: after an
    ///   interruption, of whatever kind, the same call goes on. A pyramid (.dzi) always does.
    /// - `window = (col, row, width, height)`, in pixels from the top left, gives only that part of the picture, bit for
    ///   bit: without a path, and not with the mapping `"histogram"` without a `histogram`, which needs the counts of all pixels.
    /// - `counts` are the escape counts, if they are known: an array of numpy, Zarr or the like, of shape
    ///   `(height, width)`, the top row first, which is read part by part. `counts(region, origin="upper").T` is one.
    ///
    /// Raises as `over`, `ValueError` if no format has that ending or the format cannot hold the
    /// picture, and `OSError` if the file cannot be written.
    ///
    /// >>> import os, tempfile
    /// >>> from juliaset import ComplexRegion, JuliaDiv
    /// >>> path = os.path.join(tempfile.mkdtemp(), "julia.png")
    /// >>> julia = JuliaDiv(-0.4 + 0.6j, resolution=300)
    /// >>> julia.render(ComplexRegion(-1.5, 1.5, -1, 1), path, palette="twilight", smooth=True)
    /// >>> os.path.exists(path)
    /// True
    #[pyo3(
        signature = (
            region,
            path = Given::new(None),
            *,
            palette = Given::new(PaletteArgument::Name("gray".to_owned())),
            interior = Given::new(None),
            mapping = Given::new("linear".to_owned()),
            histogram = Given::new(None),
            cycles = Given::new(1.0),
            palette_offset = Given::new(0.0),
            smooth = Given::new(false),
            distance = Given::new(None),
            supersample = Given::new(Whole::new(1)),
            adaptive = Given::new(false),
            depth = Given::new(Whole::new(8)),
            dpi = Given::new(None),
            compression = Given::new("balanced".to_owned()),
            metadata = Given::new(true),
            pyramid = Given::new(false),
            resume = Given::new(false),
            window = Given::new(None),
            counts = Given::new(None),
        ),
        text_signature = "($self, region, path=None, *, palette='gray', interior=None, \
                          mapping='linear', histogram=None, cycles=1.0, palette_offset=0.0, smooth=False, distance=None, \
                          supersample=1, adaptive=False, depth=8, dpi=None, compression='balanced', metadata=True, \
                          pyramid=False, resume=False, window=None, counts=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "keywords")]
    fn render(
        &self,
        py: Python<'_>,
        region: Given<Area>,
        path: Given<Option<PathBuf>>,
        palette: Given<PaletteArgument>,
        interior: Given<Option<String>>,
        mapping: Given<String>,
        histogram: Given<Option<String>>,
        cycles: Given<f64>,
        palette_offset: Given<f64>,
        smooth: Given<bool>,
        distance: Given<Option<f64>>,
        supersample: Given<Whole>,
        adaptive: Given<bool>,
        depth: Given<Whole>,
        dpi: Given<Option<f64>>,
        compression: Given<String>,
        metadata: Given<bool>,
        pyramid: Given<bool>,
        resume: Given<bool>,
        window: Given<Option<Wholes<4>>>,
        counts: Given<Option<GivenCounts>>,
    ) -> PyResult<Option<PyPicture>> {
        let area = region.get("region")?;
        let path = path.get("path")?;
        let options = Keywords {
            palette,
            interior,
            mapping,
            histogram,
            cycles,
            palette_offset,
            smooth,
            distance,
            supersample,
            adaptive,
            depth,
            dpi,
            compression,
            metadata,
            pyramid,
            resume,
        }
        .options()?;
        let grid = area.grid(py, self.inner.resolution(), None, Origin::Upper)?.0;
        let job = Job { julia: self.inner.julia(), grid };
        let window = self::window(window)?;
        let counts = counts.get("counts")?;
        if path.is_none() {
            check_pyramid(options.pyramid, None)?;
        }
        if options.resume && (path.is_none() || counts.is_some()) {
            let expected = "must be False without a path, and with counts, which are there";
            return Err(invalid("resume", "True", expected));
        }
        if counts.is_some() {
            if window.is_some() {
                return Err(invalid("window", "given", "must be None with counts"));
            }
            if options.sampling.factor > 1 && !options.sampling.adaptive {
                let expected = "must be 1 with counts of single points, or adaptive";
                return Err(invalid("supersample", options.sampling.factor.to_string(), expected));
            }
        }
        match path {
            Some(path) => {
                if window.is_some() {
                    let expected = "must be None with a window, which is for pixels in memory";
                    return Err(invalid("path", path.to_string_lossy(), expected));
                }
                self.write(py, job, &path, &options, counts).map(|()| None)
            }
            None => self.draw(py, job, window, &options, counts).map(Some),
        }
    }

    /// The constant of the map; of one with more digits the nearest complex number.
    #[getter]
    fn c_0(&self) -> Complex64 {
        self.inner.julia().c()
    }

    /// The constant of the map without loss: `c_0`, or the texts of its real and its imaginary part if it has more
    /// digits. `JuliaDiv` takes both.
    #[getter]
    fn constant<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        constant::argument(py, self.inner.julia().constant())
    }

    /// The modulus from which on a point has escaped.
    #[getter]
    fn threshold(&self) -> f64 {
        self.inner.julia().threshold()
    }

    /// `(itermin, itermax)`; itermax may be `"auto"`.
    #[getter]
    fn n_iterations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let (itermin, itermax) = (self.inner.julia().itermin(), self.inner.julia().itermax());
        if self.auto {
            (itermin, "auto").into_pyobject(py)
        } else {
            (itermin, itermax).into_pyobject(py)
        }
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

    /// What reports a call's progress.
    #[getter]
    fn progress<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.progress.argument(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (arguments, keywords) = self.__getnewargs_ex__(py)?;
        let (c_0, threshold, n_iterations, resolution): (
            Bound<'_, PyAny>,
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
        // Equal constants can have other texts.
        let is_same = self.inner == other.inner && self.auto == other.auto;
        let (mine, others) = (self.__getnewargs_ex__(py)?, other.__getnewargs_ex__(py)?);
        Ok(is_same && mine.1.eq(others.1)?)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        // Of keywords the most are equal, and a callable may have no hash.
        let julia = self.inner.julia();
        let (c_0, n_iterations) = (julia.c(), self.n_iterations(py)?);
        (c_0, julia.threshold(), n_iterations, self.inner.resolution()).into_pyobject(py)?.hash()
    }

    /// For `pickle` and `copy`: the arguments, and the keywords that are not the default.
    fn __getnewargs_ex__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let julia = self.inner.julia();
        let arguments = (
            constant::argument(py, julia.constant())?,
            julia.threshold(),
            self.n_iterations(py)?,
            self.inner.resolution(),
        );
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
            Progress::Bar(object) | Progress::Callable(object) => visit.call(object),
            Progress::Nobody | Progress::Tqdm => Ok(()),
        }
    }
}

impl PyJuliaDiv {
    /// A map on pictures with so many columns, and what computes them: engine, adapter, precision and threads.
    pub fn of(
        julia: Julia,
        resolution: u32,
        (engine, adapter, precision, threads): (
            EngineChoice,
            Option<String>,
            Precision,
            Option<u32>,
        ),
    ) -> PyResult<Self> {
        let iterations = (julia.itermin(), julia.itermax());
        let inner =
            JuliaDiv::new(julia.constant().clone(), julia.threshold(), iterations, resolution);
        let (threads, progress) = (threads.map(|threads| threads as usize), Progress::Nobody);
        let inner = inner.map_err(exception)?;
        Ok(Self { inner, auto: false, engine, precision, adapter, threads, progress })
    }

    /// What an array has, from its arguments, and the order in which it has its rows when they are filled.
    fn job(
        &self,
        py: Python<'_>,
        region: Given<Area>,
        window: Given<Option<Wholes<4>>>,
        origin: Given<String>,
    ) -> PyResult<(Job, Origin)> {
        let area = region.get("region")?;
        let window = self::window(window)?;
        let (grid, origin) =
            area.grid(py, self.inner.resolution(), window, Origin::new(origin)?)?;
        Ok((Job { julia: self.inner.julia(), grid }, origin))
    }

    /// An array of `job`'s shape that `work` has filled.
    fn fill<'py, T: Element + Send>(
        &self,
        py: Python<'py>,
        job: &Job,
        work: impl FnOnce(
            &mut dyn Engine,
            &Job,
            &mut [T],
            &AtomicBool,
            &mut (dyn FnMut(u64) + Send),
        ) -> juliaset::Result<()>
        + Send,
    ) -> PyResult<Bound<'py, PyArray2<T>>> {
        let array = zeros(py, &job.grid)?;
        let mut writer = array.try_readwrite()?;
        let pixels = writer.as_slice_mut()?;
        self.call(py, job, job.grid.pixels(), |engine, job, interrupt, progress| {
            work(engine, job, pixels, interrupt, progress)
        })?;
        drop(writer);
        Ok(array)
    }

    /// Writes the picture of `job` into the file `path`.
    fn write(
        &self,
        py: Python<'_>,
        job: Job,
        path: &Path,
        options: &Options,
        counts: Option<GivenCounts>,
    ) -> PyResult<()> {
        let format = picture::format(path, &job, options).map_err(exception)?;
        check_pyramid(options.pyramid, Some(format))?;
        let total = picture::pixels_to_compute(&job, options, format).map_err(exception)?;
        let largest = options.sampling.job(&job).map_err(exception)?;
        self.call_with(py, &largest, total, counts, |engine, whole, interrupt, progress| {
            let job = Job { julia: whole.julia.clone(), ..job };
            picture::write(engine, &job, path, options, interrupt, |band| {
                progress(band.window.pixels());
            })
            .map(drop)
        })
    }

    /// The picture of `job`, or the part of it in `window`.
    fn draw(
        &self,
        py: Python<'_>,
        mut job: Job,
        window: Option<Window>,
        options: &Options,
        counts: Option<GivenCounts>,
    ) -> PyResult<PyPicture> {
        let mut part = None;
        if let Some(window) = window {
            let tone = &options.tone;
            if tone.mapping == Mapping::Histogram && tone.histogram.is_none() {
                let expected = "must be another one with a window, which has not all pixels";
                return Err(invalid("mapping", "histogram", expected));
            }
            job.grid.window(window).map_err(exception)?;
            // A pixel's sampling can depend on its neighbours.
            let computed = window.with_border((job.grid.width(), job.grid.height()));
            let Window { col, row, width, height } = window;
            part = Some([col - computed.col, row - computed.row, width, height]);
            job.grid = job.grid.window(computed).map_err(exception)?;
        }
        let total = picture::pixels_to_compute(&job, options, Format::Png).map_err(exception)?;
        let largest = options.sampling.job(&job).map_err(exception)?;
        let mut made = None;
        self.call_with(py, &largest, total, counts, |engine, whole, interrupt, progress| {
            let job = Job { julia: whole.julia.clone(), ..job };
            let (frame, _) = picture::draw(engine, &job, false, options, interrupt, |band| {
                progress(band.window.pixels());
            })?;
            made = Some((frame, sheet(&picture::texts(engine, &job, options))));
            Ok(())
        })?;
        let dpi = options.dpi.map(Dpi::get);
        let (frame, job) = made.ok_or_else(|| panicked(&"a picture was lost"))?;
        match part {
            Some(part) => PyPicture::new(py, frame, String::new(), dpi)?.part(py, part),
            None => PyPicture::new(py, frame, job, dpi),
        }
    }

    /// Does `work`, of `total` pixels, with the engine that was asked for, and with `job`, which has its
    /// itermax then.
    fn call(
        &self,
        py: Python<'_>,
        job: &Job,
        total: u64,
        work: impl FnOnce(
            &mut dyn Engine,
            &Job,
            &AtomicBool,
            &mut (dyn FnMut(u64) + Send),
        ) -> juliaset::Result<()>
        + Send,
    ) -> PyResult<()> {
        self.call_with(py, job, total, None, work)
    }

    /// As `call`, with `counts` in place of an engine if there are any.
    fn call_with(
        &self,
        py: Python<'_>,
        job: &Job,
        total: u64,
        counts: Option<GivenCounts>,
        work: impl FnOnce(
            &mut dyn Engine,
            &Job,
            &AtomicBool,
            &mut (dyn FnMut(u64) + Send),
        ) -> juliaset::Result<()>
        + Send,
    ) -> PyResult<()> {
        let mut given = counts.map(|counts| counts.engine(job, self.precision)).transpose()?;
        let pool = pool(py, self.threads)?;
        check_precision(self.precision, job).map_err(exception)?;
        let listener = self.progress.start(py, total + set_up::cost(job, self.precision))?;
        let request = Request {
            choice: self.engine,
            precision: self.precision,
            adapter: self.adapter.clone(),
        };
        let (auto, precision) = (self.auto, self.precision);
        let raised = given.as_ref().map(|(_, raised)| Arc::clone(raised));
        let kept = if given.is_none() { engines::take(py, &request) } else { None };
        let mut used = None;
        let done = call::run(py, &pool, listener, |interrupt, progress| {
            if given.is_none() {
                engines::check_adapter(&request, job)?;
            }
            let job = &if auto {
                set_up::with_auto_itermax(job, precision, interrupt, progress)?
            } else {
                set_up::run(job, precision, interrupt, progress)?;
                job.clone()
            };
            match &mut given {
                Some((engine, _)) => work(engine, job, interrupt, progress),
                None => {
                    let mut engine = engines::open(kept, &request, job)?;
                    work(&mut *engine, job, interrupt, progress)?;
                    used = Some(engine);
                    Ok(())
                }
            }
        });
        if let Some(engine) = used {
            engines::keep(py, request, engine);
        }
        let raised =
            raised.and_then(|raised| raised.lock().unwrap_or_else(PoisonError::into_inner).take());
        raised.map_or(done, Err)
    }
}
