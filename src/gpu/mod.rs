//! The GPU: adapter and device, the uniform blocks, pipelines, dispatches, read-back.

mod device;
mod dispatch;
mod inputs;
mod kernel;
mod self_test;

pub(crate) use device::Device;
pub use device::adapter::{Adapter, AdapterKind, adapters, fitting};
pub(crate) use device::adapter::{NamedAdapter, distinct, find, find_again, real};
#[doc(hidden)]
pub use device::panics::is_guarded;
pub use dispatch::runner::Dispatches;
pub(crate) use dispatch::runner::{DEPTH, Finished, Run, Runner};
pub(crate) use inputs::error_bound::fits;
pub(crate) use kernel::{Kernel, Program};
pub(crate) use self_test::check_arithmetic;
pub(crate) use self_test::step_test::check_steps;
