//! The CPU's kernels, on every instruction set of the machine, against the definition and against
//! each other.

mod common;

use std::sync::atomic::AtomicBool;

use common::adversarial::{self, fixed_point_alone};
use common::random::Random;
use common::{by, hard_jobs, oracle};
use juliaset::internals::band::{Cells, Quantities, Values};
use juliaset::internals::cpu::{Evaluator, exact, instruction_set, reference};
use juliaset::internals::grid::sample_point;
use juliaset::internals::orbit::trap::Trap;
use juliaset::{ComplexRegion, Counts, Grid, Job, Precision, TierCounts, Window};

fn counts(
    kernels: &'static instruction_set::Kernels,
    job: &Job,
    precision: Precision,
) -> (Counts, TierCounts) {
    let (width, height) = (job.grid.width(), job.grid.height());
    let mut values = Values::default();
    let window = Window { col: 0, row: 0, width, height };
    let go_on = AtomicBool::new(false);
    let evaluator = Evaluator::with(kernels, job, precision, Quantities::NONE);
    let tier_counts = evaluator.fill(window, &mut values, &go_on).unwrap();
    (Counts { width, height, data: values.counts }, tier_counts)
}

fn jobs() -> Vec<(String, Job)> {
    let hard = hard_jobs().into_iter().map(|(name, job)| (name.to_owned(), job));
    let mut random = Random::from_environment();
    let drawn = (0..1000).map(|index| (format!("random job {index} of {random}"), random.job()));
    let drawn: Vec<_> = drawn.collect();
    hard.chain(drawn).collect()
}

#[test]
fn plain_lanes_are_the_definition_bit_for_bit() {
    for (name, job) in jobs() {
        let double = by(&job, |x, y| reference::double(&job.julia, x, y));
        let single = by(&job, |x, y| reference::single(&job.julia, x as f32, y as f32));
        for kernels in instruction_set::available() {
            let what = format!("{name}, {}", kernels.name);
            common::assert_same(&what, &counts(kernels, &job, Precision::Double).0, &double);
            common::assert_same(&what, &counts(kernels, &job, Precision::Single).0, &single);
        }
    }
}

#[test]
fn every_instruction_set_gives_the_same_true_counts() {
    for (name, job) in jobs() {
        let mut first = None;
        for kernels in instruction_set::available() {
            let (counts, tier_counts) = counts(kernels, &job, Precision::Exact);
            let decided = tier_counts.double + tier_counts.double_double + tier_counts.fixed_point;
            assert_eq!(decided, job.grid.pixels(), "{name}, {}", kernels.name);
            let first = first.get_or_insert(counts.clone());
            common::assert_same(&format!("{name}, {}", kernels.name), &counts, first);
        }
    }
}

/// The pixels of a job to ask the oracle about: those where `double` is wrong, and some others.
fn samples(job: &Job, exact: &Counts, others: usize, random: &mut Random) -> Vec<usize> {
    let (double, _) = counts(instruction_set::best(), job, Precision::Double);
    let wrong = (0..exact.data.len()).filter(|&k| exact.data[k] != double.data[k]).take(20);
    let others = (0..others).map(|_| random.below(exact.data.len() as u64) as usize);
    wrong.chain(others).collect()
}

#[test]
fn exact_counts_are_the_oracles() {
    let mut random = Random::from_environment();
    for (name, job) in jobs() {
        let (exact, _) = counts(instruction_set::best(), &job, Precision::Exact);
        let (c, threshold, itermax) = (job.julia.c(), job.julia.threshold(), job.julia.itermax());
        for k in samples(&job, &exact, 12, &mut random) {
            let (col, row) = (k as u32 % exact.width, k as u32 / exact.width);
            let point = (job.grid.x(col), job.grid.y(row));
            let true_count = oracle::true_count(point, (c.re, c.im), threshold, itermax);
            assert_eq!(exact.data[k], true_count, "{name}, column {col}, row {row}: {job:?}");
        }
    }
}

#[test]
fn fixed_point_alone_gives_the_same_counts() {
    let mut random = Random::from_environment();
    let go_on = AtomicBool::new(false);
    for (name, job) in jobs() {
        let (exact, _) = counts(instruction_set::best(), &job, Precision::Exact);
        for k in samples(&job, &exact, 50, &mut random) {
            let (col, row) = (k as u32 % exact.width, k as u32 / exact.width);
            let point = sample_point(&job.grid, col, row);
            let count = exact::escape_count(&job.julia, &Trap::default(), &point, &go_on).unwrap();
            assert_eq!(exact.data[k], count, "{name}, column {col}, row {row}: {job:?}");
        }
    }
}

/// Points of some cells are computed as those of all, in every precision and with every quantity.
#[test]
fn marked_cells_have_the_values_of_all() {
    let mut random = Random::from_environment();
    let go_on = AtomicBool::new(false);
    for (name, job) in hard_jobs() {
        for factor in [1, 2, 3, 5] {
            let (columns, rows) = (job.grid.width() / factor, job.grid.height() / factor);
            let (width, height) = (columns * factor, rows * factor);
            let window = Window { col: 0, row: 0, width, height };
            // Cells that lie together, as along an edge, and some that do not.
            let marked: Vec<u8> = (0..rows * columns)
                .map(|k| (k / columns) % 17 == k % 13 || random.below(40) == 0)
                .map(u8::from)
                .collect();
            let cells = Cells::new(window, factor, &marked);
            for precision in Precision::ALL {
                for (smooth, distance) in [(false, false), (true, false), (true, true)] {
                    let distance = distance.then_some(f64::INFINITY);
                    let quantities = Quantities { smooth, distance };
                    let evaluator = Evaluator::new(&job, precision, quantities);
                    let (mut all, mut some) = (Values::default(), Values::default());
                    evaluator.fill(window, &mut all, &go_on).unwrap();
                    let decided = evaluator.fill_cells(window, cells, &mut some, &go_on).unwrap();
                    let wanted: Vec<u32> = (0..width * height)
                        .filter(|k| cells.has((k % width) as usize, (k / width) as usize))
                        .collect();
                    assert!(all.selected(&wanted) == some.selected(&wanted), "{name}, {factor}");
                    let [_, double, low, fixed] = decided.tiers().map(|(_, pixels)| pixels);
                    let expected = if precision == Precision::Exact { wanted.len() } else { 0 };
                    assert_eq!(double + low + fixed, expected as u64, "{name}, {factor}");
                }
            }
        }
    }
}

/// On every instruction set, and on whole pictures.
#[test]
fn adversarial_jobs_have_the_counts_of_fixed_point() {
    let mut tier_counts = TierCounts::default();
    for (what, job, judged) in adversarial::judged_jobs() {
        for kernels in instruction_set::available() {
            let (counts, decided) = counts(kernels, &job, Precision::Exact);
            common::assert_same(&format!("{}, {what}", kernels.name), &counts, &judged);
            tier_counts += decided;
        }
    }
    println!("{tier_counts}");
    // If all are decided by fixed point, nothing was tested.
    assert!(tier_counts.double > tier_counts.fixed_point / 2, "{tier_counts}");
}

/// If |z₁|² has no `f64`, a tile once took infinity less a finite reach for an escape: the point 0 of
/// a view 2e78 wide had the count 0, not 50, on both engines.
#[test]
fn views_of_any_size_have_the_counts_of_fixed_point() {
    let sizes = (0..48).map(|k| 10f64.powf(-307.0 + 12.83 * f64::from(k)));
    for half in sizes.chain([1e76, 1e77, 1e78, 1e79, 1e153, 1e154, 8e307]) {
        for (c, threshold) in [((0.0, 0.0), 2.0), ((-2.0, 0.0), 3.0), ((0.3, -1e20), 1e30)] {
            for (aspect, columns, rows) in [(1.0, 8, 8), (1e-9, 4, 16), (0.3, 17, 2)] {
                let (height, julia) = (half * aspect, common::julia(c, threshold, 50));
                let region = ComplexRegion::new(-half, half, height, -height).unwrap();
                let grid = Grid::with_shape(region, columns, rows).unwrap();
                let job = Job { julia, grid };
                let judged = fixed_point_alone(&job);
                for kernels in instruction_set::available() {
                    let what = format!("{}: {job:?}", kernels.name);
                    let (counts, _) = counts(kernels, &job, Precision::Exact);
                    common::assert_same(&what, &counts, &judged);
                }
            }
        }
    }
}

/// The scalar definition knows nothing of traps, and fixed point is asked without one; the jobs
/// are long enough for every interior pixel to be trapped.
#[test]
fn trapped_orbits_have_the_counts_they_had() {
    for c in [(-0.12256, 0.74486), (0.0, 0.0), (-1.0, 0.0), (0.25, 0.0), (0.24, 0.0), (-0.7, 0.1)] {
        let job = common::job(c, 2.0, 3000, common::FULL, 60);
        let double = by(&job, |x, y| reference::double(&job.julia, x, y));
        let single = by(&job, |x, y| reference::single(&job.julia, x as f32, y as f32));
        for kernels in instruction_set::available() {
            let what = format!("c = {c:?}, {}", kernels.name);
            common::assert_same(&what, &counts(kernels, &job, Precision::Double).0, &double);
            common::assert_same(&what, &counts(kernels, &job, Precision::Single).0, &single);
            let (exact, _) = counts(kernels, &job, Precision::Exact);
            let go_on = AtomicBool::new(false);
            for k in (0..exact.data.len()).step_by(17) {
                let point = sample_point(&job.grid, k as u32 % 60, k as u32 / 60);
                let count =
                    |trap: &Trap| exact::escape_count(&job.julia, trap, &point, &go_on).unwrap();
                assert_eq!(exact.data[k], count(&Trap::default()), "{what}, pixel {k}");
                let trap = Trap::find(job.julia.c(), 2.0, |_| 0.0);
                assert_eq!(exact.data[k], count(&trap), "{what}, pixel {k}");
            }
        }
    }
}

#[test]
fn ten_million_steps_of_an_interior_are_no_work() {
    // Without the trap this is 2·10¹⁰ steps, and no test to wait for.
    let job = common::job((-0.12256, 0.74486), 2.0, 10_000_000, [-0.1, 0.1, 0.1, -0.1], 45);
    for precision in Precision::ALL {
        let (counts, _) = counts(instruction_set::best(), &job, precision);
        assert!(counts.data.iter().all(|&count| count == 10_000_000), "{}", precision.name());
    }
}
