//! Adapters: which there are, and which one is meant.

use super::guard::guarded;
use crate::error::{Error, Result};
use crate::julia::Precision;
use crate::timing::{Phase, timed};

/// The graphics interfaces that this platform's drivers are at home in.
const BACKENDS: wgpu::Backends = if cfg!(windows) {
    wgpu::Backends::VULKAN.union(wgpu::Backends::DX12)
} else if cfg!(target_vendor = "apple") {
    wgpu::Backends::METAL
} else {
    wgpu::Backends::VULKAN
};

/// What kind of machinery an adapter is; best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdapterKind {
    /// A GPU with memory of its own.
    Discrete,
    /// A GPU that shares the CPU's memory.
    Integrated,
    /// A GPU lent by a hypervisor.
    Virtual,
    /// Unknown to its driver.
    Other,
    /// A renderer that runs on the CPU: for tests.
    Software,
}

impl AdapterKind {
    /// Its name, for a person.
    pub fn name(self) -> &'static str {
        match self {
            Self::Discrete => "discrete GPU",
            Self::Integrated => "integrated GPU",
            Self::Virtual => "virtual GPU",
            Self::Other => "unknown kind",
            Self::Software => "software",
        }
    }
}

impl From<wgpu::DeviceType> for AdapterKind {
    fn from(kind: wgpu::DeviceType) -> Self {
        match kind {
            wgpu::DeviceType::DiscreteGpu => Self::Discrete,
            wgpu::DeviceType::IntegratedGpu => Self::Integrated,
            wgpu::DeviceType::VirtualGpu => Self::Virtual,
            wgpu::DeviceType::Other => Self::Other,
            wgpu::DeviceType::Cpu => Self::Software,
        }
    }
}

/// What is known of an adapter, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Adapter {
    /// Its name, as the driver gives it.
    pub name: String,
    /// The graphics interface it is reached through: `Vulkan`, `Metal` or `Dx12`.
    pub backend: String,
    /// The driver and its version.
    pub driver: String,
    /// What kind of machinery it is.
    pub kind: AdapterKind,
    /// Where it sits on the PCI bus; empty where the driver does not say.
    pub pci_bus_id: String,
    /// Whether its shaders have 64-bit floating point, which the precision `double` needs.
    pub shader_f64: bool,
    /// Whether it can time its own work.
    pub timestamps: bool,
    /// The largest storage buffer that a shader can see, in bytes.
    pub max_storage_buffer_binding_size: u64,
    /// The largest workgroup, in invocations.
    pub max_compute_invocations_per_workgroup: u32,
    /// The most workgroups along one axis of a dispatch.
    pub max_compute_workgroups_per_dimension: u32,
}

impl Adapter {
    /// Whether it can compute counts of this precision.
    pub fn supports(&self, precision: Precision) -> bool {
        match precision {
            Precision::Exact => true,
            Precision::Single => true,
            Precision::Double => self.shader_f64,
        }
    }

    /// Whether `pattern` is part of its name, backend, driver or bus id; case does not matter.
    pub fn matches(&self, pattern: &str) -> bool {
        let pattern = pattern.to_lowercase();
        [&self.name, &self.backend, &self.driver, &self.pci_bus_id]
            .into_iter()
            .any(|text| text.to_lowercase().contains(&pattern))
    }

    /// Whether this is the other by another interface.
    fn is_same_hardware(&self, other: &Self) -> bool {
        self.backend != other.backend
            && self.kind == other.kind
            && (self.name == other.name
                || !self.pci_bus_id.is_empty() && self.pci_bus_id == other.pci_bus_id)
    }

    fn of(adapter: &wgpu::Adapter) -> Self {
        let info = adapter.get_info();
        let features = adapter.features();
        let limits = adapter.limits();
        Self {
            name: info.name,
            backend: format!("{:?}", info.backend),
            driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
            kind: info.device_type.into(),
            pci_bus_id: info.device_pci_bus_id,
            shader_f64: features.contains(wgpu::Features::SHADER_F64),
            timestamps: features.contains(wgpu::Features::TIMESTAMP_QUERY),
            max_storage_buffer_binding_size: limits.max_storage_buffer_binding_size,
            max_compute_invocations_per_workgroup: limits.max_compute_invocations_per_workgroup,
            max_compute_workgroups_per_dimension: limits.max_compute_workgroups_per_dimension,
        }
    }
}

/// Every adapter of this machine, best kind first; empty where there is none.
pub fn adapters() -> Vec<Adapter> {
    enumerate().into_iter().map(|found| found.adapter).collect()
}

/// An adapter with the handle that opens it.
pub(crate) struct NamedAdapter {
    pub adapter: Adapter,
    pub handle: wgpu::Adapter,
    /// What finding it took.
    pub phases: Vec<Phase>,
}

/// Where a driver panics there is none.
fn enumerate() -> Vec<NamedAdapter> {
    guarded(enumerate_unguarded).unwrap_or_default()
}

fn enumerate_unguarded() -> Vec<NamedAdapter> {
    let mut phases = Vec::new();
    let instance = timed(&mut phases, "instance", || {
        wgpu::Instance::new(wgpu::InstanceDescriptor {
            backends: BACKENDS,
            flags: wgpu::InstanceFlags::empty(),
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        })
    });
    let handles = timed(&mut phases, "adapters", || {
        pollster::block_on(instance.enumerate_adapters(BACKENDS))
    });
    let mut found: Vec<_> = handles
        .into_iter()
        .map(|handle| NamedAdapter {
            adapter: Adapter::of(&handle),
            handle,
            phases: phases.clone(),
        })
        .collect();
    found.sort_by_key(|found| found.adapter.kind);
    found
}

/// The best adapter that `pattern` names, of any kind; the best of all where there is no pattern.
///
/// # Errors
/// [`Error::NoAdapter`] with those that there are.
pub(crate) fn find(pattern: Option<&str>) -> Result<NamedAdapter> {
    let mut all = enumerate();
    let position = all.iter().position(|found| pattern.is_none_or(|p| found.adapter.matches(p)));
    match position {
        Some(position) => Ok(all.swap_remove(position)),
        None => Err(Error::NoAdapter {
            wanted: pattern.map(str::to_owned),
            found: all.into_iter().map(|found| found.adapter.name).collect(),
        }),
    }
}

/// The same adapter, by way of a driver that starts afresh.
///
/// # Errors
/// [`Error::DeviceLost`] where it is gone.
pub(crate) fn find_again(adapter: &Adapter) -> Result<NamedAdapter> {
    enumerate().into_iter().find(|found| found.adapter == *adapter).ok_or_else(|| {
        let reason = "it is not there any more".to_owned();
        Error::DeviceLost { adapter: adapter.name.clone(), reason }
    })
}

/// Every GPU once, best kind first: a driver may offer one through several interfaces.
pub(crate) fn distinct() -> Vec<NamedAdapter> {
    let mut distinct: Vec<NamedAdapter> = Vec::new();
    for found in enumerate() {
        if !distinct.iter().any(|known| known.adapter.is_same_hardware(&found.adapter)) {
            distinct.push(found);
        }
    }
    distinct
}

/// Those of [`distinct`] that are not software and do `precision`; or in words why there is none.
pub(crate) fn real(precision: Precision) -> std::result::Result<Vec<NamedAdapter>, String> {
    let mut all = distinct();
    if all.is_empty() {
        return Err("no adapter found".to_owned());
    }
    all.retain(|found| found.adapter.kind != AdapterKind::Software);
    let Some(first) = all.first() else {
        return Err("only software adapters found".to_owned());
    };
    let name = first.adapter.name.clone();
    all.retain(|found| found.adapter.supports(precision));
    if all.is_empty() {
        return Err(format!("{name} cannot compute in precision {}", precision.name()));
    }
    Ok(all)
}
