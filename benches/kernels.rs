//! The CPU's kernels on one thread and on all, on a part of the headline job:
//! `cargo bench --bench kernels`.

use divan::Bencher;
use divan::counter::ItemsCount;
use juliaset::internals::band::{Quantities, Values};
use juliaset::internals::cpu;
use juliaset::internals::cpu::reference;
use juliaset::{Complex64, ComplexRegion, Grid, Job, Julia, Precision, Window};
use rayon::ThreadPoolBuilder;

fn main() {
    divan::main();
}

fn job() -> Job {
    let region = ComplexRegion::new(-0.1, 0.1, 0.1, -0.1).unwrap();
    let julia = Julia::new(Complex64::new(-0.835, -0.2321), 2.0, (20, 100)).unwrap();
    Job { julia, grid: Grid::new(region, 1000).unwrap() }
}

fn definition(job: &Job) -> Vec<u32> {
    let grid = &job.grid;
    let points = (0..grid.height()).flat_map(|j| (0..grid.width()).map(move |i| (i, j)));
    points.map(|(i, j)| reference::double(&job.julia, grid.x(i), grid.y(j))).collect()
}

/// Applications of z² + c: items per second are iterations per second.
fn iterations(job: &Job) -> ItemsCount {
    let of = |count: u32| u64::from(count.saturating_add(1).min(job.julia.itermax()));
    ItemsCount::new(definition(job).into_iter().map(of).sum::<u64>())
}

#[divan::bench(sample_count = 20)]
fn definition_double(bencher: Bencher) {
    let job = job();
    bencher.counter(iterations(&job)).bench_local(|| definition(&job));
}

fn fill(bencher: Bencher, precision: Precision, threads: usize) {
    let job = job();
    let (width, height) = (job.grid.width(), job.grid.height());
    let window = Window { col: 0, row: 0, width, height };
    let mut values = Values::default();
    let evaluator = cpu::Evaluator::new(&job, precision, Quantities::NONE);
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    bencher
        .counter(iterations(&job))
        .bench_local(|| pool.install(|| evaluator.fill(window, &mut values, &Default::default())));
}

#[divan::bench(args = Precision::ALL, sample_count = 20)]
fn one_thread(bencher: Bencher, precision: Precision) {
    fill(bencher, precision, 1);
}

#[divan::bench(args = Precision::ALL, sample_count = 20)]
fn all_threads(bencher: Bencher, precision: Precision) {
    fill(bencher, precision, rayon::current_num_threads());
}
