//! Animated PNGs, written frame by frame.

use std::io::{self, BufWriter, Write};

use super::invalid;
use super::png::{Compression, Header, encoder, io_error};
use super::rate::FrameRate;
use crate::tone::PixelFormat;

/// An animated PNG that is being written, and repeats forever. One frame is in memory at a time.
pub struct ApngWriter<W: Write> {
    writer: png::Writer<BufWriter<W>>,
    format: PixelFormat,
    left: u32,
}

impl<W: Write> ApngWriter<W> {
    /// Writes the head: of `frames` pictures as `header` says, at this rate.
    ///
    /// # Errors
    /// What the writer underneath says, and [`InvalidInput`](io::ErrorKind::InvalidInput) for what no
    /// picture can be.
    pub fn start(
        writer: W,
        header: &Header<'_>,
        (frames, rate): (u32, FrameRate),
        compression: Compression,
    ) -> io::Result<Self> {
        let mut encoder = encoder(writer, header)?;
        // Deflate finds what is repeated; differences of frames would hide it.
        encoder.set_filter(png::Filter::NoFilter);
        encoder.set_deflate_compression(png::DeflateCompression::Level(match compression {
            Compression::Fast => 2,
            Compression::Balanced => 6,
            Compression::Small => 9,
        }));
        encoder.set_animated(frames, 0)?;
        let (seconds, parts) = rate.delay();
        encoder.set_frame_delay(seconds, parts)?;
        let writer = encoder.write_header().map_err(io_error)?;
        Ok(Self { writer, format: header.format, left: frames })
    }

    /// What the frames' pixels are.
    pub fn format(&self) -> PixelFormat {
        self.format
    }

    /// Writes a frame.
    ///
    /// # Errors
    /// What the writer underneath says, and [`InvalidInput`](io::ErrorKind::InvalidInput) for more
    /// frames or pixels than were said.
    pub fn write(&mut self, pixels: &[u8]) -> io::Result<()> {
        let left = self.left.checked_sub(1);
        self.left = left.ok_or_else(|| invalid("more frames than the animation has"))?;
        self.writer.write_image_data(pixels).map_err(io_error)
    }

    /// Writes the end.
    ///
    /// # Errors
    /// What the writer underneath says, and [`InvalidInput`](io::ErrorKind::InvalidInput) if
    /// frames are missing.
    pub fn finish(self) -> io::Result<()> {
        if self.left > 0 {
            return Err(invalid("fewer frames than the animation has"));
        }
        self.writer.finish().map_err(io_error)
    }
}
