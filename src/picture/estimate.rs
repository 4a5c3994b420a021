//! What a picture will take, measured on some of its pixels.

use std::io::{self, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::content::Content;
use super::options::Options;
use super::passes::{What, is_kept, pixels_to_compute, render_into};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::grid::Grid;
use crate::job::Job;
use crate::output::PictureWriter;
use crate::output::format::Format;
use crate::output::halving::{half, halve};
use crate::output::png::Header;
use crate::render::BAND_PIXELS;
use crate::render::supersampling::SamplePlan;
use crate::tone::{Depth, PixelFormat};
use crate::window::Window;

/// The rectangles of pixels that are tried, and their longest sides.
const LEAST_AREAS: u32 = 8;
const WIDTH: u32 = 512;
const HEIGHT: u32 = 64;

/// More rectangles are tried until they take this long.
const ENOUGH: Duration = Duration::from_millis(500);

/// Bytes that the program has whatever the picture is, about.
const PROGRAM: u64 = 24 << 20;

/// About what a picture takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Seconds.
    pub seconds: f64,
    /// Bytes of the file or of all files.
    pub bytes: u64,
    /// Bytes of memory.
    pub memory: u64,
    /// How many of the picture's pixels were tried.
    pub tried: u64,
}

/// Tries the picture of `job` in `format` on a part of its pixels, and writes nothing.
///
/// # Errors
/// As [`write()`](super::write()).
pub fn estimate(
    engine: &mut dyn Engine,
    job: &Job,
    format: Format,
    options: &Options,
    interrupt: &AtomicBool,
) -> Result<Estimate> {
    let pixels = job.grid.pixels();
    let (mut number, mut before) = (LEAST_AREAS, None);
    loop {
        let areas = areas(&job.grid, number);
        let tried: u64 = areas.iter().map(Window::pixels).sum();
        let begun = Instant::now();
        let bytes = try_areas(engine, job, format, options, &areas, interrupt)?;
        let took = begun.elapsed();
        if tried < pixels && took < ENOUGH && u64::from(number) * 4 < u64::from(u32::MAX) {
            (number, before) = (number * 4, Some((tried, took)));
            continue;
        }
        // What the start takes is in both, and counts once.
        let per_pixel = |pixels: u64, took: Duration| took.as_secs_f64() / pixels as f64;
        let rate = match before {
            Some((fewer, less)) if took > less && tried > fewer => {
                per_pixel(tried - fewer, took - less)
            }
            _ => per_pixel(tried, took),
        };
        let plan = SamplePlan::new(job, options.sampling)?;
        let passes = pixels_to_compute(job, options, format)? as f64 / plan.pixels() as f64;
        let left = (pixels - tried) as f64 * rate;
        let seconds = (took.as_secs_f64() + left) * passes * engine.computed(&plan.job);
        let bytes = (bytes as f64 * pixels as f64 / tried as f64) as u64;
        let memory = memory(job, format, options)?;
        return Ok(Estimate { seconds, bytes, memory, tried });
    }
}

/// Rectangles all over a grid, of one size; all of it if they would be as large.
fn areas(grid: &Grid, number: u32) -> Vec<Window> {
    let (width, height) = (grid.width().min(WIDTH), grid.height().min(HEIGHT));
    if u64::from(width) * u64::from(height) * u64::from(number) >= grid.pixels() {
        return vec![Window { col: 0, row: 0, width: grid.width(), height: grid.height() }];
    }
    // The golden ratio's multiples are even over the columns, too.
    let place = |index: u32| (f64::from(index) * 0.618_033_988_749_895).fract();
    let at = |share: f64, side: u32, own: u32| (share * f64::from(side - own)).round() as u32;
    let area = |index: u32| Window {
        col: at(place(index), grid.width(), width),
        row: at((f64::from(index) + 0.5) / f64::from(number), grid.height(), height),
        width,
        height,
    };
    (0..number).map(area).collect()
}

/// Renders the areas one below the other into nothing, and counts the bytes of that picture.
fn try_areas(
    engine: &mut dyn Engine,
    job: &Job,
    format: Format,
    options: &Options,
    areas: &[Window],
    interrupt: &AtomicBool,
) -> Result<u64> {
    let content = Content::of(format, options);
    let what = What { job, options, content, missing: Some(areas), seen: Some(areas) };
    let bytes = Arc::new(AtomicU64::new(0));
    let sink = || Sink { position: 0, end: 0, bytes: Arc::clone(&bytes) };
    let start = |header: &Header<'_>| -> io::Result<Box<dyn PictureWriter>> {
        let header = Header {
            width: areas.first().map_or(1, |area| area.width),
            height: areas.iter().map(|area| area.height).sum(),
            texts: &[],
            ..header.clone()
        };
        if format == Format::Dzi {
            let start = |header: &Header<'_>| -> io::Result<Box<dyn PictureWriter>> {
                Format::Png.start(sink(), header, &[], (options.compression, false))
            };
            return Ok(Box::new(Levels::start(&header, &start)?));
        }
        let how = (options.compression, options.pyramid);
        format.start(sink(), &header, &content.channels(), how)
    };
    let unwritable = |source| Error::Io { path: "picture".into(), source };
    render_into(start, unwritable, engine, what, None, interrupt, |_| ())?;
    Ok(bytes.load(Ordering::Relaxed))
}

/// About how many bytes of memory the picture takes at most.
fn memory(job: &Job, format: Format, options: &Options) -> Result<u64> {
    let plan = SamplePlan::new(job, options.sampling)?;
    let content = Content::of(format, options);
    let quantities = content.quantities(options);
    let parts = if options.tone.is_opaque() { 3 } else { 4 };
    let pixel = parts * if options.depth == Depth::Sixteen { 2 } else { 1 };
    // Two bands, and what is painted of one.
    let bands =
        plan.job.grid.pixels().min(BAND_PIXELS.into()) * (3 * quantities.bytes() + 2 * pixel);
    let keeps = content.needs_histogram(options) && is_kept(&plan, quantities);
    let kept = if keeps { plan.job.grid.pixels() * quantities.bytes() } else { 0 };
    // Strips of up to a mebibyte, in and out.
    let strips = (2 * rayon::current_num_threads() as u64 + 4) << 21;
    let bytes = job.grid.pixels() * pixel;
    let row = u64::from(job.grid.width()) * pixel;
    let writer = match format {
        Format::WebP => 2 * bytes,
        Format::Dzi => bytes.min(pixel << 24).min(row << 9) + strips,
        Format::Tiff if options.pyramid => bytes.min(row << 9) + strips,
        Format::Jpeg => row * 64,
        Format::Png | Format::Tiff | Format::Exr | Format::Npy => bytes.min(strips),
    };
    Ok(PROGRAM + bands + kept + writer)
}

/// A picture, and at half its size and so on: what is made of the pixels of a pyramid whose tiles are PNGs.
struct Levels {
    level: Box<dyn PictureWriter>,
    width: u32,
    format: PixelFormat,
    /// Rows that are not halved yet, and how many are to come.
    rows: Vec<u8>,
    rows_left: usize,
    halved: Vec<u8>,
    below: Option<Box<Self>>,
}

impl Levels {
    fn start(
        header: &Header<'_>,
        start: &dyn Fn(&Header<'_>) -> io::Result<Box<dyn PictureWriter>>,
    ) -> io::Result<Self> {
        let &Header { width, height, format, .. } = header;
        let smaller = Header { width: half(width), height: half(height), ..header.clone() };
        let has_smaller = width.max(height) > 1;
        let below = has_smaller.then(|| Self::start(&smaller, start)).transpose()?.map(Box::new);
        let (rows, halved) = (Vec::new(), Vec::new());
        let level = start(header)?;
        Ok(Self { level, width, format, rows, rows_left: height as usize, halved, below })
    }
}

impl PictureWriter for Levels {
    fn write(&mut self, pixels: &[u8]) -> io::Result<()> {
        self.level.write(pixels)?;
        let Some(below) = &mut self.below else { return Ok(()) };
        self.rows.extend_from_slice(pixels);
        let row_bytes = self.width as usize * self.format.bytes();
        let rows = self.rows.len() / row_bytes;
        let rows = if rows == self.rows_left { rows } else { rows - rows % 2 };
        if rows > 0 {
            self.halved.clear();
            halve(&self.rows[..rows * row_bytes], self.width, self.format, &mut self.halved);
            self.rows.drain(..rows * row_bytes);
            self.rows_left -= rows;
            below.write(&self.halved)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>, texts: &[(&'static str, String)]) -> io::Result<()> {
        self.level.finish(texts)?;
        self.below.map_or(Ok(()), |below| below.finish(texts))
    }
}

/// A file that keeps nothing but its length, which is added to that of others.
struct Sink {
    position: u64,
    end: u64,
    bytes: Arc<AtomicU64>,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.position += bytes.len() as u64;
        let grown = self.position.saturating_sub(self.end);
        self.end += grown;
        self.bytes.fetch_add(grown, Ordering::Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Sink {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let moved = |from: u64, by: i64| from.checked_add_signed(by);
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => moved(self.position, by),
            SeekFrom::End(by) => moved(self.end, by),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::ComplexRegion;

    #[test]
    fn areas_lie_in_the_picture_and_are_all_of_a_small_one() {
        let region = ComplexRegion::new(0.0, 1.0, 0.0, 1.0).unwrap();
        for (width, height) in [(1, 1), (500, 313), (4000, 20), (3, 9000), (30_000, 18_000)] {
            let grid = Grid::with_shape(region, width, height).unwrap();
            for number in [8, 32, 128, 8192] {
                let areas = areas(&grid, number);
                let first = areas[0];
                for area in &areas {
                    assert!(area.col + area.width <= width && area.row + area.height <= height);
                    assert_eq!((area.width, area.height), (first.width, first.height));
                }
                let pixels: u64 = areas.iter().map(Window::pixels).sum();
                assert!(pixels <= grid.pixels());
                assert!(areas.len() as u32 == number || pixels == grid.pixels());
            }
        }
    }
}
