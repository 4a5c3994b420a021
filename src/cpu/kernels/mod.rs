//! What follows orbits over lanes: one source for every instruction set.

pub mod error_bound;
pub mod lanes;
pub mod leaf;
pub mod linear_error;
pub mod orbit_end;
pub mod plain;
pub mod smooth_value;
pub mod squared_error;
pub mod step_error;
