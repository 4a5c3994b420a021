//! A GPU as an engine.

mod bands;
mod open;
mod session;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{Bands, CpuEngine, Engine, ExactKernel, GpuOptions};
use crate::error::{Error, Result};
use crate::fault::Fault;
use crate::gpu::{self, Device, Kernel, NamedAdapter};
use crate::julia::{Job, Precision};
use crate::timing::{self, DeviceTimes, Phase, StartUp};
use bands::GpuBands;
use open::Ready;
use session::Session;

/// Jobs of fewer pixels are done before the two exact kernels have been compared.
const WORTH_COMPARING: u64 = 1 << 21;

/// The engine on one adapter.
///
/// A device that fails is tried once more: with smaller pieces of a band where its memory was short,
/// and a fresh one where it was lost or left something out.
pub struct GpuEngine {
    adapter: gpu::Adapter,
    precision: Precision,
    kernel: Kernel,
    /// Whether the other exact kernel may be the faster one.
    compare: bool,
    options: GpuOptions,
    /// None after a failure.
    ready: Option<Ready>,
    /// What starting took, as far as it is done.
    phases: Vec<Phase>,
    /// Whether the first band is still to come.
    first_band: bool,
    /// For jobs that the kernels' bounds do not hold for.
    cpu: CpuEngine,
}

impl GpuEngine {
    /// The engine for `precision`.
    ///
    /// # Errors
    /// [`NoAdapter`](Error::NoAdapter); [`Unsupported`](Error::Unsupported) where the adapter
    /// cannot compute as asked, or not reliably enough; what its driver reports.
    pub fn new(precision: Precision, options: &GpuOptions) -> Result<Self> {
        Self::on(gpu::find(options.adapter.as_deref())?, precision, options)
    }

    pub(super) fn on(
        found: NamedAdapter,
        precision: Precision,
        options: &GpuOptions,
    ) -> Result<Self> {
        let kernel = match (precision, options.exact_kernel) {
            (Precision::Single, _) => Kernel::Single,
            (Precision::Double, _) => Kernel::Double,
            (Precision::Exact, Some(ExactKernel::F64)) => Kernel::ExactDouble,
            (Precision::Exact, _) => Kernel::ExactSingle,
        };
        let adapter = found.adapter.clone();
        if kernel.is_f64() && !adapter.shader_f64 {
            let (what, instead) = match precision {
                Precision::Exact => ("kernel f64", "kernel f32"),
                _ => ("precision double", "precision exact or single"),
            };
            return Err(Error::Unsupported {
                adapter: adapter.name,
                problem: format!("no 64-bit floats in shaders, which {what} needs"),
                instead: format!("take {instead}, engine cpu or another adapter"),
            });
        }
        let compare =
            precision == Precision::Exact && options.exact_kernel.is_none() && adapter.shader_f64;
        let options = options.clone();
        let cpu = CpuEngine::new(precision);
        let mut new = Self {
            adapter,
            precision,
            kernel,
            compare,
            options,
            ready: None,
            phases: Vec::new(),
            first_band: true,
            cpu,
        };
        new.ready = Some(new.open(found)?);
        Ok(new)
    }

    /// What it runs on.
    pub fn adapter(&self) -> &gpu::Adapter {
        &self.adapter
    }

    /// What its dispatches came to so far, those of its self-test included.
    pub fn dispatches(&self) -> gpu::Dispatches {
        self.ready.as_ref().map(|ready| ready.runner.dispatches()).unwrap_or_default()
    }

    fn open(&mut self, mut found: NamedAdapter) -> Result<Ready> {
        let other = if self.compare { Kernel::ExactDouble } else { self.kernel };
        let features = self.kernel.features() | other.features();
        let GpuOptions { timed, planted, dispatch_work, .. } = self.options.clone();
        let phases = &mut self.phases;
        *phases = std::mem::take(&mut found.phases);
        let opened =
            timing::timed(phases, "device", || Device::open(found, features, timed, planted));
        self.first_band = true;
        Ready::new(Arc::new(opened?), self.kernel, dispatch_work, phases)
    }

    /// Begins `job` on the device; on a fresh one after a failure.
    fn session<'a>(
        &mut self,
        job: &Job,
        piece_pixels: u32,
        interrupt: &'a AtomicBool,
    ) -> Result<Session<'a>> {
        let mut ready = match self.ready.take() {
            Some(ready) => ready,
            None => self.open(gpu::find_again(&self.adapter)?)?,
        };
        if self.compare && job.grid.pixels() >= WORTH_COMPARING {
            self.compare = false;
            let phases = &mut self.phases;
            ready = timing::timed(phases, "both kernels", || {
                ready.or_faster(Kernel::ExactDouble, job, interrupt)
            })?;
            self.kernel = ready.runner.kernel();
        }
        let without_rounding = ready.device.has(Fault::NoAdditiveTerm);
        let additive_term = if without_rounding { 0.0 } else { 1.0 };
        Session::new(ready, job, piece_pixels, additive_term, interrupt)
    }
}

impl Engine for GpuEngine {
    fn describe(&self) -> String {
        format!("gpu, {}, {}", self.adapter.name, self.kernel.name())
    }

    fn describe_fully(&self) -> String {
        let adapter = &self.adapter;
        format!("{}; {}, driver {}", self.describe(), adapter.backend, adapter.driver)
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    fn start_up(&self) -> Vec<StartUp> {
        vec![StartUp { engine: self.describe(), phases: self.phases.clone() }]
    }

    fn device_times(&mut self) -> DeviceTimes {
        let times = self.ready.as_ref().and_then(|ready| ready.device.take_times().ok());
        times.unwrap_or_default()
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        if self.precision == Precision::Exact && !gpu::fits(job) {
            return self.cpu.begin(job, interrupt);
        }
        Ok(Box::new(GpuBands::new(self, job, interrupt)?))
    }
}
