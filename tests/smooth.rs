//! Smooth values of the precision `exact`: the same from every instruction set, and those of fixed
//! point.

mod common;

use std::sync::atomic::AtomicBool;

use common::hard_jobs;
use common::random::Random;
use juliaset::internals::band::{Quantities, Values};
use juliaset::internals::cpu::exact::{self, Tiers};
use juliaset::internals::cpu::{Evaluator, instruction_set};
use juliaset::internals::grid::sample_point;
use juliaset::{Job, Precision, Window};

const SMOOTH: Quantities = Quantities { smooth: true, distance: None };

fn values(kernels: &'static instruction_set::Kernels, job: &Job, quantities: Quantities) -> Values {
    let (width, height) = (job.grid.width(), job.grid.height());
    let window = Window { col: 0, row: 0, width, height };
    let mut values = Values::default();
    let evaluator = Evaluator::with(kernels, job, Precision::Exact, quantities);
    evaluator.fill(window, &mut values, &AtomicBool::new(false)).unwrap();
    values
}

fn jobs() -> Vec<(String, Job)> {
    let hard = hard_jobs().into_iter().map(|(name, job)| (name.to_owned(), job));
    let mut random = Random::from_environment();
    let drawn = (0..300).map(|index| (format!("random job {index} of {random}"), random.job()));
    let drawn: Vec<_> = drawn.collect();
    hard.chain(drawn).filter(|(_, job)| Tiers::has_smooth(&job.julia)).collect()
}

#[test]
fn every_instruction_set_gives_the_same_values_and_counts() {
    let jobs = jobs();
    assert!(jobs.len() > 100, "{}", jobs.len());
    for (name, job) in jobs {
        let counts = values(instruction_set::best(), &job, Quantities::NONE).counts;
        let itermax = job.julia.itermax();
        let mut first = None;
        for kernels in instruction_set::available() {
            let what = format!("{name}, {}: {job:?}", kernels.name);
            let values = values(kernels, &job, SMOOTH);
            assert!(values.counts == counts, "{what}");
            for (&count, &value) in counts.iter().zip(&values.smooth) {
                let inside = value == f64::from(itermax);
                let outside = value >= 0.0 && (value as f32) < itermax as f32;
                assert!(if count == itermax { inside } else { outside }, "{what}: {count} {value}");
            }
            let first = first.get_or_insert(values.smooth.clone());
            let differing = first.iter().zip(&values.smooth).position(|(a, b)| a != b);
            assert_eq!(differing, None, "{what}");
        }
    }
}

#[test]
fn fixed_point_alone_gives_the_same_values() {
    let mut random = Random::from_environment();
    let go_on = AtomicBool::new(false);
    let mut seen = 0;
    for (name, job) in jobs() {
        let (values, itermax) =
            (values(instruction_set::best(), &job, SMOOTH), job.julia.itermax());
        for _ in 0..40 {
            let k = random.below(values.counts.len() as u64) as usize;
            if values.counts[k] == itermax {
                continue;
            }
            let (col, row) = (k as u32 % job.grid.width(), k as u32 / job.grid.width());
            let point = sample_point(&job.grid, col, row);
            let value = exact::smooth_value(&job.julia, &point, &go_on).unwrap();
            assert_eq!(values.smooth[k], value, "{name}, column {col}, row {row}: {job:?}");
            seen += 1;
        }
    }
    assert!(seen > 2000, "{seen}");
}
