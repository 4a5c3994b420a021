//! What another engine has left undecided.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use super::recompute::scatter;
use super::tiers::Tiers;
use super::view::Start;
use crate::band::{Quantities, Values, ValuesMut};
use crate::counts::TierCounts;
use crate::cpu::kernels::lanes::{CompactionQueue, Points};
use crate::error::Result;
use crate::job::Job;
use crate::window::Window;

/// Points that are finished together: enough to fill the lanes of the later tiers.
const CHUNK: usize = 2048;

impl Tiers {
    /// Fills in the pixels of `window` that another engine left undecided, given by their index
    /// in `values`, on all threads.
    ///
    /// # Errors
    /// As [`fill_points`](Self::fill_points).
    pub fn finish(
        &self,
        job: &Job,
        window: Window,
        undecided: &[u32],
        mut values: ValuesMut<'_>,
        interrupt: &AtomicBool,
    ) -> Result<TierCounts> {
        let grid = job.grid.window(window)?;
        let quantities = Quantities { smooth: self.smooth, distance: None };
        let (columns, rows) = (grid.columns(), grid.rows());
        let at = |k: usize| (columns[k % columns.len()], rows[k / columns.len()]);
        let finished = undecided
            .par_chunks(CHUNK)
            .map_init(CompactionQueue::default, |queue, undecided| {
                let (xs, ys): (Vec<f64>, Vec<f64>) =
                    undecided.iter().map(|&k| at(k as usize)).unzip();
                let mut finished = Values::default();
                finished.resize(undecided.len(), quantities);
                let points = Points { xs: &xs, ys: &ys };
                let tier_counts = self.fill_points(points, finished.as_mut(), queue, interrupt)?;
                Ok((finished, tier_counts))
            })
            .collect::<Result<Vec<_>>>()?;
        let mut tier_counts = TierCounts::default();
        for (undecided, (finished, chunk_tally)) in undecided.chunks(CHUNK).zip(finished) {
            scatter(&finished, undecided, &mut values);
            tier_counts += chunk_tally;
        }
        Ok(tier_counts)
    }

    /// Gives those pixels of `window` that an edge of a view stops their counts, where another engine has left
    /// pixels `undecided`; and the ones that are undecided then.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) soon after `interrupt` is set.
    pub fn stop_at_edges(
        &self,
        job: &Job,
        window: Window,
        mut undecided: Vec<u32>,
        values: &mut Values,
        interrupt: &AtomicBool,
    ) -> Result<Vec<u32>> {
        let Some(start) = self.start(interrupt)?.filter(Start::has_edges) else {
            return Ok(undecided);
        };
        let grid = job.grid.window(window)?;
        let (columns, rows) = (grid.columns(), grid.rows());
        let at = |k: usize| (columns[k % columns.len()], rows[k / columns.len()]);
        let stopped = start.stopped(0..values.counts.len() as u32, at);
        // Without a count below itermax an engine has given no smooth value.
        let itermax = self.asked.itermax();
        let is_open = |k: u32| self.smooth && values.counts[k as usize] == itermax;
        let open = stopped.counts.iter().map(|stop| stop.0).filter(|&k| is_open(k));
        undecided.extend(open.chain(stopped.unknown.iter().copied()));
        undecided.sort_unstable();
        undecided.dedup();
        for &(k, count) in &stopped.counts {
            values.counts[k as usize] = count;
        }
        Ok(undecided)
    }
}
