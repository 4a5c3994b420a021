//! From escape counts to gray.

use crate::counts::normalised;
use crate::julia::Julia;

/// How counts become gray: black up to itermin, white at itermax.
#[derive(Clone, Debug)]
pub struct Gray {
    itermin: u32,
    itermax: u32,
}

impl Gray {
    /// The gray of `julia`'s counts.
    pub fn new(julia: &Julia) -> Self {
        Self { itermin: julia.itermin(), itermax: julia.itermax() }
    }

    /// The gray of one count: `(255 · value) as u8`.
    #[inline]
    pub fn of(&self, count: u32) -> u8 {
        (255.0 * normalised(count, self.itermin, self.itermax)) as u8
    }
}
