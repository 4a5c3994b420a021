//! The first tier, for rectangles of points and for single ones; what it leaves goes on to the later ones.

use std::sync::atomic::AtomicBool;

use super::later::Later;
use super::quadtree::Tiles;
use super::recompute::recompute;
use super::tiers::Tiers;
use super::view::Start;
use crate::band::{Cells, ValuesMut};
use crate::counts::TierCounts;
use crate::cpu::instruction_set::ExactKernels;
use crate::cpu::kernels::error_bound::SquaredBound;
use crate::cpu::kernels::lanes::{CompactionQueue, Noted, Points};
use crate::cpu::kernels::leaf::Leaf;
use crate::cpu::kernels::step_error::UP;
use crate::cpu::tasks::ROWS;
use crate::error::Result;

/// Memory that a thread uses for one rectangle after the other.
#[derive(Default)]
pub struct Scratch {
    pub(in crate::cpu) queue: CompactionQueue<f64>,
    leaf: Box<Leaf>,
    /// Points of the last rectangle whose values may not hold as far from them as was asked.
    pub(in crate::cpu) own: Vec<u32>,
    /// Points of it that may be near the set, if that was asked.
    pub(in crate::cpu) near: Vec<u32>,
}

/// What is asked of a rectangle of points.
#[derive(Clone, Copy, Default)]
pub struct Extent<'a> {
    /// Those that are wanted, if not all are.
    pub cells: Option<Cells<'a>>,
    /// How far from its sample point a pixel's values shall hold; a pixel that this is not proven of has
    /// those of the point itself.
    pub reach: f64,
}

impl Tiers {
    /// Fills `values`, row-major, with the true values of the points `xs[col] + ys[row]·i`, as `extent` says;
    /// those that are not wanted are not specified.
    ///
    /// # Errors
    /// As [`fill_points`](Self::fill_points).
    pub fn fill(
        &self,
        (xs, ys): (&[f64], &[f64]),
        extent: Extent<'_>,
        mut values: ValuesMut<'_>,
        scratch: &mut Scratch,
        interrupt: &AtomicBool,
    ) -> Result<TierCounts> {
        let ExactKernels { leaf: leaf_kernels, squared, .. } = self.kernels;
        let Scratch { queue, leaf, own, near } = scratch;
        let cells = extent.cells;
        let reach =
            self.clearance.map_or(extent.reach, |clearance| clearance.reach.max(extent.reach));
        let trap = &self.trap;
        let start = self.start(interrupt)?;
        let start = start.as_ref();
        let at = |k: usize| (xs[k % xs.len()], ys[k / xs.len()]);
        let point = |k: usize| start.map_or(at(k), |start| start.rounded(at(k)));
        let off = reach + start.map_or(0.0, Start::offset_error);
        let is_wanted = |k: usize| cells.is_none_or(|cells| cells.has(k % xs.len(), k / xs.len()));
        let all = 0..values.counts.len() as u32;
        let mut noted = Noted::default();
        let count = start.and_then(|start| start.count(&self.asked)).filter(|_| !self.smooth);
        match (&self.squared, count) {
            (_, Some(count)) => values.counts.fill(count),
            (Some(bound), None) => {
                let mut apart = Vec::new();
                Tiles {
                    julia: &self.nearer.julia,
                    kernels: leaf_kernels,
                    trap,
                    acceptable: self.acceptable,
                    bound,
                    xs,
                    ys,
                    cells,
                    reach: off,
                    start,
                    values: values.reborrow(),
                    apart: &mut apart,
                    noted: &mut noted,
                    clearance: self.clearance.as_ref(),
                    queue,
                    leaf,
                    interrupt,
                }
                .follow(ROWS);
                (leaf_kernels.finish)(bound, trap, &mut values, &mut noted, queue, interrupt);
                let off = reach + start.map_or(0.0, Start::rounding);
                let bound = &SquaredBound { start: off * off * UP, ..*bound };
                let of_these = recompute(&apart, point, &mut values, |points, values, noted| {
                    squared(bound, trap, points, values, noted, queue, interrupt);
                });
                noted.unproven.extend(of_these.unproven);
                noted.near.extend(of_these.near);
            }
            (None, None) => noted.unproven.extend(all.clone().filter(|&k| is_wanted(k as usize))),
        }
        let Noted { unproven: open, near: proven } = noted;
        near.clear();
        if self.clearance.is_some() {
            near.extend(&open);
            near.extend(&proven);
        }
        // Where points are the same, the values of later tiers hold for both.
        own.clear();
        if reach > 0.0 {
            own.extend(&open);
        }
        let pixels = match cells {
            None => values.counts.len(),
            Some(cells) => cells.count(&(0..xs.len()), &(0..ys.len())),
        };
        let stopped = start.map(|start| start.stopped(all.filter(|&k| is_wanted(k as usize)), at));
        let stopped = stopped.unwrap_or_default();
        Later { tiers: self, start, at, stopped, pixels, queue, interrupt }.fill(values, open)
    }

    /// Fills `values` with the true values of `points`.
    ///
    /// # Errors
    /// [`Error::Undecided`](crate::Error::Undecided) for a point that [`MAX_BITS`](super::MAX_BITS) bits do not decide,
    /// [`Error::Interrupted`](crate::Error::Interrupted) soon after `interrupt` is set.
    pub fn fill_points(
        &self,
        points: Points<'_, f64>,
        mut values: ValuesMut<'_>,
        queue: &mut CompactionQueue<f64>,
        interrupt: &AtomicBool,
    ) -> Result<TierCounts> {
        let start = self.start(interrupt)?;
        let all = 0..points.xs.len() as u32;
        let mut noted = Noted::default();
        match &self.squared {
            Some(bound) if start.is_none() => {
                let (kernel, values) = (self.kernels.squared, &mut values);
                kernel(bound, &self.trap, points, values, &mut noted, queue, interrupt);
            }
            _ => noted.unproven.extend(all.clone()),
        }
        let at = |k: usize| (points.xs[k], points.ys[k]);
        let stopped = start.as_ref().map(|start| start.stopped(all, at)).unwrap_or_default();
        let (start, pixels) = (start.as_ref(), points.xs.len());
        let later = Later { tiers: self, start, at, stopped, pixels, queue, interrupt };
        later.fill(values, noted.unproven)
    }
}
