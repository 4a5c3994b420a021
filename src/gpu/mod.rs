//! The GPU: adapter and device, the uniform blocks, pipelines, dispatches, read-back.

mod adapter;
mod device;
mod kernel;
mod runner;
mod slot;
mod uniform;

pub use adapter::{Adapter, AdapterKind, adapters};
pub(crate) use adapter::{NamedAdapter, find, find_real};
pub(crate) use kernel::Kernel;
pub(crate) use runner::{DEPTH, Run, Runner};
