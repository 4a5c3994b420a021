//! What is asked of engines; of GPUs also in a build without them.

use super::EventHandler;
use crate::choices::choices;
#[cfg(feature = "gpu")]
use crate::fault_injection::Hooks;
use crate::setters::setters;

/// The engine that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EngineChoice {
    /// The one that should be faster for the job.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// A GPU, or an error.
    Gpu,
}

choices!(EngineChoice for Engine {
    Auto = "auto",
    Cpu = "cpu",
    Gpu = "gpu",
});

/// The floats that the precision `exact` computes in on a GPU. The counts are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExactKernel {
    /// 32-bit: for every adapter, and the faster one on most.
    F32,
    /// 64-bit: leaves fewer pixels to the CPU.
    F64,
}

choices!(ExactKernel for Kernel {
    F32 = "f32",
    F64 = "f64",
});

/// How a GPU computes; the default is the fastest way.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct GpuOptions {
    /// The adapter's number in the list of all, or what is part of the name, backend, driver or bus id of
    /// this one alone (case does not matter); the best adapter if it is `None`.
    pub adapter: Option<String>,
    /// The floats that `exact` computes in.
    pub exact_kernel: Option<ExactKernel>,
    /// Whether the device measures the time of its work, if it can, for
    /// [`device_times`](super::Engine::device_times).
    pub timed: bool,
    /// The callback for recovery events: a device that fails, and what is done about it.
    pub events: EventHandler,
    #[cfg(feature = "gpu")]
    pub(super) hooks: Hooks,
}

/// The options, with what a test changes.
#[cfg(feature = "gpu")]
pub fn hooked(options: GpuOptions, hooks: Hooks) -> GpuOptions {
    GpuOptions { hooks, ..options }
}

impl GpuOptions {
    /// The default on the adapter that `adapter` names.
    pub fn on(adapter: impl Into<String>) -> Self {
        Self { adapter: Some(adapter.into()), ..Self::default() }
    }

    setters!(
        adapter: Option<String>,
        exact_kernel: Option<ExactKernel>,
        timed: bool,
        events: EventHandler,
    );
}
