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
    /// The colours of all frames that have no colours of their own.
    colors: Vec<u8>,
    rate: FrameRate,
    written: u64,
}

impl<W: Write> GifWriter<W> {
    /// Writes the head: of pictures like `first`, which is not written yet, at this `rate`.
    ///
    /// # Errors
    /// What the writer underneath says, and [`InvalidInput`](io::ErrorKind::InvalidInput) if a side
    /// is longer than [`MAX_SIDE`], and for a frame of 16 bits.
    pub fn start(writer: W, first: &Frame, rate: FrameRate) -> io::Result<Self> {
        let side = |side| u16::try_from(side).map_err(|_| invalid("a side is too long for a GIF"));
        let size = (side(first.width)?, side(first.height)?);
        let colors = image(first, size)?.palette.unwrap_or_default();
        let writer = BufWriter::new(writer);
        let mut encoder = Encoder::new(writer, size.0, size.1, &colors).map_err(io_error)?;
        encoder.set_repeat(Repeat::Infinite).map_err(io_error)?;
        Ok(Self { encoder, size, colors, rate, written: 0 })
    }

    /// Writes a frame of 8 bits. Of more than 256 colours it keeps those that are nearest.
    ///
    /// # Errors
    /// What the writer underneath says, and [`InvalidInput`](io::ErrorKind::InvalidInput) for a frame
    /// of another size or of 16 bits.
    pub fn write(&mut self, frame: &Frame) -> io::Result<()> {
        let mut image = image(frame, self.size)?;
        // Colours are written once if they stay the same. Some readers, Pillow among them, take a
        // frame's own gray ramp for none, and look at the colours of the head instead.
        image.palette = image.palette.filter(|colors| *colors != self.colors);
        // In hundredths of a second, whose sums are rounded, so that the whole has the right
        // duration.
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

/// A frame as indices with their colours.
fn image(frame: &Frame, (width, height): (u16, u16)) -> io::Result<gif::Frame<'_>> {
    let size = usize::from(width) * usize::from(height);
    if frame.pixels.len() != size * frame.format.bytes() {
        return Err(invalid("a frame of another size than the GIF"));
    }
    let indices = |colors: Vec<[u8; 3]>| gif::Frame {
        width,
        height,
        palette: Some(colors.concat()),
        buffer: Cow::Borrowed(&frame.pixels),
        ..gif::Frame::default()
    };
    Ok(match frame.format {
        PixelFormat::Gray8 => indices((0..=u8::MAX).map(|gray| [gray; 3]).collect()),
        PixelFormat::Indexed8 => indices(frame.colors.iter().map(|color| color.0).collect()),
        PixelFormat::Rgb8 => gif::Frame::from_rgb_speed(width, height, &frame.pixels, 10),
        PixelFormat::Gray16 | PixelFormat::Rgb16 => return Err(invalid("a GIF of 16 bits")),
        PixelFormat::Rgba8 | PixelFormat::Rgba16 => return Err(invalid("a GIF with opacity")),
    })
}

fn io_error(error: EncodingError) -> io::Error {
    match error {
        EncodingError::Io(error) => error,
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tone::Color;

    fn frame(format: PixelFormat, colors: &[[u8; 3]], pixels: &[u8]) -> Frame {
        let width = (pixels.len() / format.bytes()) as u32;
        let colors = colors.iter().copied().map(Color::opaque).collect();
        Frame { width, height: 1, format, colors, pixels: pixels.to_vec() }
    }

    /// The colours of the head and of each frame, if it has its own.
    fn colors_of(frames: &[Frame]) -> (Vec<u8>, Vec<Option<Vec<u8>>>) {
        let mut file = Vec::new();
        let rate = FrameRate::new(25, 1).unwrap();
        let mut gif = GifWriter::start(&mut file, &frames[0], rate).unwrap();
        frames.iter().for_each(|frame| gif.write(frame).unwrap());
        gif.finish().unwrap();
        let mut gif = gif::Decoder::new(&*file).unwrap();
        let head = gif.global_palette().unwrap().to_vec();
        let mut own = Vec::new();
        while let Some(frame) = gif.read_next_frame().unwrap() {
            own.push(frame.palette.clone());
        }
        (head, own)
    }

    /// Pillow, and what stands on it, saw a gray GIF as black: each frame had its own colours, a gray
    /// ramp is passed over for the colours of the head, and those were two blacks.
    #[test]
    fn colors_that_stay_the_same_are_in_the_head() {
        let ramp: Vec<u8> = (0..=255).flat_map(|gray| [gray; 3]).collect();
        let gray = |pixels| frame(PixelFormat::Gray8, &[], pixels);
        assert_eq!(colors_of(&[gray(&[0, 9, 255]), gray(&[7, 7, 7])]), (ramp, vec![None, None]));
        let (navy, orange) = ([0, 0, 128], [255, 165, 0]);
        let two = |colors: &[_]| frame(PixelFormat::Indexed8, colors, &[0, 1]);
        let frames = [two(&[navy, orange]), two(&[navy, orange]), two(&[orange, navy])];
        let (head, other) = ([navy, orange].concat(), [orange, navy].concat());
        assert_eq!(colors_of(&frames), (head, vec![None, None, Some(other)]));
    }
}
