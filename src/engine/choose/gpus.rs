//! Which of this machine's GPUs do a job, and what the CPU has to do with it.

use super::estimate;
use super::reason::Reason;
use crate::band::Quantities;
use crate::engine::gpu::kernel_of;
use crate::engine::speed::compare_speed;
use crate::engine::{CpuEngine, Engine, GpuEngine, GpuOptions};
use crate::error::{Error, Result};
use crate::gpu::{self, AdapterKind, NamedAdapter};
use crate::job::Job;
use crate::julia::Precision;

/// An engine, and why.
type Chosen = (Box<dyn Engine>, Reason);

/// Whether there is an adapter that could do what was asked for.
pub fn check(precision: Precision, options: &GpuOptions) -> Result<()> {
    let found = match options.adapter.as_deref() {
        Some(name) => vec![gpu::find(Some(name))?],
        None => gpu::distinct(),
    };
    let mut failure = Error::NoAdapter;
    for NamedAdapter { adapter, .. } in found {
        match kernel_of(&adapter, precision, options) {
            Ok(_) => return Ok(()),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// The GPU that was asked for.
pub fn asked_for(precision: Precision, options: &GpuOptions, job: &Job) -> Result<Chosen> {
    let (engine, of) = named(precision, options, job)?;
    Ok((Box::new(engine), if of > 1 { Reason::Fastest { of } } else { Reason::AskedFor }))
}

/// The GPU that was asked for, and the CPU if it fails.
pub fn with_fallback(precision: Precision, options: &GpuOptions, job: &Job) -> Result<Chosen> {
    match named(precision, options, job) {
        Ok((engine, _)) => Ok((Box::new(engine.with_fallback()), Reason::AskedFor)),
        Err(error) if error.is_of_device() => {
            Ok((Box::new(CpuEngine::new(precision)), Reason::NoGpu { why: error.to_string() }))
        }
        Err(error) => Err(error),
    }
}

/// The faster of the best GPU and the CPU, on a part of `job`; or the reason why there is no GPU.
pub fn faster(
    precision: Precision,
    options: &GpuOptions,
    job: &Job,
) -> std::result::Result<Chosen, String> {
    let found = if options.hooks.software { gpu::distinct() } else { gpu::real(precision)? };
    let in_words = |error: Error| error.to_string();
    let (mut gpu, of) = fastest(found, precision, options, job).map_err(in_words)?;
    let mut cpu = CpuEngine::new(precision);
    let [gpu_time, cpu_time] =
        compare_speed([&mut gpu, &mut cpu], job, Quantities::NONE).map_err(in_words)?;
    // In the part that was timed nothing was taken from a mirror image.
    let cpu_time = cpu_time.mul_f64(crate::engine::cpu::computed_by_cpu(job, precision));
    let times = gpu_time.as_secs_f64() / cpu_time.as_secs_f64();
    if times > 1.0 {
        let than = gpu.adapter().name.clone();
        return Ok((Box::new(cpu), Reason::Faster { times, than, of: 1 }));
    }
    let reason = Reason::Faster { times: 1.0 / times, than: "the cpu".to_owned(), of };
    Ok((Box::new(gpu.with_fallback()), reason))
}

/// The engines that can be made, at least one.
fn open(
    found: Vec<NamedAdapter>,
    precision: Precision,
    options: &GpuOptions,
) -> Result<Vec<GpuEngine>> {
    let mut failure = Error::NoAdapter;
    let mut engines = Vec::new();
    for found in found {
        match GpuEngine::on(found, precision, options) {
            Ok(engine) => engines.push(engine),
            Err(error) => failure = error,
        }
    }
    if engines.is_empty() { Err(failure) } else { Ok(engines) }
}

/// The adapter that the options name, or the fastest of the best kind; and how many there were of it.
fn named(precision: Precision, options: &GpuOptions, job: &Job) -> Result<(GpuEngine, usize)> {
    match &options.adapter {
        Some(_) => Ok((GpuEngine::new(precision, options)?, 1)),
        None => fastest(gpu::distinct(), precision, options, job),
    }
}

/// The fastest of the best kind in `found`, on a part of `job`; the first if the job is too small to
/// ask. And how many there were of that kind.
fn fastest(
    mut found: Vec<NamedAdapter>,
    precision: Precision,
    options: &GpuOptions,
    job: &Job,
) -> Result<(GpuEngine, usize)> {
    let kind = found.first().map_or(AdapterKind::Other, |best| best.adapter.kind);
    found.retain(|found| found.adapter.kind == kind);
    if estimate::is_small(job) {
        found.truncate(1);
    }
    let engines = open(found, precision, options)?;
    let rivals = engines.len();
    let mut engines = engines.into_iter();
    let mut best = engines.next().expect("there is one at least");
    for mut rival in engines {
        let [best_time, rival_time] =
            compare_speed([&mut best, &mut rival], job, Quantities::NONE)?;
        if rival_time < best_time {
            best = rival;
        }
    }
    Ok((best, rivals))
}
