//! True escape counts and smooth values: each tier proves what it can and leaves the rest to the next.
//!
//! The tiers are `f64` with a bound on the squared error, `f64` with one on the error itself,
//! double-double with the same, and fixed point with enough bits. The mathematics is in
//! `docs/exactness.md`.

mod brief;
mod clearance;
mod decision_margin;
mod fill;
pub(super) mod fixed_point;
mod fixed_point_smooth;
mod invariant;
mod later;
mod nearer;
pub(super) mod quadtree;
mod recompute;
#[cfg(test)]
mod tests;
mod tiers;
mod undecided;
pub(super) mod view;

pub use super::kernels::error_bound::{LinearBound, SquaredBound};
pub use decision_margin::Margins;
pub use fill::{Extent, Scratch};
pub use fixed_point::{MAX_BITS, escape_count};
pub use fixed_point_smooth::smooth_value;
pub use invariant::Invariant;
pub use tiers::Tiers;
