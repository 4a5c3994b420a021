//! The GPU engine on one adapter: the one that `JULIASET_TEST_ADAPTER` names, or the best.
//!
//! Nothing here passes because an adapter is missing. `scripts/test` runs this once per adapter.
#![cfg(feature = "gpu")]

mod common;

use std::env;
use std::sync::atomic::AtomicBool;

use common::{FULL, assert_possible, assert_same, counts, hard_jobs, job};
use juliaset::engine::{CpuEngine, Engine, GpuEngine};
use juliaset::gpu::{self, Adapter};
use juliaset::tone::Gray;
use juliaset::{Error, Precision, Window};
use sha2::{Digest, Sha256};

fn wanted() -> Option<String> {
    env::var("JULIASET_TEST_ADAPTER").ok()
}

fn engine(precision: Precision) -> GpuEngine {
    GpuEngine::new(wanted().as_deref(), precision).unwrap_or_else(|error| panic!("{error}"))
}

/// The adapter under test.
fn adapter() -> Adapter {
    engine(Precision::Single).adapter().clone()
}

/// Calls `test` with an engine for every plain precision that the adapter has.
fn for_each_precision(mut test: impl FnMut(Precision, &mut GpuEngine)) {
    for precision in [Precision::Single, Precision::Double] {
        if precision == Precision::Single || adapter().shader_f64 {
            test(precision, &mut engine(precision));
        }
    }
}

#[test]
fn the_adapter_is_listed() {
    let adapter = adapter();
    assert!(gpu::adapters().contains(&adapter), "{adapter:?}");
    assert!(!adapter.name.is_empty() && !adapter.driver.is_empty(), "{adapter:?}");
    assert!(adapter.max_storage_buffer_binding_size >= 1 << 20, "{adapter:?}");
}

#[test]
fn every_count_is_one_that_the_arithmetic_can_come_to() {
    for_each_precision(|precision, engine| {
        for (what, job) in hard_jobs() {
            let what = format!("{what}, {}", precision.name());
            let certain = assert_possible(&what, precision, &job, &counts(engine, &job));
            println!("{what}: {:.1} % of the pixels have one possible count", 100.0 * certain);
            assert!(certain > 0.25, "{what}: {certain}");
        }
    });
}

#[test]
#[should_panic(expected = "the planted count: count")]
fn the_judge_finds_a_planted_count() {
    let (_, job) = hard_jobs().swap_remove(0);
    let mut counts = counts(&mut CpuEngine::new(Precision::Double), &job);
    assert_possible("unharmed", Precision::Double, &job, &counts);
    counts.data[12345] ^= 1;
    assert_possible("the planted count", Precision::Double, &job, &counts);
}

#[test]
fn double_on_a_gpu_makes_the_headline_picture() {
    if !adapter().shader_f64 {
        return the_adapter_without_f64_says_so();
    }
    let mut job = job((-0.835, -0.2321), 2.0, 100, [-0.1, 0.1, 0.1, -0.1], 4000);
    job.julia = juliaset::Julia::new(job.julia.c(), 2.0, (20, 100)).unwrap();
    let gray = Gray::new(&job.julia);
    let counts = counts(&mut engine(Precision::Double), &job);
    let bytes: Vec<u8> = counts.data.iter().map(|&count| gray.of(count)).collect();
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "77fae31a03e92012bbfa9414b5a2505f9de770265e4711454e603afcf0b72051");
}

fn the_adapter_without_f64_says_so() {
    let error = GpuEngine::new(wanted().as_deref(), Precision::Double).err().expect("no f64");
    assert!(matches!(error, Error::Unsupported { .. }), "{error:?}");
    let line = error.to_string();
    assert!(line.contains(&adapter().name) && line.contains("single"), "{line}");
}

#[test]
fn windows_of_every_shape_have_the_whole_pictures_counts() {
    let interrupt = AtomicBool::new(false);
    for_each_precision(|precision, engine| {
        let job = job((-0.8, 0.156), 2.0, 200, FULL, 333);
        let whole = counts(engine, &job);
        let mut bands = engine.begin(&job, &interrupt).unwrap();
        for [col, row, width, height] in [
            [0, 0, 1, 1],
            [332, 207, 1, 1],
            [0, 5, 333, 1],
            [17, 0, 1, 208],
            [3, 7, 65, 2],
            [100, 90, 64, 8],
            [1, 1, 331, 205],
            [30, 40, 9, 9],
            [0, 0, 333, 208],
        ] {
            let window = Window { col, row, width, height };
            bands.start(window, vec![7; 3]).unwrap();
            let band = bands.finish().unwrap();
            assert_eq!(band.window, window);
            let expected: Vec<u32> = (row..row + height)
                .flat_map(|row| (col..col + width).map(move |col| (col, row)))
                .map(|(col, row)| whole.data[(row * whole.width + col) as usize])
                .collect();
            assert_eq!(band.counts, expected, "{window:?} in {}", precision.name());
        }
    });
}

#[test]
fn bands_overlap_and_come_back_in_order() {
    let interrupt = AtomicBool::new(false);
    let mut engine = engine(Precision::Single);
    let job = job((-0.8, 0.156), 2.0, 200, FULL, 320);
    let whole = counts(&mut engine, &job);
    let mut bands = engine.begin(&job, &interrupt).unwrap();
    assert!(bands.depth() >= 2);
    let window = |row| Window { col: 0, row, width: 320, height: 20 };
    bands.start(window(0), Vec::new()).unwrap();
    for row in (0..200).step_by(20) {
        if row + 20 < 200 {
            bands.start(window(row + 20), Vec::new()).unwrap();
        }
        let band = bands.finish().unwrap();
        assert_eq!(band.window, window(row));
        let start = row as usize * 320;
        assert_eq!(band.counts, whole.data[start..start + 20 * 320]);
    }
}

#[test]
fn an_engine_does_one_job_after_the_other() {
    let mut used = engine(Precision::Single);
    for (what, job) in hard_jobs() {
        let fresh = counts(&mut engine(Precision::Single), &job);
        assert_same(what, &counts(&mut used, &job), &fresh);
    }
}

#[test]
fn a_job_given_up_leaves_the_engine_usable() {
    let mut engine = engine(Precision::Single);
    let job = job((-0.8, 0.156), 2.0, 200, FULL, 320);
    let whole = counts(&mut engine, &job);
    {
        let interrupt = AtomicBool::new(false);
        let mut bands = engine.begin(&job, &interrupt).unwrap();
        for row in [0, 20] {
            let window = Window { col: 0, row, width: 320, height: 20 };
            bands.start(window, Vec::new()).unwrap();
        }
    }
    assert_same("after the job given up", &counts(&mut engine, &job), &whole);
}

#[test]
fn an_interrupt_is_answered() {
    let mut engine = engine(Precision::Single);
    let job = job((0.0, 0.0), 2.0, 2_000_000, [-0.5, 0.5, 0.5, -0.5], 1000);
    let interrupt = AtomicBool::new(true);
    let result = juliaset::render::counts(&mut engine, &job, &interrupt);
    assert!(matches!(result, Err(Error::Interrupted)), "{result:?}");
}

#[test]
fn an_adapter_that_is_not_there_is_named_with_those_that_are() {
    let error = GpuEngine::new(Some("no such adapter"), Precision::Single).err().expect("none");
    let line = error.to_string();
    assert!(line.contains("no such adapter") && line.contains(&adapter().name), "{line}");
}
