//! TIFF files, written strip by strip (TIFF 6.0, and BigTIFF if 32-bit offsets would not reach), or as a pyramid of
//! tiles.

mod directory;
pub mod field_type;
pub mod pyramid;

use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use super::deflate::Method;
use super::in_order::InOrder;
use super::png::{Compression, Header};
use super::{PictureWriter, invalid, zlib};
use crate::record::Texts;
use directory::{Directory, Numbers, Pieces, Resolution};

/// A strip has the whole rows that fit in this many bytes; at least one.
const STRIP: u64 = 1 << 18;

/// The most bytes of pixels with which a file surely stays below 4 GiB: what does not compress grows
/// by less than a part in a thousand.
const CLASSIC: u64 = 0xff00_0000;

/// A TIFF that is being written. Its strips are compressed on all threads of the current rayon pool, each for
/// itself; memory is bounded by a few of them.
pub struct TiffWriter<W: Write + Seek> {
    file: BufWriter<W>,
    directory: Directory,
    method: Method,
    strip_bytes: usize,
    gathering: Vec<u8>,
    /// Bytes of pixels that are still to come.
    left: u64,
    strips: InOrder<Vec<u8>>,
    /// The offset of the next strip.
    position: u64,
    offsets: Vec<u64>,
    lengths: Vec<u64>,
    texts: Texts,
}

impl<W: Write + Seek> TiffWriter<W> {
    /// Writes the head of a picture, whose pixels are not indices.
    ///
    /// # Errors
    /// What the writer underneath says.
    pub fn start(writer: W, header: &Header<'_>, compression: Compression) -> io::Result<Self> {
        let row_bytes = u64::from(header.width) * header.format.bytes() as u64;
        let big = row_bytes * u64::from(header.height) > CLASSIC;
        Self::start_as(big, writer, header, compression)
    }

    fn start_as(
        big: bool,
        writer: W,
        header: &Header<'_>,
        compression: Compression,
    ) -> io::Result<Self> {
        let &Header { width, height, format, dpi, .. } = header;
        let row_bytes = u64::from(width) * format.bytes() as u64;
        let rows_per_strip = (STRIP / row_bytes).clamp(1, u64::from(height));
        let pieces = Pieces::Strips(rows_per_strip);
        // As the pixels are.
        let numbers = Numbers { big, little: false };
        let resolution = dpi.and_then(|dpi| Resolution::of(dpi, 0));
        let directory =
            Directory { numbers, width, height, format, pieces, is_reduced: false, resolution };
        let mut file = BufWriter::new(writer);
        let head = numbers.head(0);
        file.write_all(&head)?;
        Ok(Self {
            position: head.len() as u64,
            file,
            directory,
            method: method(compression),
            strip_bytes: (rows_per_strip * row_bytes) as usize,
            gathering: Vec::new(),
            left: row_bytes * u64::from(height),
            strips: InOrder::new(),
            offsets: Vec::new(),
            lengths: Vec::new(),
            texts: header.texts.to_vec(),
        })
    }

    fn start_strip(&mut self) -> io::Result<()> {
        let (method, strip) = (self.method, std::mem::take(&mut self.gathering));
        self.strips.start(move || zlib::stream(method, &strip));
        while let Some(strip) = self.strips.ready()? {
            self.put(&strip)?;
        }
        Ok(())
    }

    fn put(&mut self, strip: &[u8]) -> io::Result<()> {
        self.file.write_all(strip)?;
        self.offsets.push(self.position);
        self.lengths.push(strip.len() as u64);
        self.position += strip.len() as u64;
        Ok(())
    }
}

impl<W: Write + Seek + Send> PictureWriter for TiffWriter<W> {
    fn write(&mut self, mut pixels: &[u8]) -> io::Result<()> {
        self.left = self
            .left
            .checked_sub(pixels.len() as u64)
            .ok_or_else(|| invalid("more pixels than the picture has"))?;
        while !pixels.is_empty() {
            if self.gathering.capacity() == 0 {
                self.gathering.reserve_exact(self.strip_bytes);
            }
            let length = pixels.len().min(self.strip_bytes - self.gathering.len());
            let (part, rest) = pixels.split_at(length);
            self.gathering.extend_from_slice(part);
            pixels = rest;
            if self.gathering.len() == self.strip_bytes {
                self.start_strip()?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, texts: &[(&'static str, String)]) -> io::Result<()> {
        if self.left > 0 {
            return Err(invalid("fewer pixels than the picture has"));
        }
        if !self.gathering.is_empty() {
            self.start_strip()?;
        }
        while let Some(strip) = self.strips.wait()? {
            self.put(&strip)?;
        }
        // The directory begins on an even byte.
        if self.position % 2 == 1 {
            self.file.write_all(&[0])?;
            self.position += 1;
        }
        self.texts.extend_from_slice(texts);
        let strips = (&self.offsets[..], &self.lengths[..]);
        let directory = self.directory.bytes(self.position, strips, &self.texts, true);
        self.file.write_all(&directory)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&self.directory.numbers.head(self.position))?;
        self.file.flush()
    }
}

fn method(compression: Compression) -> Method {
    Method::Level(match compression {
        Compression::Fast => 2,
        Compression::Balanced => 6,
        Compression::Small => 8,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use tiff::decoder::{Decoder, DecodingResult};

    use super::*;
    use crate::tone::PixelFormat;

    fn check(big: bool, width: u32, height: u32, format: PixelFormat, compression: Compression) {
        let bytes = width as usize * height as usize * format.bytes();
        let pixels: Vec<u8> = (0..bytes).map(|i| (i * i / 3001 % 251) as u8).collect();
        let header = Header::new(width, height, format);
        let mut file = tempfile::tempfile().unwrap();
        let writer = file.try_clone().unwrap();
        let mut writer = TiffWriter::start_as(big, writer, &header, compression).unwrap();
        for part in pixels.chunks(70_001) {
            writer.write(part).unwrap();
        }
        Box::new(writer).finish(&[]).unwrap();
        file.rewind().unwrap();
        let mut decoder = Decoder::new(file).unwrap();
        let case = format!("{big} {width} × {height} {format:?} {compression:?}");
        assert_eq!(decoder.dimensions().unwrap(), (width, height), "{case}");
        let color = match format {
            PixelFormat::Gray8 => tiff::ColorType::Gray(8),
            PixelFormat::Gray16 => tiff::ColorType::Gray(16),
            PixelFormat::Rgb8 => tiff::ColorType::RGB(8),
            PixelFormat::Rgba8 => tiff::ColorType::RGBA(8),
            PixelFormat::Rgba16 => tiff::ColorType::RGBA(16),
            _ => tiff::ColorType::RGB(16),
        };
        assert_eq!(decoder.colortype().unwrap(), color, "{case}");
        let decoded = match decoder.read_image().unwrap() {
            DecodingResult::U8(decoded) => decoded,
            DecodingResult::U16(decoded) => {
                decoded.into_iter().flat_map(u16::to_be_bytes).collect()
            }
            other => panic!("{case}: {other:?}"),
        };
        assert!(decoded == pixels, "{case}");
    }

    #[test]
    fn every_format_and_strips_of_every_kind() {
        for big in [false, true] {
            for format in PixelFormat::OF_VALUES {
                for compression in Compression::ALL {
                    // One pixel, one strip, two strips, many, and rows longer than a strip.
                    for (width, height) in [(1, 1), (7, 5), (400, 1000), (150_001, 3)] {
                        check(big, width, height, format, compression);
                    }
                }
            }
        }
    }

    #[test]
    fn too_few_and_too_many_pixels_are_errors() {
        let header = Header::new(3, 2, PixelFormat::Gray8);
        let start = || {
            let file = Cursor::new(Vec::new());
            Box::new(TiffWriter::start(file, &header, Compression::Fast).unwrap())
        };
        let mut writer = start();
        writer.write(&[0; 5]).unwrap();
        assert_eq!(writer.finish(&[]).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(start().write(&[0; 7]).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}
