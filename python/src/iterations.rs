//! The argument `n_iterations`: two whole numbers, or one and a word for the other.

use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::argument::{Given, Kind, Whole, Wholes};

/// What an itermax that follows from the view is called.
const AUTO: &str = "auto";

/// The fewest and the most iterations.
pub enum Iterations {
    /// Both as numbers.
    Numbers(Wholes<2>),
    /// The fewest; the most follow from the view.
    Auto(Given<Whole>),
}

impl Iterations {
    pub fn new(itermin: u32, itermax: u32) -> Self {
        Self::Numbers(Wholes::new([itermin, itermax]))
    }

    /// The fewest and the most; `None` if these follow from the view.
    pub fn get(self) -> PyResult<(u32, Option<u32>)> {
        match self {
            Self::Numbers(numbers) => {
                let [itermin, itermax] = numbers.parts("n_iterations", ["itermin", "itermax"])?;
                Ok((itermin, Some(itermax)))
            }
            Self::Auto(itermin) => {
                Ok((itermin.within("n_iterations itermin", 0..=u32::MAX)?, None))
            }
        }
    }
}

impl Kind for Iterations {
    fn expected() -> String {
        Wholes::<2>::expected()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let is_text = object.is_instance_of::<PyString>();
        if !is_text
            && let Ok([itermin, last]) = object.extract::<[Bound<'_, PyAny>; 2]>()
            && last.cast::<PyString>().is_ok_and(|word| word == AUTO)
        {
            return Ok(Self::Auto(itermin.extract()?));
        }
        Wholes::take(object).map(Self::Numbers)
    }
}
