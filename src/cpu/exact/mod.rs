//! True escape counts and smooth values: each tier proves what it can and leaves the rest to the next.
//!
//! The tiers are `f64` with a bound on the squared error, `f64` with one on the error itself,
//! double-double with the same, and fixed point with enough bits. The mathematics is in
//! `docs/exactness.md`.

mod brief;
mod clearance;
mod decision_margin;
pub(super) mod fixed_point;
mod fixed_point_smooth;
mod invariant;
mod nearer;
pub(super) mod quadtree;
pub(super) mod view;

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

pub use super::kernels::error_bound::{LinearBound, SquaredBound};
#[cfg(test)]
use super::kernels::step_error::StepError;
use super::kernels::step_error::{Arithmetic, UP};
pub use decision_margin::margin;
pub use fixed_point::{MAX_BITS, escape_count};
pub use fixed_point_smooth::smooth_value;
pub use invariant::Invariant;

use super::instruction_set::{ExactKernels, Kernels, LinearKernel};
use super::kernels::lanes::{CompactionQueue, Noted, Points};
use super::kernels::leaf::Leaf;
use super::tasks::ROWS;
use crate::band::{Cells, Quantities, Values, ValuesMut, limited};
use crate::counts::TierCounts;
use crate::dyadic::{Point, point as exact_point};
use crate::error::{Error, Result};
use crate::job::Job;
use crate::julia::Julia;
use crate::orbit::trap::Trap;
use crate::region::Window;
use brief::Brief;
use clearance::Clearance;
use nearer::Nearer;
use quadtree::Tiles;
use view::{Start, Stopped, View};

/// Points that are finished together: enough to fill the lanes of the later tiers.
const CHUNK: usize = 2048;

/// Memory that a thread uses for one rectangle after the other.
#[derive(Default)]
pub struct Scratch {
    pub(super) queue: CompactionQueue<f64>,
    leaf: Box<Leaf>,
    /// Points of the last rectangle whose values may not hold as far from them as was asked.
    pub(super) own: Vec<u32>,
    /// Points of it that may be near the set, if that was asked.
    pub(super) near: Vec<u32>,
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

/// The tiers for one map, on one instruction set.
#[derive(Clone)]
pub struct Tiers {
    /// What was asked for.
    asked: Julia,
    /// What fixed point follows.
    brief: Brief,
    /// What the tiers before it follow.
    nearer: Nearer,
    kernels: &'static ExactKernels,
    /// Whether there are smooth values beside counts.
    smooth: bool,
    squared: Option<SquaredBound>,
    double: Option<LinearBound>,
    double_double: Option<LinearBound>,
    trap: Trap,
    invariant: Invariant,
    /// The truncation that tiles may have, in units of their spread: what it is changes no count.
    acceptable: f64,
    /// What tells points far from the set, if that was asked.
    clearance: Option<Clearance>,
    /// The view that the points are from; they are given by their offsets then.
    view: Option<View>,
}

impl Tiers {
    /// Works out the bounds for `julia`; `smooth` if there will be smooth values beside counts.
    pub fn new(julia: &Julia, kernels: &'static Kernels, smooth: bool) -> Self {
        Self::with(julia, Nearer::new(julia), None, kernels, smooth)
    }

    /// The same for the points of a job's grid, which are given by their offsets if that is a view's.
    pub fn of(job: &Job, kernels: &'static Kernels, smooth: bool) -> Self {
        let julia = &job.julia;
        match View::of(&job.grid) {
            None => Self::new(julia, kernels, smooth),
            // The first steps of a view are not taken towards another threshold.
            view => Self::with(julia, Nearer::asked(julia), view, kernels, smooth),
        }
    }

    fn with(
        julia: &Julia,
        nearer: Nearer,
        view: Option<View>,
        kernels: &'static Kernels,
        smooth: bool,
    ) -> Self {
        let followed = &nearer.julia;
        let threshold = julia.threshold();
        let linear = |arithmetic| {
            let bound = LinearBound::new(followed, arithmetic)?;
            Some(LinearBound { smooth: bound.smooth.with_threshold(threshold), ..bound })
        };
        let squared = SquaredBound::new(followed)
            .map(|bound| SquaredBound { smooth: bound.smooth.with_threshold(threshold), ..bound });
        Self {
            asked: *julia,
            brief: Brief::new(julia),
            nearer,
            kernels: if smooth { &kernels.exact_smooth } else { &kernels.exact },
            smooth,
            squared,
            double: linear(Arithmetic::Double),
            double_double: linear(Arithmetic::DoubleDouble),
            trap: Trap::find(followed.c(), followed.threshold(), |_| 0.0),
            invariant: Invariant::find(julia),
            acceptable: quadtree::ACCEPTABLE,
            clearance: None,
            view,
        }
    }

    /// The same tiers, which also tell the points of `job` whose distance estimate is surely so many pixels or
    /// more, if they can.
    pub fn with_clearance(mut self, job: &Job, enough: f64) -> Self {
        let clearance = Clearance::find(job, enough).filter(|_| self.has_reach());
        let bound = self.squared.zip(clearance);
        if let Some(bound) = bound.and_then(|(bound, clearance)| clearance.bound(&bound, job)) {
            (self.squared, self.clearance) = (Some(bound), clearance);
        }
        self
    }

    /// Whether they tell points far from the set.
    pub fn has_clearance(&self) -> bool {
        self.clearance.is_some()
    }

    /// Works out what the points of a view have in common, before there are tasks for them.
    ///
    /// # Errors
    /// [`Error::Interrupted`] soon after `interrupt` is set.
    pub fn prepare(&self, interrupt: &AtomicBool) -> Result<()> {
        self.start(interrupt).map(|_| ())
    }

    /// Where the points of a view start.
    fn start(&self, interrupt: &AtomicBool) -> Result<Option<Start<'_>>> {
        let Some(view) = &self.view else { return Ok(None) };
        view.start(&self.asked, &self.trap, interrupt).map(Some)
    }

    /// Whether smooth values can be proven for `julia`: an orbit that has escaped surely goes on.
    pub fn has_smooth(julia: &Julia) -> bool {
        julia.threshold() >= julia.c().norm().max(2.0)
    }

    /// Whether values can be proven to hold some way from their points.
    pub fn has_reach(&self) -> bool {
        self.squared.is_some() && self.nearer.is_asked() && self.view.is_none()
    }

    /// Whether that can be this far.
    pub fn reaches(&self, distance: f64) -> bool {
        self.has_reach() && self.clearance.is_none_or(|clearance| clearance.holds_at(distance))
    }

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
        self.later_tiers(start, at, stopped, (values, pixels), open, queue, interrupt)
    }

    /// Fills `values` with the true values of `points`.
    ///
    /// # Errors
    /// [`Error::Undecided`] for a point that [`MAX_BITS`] bits do not decide,
    /// [`Error::Interrupted`] soon after `interrupt` is set.
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
        let (values, open) = ((values, points.xs.len()), noted.unproven);
        self.later_tiers(start.as_ref(), at, stopped, values, open, queue, interrupt)
    }

    /// Fills in the values of those points that the first tier has left `open`, of so many `pixels` that are
    /// wanted in all, some of which edges have `stopped`. Those with index `k` are `at(k)`, the point itself
    /// or its offsets in the view that they start from.
    #[allow(
        clippy::too_many_arguments,
        reason = "what a tier needs, and no two of them belong together"
    )]
    fn later_tiers(
        &self,
        start: Option<&Start<'_>>,
        at: impl Fn(usize) -> (f64, f64) + Copy + Sync,
        stopped: Stopped,
        (mut values, pixels): (ValuesMut<'_>, usize),
        mut open: Vec<u32>,
        queue: &mut CompactionQueue<f64>,
        interrupt: &AtomicBool,
    ) -> Result<TierCounts> {
        let ExactKernels { double, double_double, double_double_on, .. } = self.kernels;
        let trap = &self.trap;
        // A point that an edge stops has its count, but no smooth value: beyond the threshold already when it
        // came to its leaf, it took no step there, and the value is one step off.
        open.retain(|k| !stopped.unknown(*k) && stopped.count(*k).is_none());
        if self.smooth {
            open.extend(stopped.counts.iter().map(|stop| stop.0));
        }
        let mut pass = |open: Vec<u32>, kernel: &LinearKernel, bound: &Option<LinearBound>| {
            let Some(bound) = bound.as_ref().filter(|_| !open.is_empty()) else { return open };
            let noted = recompute(&open, at, &mut values, |points, values, noted| {
                kernel(bound, trap, points, values, noted, queue, interrupt);
            });
            noted.unproven
        };
        let (by_double, open) = match (start, &self.double_double) {
            (None, _) => {
                let open = pass(open, double, &self.double);
                let by_double = pixels - open.len();
                let open = pass(open, double_double, &self.double_double);
                (by_double, self.asked_counts(at, values.counts, open))
            }
            (Some(start), bound) => {
                let by_double = pixels - open.len() - stopped.unknown.len();
                let mut open = match bound {
                    Some(bound) if !open.is_empty() => {
                        let arrived = start.arrive(open.iter().map(|&k| at(k as usize)));
                        let noted = recompute(&open, at, &mut values, |_, values, noted| {
                            double_double_on(
                                bound, trap, &arrived, values, noted, queue, interrupt,
                            );
                        });
                        noted.unproven
                    }
                    _ => open,
                };
                open.extend(&stopped.unknown);
                if self.smooth {
                    let itermax = self.asked.itermax();
                    let over = |k: &u32| values.counts[*k as usize] == itermax;
                    let ended: Vec<u32> = stopped.counts.iter().map(|stop| stop.0).collect();
                    open.extend(ended.into_iter().filter(over));
                    open.sort_unstable();
                    open.dedup();
                }
                (by_double, open)
            }
        };
        let proven = pixels - open.len();
        let double = by_double.min(proven);
        if interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        let decided = open
            .par_iter()
            .map(|&k| {
                let (x, y) = at(k as usize);
                let Some(start) = start else {
                    return self.decided(&exact_point(x, y), interrupt);
                };
                let is_stopped = stopped.unknown(k) || stopped.count(k).is_some();
                let decided =
                    if is_stopped { None } else { self.on_its_way(start, (x, y), interrupt)? };
                decided.map_or_else(|| self.decided(&start.point((x, y)), interrupt), Ok)
            })
            .collect::<Result<Vec<_>>>()?;
        for (&k, (count, smooth)) in open.iter().zip(decided) {
            values.counts[k as usize] = count;
            if self.smooth {
                values.smooth[k as usize] = smooth;
            }
        }
        for &(k, count) in &stopped.counts {
            values.counts[k as usize] = count;
        }
        if self.smooth {
            self.limit(&mut values);
        }
        Ok(TierCounts {
            gpu: 0,
            double: double as u64,
            double_double: (proven - double) as u64,
            fixed_point: open.len() as u64,
        })
    }

    /// The count of the point at these offsets, and its smooth value if there is to be one, in fixed point from
    /// where the view's polynomial has brought it; `None` if its bits do not decide.
    fn on_its_way(
        &self,
        start: &Start<'_>,
        offsets: (f64, f64),
        interrupt: &AtomicBool,
    ) -> Result<Option<(u32, f64)>> {
        let asked = &self.asked;
        let orbit = || start.long_orbit(asked, offsets, interrupt);
        let Some((from, steps)) = orbit()? else { return Ok(None) };
        let count = fixed_point::count_from(asked, &self.trap, from, steps, interrupt)?;
        let (Some(count), true) = (count, self.smooth) else {
            return Ok(count.map(|count| (count, 0.0)));
        };
        if count == asked.itermax() {
            return Ok(Some((count, 0.0)));
        }
        let Some((from, steps)) = orbit()? else { return Ok(None) };
        let value = fixed_point_smooth::smooth_value_from(asked, from, steps, interrupt)?;
        Ok(value.map(|value| (count, value)))
    }

    /// The count of a point, and its smooth value if there is to be one, in fixed point.
    fn decided(&self, point: &Point, interrupt: &AtomicBool) -> Result<(u32, f64)> {
        let asked = &self.asked;
        let count = match self.invariant.count(point) {
            Some(count) => count,
            None => {
                let count = escape_count(&self.brief.julia, &self.trap, point, interrupt)?;
                self.brief.asked_count(count)
            }
        };
        let smooth = if self.smooth && count < asked.itermax() {
            smooth_value(asked, point, interrupt)?
        } else {
            0.0
        };
        Ok((count, smooth))
    }

    /// Limits smooth values: to itermax if the count is itermax.
    fn limit(&self, values: &mut ValuesMut<'_>) {
        let itermax = self.asked.itermax();
        for (smooth, &count) in values.smooth.iter_mut().zip(&*values.counts) {
            let outside = limited(*smooth, itermax);
            *smooth = if count == itermax { itermax.into() } else { outside };
        }
    }

    /// Makes counts for the threshold that was asked of those for the nearer one, and adds the points
    /// that this cannot be done for to those that are `open`.
    fn asked_counts(
        &self,
        point: impl Fn(usize) -> (f64, f64),
        counts: &mut [u32],
        mut open: Vec<u32>,
    ) -> Vec<u32> {
        if self.nearer.is_asked() {
            return open;
        }
        // What is open already has no count that could be 0.
        open.iter().for_each(|&k| counts[k as usize] = u32::MAX);
        for (k, count) in counts.iter_mut().enumerate() {
            match self.nearer.asked_count(point(k), *count) {
                Some(asked) => *count = asked,
                None => open.push(k as u32),
            }
        }
        open
    }

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
    /// [`Error::Interrupted`] soon after `interrupt` is set.
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

/// Puts values to the places in `values` that are given by their index.
fn scatter(from: &Values, places: &[u32], values: &mut ValuesMut<'_>) {
    for (&k, &count) in places.iter().zip(&from.counts) {
        values.counts[k as usize] = count;
    }
    for (&k, &smooth) in places.iter().zip(&from.smooth) {
        values.smooth[k as usize] = smooth;
    }
}

/// Gathers the points that are open, has them computed, and gives back those that still are.
fn recompute(
    open: &[u32],
    point: impl Fn(usize) -> (f64, f64),
    values: &mut ValuesMut<'_>,
    kernel: impl FnOnce(Points<'_, f64>, &mut ValuesMut<'_>, &mut Noted),
) -> Noted {
    let (xs, ys): (Vec<f64>, Vec<f64>) = open.iter().map(|&k| point(k as usize)).unzip();
    let (smooth, distance) = (!values.smooth.is_empty(), None);
    let (mut again, mut noted) = (Values::default(), Noted::default());
    again.resize(open.len(), Quantities { smooth, distance });
    kernel(Points { xs: &xs, ys: &ys }, &mut again.as_mut(), &mut noted);
    scatter(&again, open, values);
    for numbers in [&mut noted.unproven, &mut noted.near] {
        numbers.iter_mut().for_each(|k| *k = open[*k as usize]);
    }
    noted
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::cpu::instruction_set;
    use crate::region::{ComplexRegion, Grid};

    fn counts(tiers: &Tiers, grid: &Grid) -> Vec<u32> {
        let pixels =
            (0..grid.height()).flat_map(|row| (0..grid.width()).map(move |col| (col, row)));
        let (xs, ys): (Vec<f64>, Vec<f64>) =
            pixels.map(|(col, row)| (grid.x(col), grid.y(row))).unzip();
        let mut counts = vec![0; xs.len()];
        let points = Points { xs: &xs, ys: &ys };
        let go_on = AtomicBool::new(false);
        let values = ValuesMut { counts: &mut counts, ..ValuesMut::default() };
        tiers.fill_points(points, values, &mut CompactionQueue::default(), &go_on).unwrap();
        counts
    }

    /// What makes the other tests worth anything: leave the rounding errors out of a bound, and
    /// counts come out wrong in plain sight.
    #[test]
    fn a_bound_without_its_additive_term_is_noticed() {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let grid = Grid::new(region, 400).unwrap();
        let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (0, 1000)).unwrap();
        let tiers = Tiers::new(&julia, instruction_set::best(), false);
        let truth = counts(&tiers, &grid);
        let wrong = |tiers: &Tiers| {
            counts(tiers, &grid).iter().zip(&truth).filter(|(count, truth)| count != truth).count()
        };
        assert_eq!(wrong(&Tiers { squared: None, ..tiers.clone() }), 0);

        let without = StepError { square: 0.0, constant: 0.0 };
        let squared = tiers.squared.map(|bound| SquaredBound { rounding: 0.0, ..bound });
        let double = tiers.double.map(|bound| LinearBound { step: without, ..bound });
        assert!(wrong(&Tiers { squared, ..tiers.clone() }) > 10);
        assert!(wrong(&Tiers { squared: None, double, ..tiers.clone() }) > 10);
    }

    /// The same for smooth values.
    #[test]
    fn a_bound_without_its_additive_term_is_noticed_by_smooth_values() {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let grid = Grid::new(region, 400).unwrap();
        let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (0, 1000)).unwrap();
        let tiers = Tiers::new(&julia, instruction_set::best(), true);
        let xs: Vec<f64> = (0..grid.width()).map(|col| grid.x(col)).collect();
        let ys: Vec<f64> = (0..grid.height()).map(|row| grid.y(row)).collect();
        let smooth = |tiers: &Tiers| {
            let (mut values, go_on) = (Values::default(), AtomicBool::new(false));
            values.resize(xs.len() * ys.len(), Quantities { smooth: true, distance: None });
            let (points, queue): (Vec<_>, _) = (
                ys.iter().flat_map(|&y| xs.iter().map(move |&x| (x, y))).collect(),
                &mut CompactionQueue::default(),
            );
            let (xs, ys): (Vec<f64>, Vec<f64>) = points.into_iter().unzip();
            let points = Points { xs: &xs, ys: &ys };
            tiers.fill_points(points, values.as_mut(), queue, &go_on).unwrap();
            values.smooth
        };
        let truth = smooth(&tiers);
        let wrong =
            |tiers: &Tiers| smooth(tiers).iter().zip(&truth).filter(|(a, b)| a != b).count();
        assert_eq!(wrong(&Tiers { squared: None, ..tiers.clone() }), 0);
        let without = StepError { square: 0.0, constant: 0.0 };
        let squared = tiers.squared.map(|bound| SquaredBound { rounding: 0.0, ..bound });
        let double = tiers.double.map(|bound| LinearBound { step: without, ..bound });
        assert!(wrong(&Tiers { squared, ..tiers.clone() }) > 10);
        assert!(wrong(&Tiers { squared: None, double, ..tiers.clone() }) > 10);
    }

    /// Tiles that are followed too far only have more for the later tiers to do: their remainder says
    /// so. Without it in `Expansion::evaluation_error` counts come out wrong here.
    #[test]
    fn tiles_have_their_pixels_counts_however_far_they_are_followed() {
        let mut scratch = Scratch::default();
        for (re, im, itermax) in
            [(-0.835, -0.2321, 100), (-0.8, 0.156, 1000), (-0.12256, 0.74486, 3000), (0.0, 1.0, 50)]
        {
            let region = ComplexRegion::new(-0.4, 0.3, 0.2, -0.17).unwrap();
            let grid = Grid::new(region, 333).unwrap();
            let julia = Julia::new(Complex64::new(re, im), 2.0, (0, itermax)).unwrap();
            let tiers = Tiers::new(&julia, instruction_set::best(), false);
            let truth = counts(&tiers, &grid);
            let xs: Vec<f64> = (0..grid.width()).map(|col| grid.x(col)).collect();
            let ys: Vec<f64> = (0..grid.height()).map(|row| grid.y(row)).collect();
            for bits in [2, 6, 10, 20, 32, 60] {
                let tiers = Tiers { acceptable: 0.5f64.powi(bits), ..tiers.clone() };
                let mut filled = vec![0; truth.len()];
                let go_on = AtomicBool::new(false);
                let values = ValuesMut { counts: &mut filled, ..ValuesMut::default() };
                tiers.fill((&xs, &ys), Extent::default(), values, &mut scratch, &go_on).unwrap();
                assert!(filled == truth, "c = {re}{im:+}i, 2^-{bits}");
            }
        }
    }

    /// Points of the real axis whose orbits stay below the threshold, but come so close to it, or
    /// expand for so long, that no number of bits is enough: they were refused, or took minutes.
    #[test]
    fn the_real_axis_takes_no_bits() {
        let region = ComplexRegion::new(-1.6, 1.6, 0.5, -0.5).unwrap();
        let grid = Grid::new(region, 48).unwrap();
        for (c, threshold) in [
            (-1.0, 1.0),
            (-2.0, 2.0),
            (-2.0, 2.5),
            (-1.75, 2.0),
            (-1.5, 1.5),
            (-1.5, 1.6),
            (-0.75, 1.5),
            (-0.8125, 0.75),
            (0.1875, 0.25),
        ] {
            let julia = Julia::new(Complex64::new(c, 0.0), threshold, (0, 1_000_000)).unwrap();
            let tiers = Tiers::new(&julia, instruction_set::best(), false);
            let xs: Vec<f64> = (0..grid.width()).map(|col| grid.x(col)).collect();
            let ys = vec![0.0; xs.len()];
            let (mut queue, go_on) = (CompactionQueue::default(), AtomicBool::new(false));
            let mut counts = vec![0; xs.len()];
            let points = Points { xs: &xs, ys: &ys };
            let values = ValuesMut { counts: &mut counts, ..ValuesMut::default() };
            tiers.fill_points(points, values, &mut queue, &go_on).unwrap();
            let stay = counts.iter().filter(|&&count| count == 1_000_000).count();
            assert!(stay > 5, "{c}, {threshold}: {stay}");
            // The point 0 comes to c at once.
            let first = if -c >= threshold { 0 } else { 1_000_000 };
            assert_eq!(
                counts[xs.iter().position(|&x| x == 0.0).unwrap()],
                first,
                "{c}, {threshold}"
            );
        }
    }

    #[test]
    fn what_is_beyond_a_bound_goes_to_a_tier_that_can() {
        let grid = Grid::new(ComplexRegion::new(-1.0, 1.0, 1.0, -1.0).unwrap(), 8).unwrap();
        for (c, threshold) in
            [(0.25, 1e40), (0.25, 1e200), (0.25, f64::MAX), (1e100, 1e300), (1e-200, 1e-150)]
        {
            let julia = Julia::new(Complex64::new(c, c), threshold, (0, 2000)).unwrap();
            let tiers = Tiers::new(&julia, instruction_set::best(), false);
            let go_on = AtomicBool::new(false);
            let judged = (0..64).map(|k| {
                escape_count(&julia, &Trap::default(), &grid.point(k % 8, k / 8), &go_on).unwrap()
            });
            assert_eq!(counts(&tiers, &grid), judged.collect::<Vec<u32>>(), "{c}, {threshold}");
        }
    }
}
