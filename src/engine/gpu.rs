//! A GPU as an engine.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use num_complex::Complex64;

use super::{Bands, CpuEngine, Engine, ExactKernel, GpuOptions};
use crate::counts::{Band, Tally};
use crate::cpu::exact::Tiers;
use crate::cpu::{Filler, instruction_set};
use crate::error::{Error, Result};
use crate::fault::Fault;
use crate::gpu::{self, Device, Kernel, NamedAdapter, Run, Runner};
use crate::julia::{Job, Julia, Precision};
use crate::region::{ComplexRegion, Grid, Window};

/// Undecided pixels that the CPU finishes before it looks whether the GPU has enough to do.
const FINISHED_AT_ONCE: usize = 1 << 15;

/// Jobs of fewer pixels are done before the two exact kernels have been compared.
const WORTH_COMPARING: u64 = 1 << 21;

/// The engine on one adapter.
pub struct GpuEngine {
    device: Arc<Device>,
    runner: Runner,
    /// Whether the other exact kernel may be the faster one.
    compare: bool,
    precision: Precision,
    fault: Option<Fault>,
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
        let compare = precision == Precision::Exact
            && options.exact_kernel.is_none()
            && found.adapter.shader_f64;
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
        let other = if compare { Kernel::ExactDouble } else { kernel };
        let features = kernel.features() | other.features();
        let device = Arc::new(Device::open(found, features, options.fault)?);
        let runner = ready(&device, kernel)?;
        let cpu = CpuEngine::new(precision);
        Ok(Self { device, runner, compare, precision, fault: options.fault, cpu })
    }

    /// What it runs on.
    pub fn adapter(&self) -> &gpu::Adapter {
        &self.device.adapter
    }

    /// Takes the other exact kernel where that is the faster one for `job`.
    fn compare(&mut self, job: &Job, interrupt: &AtomicBool) -> Result<()> {
        self.compare = false;
        let mut other = ready(&self.device, Kernel::ExactDouble)?;
        let (mut own_time, mut other_time);
        let mut pixels = 1 << 14;
        loop {
            let window = middle(&job.grid, pixels);
            own_time = time(&mut self.runner, job, window, interrupt)?;
            other_time = time(&mut other, job, window, interrupt)?;
            // Times of a millisecond are of the driver, not of the kernel.
            let long_enough = own_time.min(other_time) > Duration::from_millis(5);
            if long_enough || window.pixels() * 2 < pixels || pixels >= 1 << 20 {
                break;
            }
            pixels *= 4;
        }
        if other_time < own_time {
            self.runner = other;
        }
        Ok(())
    }
}

/// A runner of `kernel`; of an exact one only where the adapter passes its tests.
fn ready(device: &Arc<Device>, kernel: Kernel) -> Result<Runner> {
    let mut runner = Runner::new(device.clone(), kernel)?;
    if kernel.is_exact() {
        gpu::check_arithmetic(device, kernel)?;
        check_counts(&mut runner, device)?;
    }
    Ok(runner)
}

/// Compares some counts with the CPU's, at points around a repelling fixed point: their orbits part
/// for long before they escape, and most of the bound is used up.
fn check_counts(runner: &mut Runner, device: &Device) -> Result<()> {
    let c = Complex64::new(-0.8, 0.156);
    let fixed = 0.5 * (1.0 + (1.0 - 4.0 * c).sqrt());
    let (half_width, half_height) = (0.06, 0.04);
    let region = ComplexRegion::new(
        fixed.re - half_width,
        fixed.re + half_width,
        fixed.im - half_height,
        fixed.im + half_height,
    )?;
    let job = Job { julia: Julia::new(c, 2.0, (0, 200))?, grid: Grid::new(region, 96)? };
    let go_on = AtomicBool::new(false);
    let window = middle(&job.grid, job.grid.pixels());
    let band = exact_band(runner, &job, window, 1.0, &go_on)?;
    let mut judged = vec![0; band.counts.len()];
    Filler::new(&job, Precision::Exact).fill(window, &mut judged, &go_on)?;
    let wrong = band.counts.iter().zip(&judged).filter(|(count, judged)| count != judged).count();
    if wrong == 0 {
        return Ok(());
    }
    Err(Error::Unsupported {
        adapter: device.adapter.name.clone(),
        problem: format!("{wrong} of {} counts of its self-test are wrong", judged.len()),
        instead: "take engine cpu or another adapter".to_owned(),
    })
}

/// A window of about so many pixels in the middle of a grid, or all of it.
fn middle(grid: &Grid, pixels: u64) -> Window {
    let share = (pixels as f64 / grid.pixels() as f64).sqrt().min(1.0);
    let part = |side: u32| ((f64::from(side) * share).ceil() as u32).clamp(1, side);
    let (width, height) = (part(grid.width()), part(grid.height()));
    Window { col: (grid.width() - width) / 2, row: (grid.height() - height) / 2, width, height }
}

/// How long a window takes, once the driver has warmed up.
fn time(
    runner: &mut Runner,
    job: &Job,
    window: Window,
    interrupt: &AtomicBool,
) -> Result<Duration> {
    exact_band(runner, job, window, 1.0, interrupt)?;
    let start = Instant::now();
    exact_band(runner, job, window, 1.0, interrupt)?;
    Ok(start.elapsed())
}

/// One band on its own.
fn exact_band(
    runner: &mut Runner,
    job: &Job,
    window: Window,
    additive_term: f64,
    interrupt: &AtomicBool,
) -> Result<Band> {
    let mut bands = ExactBands::new(runner, job, additive_term, interrupt)?;
    bands.start(window, Vec::new())?;
    bands.finish()
}

impl Engine for GpuEngine {
    fn describe(&self) -> String {
        format!("gpu, {}, {}", self.adapter().name, self.runner.kernel().name())
    }

    fn describe_fully(&self) -> String {
        let adapter = self.adapter();
        format!("{}; {}, driver {}", self.describe(), adapter.backend, adapter.driver)
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        if self.precision != Precision::Exact {
            return Ok(Box::new(PlainBands(self.runner.begin(job, 1.0, interrupt)?)));
        }
        if !gpu::fits(job) {
            return self.cpu.begin(job, interrupt);
        }
        if self.compare && job.grid.pixels() >= WORTH_COMPARING {
            self.compare(job, interrupt)?;
        }
        let additive_term = if self.fault == Some(Fault::NoAdditiveTerm) { 0.0 } else { 1.0 };
        Ok(Box::new(ExactBands::new(&mut self.runner, job, additive_term, interrupt)?))
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

impl<'a> ExactBands<'a> {
    fn new(
        runner: &'a mut Runner,
        job: &Job,
        additive_term: f64,
        interrupt: &'a AtomicBool,
    ) -> Result<Self> {
        Ok(Self {
            run: runner.begin(job, additive_term, interrupt)?,
            tiers: Tiers::new(&job.julia, instruction_set::best()),
            job: *job,
            interrupt,
        })
    }
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
