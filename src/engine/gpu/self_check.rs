//! Whether an adapter's arithmetic and counts can be relied on.

use std::sync::atomic::AtomicBool;

use num_complex::Complex64;

use super::session::Ready;
use crate::band::{Quantities, Values};
use crate::cpu::Evaluator;
use crate::error::{Error, Result};
use crate::gpu;
use crate::julia::{Job, Julia, Precision};
use crate::region::{ComplexRegion, Grid, Window};

/// Tests the arithmetic that an exact kernel relies on, by itself and in the kernel's steps, and then compares some of its counts with the
/// CPU's, at points around a repelling fixed point: their orbits part long before they escape, and
/// most of the bound is used up.
///
/// # Errors
/// [`Error::Unsupported`] if a test fails.
pub(super) fn check(ready: &mut Ready) -> Result<()> {
    gpu::check_arithmetic(&ready.device, ready.runner.kernel())?;
    gpu::check_steps(&ready.device, ready.runner.kernel())?;
    let c = Complex64::new(-0.8, 0.156);
    let fixed = 0.5 * (1.0 + (1.0 - 4.0 * c).sqrt());
    let (half_width, half_height) = (0.06, 0.04);
    let region = ComplexRegion::new(
        fixed.re - half_width,
        fixed.re + half_width,
        fixed.im - half_height,
        fixed.im + half_height,
    )?;
    let job = Job { julia: Julia::new(c, 2.0, (0, 200))?, grid: Grid::new(region, 96)? };
    let go_on = AtomicBool::new(false);
    let window = Window { col: 0, row: 0, width: job.grid.width(), height: job.grid.height() };
    let band = ready.band(&job, window, &go_on)?;
    let mut judge = Values::default();
    let evaluator = Evaluator::new(&job, Precision::Exact, Quantities::NONE);
    evaluator.fill(window, &mut judge, &go_on)?;
    let judged = judge.counts;
    let wrong =
        band.values.counts.iter().zip(&judged).filter(|(count, judged)| count != judged).count();
    if wrong == 0 {
        return Ok(());
    }
    Err(Error::Unsupported {
        adapter: ready.device.adapter.name.clone(),
        problem: format!("{wrong} of {} counts of its self-test are wrong", judged.len()),
        instead: "take engine cpu or another adapter".to_owned(),
    })
}
