//! Python's values as the library's, so that what is out of range is a `ValueError` by its name.

use std::ops::RangeInclusive;

use juliaset::Window;
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;

/// A number that the library judges; one over all floats is infinite.
#[derive(Clone, Copy)]
pub struct Real(pub f64);

impl<'py> FromPyObject<'_, 'py> for Real {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        object.extract().map(Self).or_else(|error: PyErr| {
            let overflow = error.is_instance_of::<PyOverflowError>(object.py());
            if overflow { Ok(Self(f64::INFINITY)) } else { Err(error) }
        })
    }
}

/// A whole number from 0 to 2³² - 1, or the text of one that is out of range.
#[derive(Clone)]
pub struct Whole(Result<u32, String>);

impl Whole {
    pub const fn new(value: u32) -> Self {
        Self(Ok(value))
    }

    /// The number, which is the argument `name`.
    pub fn get(&self, name: &str) -> PyResult<u32> {
        self.within(name, 0..=u32::MAX)
    }

    /// The number, which is the argument `name` and must be in `range`.
    pub fn within(&self, name: &str, range: RangeInclusive<u32>) -> PyResult<u32> {
        let text = match &self.0 {
            Ok(number) if range.contains(number) => return Ok(*number),
            Ok(number) => number.to_string(),
            Err(text) => text.clone(),
        };
        let (least, most) = range.into_inner();
        Err(PyValueError::new_err(format!("{name} {text}: must be from {least} to {most}")))
    }
}

impl<'py> FromPyObject<'_, 'py> for Whole {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        object.extract().map(Self::new).or_else(|error: PyErr| {
            let overflow = error.is_instance_of::<PyOverflowError>(object.py());
            if overflow { Ok(Self(Err(object.str()?.to_string()))) } else { Err(error) }
        })
    }
}

/// The window `(col, row, width, height)`.
pub fn window([col, row, width, height]: &[Whole; 4]) -> PyResult<Window> {
    Ok(Window {
        col: col.get("window col")?,
        row: row.get("window row")?,
        width: width.get("window width")?,
        height: height.get("window height")?,
    })
}

/// The most threads that can be asked for.
const MAX_THREADS: u32 = 1024;

/// A number of threads.
pub fn threads(threads: &Whole) -> PyResult<usize> {
    threads.within("threads", 1..=MAX_THREADS).map(|count| count as usize)
}

/// The one of `all` that has the name `wanted`, which is the argument `argument`.
pub fn by_name<T: Copy>(
    argument: &str,
    wanted: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> PyResult<T> {
    all.iter().copied().find(|&one| name(one) == wanted).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|&one| name(one)).collect();
        PyValueError::new_err(format!("{argument} {wanted}: must be one of {}", names.join(", ")))
    })
}
