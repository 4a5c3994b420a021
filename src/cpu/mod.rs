//! The CPU engine's kernels: no GPU needed, and the reference for the GPU's counts.

#![allow(
    clippy::needless_range_loop,
    reason = "one index for many arrays of lanes is what the autovectoriser understands"
)]

pub mod exact;
pub mod instruction_set;
mod kernels;
pub mod reference;
mod smooth;
mod tasks;

use std::cell::RefCell;
use std::mem::take;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::band::{Cells, Quantities, Values, ValuesMut};
use crate::counts::TierCounts;
use crate::error::{Error, Result};
use crate::job::Job;
use crate::julia::Precision;
use crate::orbit::trap::Trap;
use crate::window::Window;
use exact::{Extent, Tiers};
use instruction_set::Kernels;
use kernels::lanes::{CompactionQueue, Noted, Points};
use kernels::plain::PlainMap;
use smooth::SmoothEvaluator;
pub use tasks::ROWS as TASK_ROWS;
use tasks::Task;

/// A job in the CPU's hands: what needs to be worked out only once.
pub struct Evaluator {
    job: Job,
    quantities: Quantities,
    kernels: &'static Kernels,
    method: Method,
    /// Whether smooth values are proven.
    proven_smooth: bool,
    /// For the quantities that are not.
    rest: Option<SmoothEvaluator>,
}

enum Method {
    Exact(Box<Tiers>),
    Plain(Plain),
}

/// One of the plain precisions.
enum Plain {
    Double(PlainMap<f64>, Trap),
    Single(PlainMap<f32>, Trap),
}

impl Evaluator {
    /// Prepares for `job`, with the kernels of the fastest instruction set.
    pub fn new(job: &Job, precision: Precision, quantities: Quantities) -> Self {
        Self::with(instruction_set::best(), job, precision, quantities)
    }

    /// Prepares for `job`, with the kernels of one instruction set.
    pub fn with(
        kernels: &'static Kernels,
        job: &Job,
        precision: Precision,
        quantities: Quantities,
    ) -> Self {
        let julia = &job.julia;
        let proven_smooth =
            quantities.smooth && precision == Precision::Exact && Tiers::has_smooth(julia);
        let rest = Quantities { smooth: quantities.smooth && !proven_smooth, ..quantities };
        let method = match precision {
            Precision::Exact => {
                let tiers = Tiers::of(job, kernels, proven_smooth);
                Method::Exact(Box::new(match rest {
                    // Values of all points are computed together.
                    Quantities { smooth: false, distance: Some(enough) } => {
                        tiers.with_clearance(job, enough)
                    }
                    _ => tiers,
                }))
            }
            Precision::Double => {
                let map = PlainMap::new(julia);
                Method::Plain(Plain::Double(map, map.trap()))
            }
            Precision::Single => {
                let map = PlainMap::new(julia);
                Method::Plain(Plain::Single(map, map.trap()))
            }
        };
        let rest = rest.any().then(|| SmoothEvaluator::with(kernels, job, precision));
        Self { job: job.clone(), quantities, kernels, method, proven_smooth, rest }
    }

    /// Fills `values`, row-major, with those of `window` in the job's grid, on all threads of the
    /// current rayon pool, and tells which tier decided how many of them (all 0 if the precision is
    /// not `exact`).
    ///
    /// # Errors
    /// [`Error::Interrupted`] soon after `interrupt` is set, and [`Error::Undecided`] in `exact`.
    pub fn fill(
        &self,
        window: Window,
        values: &mut Values,
        interrupt: &AtomicBool,
    ) -> Result<TierCounts> {
        Ok(self.fill_window(window, Extent::default(), values, interrupt)?.0)
    }

    /// The same for those points of `window` that are in `cells`; the values of the others are not
    /// specified. Points that lie together cost less.
    ///
    /// # Errors
    /// As [`fill`](Self::fill).
    pub fn fill_cells(
        &self,
        window: Window,
        cells: Cells<'_>,
        values: &mut Values,
        interrupt: &AtomicBool,
    ) -> Result<TierCounts> {
        let extent = Extent { cells: Some(cells), ..Extent::default() };
        Ok(self.fill_window(window, extent, values, interrupt)?.0)
    }

    /// As [`fill`](Self::fill), with values that hold for all points that are not farther than `reach` from
    /// the sample point; the second result has the pixels for which they do not. Only if
    /// [it reaches so far](Self::reaches).
    ///
    /// # Errors
    /// As [`fill`](Self::fill).
    pub fn fill_around(
        &self,
        window: Window,
        reach: f64,
        values: &mut Values,
        interrupt: &AtomicBool,
    ) -> Result<(TierCounts, Exceptions)> {
        self.fill_window(window, Extent { cells: None, reach }, values, interrupt)
    }

    /// Fills in those of `values` of `window` that have these indices, each computed by itself: for points that
    /// lie apart. Only if [something can be proven around points](Self::reaches).
    ///
    /// # Errors
    /// As [`fill`](Self::fill).
    pub fn fill_scattered(
        &self,
        window: Window,
        indices: &[u32],
        mut values: ValuesMut<'_>,
        interrupt: &AtomicBool,
    ) -> Result<TierCounts> {
        let Method::Exact(tiers) = &self.method else {
            unreachable!("nothing is proven to hold around a point");
        };
        let tier_counts = tiers.finish(&self.job, window, indices, values.reborrow(), interrupt)?;
        self.fill_distances(window, indices, values, interrupt)?;
        Ok(tier_counts)
    }

    /// Fills in the distances of those of `values` of `window` that have these indices, whose counts are there;
    /// nothing, if there are to be none.
    ///
    /// # Errors
    /// As [`fill`](Self::fill).
    pub fn fill_distances(
        &self,
        window: Window,
        indices: &[u32],
        values: ValuesMut<'_>,
        interrupt: &AtomicBool,
    ) -> Result<()> {
        let (Some(rest), false) = (&self.rest, indices.is_empty()) else { return Ok(()) };
        let grid = self.job.grid.window(window)?;
        let (columns, rows) = (grid.columns(), grid.rows());
        let counts = &*values.counts;
        let found = indices
            .par_chunks(tasks::PIXELS)
            .map(|indices| {
                let at = |k: usize| (columns[k % columns.len()], rows[k / columns.len()]);
                rest.distances(at, indices, counts, interrupt)
            })
            .collect::<Result<Vec<_>>>()?;
        for (&k, distance) in indices.iter().zip(found.into_iter().flatten()) {
            values.distances[k as usize] = distance;
        }
        Ok(())
    }

    /// Whether [`fill_around`](Self::fill_around) can prove anything for points this far from each other.
    pub fn reaches(&self, distance: f64) -> bool {
        let all = self.rest.is_none() || self.has_clearance();
        all && matches!(&self.method, Method::Exact(tiers) if tiers.reaches(distance))
    }

    /// Whether all values are proven, so that they are the same for points whose orbits have the same moduli.
    pub fn is_proven(&self) -> bool {
        self.rest.is_none() && matches!(&self.method, Method::Exact(_))
    }

    /// Whether distances are computed only of those points that may be near the set.
    pub fn has_clearance(&self) -> bool {
        matches!(&self.method, Method::Exact(tiers) if tiers.has_clearance())
    }

    fn fill_window(
        &self,
        window: Window,
        extent: Extent<'_>,
        values: &mut Values,
        interrupt: &AtomicBool,
    ) -> Result<(TierCounts, Exceptions)> {
        let grid = self.job.grid.window(window)?;
        let (xs, ys) = match self.method {
            Method::Exact(_) => (grid.columns(), grid.rows()),
            Method::Plain(_) => (grid.xs(), grid.ys()),
        };
        values.resize(xs.len() * ys.len(), self.quantities);
        if let Method::Exact(tiers) = &self.method {
            tiers.prepare(interrupt)?;
        }
        tasks::split(&xs, &ys, values.as_mut())
            .into_par_iter()
            .map(|task| {
                let cells = extent.cells.map(|cells| cells.from(task.left, task.top));
                let (cols, rows) = (0..task.xs.len(), 0..task.ys.len());
                if cells.is_some_and(|cells| !cells.any(&cols, &rows)) {
                    return Ok(Default::default());
                }
                let extent = Extent { cells, ..extent };
                // Taken, not borrowed: a task that waits may have its thread do another one.
                let mut scratch = SCRATCH.take();
                let mut values = take(&mut scratch.values);
                values.clear();
                values.resize(task.xs.len() * task.ys.len(), self.quantities);
                let tier_counts = self.task(&task, extent, &mut values, &mut scratch, interrupt)?;
                let (left, top, task_width) = (task.left, task.top, task.xs.len());
                let place = |&k: &u32| {
                    let (col, row) = (k as usize % task_width, k as usize / task_width);
                    ((top + row) * xs.len() + left + col) as u32
                };
                let places = |of: &[u32]| of.iter().map(place).collect();
                let exact::Scratch { own, near, .. } = &scratch.exact;
                let exceptions = Exceptions { own: places(own), near: places(near) };
                task.finish(&values);
                scratch.values = values;
                SCRATCH.set(scratch);
                if interrupt.load(Ordering::Relaxed) {
                    Err(Error::Interrupted)
                } else {
                    Ok((tier_counts, exceptions))
                }
            })
            .try_reduce(Default::default, |(mut sum, mut all), (tier_counts, exceptions)| {
                sum += tier_counts;
                all.own.extend(exceptions.own);
                all.near.extend(exceptions.near);
                Ok((sum, all))
            })
    }

    /// Fills `values`, row-major, for one task.
    fn task(
        &self,
        task: &Task<'_>,
        extent: Extent<'_>,
        values: &mut Values,
        scratch: &mut Scratch,
        interrupt: &AtomicBool,
    ) -> Result<TierCounts> {
        let cells = extent.cells;
        scratch.exact.own.clear();
        scratch.exact.near.clear();
        let mut tier_counts = TierCounts::default();
        if let Method::Exact(tiers) = &self.method {
            let (points, proven) = ((task.xs, task.ys), self.proven(values));
            tier_counts = tiers.fill(points, extent, proven, &mut scratch.exact, interrupt)?;
            let Some(rest) = &self.rest else { return Ok(tier_counts) };
            if tiers.has_clearance() {
                let Values { counts, distances, .. } = values;
                let itermax = self.job.julia.itermax();
                for (distance, &count) in distances.iter_mut().zip(&*counts) {
                    *distance = if count == itermax { 0.0 } else { f64::INFINITY };
                }
                let near = &scratch.exact.near;
                let at = |k: usize| (task.xs[k % task.xs.len()], task.ys[k / task.xs.len()]);
                let found = rest.distances(at, near, counts, interrupt)?;
                for (&k, distance) in near.iter().zip(found) {
                    distances[k as usize] = distance;
                }
                return Ok(tier_counts);
            }
        }
        // The rest is done point by point, for those that are wanted.
        let (mut xs, mut ys) = (take(&mut scratch.xs), take(&mut scratch.ys));
        task.points(cells, &mut xs, &mut ys);
        let (points, wanted) =
            (Points { xs: &xs, ys: &ys }, cells.map(|cells| task.indices(cells)));
        let mut some = match &wanted {
            None => take(values),
            Some(wanted) => values.selected(wanted),
        };
        if let Method::Plain(plain) = &self.method {
            plain.fill(self.kernels, points, &mut some.as_mut(), scratch, interrupt);
        }
        if let Some(rest) = &self.rest {
            rest.fill_points(points, self.others(&mut some), interrupt)?;
        }
        match &wanted {
            None => *values = some,
            Some(wanted) => values.put_selected(wanted, &some),
        }
        (scratch.xs, scratch.ys) = (xs, ys);
        Ok(tier_counts)
    }

    /// Fills in what is missing beside the counts of `window`, which another engine has computed; the rest
    /// as [`fill`](Self::fill).
    ///
    /// # Errors
    /// As [`fill`](Self::fill); [`Error::Invalid`] if there is not one count for each pixel.
    pub fn complete(
        &self,
        window: Window,
        values: &mut Values,
        interrupt: &AtomicBool,
    ) -> Result<()> {
        let points = values.counts.len();
        if self.quantities.smooth {
            values.smooth.resize(points, 0.0);
        }
        if self.quantities.distance.is_some() {
            values.distances.resize(points, 0.0);
        }
        if self.proven_smooth {
            let mut own = Values::default();
            self.fill(window, &mut own, interrupt)?;
            let itermax = self.job.julia.itermax();
            let counts = values.counts.iter();
            for ((smooth, &own), &count) in values.smooth.iter_mut().zip(&own.smooth).zip(counts) {
                *smooth = if count == itermax { itermax.into() } else { own };
            }
        }
        self.rest.as_ref().map_or(Ok(()), |rest| rest.fill(window, self.others(values), interrupt))
    }

    /// Those of `values` that are computed together with counts.
    fn proven<'a>(&self, values: &'a mut Values) -> ValuesMut<'a> {
        let smooth = if self.proven_smooth { values.smooth.as_mut_slice() } else { &mut [] };
        ValuesMut { counts: &mut values.counts, smooth, distances: &mut [] }
    }

    /// Those of `values` that are computed from counts.
    fn others<'a>(&self, values: &'a mut Values) -> ValuesMut<'a> {
        let smooth = if self.quantities.smooth && !self.proven_smooth {
            values.smooth.as_mut_slice()
        } else {
            &mut []
        };
        ValuesMut { counts: &mut values.counts, smooth, distances: &mut values.distances }
    }
}

impl Plain {
    /// Fills in the counts of `points`.
    fn fill(
        &self,
        kernels: &Kernels,
        points: Points<'_, f64>,
        values: &mut ValuesMut<'_>,
        scratch: &mut Scratch,
        interrupt: &AtomicBool,
    ) {
        let Scratch { queue, single_queue, single_xs, single_ys, .. } = scratch;
        let none = &mut Noted::default();
        match self {
            Self::Double(map, trap) => {
                (kernels.double)(map, trap, points, values, none, queue, interrupt);
            }
            Self::Single(map, trap) => {
                let xs = rounded(points.xs, single_xs);
                let points = Points { xs, ys: rounded(points.ys, single_ys) };
                (kernels.single)(map, trap, points, values, none, single_queue, interrupt);
            }
        }
    }
}

/// Points of a window, by their indices, whose values do not hold for all points around them.
#[derive(Default)]
pub struct Exceptions {
    /// No value does.
    pub own: Vec<u32>,
    /// Distances do not: the points may be near the set.
    pub near: Vec<u32>,
}

/// Memory that a thread uses for one task after the other.
#[derive(Default)]
struct Scratch {
    values: Values,
    exact: exact::Scratch,
    xs: Vec<f64>,
    ys: Vec<f64>,
    queue: CompactionQueue<f64>,
    single_xs: Vec<f32>,
    single_ys: Vec<f32>,
    single_queue: CompactionQueue<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

fn rounded<'a>(values: &[f64], singles: &'a mut Vec<f32>) -> &'a [f32] {
    singles.clear();
    singles.extend(values.iter().map(|&value| value as f32));
    singles
}
