//! From rows of pixels to files.

pub mod apng;
pub mod atomic_file;
mod deflate;
mod draft;
pub mod dzi;
mod exif;
mod exr;
mod filter;
pub mod format;
pub mod gif;
pub(crate) mod halving;
mod icc;
mod in_order;
mod jpeg;
mod locked;
pub mod metadata;
pub(crate) mod npy;
pub(crate) mod part_file;
pub mod png;
pub mod preview;
pub mod rate;
pub(crate) mod side;
mod strip;
mod tiff;
mod webp;
#[cfg(feature = "cli")]
pub(crate) mod whole;
mod zlib;

use std::io;

use crate::tone::{Color, PixelFormat};

/// A picture that is being written; its pixels are written as they come.
pub trait PictureWriter: Send {
    /// Writes the next bytes of the pixels, in raster order; they need not end with a row.
    ///
    /// # Errors
    /// What the writer underneath says, and [`InvalidInput`](io::ErrorKind::InvalidInput) for more
    /// pixels than the picture has.
    fn write(&mut self, pixels: &[u8]) -> io::Result<()>;

    /// Writes the end of the picture, with texts that were not known before; PNG, TIFF and WebP have a
    /// place for them.
    ///
    /// # Errors
    /// What the writer underneath says, and [`InvalidInput`](io::ErrorKind::InvalidInput) if
    /// pixels are missing, and for an invalid keyword.
    fn finish(self: Box<Self>, texts: &[(&'static str, String)]) -> io::Result<()>;
}

/// A picture in memory.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Frame {
    /// Columns, in pixels.
    pub width: u32,
    /// Rows, in pixels.
    pub height: u32,
    /// What a pixel is.
    pub format: PixelFormat,
    /// The colours of indices; empty if pixels are not indices.
    pub colors: Vec<Color>,
    /// The pixels' bytes, row by row.
    pub pixels: Vec<u8>,
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}
