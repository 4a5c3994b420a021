//! WebP files, lossless.

use std::io::{self, BufWriter, Write};

use image_webp::{ColorType, EncodingError, WebPEncoder};

use super::exif::exif;
use super::png::Header;
use super::{PictureWriter, invalid};
use crate::record::LONGEST;
use crate::record::Texts;

/// The longest side, in pixels.
pub const MAX_SIDE: u32 = (1 << 14) - 1;

/// A WebP that is being written. The format has the Huffman codes of all pixels before the pixels, so all of
/// them are in memory: at most 805 MB.
pub struct WebPWriter<W: Write> {
    writer: W,
    size: (u32, u32),
    color: ColorType,
    pixels: Vec<u8>,
    texts: Texts,
}

impl<W: Write> WebPWriter<W> {
    /// Begins a picture of 8 bits whose pixels are not indices.
    pub fn start(writer: W, header: &Header<'_>) -> Self {
        let color = if header.format.is_gray() { ColorType::L8 } else { ColorType::Rgb8 };
        Self {
            writer,
            size: (header.width, header.height),
            color,
            pixels: Vec::new(),
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
        let bytes = if self.color == ColorType::L8 { 1 } else { 3 };
        if self.pixels.len() as u64 != u64::from(width) * u64::from(height) * bytes {
            return Err(invalid("fewer or more pixels than the picture has"));
        }
        let mut writer = BufWriter::new(self.writer);
        let mut encoder = WebPEncoder::new(&mut writer);
        self.texts.extend_from_slice(texts);
        encoder.set_exif_metadata(exif(&self.texts, LONGEST).unwrap_or_default());
        let encoded = encoder.encode(&self.pixels, width, height, self.color);
        encoded.map_err(|error| match error {
            EncodingError::IoError(error) => error,
            error => io::Error::other(error),
        })?;
        writer.flush()
    }
}
