//! Arguments: Python's values as the library's. An error is one line that names the argument.

use std::convert::Infallible;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use juliaset::internals::grid::MAX_SIDE;
use juliaset::internals::text::one_line;
use juliaset::{Complex64, Error, Window};
use pyo3::PyTypeInfo;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::exception;

/// What an argument can be taken as.
pub trait Kind: Sized {
    /// What the argument must be.
    fn expected() -> String;

    /// The value.
    ///
    /// # Errors
    /// A `TypeError`, whose message is not shown, if the object has another type; and whatever
    /// the object's own methods raise.
    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self>;
}

/// An argument as it was given: taking one never fails, so that its error can be reported where
/// its name is known.
pub struct Given<T>(Result<T, Wrong>);

enum Wrong {
    /// The type that it has, and the error of the Python code that refused it.
    Type { found: String, cause: Option<PyErr> },
    /// What its own methods raised.
    Raised(PyErr),
}

impl<T> Given<T> {
    /// The default of an argument.
    pub const fn new(value: T) -> Self {
        Self(Ok(value))
    }
}

impl<T: Kind> Given<T> {
    /// The value, which is the argument `name`.
    pub fn get(self, name: &str) -> PyResult<T> {
        self.0.map_err(|wrong| match wrong {
            Wrong::Raised(error) => error,
            Wrong::Type { found, cause } => {
                let line = format!("{name}: must be {}, not {found}", T::expected());
                let error = PyTypeError::new_err(one_line(&line).into_owned());
                if cause.is_some() {
                    Python::attach(|py| error.set_cause(py, cause));
                }
                error
            }
        })
    }
}

impl<T: Kind> FromPyObject<'_, '_> for Given<T> {
    type Error = Infallible;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Infallible> {
        Ok(Self(T::take(object).map_err(|error| Wrong::new(object, error))))
    }
}

impl Wrong {
    fn new(object: Borrowed<'_, '_, PyAny>, error: PyErr) -> Self {
        let py = object.py();
        if !error.get_type(py).is(PyTypeError::type_object(py)) {
            return Self::Raised(error);
        }
        let found = match object.get_type().name() {
            _ if object.is_none() => "None".to_owned(),
            Ok(name) => name.to_string_lossy().into_owned(),
            Err(_) => "another type".to_owned(),
        };
        // Only Python code leaves a trace.
        let cause = error.traceback(py).is_some().then_some(error);
        Self::Type { found, cause }
    }
}

impl<T: Kind> Kind for Option<T> {
    fn expected() -> String {
        format!("{} or None", T::expected())
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if object.is_none() { Ok(None) } else { T::take(object).map(Some) }
    }
}

impl Kind for bool {
    fn expected() -> String {
        "True or False".to_owned()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        object.extract()
    }
}

impl Kind for String {
    fn expected() -> String {
        "a str".to_owned()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        Ok(object.cast::<PyString>()?.to_string_lossy().into_owned())
    }
}

impl Kind for PathBuf {
    fn expected() -> String {
        "a str or an os.PathLike of one".to_owned()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        object.extract()
    }
}

/// A number that the library checks; one over all floats is infinite.
impl Kind for f64 {
    fn expected() -> String {
        "a number".to_owned()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        object.extract().or_else(|error| infinite(object, error))
    }
}

/// As a real number.
impl Kind for Complex64 {
    fn expected() -> String {
        "a complex number".to_owned()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        object.extract().or_else(|error| infinite(object, error).map(Self::from))
    }
}

/// Infinity with the object's sign, if the `error` is that it is over all floats.
fn infinite(object: Borrowed<'_, '_, PyAny>, error: PyErr) -> PyResult<f64> {
    if !error.is_instance_of::<PyOverflowError>(object.py()) {
        return Err(error);
    }
    Ok(if object.lt(0)? { f64::NEG_INFINITY } else { f64::INFINITY })
}

/// A whole number from 0 to 2³² - 1, or the text of one that is out of range.
pub struct Whole(Result<u32, String>);

impl Whole {
    pub const fn new(value: u32) -> Self {
        Self(Ok(value))
    }

    /// The value that has the number for its name.
    pub fn by_name<T: FromStr<Err = Error>>(self) -> PyResult<T> {
        let text = self.0.map_or_else(|text| text, |number| number.to_string());
        text.parse().map_err(exception)
    }

    /// The number, which is the argument `name` and must be in `range`.
    pub fn within(self, name: &str, range: RangeInclusive<u32>) -> PyResult<u32> {
        let text = match self.0 {
            Ok(number) if range.contains(&number) => return Ok(number),
            Ok(number) => number.to_string(),
            Err(text) => text,
        };
        let expected = format!("must be from {} to {}", range.start(), range.end());
        Err(invalid(name, text, expected))
    }
}

impl Kind for Whole {
    fn expected() -> String {
        "a whole number".to_owned()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        object.extract().map(Self::new).or_else(|error: PyErr| {
            if !error.is_instance_of::<PyOverflowError>(object.py()) {
                return Err(error);
            }
            // Python writes no number of more than some thousand digits.
            let text =
                object.str().map_or("of very many digits".to_owned(), |text| text.to_string());
            Ok(Self(Err(text)))
        })
    }
}

impl Given<Whole> {
    /// The number, which is the argument `name` and must be in `range`.
    pub fn within(self, name: &str, range: RangeInclusive<u32>) -> PyResult<u32> {
        self.get(name)?.within(name, range)
    }
}

/// `N` whole numbers, or how many there are instead.
pub struct Wholes<const N: usize>(Result<[Given<Whole>; N], usize>);

impl<const N: usize> Wholes<N> {
    pub fn new(numbers: [u32; N]) -> Self {
        Self(Ok(numbers.map(|number| Given::new(Whole::new(number)))))
    }

    /// The numbers, which are the `parts` of the argument `name`.
    pub fn parts(self, name: &str, parts: [&str; N]) -> PyResult<[u32; N]> {
        let given = self.0.map_err(|length| {
            let parts = parts.join(", ");
            PyValueError::new_err(format!("{name}: must be ({parts}), {N} numbers, not {length}"))
        })?;
        let mut numbers = [0; N];
        for ((number, given), part) in numbers.iter_mut().zip(given).zip(parts) {
            *number = given.within(&format!("{name} {part}"), 0..=u32::MAX)?;
        }
        Ok(numbers)
    }
}

impl<const N: usize> Kind for Wholes<N> {
    fn expected() -> String {
        format!("a sequence of {N} whole numbers")
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err("a text is a sequence of texts"));
        }
        match object.extract() {
            Ok(numbers) => Ok(Self(Ok(numbers))),
            Err(error) => match object.len() {
                Ok(length) if length != N && error.is_instance_of::<PyValueError>(object.py()) => {
                    Ok(Self(Err(length)))
                }
                _ => Err(error),
            },
        }
    }
}

/// The argument `window`.
pub fn window(given: Given<Option<Wholes<4>>>) -> PyResult<Option<Window>> {
    let Some(numbers) = given.get("window")? else { return Ok(None) };
    let [col, row, width, height] = numbers.parts("window", ["col", "row", "width", "height"])?;
    Ok(Some(Window { col, row, width, height }))
}

/// The argument `resolution`.
pub fn resolution(given: Given<Whole>) -> PyResult<u32> {
    given.within("resolution", 1..=MAX_SIDE)
}

/// The most threads that can be asked for.
const MAX_THREADS: u32 = 1024;

/// The argument `threads`.
pub fn threads(given: Given<Option<Whole>>) -> PyResult<Option<usize>> {
    let Some(count) = given.get("threads")? else { return Ok(None) };
    count.within("threads", 1..=MAX_THREADS).map(|count| Some(count as usize))
}

/// The value that has the name which is the argument `argument`.
pub fn by_name<T: FromStr<Err = Error>>(argument: &str, given: Given<String>) -> PyResult<T> {
    given.get(argument)?.parse().map_err(exception)
}

/// The error for an argument with a value that cannot be.
pub fn invalid(argument: &str, value: impl AsRef<str>, expected: impl AsRef<str>) -> PyErr {
    let line = format!("{argument} {}: {}", value.as_ref(), expected.as_ref());
    PyValueError::new_err(one_line(&line).into_owned())
}
