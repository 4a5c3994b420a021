//! A band in flight: first its tiles, then again and again the list of those of its pixels that are
//! unfinished, until there are none.

use super::buffers::Buffers;
use super::cursor::Cursor;
use crate::band::Values;
use crate::gpu::kernel::layouts::Progress;

/// What a band needs the device for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Dispatch,
    CopyBack,
    Nothing,
}

/// A band that was started.
pub struct Started {
    pub buffers: Buffers,
    /// Where its values will be.
    pub values: Values,
    pub cursor: Cursor,
    /// Whether a dispatch may have left pixels unfinished.
    pub may_go_on: bool,
    /// Submissions that are not done.
    pub outstanding: u32,
    /// Whether the copy of the results was submitted.
    pub copied: bool,
}

impl Started {
    pub fn new(buffers: Buffers, values: Values) -> Self {
        let cursor = Cursor { resumed: false, half: 0, next: 0, end: buffers.tiles() };
        Self { buffers, values, cursor, may_go_on: false, outstanding: 0, copied: false }
    }

    pub fn needs(&self) -> Need {
        if self.cursor.next < self.cursor.end {
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
        let is_over = self.cursor.next == self.cursor.end && self.outstanding == 0;
        if let (Some(progress), true) = (progress, is_over && !self.copied) {
            let end = progress.unfinished[self.cursor.half as usize];
            if end > 0 {
                self.cursor = Cursor { resumed: true, half: 1 - self.cursor.half, next: 0, end };
            }
        }
    }
}
