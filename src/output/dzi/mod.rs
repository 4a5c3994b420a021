//! Deep Zoom pyramids: `x.dzi`, and in the folder `x_files` the picture as small PNGs, at its own size, at half of
//! it, and so on.
//!
//! A pyramid that was not finished goes on: tiles that are there are kept.

mod folder;
mod layout;
mod pages;
mod tile;

use std::collections::VecDeque;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::atomic_file::AtomicFile;
use super::halving::halve;
use super::png::{Compression, Header};
use super::{PictureWriter, invalid};
use crate::error::Result;
use crate::record::Texts;
use crate::tone::PixelFormat;
use crate::window::Window;
use folder::TileFolder;
pub use folder::{of as folder_of, texts};
use layout::{Layout, TILE};
pub(crate) use pages::is_descriptor;

/// A pyramid that may be there in part.
pub(crate) struct Pyramid {
    layout: Layout,
    folder: TileFolder,
    compression: Compression,
}

impl Pyramid {
    /// Prepares the folder for the tiles of `descriptor`, a picture of that many columns and rows, whose job is in
    /// `texts`.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io); also if there is a folder of that name that is not of this job.
    pub fn open(
        descriptor: &Path,
        (width, height): (u32, u32),
        texts: Texts,
        compression: Compression,
        any_engine: bool,
    ) -> Result<Self> {
        let layout = Layout { width, height };
        let folder = TileFolder::open(descriptor, texts, compression, any_engine)?;
        folder.make_levels(layout)?;
        folder.remove_drafts(layout)?;
        Ok(Self { layout, folder, compression })
    }

    /// The file whose finished bands are those of the picture, while it is made.
    pub fn bands(&self) -> PathBuf {
        self.folder.file("counts")
    }

    /// The areas of the picture that are there, and those that are missing, in the order in which their pixels are to be
    /// written.
    pub fn areas(&self) -> (Vec<Window>, Vec<Window>) {
        let is_there =
            |&area: &Window| self.layout.tiles_of(area).all(|tile| self.folder.has(tile));
        self.layout.areas().partition(is_there)
    }

    /// A writer that takes the pixels of the `missing` areas, one after the other, each in raster order.
    pub fn writer(&self, header: &Header<'_>, missing: Vec<Window>) -> PyramidWriter<'_> {
        let format = header.format;
        PyramidWriter { pyramid: self, format, missing: missing.into(), gathering: Vec::new() }
    }

    /// Puts the page and then the descriptor in their places, after all tiles.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io).
    pub fn finish(&self, descriptor: AtomicFile) -> Result<()> {
        if let Some(path) = descriptor.path() {
            self.folder.write("index.html", pages::page(self.layout, path).as_bytes())?;
        }
        let text = pages::descriptor(self.layout);
        let written = descriptor.handle().and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|source| descriptor.error(source))?;
        descriptor.finish()
    }

    /// Writes those tiles of an area that are not there.
    fn put(&self, area: Window, format: PixelFormat, pixels: &[u8]) -> io::Result<()> {
        let (bytes, row_bytes) = (format.bytes(), area.width as usize * format.bytes());
        let missing: Vec<_> =
            self.layout.tiles_of(area).filter(|&tile| !self.folder.has(tile)).collect();
        missing.into_par_iter().try_for_each(|tile| {
            let size = self.layout.tile_size(tile);
            let start = (tile.1 * TILE - area.col) as usize * bytes;
            let length = size.0 as usize * bytes;
            let own: Vec<u8> = pixels
                .chunks_exact(row_bytes)
                .flat_map(|row| &row[start..][..length])
                .copied()
                .collect();
            tile::write(&self.folder.tile(tile), size, format, &own, self.compression)
        })
    }

    /// Whether all tiles are there that a row of a level is made of.
    fn can_reduce(&self, level: u32, row: u32) -> bool {
        let (columns, rows) = self.layout.tiles(level + 1);
        let mut rows = 2 * row..(2 * row + 2).min(rows);
        rows.all(|row| (0..columns).all(|col| self.folder.has((level + 1, col, row))))
    }

    /// Makes those tiles of a row of a level that are not there from the level above.
    fn reduce(&self, level: u32, row: u32, format: PixelFormat) -> io::Result<()> {
        let (columns, _) = self.layout.tiles(level);
        let tiles = (0..columns).into_par_iter().map(|col| (level, col, row));
        tiles.filter(|&tile| !self.folder.has(tile)).try_for_each(|tile| {
            let pixels = self.reduced(tile, format)?;
            let size = self.layout.tile_size(tile);
            tile::write(&self.folder.tile(tile), size, format, &pixels, self.compression)
        })
    }

    /// The pixels of a tile, made of the up to four in its place in the level above.
    fn reduced(
        &self,
        (level, col, row): (u32, u32, u32),
        format: PixelFormat,
    ) -> io::Result<Vec<u8>> {
        let level = level + 1;
        let (columns, rows) = self.layout.tiles(level);
        let mut halved = Vec::new();
        for row in 2 * row..(2 * row + 2).min(rows) {
            let mut parts = Vec::new();
            let mut width = 0;
            for col in 2 * col..(2 * col + 2).min(columns) {
                let tile = (level, col, row);
                let (path, size) = (self.folder.tile(tile), self.layout.tile_size(tile));
                let pixels =
                    if self.folder.has(tile) { tile::read(&path, size, format)? } else { None };
                let pixels = pixels.ok_or_else(|| {
                    let problem = format!("{} is damaged: remove it", path.display());
                    io::Error::new(ErrorKind::InvalidData, problem)
                })?;
                parts.push((pixels, size.0 as usize * format.bytes()));
                width += size.0;
            }
            let rows = self.layout.tile_size((level, 2 * col, row)).1 as usize;
            let mut joined = Vec::with_capacity(rows * width as usize * format.bytes());
            for row in 0..rows {
                parts.iter().for_each(|(pixels, length)| {
                    joined.extend_from_slice(&pixels[row * length..][..*length]);
                });
            }
            halve(&joined, width, format, &mut halved);
        }
        Ok(halved)
    }
}

/// The tiles of a pyramid, as the pixels of its missing areas come. Memory is bounded by one area.
pub(crate) struct PyramidWriter<'a> {
    pyramid: &'a Pyramid,
    format: PixelFormat,
    missing: VecDeque<Window>,
    /// Pixels of the first missing area.
    gathering: Vec<u8>,
}

impl PyramidWriter<'_> {
    /// Writes an area's tiles, and what can be made of them.
    fn put(&mut self, area: Window) -> io::Result<()> {
        let Self { pyramid, format, .. } = *self;
        let layout = pyramid.layout;
        pyramid.put(area, format, &self.gathering)?;
        self.gathering.clear();
        if area.col + area.width < layout.width {
            return Ok(());
        }
        // Tiles are read again while the system still has them in memory.
        let (mut level, mut row) = (layout.last(), area.row / TILE);
        while level > 0 && (row % 2 == 1 || row + 1 == layout.tiles(level).1) {
            (level, row) = (level - 1, row / 2);
            // If tiles were there, those that are made of them may not be.
            if !pyramid.can_reduce(level, row) {
                return Ok(());
            }
            pyramid.reduce(level, row, format)?;
        }
        Ok(())
    }
}

impl PictureWriter for PyramidWriter<'_> {
    fn write(&mut self, mut pixels: &[u8]) -> io::Result<()> {
        while !pixels.is_empty() {
            let area = self.missing.front().copied();
            let area = area.ok_or_else(|| invalid("more pixels than the picture has"))?;
            let whole = area.pixels() as usize * self.format.bytes();
            if self.gathering.capacity() < whole {
                self.gathering.reserve_exact(whole - self.gathering.len());
            }
            let length = pixels.len().min(whole - self.gathering.len());
            let (part, rest) = pixels.split_at(length);
            self.gathering.extend_from_slice(part);
            pixels = rest;
            if self.gathering.len() == whole {
                self.missing.pop_front();
                self.put(area)?;
            }
        }
        Ok(())
    }

    /// The texts have no place: the job is in the folder since its beginning.
    fn finish(self: Box<Self>, _: &[(&'static str, String)]) -> io::Result<()> {
        if !self.missing.is_empty() {
            return Err(invalid("fewer pixels than the picture has"));
        }
        let layout = self.pyramid.layout;
        for level in (0..layout.last()).rev() {
            let (_, rows) = layout.tiles(level);
            (0..rows).try_for_each(|row| self.pyramid.reduce(level, row, self.format))?;
        }
        Ok(())
    }
}

/// How many tiles the pyramid `descriptor` of that many columns and rows has, and the bytes of those that are
/// there.
pub fn size(descriptor: &Path, (width, height): (u32, u32)) -> (u64, u64) {
    let layout = Layout { width, height };
    let folder = fs::read_dir(folder::of(descriptor)).into_iter().flatten().flatten();
    let files = folder.filter_map(|level| fs::read_dir(level.path()).ok()).flatten().flatten();
    let bytes = files.filter_map(|file| Some(file.metadata().ok()?.len())).sum();
    (layout.all_tiles(), bytes)
}
