//! What the tiers for a map need to know: their bounds, and the sets that orbits do not leave.

use std::sync::atomic::AtomicBool;

use super::brief::Brief;
use super::clearance::Clearance;
use super::decision_margin::Margins;
use super::invariant::Invariant;
use super::nearer::Nearer;
use super::quadtree;
use super::view::{Start, View};
use crate::cpu::instruction_set::{ExactKernels, Kernels};
use crate::cpu::kernels::error_bound::{LinearBound, SquaredBound};
use crate::cpu::kernels::step_error::Arithmetic;
use crate::error::Result;
use crate::job::Job;
use crate::julia::Julia;
use crate::orbit::trap::Trap;

/// The tiers for one map, on one instruction set.
#[derive(Clone)]
pub struct Tiers {
    /// What was asked for.
    pub(super) asked: Julia,
    /// What fixed point follows.
    pub(super) brief: Brief,
    /// What the tiers before it follow.
    pub(super) nearer: Nearer,
    pub(super) kernels: &'static ExactKernels,
    /// Whether there are smooth values beside counts.
    pub(super) smooth: bool,
    pub(super) squared: Option<SquaredBound>,
    pub(super) double: Option<LinearBound>,
    pub(super) double_double: Option<LinearBound>,
    pub(super) trap: Trap,
    pub(super) invariant: Invariant,
    /// The truncation that tiles may have, in units of their spread: what it is changes no count.
    pub(super) acceptable: f64,
    /// What tells points far from the set, if that was asked.
    pub(super) clearance: Option<Clearance>,
    /// The view that the points are from; they are given by their offsets then.
    pub(super) view: Option<View>,
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
        let [double, double_double] = [Arithmetic::Double, Arithmetic::DoubleDouble].map(linear);
        let trap = Trap::of(followed);
        Self {
            asked: julia.clone(),
            brief: Brief::new(julia),
            nearer,
            kernels: if smooth { &kernels.exact_smooth } else { &kernels.exact },
            smooth,
            squared,
            double,
            double_double,
            trap,
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

    /// What tells how thin the decisions of counts are.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn margins(&self, interrupt: &AtomicBool) -> Result<Margins<'_>> {
        Ok(Margins::new(&self.asked, self.start(interrupt)?))
    }

    /// Where the points of a view start.
    pub(super) fn start(&self, interrupt: &AtomicBool) -> Result<Option<Start<'_>>> {
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
}
