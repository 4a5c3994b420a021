//! Which of this machine's GPUs do a job, and what the CPU has to do with it.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::team::Team;
use super::understudy::Understudied;
use super::{CpuEngine, Engine, GpuEngine, GpuOptions, estimate};
use crate::error::{Error, Result};
use crate::gpu::{self, AdapterKind, NamedAdapter};
use crate::julia::{Job, Precision};
use crate::region::{Grid, Window};

/// An engine, and why.
type Chosen = (Box<dyn Engine>, String);

/// Runs that are shorter than this time the driver, not the kernel.
const LONG_ENOUGH: Duration = Duration::from_millis(5);

/// The fewest and the most pixels that engines are timed on: a slow engine is not asked for long.
const LEAST_PIXELS: u64 = 1 << 12;
const MOST_PIXELS: u64 = 1 << 20;

/// The GPU that was asked for.
pub(super) fn asked_for(precision: Precision, options: &GpuOptions, job: &Job) -> Result<Chosen> {
    let (engine, rivals) = named(precision, options, job)?;
    Ok((Box::new(engine), because(rivals, "asked for".to_owned())))
}

/// The GPU that was asked for, and the CPU where it fails.
pub(super) fn with_understudy(
    precision: Precision,
    options: &GpuOptions,
    job: &Job,
) -> Result<Chosen> {
    match named(precision, options, job) {
        Ok((engine, _)) => Ok((understudied(engine, precision, options), "asked for".to_owned())),
        Err(error) if error.is_of_device() => {
            Ok((Box::new(CpuEngine::new(precision)), error.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// The faster of the best GPU and the CPU, on a part of `job`; or in words why there is no GPU.
pub(super) fn faster(
    precision: Precision,
    options: &GpuOptions,
    job: &Job,
) -> std::result::Result<Chosen, String> {
    let found = if options.software { gpu::distinct() } else { gpu::real(precision)? };
    let in_words = |error: Error| error.to_string();
    let (mut gpu, rivals) = fastest(found, precision, options, job).map_err(in_words)?;
    let mut cpu = CpuEngine::new(precision);
    let [gpu_time, cpu_time] = race([&mut gpu, &mut cpu], job).map_err(in_words)?;
    let ratio = gpu_time.as_secs_f64() / cpu_time.as_secs_f64();
    if ratio > 1.0 {
        let name = &gpu.adapter().name;
        return Ok((
            Box::new(cpu),
            format!("{ratio:.1} times as fast as {name} on a part of this job"),
        ));
    }
    let why = format!("{:.1} times as fast as the cpu on a part of this job", 1.0 / ratio);
    Ok((understudied(gpu, precision, options), because(rivals, why)))
}

/// Every GPU, and the CPU; or in words why there is no GPU.
pub(super) fn real_team(options: &GpuOptions) -> std::result::Result<Chosen, String> {
    let found = if options.software { gpu::distinct() } else { gpu::real(Precision::Exact)? };
    team_of(found, options).map_err(|error| error.to_string())
}

/// Every GPU, and the CPU. Where there are no others, software adapters take part.
pub(super) fn team(options: &GpuOptions) -> Result<Chosen> {
    team_of(gpu::real(Precision::Exact).unwrap_or_else(|_| gpu::distinct()), options)
}

fn team_of(found: Vec<NamedAdapter>, options: &GpuOptions) -> Result<Chosen> {
    let precision = Precision::Exact;
    let mut members: Vec<Box<dyn Engine>> = Vec::new();
    for engine in open(found, precision, options)? {
        members.push(Box::new(engine));
    }
    members.push(Box::new(CpuEngine::new(precision)));
    let team = Team::new(members, precision, options.notify.clone());
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

/// `gpu`, with the CPU in its place where it fails.
fn understudied(gpu: GpuEngine, precision: Precision, options: &GpuOptions) -> Box<dyn Engine> {
    let (cpu, notify) = (CpuEngine::new(precision), options.notify.clone());
    Box::new(Understudied { gpu: Box::new(gpu), cpu, notify })
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
        let [best_time, rival_time] = race([&mut best, &mut rival], job)?;
        if rival_time < best_time {
            best = rival;
        }
    }
    Ok((best, rivals))
}

/// How long two engines take for the same part of `job`.
fn race(mut engines: [&mut dyn Engine; 2], job: &Job) -> Result<[Duration; 2]> {
    let job = estimate::for_timing(job);
    let mut pixels = LEAST_PIXELS;
    loop {
        let window = middle(&job.grid, pixels);
        let mut times = [Duration::ZERO; 2];
        for (engine, time) in engines.iter_mut().zip(&mut times) {
            *time = self::time(*engine, &job, window)?;
        }
        let whole = window.pixels() * 2 < pixels;
        if times[0].min(times[1]) > LONG_ENOUGH || whole || pixels >= MOST_PIXELS {
            return Ok(times);
        }
        pixels *= 4;
    }
}

/// How long a window takes, once the engine has warmed up.
fn time(engine: &mut dyn Engine, job: &Job, window: Window) -> Result<Duration> {
    let go_on = AtomicBool::new(false);
    let mut bands = engine.begin(job, &go_on)?;
    bands.start(window, Vec::new())?;
    let warm = bands.finish()?;
    let start = Instant::now();
    bands.start(window, warm.counts)?;
    bands.finish()?;
    Ok(start.elapsed())
}

/// A window of about so many pixels in the middle of a grid, or all of it.
pub(super) fn middle(grid: &Grid, pixels: u64) -> Window {
    let share = (pixels as f64 / grid.pixels() as f64).sqrt().min(1.0);
    let part = |side: u32| ((f64::from(side) * share).ceil() as u32).clamp(1, side);
    let (width, height) = (part(grid.width()), part(grid.height()));
    Window { col: (grid.width() - width) / 2, row: (grid.height() - height) / 2, width, height }
}
