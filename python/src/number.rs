//! Numbers of any length: texts, and whatever of Python's is exact.

use juliaset::{Error, Number};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::argument::{Given, Kind, invalid};

/// A number as it was given, or why it is none.
pub struct Exact(Result<Number, Error>);

impl Exact {
    /// 0.
    pub fn zero() -> Self {
        Self("0".parse())
    }

    /// The number, which is the argument `name`.
    pub fn get(self, name: &str) -> PyResult<Number> {
        self.0.map_err(|error| match error {
            Error::Invalid { value, expected, .. } => invalid(name, value, expected.to_string()),
            error => invalid(name, "", error.to_string()),
        })
    }
}

impl Given<Exact> {
    /// The number, which is the argument `name`.
    pub fn number(self, name: &str) -> PyResult<Number> {
        self.get(name)?.get(name)
    }
}

impl Given<Option<Exact>> {
    /// The number, which is the argument `name`, if it is there.
    pub fn number(self, name: &str) -> PyResult<Option<Number>> {
        self.get(name)?.map(|number| number.get(name)).transpose()
    }
}

impl Kind for Exact {
    fn expected() -> String {
        "a number or the text of one".to_owned()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let py = object.py();
        if object.is_instance_of::<PyString>() {
            return Ok(Self(String::take(object)?.parse()));
        }
        if object.is_instance(&py.import("decimal")?.getattr("Decimal")?)? {
            return Ok(Self(object.str()?.to_string_lossy().parse()));
        }
        match py.import("operator")?.call_method1("index", (object,)) {
            Ok(whole) => return Ok(Self(text(&whole)?.parse())),
            Err(error) if !error.is_instance_of::<PyTypeError>(py) => return Err(error),
            Err(_) => {}
        }
        if object.is_instance(&py.import("numbers")?.getattr("Rational")?)? {
            let (above, below) = (object.getattr("numerator")?, object.getattr("denominator")?);
            return Ok(Self(format!("{}/{}", text(&above)?, text(&below)?).parse()));
        }
        Ok(Self(Number::from_f64(f64::take(object)?)))
    }
}

/// A whole number. Python writes one of more than some thousand digits in hexadecimal only.
fn text(whole: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(small) = whole.extract::<i64>() {
        return Ok(small.to_string());
    }
    let digits = whole.call_method1("__format__", ("x",))?;
    let digits = digits.cast::<PyString>()?.to_string_lossy().into_owned();
    Ok(match digits.strip_prefix('-') {
        Some(size) => format!("-0x{size}"),
        None => format!("0x{digits}"),
    })
}
