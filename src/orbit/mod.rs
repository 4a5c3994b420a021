//! Orbits of many points at once, and orbits that never escape: mathematics that both engines use.

mod beside;
pub mod center;
pub mod double_double;
pub mod fixed_point;
mod long_square;
pub mod quarters;
pub mod saved_orbit;
pub mod scaled;
pub mod taylor;
pub mod trap;
pub mod view;
