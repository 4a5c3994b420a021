//! The command `juliaset`, as Python's scripts start it.

use std::ffi::OsString;

use juliaset::internals::cli;
use pyo3::prelude::*;

/// Runs the command line `args`, the first of which is the program, and returns the number that the process should
/// end with.
#[pyfunction]
pub fn command(py: Python<'_>, args: Vec<OsString>) -> u8 {
    py.detach(|| cli::main(args))
}
