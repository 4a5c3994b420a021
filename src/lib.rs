//! Julia sets you can trust: the filled Julia set of `z² + c`, with the true escape count of every pixel,
//! proven, on any GPU and on the CPU.
//!
#![doc = include_str!("../docs/rabbit.md")]
//!
//! # A picture
//!
//! A [`Job`] says what is computed, and a [`Renderer`] makes something of it. The file's name ends with its
//! [`Format`]; the picture carries its job, so that `juliaset --like rabbit.png` makes it again.
//!
//! ```
//! use juliaset::{Preset, Renderer};
//!
//! fn main() -> juliaset::Result<()> {
//! #   let folder = tempfile::tempdir().unwrap();
//! #   std::env::set_current_dir(&folder).unwrap();
//!     let rabbit = Preset::named("rabbit")?.job(400)?;
//!     Renderer::new(rabbit).palette("magma".parse()?).smooth(true).save("rabbit.png")?;
//!     Ok(())
//! }
//! ```
//!
//! # Counts, progress and cancellation
//!
//! [`Renderer::counts`] gives the escape counts themselves. Any thread can set the flag that
//! [`interrupt`](Renderer::interrupt) is given; the rendering then ends with [`Error::Interrupted`].
//!
//! ```
//! use std::sync::atomic::{AtomicBool, Ordering};
//!
//! use juliaset::{Complex64, Job, Julia, Renderer};
//!
//! fn main() -> juliaset::Result<()> {
//!     let julia = Julia::new(Complex64::new(-0.835, -0.2321), 2.0, (5, 80))?;
//!     let job = Job::view(julia, [-1.6, 1.6, -1.0, 1.0], 320)?;
//!     let cancel = AtomicBool::new(false);
//!     let renderer = Renderer::new(job).interrupt(&cancel).on_progress(|progress| {
//!         println!("{} points, {:.0} %", progress.done, 100.0 * progress.fraction());
//!         if progress.done > 1_000_000 {
//!             cancel.store(true, Ordering::Relaxed);
//!         }
//!     });
//!     let (counts, summary) = renderer.counts()?;
//!     println!("the middle: {}", counts.data[100 * 320 + 160]);
//!     println!("{}: {}", summary.engine, summary.tier_counts); // "CPU, …: 64000 by 64-bit floats, …"
//!     Ok(())
//! }
//! ```
//!
//! # Arrays, as in the original crate
//!
//! [`ComplexRegion`] and [`JuliaDiv`] are the original's. Their first row is at `yleft`, and not at the
//! top as in [`Job::view`].
//!
//! # Features
//!
//! - `gpu` (default): the GPU engine, by wgpu. Without it [`EngineChoice::Auto`] is the CPU.
//! - `cli` (default): the command `juliaset`.
//! - `explore` (default): the server of `juliaset explore`.
//!
//! The library builds with none of them. A program that renders with it has no use for the command line:
//! `cargo add juliaset --no-default-features --features gpu` leaves out the crates that only that needs.
//!
//! # Versions
//!
//! Escape counts and pixels are part of the interface: the same job has the same ones on every machine, in every version
//! with the same first two numbers. `docs/library.md` in the crate's archive has all that a version promises.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod auto_itermax;
mod band;
mod choices;
#[cfg(feature = "cli")]
mod cli;
mod constant;
mod counts;
mod cpu;
mod decimal;
mod dpi;
mod dyadic;
mod engine;
mod error;
#[cfg(feature = "explore")]
mod explore;
#[cfg(feature = "gpu")]
mod fault_injection;
#[cfg(feature = "gpu")]
mod gpu;
mod grid;
mod hexfloat;
mod input;
#[doc(hidden)]
pub mod internals;
mod job;
mod jobs;
mod julia;
mod julia_div;
mod lattice;
mod names;
mod npy;
mod number;
mod orbit;
mod output;
mod parameter;
mod picture;
mod pitch;
mod record;
mod region;
mod render;
mod renderer;
mod rotation;
mod setters;
mod text;
mod threads;
mod timing;
mod tone;
mod verify;
mod view;
mod whole_parts;
mod window;

pub use constant::Constant;
pub use counts::{Counts, TierCounts};
pub use dpi::Dpi;
pub use engine::{EngineChoice, Event, EventHandler, ExactKernel, Reason, Variant};
pub use error::{Error, Result};
#[cfg(feature = "gpu")]
pub use gpu::{Adapter, AdapterKind, adapters};
pub use grid::Grid;
pub use job::Job;
pub use jobs::animation::{Animation, Motion, Zoom};
pub use jobs::easing::Easing;
pub use jobs::key_frames::{KeyFrame, KeyFrames};
pub use jobs::preset::Preset;
pub use julia::{Julia, Precision};
pub use julia_div::JuliaDiv;
pub use num_complex::Complex64;
pub use number::Number;
pub use output::Frame;
pub use output::format::Format;
pub use output::png::Compression;
pub use parameter::{Expected, Parameter};
pub use region::ComplexRegion;
pub use renderer::{Progress, Renderer, Summary};
pub use tone::{Color, Depth, Mapping, Palette, PixelFormat, PooledHistogram, Tone};
pub use view::View;
pub use window::Window;

/// The README's example is compiled and run with the other examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// So are those of the library's page.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
struct Library;
