//! A GPU as an engine.

mod connection;
mod recovery;
mod self_check;
mod session;

use std::sync::atomic::AtomicBool;

use super::{Bands, CpuEngine, Engine, ExactKernel, GpuOptions, Variant};
use crate::band::Quantities;
use crate::error::Result;
use crate::gpu::{self, NamedAdapter};
use crate::job::Job;
use crate::julia::Precision;
use crate::timing::{DeviceTimes, StartUp};
pub(super) use connection::kernel_of;

use connection::Connection;
use recovery::GpuBands;
use session::Ready;

/// The engine on one adapter.
///
/// A device that fails is tried once more: with smaller pieces of a band if its memory was short,
/// and a fresh one if it was lost or left something out.
pub struct GpuEngine {
    connection: Connection,
    /// For jobs that the kernels' bounds do not hold for.
    cpu: CpuEngine,
    /// Whether the CPU continues if the device cannot.
    falls_back: bool,
}

impl GpuEngine {
    /// The engine for `precision`.
    ///
    /// # Errors
    /// [`NoAdapter`](crate::Error::NoAdapter); [`Invalid`](crate::Error::Invalid) if the adapter's name does not fit
    /// exactly one; [`Unsupported`](crate::Error::Unsupported) if the adapter cannot compute as asked, or not
    /// reliably enough; what its driver reports.
    pub fn new(precision: Precision, options: &GpuOptions) -> Result<Self> {
        Self::on(gpu::find(options.adapter.as_deref())?, precision, options)
    }

    pub(super) fn on(
        found: NamedAdapter,
        precision: Precision,
        options: &GpuOptions,
    ) -> Result<Self> {
        let connection = Connection::open(found, precision, options)?;
        Ok(Self { connection, cpu: CpuEngine::new(precision), falls_back: false })
    }

    /// The same engine; if its device fails again, the CPU continues.
    pub(super) fn with_fallback(self) -> Self {
        Self { falls_back: true, ..self }
    }

    /// What it runs on.
    pub fn adapter(&self) -> &gpu::Adapter {
        &self.connection.adapter
    }

    /// What its dispatches came to so far, those of its self-test included.
    pub fn dispatches(&self) -> gpu::Dispatches {
        self.connection.ready.as_ref().map(Ready::dispatches).unwrap_or_default()
    }
}

impl Engine for GpuEngine {
    fn describe(&self) -> String {
        let Connection { adapter, precision, kernel, .. } = &self.connection;
        let floats = if kernel.is_f64() { ExactKernel::F64 } else { ExactKernel::F32 };
        format!("{}, {}", Variant::on_gpu(*precision, floats), adapter.name)
    }

    fn describe_verbose(&self) -> String {
        let adapter = self.adapter();
        format!("{}; {}, driver {}", self.describe(), adapter.backend, adapter.driver)
    }

    fn precision(&self) -> Precision {
        self.connection.precision
    }

    fn start_up(&self) -> Option<StartUp> {
        Some(StartUp { engine: self.describe(), phases: self.connection.phases.clone() })
    }

    fn device_times(&mut self) -> DeviceTimes {
        let ready = self.connection.ready.as_ref();
        ready.and_then(|ready| ready.device.take_times().ok()).unwrap_or_default()
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        quantities: Quantities,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        let Self { connection, cpu, falls_back } = self;
        if !gpu::fits(connection.precision, job) {
            return cpu.begin(job, quantities, interrupt);
        }
        let cpu = falls_back.then_some(cpu);
        Ok(Box::new(GpuBands::new(connection, cpu, job, quantities, interrupt)?))
    }
}
