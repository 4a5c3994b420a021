//! A band in flight: first its tiles, then again and again the list of those of its pixels that are
//! unfinished, until there are none.

use super::kernel::WORKGROUP_SIZE;
use super::slot::Slot;
use super::uniform::Progress;

/// What a band's dispatches go through, one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    /// Whether it goes through the list; else through the tiles.
    pub resumed: bool,
    /// The half of the list where those go that are still unfinished.
    pub half: u32,
    /// The first tile or entry that no dispatch has taken.
    pub next: u32,
    /// How many there are.
    pub end: u32,
}

impl Leg {
    /// The tiles or entries of a workgroup.
    fn of_a_group(self) -> u32 {
        if self.resumed { WORKGROUP_SIZE } else { 1 }
    }

    /// How many workgroups are left.
    pub fn groups(self) -> u32 {
        (self.end - self.next).div_ceil(self.of_a_group())
    }

    /// The tile or entry behind so many workgroups.
    pub fn behind(self, groups: u32) -> u32 {
        self.next.saturating_add(groups.saturating_mul(self.of_a_group())).min(self.end)
    }
}

/// What a band needs the device for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Dispatch,
    CopyBack,
    Nothing,
}

/// A band that was started.
pub(super) struct Started {
    pub slot: Slot,
    /// Where its counts will be.
    pub buffer: Vec<u32>,
    pub leg: Leg,
    /// Whether a dispatch may have left pixels unfinished.
    pub may_go_on: bool,
    /// Submissions that are not done.
    pub outstanding: u32,
    /// Whether the copy of the results was submitted.
    pub copied: bool,
}

impl Started {
    pub fn new(slot: Slot, buffer: Vec<u32>) -> Self {
        let leg = Leg { resumed: false, half: 0, next: 0, end: slot.tiles() };
        Self { slot, buffer, leg, may_go_on: false, outstanding: 0, copied: false }
    }

    pub fn needs(&self) -> Need {
        if self.leg.next < self.leg.end {
            Need::Dispatch
        } else if !self.copied && self.outstanding == 0 {
            Need::CopyBack
        } else {
            Need::Nothing
        }
    }

    /// Whether the results are where they can be read.
    pub fn is_done(&self) -> bool {
        self.copied && self.outstanding == 0
    }

    /// A submission is done; of a dispatch, with this progress.
    pub fn submission_done(&mut self, progress: Option<&Progress>) {
        self.outstanding -= 1;
        let leg_over = self.leg.next == self.leg.end && self.outstanding == 0;
        if let (Some(progress), true) = (progress, leg_over && !self.copied) {
            let end = progress.unfinished[self.leg.half as usize];
            if end > 0 {
                self.leg = Leg { resumed: true, half: 1 - self.leg.half, next: 0, end };
            }
        }
    }
}
