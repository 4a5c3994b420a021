//! The headline job as an array, for `python_peers.py` to compare with: the least of some seconds.
//! `cargo bench --bench over -- [ENGINE [RUNS]]`

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use juliaset::internals::engine::GpuOptions;
use juliaset::internals::engine::choose;
use juliaset::internals::render::array;
use juliaset::{Complex64, ComplexRegion, EngineChoice, JuliaDiv, Precision, Result};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let choice = arguments.next().map_or(Ok(EngineChoice::Auto), |engine| engine.parse())?;
    let runs = arguments.next().and_then(|runs| runs.parse().ok()).unwrap_or(5);
    let region = ComplexRegion::new(-0.1, 0.1, 0.1, -0.1)?;
    let julia = JuliaDiv::new(Complex64::new(-0.835, -0.2321), 2.0, (20, 100), 4000)?;
    let (gpu, mut best) = (GpuOptions::default(), f64::INFINITY);
    for _ in 0..=runs {
        let start = Instant::now();
        let job = julia.job(&region, None)?;
        let (mut engine, _) = choose(choice, &gpu, Precision::Exact, &job)?;
        let mut values = vec![0.0; job.grid.pixels() as usize];
        let never = AtomicBool::new(false);
        array::normalised_into(&mut *engine, &job, &mut values, &never, |_| ())?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{best:.4}");
    Ok(())
}
