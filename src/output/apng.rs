//! Animated PNGs, written frame by frame.

use std::io::{self, BufWriter, Write};

use super::invalid;
use super::png::{Compression, Header, bit_depth, color_type, io_error};
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
        let mut encoder = png::Encoder::new(BufWriter::new(writer), header.width, header.height);
        encoder.set_color(color_type(header.format));
        encoder.set_depth(bit_depth(header.format));
        if header.format == PixelFormat::Indexed8 {
            let colors: Vec<u8> = header.colors.iter().flat_map(|color| color.0).collect();
            encoder.set_palette(colors);
        }
        for (keyword, text) in header.texts {
            encoder.add_itxt_chunk((*keyword).to_owned(), text.clone())?;
        }
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
