//! A GPU as an engine.

use std::sync::atomic::AtomicBool;

use super::{Bands, Engine};
use crate::counts::Band;
use crate::error::{Error, Result};
use crate::gpu::{self, Kernel, NamedAdapter, Runner};
use crate::julia::{Job, Precision};
use crate::region::Window;

/// The engine on one adapter.
pub struct GpuEngine {
    runner: Runner,
    precision: Precision,
}

impl GpuEngine {
    /// The engine on the best adapter whose name, backend, driver or bus id contains `adapter`
    /// (case does not matter), or on the best of all.
    ///
    /// # Errors
    /// [`NoAdapter`](crate::Error::NoAdapter); [`Unsupported`](crate::Error::Unsupported) where it
    /// cannot compute in `precision`; what its driver reports.
    pub fn new(adapter: Option<&str>, precision: Precision) -> Result<Self> {
        Self::on(gpu::find(adapter)?, precision)
    }

    pub(super) fn on(adapter: NamedAdapter, precision: Precision) -> Result<Self> {
        let Some(kernel) = Kernel::of(precision) else {
            return Err(Error::Unsupported {
                adapter: adapter.adapter.name,
                problem: "the GPU engine has no precision exact".to_owned(),
                instead: "take precision double or the CPU engine".to_owned(),
            });
        };
        Ok(Self { runner: Runner::new(adapter, kernel)?, precision })
    }

    /// What it runs on.
    pub fn adapter(&self) -> &gpu::Adapter {
        self.runner.adapter()
    }
}

impl Engine for GpuEngine {
    fn describe(&self) -> String {
        format!("gpu, {}, {}", self.adapter().name, self.precision.name())
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        Ok(Box::new(self.runner.begin(job, interrupt)?))
    }
}

impl Bands for gpu::Run<'_> {
    fn depth(&self) -> usize {
        gpu::DEPTH
    }

    fn start(&mut self, window: Window, buffer: Vec<u32>) -> Result<()> {
        self.start(window, buffer)
    }

    fn finish(&mut self) -> Result<Band> {
        self.finish()
    }
}
