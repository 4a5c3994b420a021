//! Julia sets you can trust: the filled Julia set of `z² + c`.
//!
//! Data flows one way: region → julia → counts → engine → render → sampling → tone → output.

pub mod counts;
pub mod cpu;
pub mod engine;
mod error;
#[doc(hidden)]
pub mod fault_injection;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod hexfloat;
pub mod input;
pub mod jobs;
pub mod julia;
mod julia_div;
mod npy;
pub mod orbit;
pub mod output;
pub mod picture;
pub mod record;
pub mod region;
pub mod render;
mod threads;
pub mod timing;
pub mod tone;
pub mod verify;

pub use crate::error::{Error, Result};
pub use crate::julia::{Job, Julia, Precision};
pub use crate::julia_div::JuliaDiv;
pub use crate::region::{ComplexRegion, Grid, Window};
pub use num_complex::Complex64;

/// The README's example is compiled and run with the other examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
