//! The GPU: adapter and device, the uniform blocks, pipelines, dispatches, read-back.

mod adapter;
mod band;
mod bound;
mod cursor;
mod device;
mod disks;
mod guard;
mod hardware;
mod inputs;
mod kernel;
mod pace;
mod probe;
mod program;
mod read_back;
mod report;
mod runner;
mod self_test;
mod slot;
mod step_test;
mod stopwatch;
mod uniform;

pub use adapter::{Adapter, AdapterKind, adapters, fitting};
pub(crate) use adapter::{NamedAdapter, distinct, find, find_again, real};
pub(crate) use bound::fits;
pub(crate) use device::Device;
#[doc(hidden)]
pub use guard::is_guarded;
pub(crate) use kernel::Kernel;
pub use runner::Dispatches;
pub(crate) use runner::{DEPTH, Finished, Run, Runner};
pub(crate) use self_test::check_arithmetic;
pub(crate) use step_test::check_steps;
