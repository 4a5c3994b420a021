//! Memory over many bands, in a separate process, away from the memory of other tests.
#![cfg(target_os = "linux")]

use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::{env, fs};

use juliaset::internals::band::{Quantities, Values};
use juliaset::internals::engine::{Engine, GpuEngine};
use juliaset::{Precision, Window};

use super::{PRECISIONS, ROWS, options, ten_bands};

const CHILD: &str = "JULIASET_TEST_MEMORY";

/// Bands before the first look: by then every buffer has been made.
const WARM_UP: u32 = 200;
const BANDS: u32 = 1000;

/// Less than a kilobyte for each band: what allocators do by themselves.
const GROWTH: i64 = 1 << 20;

#[test]
fn memory_is_flat_over_a_thousand_bands() {
    if env::var_os(CHILD).is_some() {
        return PRECISIONS.into_iter().for_each(watch);
    }
    let name = "faults::memory::memory_is_flat_over_a_thousand_bands";
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", name, "--nocapture"]).env(CHILD, "1");
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
    assert_eq!(text.matches("bytes grown").count(), PRECISIONS.len());
}

fn watch(precision: Precision) {
    let mut engine = GpuEngine::new(precision, &options()).unwrap();
    run(&mut engine, WARM_UP);
    let before = resident_bytes();
    run(&mut engine, BANDS);
    let grown = resident_bytes() - before;
    println!("{}: {grown} bytes grown in {BANDS} bands, of {before}", precision.name());
    assert!(grown < GROWTH, "{}: {grown} bytes", precision.name());
}

/// Runs this many bands, ten a job.
fn run(engine: &mut dyn Engine, bands: u32) {
    let (job, interrupt) = (ten_bands(), AtomicBool::new(false));
    for _ in 0..bands / 10 {
        let mut bands = engine.begin(&job, Quantities::NONE, &interrupt).unwrap();
        let mut memory = Values::default();
        for row in (0..job.grid.height()).step_by(ROWS as usize) {
            let window = Window { col: 0, row, width: job.grid.width(), height: ROWS };
            bands.start(window, memory).unwrap();
            memory = bands.finish().unwrap().values;
        }
    }
}

fn resident_bytes() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<i64>().unwrap() * 1024
}
