//! What is timed.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::colored::Colored;
use crate::cpu::reference;
use crate::engine::{Engine, GpuOptions};
use crate::picture::Options;
use crate::{EngineChoice, Error, Job, Precision, Result, Variant};
use crate::{engine, picture, render};

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
                let count = reference::double(julia, grid.x(col), y);
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

/// A variant in one place.
pub struct Candidate {
    pub place: Place,
    pub variant: Variant,
    /// What computed in the last run, in a few words.
    pub description: String,
    /// Applications of z² + c in one run.
    pub iterations: u64,
    /// The time of each run for the escape counts alone, in seconds.
    pub kernel: Vec<f64>,
    /// What the device's own clock says of the same, in seconds; none if it has no clock.
    pub device: Vec<f64>,
    /// The time of all threads of the CPU together for what the device is given for that, in seconds; none
    /// without a device.
    pub host: Vec<f64>,
    /// The time of each run for the whole job, in seconds; none if the picture's part in it
    /// would be done elsewhere.
    pub picture: Vec<f64>,
    /// The time of each of their stages, in seconds. Stages overlap.
    pub stages: [(&'static str, Vec<f64>); 7],
    /// Pictures in colour, each a whole job.
    pub colored: Vec<Colored>,
    engine: Box<dyn Engine>,
}

/// The job without what has been worked out for its view: a whole job does that, too.
fn afresh(job: &Job) -> Job {
    Job { grid: job.grid.afresh(), ..job.clone() }
}

/// Where an engine computes.
#[derive(Clone)]
pub enum Place {
    /// On all threads of the process.
    Cpu,
    /// On one thread.
    OneThread(Arc<ThreadPool>),
    /// On an adapter, of this number.
    #[cfg(feature = "gpu")]
    Gpu(usize, crate::Adapter),
}

impl Place {
    /// Everywhere that this machine and this build can compute; of adapters only those that are wanted.
    pub fn all(wanted: Option<&str>) -> Result<Vec<Self>> {
        let mut places = Vec::new();
        if rayon::current_num_threads() > 1 {
            let pool = ThreadPoolBuilder::new().num_threads(1).build();
            places.extend(pool.map(|pool| Self::OneThread(Arc::new(pool))));
        }
        places.push(Self::Cpu);
        #[cfg(feature = "gpu")]
        {
            let adapters = crate::gpu::adapters();
            let wanted = match wanted {
                Some(wanted) => crate::gpu::fitting(&adapters, wanted)?,
                None => (0..adapters.len()).collect(),
            };
            places.extend(wanted.into_iter().map(|n| Self::Gpu(n, adapters[n].clone())));
        }
        #[cfg(not(feature = "gpu"))]
        if wanted.is_some() {
            return Err(Error::WithoutGpu);
        }
        Ok(places)
    }

    /// The engine that its variants have.
    pub fn choice(&self) -> EngineChoice {
        match self {
            Self::Cpu | Self::OneThread(_) => EngineChoice::Cpu,
            #[cfg(feature = "gpu")]
            Self::Gpu(_, _) => EngineChoice::Gpu,
        }
    }

    fn engine(&self, variant: Variant, job: &Job) -> Result<Box<dyn Engine>> {
        let adapter = match self {
            Self::Cpu | Self::OneThread(_) => None,
            #[cfg(feature = "gpu")]
            Self::Gpu(number, _) => Some(number.to_string()),
        };
        let options = GpuOptions::default().adapter(adapter).timed(true);
        let options = options.exact_kernel(variant.floats());
        Ok(engine::choose(variant.engine(), &options, variant.precision(), job)?.0)
    }
}

impl Candidate {
    /// Makes the engine and runs it once: drivers compile shaders in the first run.
    pub fn new(place: Place, variant: Variant, job: &Job, interrupt: &AtomicBool) -> Result<Self> {
        let engine = place.engine(variant, job)?;
        let stages = ["start_up", "prepare", "kernel", "copy", "read_back", "normalise", "encode"];
        let mut new = Self {
            place,
            variant,
            description: String::new(),
            iterations: 0,
            kernel: Vec::new(),
            device: Vec::new(),
            host: Vec::new(),
            picture: Vec::new(),
            stages: stages.map(|name| (name, Vec::new())),
            colored: Vec::new(),
            engine,
        };
        new.run_kernel(job, interrupt)?;
        Ok(new)
    }

    /// Whether its pictures in colour are of interest: all threads or an adapter, in `exact`.
    pub fn has_colored(&self) -> bool {
        !matches!(self.place, Place::OneThread(_)) && self.variant.precision() == Precision::Exact
    }

    /// The same with these pictures in colour.
    pub fn with(self, colored: Vec<Colored>) -> Self {
        Self { colored, ..self }
    }

    /// Times one run of the escape counts and one of the whole job, with its picture in `path`.
    pub fn measure(&mut self, job: &Job, path: &Path, interrupt: &AtomicBool) -> Result<()> {
        // What was busy before.
        self.engine.device_times();
        let seconds = self.run_kernel(job, interrupt)?;
        self.kernel.push(seconds);
        let busy = self.engine.device_times();
        self.device.extend(busy.kernel.map(|time| time.as_secs_f64()));
        let on_gpu = self.place.choice() == EngineChoice::Gpu;
        self.host.extend(on_gpu.then_some(busy.preparation.as_secs_f64()));
        self.description = self.engine.describe();
        if !matches!(self.place, Place::OneThread(_)) {
            let start = Instant::now();
            let job = &afresh(job);
            let mut engine = self.place.engine(self.variant, job)?;
            let start_up = start.elapsed();
            let written =
                picture::write(&mut *engine, job, path, &Options::default(), interrupt, |_| ())?;
            self.picture.push(start.elapsed().as_secs_f64());
            let busy = engine.device_times();
            let times = [
                Some(start_up),
                on_gpu.then_some(busy.preparation),
                busy.kernel,
                busy.copy,
                on_gpu.then_some(busy.read_back),
                Some(written.tone_time),
                Some(written.encode_time),
            ];
            for ((_, stage), time) in self.stages.iter_mut().zip(times) {
                stage.extend(time.map(|time| time.as_secs_f64()));
            }
        }
        Ok(())
    }

    /// Times one run of each picture in colour, in `path`.
    pub fn measure_colored(
        &mut self,
        job: &Job,
        path: &Path,
        interrupt: &AtomicBool,
    ) -> Result<()> {
        for colored in &mut self.colored {
            let options = &colored.options;
            let start = Instant::now();
            let job = &afresh(job);
            let mut engine = self.place.engine(self.variant, &options.sampling.job(job)?)?;
            picture::write(&mut *engine, job, path, options, interrupt, |_| ())?;
            colored.seconds.push(start.elapsed().as_secs_f64());
        }
        Ok(())
    }

    fn run_kernel(&mut self, job: &Job, interrupt: &AtomicBool) -> Result<f64> {
        let (engine, itermax) = (&mut *self.engine, job.julia.itermax());
        // Counted in the first run, which is not timed.
        let (counted, mut iterations) = (self.iterations > 0, self.iterations);
        let mut run = || {
            let start = Instant::now();
            render::each_band(engine, job, interrupt, |band| {
                if !counted {
                    let taken = |&count: &u32| u64::from(count.saturating_add(1).min(itermax));
                    iterations += band.values.counts.iter().map(taken).sum::<u64>();
                }
                Ok(())
            })?;
            Ok(start.elapsed().as_secs_f64())
        };
        let seconds = match &self.place {
            Place::OneThread(pool) => pool.install(run),
            _ => run(),
        };
        self.iterations = iterations;
        seconds
    }
}
