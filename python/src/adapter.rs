//! The adapters, and what is known of them.

use juliaset::internals::gpu;
use juliaset::{Adapter, Precision};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// A GPU, or a renderer that acts as one.
#[pyclass(frozen, eq, name = "Adapter", module = "juliaset")]
#[derive(PartialEq, Eq)]
pub struct PyAdapter(Adapter);

#[pymethods]
impl PyAdapter {
    /// Its name, as the driver gives it.
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    /// The graphics interface it is reached through: Vulkan, Metal or Dx12.
    #[getter]
    fn backend(&self) -> &str {
        &self.0.backend
    }

    /// The driver and its version.
    #[getter]
    fn driver(&self) -> &str {
        &self.0.driver
    }

    /// What kind of machinery it is, such as `discrete GPU` or `software`.
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind.name()
    }

    /// Where it sits on the PCI bus; empty where the driver does not say.
    #[getter]
    fn pci_bus_id(&self) -> &str {
        &self.0.pci_bus_id
    }

    /// The precisions it can compute in, best first.
    #[getter]
    fn precisions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let all = Precision::ALL.into_iter().filter(|&precision| self.0.supports(precision));
        PyTuple::new(py, all.map(Precision::name).collect::<Vec<_>>())
    }

    /// Whether its shaders have 64-bit floating point.
    #[getter]
    fn shader_f64(&self) -> bool {
        self.0.shader_f64
    }

    fn __repr__(&self) -> String {
        let Adapter { name, backend, driver, .. } = &self.0;
        format!("<Adapter {name}, {}, {backend}, {driver}>", self.kind())
    }
}

/// Every adapter of this machine, best kind first; an empty list where there is none.
///
/// >>> import juliaset
/// >>> names = [adapter.name for adapter in juliaset.adapters()]
#[pyfunction]
pub fn adapters(py: Python<'_>) -> Vec<PyAdapter> {
    py.detach(gpu::adapters).into_iter().map(PyAdapter).collect()
}
