//! Julia sets you can trust: the filled Julia set of `z² + c`.
//!
//! Data flows one way: region → julia → counts → engine → render → sampling → tone → output.

pub mod animation;
pub mod array;
pub mod counts;
pub mod cpu;
pub mod engine;
mod error;
#[doc(hidden)]
pub mod fault;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod hexfloat;
pub mod input;
pub mod julia;
mod julia_div;
mod npy;
pub mod output;
mod painter;
pub mod picture;
pub mod preset;
pub mod record;
pub mod region;
pub mod render;
pub mod sampling;
pub mod taylor;
mod threads;
pub mod timing;
pub mod tone;
pub mod trap;
pub mod verify;

pub use error::{Error, Result};
pub use julia::{Job, Julia, Precision};
pub use julia_div::JuliaDiv;
pub use num_complex::Complex64;
pub use region::{ComplexRegion, Grid, Window};

/// The README's example is compiled and run with the other examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
