//! From rows of pixels to files.

pub mod file;
pub mod png;
