//! Adapters: which there are, and which one is meant.

use super::hardware;
use super::panics::guarded;
use crate::choices::choices;
use crate::error::{Error, Result};
use crate::julia::Precision;
use crate::parameter::Parameter;
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AdapterKind {
    /// A GPU with its own memory.
    Discrete,
    /// A GPU that shares the CPU's memory.
    Integrated,
    /// A GPU lent by a hypervisor.
    Virtual,
    /// Unknown to its driver.
    #[default]
    Other,
    /// A renderer that runs on the CPU: for tests.
    Software,
}

choices!(AdapterKind for AdapterKind {
    Discrete = "discrete GPU",
    Integrated = "integrated GPU",
    Virtual = "virtual GPU",
    Other = "unknown kind",
    Software = "software",
});

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

/// What is known about an adapter and matters here; by default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Its address on the PCI bus; empty if the driver does not say.
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

    /// Whether `text`, in lower case, is part of its name, backend, driver or bus id.
    fn has(&self, text: &str) -> bool {
        [&self.name, &self.backend, &self.driver, &self.pci_bus_id]
            .into_iter()
            .any(|own| own.to_lowercase().contains(text))
    }

    /// What tells it from others that have its name.
    fn describe(&self) -> String {
        let Self { name, backend, driver, pci_bus_id, .. } = self;
        let parts = [backend, driver, pci_bus_id];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).cloned().collect();
        format!("{name} ({})", parts.join(", "))
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

/// Every adapter of this machine, best kind first; empty if there is none.
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

/// None if a driver panics.
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

/// The places in `all`, which is what [`adapters()`] gives, of those that `wanted` fits: the number of
/// one, the whole name of some, or a part of a name, backend, driver or bus id. Case does not matter.
///
/// # Errors
/// [`Error::Invalid`] for a text without a letter, digit or sign, and if it fits none.
pub fn fitting(all: &[Adapter], wanted: &str) -> Result<Vec<usize>> {
    let text = wanted.trim().to_lowercase();
    if text.is_empty() {
        let expected = "must be an adapter's number, or a part of its name";
        return Err(Error::invalid(Parameter::Adapter, format!("'{wanted}'"), expected));
    }
    let those = |fits: &dyn Fn(usize, &Adapter) -> bool| -> Vec<usize> {
        (0..all.len()).filter(|&place| fits(place, &all[place])).collect()
    };
    let fitting = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A driver's version and a bus id have each digit somewhere.
        let number = text.parse().ok();
        those(&|place, _| Some(place) == number)
    } else {
        // One name may be the beginning of another.
        let whole = those(&|_, adapter| adapter.name.to_lowercase() == text);
        if whole.is_empty() { those(&|_, adapter| adapter.has(&text)) } else { whole }
    };
    if fitting.is_empty() { Err(none_fits(all, wanted)) } else { Ok(fitting) }
}

/// The one that `wanted` fits; by several interfaces, the first. The best of all if nothing is wanted.
fn one(all: &[Adapter], wanted: Option<&str>) -> Result<usize> {
    let Some(wanted) = wanted else {
        return if all.is_empty() { Err(Error::NoAdapter) } else { Ok(0) };
    };
    let fitting = fitting(all, wanted)?;
    let is_first =
        |&place: &usize| place == fitting[0] || all[fitting[0]].is_same_hardware(&all[place]);
    if fitting.iter().all(is_first) {
        return Ok(fitting[0]);
    }
    let list: Vec<_> =
        fitting.iter().map(|&place| format!("{place}: {}", all[place].describe())).collect();
    let expected = format!("fits several, and must fit one; give its number: {}", list.join("; "));
    Err(Error::invalid(Parameter::Adapter, wanted, expected))
}

fn none_fits(all: &[Adapter], wanted: &str) -> Error {
    let is_number = wanted.bytes().all(|byte| byte.is_ascii_digit());
    let what = if is_number { "number" } else { "name" };
    let names = all.iter().enumerate().map(|(place, adapter)| format!("{place}: {}", adapter.name));
    let there_are = match all {
        [] => Error::NoAdapter.to_string(),
        _ => format!("the adapters are: {}", names.collect::<Vec<_>>().join("; ")),
    };
    let expected = format!("none has that {what}; {there_are}");
    Error::invalid(Parameter::Adapter, wanted, expected)
}

/// The adapter that `wanted` names, of any kind; the best of all if nothing is wanted.
///
/// # Errors
/// As [`fitting()`], and [`Error::Invalid`] if it fits several; each lists those that exist.
pub(crate) fn find(wanted: Option<&str>) -> Result<NamedAdapter> {
    let mut found = enumerate();
    let all: Vec<_> = found.iter().map(|found| found.adapter.clone()).collect();
    Ok(found.swap_remove(one(&all, wanted)?))
}

/// The same adapter, by way of a driver that starts afresh.
///
/// # Errors
/// [`Error::DeviceLost`] if it is lost.
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

/// Those of [`distinct`] that are not software and do `precision`; or the reason why there is none.
pub(crate) fn real(precision: Precision) -> std::result::Result<Vec<NamedAdapter>, String> {
    let no_gpu = || "no GPU found".to_owned();
    if !hardware::may_be_there() {
        return Err(no_gpu());
    }
    let mut all = distinct();
    if all.is_empty() {
        return Err(no_gpu());
    }
    all.retain(|found| found.adapter.kind != AdapterKind::Software);
    let Some(first) = all.first() else {
        return Err("only software adapters found".to_owned());
    };
    let name = first.adapter.name.clone();
    all.retain(|found| found.adapter.supports(precision));
    if all.is_empty() {
        return Err(format!("{name} cannot compute in precision {precision}"));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(name: &str, backend: &str, driver: &str, pci_bus_id: &str) -> Adapter {
        Adapter {
            name: name.to_owned(),
            backend: backend.to_owned(),
            driver: driver.to_owned(),
            kind: AdapterKind::Discrete,
            pci_bus_id: pci_bus_id.to_owned(),
            shader_f64: true,
            timestamps: true,
            max_storage_buffer_binding_size: 1 << 30,
            max_compute_invocations_per_workgroup: 1024,
            max_compute_workgroups_per_dimension: 65535,
        }
    }

    /// A digit took the adapter with this digit in its driver's version, and a text that fits several
    /// took one of them.
    #[test]
    fn one_adapter_is_meant_or_none() {
        let all = [
            adapter("Tesla V100", "Vulkan", "NVIDIA 535.1", "0000:01:00.0"),
            adapter("Tesla V100-SXM2", "Vulkan", "NVIDIA 535.1", "0000:02:00.0"),
            adapter("Tesla V100-SXM2", "Vulkan", "NVIDIA 535.1", "0000:03:00.0"),
            adapter("Arc A770", "Vulkan", "Mesa 23.0", "0000:04:00.0"),
            adapter("Arc A770", "Dx12", "31.0.101", "0000:04:00.0"),
        ];
        for (wanted, place) in [
            ("0", 0),
            ("3", 3),
            ("04", 4),
            ("tesla v100", 0),
            ("0000:03", 2),
            ("MESA", 3),
            ("arc", 3),
            ("dx12", 4),
        ] {
            assert_eq!(one(&all, Some(wanted)).unwrap(), place, "{wanted}");
        }
        for (wanted, line) in [
            ("5", "adapter 5: none has that number; the adapters are: 0: Tesla V100; 1: "),
            ("535", "adapter 535: none has that number; "),
            ("Voodoo", "adapter Voodoo: none has that name; the adapters are: 0: "),
            ("", "adapter '': must be an adapter's number, or a part of its name"),
            (" ", "adapter ' ': must be "),
            (
                "SXM2",
                "adapter SXM2: fits several, and must fit one; give its number: 1: Tesla V100-SXM2 \
                 (Vulkan, NVIDIA 535.1, 0000:02:00.0); 2: Tesla V100-SXM2 (Vulkan, ",
            ),
            ("Vulkan", "adapter Vulkan: fits several"),
        ] {
            let error = one(&all, Some(wanted)).unwrap_err().to_string();
            assert!(error.starts_with(line), "{wanted}: {error}");
        }
        assert_eq!(fitting(&all, "v100-").unwrap(), [1, 2]);
        assert_eq!(one(&all, None).unwrap(), 0);
        assert!(one(&[], None).is_err() && one(&[], Some("0")).is_err());
    }
}
