//! A picture that goes on where it was interrupted: what of it is there, and what is missing.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::grid::Grid;
use crate::output::part_file::{BandRecord, Kind, PartFile};
use crate::render::BAND_PIXELS;
use crate::tone::Histogram;
use crate::window::Window;

/// The bytes of a bin's number and of its points.
const BIN_BYTES: u64 = 8;

/// The bands of a picture that were finished before, and those that are now.
pub(super) struct Resume {
    file: PartFile,
    size: (u32, u32),
    /// The place of the first pixels in the file.
    first: u64,
    payload: Vec<u8>,
}

impl Resume {
    /// The bands of the picture of `grid` in the file `path`, if they have this `identity`.
    ///
    /// # Errors
    /// As [`PartFile::open`].
    pub fn open(path: &Path, identity: &str, grid: &Grid) -> Result<Self> {
        let file = PartFile::open(path, identity, grid.pixels())?;
        let size = (grid.width(), grid.height());
        Ok(Self { file, size, first: 0, payload: Vec::new() })
    }

    /// Adds to the `histogram` what it has seen before, and returns how many pixels that was.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn seen(&mut self, histogram: &mut Histogram) -> Result<u64> {
        let Self { file, payload, .. } = self;
        let fits = |pixels: u64, bytes| bytes % BIN_BYTES == 0 && bytes <= BIN_BYTES * pixels;
        let mut seen = 0;
        loop {
            let found = file.next(Kind::Seen, seen, BAND_PIXELS.into(), fits, payload);
            let Some(band) = found.map_err(|source| file.error(source))? else { return Ok(seen) };
            let (bins, _) = payload.as_chunks();
            for &[a, b, c, d, e, f, g, h] in bins {
                let [bin, points] = [[a, b, c, d], [e, f, g, h]].map(u32::from_le_bytes);
                histogram.add_to_bin(bin, points);
            }
            seen += band.pixels;
        }
    }

    /// Keeps what a histogram of the band `part` alone has, which is empty then.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn keep_seen(&mut self, part: Window, of_part: &mut Histogram) -> Result<()> {
        self.payload.clear();
        for (bin, points) in of_part.take_bins() {
            self.payload.extend(bin.to_le_bytes());
            self.payload.extend(points.to_le_bytes());
        }
        let band =
            BandRecord { start: self.start(part), pixels: part.pixels(), ..BandRecord::default() };
        let kept = self.file.append(Kind::Seen, band, &self.payload);
        kept.map_err(|source| self.file.error(source))
    }

    /// How many pixels are finished, if they have so many bytes each: all that are read whole again.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Interrupted`].
    pub fn find_pixels(&mut self, pixel_bytes: usize, interrupt: &AtomicBool) -> Result<u64> {
        self.first = self.file.place();
        self.read(pixel_bytes, interrupt, |_, _| Ok(()))
    }

    /// Gives the pixels of all bands, once all are finished, to `consume`.
    ///
    /// # Errors
    /// [`Error::Io`], also if they have changed since; [`Error::Interrupted`] and those of `consume`.
    pub fn each_band(
        &mut self,
        pixel_bytes: usize,
        interrupt: &AtomicBool,
        consume: impl FnMut(BandRecord, &[u8]) -> Result<()>,
    ) -> Result<()> {
        self.file.go_back(self.first);
        let (width, height) = self.size;
        if self.read(pixel_bytes, interrupt, consume)? == u64::from(width) * u64::from(height) {
            return Ok(());
        }
        Err(self
            .file
            .error(io::Error::new(ErrorKind::InvalidData, "has changed while it was used")))
    }

    fn read(
        &mut self,
        pixel_bytes: usize,
        interrupt: &AtomicBool,
        mut consume: impl FnMut(BandRecord, &[u8]) -> Result<()>,
    ) -> Result<u64> {
        let Self { file, payload, .. } = self;
        let fits = |pixels: u64, bytes| bytes == pixels * pixel_bytes as u64;
        let mut done = 0;
        loop {
            if interrupt.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            let found = file.next(Kind::Pixels, done, BAND_PIXELS.into(), fits, payload);
            let Some(band) = found.map_err(|source| file.error(source))? else { return Ok(done) };
            done += band.pixels;
            consume(band, payload)?;
        }
    }

    /// Keeps the pixels of the band `part`; `record` has what is said of them beside their place.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn keep_pixels(&mut self, part: Window, record: BandRecord, pixels: &[u8]) -> Result<()> {
        let band = BandRecord { start: self.start(part), pixels: part.pixels(), ..record };
        let kept = self.file.append(Kind::Pixels, band, pixels);
        kept.map_err(|source| self.file.error(source))
    }

    /// The areas of the picture before its pixel number `place`, and from it on, each in raster order.
    pub fn areas(&self, place: u64) -> [Vec<Window>; 2] {
        let (width, height) = self.size;
        let row = (place / u64::from(width)).min(height.into()) as u32;
        let col = if row < height { (place % u64::from(width)) as u32 } else { 0 };
        let begun = u32::from(col > 0);
        let before = [
            Window { col: 0, row: 0, width, height: row },
            Window { col: 0, row, width: col, height: begun },
        ];
        let after = [
            Window { col, row, width: width - col, height: begun },
            Window { col: 0, row: row + begun, width, height: height - row - begun },
        ];
        [before, after].map(|areas| areas.into_iter().filter(|area| area.pixels() > 0).collect())
    }

    /// Removes the file: the picture is there.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove(self) -> Result<()> {
        self.file.remove()
    }

    /// The number of a part's first pixel.
    fn start(&self, part: Window) -> u64 {
        u64::from(part.row) * u64::from(self.size.0) + u64::from(part.col)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::ComplexRegion;

    #[test]
    fn areas_are_the_picture_in_raster_order() {
        let folder = tempfile::tempdir().unwrap();
        let region = ComplexRegion::new(0.0, 1.0, 0.0, 1.0).unwrap();
        let grid = Grid::with_shape(region, 7, 3).unwrap();
        let resume = Resume::open(&folder.path().join("x.png"), "", &grid).unwrap();
        for place in 0..=21 {
            let [before, after] = resume.areas(place);
            let pixels = |areas: &[Window]| areas.iter().map(Window::pixels).sum::<u64>();
            assert_eq!((pixels(&before), pixels(&after)), (place, 21 - place));
            let all: Vec<u64> = before
                .iter()
                .chain(&after)
                .flat_map(|area| {
                    let rows = area.row..area.row + area.height;
                    let area = *area;
                    rows.flat_map(move |row| {
                        (area.col..area.col + area.width).map(move |col| u64::from(7 * row + col))
                    })
                })
                .collect();
            assert_eq!(all, Vec::from_iter(0..21), "{place}");
        }
    }
}
