//! Julia sets you can trust: the filled Julia set of `z² + c`.
//!
//! Data flows one way: region → julia → counts → engine → render → sampling → tone → output.

mod counts;
mod cpu;
mod engine;
mod error;
mod fault_injection;
#[cfg(feature = "gpu")]
mod gpu;
mod hexfloat;
mod input;
#[doc(hidden)]
pub mod internals;
mod jobs;
mod julia;
mod julia_div;
mod npy;
mod orbit;
mod output;
mod picture;
mod record;
mod region;
mod render;
mod renderer;
mod text;
mod threads;
mod timing;
mod tone;
mod verify;

pub use counts::{Counts, TierCounts};
#[cfg(feature = "gpu")]
pub use engine::GpuEngine;
pub use engine::{
    Bands, CpuEngine, Engine, EngineChoice, Event, EventHandler, ExactKernel, GpuOptions, Variant,
};
pub use error::{Error, Result};
#[cfg(feature = "gpu")]
pub use gpu::{Adapter, AdapterKind};
pub use jobs::animation::{Animation, Motion, Zoom};
pub use jobs::preset::Preset;
pub use julia::{Job, Julia, Precision};
pub use julia_div::JuliaDiv;
pub use num_complex::Complex64;
pub use output::Frame;
pub use output::format::Format;
pub use output::png::Compression;
pub use region::{ComplexRegion, Grid, Window};
pub use render::supersampling::Sampling;
pub use renderer::{Progress, Renderer, Summary};
pub use tone::{Color, Depth, Mapping, Palette, Tone};

/// The README's example is compiled and run with the other examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
