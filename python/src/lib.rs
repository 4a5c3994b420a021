//! The Python package: what the library can do, as numpy and Python have it. No rule lives here.

mod adapter;
mod area;
mod argument;
mod call;
mod cluster;
mod command;
mod constant;
mod engines;
mod error;
mod explore;
mod given_counts;
mod iterations;
mod julia_div;
mod number;
mod origin;
mod palettes;
mod picture;
mod pool;
mod progress;
mod region;
mod tone;
mod view;

/// What the package juliaset is made of. It needs no lock of the interpreter: what calls share has one of its own.
#[pyo3::pymodule(gil_used = false)]
mod _juliaset {
    #[pymodule_export]
    use super::adapter::{PyAdapter, adapters};
    #[pymodule_export]
    use super::cluster::cluster_line;
    #[pymodule_export]
    use super::command::command;
    #[pymodule_export]
    use super::error::GpuError;
    #[pymodule_export]
    use super::explore::PyServer;
    #[pymodule_export]
    use super::julia_div::PyJuliaDiv;
    #[pymodule_export]
    use super::palettes::{color, colors, palettes};
    #[pymodule_export]
    use super::picture::{PyPicture, save};
    #[pymodule_export]
    use super::region::PyComplexRegion;
    #[pymodule_export]
    use super::view::PyView;

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "the name that Python's packages use")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
