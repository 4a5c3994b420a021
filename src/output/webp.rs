//! WebP files, lossless.

use std::io::{self, BufWriter, Write};

use image_webp::{ColorType, EncodingError, WebPEncoder};

use super::exif::exif;
use super::icc;
use super::png::Header;
use super::{PictureWriter, invalid};
use crate::dpi::Dpi;
use crate::record::{LONGEST, Texts};

/// The longest side, in pixels.
pub const MAX_SIDE: u32 = (1 << 14) - 1;

/// A WebP that is being written. The format has the Huffman codes of all pixels before the pixels, so all of
/// them are in memory: at most 805 MB, and with opacity 1074 MB.
pub struct WebPWriter<W: Write> {
    writer: W,
    size: (u32, u32),
    color: ColorType,
    /// Of a pixel.
    bytes: usize,
    pixels: Vec<u8>,
    dpi: Option<Dpi>,
    texts: Texts,
}

impl<W: Write> WebPWriter<W> {
    /// Begins a picture of 8 bits whose pixels are not indices.
    pub fn start(writer: W, header: &Header<'_>) -> Self {
        let color = match header.format {
            format if format.is_gray() => ColorType::L8,
            format if format.has_opacity() => ColorType::Rgba8,
            _ => ColorType::Rgb8,
        };
        Self {
            writer,
            size: (header.width, header.height),
            color,
            bytes: header.format.bytes(),
            pixels: Vec::new(),
            dpi: header.dpi,
            texts: header.texts.to_vec(),
        }
    }
}

impl<W: Write + Send> PictureWriter for WebPWriter<W> {
    fn write(&mut self, pixels: &[u8]) -> io::Result<()> {
        self.pixels.extend_from_slice(pixels);
        Ok(())
    }

    fn finish(mut self: Box<Self>, texts: &[(&'static str, String)]) -> io::Result<()> {
        let (width, height) = self.size;
        if self.pixels.len() as u64 != u64::from(width) * u64::from(height) * self.bytes as u64 {
            return Err(invalid("fewer or more pixels than the picture has"));
        }
        let mut writer = BufWriter::new(self.writer);
        let mut encoder = WebPEncoder::new(&mut writer);
        self.texts.extend_from_slice(texts);
        encoder.set_exif_metadata(exif(self.dpi, &self.texts, LONGEST));
        // Gray is red, green and blue in the file.
        encoder.set_icc_profile(icc::srgb(false));
        let encoded = encoder.encode(&self.pixels, width, height, self.color);
        encoded.map_err(|error| match error {
            EncodingError::IoError(error) => error,
            error => io::Error::other(error),
        })?;
        writer.flush()
    }
}
