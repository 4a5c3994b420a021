//! The adapters, and what is known about them.

use juliaset::Adapter;
use juliaset::Precision;
use juliaset::internals::gpu;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::argument::{Given, by_name};

/// What is known about a GPU, or about a renderer that acts as one. Instances can be compared, copied and pickled.
#[pyclass(frozen, eq, name = "Adapter", module = "juliaset")]
#[derive(PartialEq, Eq)]
pub struct PyAdapter(Adapter);

/// All that is known of an adapter.
type Parts = (String, String, String, String, String, bool, bool, u64, u32, u32);

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

    /// Its address on the PCI bus; empty if the driver does not say.
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

    /// For `pickle` and `copy`.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Parts,))> {
        let all = self.0.clone();
        let parts = (
            all.name,
            all.backend,
            all.driver,
            all.kind.name().to_owned(),
            all.pci_bus_id,
            all.shader_f64,
            all.timestamps,
            all.max_storage_buffer_binding_size,
            all.max_compute_invocations_per_workgroup,
            all.max_compute_workgroups_per_dimension,
        );
        Ok((py.get_type::<Self>().getattr("_of")?, (parts,)))
    }

    /// The adapter that `__reduce__` described.
    #[staticmethod]
    fn _of(parts: Parts) -> PyResult<Self> {
        let mut all = Adapter::default();
        let kind;
        (
            all.name,
            all.backend,
            all.driver,
            kind,
            all.pci_bus_id,
            all.shader_f64,
            all.timestamps,
            all.max_storage_buffer_binding_size,
            all.max_compute_invocations_per_workgroup,
            all.max_compute_workgroups_per_dimension,
        ) = parts;
        all.kind = by_name("kind", Given::new(kind))?;
        Ok(Self(all))
    }

    fn __repr__(&self) -> String {
        let Adapter { name, backend, driver, .. } = &self.0;
        format!("<Adapter {name}, {}, {backend}, {driver}>", self.kind())
    }
}

/// Every adapter of this machine, best kind first; an empty list if there is none.
///
/// >>> import juliaset
/// >>> names = [adapter.name for adapter in juliaset.adapters()]
#[pyfunction]
pub fn adapters(py: Python<'_>) -> Vec<PyAdapter> {
    py.detach(gpu::adapters).into_iter().map(PyAdapter).collect()
}
