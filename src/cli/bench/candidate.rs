//! What is timed.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use juliaset::cpu::scalar;
use juliaset::engine::{self, Engine, EngineChoice, GpuOptions};
use juliaset::picture::{self, Options};
use juliaset::{Error, Job, Precision, Result, render};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The definition of the escape count, point after point on one thread.
#[derive(Default)]
pub struct Definition {
    /// The time of each run, in seconds.
    pub kernel: Vec<f64>,
    /// Applications of z² + c in one run.
    pub iterations: u64,
}

impl Definition {
    /// Times one run.
    pub fn measure(&mut self, job: &Job, interrupt: &AtomicBool) -> Result<()> {
        let (grid, julia) = (&job.grid, &job.julia);
        let start = Instant::now();
        self.iterations = 0;
        for row in 0..grid.height() {
            let y = grid.y(row);
            for col in 0..grid.width() {
                let count = scalar::double(julia, grid.x(col), y);
                self.iterations += u64::from(count.saturating_add(1).min(julia.itermax()));
            }
            if interrupt.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
        }
        self.kernel.push(start.elapsed().as_secs_f64());
        Ok(())
    }
}

/// An engine in one precision.
pub struct Candidate {
    pub place: Place,
    pub precision: Precision,
    /// The time of each run for the escape counts alone, in seconds.
    pub kernel: Vec<f64>,
    /// The time of each run for the whole job, in seconds; none where the picture's part in it
    /// would be done elsewhere.
    pub picture: Vec<f64>,
    engine: Box<dyn Engine>,
}

/// Where an engine computes.
#[derive(Clone)]
pub enum Place {
    /// On all threads of the process.
    Cpu,
    /// On one thread.
    OneThread(Arc<ThreadPool>),
    /// On an adapter.
    #[cfg(feature = "gpu")]
    Gpu(juliaset::gpu::Adapter),
}

impl Place {
    /// Everywhere that this machine and this build can compute.
    pub fn all() -> Vec<Self> {
        let mut places = Vec::new();
        if rayon::current_num_threads() > 1 {
            let pool = ThreadPoolBuilder::new().num_threads(1).build();
            places.extend(pool.map(|pool| Self::OneThread(Arc::new(pool))));
        }
        places.push(Self::Cpu);
        #[cfg(feature = "gpu")]
        places.extend(juliaset::gpu::adapters().into_iter().map(Self::Gpu));
        places
    }

    fn engine(&self, precision: Precision, job: &Job) -> Result<Box<dyn Engine>> {
        let (choice, adapter) = match self {
            Self::Cpu | Self::OneThread(_) => (EngineChoice::Cpu, None),
            // Of two adapters with one name each has its own address.
            #[cfg(feature = "gpu")]
            Self::Gpu(adapter) if adapter.pci_bus_id.is_empty() => {
                (EngineChoice::Gpu, Some(adapter.name.clone()))
            }
            #[cfg(feature = "gpu")]
            Self::Gpu(adapter) => (EngineChoice::Gpu, Some(adapter.pci_bus_id.clone())),
        };
        let options = GpuOptions { adapter, ..GpuOptions::default() };
        Ok(engine::choose(choice, &options, precision, job)?.0)
    }
}

impl Candidate {
    /// Makes the engine and runs it once: drivers compile shaders in the first run.
    pub fn new(
        place: Place,
        precision: Precision,
        job: &Job,
        interrupt: &AtomicBool,
    ) -> Result<Self> {
        let engine = place.engine(precision, job)?;
        let mut new = Self { place, precision, kernel: Vec::new(), picture: Vec::new(), engine };
        new.run_kernel(job, interrupt)?;
        Ok(new)
    }

    /// Times one run of the escape counts and one of the whole job, with its picture in `path`.
    pub fn measure(&mut self, job: &Job, path: &Path, interrupt: &AtomicBool) -> Result<()> {
        let seconds = self.run_kernel(job, interrupt)?;
        self.kernel.push(seconds);
        if !matches!(self.place, Place::OneThread(_)) {
            let start = Instant::now();
            let mut engine = self.place.engine(self.precision, job)?;
            picture::write(&mut *engine, job, path, &Options::default(), interrupt, |_| ())?;
            self.picture.push(start.elapsed().as_secs_f64());
        }
        Ok(())
    }

    fn run_kernel(&mut self, job: &Job, interrupt: &AtomicBool) -> Result<f64> {
        let engine = &mut *self.engine;
        let mut run = || {
            let start = Instant::now();
            render::each_band(engine, job, interrupt, |_| Ok(()))?;
            Ok(start.elapsed().as_secs_f64())
        };
        match &self.place {
            Place::OneThread(pool) => pool.install(run),
            _ => run(),
        }
    }
}
