//! The tiers after the first: a bound on the error itself, in `f64` and in double-double, and fixed point. Points of a
//! view go on from where its polynomial has brought them.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::fixed_point::{self, escape_count};
use super::fixed_point_smooth::{self, smooth_value};
use super::recompute::recompute;
use super::tiers::Tiers;
use super::view::{Start, Stopped};
use crate::band::{ValuesMut, limited};
use crate::counts::TierCounts;
use crate::cpu::instruction_set::LinearKernel;
use crate::cpu::kernels::error_bound::LinearBound;
use crate::cpu::kernels::lanes::CompactionQueue;
use crate::dyadic::{Point, point as exact_point};
use crate::error::{Error, Result};

/// Points, some of which the first tier has left open.
pub struct Later<'a, At> {
    /// What decides them.
    pub tiers: &'a Tiers,
    /// The view that they start from, if they are one's.
    pub start: Option<&'a Start<'a>>,
    /// The point with an index: the point itself, or its offsets in the view.
    pub at: At,
    /// Those that edges of the view have stopped.
    pub stopped: Stopped,
    /// How many are wanted in all.
    pub pixels: usize,
    /// Memory for orbits that wait.
    pub queue: &'a mut CompactionQueue<f64>,
    /// Ends the work soon after it is set.
    pub interrupt: &'a AtomicBool,
}

impl<At: Fn(usize) -> (f64, f64) + Copy + Sync> Later<'_, At> {
    /// Fills in the values of those points that are `open`, and of those that edges have stopped.
    ///
    /// # Errors
    /// As [`Tiers::fill_points`].
    pub fn fill(mut self, mut values: ValuesMut<'_>, mut open: Vec<u32>) -> Result<TierCounts> {
        // A point that an edge stops has its count, but no smooth value: beyond the threshold already when it
        // came to its leaf, it took no step there, and the value is one step off.
        let stopped = &self.stopped;
        open.retain(|k| !stopped.unknown(*k) && stopped.count(*k).is_none());
        if self.tiers.smooth {
            open.extend(stopped.counts.iter().map(|stop| stop.0));
        }
        let (by_double, open) = match self.start {
            None => self.in_double(&mut values, open),
            Some(start) => self.on_from(start, &mut values, open),
        };
        let proven = self.pixels - open.len();
        let double = by_double.min(proven);
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        self.in_fixed_point(&mut values, &open)?;
        for &(k, count) in &self.stopped.counts {
            values.counts[k as usize] = count;
        }
        if self.tiers.smooth {
            self.limit(&mut values);
        }
        Ok(TierCounts {
            gpu: 0,
            double: double as u64,
            double_double: (proven - double) as u64,
            fixed_point: open.len() as u64,
        })
    }

    /// Takes points from their first step on, in `f64` and in double-double; gives how many have their values
    /// after the former, and which are still open after the latter.
    fn in_double(&mut self, values: &mut ValuesMut<'_>, open: Vec<u32>) -> (usize, Vec<u32>) {
        let Tiers { kernels, double, double_double, .. } = self.tiers;
        let open = self.pass(values, open, kernels.double, double.as_ref());
        let by_double = self.pixels - open.len();
        let open = self.pass(values, open, kernels.double_double, double_double.as_ref());
        (by_double, self.asked_counts(values.counts, open))
    }

    /// Has those that are open computed by a kernel; gives those that still are.
    fn pass(
        &mut self,
        values: &mut ValuesMut<'_>,
        open: Vec<u32>,
        kernel: LinearKernel,
        bound: Option<&LinearBound>,
    ) -> Vec<u32> {
        let Some(bound) = bound.filter(|_| !open.is_empty()) else { return open };
        let Self { tiers, at, queue, interrupt, .. } = self;
        let noted = recompute(&open, *at, values, |points, values, noted| {
            kernel(bound, &tiers.trap, points, values, noted, queue, interrupt);
        });
        noted.unproven
    }

    /// As [`in_double`](Self::in_double), for points of a view: in double-double, from where its polynomial has
    /// brought them.
    fn on_from(
        &mut self,
        start: &Start<'_>,
        values: &mut ValuesMut<'_>,
        open: Vec<u32>,
    ) -> (usize, Vec<u32>) {
        let Self { tiers, at, stopped, queue, interrupt, .. } = self;
        let by_double = self.pixels - open.len() - stopped.unknown.len();
        let mut open = match &tiers.double_double {
            Some(bound) if !open.is_empty() => {
                let arrived = start.arrive(open.iter().map(|&k| at(k as usize)));
                let kernel = tiers.kernels.double_double_on;
                let noted = recompute(&open, *at, values, |_, values, noted| {
                    kernel(bound, &tiers.trap, &arrived, values, noted, queue, interrupt);
                });
                noted.unproven
            }
            _ => open,
        };
        open.extend(&stopped.unknown);
        if tiers.smooth {
            let itermax = tiers.asked.itermax();
            let over = |k: &u32| values.counts[*k as usize] == itermax;
            let ended: Vec<u32> = stopped.counts.iter().map(|stop| stop.0).collect();
            open.extend(ended.into_iter().filter(over));
            open.sort_unstable();
            open.dedup();
        }
        (by_double, open)
    }

    /// Fills in the values of those that are open.
    fn in_fixed_point(&self, values: &mut ValuesMut<'_>, open: &[u32]) -> Result<()> {
        let decided = open.par_iter().map(|&k| self.decided(k)).collect::<Result<Vec<_>>>()?;
        for (&k, (count, smooth)) in open.iter().zip(decided) {
            values.counts[k as usize] = count;
            if self.tiers.smooth {
                values.smooth[k as usize] = smooth;
            }
        }
        Ok(())
    }

    /// The count of a point, and its smooth value if there is to be one, in fixed point.
    fn decided(&self, k: u32) -> Result<(u32, f64)> {
        let (x, y) = (self.at)(k as usize);
        let Some(start) = self.start else { return self.in_fixed_point_alone(&exact_point(x, y)) };
        let is_stopped = self.stopped.unknown(k) || self.stopped.count(k).is_some();
        let decided = if is_stopped { None } else { self.on_its_way(start, (x, y))? };
        decided.map_or_else(|| self.in_fixed_point_alone(&start.point((x, y))), Ok)
    }

    /// The count of the point at these offsets, and its smooth value if there is to be one, in fixed point from
    /// where the view's polynomial has brought it; `None` if its bits do not decide.
    fn on_its_way(&self, start: &Start<'_>, offsets: (f64, f64)) -> Result<Option<(u32, f64)>> {
        let Self { tiers: Tiers { asked, trap, .. }, interrupt, .. } = self;
        let orbit = || start.long_orbit(asked, offsets, interrupt);
        let Some((from, steps)) = orbit()? else { return Ok(None) };
        let count = fixed_point::count_from(asked, trap, from, steps, interrupt)?;
        let (Some(count), true) = (count, self.tiers.smooth) else {
            return Ok(count.map(|count| (count, 0.0)));
        };
        if count == asked.itermax() {
            return Ok(Some((count, 0.0)));
        }
        let Some((from, steps)) = orbit()? else { return Ok(None) };
        let value = fixed_point_smooth::smooth_value_from(asked, from, steps, interrupt)?;
        Ok(value.map(|value| (count, value)))
    }

    /// The same from its first step on.
    fn in_fixed_point_alone(&self, point: &Point) -> Result<(u32, f64)> {
        let Self { tiers: Tiers { asked, brief, trap, invariant, smooth, .. }, interrupt, .. } =
            self;
        let count = match invariant.count(point) {
            Some(count) => count,
            None => brief.asked_count(escape_count(&brief.julia, trap, point, interrupt)?),
        };
        let smooth = if *smooth && count < asked.itermax() {
            smooth_value(asked, point, interrupt)?
        } else {
            0.0
        };
        Ok((count, smooth))
    }

    /// Limits smooth values: to itermax if the count is itermax.
    fn limit(&self, values: &mut ValuesMut<'_>) {
        let itermax = self.tiers.asked.itermax();
        for (smooth, &count) in values.smooth.iter_mut().zip(&*values.counts) {
            let outside = limited(*smooth, itermax);
            *smooth = if count == itermax { itermax.into() } else { outside };
        }
    }

    /// Makes counts for the threshold that was asked of those for the nearer one, and adds the points
    /// that this cannot be done for to those that are `open`.
    fn asked_counts(&self, counts: &mut [u32], mut open: Vec<u32>) -> Vec<u32> {
        let nearer = &self.tiers.nearer;
        if nearer.is_asked() {
            return open;
        }
        // What is open already has no count that could be 0.
        open.iter().for_each(|&k| counts[k as usize] = u32::MAX);
        for (k, count) in counts.iter_mut().enumerate() {
            match nearer.asked_count((self.at)(k), *count) {
                Some(asked) => *count = asked,
                None => open.push(k as u32),
            }
        }
        open
    }
}
