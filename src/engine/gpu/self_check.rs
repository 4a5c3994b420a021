//! Whether an adapter's arithmetic and counts can be relied on.

use std::sync::atomic::AtomicBool;

use num_complex::Complex64;

use super::session::Ready;
use crate::band::{Quantities, Values};
use crate::cpu::Evaluator;
use crate::error::{Error, Result};
use crate::gpu::{self, Program};
use crate::grid::Grid;
use crate::job::Job;
use crate::julia::{Julia, Precision};
use crate::region::ComplexRegion;
use crate::window::Window;

/// Tests the arithmetic that an exact kernel relies on, by itself and in the kernel's steps, and then compares some of its counts with the
/// CPU's, at points around a repelling fixed point: their orbits part long before they escape, and
/// most of the bound is used up.
///
/// # Errors
/// [`Error::Unsupported`] if a test fails.
pub(super) fn check(ready: &mut Ready) -> Result<()> {
    gpu::check_arithmetic(&ready.device, ready.counts.program())?;
    gpu::check_steps(&ready.device, ready.counts.program())?;
    check_values(ready, Quantities::NONE)
}

/// The same for smooth values, which a kernel of their own gives beside counts.
///
/// # Errors
/// As [`check`].
pub(super) fn check_smooth(ready: &mut Ready) -> Result<()> {
    let program = Program::smooth(ready.kernel());
    gpu::check_arithmetic(&ready.device, program)?;
    gpu::check_steps(&ready.device, program)?;
    check_values(ready, Quantities { smooth: true, distance: None })
}

/// Compares some values with the CPU's.
fn check_values(ready: &mut Ready, quantities: Quantities) -> Result<()> {
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
    let values = ready.band(&job, quantities, window, &go_on)?.values;
    let mut judged = Values::default();
    Evaluator::new(&job, Precision::Exact, quantities).fill(window, &mut judged, &go_on)?;
    fn wrong<T: PartialEq>(values: &[T], judged: &[T]) -> usize {
        values.iter().zip(judged).filter(|(value, judged)| value != judged).count()
    }
    let counts = (wrong(&values.counts, &judged.counts), "counts");
    let smooth = (wrong(&values.smooth, &judged.smooth), "smooth values");
    match [counts, smooth].into_iter().find(|(wrong, _)| *wrong > 0) {
        None => Ok(()),
        Some((wrong, what)) => Err(Error::Unsupported {
            adapter: ready.device.adapter.name.clone(),
            problem: format!("{wrong} of {} {what} of its self-test are wrong", window.pixels()),
            instead: "take engine cpu or another adapter".to_owned(),
        }),
    }
}
