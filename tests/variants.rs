//! Every variant of what computes, by its name, on the hard jobs: `cargo test gpu_exact_f32` runs the
//! tests of that variant alone.
//!
//! The GPU's run on the adapter that `JULIASET_TEST_ADAPTER` names, or the best.

mod common;

use std::sync::LazyLock;

use common::adversarial::fixed_point;
use common::{assert_possible, assert_same, by, counts, gpu_options, hard_jobs};
use juliaset::internals::cpu::reference;
use juliaset::internals::engine::choose;
use juliaset::internals::engine::{CpuEngine, Engine, GpuOptions};
use juliaset::{Counts, EngineChoice, Error, Job, Precision, Result, Variant};
use rayon::prelude::*;

/// Fixed point checks one pixel of this many: it is slow, and no width is a multiple.
const STEP: usize = 7;

/// The true counts of the hard jobs: every [`STEP`]th, by fixed point alone.
static TRUE_COUNTS: LazyLock<Vec<(Job, Vec<u32>)>> = LazyLock::new(|| {
    let of = |job: Job| {
        let pixels = (0..job.grid.pixels() as u32).into_par_iter().step_by(STEP);
        let truth = pixels.map(|pixel| fixed_point(&job, pixel)).collect();
        (job, truth)
    };
    hard_jobs().into_iter().map(|(_, job)| of(job)).collect()
});

/// A test with the name of each variant.
macro_rules! tests {
    ($($(#[$attribute:meta])? $name:ident),* $(,)?) => {
        $($(#[$attribute])? #[test] fn $name() { check(variant(stringify!($name))); })*

        #[test]
        fn every_variant_has_a_test() {
            let tested = [$(variant(stringify!($name))),*];
            for variant in tested {
                println!("{variant}");
            }
            assert_eq!(tested, Variant::ALL);
        }
    };
}

tests!(
    cpu_exact,
    cpu_double,
    cpu_single,
    #[cfg(feature = "gpu")]
    gpu_exact_f32,
    #[cfg(feature = "gpu")]
    gpu_exact_f64,
    #[cfg(feature = "gpu")]
    gpu_double,
    #[cfg(feature = "gpu")]
    gpu_single,
);

/// The variant that the test `name` is for.
fn variant(name: &str) -> Variant {
    name.replace('_', "-").parse().unwrap()
}

/// What every variant must do: its counts of the hard jobs, against a reference that shares no code with it.
fn check(variant: Variant) {
    let mut engine = match open(variant) {
        Ok(engine) => engine,
        Err(error) => return assert_refused(variant, &error),
    };
    assert!(engine.describe().starts_with(variant.name()), "{}", engine.describe());
    let mut certain = Vec::new();
    for (what, job) in hard_jobs() {
        let what = format!("{what}, {variant}");
        certain.push(judge(variant, &what, &job, &counts(&mut *engine, &job)));
    }
    // A reference that leaves most counts open has tested nothing.
    let mean = certain.iter().sum::<f64>() / certain.len() as f64;
    assert!(mean > 0.8, "{variant}: one possible count at {certain:?}");
}

fn open(variant: Variant) -> Result<Box<dyn Engine>> {
    let options = match variant.engine() {
        EngineChoice::Gpu => gpu_options().exact_kernel(variant.floats()),
        _ => GpuOptions::default(),
    };
    let (_, job) = hard_jobs().swap_remove(0);
    Ok(choose(variant.engine(), &options, variant.precision(), &job)?.0)
}

/// Panics if one of the counts is wrong; gives the share of those where only one was possible.
fn judge(variant: Variant, what: &str, job: &Job, counts: &Counts) -> f64 {
    let precision = variant.precision();
    let judged = match (variant.engine(), precision) {
        (_, Precision::Exact) => {
            let judged = TRUE_COUNTS.iter().find(|(judged, _)| judged == job);
            let sampled = counts.data.iter().step_by(STEP);
            assert!(sampled.eq(&judged.expect("one of the hard jobs").1), "{what}");
            self::counts(&mut CpuEngine::new(precision), job)
        }
        // The order of a shader's operations is its compiler's.
        (EngineChoice::Gpu, _) => return assert_possible(what, precision, job, counts),
        (_, Precision::Double) => by(job, |x, y| reference::double(&job.julia, x, y)),
        (_, Precision::Single) => by(job, |x, y| reference::single(&job.julia, x as f32, y as f32)),
    };
    assert_same(what, counts, &judged);
    1.0
}

/// An adapter can be without `f64`. Everything else is there.
fn assert_refused(variant: Variant, error: &Error) {
    let instead = match variant {
        Variant::GpuExactF64 => "kernel f32",
        Variant::GpuDouble => "single",
        _ => panic!("{variant}: {error}"),
    };
    assert!(matches!(error, Error::Unsupported { .. }), "{variant}: {error:?}");
    assert!(error.to_string().contains(instead), "{error}");
    assert!(!has_f64(), "{variant}: {error}");
}

#[cfg(feature = "gpu")]
fn has_f64() -> bool {
    let engine = juliaset::internals::engine::GpuEngine::new(Precision::Single, &gpu_options());
    engine.unwrap_or_else(|error| panic!("{error}")).adapter().shader_f64
}

#[cfg(not(feature = "gpu"))]
fn has_f64() -> bool {
    false
}

#[test]
#[should_panic(expected = "the planted count: count")]
fn the_judge_of_shaders_finds_a_planted_count() {
    let (_, job) = hard_jobs().swap_remove(0);
    let mut counts = counts(&mut CpuEngine::new(Precision::Double), &job);
    assert_possible("unharmed", Precision::Double, &job, &counts);
    counts.data[12345] ^= 1;
    assert_possible("the planted count", Precision::Double, &job, &counts);
}
