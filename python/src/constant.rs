//! The constant of a map, as Python has it.

use juliaset::{Complex64, Constant};
use pyo3::prelude::*;
use pyo3::types::{PyComplex, PyTuple};

use crate::argument::{Given, Kind};
use crate::error::exception;
use crate::number::Exact;

/// A constant as it was given: a complex number, or its parts, of any number of digits.
pub enum ConstantArgument {
    Complex(Complex64),
    Parts(Box<[Given<Exact>; 2]>),
}

impl ConstantArgument {
    /// The constant, which is the argument `name`.
    pub fn get(self, name: &str) -> PyResult<Constant> {
        let [real, imag] = match self {
            Self::Complex(c) => return Ok(c.into()),
            Self::Parts(parts) => *parts,
        };
        let (real, imag) =
            (real.number(&format!("{name}[0]"))?, imag.number(&format!("{name}[1]"))?);
        Constant::new(&real, &imag).map_err(exception)
    }
}

impl Kind for ConstantArgument {
    fn expected() -> String {
        "a complex number, or a tuple of its real and its imaginary part".to_owned()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let py = object.py();
        if let Ok(parts) = object.cast::<PyTuple>()
            && parts.len() == 2
        {
            let [real, imag] = [parts.get_item(0)?, parts.get_item(1)?];
            return Ok(Self::Parts(Box::new([real.extract()?, imag.extract()?])));
        }
        // A complex number would round them.
        let is = |module: &str, name: &str| object.is_instance(&py.import(module)?.getattr(name)?);
        if is("decimal", "Decimal")? || is("fractions", "Fraction")? {
            let parts = [Given::new(Exact::take(object)?), Given::new(Exact::zero())];
            return Ok(Self::Parts(Box::new(parts)));
        }
        Complex64::take(object).map(Self::Complex)
    }
}

/// The constant as the argument that it would be: a complex number, or the texts of its parts if it has more digits than that.
pub fn argument<'py>(py: Python<'py>, constant: &Constant) -> PyResult<Bound<'py, PyAny>> {
    if constant.is_f64() {
        let Complex64 { re, im } = constant.nearest();
        return Ok(PyComplex::from_doubles(py, re, im).into_any());
    }
    let [real, imag] = constant.parts().map(|part| part.to_string());
    Ok((real, imag).into_pyobject(py)?.into_any())
}
