//! What reports a call's progress: nothing, a callable, or a bar as tqdm has them.

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict};

use crate::argument::Kind;

/// What the argument `progress` was.
pub enum Progress {
    Nobody,
    Tqdm,
    /// A bar that is there already.
    Bar(Py<PyAny>),
    Callable(Py<PyAny>),
}

impl Kind for Progress {
    fn expected() -> String {
        "a callable, a bar of tqdm, True, False or None".to_owned()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        match object.extract::<Option<bool>>() {
            Ok(Some(true)) => Ok(Self::Tqdm),
            Ok(_) => Ok(Self::Nobody),
            Err(_) if object.hasattr("reset")? && object.hasattr("update")? => {
                Ok(Self::Bar(object.to_owned().unbind()))
            }
            Err(_) if object.is_callable() => Ok(Self::Callable(object.to_owned().unbind())),
            Err(error) => Err(error),
        }
    }
}

impl Progress {
    /// The argument again.
    pub fn argument<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        match self {
            Self::Nobody => None,
            Self::Tqdm => Some(PyBool::new(py, true).to_owned().into_any()),
            Self::Bar(object) | Self::Callable(object) => Some(object.bind(py).clone()),
        }
    }

    /// Starts to report a call with `total` pixels.
    pub fn start(&self, py: Python<'_>, total: u64) -> PyResult<Listener> {
        let object = match self {
            Self::Nobody => None,
            Self::Tqdm => Some(bar(py, total)?),
            Self::Bar(bar) => {
                bar.call_method1(py, "reset", (total,))?;
                Some(bar.clone_ref(py))
            }
            Self::Callable(callable) => Some(callable.clone_ref(py)),
        };
        let is_bar = matches!(self, Self::Tqdm | Self::Bar(_));
        Ok(Listener { object, is_bar, is_own: matches!(self, Self::Tqdm), total, told: 0 })
    }
}

fn bar(py: Python<'_>, total: u64) -> PyResult<Py<PyAny>> {
    let tqdm = py.import("tqdm.auto").map_err(|error| {
        let missing = PyImportError::new_err(
            "progress True: tqdm is not installed; install it, or give a callable",
        );
        missing.set_cause(py, Some(error));
        missing
    })?;
    let how = PyDict::new(py);
    how.set_item("total", total)?;
    how.set_item("unit", "px")?;
    how.set_item("unit_scale", true)?;
    Ok(tqdm.call_method("tqdm", (), Some(&how))?.unbind())
}

/// What reports one call.
pub struct Listener {
    object: Option<Py<PyAny>>,
    is_bar: bool,
    /// Whether it was made for this call, and ends with it.
    is_own: bool,
    total: u64,
    told: u64,
}

impl Listener {
    /// Reports that `done` pixels are done, if that is new.
    pub fn tell(&mut self, py: Python<'_>, done: u64) -> PyResult<()> {
        let Some(object) = &self.object else { return Ok(()) };
        let news = done - self.told;
        if news == 0 {
            return Ok(());
        }
        self.told = done;
        if self.is_bar {
            object.call_method1(py, "update", (news,))?;
        } else {
            object.call1(py, (done, self.total))?;
        }
        Ok(())
    }

    /// Ends a bar, so that the terminal has its line back.
    pub fn end(&self, py: Python<'_>) -> PyResult<()> {
        match &self.object {
            Some(bar) if self.is_own => bar.call_method0(py, "close").map(|_| ()),
            _ => Ok(()),
        }
    }
}
