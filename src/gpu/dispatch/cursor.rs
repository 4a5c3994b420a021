//! How far the dispatches of a band have come in a pass: over its tiles first, then over the list of
//! its unfinished pixels.

use crate::gpu::kernel::WORKGROUP_SIZE;

/// The part of a pass that no dispatch has taken yet.
#[derive(Clone, Copy, Debug)]
pub struct Cursor {
    /// Whether it goes through the list; else through the tiles.
    pub resumed: bool,
    /// The half of the list for those that are still unfinished.
    pub half: u32,
    /// The first tile or entry that no dispatch has taken.
    pub next: u32,
    /// How many there are.
    pub end: u32,
}

impl Cursor {
    /// The tiles or entries of a workgroup.
    fn group_size(self) -> u32 {
        if self.resumed { WORKGROUP_SIZE } else { 1 }
    }

    /// How many workgroups are left.
    pub fn groups(self) -> u32 {
        (self.end - self.next).div_ceil(self.group_size())
    }

    /// The tile or entry after this many workgroups.
    pub fn after(self, groups: u32) -> u32 {
        self.next.saturating_add(groups.saturating_mul(self.group_size())).min(self.end)
    }
}
