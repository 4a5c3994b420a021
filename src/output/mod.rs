//! From rows of pixels to files.

mod deflate;
pub mod file;
pub mod png;
pub mod texts;
mod zlib;
