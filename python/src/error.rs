//! The library's errors as Python's exceptions.

use std::any::Any;
use std::borrow::Cow;

use juliaset::internals::text::one_line;
use juliaset::{Error, Parameter};
use pyo3::exceptions::{
    PyArithmeticError, PyKeyboardInterrupt, PyMemoryError, PyOSError, PyRuntimeError, PyValueError,
};
use pyo3::{PyErr, create_exception};

create_exception!(
    juliaset,
    GpuError,
    PyRuntimeError,
    "No GPU could be had, or it could not do what was asked for, or it failed."
);

/// The exception for an error of the library, with the library's message.
pub fn exception(error: Error) -> PyErr {
    let message = match &error {
        Error::Invalid { parameter, value, expected } => {
            format!("{} {value}: {}", argument(*parameter), expected.with_names(argument))
        }
        error => error.to_string(),
    };
    let message = one_line(&message).into_owned();
    match error {
        Error::Invalid { .. } => PyValueError::new_err(message),
        Error::Io { path, source } => match source.raw_os_error() {
            // Python makes it a FileNotFoundError or whatever the number says.
            Some(number) => PyOSError::new_err((number, source.to_string(), path)),
            None => std::io::Error::new(source.kind(), message).into(),
        },
        Error::OutOfMemory { .. } => PyMemoryError::new_err(message),
        Error::Undecided { .. } => PyArithmeticError::new_err(message),
        Error::Interrupted => PyKeyboardInterrupt::new_err(message),
        _ => GpuError::new_err(message),
    }
}

/// The argument for one of the library's parameters.
fn argument(parameter: Parameter) -> Cow<'static, str> {
    match parameter {
        Parameter::Output => "path".into(),
        same => same.name().into(),
    }
}

/// The exception for a panic: a mistake in the library, which must not end the interpreter.
pub fn panicked(panic: &(dyn Any + Send)) -> PyErr {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("of an unknown kind");
    PyRuntimeError::new_err(format!("a mistake in juliaset, please report it: {message}"))
}
