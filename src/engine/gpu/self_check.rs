//! From an adapter to a kernel that can be relied on.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use num_complex::Complex64;

use super::session::one_band;
use crate::cpu::Filler;
use crate::engine::estimate;
use crate::engine::gpus::middle;
use crate::error::{Error, Result};
use crate::gpu::{self, Device, Kernel, Runner};
use crate::julia::{Job, Julia, Precision};
use crate::region::{ComplexRegion, Grid, Window};
use crate::timing::{Phase, timed};

/// A device with a kernel on it.
pub(super) struct Ready {
    pub device: Arc<Device>,
    pub runner: Runner,
}

impl Ready {
    /// Makes `kernel` ready on `device`; an exact one only where the adapter passes its tests.
    /// A dispatch gets `work` steps at most, or what it does in time.
    pub fn new(
        device: Arc<Device>,
        kernel: Kernel,
        work: Option<u64>,
        phases: &mut Vec<Phase>,
    ) -> Result<Self> {
        let runner = timed(phases, "kernel", || Runner::new(device.clone(), kernel, work))?;
        let ready = Self { device, runner };
        if !kernel.is_exact() {
            return Ok(ready);
        }
        timed(phases, "self-test", || {
            gpu::check_arithmetic(&ready.device, kernel)?;
            ready.check_counts()
        })
    }

    /// Compares some counts with the CPU's, at points around a repelling fixed point: their orbits
    /// part for long before they escape, and most of the bound is used up.
    fn check_counts(self) -> Result<Self> {
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
        let window = middle(&job.grid, job.grid.pixels());
        let (ready, band) = one_band(self, &job, window, &go_on)?;
        let mut judged = vec![0; band.counts.len()];
        Filler::new(&job, Precision::Exact).fill(window, &mut judged, &go_on)?;
        let wrong =
            band.counts.iter().zip(&judged).filter(|(count, judged)| count != judged).count();
        if wrong == 0 {
            return Ok(ready);
        }
        Err(Error::Unsupported {
            adapter: ready.device.adapter.name.clone(),
            problem: format!("{wrong} of {} counts of its self-test are wrong", judged.len()),
            instead: "take engine cpu or another adapter".to_owned(),
        })
    }

    /// This one or one with `other`, whichever is the faster for `job`.
    pub fn or_faster(self, other: Kernel, job: &Job, interrupt: &AtomicBool) -> Result<Self> {
        let mut other = Self::new(self.device.clone(), other, None, &mut Vec::new())?;
        let mut own = self;
        let job = &estimate::for_timing(job);
        let (mut own_time, mut other_time);
        let mut pixels = 1 << 14;
        loop {
            let window = middle(&job.grid, pixels);
            (own, own_time) = own.time(job, window, interrupt)?;
            (other, other_time) = other.time(job, window, interrupt)?;
            // Times of a millisecond are of the driver, not of the kernel.
            let long_enough = own_time.min(other_time) > Duration::from_millis(5);
            if long_enough || window.pixels() * 2 < pixels || pixels >= 1 << 20 {
                break;
            }
            pixels *= 4;
        }
        Ok(if other_time < own_time { other } else { own })
    }

    /// How long a window takes, once the driver has warmed up.
    fn time(self, job: &Job, window: Window, interrupt: &AtomicBool) -> Result<(Self, Duration)> {
        let (warm, _) = one_band(self, job, window, interrupt)?;
        let start = Instant::now();
        let (ready, _) = one_band(warm, job, window, interrupt)?;
        Ok((ready, start.elapsed()))
    }
}
