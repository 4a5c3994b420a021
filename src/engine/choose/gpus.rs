//! Which of this machine's GPUs do a job, and what the CPU has to do with it.

use super::estimate;
use crate::engine::multi::MultiEngine;
use crate::engine::speed::compare_speed;
use crate::engine::{CpuEngine, Engine, GpuEngine, GpuOptions};
use crate::error::{Error, Result};
use crate::gpu::{self, AdapterKind, NamedAdapter};
use crate::julia::{Job, Precision};

/// An engine, and why.
type Chosen = (Box<dyn Engine>, String);

/// The GPU that was asked for.
pub fn asked_for(precision: Precision, options: &GpuOptions, job: &Job) -> Result<Chosen> {
    let (engine, rivals) = named(precision, options, job)?;
    Ok((Box::new(engine), because(rivals, "asked for".to_owned())))
}

/// The GPU that was asked for, and the CPU where it fails.
pub fn with_fallback(precision: Precision, options: &GpuOptions, job: &Job) -> Result<Chosen> {
    match named(precision, options, job) {
        Ok((engine, _)) => Ok((Box::new(engine.with_fallback()), "asked for".to_owned())),
        Err(error) if error.is_of_device() => {
            Ok((Box::new(CpuEngine::new(precision)), error.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// The faster of the best GPU and the CPU, on a part of `job`; or in words why there is no GPU.
pub fn faster(
    precision: Precision,
    options: &GpuOptions,
    job: &Job,
) -> std::result::Result<Chosen, String> {
    let found = if options.hooks.software { gpu::distinct() } else { gpu::real(precision)? };
    let in_words = |error: Error| error.to_string();
    let (mut gpu, rivals) = fastest(found, precision, options, job).map_err(in_words)?;
    let mut cpu = CpuEngine::new(precision);
    let [gpu_time, cpu_time] = compare_speed([&mut gpu, &mut cpu], job).map_err(in_words)?;
    let ratio = gpu_time.as_secs_f64() / cpu_time.as_secs_f64();
    if ratio > 1.0 {
        let name = &gpu.adapter().name;
        return Ok((
            Box::new(cpu),
            format!("{ratio:.1} times as fast as {name} on a part of this job"),
        ));
    }
    let why = format!("{:.1} times as fast as the cpu on a part of this job", 1.0 / ratio);
    Ok((Box::new(gpu.with_fallback()), because(rivals, why)))
}

/// Every GPU, and the CPU; or in words why there is no GPU.
pub fn real_team(options: &GpuOptions) -> std::result::Result<Chosen, String> {
    let found = if options.hooks.software { gpu::distinct() } else { gpu::real(Precision::Exact)? };
    team_of(found, options).map_err(|error| error.to_string())
}

/// Every GPU, and the CPU. Where there are no others, software adapters take part.
pub fn team(options: &GpuOptions) -> Result<Chosen> {
    team_of(gpu::real(Precision::Exact).unwrap_or_else(|_| gpu::distinct()), options)
}

fn team_of(found: Vec<NamedAdapter>, options: &GpuOptions) -> Result<Chosen> {
    let precision = Precision::Exact;
    let mut members: Vec<Box<dyn Engine>> = Vec::new();
    for engine in open(found, precision, options)? {
        members.push(Box::new(engine));
    }
    members.push(Box::new(CpuEngine::new(precision)));
    let team = MultiEngine::new(members, precision, options.events.clone());
    Ok((Box::new(team), "asked for".to_owned()))
}

/// The engines that can be had, which is one at least.
fn open(
    found: Vec<NamedAdapter>,
    precision: Precision,
    options: &GpuOptions,
) -> Result<Vec<GpuEngine>> {
    let mut failure = Error::NoAdapter { wanted: None, found: Vec::new() };
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

fn because(rivals: usize, why: String) -> String {
    if rivals > 1 { format!("{why}; the fastest of {rivals} of its kind") } else { why }
}

/// The fastest of the best kind in `found`, on a part of `job`; the first where the job is too small to
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
        let [best_time, rival_time] = compare_speed([&mut best, &mut rival], job)?;
        if rival_time < best_time {
            best = rival;
        }
    }
    Ok((best, rivals))
}
