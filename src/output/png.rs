//! PNG files, written as their rows come.

use std::io::{self, Write};

/// An 8-bit gray PNG in the making.
pub struct PngWriter<W: Write + 'static> {
    pixels: png::StreamWriter<'static, W>,
}

impl<W: Write + 'static> PngWriter<W> {
    /// Writes the head of a picture of `width × height` pixels.
    ///
    /// # Errors
    /// What the writer underneath says.
    pub fn new(writer: W, width: u32, height: u32) -> io::Result<Self> {
        let mut encoder = png::Encoder::new(writer, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Balanced);
        encoder.set_filter(png::Filter::NoFilter);
        Ok(Self { pixels: encoder.write_header()?.into_stream_writer()? })
    }

    /// Writes the next pixels, in raster order; they need not end with a row.
    ///
    /// # Errors
    /// What the writer underneath says.
    pub fn write(&mut self, pixels: &[u8]) -> io::Result<()> {
        self.pixels.write_all(pixels)
    }

    /// Writes the end of the picture.
    ///
    /// # Errors
    /// What the writer underneath says.
    pub fn finish(self) -> io::Result<()> {
        self.pixels.finish()?;
        Ok(())
    }
}
