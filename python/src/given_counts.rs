//! Counts that were computed before, in an array of Python's, as an engine.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use juliaset::internals::band::{Band, Quantities, Values};
use juliaset::internals::cpu::Evaluator;
use juliaset::internals::engine::{Bands, Engine};
use juliaset::{Error, Job, Precision, TierCounts, Window};
use numpy::{PyArray2, PyArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PySlice};

use crate::argument::{Kind, invalid};

/// The argument `counts`: what has a shape, and whose parts are arrays of numpy.
pub struct GivenCounts {
    array: Py<PyAny>,
    shape: (u64, u64),
}

impl Kind for GivenCounts {
    fn expected() -> String {
        "an array of whole numbers".to_owned()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let of_another_type = || PyTypeError::new_err("no array");
        let shape = object.getattr("shape").map_err(|_| of_another_type())?;
        let shape = shape.extract().map_err(|_| of_another_type())?;
        object.getattr("__getitem__").map_err(|_| of_another_type())?;
        Ok(Self { array: object.to_owned().unbind(), shape })
    }
}

impl GivenCounts {
    /// The engine that has them for the picture of `job`; and where it leaves what Python raises.
    pub fn engine(
        self,
        job: &Job,
        precision: Precision,
    ) -> PyResult<(GivenEngine, Arc<Mutex<Option<PyErr>>>)> {
        let (height, width) = (u64::from(job.grid.height()), u64::from(job.grid.width()));
        if self.shape != (height, width) {
            let expected = format!("must have the shape ({height}, {width}) of the picture");
            return Err(invalid("counts", format!("of shape {:?}", self.shape), expected));
        }
        let raised = Arc::default();
        let engine = GivenEngine { array: self.array, precision, raised: Arc::clone(&raised) };
        Ok((engine, raised))
    }
}

/// What takes a picture's counts from an array of shape `(height, width)`.
pub struct GivenEngine {
    array: Py<PyAny>,
    precision: Precision,
    raised: Arc<Mutex<Option<PyErr>>>,
}

impl Engine for GivenEngine {
    fn describe(&self) -> String {
        "counts that were given".to_owned()
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        quantities: Quantities,
        interrupt: &'a AtomicBool,
    ) -> juliaset::Result<Box<dyn Bands + 'a>> {
        let rest = quantities.any().then(|| Evaluator::new(job, self.precision, quantities));
        let itermax = job.julia.itermax();
        Ok(Box::new(GivenBands { engine: self, itermax, rest, interrupt, started: None }))
    }
}

struct GivenBands<'a> {
    engine: &'a GivenEngine,
    itermax: u32,
    /// Computes what is asked for beside counts.
    rest: Option<Evaluator>,
    interrupt: &'a AtomicBool,
    started: Option<(Window, Values)>,
}

impl Bands for GivenBands<'_> {
    fn start(&mut self, window: Window, memory: Values) -> juliaset::Result<()> {
        self.started = Some((window, memory));
        Ok(())
    }

    fn finish(&mut self) -> juliaset::Result<Band> {
        let (window, mut values) = self.started.take().expect("a band was started");
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        values.resize(window.pixels() as usize, Quantities::NONE);
        let read = Python::attach(|py| {
            read(self.engine.array.bind(py), window, self.itermax, &mut values.counts)
        });
        read.map_err(|raised| {
            let mut place = self.engine.raised.lock().unwrap_or_else(PoisonError::into_inner);
            *place = Some(raised);
            Error::Interrupted
        })?;
        if let Some(rest) = &self.rest {
            rest.complete(window, &mut values, self.interrupt)?;
        }
        Ok(Band { window, values, tier_counts: TierCounts::default() })
    }
}

/// Fills `counts` with the window of `array`; those over itermax are itermax.
fn read(
    array: &Bound<'_, PyAny>,
    window: Window,
    itermax: u32,
    counts: &mut [u32],
) -> PyResult<()> {
    let (py, numpy) = (array.py(), array.py().import("numpy")?);
    let slice =
        |start: u32, length: u32| PySlice::new(py, start as isize, (start + length) as isize, 1);
    let part =
        array.get_item((slice(window.row, window.height), slice(window.col, window.width)))?;
    let part = numpy.call_method1("asarray", (part,))?;
    let dtype = part.getattr("dtype")?;
    if !matches!(dtype.getattr("kind")?.extract::<char>()?, 'u' | 'i') {
        return Err(PyTypeError::new_err(format!("counts: must be whole numbers, not {dtype}")));
    }
    if part.call_method0("min")?.lt(0)? {
        return Err(PyValueError::new_err("counts: must not be negative"));
    }
    // In a type that has both.
    let least = numpy.call_method1("minimum", (part, numpy.call_method1("uint32", (itermax,))?))?;
    let how = PyDict::new(py);
    how.set_item("order", "C")?;
    let part = least.call_method("astype", ("uint32",), Some(&how))?;
    let part = part.cast::<PyArray2<u32>>()?.try_readonly()?;
    let part = part.as_slice()?;
    if part.len() != counts.len() {
        return Err(PyValueError::new_err("counts: a part of it has another shape"));
    }
    counts.copy_from_slice(part);
    Ok(())
}
