//! How much work a dispatch is given: enough to hide what a dispatch costs, and never so much that
//! a driver's watchdog or a waiting person would notice.

use std::time::Duration;

use crate::gpu::kernel::{STRIDE, WORKGROUP_SIZE};

/// The longest time that a dispatch should take.
const TARGET: Duration = Duration::from_millis(50);

/// Steps of all pixels together that the first dispatch may take.
const FIRST_WORK: u64 = 1 << 22;
/// Steps of one pixel that the first dispatch may take: few pixels keep only a part of a device busy,
/// and then a step takes as long as it takes.
const FIRST_DEPTH: u32 = 1 << 12;

/// Up to this itermax a pixel is done in one dispatch, and needs no memory between two.
const UNSLICED: u32 = 1 << 10;
/// Steps that are worth the trouble to put a pixel aside and to take it up again.
const LEAST_STEPS: u32 = 1 << 8;

/// How much work a dispatch may be given, learned from those before it.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Steps of all pixels together.
    work: u64,
    /// Steps of one pixel.
    depth: u32,
    /// Nothing is learned: what a test has asked for stays.
    fixed: bool,
}

/// What a dispatch is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DispatchSize {
    /// The number of workgroups.
    pub groups: u32,
    /// The most steps of each pixel.
    pub steps: u32,
}

impl DispatchSize {
    /// Steps of all pixels together, at most.
    pub fn work(&self) -> u64 {
        u64::from(self.groups) * u64::from(WORKGROUP_SIZE) * u64::from(self.steps)
    }
}

impl Budget {
    /// Begins carefully; with `fixed` work, stays at that.
    pub fn new(fixed: Option<u64>) -> Self {
        Self { work: fixed.unwrap_or(FIRST_WORK), depth: FIRST_DEPTH, fixed: fixed.is_some() }
    }

    /// Whether a job's pixels may take more than one dispatch each.
    pub fn slices(&self, itermax: u32) -> bool {
        self.fixed || itermax > UNSLICED
    }

    /// The size of the next dispatch, where there are so many workgroups of pixels to take up to
    /// `itermax` steps.
    pub fn next_size(&self, groups: u32, itermax: u32) -> DispatchSize {
        let size = u64::from(WORKGROUP_SIZE);
        let slices = self.slices(itermax);
        let least = if slices { LEAST_STEPS.min(itermax) } else { itermax };
        let groups = (self.work / (size * u64::from(least))).clamp(1, groups.max(1).into());
        if !slices {
            return DispatchSize { groups: groups as u32, steps: itermax };
        }
        let steps = (self.work / (size * groups)).min(self.depth.into()) as u32;
        // A kernel checks the number of its steps this often.
        let steps = (steps / STRIDE * STRIDE).max(STRIDE).min(itermax);
        DispatchSize { groups: groups as u32, steps }
    }

    /// Learns from a dispatch that took `steps` steps in all, `longest` of them for one pixel, and at
    /// most `elapsed`; exactly that long if that is `certain`.
    ///
    /// Only what was really done makes the next dispatch larger: pixels that escape at once say
    /// nothing of those that do not.
    pub fn learn(&mut self, steps: u64, longest: u32, elapsed: Duration, certain: bool) {
        if self.fixed {
            return;
        }
        let fitting = TARGET.as_secs_f64() / elapsed.as_secs_f64().max(1e-6);
        let work = (steps as f64 * fitting) as u64;
        let depth = (f64::from(longest) * fitting) as u32;
        if certain && elapsed > TARGET {
            self.work = work.clamp(FIRST_WORK.min(self.work), self.work);
            self.depth = depth.clamp(FIRST_DEPTH.min(self.depth), self.depth);
        } else {
            self.work = self.work.max(work.min(self.work.saturating_mul(4)));
            self.depth = self.depth.max(depth.min(self.depth.saturating_mul(4)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_share_is_more_than_the_work_or_the_least_there_is() {
        for work in [0, 1, 512, 100_000, FIRST_WORK, 1 << 33, u64::MAX / 8] {
            for fixed in [false, true] {
                let budget = Budget { work, depth: 1 << 14, fixed };
                for groups in [1, 2, 77, 16_384, u32::MAX] {
                    for itermax in [1, 7, 100, 1024, 1025, 10_000_000, u32::MAX - 16] {
                        let size = budget.next_size(groups, itermax);
                        assert!(1 <= size.groups && size.groups <= groups, "{size:?}");
                        assert!(1 <= size.steps && size.steps <= itermax, "{size:?}");
                        let least = if budget.slices(itermax) { STRIDE } else { UNSLICED };
                        let most = work.max(u64::from(WORKGROUP_SIZE * least));
                        assert!(size.work() <= most, "{budget:?}, {groups}, {itermax}: {size:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn pixels_that_escape_at_once_do_not_make_dispatches_longer() {
        let mut budget = Budget::new(None);
        for _ in 0..100 {
            // A million pixels, three steps each.
            budget.learn(3 << 20, 3, Duration::from_millis(1), true);
        }
        let size = budget.next_size(1 << 14, 10_000_000);
        // At the rate of those three million steps in a millisecond.
        assert!(size.work() <= 50 * (3 << 20), "{size:?}");
        assert!(size.steps <= FIRST_DEPTH, "{size:?}");
    }

    #[test]
    fn dispatches_come_near_the_target_and_never_far_above() {
        // Steps in a second: of all pixels together, and of one alone.
        for (rate, depth_rate) in [(1e12, 2e7), (1e10, 1e7), (1e8, 1e7)] {
            let mut budget = Budget::new(None);
            let mut longest = |groups| {
                let mut longest = Duration::ZERO;
                for _ in 0..40 {
                    let size = budget.next_size(groups, 100_000_000);
                    let together = size.work() as f64 / rate;
                    let elapsed = together.max(f64::from(size.steps) / depth_rate) + 1e-4;
                    let elapsed = Duration::from_secs_f64(elapsed);
                    budget.learn(size.work(), size.steps, elapsed, true);
                    longest = longest.max(elapsed);
                }
                longest
            };
            // First a million pixels, then a few: those do not get the work of a million.
            for groups in [1 << 14, 1] {
                let longest = longest(groups);
                let near = Duration::from_millis(25)..Duration::from_millis(60);
                assert!(near.contains(&longest), "{rate:e}, {groups}: {longest:?}");
            }
        }
    }

    #[test]
    fn a_dispatch_that_took_too_long_makes_the_next_one_smaller() {
        let mut budget = Budget { work: 1 << 34, depth: 1 << 20, fixed: false };
        let before = budget.next_size(1 << 14, 10_000_000);
        let elapsed = Duration::from_secs(1);
        // If it may have waited for another, its time says nothing.
        budget.learn(before.work(), before.steps, elapsed, false);
        assert_eq!(budget.next_size(1 << 14, 10_000_000), before);
        budget.learn(before.work(), before.steps, elapsed, true);
        assert!(budget.next_size(1 << 14, 10_000_000).work() < before.work() / 10);
    }
}
