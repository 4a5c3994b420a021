//! The CPU engine's kernels: no GPU needed, and the judge of the GPU's counts.

#![allow(
    clippy::needless_range_loop,
    reason = "one index for many arrays of lanes is what the autovectoriser understands"
)]

pub mod exact;
pub mod instruction_set;
mod lanes;
mod plain;
pub mod potential;
pub mod scalar;

use std::cell::RefCell;
use std::mem::take;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::counts::Tally;
use crate::error::{Error, Result};
use crate::julia::{Job, Precision};
use crate::region::{Grid, Window};
use crate::trap::Trap;
use exact::Tiers;
use instruction_set::Kernels;
use lanes::{Packed, Points};
use plain::PlainMap;

/// Pixels that one thread does at a time: enough for the later tiers of `exact` to fill lanes,
/// few enough to keep many threads busy with one band.
const TASK_PIXELS: usize = 1 << 14;

/// A job in the CPU's hands: what needs to be worked out only once.
pub struct Filler {
    job: Job,
    kernels: &'static Kernels,
    method: Method,
}

enum Method {
    Exact(Box<Tiers>),
    Double(PlainMap<f64>, Trap),
    Single(PlainMap<f32>, Trap),
}

impl Filler {
    /// Makes ready for `job`, with the kernels of the fastest instruction set.
    pub fn new(job: &Job, precision: Precision) -> Self {
        Self::with(instruction_set::best(), job, precision)
    }

    /// Makes ready for `job`, with the kernels of one instruction set.
    pub fn with(kernels: &'static Kernels, job: &Job, precision: Precision) -> Self {
        let julia = &job.julia;
        let method = match precision {
            Precision::Exact => Method::Exact(Box::new(Tiers::new(julia, kernels))),
            Precision::Double => {
                let map = PlainMap::new(julia);
                Method::Double(map, map.trap())
            }
            Precision::Single => {
                let map = PlainMap::new(julia);
                Method::Single(map, map.trap())
            }
        };
        Self { job: *job, kernels, method }
    }

    /// Fills `counts`, row-major, with the escape counts of `window` in the job's grid, on all
    /// threads of the current rayon pool, and tells which tier decided how many of them (all 0
    /// where the precision is not `exact`).
    ///
    /// # Errors
    /// [`Error::Interrupted`] soon after `interrupt` is set, and [`Error::Undecided`] in `exact`.
    pub fn fill(
        &self,
        window: Window,
        counts: &mut [u32],
        interrupt: &AtomicBool,
    ) -> Result<Tally> {
        let pixels = Pixels::new(self.job.grid.window(window)?);
        pixels.each_task(counts, interrupt, |points, counts, scratch| {
            self.escape_counts(points, counts, scratch, interrupt)
        })
    }

    /// Fills `counts` with the escape counts of `xs[k] + ys[k]·i`, whatever the job's grid, on the
    /// current thread; the rest as [`fill`](Self::fill).
    ///
    /// # Errors
    /// As [`fill`](Self::fill); [`Error::Invalid`] where there are not as many of each.
    pub fn fill_points(
        &self,
        xs: &[f64],
        ys: &[f64],
        counts: &mut [u32],
        interrupt: &AtomicBool,
    ) -> Result<Tally> {
        if xs.len() != counts.len() || ys.len() != counts.len() {
            let expected = format!("must be {}, one for each count", counts.len());
            return Err(Error::invalid("points", xs.len().min(ys.len()), expected));
        }
        let mut scratch = SCRATCH.take();
        let tally = self.escape_counts(Points { xs, ys }, counts, &mut scratch, interrupt)?;
        SCRATCH.set(scratch);
        if interrupt.load(Ordering::Relaxed) { Err(Error::Interrupted) } else { Ok(tally) }
    }

    fn escape_counts(
        &self,
        points: Points<'_, f64>,
        counts: &mut [u32],
        scratch: &mut Scratch,
        interrupt: &AtomicBool,
    ) -> Result<Tally> {
        let Scratch { packed, single_packed, single_xs, single_ys, .. } = scratch;
        let none = &mut Vec::new();
        match &self.method {
            Method::Exact(tiers) => {
                return tiers.escape_counts(points, counts, packed, interrupt);
            }
            Method::Double(map, trap) => {
                (self.kernels.double)(map, trap, points, counts, none, packed, interrupt);
            }
            Method::Single(map, trap) => {
                let xs = rounded(points.xs, single_xs);
                let points = Points { xs, ys: rounded(points.ys, single_ys) };
                (self.kernels.single)(map, trap, points, counts, none, single_packed, interrupt);
            }
        }
        Ok(Tally::default())
    }
}

/// Memory that a thread uses for one task after the other.
#[derive(Default)]
struct Scratch {
    xs: Vec<f64>,
    ys: Vec<f64>,
    packed: Packed<f64>,
    single_xs: Vec<f32>,
    single_ys: Vec<f32>,
    single_packed: Packed<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

fn rounded<'a>(values: &[f64], singles: &'a mut Vec<f32>) -> &'a [f32] {
    singles.clear();
    singles.extend(values.iter().map(|&value| value as f32));
    singles
}

/// The sample points of a grid, with the columns' real parts worked out once.
struct Pixels {
    grid: Grid,
    columns: Vec<f64>,
}

impl Pixels {
    fn new(grid: Grid) -> Self {
        Self { grid, columns: (0..grid.width()).map(|col| grid.x(col)).collect() }
    }

    /// Calls `task` in parallel for every stretch of pixels, with its points and the counts to fill.
    fn each_task(
        &self,
        counts: &mut [u32],
        interrupt: &AtomicBool,
        task: impl Fn(Points<'_, f64>, &mut [u32], &mut Scratch) -> Result<Tally> + Sync,
    ) -> Result<Tally> {
        counts
            .par_chunks_mut(TASK_PIXELS)
            .enumerate()
            .map(|(index, counts)| {
                // Taken, not borrowed: a task that waits may have its thread do another one.
                let mut scratch = SCRATCH.take();
                let (mut xs, mut ys) = (take(&mut scratch.xs), take(&mut scratch.ys));
                self.stretch(index * TASK_PIXELS, counts.len(), &mut xs, &mut ys);
                let tally = task(Points { xs: &xs, ys: &ys }, counts, &mut scratch)?;
                SCRATCH.set(Scratch { xs, ys, ..scratch });
                if interrupt.load(Ordering::Relaxed) { Err(Error::Interrupted) } else { Ok(tally) }
            })
            .try_reduce(Tally::default, |mut sum, tally| {
                sum += tally;
                Ok(sum)
            })
    }

    /// The points of `length` pixels in raster order from the pixel `start` on.
    fn stretch(&self, start: usize, length: usize, xs: &mut Vec<f64>, ys: &mut Vec<f64>) {
        xs.clear();
        ys.clear();
        let width = self.columns.len();
        let (mut row, mut col) = (start / width, start % width);
        while xs.len() < length {
            let end = width.min(col + length - xs.len());
            xs.extend_from_slice(&self.columns[col..end]);
            ys.resize(xs.len(), self.grid.y(row as u32));
            (row, col) = (row + 1, 0);
        }
    }
}
