//! A GPU as an engine.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{Bands, CpuEngine, Engine, ExactKernel, GpuOptions};
use crate::counts::{Band, Tally};
use crate::cpu::exact::Tiers;
use crate::cpu::instruction_set;
use crate::error::{Error, Result};
use crate::gpu::{self, Device, Kernel, NamedAdapter, Run, Runner};
use crate::julia::{Job, Precision};
use crate::region::Window;

/// Undecided pixels that the CPU finishes before it looks whether the GPU has enough to do.
const FINISHED_AT_ONCE: usize = 1 << 15;

/// The engine on one adapter.
pub struct GpuEngine {
    device: Arc<Device>,
    runner: Runner,
    precision: Precision,
    additive_term: f64,
    /// For jobs that the kernels' bounds do not hold for.
    cpu: CpuEngine,
}

impl GpuEngine {
    /// The engine for `precision`.
    ///
    /// # Errors
    /// [`NoAdapter`](Error::NoAdapter); [`Unsupported`](Error::Unsupported) where the adapter
    /// cannot compute as asked; what its driver reports.
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
        if kernel.is_f64() && !found.adapter.shader_f64 {
            let (what, instead) = match precision {
                Precision::Exact => ("kernel f64", "kernel f32"),
                _ => ("precision double", "precision exact or single"),
            };
            return Err(Error::Unsupported {
                adapter: found.adapter.name,
                problem: format!("no 64-bit floats in shaders, which {what} needs"),
                instead: format!("take {instead}, engine cpu or another adapter"),
            });
        }
        let device = Arc::new(Device::open(found, kernel.features())?);
        let runner = Runner::new(device.clone(), kernel)?;
        let cpu = CpuEngine::new(precision);
        Ok(Self { device, runner, precision, additive_term: options.additive_term, cpu })
    }

    /// What it runs on.
    pub fn adapter(&self) -> &gpu::Adapter {
        &self.device.adapter
    }
}

impl Engine for GpuEngine {
    fn describe(&self) -> String {
        format!("gpu, {}, {}", self.adapter().name, self.runner.kernel().name())
    }

    fn describe_fully(&self) -> String {
        let adapter = self.adapter();
        format!("{}; {}, driver {}", self.describe(), adapter.backend, adapter.driver)
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        if self.precision != Precision::Exact {
            let run = self.runner.begin(job, 1.0, interrupt)?;
            return Ok(Box::new(PlainBands(run)));
        }
        if !gpu::fits(job) {
            return self.cpu.begin(job, interrupt);
        }
        Ok(Box::new(ExactBands {
            run: self.runner.begin(job, self.additive_term, interrupt)?,
            tiers: Tiers::new(&job.julia, instruction_set::best()),
            job: *job,
            interrupt,
        }))
    }
}

/// Bands of a plain precision.
struct PlainBands<'a>(Run<'a>);

impl Bands for PlainBands<'_> {
    fn depth(&self) -> usize {
        gpu::DEPTH
    }

    fn start(&mut self, window: Window, buffer: Vec<u32>) -> Result<()> {
        self.0.start(window, buffer)
    }

    fn finish(&mut self) -> Result<Band> {
        let gpu::Finished { window, counts, .. } = self.0.finish()?;
        Ok(Band { window, counts, tally: Tally::default() })
    }
}

/// Bands of the precision `exact`: what the kernel leaves undecided, the CPU's tiers finish while
/// the GPU has the next band.
struct ExactBands<'a> {
    run: Run<'a>,
    tiers: Tiers,
    job: Job,
    interrupt: &'a AtomicBool,
}

impl Bands for ExactBands<'_> {
    fn depth(&self) -> usize {
        gpu::DEPTH
    }

    fn start(&mut self, window: Window, buffer: Vec<u32>) -> Result<()> {
        self.run.start(window, buffer)
    }

    fn finish(&mut self) -> Result<Band> {
        let gpu::Finished { window, mut counts, undecided } = self.run.finish()?;
        let gpu = counts.len() as u64 - undecided.len() as u64;
        let mut tally = Tally { gpu, ..Tally::default() };
        for undecided in undecided.chunks(FINISHED_AT_ONCE) {
            self.run.feed()?;
            tally +=
                self.tiers.finish(&self.job, window, undecided, &mut counts, self.interrupt)?;
        }
        Ok(Band { window, counts, tally })
    }
}
