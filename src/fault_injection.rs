//! Faults that tests plant, to show that they are found.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What can be planted at the seam between this crate and wgpu, or in a shader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The bounds of the exact kernels add nothing for rounding.
    NoAdditiveTerm,
    /// Their errors do not grow from step to step, and nothing is added for rounding.
    NoGrowth,
    /// The adapter multiplies a little wrong.
    WrongProduct,
    /// The adapter's square root is a little wrong.
    WrongRoot,
    /// The shader's compiler rewrites a step: it multiplies a sum out in f32, and rounds f64 to f32.
    RewrittenStep,
    /// It squares a sum by its terms in f32, and takes the root of an f64 from less than it has.
    RewrittenModulus,
    /// It turns a comparison around, which only numbers permit.
    RewrittenComparison,
    /// The kernel counts one step too many here and there.
    WrongCount,
    /// The kernel is one part off in a smooth value here and there.
    WrongValue,
    /// The device is destroyed while it has work in hand.
    Lost,
    /// The device has no memory left.
    OutOfMemory,
    /// The device is asked for a buffer larger than it can have.
    Invalid,
    /// The buffer of the results goes while it is being mapped.
    Unmapped,
    /// A dispatch has no workgroups.
    Unwritten,
    /// wgpu panics.
    Panic,
}

impl Fault {
    /// Those of a device that did well until then.
    pub const OF_A_DEVICE: [Self; 6] = [
        Self::Lost,
        Self::OutOfMemory,
        Self::Invalid,
        Self::Unmapped,
        Self::Unwritten,
        Self::Panic,
    ];
}

/// A fault, and at which of its opportunities it triggers. Clones count them together.
///
/// How many dispatches a band has, and how often the device is asked whether it is done, depends on the device's speed
/// at that moment. So for the faults of a device an opportunity is a band whose results are asked for,
/// and [`Self::triggers_once`] is for what happens any number of times meanwhile.
#[derive(Clone, Debug)]
pub struct InjectedFault {
    fault: Fault,
    triggers: Range<u32>,
    opportunities: Arc<AtomicU32>,
    /// The opportunities that [`Self::triggers_once`] has seen.
    seen: Arc<AtomicU32>,
}

impl InjectedFault {
    /// `fault`, at its opportunities of these numbers, from 0.
    pub fn at(fault: Fault, triggers: Range<u32>) -> Self {
        Self { fault, triggers, opportunities: Arc::default(), seen: Arc::default() }
    }

    /// How many there were so far.
    pub fn opportunities(&self) -> u32 {
        self.opportunities.load(Ordering::Relaxed)
    }

    /// Whether this is the one.
    pub fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// Whether this is the one, and triggers now, which is its next opportunity.
    pub fn triggers(&self, fault: Fault) -> bool {
        self.fault == fault
            && self.triggers.contains(&self.opportunities.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether this is the one, and was to trigger at an opportunity since the last call, or at the one to come.
    pub fn triggers_once(&self, fault: Fault) -> bool {
        let now = self.opportunities();
        self.fault == fault
            && self.triggers.start.max(self.seen.swap(now + 1, Ordering::Relaxed))
                <= now.min(self.triggers.end - 1)
    }
}

/// What tests change in a GPU engine; by default nothing.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    /// What goes wrong.
    pub fault: Option<InjectedFault>,
    /// The most steps of all pixels together for a dispatch, in place of what is learned.
    pub dispatch_work: Option<u64>,
    /// Whether software adapters count as GPUs under `auto`: for tests where there is nothing else.
    pub software: bool,
}

impl From<Fault> for InjectedFault {
    /// Always.
    fn from(fault: Fault) -> Self {
        Self::at(fault, 0..u32::MAX)
    }
}
