//! TIFFs of tiles, with the picture at half its size behind it, at a quarter, and so on.

use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use super::directory::{Directory, Numbers, Pieces, Resolution};
use super::{CLASSIC, method};
use crate::output::deflate::Method;
use crate::output::halving::{half, halve};
use crate::output::in_order::InOrder;
use crate::output::png::{Compression, Header};
use crate::output::{PictureWriter, invalid, zlib};
use crate::record::Texts;
use crate::tone::Depth;

/// The side of a tile, in pixels.
const TILE: u32 = 256;

/// A pyramid that is being written. Memory is bounded by a row of tiles of each level: by two of the picture.
pub struct PyramidWriter<W: Write + Seek> {
    file: BufWriter<W>,
    method: Method,
    levels: Vec<Level>,
    /// Bytes of pixels that are still to come.
    left: u64,
    /// The tiles that are being compressed, each with its level.
    tiles: InOrder<(usize, Vec<u8>)>,
    /// The offset of the next tile.
    position: u64,
    texts: Texts,
}

struct Level {
    directory: Directory,
    /// Rows of the next tiles.
    gathering: Vec<u8>,
    rows_left: u32,
    offsets: Vec<u64>,
    lengths: Vec<u64>,
}

impl Level {
    fn row_bytes(&self) -> usize {
        self.directory.width as usize * self.directory.format.bytes()
    }

    /// The bytes of the rows that make the next tiles.
    fn whole(&self) -> usize {
        self.rows_left.min(TILE) as usize * self.row_bytes()
    }

    /// The pixels of the tiles of a row; beyond the picture's edge they are zeros.
    fn tiles(&self, rows: &[u8]) -> Vec<Vec<u8>> {
        let side = TILE as usize * self.directory.format.bytes();
        let tile = |start: usize| {
            let mut tile = Vec::with_capacity(TILE as usize * side);
            for row in rows.chunks_exact(self.row_bytes()) {
                tile.extend_from_slice(&row[start..row.len().min(start + side)]);
                tile.resize(tile.len().next_multiple_of(side), 0);
            }
            tile.resize(TILE as usize * side, 0);
            if self.directory.format.depth() == Depth::Sixteen {
                tile.as_chunks_mut().0.iter_mut().for_each(|sample: &mut [u8; 2]| sample.reverse());
            }
            tile
        };
        (0..self.row_bytes()).step_by(side).map(tile).collect()
    }
}

impl<W: Write + Seek> PyramidWriter<W> {
    /// Writes the head of a picture, whose pixels are not indices.
    ///
    /// # Errors
    /// What the writer underneath says.
    pub fn start(writer: W, header: &Header<'_>, compression: Compression) -> io::Result<Self> {
        let &Header { width, height, format, .. } = header;
        let bytes = u64::from(width) * u64::from(height) * format.bytes() as u64;
        // All other levels have a third of the pixels, and tiles reach beyond the edges.
        let tiles = |side: u32| u64::from(side.next_multiple_of(TILE));
        let padded = tiles(width).saturating_mul(tiles(height)) * format.bytes() as u64;
        Self::start_as(padded.saturating_mul(2) > CLASSIC, bytes, writer, header, compression)
    }

    fn start_as(
        big: bool,
        bytes: u64,
        writer: W,
        header: &Header<'_>,
        compression: Compression,
    ) -> io::Result<Self> {
        let &Header { mut width, mut height, format, dpi, .. } = header;
        let resolution = |level: usize| Resolution::of(dpi?, level as u32);
        // OpenSlide knows no other order.
        let numbers = Numbers { big, little: true };
        let mut levels = Vec::new();
        loop {
            let pieces = Pieces::Tiles(TILE.into());
            let (is_reduced, resolution) = (!levels.is_empty(), resolution(levels.len()));
            levels.push(Level {
                directory: Directory {
                    numbers,
                    width,
                    height,
                    format,
                    pieces,
                    is_reduced,
                    resolution,
                },
                gathering: Vec::new(),
                rows_left: height,
                offsets: Vec::new(),
                lengths: Vec::new(),
            });
            if width.max(height) <= TILE {
                break;
            }
            (width, height) = (half(width), half(height));
        }
        let mut file = BufWriter::new(writer);
        let head = numbers.head(0);
        file.write_all(&head)?;
        Ok(Self {
            position: head.len() as u64,
            file,
            method: method(compression),
            levels,
            left: bytes,
            tiles: InOrder::new(),
            texts: header.texts.to_vec(),
        })
    }

    /// Has the gathered rows of a level compressed, and the level below gather them in half the size.
    fn put(&mut self, number: usize) -> io::Result<()> {
        let level = &mut self.levels[number];
        let whole = level.whole();
        let rows: Vec<u8> = level.gathering.drain(..whole).collect();
        level.rows_left -= level.rows_left.min(TILE);
        let method = self.method;
        for tile in level.tiles(&rows) {
            self.tiles.start(move || (number, zlib::stream(method, &tile)));
            while let Some(tile) = self.tiles.ready()? {
                self.put_tile(&tile)?;
            }
        }
        let Directory { width, format, .. } = self.levels[number].directory;
        let Some(below) = self.levels.get_mut(number + 1) else { return Ok(()) };
        halve(&rows, width, format, &mut below.gathering);
        if below.rows_left > 0 && below.gathering.len() >= below.whole() {
            self.put(number + 1)?;
        }
        Ok(())
    }

    fn put_tile(&mut self, (level, tile): &(usize, Vec<u8>)) -> io::Result<()> {
        self.file.write_all(tile)?;
        let level = &mut self.levels[*level];
        level.offsets.push(self.position);
        level.lengths.push(tile.len() as u64);
        self.position += tile.len() as u64;
        Ok(())
    }
}

impl<W: Write + Seek + Send> PictureWriter for PyramidWriter<W> {
    fn write(&mut self, mut pixels: &[u8]) -> io::Result<()> {
        let left = self.left.checked_sub(pixels.len() as u64);
        self.left = left.ok_or_else(|| invalid("more pixels than the picture has"))?;
        while !pixels.is_empty() {
            let level = &mut self.levels[0];
            let length = pixels.len().min(level.whole() - level.gathering.len());
            let (part, rest) = pixels.split_at(length);
            level.gathering.extend_from_slice(part);
            pixels = rest;
            if level.gathering.len() == level.whole() {
                self.put(0)?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, texts: &[(&'static str, String)]) -> io::Result<()> {
        if self.left > 0 {
            return Err(invalid("fewer pixels than the picture has"));
        }
        while let Some(tile) = self.tiles.wait()? {
            self.put_tile(&tile)?;
        }
        if self.position % 2 == 1 {
            self.file.write_all(&[0])?;
            self.position += 1;
        }
        self.texts.extend_from_slice(texts);
        let first = self.position;
        let last = self.levels.len() - 1;
        for (number, level) in self.levels.iter().enumerate() {
            let tiles = (&level.offsets[..], &level.lengths[..]);
            let texts = if number == 0 { &self.texts[..] } else { &[] };
            let directory = level.directory.bytes(self.position, tiles, texts, number == last);
            self.file.write_all(&directory)?;
            self.position += directory.len() as u64;
        }
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&self.levels[0].directory.numbers.head(first))?;
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use tiff::decoder::{Decoder, DecodingResult};

    use super::*;
    use crate::tone::PixelFormat;

    fn decoded(result: DecodingResult) -> Vec<u8> {
        match result {
            DecodingResult::U8(decoded) => decoded,
            DecodingResult::U16(decoded) => {
                decoded.into_iter().flat_map(u16::to_be_bytes).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_page_is_the_one_before_in_half_the_size() {
        for big in [false, true] {
            for format in
                [PixelFormat::Gray8, PixelFormat::Rgb8, PixelFormat::Rgb16, PixelFormat::Rgba8]
            {
                for (width, height) in [(1, 1), (256, 256), (257, 5), (1031, 769), (3, 600)] {
                    let bytes = width as usize * height as usize * format.bytes();
                    let mut pixels: Vec<u8> =
                        (0..bytes).map(|i| (i * i / 3001 % 251) as u8).collect();
                    let header = Header::new(width, height, format);
                    let mut file = tempfile::tempfile().unwrap();
                    let writer = file.try_clone().unwrap();
                    let compression = Compression::Balanced;
                    let mut writer =
                        PyramidWriter::start_as(big, bytes as u64, writer, &header, compression)
                            .unwrap();
                    for part in pixels.chunks(70_001) {
                        writer.write(part).unwrap();
                    }
                    Box::new(writer).finish(&[]).unwrap();
                    file.rewind().unwrap();
                    // What OpenSlide reads.
                    let mut start = [0; 4];
                    file.read_exact(&mut start).unwrap();
                    assert_eq!(start, if big { *b"II+\0" } else { *b"II*\0" });
                    file.rewind().unwrap();
                    let mut decoder = Decoder::new(file).unwrap();
                    let (mut size, mut pages) = ((width, height), 1);
                    loop {
                        let case = format!("{big} {width} × {height} {format:?}, page {pages}");
                        assert_eq!(decoder.dimensions().unwrap(), size, "{case}");
                        assert!(decoded(decoder.read_image().unwrap()) == pixels, "{case}");
                        if !decoder.more_images() {
                            break;
                        }
                        decoder.next_image().unwrap();
                        let mut halved = Vec::new();
                        halve(&pixels, size.0, format, &mut halved);
                        (size, pixels, pages) = ((half(size.0), half(size.1)), halved, pages + 1);
                    }
                    assert!(
                        size.0.max(size.1) <= TILE
                            && pages
                                == 1 + width.max(height).div_ceil(TILE).next_power_of_two().ilog2()
                    );
                }
            }
        }
    }
}
