//! JPEG files: small, and not quite the picture.

use std::cell::{Cell, RefCell};
use std::io::{self, BufWriter, Write};
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use jpeg_encoder::{
    Encoder, EncodingError, ImageBuffer, JpegColorType, PixelDensity, rgb_to_ycbcr,
};

use super::exif::exif;
use super::icc;
use super::png::Header;
use super::{PictureWriter, invalid};
use crate::dpi::Dpi;
use crate::record::LONGEST_IN_SEGMENT;

/// The longest side, in pixels.
pub const MAX_SIDE: u32 = u16::MAX as u32;

/// Of 100: with it edges show no waves, and colours are not blurred.
const QUALITY: u8 = 92;

/// A JPEG that is being written. The encoder asks for the rows, so it has its own thread, to which they
/// come; memory is bounded by a few rows.
pub struct JpegWriter {
    rows: Option<SyncSender<Vec<u8>>>,
    encoder: Option<JoinHandle<io::Result<()>>>,
    row_bytes: usize,
    gathering: Vec<u8>,
    rows_left: u32,
}

impl JpegWriter {
    /// Begins a picture of 8 bits whose pixels are not indices.
    ///
    /// # Errors
    /// If a side is longer than [`MAX_SIDE`], or no thread can be started.
    pub fn start(writer: impl Write + Send + 'static, header: &Header<'_>) -> io::Result<Self> {
        let side = |side| u16::try_from(side).map_err(|_| invalid("a side is too long for a JPEG"));
        let (width, height) = (side(header.width)?, side(header.height)?);
        let gray = header.format.is_gray();
        let (dpi, exif) = (header.dpi, exif(header.dpi, header.texts, LONGEST_IN_SEGMENT));
        let (sender, rows) = mpsc::sync_channel(16);
        let encoder = thread::Builder::new()
            .name("JPEG".to_owned())
            .spawn(move || encode(writer, dpi, exif, Rows::new(width, height, gray, rows)))?;
        let row_bytes = usize::from(width) * header.format.bytes();
        Ok(Self {
            rows: Some(sender),
            encoder: Some(encoder),
            row_bytes,
            gathering: Vec::with_capacity(row_bytes),
            rows_left: header.height,
        })
    }

    /// How the encoder's thread ended.
    fn end(&mut self) -> io::Result<()> {
        self.rows = None;
        match self.encoder.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            _ => Err(io::Error::other("the JPEG encoder was lost")),
        }
    }
}

impl PictureWriter for JpegWriter {
    fn write(&mut self, mut pixels: &[u8]) -> io::Result<()> {
        while !pixels.is_empty() {
            let length = pixels.len().min(self.row_bytes - self.gathering.len());
            let (part, rest) = pixels.split_at(length);
            self.gathering.extend_from_slice(part);
            pixels = rest;
            if self.gathering.len() == self.row_bytes {
                self.rows_left = self
                    .rows_left
                    .checked_sub(1)
                    .ok_or_else(|| invalid("more pixels than the picture has"))?;
                let next = Vec::with_capacity(self.row_bytes);
                let row = std::mem::replace(&mut self.gathering, next);
                let sent = self.rows.as_ref().is_some_and(|rows| rows.send(row).is_ok());
                if !sent {
                    // The encoder has ended early; it says why.
                    return self.end().and(Err(invalid("more pixels than the picture has")));
                }
            }
        }
        Ok(())
    }

    /// Texts that were not known before have no place in the file.
    fn finish(mut self: Box<Self>, _: &[(&'static str, String)]) -> io::Result<()> {
        if self.rows_left > 0 || !self.gathering.is_empty() {
            return Err(invalid("fewer pixels than the picture has"));
        }
        self.end()
    }
}

impl Drop for JpegWriter {
    /// The encoder's thread has the file, and must not outlive it.
    fn drop(&mut self) {
        if self.encoder.is_some() {
            let _ = self.end();
        }
    }
}

fn encode(writer: impl Write, dpi: Option<Dpi>, exif: Vec<u8>, rows: Rows) -> io::Result<()> {
    let mut stops = Stops { writer: BufWriter::new(writer), stopped: Rc::clone(&rows.stopped) };
    let mut encoder = Encoder::new(&mut stops, QUALITY);
    if let Some(dpi) = dpi.map(Dpi::rounded) {
        encoder.set_density(PixelDensity::dpi(dpi));
    }
    let added = encoder.add_exif_metadata(&exif);
    let added = added.and_then(|()| encoder.add_icc_profile(&icc::srgb(rows.gray)));
    added.and_then(|()| encoder.encode_image(rows)).map_err(|error| match error {
        EncodingError::IoError(error) => error,
        error => io::Error::other(error),
    })?;
    stops.flush()
}

/// The rows as they come.
struct Rows {
    width: u16,
    height: u16,
    gray: bool,
    rows: Receiver<Vec<u8>>,
    /// The number of the row that came last, and its pixels: the encoder asks for the last row of a
    /// picture several times.
    row: RefCell<(Option<u16>, Vec<u8>)>,
    /// Whether no more rows will come.
    stopped: Rc<Cell<bool>>,
}

impl Rows {
    fn new(width: u16, height: u16, gray: bool, rows: Receiver<Vec<u8>>) -> Self {
        let blank = vec![0; usize::from(width) * if gray { 1 } else { 3 }];
        let (row, stopped) = (RefCell::new((None, blank)), Rc::default());
        Self { width, height, gray, rows, row, stopped }
    }
}

impl ImageBuffer for Rows {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        if self.gray { JpegColorType::Luma } else { JpegColorType::Ycbcr }
    }

    fn width(&self) -> u16 {
        self.width
    }

    fn height(&self) -> u16 {
        self.height
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let mut row = self.row.borrow_mut();
        if row.0 != Some(y) {
            match self.rows.recv() {
                Ok(pixels) => *row = (Some(y), pixels),
                Err(_) => self.stopped.set(true),
            }
        }
        if self.gray {
            buffers[0].extend_from_slice(&row.1);
            return;
        }
        let (pixels, _) = row.1.as_chunks::<3>();
        for &[red, green, blue] in pixels {
            let (y, cb, cr) = rgb_to_ycbcr(red, green, blue);
            buffers[0].push(y);
            buffers[1].push(cb);
            buffers[2].push(cr);
        }
    }
}

/// A writer that fails once no more rows will come, so that the encoder ends.
struct Stops<W: Write> {
    writer: BufWriter<W>,
    stopped: Rc<Cell<bool>>,
}

impl<W: Write> Write for Stops<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.stopped.get() {
            return Err(invalid("fewer pixels than the picture has"));
        }
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::tone::PixelFormat;

    fn start(writer: impl Write + Send + 'static) -> Box<JpegWriter> {
        let (width, height) = (40, 900);
        let header = Header::new(width, height, PixelFormat::Gray8);
        Box::new(JpegWriter::start(writer, &header).unwrap())
    }

    #[test]
    fn too_few_and_too_many_pixels_are_errors() {
        let file = || tempfile::tempfile().unwrap();
        let mut writer = start(file());
        writer.write(&[0; 5]).unwrap();
        assert_eq!(writer.finish(&[]).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        let too_many = vec![0; 40 * 901];
        assert_eq!(start(file()).write(&too_many).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        // One that is dropped ends its thread.
        start(file()).write(&[0; 4000]).unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told() {
        let mut writer = start(File::create("/dev/full").unwrap());
        let noise: Vec<u8> = (0..40 * 900_u32).map(|i| ((i * i) >> 3) as u8).collect();
        let written = writer.write(&noise).and_then(|()| writer.finish(&[]));
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
