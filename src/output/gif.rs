//! GIFs, written frame by frame.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use gif::{Encoder, EncodingError, Repeat};

use super::rate::FrameRate;
use super::{Frame, invalid};
use crate::tone::PixelFormat;

/// The longest side, in pixels.
pub const MAX_SIDE: u32 = u16::MAX as u32;
/// The most frames a second: what is seen for less than two hundredths of a second is seen for ten in
/// browsers.
pub const MAX_RATE: u16 = 50;

/// A GIF in the making, that goes on for ever. One frame is in memory at a time.
pub struct GifWriter<W: Write> {
    encoder: Encoder<BufWriter<W>>,
    size: (u16, u16),
    rate: FrameRate,
    written: u64,
}

impl<W: Write> GifWriter<W> {
    /// Writes the head: of pictures of this size, at this `rate`.
    ///
    /// # Errors
    /// What the writer underneath says, and [`InvalidInput`](io::ErrorKind::InvalidInput) where a side
    /// is longer than [`MAX_SIDE`].
    pub fn start(writer: W, (width, height): (u32, u32), rate: FrameRate) -> io::Result<Self> {
        let side = |side| u16::try_from(side).map_err(|_| invalid("a side is too long for a GIF"));
        let size = (side(width)?, side(height)?);
        let mut encoder =
            Encoder::new(BufWriter::new(writer), size.0, size.1, &[]).map_err(io_error)?;
        encoder.set_repeat(Repeat::Infinite).map_err(io_error)?;
        Ok(Self { encoder, size, rate, written: 0 })
    }

    /// Writes a frame of 8 bits. Of more than 256 colours it keeps those that are nearest.
    ///
    /// # Errors
    /// What the writer underneath says, and [`InvalidInput`](io::ErrorKind::InvalidInput) for a frame
    /// of another size or of 16 bits.
    pub fn write(&mut self, frame: &Frame) -> io::Result<()> {
        let (width, height) = self.size;
        let size = usize::from(width) * usize::from(height);
        if frame.pixels.len() != size * frame.format.bytes() {
            return Err(invalid("a frame of another size than the GIF"));
        }
        let colors = |colors: Vec<[u8; 3]>| gif::Frame {
            width,
            height,
            palette: Some(colors.concat()),
            buffer: Cow::Borrowed(&frame.pixels),
            ..gif::Frame::default()
        };
        let mut image = match frame.format {
            PixelFormat::Gray8 => colors((0..=u8::MAX).map(|gray| [gray; 3]).collect()),
            PixelFormat::Indexed8 => colors(frame.colors.iter().map(|color| color.0).collect()),
            PixelFormat::Rgb8 => gif::Frame::from_rgb_speed(width, height, &frame.pixels, 10),
            PixelFormat::Gray16 | PixelFormat::Rgb16 => return Err(invalid("a GIF of 16 bits")),
        };
        // In hundredths of a second, of which the sums are rounded: so that the whole lasts as long as
        // it should.
        let [begin, end] = [0, 1].map(|frames| self.rate.hundredths(self.written + frames));
        image.delay = (end - begin) as u16;
        self.written += 1;
        self.encoder.write_frame(&image).map_err(io_error)
    }

    /// Writes the end.
    ///
    /// # Errors
    /// What the writer underneath says.
    pub fn finish(self) -> io::Result<()> {
        self.encoder.into_inner().map_err(io_error)?.flush()
    }
}

fn io_error(error: EncodingError) -> io::Error {
    match error {
        EncodingError::Io(error) => error,
        error => io::Error::other(error),
    }
}
