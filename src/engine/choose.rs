//! Which engine does a job, and why.

use super::{CpuEngine, Engine, GpuOptions};
use crate::error::{Error, Result};
use crate::julia::{Job, Precision};

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EngineChoice {
    /// The one that should be the faster for the job.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// A GPU, or an error.
    Gpu,
}

impl EngineChoice {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Cpu, Self::Gpu];

    /// Its name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
        }
    }
}

/// The engine for `job`, and in a few words why it is this one.
///
/// An adapter named under [`EngineChoice::Auto`] asks for the GPU. Without a name, `Auto` never
/// takes a software adapter, and does not even look for a GPU where the job is small. In both cases
/// the CPU takes over where the GPU fails.
///
/// # Errors
/// Where the engine that was asked for cannot be had; `Auto` without an adapter's name always can.
pub fn choose(
    choice: EngineChoice,
    options: &GpuOptions,
    precision: Precision,
    job: &Job,
) -> Result<(Box<dyn Engine>, String)> {
    let cpu = |why: String| -> Result<(Box<dyn Engine>, String)> {
        Ok((Box::new(CpuEngine::new(precision)), why))
    };
    match (choice, options.adapter.as_deref()) {
        (EngineChoice::Cpu, None) => cpu("asked for".to_owned()),
        (EngineChoice::Cpu, Some(adapter)) => {
            Err(Error::invalid("adapter", adapter, "is no choice with engine cpu"))
        }
        (EngineChoice::Auto, None) => {
            if is_small(job) {
                return cpu("the job is done before a GPU has started".to_owned());
            }
            match best(precision, options) {
                Ok((engine, why)) => Ok((understudied(engine, precision, options), why)),
                Err(why) => cpu(why),
            }
        }
        (EngineChoice::Auto, Some(_)) => {
            let (engine, why) = asked_for(precision, options)?;
            Ok((understudied(engine, precision, options), why))
        }
        (EngineChoice::Gpu, _) => asked_for(precision, options),
    }
}

/// Whether the CPU is done, even if no pixel escapes, before a GPU has started.
fn is_small(job: &Job) -> bool {
    /// Steps that one core does in the tenths of a second that a GPU takes to start.
    const STEPS_PER_THREAD: u64 = 100_000_000;
    let steps = u128::from(job.grid.pixels()) * u128::from(job.julia.itermax());
    steps <= u128::from(STEPS_PER_THREAD) * rayon::current_num_threads() as u128
}

#[cfg(feature = "gpu")]
fn asked_for(precision: Precision, options: &GpuOptions) -> Result<(Box<dyn Engine>, String)> {
    let engine = super::GpuEngine::new(precision, options)?;
    Ok((Box::new(engine), "asked for".to_owned()))
}

#[cfg(not(feature = "gpu"))]
fn asked_for(_: Precision, _: &GpuOptions) -> Result<(Box<dyn Engine>, String)> {
    Err(Error::WithoutGpu)
}

/// `gpu`, with the CPU in its place where it fails.
#[cfg(feature = "gpu")]
fn understudied(
    gpu: Box<dyn Engine>,
    precision: Precision,
    options: &GpuOptions,
) -> Box<dyn Engine> {
    let (cpu, notify) = (CpuEngine::new(precision), options.notify.clone());
    Box::new(super::understudy::Understudied { gpu, cpu, notify })
}

#[cfg(not(feature = "gpu"))]
fn understudied(gpu: Box<dyn Engine>, _: Precision, _: &GpuOptions) -> Box<dyn Engine> {
    gpu
}

/// The best GPU; or in words why there is none.
#[cfg(feature = "gpu")]
fn best(
    precision: Precision,
    options: &GpuOptions,
) -> std::result::Result<(Box<dyn Engine>, String), String> {
    let found = crate::gpu::find_real(precision)?;
    let why = format!("the best GPU found, a {}", found.adapter.kind.name());
    let engine =
        super::GpuEngine::on(found, precision, options).map_err(|error| error.to_string())?;
    Ok((Box::new(engine), why))
}

#[cfg(not(feature = "gpu"))]
fn best(_: Precision, _: &GpuOptions) -> std::result::Result<(Box<dyn Engine>, String), String> {
    Err("this build has no GPU engine".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::julia::Julia;
    use crate::region::{ComplexRegion, Grid};

    fn job(resolution: u32, itermax: u32) -> Job {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let julia = Julia::new(num_complex::Complex64::I, 2.0, (0, itermax)).unwrap();
        Job { julia, grid: Grid::new(region, resolution).unwrap() }
    }

    #[test]
    fn a_small_job_is_the_cpus() {
        let (engine, why) =
            choose(EngineChoice::Auto, &GpuOptions::default(), Precision::Double, &job(500, 80))
                .unwrap();
        assert_eq!(engine.describe(), "cpu, double");
        assert!(why.contains("small") || why.contains("before a GPU"), "{why}");
        assert!(!is_small(&job(60_000, 10_000)));
    }

    #[test]
    fn the_cpu_has_no_adapter() {
        let result =
            choose(EngineChoice::Cpu, &GpuOptions::on("GeForce"), Precision::Double, &job(10, 10))
                .map(|_| ());
        assert!(result.unwrap_err().to_string().contains("GeForce"));
    }

    #[test]
    fn an_adapter_that_is_not_there_is_an_error() {
        for choice in [EngineChoice::Gpu, EngineChoice::Auto] {
            let job = job(10, 10);
            let result =
                choose(choice, &GpuOptions::on("no such adapter"), Precision::Single, &job);
            assert!(result.is_err(), "{choice:?}");
        }
    }
}
