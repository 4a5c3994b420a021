//! The GPU engine on one adapter: the one that `JULIASET_TEST_ADAPTER` names, or the best.
//!
//! Nothing here passes because an adapter is missing. `scripts/test` runs this once per adapter.
#![cfg(feature = "gpu")]

mod common;
mod faults;

use std::sync::atomic::AtomicBool;

use common::adversarial;
use common::random::Random;
use common::views;
use common::{FULL, assert_same, counts, differing, gpu_options as options, hard_jobs, job};
use juliaset::internals::band::{Band, Quantities, Values};
use juliaset::internals::engine::{CpuEngine, Engine, GpuEngine, GpuOptions, choose, hooked};
use juliaset::internals::fault_injection::{Fault, Hooks, InjectedFault};
use juliaset::internals::jobs::preset::Preset;
use juliaset::internals::tone::ColorMapper;
use juliaset::internals::verify::Report;
use juliaset::internals::{gpu, render};
use juliaset::{
    Adapter, Counts, EngineChoice, Error, ExactKernel, Job, Julia, Precision, TierCounts, Window,
};
use sha2::{Digest, Sha256};

/// Jobs drawn at random, for each kernel.
const RANDOM_JOBS: usize = 1000;

fn engine(precision: Precision) -> GpuEngine {
    GpuEngine::new(precision, &options()).unwrap_or_else(|error| panic!("{error}"))
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
fn double_on_a_gpu_makes_the_headline_picture() {
    if adapter().shader_f64 {
        assert_headline(&mut engine(Precision::Double));
    }
}

fn assert_headline(engine: &mut dyn Engine) {
    let mut job = job((-0.835, -0.2321), 2.0, 100, [-0.1, 0.1, 0.1, -0.1], 4000);
    job.julia = Julia::new(job.julia.c(), 2.0, (20, 100)).unwrap();
    let mut bytes = Vec::new();
    ColorMapper::gray(&job.julia).fill(&counts(engine, &job).data, &mut bytes);
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "77fae31a03e92012bbfa9414b5a2505f9de770265e4711454e603afcf0b72051");
}

#[test]
fn windows_of_every_shape_have_the_whole_pictures_counts() {
    let interrupt = AtomicBool::new(false);
    for_each_precision(|precision, engine| {
        let job = job((-0.8, 0.156), 2.0, 200, FULL, 333);
        let whole = counts(engine, &job);
        let mut bands = engine.begin(&job, Quantities::NONE, &interrupt).unwrap();
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
            bands.start(window, Values { counts: vec![7; 3], ..Values::default() }).unwrap();
            let band = bands.finish().unwrap();
            assert_eq!(band.window, window);
            let expected: Vec<u32> = (row..row + height)
                .flat_map(|row| (col..col + width).map(move |col| (col, row)))
                .map(|(col, row)| whole.data[(row * whole.width + col) as usize])
                .collect();
            assert_eq!(band.values.counts, expected, "{window:?} in {}", precision.name());
        }
    });
}

#[test]
fn bands_overlap_and_come_back_in_order() {
    for precision in [Precision::Single, Precision::Exact] {
        let mut engine = engine(precision);
        come_back_in_order(&mut engine);
        // A thread that waits for the next band's tiles may be the only one that can make them.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        pool.install(|| come_back_in_order(&mut engine));
    }
}

fn come_back_in_order(engine: &mut GpuEngine) {
    let interrupt = AtomicBool::new(false);
    let job = job((-0.8, 0.156), 2.0, 200, FULL, 320);
    let whole = counts(engine, &job);
    let mut bands = engine.begin(&job, Quantities::NONE, &interrupt).unwrap();
    let depth = bands.depth() as u32;
    // Two that the device has, and one that is prepared.
    assert_eq!(depth, 3);
    let window = |row| Window { col: 0, row, width: 320, height: 20 };
    let mut started = 0;
    for row in (0..200).step_by(20) {
        while started < 200 && started < row + depth * 20 {
            bands.start(window(started), Values::default()).unwrap();
            started += 20;
        }
        let band = bands.finish().unwrap();
        assert_eq!(band.window, window(row));
        let start = row as usize * 320;
        assert_eq!(band.values.counts, whole.data[start..start + 20 * 320]);
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
    let mut engine = engine(Precision::Exact);
    let job = job((-0.8, 0.156), 2.0, 200, FULL, 320);
    let whole = counts(&mut engine, &job);
    {
        let interrupt = AtomicBool::new(false);
        let mut bands = engine.begin(&job, Quantities::NONE, &interrupt).unwrap();
        for row in [0, 20, 40] {
            let window = Window { col: 0, row, width: 320, height: 20 };
            bands.start(window, Values::default()).unwrap();
        }
    }
    assert_same("after the job given up", &counts(&mut engine, &job), &whole);
}

#[test]
fn an_interrupt_is_answered() {
    let mut engine = engine(Precision::Single);
    let job = job((0.0, 0.0), 2.0, 2_000_000, [-0.5, 0.5, 0.5, -0.5], 1000);
    let interrupt = AtomicBool::new(true);
    let result = render::counts(&mut engine, &job, &interrupt);
    assert!(matches!(result, Err(Error::Interrupted)), "{result:?}");
}

#[test]
fn an_adapter_that_is_not_there_is_named_with_those_that_are() {
    let error =
        GpuEngine::new(Precision::Single, &GpuOptions::on("no such adapter")).err().expect("none");
    let line = error.to_string();
    assert!(line.contains("no such adapter") && line.contains(&adapter().name), "{line}");
}

/// Calls `test` with an engine for every exact kernel that the adapter has.
fn for_each_exact_kernel(mut test: impl FnMut(&str, &mut GpuEngine)) {
    for kernel in ExactKernel::ALL {
        if kernel == ExactKernel::F32 || adapter().shader_f64 {
            let options = options().exact_kernel(kernel);
            let engine = GpuEngine::new(Precision::Exact, &options);
            test(kernel.name(), &mut engine.unwrap_or_else(|error| panic!("{error}")));
        }
    }
}

fn true_counts(job: &Job) -> Counts {
    counts(&mut CpuEngine::new(Precision::Exact), job)
}

#[test]
fn exact_counts_of_random_jobs_are_the_true_ones() {
    let mut random = Random::from_environment();
    let jobs: Vec<Job> = (0..RANDOM_JOBS).map(|_| random.job()).collect();
    for_each_exact_kernel(|kernel, engine| {
        for (index, job) in jobs.iter().enumerate() {
            let what = format!("{random}, job {index}, {kernel}: {job:?}");
            assert_same(&what, &counts(engine, job), &true_counts(job));
        }
    });
}

/// Against fixed point alone, on whole pictures; those of numbers too large for a kernel are the CPU's.
#[test]
fn adversarial_jobs_have_the_counts_of_fixed_point() {
    let judged: Vec<_> = adversarial::judged_jobs().collect();
    for_each_exact_kernel(|kernel, engine| {
        let before = engine.dispatches().count;
        for (what, job, judged) in &judged {
            assert_same(&format!("{kernel}, {what}"), &counts(engine, job), judged);
        }
        let dispatches = engine.dispatches().count - before;
        println!("{kernel}: {dispatches} dispatches");
        assert!(dispatches > judged.len() as u64 / 4, "{kernel}: {dispatches}");
    });
}

#[test]
fn exact_makes_the_headline_picture() {
    for_each_exact_kernel(|_, engine| assert_headline(engine));
}

#[test]
fn the_kernels_decide_nearly_every_pixel() {
    for_each_exact_kernel(|kernel, engine| {
        for (what, job) in hard_jobs() {
            let mut tier_counts = TierCounts::default();
            let interrupt = AtomicBool::new(false);
            render::each_band(engine, &job, &interrupt, |band| {
                tier_counts += band.tier_counts;
                Ok(())
            })
            .unwrap();
            let TierCounts { gpu, double, double_double, fixed_point } = tier_counts;
            assert_eq!(gpu + double + double_double + fixed_point, job.grid.pixels(), "{what}");
            let size = gpu as f64 / job.grid.pixels() as f64;
            println!("{what}, {kernel}: {:.3} % decided on the GPU", 100.0 * size);
            assert!(size > 0.8, "{what}, {kernel}: {size}");
        }
    });
}

const SMOOTH: Quantities = Quantities { smooth: true, distance: None };

/// All values of a job, and which tiers decided them.
fn values(engine: &mut dyn Engine, job: &Job, quantities: Quantities) -> (Values, TierCounts) {
    let (mut values, mut tier_counts) = (Values::default(), TierCounts::default());
    let windows = render::windows(&job.grid, render::BAND_PIXELS);
    let interrupt = AtomicBool::new(false);
    render::each_window(engine, job, quantities, windows, &interrupt, |band| {
        values.extend(&band.values, 0..band.values.counts.len());
        tier_counts += band.tier_counts;
        Ok(())
    })
    .unwrap();
    (values, tier_counts)
}

/// Panics unless all values are those of the CPU, bit for bit; gives the share that the device decided.
fn assert_smooth(what: &str, engine: &mut GpuEngine, job: &Job) -> f64 {
    let (judged, _) = values(&mut CpuEngine::new(Precision::Exact), job, SMOOTH);
    let (values, tier_counts) = values(engine, job, SMOOTH);
    assert!(values.counts == judged.counts, "{what}: counts");
    let pairs = values.smooth.iter().zip(&judged.smooth);
    let wrong: Vec<_> = pairs.filter(|(value, judged)| value != judged).collect();
    assert!(wrong.is_empty(), "{what}: {} smooth values, {:?} …", wrong.len(), wrong[0]);
    tier_counts.gpu as f64 / job.grid.pixels() as f64
}

#[test]
fn smooth_values_are_the_cpus() {
    let presets = Preset::ALL.map(|preset| (preset.name, preset.job(300).unwrap()));
    for_each_exact_kernel(|kernel, engine| {
        for (what, job) in hard_jobs().into_iter().chain(presets.clone()) {
            let share = assert_smooth(&format!("{what}, {kernel}"), engine, &job);
            println!("{what}, {kernel}: {:.3} % decided on the GPU", 100.0 * share);
            assert!(share > 0.8, "{what}, {kernel}: {share}");
        }
    });
}

#[test]
fn smooth_values_of_random_jobs_are_the_cpus() {
    let mut random = Random::from_environment();
    let jobs: Vec<Job> = (0..RANDOM_JOBS).map(|_| random.job()).collect();
    for_each_exact_kernel(|kernel, engine| {
        for (index, job) in jobs.iter().enumerate() {
            assert_smooth(&format!("{random}, job {index}, {kernel}: {job:?}"), engine, job);
        }
    });
}

#[test]
fn smooth_values_and_distances_come_together() {
    let both = Quantities { smooth: true, distance: Quantities::EVERY_DISTANCE };
    for_each_exact_kernel(|kernel, engine| {
        for (what, job) in hard_jobs() {
            let (judged, _) = values(&mut CpuEngine::new(Precision::Exact), &job, both);
            let (values, _) = values(engine, &job, both);
            assert!(values == judged, "{what}, {kernel}");
        }
    });
}

/// Whole pictures, with smooth values and supersampled: tiles start from the polynomial of the view.
#[test]
fn views_of_any_width_are_the_cpus() {
    for_each_exact_kernel(|kernel, engine| {
        for (index, map) in views::MAPS.into_iter().enumerate() {
            for log_pitch in views::PITCHES {
                let job = views::job(map, log_pitch, (160, 100), 5 * index as u64 + 2);
                let what = format!("{map:?} 1e{log_pitch}, {kernel}");
                let judged = counts(&mut CpuEngine::new(Precision::Exact), &job);
                let (of_engine, tiers) = values(engine, &job, Quantities::NONE);
                assert!(of_engine.counts == judged.data, "{what}");
                assert!(tiers.gpu > job.grid.pixels() / 2, "{what}: {tiers:?}");
            }
            let job = views::job(map, -60, (90, 60), 5 * index as u64 + 3);
            assert_smooth(&format!("{map:?}, {kernel}"), engine, &job);
            let job = Job { grid: job.grid.finer(3).unwrap(), ..job };
            let judged = counts(&mut CpuEngine::new(Precision::Exact), &job);
            assert_same(&format!("{map:?} finer, {kernel}"), &counts(engine, &job), &judged);
        }
    });
}

/// The kernels of the adapter, with a fault that a test plants, from its opportunity `first` on.
fn exact_options(fault: Fault, first: u32) -> Vec<GpuOptions> {
    let kernels = ExactKernel::ALL
        .into_iter()
        .filter(|kernel| *kernel == ExactKernel::F32 || adapter().shader_f64);
    kernels
        .map(|kernel| {
            let fault = Some(InjectedFault::at(fault, first..u32::MAX));
            hooked(options().exact_kernel(kernel), Hooks { fault, ..Hooks::default() })
        })
        .collect()
}

/// With nothing added for rounding, the bound does not hold: then these tests must see wrong counts.
#[test]
fn a_bound_that_is_too_small_is_noticed() {
    let job = job((-0.8, 0.156), 2.0, 1000, FULL, 500);
    let judged = true_counts(&job);
    // The first job is the self-test's. What is rounded before a tile's pixels part is more than what their
    // own steps in f64 round, as long as it grows.
    let f32 = exact_options(Fault::NoAdditiveTerm, 1).into_iter().take(1);
    let f64 = exact_options(Fault::NoGrowth, 1).into_iter().skip(1);
    for options in f32.chain(f64) {
        let mut engine = GpuEngine::new(Precision::Exact, &options).unwrap();
        let wrong = differing(&counts(&mut engine, &job), &judged).len();
        println!("{options:?}: {wrong} wrong counts");
        assert!(wrong > 0, "{options:?}");
    }
    // The first two jobs are self-tests. What a tile's polynomial leaves out is more than all rounding of
    // its pixels' own steps, as long as it grows.
    let judged = values(&mut CpuEngine::new(Precision::Exact), &job, SMOOTH).0;
    for options in exact_options(Fault::NoGrowth, 2) {
        let mut engine = GpuEngine::new(Precision::Exact, &options).unwrap();
        let values = values(&mut engine, &job, SMOOTH).0;
        let is_wrong = |k: &usize| {
            values.counts[*k] == judged.counts[*k] && values.smooth[*k] != judged.smooth[*k]
        };
        let wrong = (0..values.counts.len()).filter(is_wrong).count() as u64;
        // What `verify --smooth` reports.
        let window = Window { col: 0, row: 0, width: job.grid.width(), height: job.grid.height() };
        let mut report = Report::default();
        report.compare(&Band { window, values, ..Band::default() }, &judged).unwrap();
        println!("{options:?}: {wrong} right counts with wrong smooth values; {report}");
        assert!(wrong > 0 && report.differing >= wrong, "{options:?}: {wrong}, {report}");
    }
}

#[test]
fn an_adapter_that_computes_wrong_is_refused() {
    for (fault, complaint) in [
        (Fault::WrongProduct, "arithmetic"),
        (Fault::WrongRoot, "arithmetic"),
        (Fault::RewrittenStep, "step off by more"),
        (Fault::RewrittenModulus, "|z| off by more"),
        (Fault::RewrittenComparison, "about NaN"),
        (Fault::WrongCount, "self-test"),
    ] {
        for options in exact_options(fault, 0) {
            let error = GpuEngine::new(Precision::Exact, &options).err().expect("refused");
            assert!(matches!(error, Error::Unsupported { .. }), "{error:?}");
            let line = error.to_string();
            assert!(line.contains(complaint) && line.contains("engine cpu"), "{line}");
        }
    }
}

/// Smooth values have a kernel of their own, which is made ready and tested when they are asked for.
#[test]
fn an_adapter_whose_smooth_values_are_wrong_is_refused() {
    let job = job((-0.8, 0.156), 2.0, 100, FULL, 100);
    let interrupt = AtomicBool::new(false);
    for options in exact_options(Fault::WrongValue, 0) {
        let mut engine = GpuEngine::new(Precision::Exact, &options).unwrap();
        assert_same("counts alone", &counts(&mut engine, &job), &true_counts(&job));
        let error = engine.begin(&job, SMOOTH, &interrupt).err().expect("refused");
        assert!(error.to_string().contains("smooth values of its self-test are wrong"), "{error}");
    }
}

#[test]
fn the_faster_exact_kernel_is_taken_and_says_so() {
    let mut engine = engine(Precision::Exact);
    let job = job((-0.8, 0.156), 2.0, 100, FULL, 2000);
    let judged = true_counts(&job);
    assert_same("the faster kernel", &counts(&mut engine, &job), &judged);
    assert!(engine.describe().contains("gpu-exact-f"), "{}", engine.describe());
}

/// An engine for every kernel that the adapter has, with dispatches of at most this many steps.
fn sliced(work: u64) -> Vec<(String, Precision, GpuEngine)> {
    let mut engines = Vec::new();
    for precision in Precision::ALL {
        for kernel in ExactKernel::ALL {
            let is_f64 = match precision {
                Precision::Exact => kernel == ExactKernel::F64,
                Precision::Double => true,
                Precision::Single => false,
            };
            let twice = precision != Precision::Exact && kernel == ExactKernel::F64;
            if twice || (is_f64 && !adapter().shader_f64) {
                continue;
            }
            let hooks = Hooks { dispatch_work: Some(work), ..Hooks::default() };
            let options = hooked(options().exact_kernel(kernel), hooks);
            let what = format!("{}, {}, {work}", precision.name(), kernel.name());
            engines.push((what, precision, GpuEngine::new(precision, &options).unwrap()));
        }
    }
    engines
}

#[test]
fn counts_are_the_same_wherever_dispatches_end() {
    let mut random = Random::from_environment();
    let mut unsliced = [engine(Precision::Single), engine(Precision::Exact)];
    for (work, jobs) in [(1, 3), (10_000, 10), (200_000, 20)] {
        let mut jobs: Vec<Job> = (0..jobs).map(|_| random.job()).collect();
        if work > 1 {
            jobs.extend(hard_jobs().into_iter().map(|(_, job)| job));
        }
        for (what, precision, mut engine) in sliced(work) {
            for job in &jobs {
                let judged = match precision {
                    Precision::Exact => true_counts(job),
                    Precision::Single => counts(&mut unsliced[0], job),
                    Precision::Double => counts(&mut self::engine(precision), job),
                };
                let what = format!("{random}, {what}: {job:?}");
                assert_same(&what, &counts(&mut engine, job), &judged);
                if precision == Precision::Exact {
                    assert_smooth(&what, &mut engine, job);
                }
            }
        }
    }
    drop(unsliced);
}

/// What the device itself has counted, against what it was given, and what there was to do.
#[test]
fn no_dispatch_is_given_more_than_its_work() {
    // No cycle attracts: whatever does not escape takes all its steps.
    let job = job((0.25, 0.0), 2.0, 3000, FULL, 100);
    let steps: u64 = true_counts(&job).data.iter().map(|&count| u64::from(count)).sum();
    for work in [600, 50_000, 3_000_000] {
        for (what, precision, mut engine) in sliced(work) {
            let before = engine.dispatches().count;
            counts(&mut engine, &job);
            let dispatches = engine.dispatches();
            assert!(dispatches.most_given <= work, "{what}: {dispatches:?}");
            assert!(dispatches.most_taken <= dispatches.most_given, "{what}: {dispatches:?}");
            // A tile's polynomial takes up to 512 steps for all its pixels, on the CPU.
            let own_steps = if precision == Precision::Exact { steps / 2 } else { steps };
            let least = own_steps / work;
            assert!(dispatches.count - before >= least, "{what}: {dispatches:?}, {least}");
        }
    }
}

/// Without the trap this takes hours.
#[test]
fn an_interior_ends_where_its_cycle_has_trapped_it() {
    for (c, itermax) in [((-0.12256, 0.74486), 50_000_000), ((-1.0, 0.0), 4_000_000_000)] {
        let job = job(c, 2.0, itermax, FULL, 120);
        for_each_exact_kernel(|kernel, engine| {
            let judged = true_counts(&job);
            assert!(judged.data.iter().filter(|&&count| count == itermax).count() > 1000);
            assert_same(&format!("{c:?}, {kernel}"), &counts(engine, &job), &judged);
        });
        // The plain loop is compared with itself: what stays for a while, stays.
        let mut short = job.clone();
        short.julia = Julia::new(job.julia.c(), 2.0, (0, 20_000)).unwrap();
        for_each_precision(|precision, engine| {
            let mut expected = counts(engine, &short);
            for count in expected.data.iter_mut().filter(|count| **count == 20_000) {
                *count = itermax;
            }
            let what = format!("{c:?}, {}", precision.name());
            assert_same(&what, &counts(engine, &job), &expected);
        });
    }
}

/// At c = 1/4 and i nothing is trapped, next to 1/4 hardly anything.
#[test]
fn what_no_cycle_attracts_takes_all_its_steps() {
    for (c, itermax) in [
        ((0.25, 0.0), 60_000),
        ((0.2499999, 0.0), 60_000),
        ((0.0, 1.0), 60_000),
        ((0.25 + 1e-9, 0.0), 60_000),
    ] {
        let job = job(c, 2.0, itermax, [-0.7, 0.7, 0.5, -0.5], 24);
        for_each_exact_kernel(|kernel, engine| {
            assert_same(&format!("{c:?}, {kernel}"), &counts(engine, &job), &true_counts(&job));
            println!("{c:?}, {kernel}: {:?}", engine.dispatches());
        });
    }
}

#[test]
fn counts_of_every_size_come_back_whole() {
    for itermax in [1, 252, 253, 254, 255, 65_533, 65_534, 70_000] {
        // Odd numbers of pixels, so that words end anywhere.
        let job = job((-0.835, -0.2321), 2.0, itermax, [-0.1, 0.1, 0.03, -0.04], 77);
        for_each_exact_kernel(|kernel, engine| {
            assert_same(&format!("{itermax}, {kernel}"), &counts(engine, &job), &true_counts(&job));
        });
    }
}

#[test]
fn numbers_too_large_for_the_kernels_are_the_cpus() {
    let jobs = [
        ((-0.8, 0.156), 1e100, 1.6),
        ((-0.8, 0.156), 1e-20, 1.6),
        ((1e40, 0.0), 1e30, 1e25),
        ((-0.8, 0.156), 2.0, 1e50),
    ];
    let jobs =
        jobs.map(|(c, threshold, half)| job(c, threshold, 50, [-half, half, half, -half], 40));
    for_each_exact_kernel(|kernel, engine| {
        for job in &jobs {
            assert_same(&format!("{job:?}, {kernel}"), &counts(engine, job), &true_counts(job));
        }
    });
    // An orbit that is over in infinity once was up to the shader's compiler.
    for_each_precision(|precision, engine| {
        for job in &jobs {
            let judged = counts(&mut CpuEngine::new(precision), job);
            let what = format!("{job:?}, {}", precision.name());
            assert_same(&what, &counts(engine, job), &judged);
        }
    });
}

/// A job that the CPU takes longer for than a GPU takes to start, on any machine.
fn large() -> Job {
    job((-0.8, 0.156), 2.0, 10_000, FULL, 30_000)
}

#[test]
fn auto_takes_the_engine_that_is_faster_on_a_part_of_the_job() {
    for precision in [Precision::Exact, Precision::Single] {
        let options = hooked(GpuOptions::default(), Hooks { software: true, ..Hooks::default() });
        let (engine, reason) = choose(EngineChoice::Auto, &options, precision, &large()).unwrap();
        let why = reason.to_string();
        println!("{}: {why}", engine.describe());
        let slower = if engine.describe().starts_with("cpu") { &adapter().name } else { "the cpu" };
        assert!(why.contains("times as fast as") && why.contains(slower), "{why}");
    }
}

/// c has more digits than any of the kernels' floats.
#[test]
fn constants_with_more_digits_are_the_cpus() {
    let number = |text: &str| text.parse().unwrap();
    let (re, im) = (
        number("-0.80000000000000004937129874512345678901"),
        number("0.15600000000000003712987451234567890123"),
    );
    let constant = juliaset::Constant::new(&re, &im).unwrap();
    let julia = Julia::new(constant, 2.0, (0, 2000)).unwrap();
    for_each_exact_kernel(|kernel, engine| {
        let deep =
            [-18, -60, -300].map(|log_pitch| views::job((-0.8, 0.156), log_pitch, (160, 100), 2));
        for job in deep.into_iter().chain([job((-0.8, 0.156), 2.0, 2000, FULL, 320)]) {
            let job = Job { julia: julia.clone(), ..job };
            let judged = counts(&mut CpuEngine::new(Precision::Exact), &job);
            assert_same(kernel, &counts(engine, &job), &judged);
            assert_smooth(kernel, engine, &job);
        }
    });
}
