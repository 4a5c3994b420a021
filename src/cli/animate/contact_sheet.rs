//! A contact sheet: small pictures of some frames of an animation, in one picture.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use super::histogram;
use super::pattern::Name;
use super::target::write_frame;
use crate::band::Band;
use crate::cli::console::Messages;
use crate::cli::error::Failure;
use crate::cli::exit::ExitCode;
use crate::cli::options::picture::PictureArgs;
use crate::cli::options::planned;
use crate::picture::{self, Options};
use crate::record::Texts;
use crate::render::set_up::cost;
use crate::{Animation, Error, Format, Frame, Grid, Job};

/// The most cells a side.
const MOST: u32 = 100;

/// How many frames there are on a sheet: columns and rows of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cells {
    pub columns: u32,
    pub rows: u32,
}

/// What a sheet shows, and where it goes.
pub struct ContactSheet<'a> {
    pub path: &'a Path,
    pub cells: Cells,
    pub animation: &'a Animation,
    /// The frames that it is chosen from.
    pub only: Range<u32>,
    /// Whether each frame has as many iterations as its view needs.
    pub auto: bool,
    pub options: Options,
}

/// Parses the number of cells.
pub fn cells(text: &str) -> Result<Cells, String> {
    let side = |text: &str| text.parse().ok().filter(|side| (1..=MOST).contains(side));
    let sides = text.split_once('x').and_then(|(w, h)| Some((side(w)?, side(h)?)));
    let expected = || format!("must be COLSxROWS, as 5x4: two whole numbers from 1 to {MOST}");
    sides.map(|(columns, rows)| Cells { columns, rows }).ok_or_else(expected)
}

impl ContactSheet<'_> {
    /// Writes it.
    pub fn write(
        mut self,
        means: &PictureArgs,
        interrupt: &AtomicBool,
        messages: Messages,
    ) -> Result<ExitCode, Failure> {
        let start = Instant::now();
        let path = self.file()?;
        means.start_threads()?;
        let (animation, auto, precision) = (self.animation, self.auto, means.precision());
        histogram::complete(&mut self.options.tone, animation, auto, means, interrupt, messages)?;
        let numbers = self.numbers();
        let jobs = self.jobs(&numbers)?;
        let offsets = animation.palette_offsets(self.options.tone.palette_offset)?;
        let points = |job: &Job| {
            let pixels = picture::pixels_to_compute(job, &self.options, Format::Png)?;
            Ok(pixels + cost(job, precision))
        };
        let all: crate::Result<Vec<u64>> = jobs.iter().map(points).collect();
        let progress = messages.progress(all?.iter().sum());
        let drawn = (|| -> Result<Vec<Frame>, Failure> {
            let set_up = |job: &Job| planned::set_up(job, auto, precision, interrupt, &progress);
            let first = set_up(&jobs[0])?;
            let mut engine = means.engine(&first, messages, &progress)?;
            let mut frames = Vec::with_capacity(jobs.len());
            for (&number, job) in numbers.iter().zip(&jobs) {
                let (mut options, job) = (self.options.clone(), set_up(job)?);
                options.tone.palette_offset = offsets[number as usize];
                let count = |band: &Band| progress.inc(band.window.pixels());
                let drawn = picture::draw(engine.as_mut(), &job, false, &options, interrupt, count);
                frames.push(drawn?.0);
            }
            Ok(frames)
        })();
        progress.finish_and_clear();
        let sheet = self.sheet(&drawn?)?;
        let Options { texts, without_metadata, .. } = &self.options;
        let texts = if *without_metadata { Texts::new() } else { texts.clone() };
        write_frame(&path, &sheet, &texts, &self.options, interrupt)?;
        let (path, Frame { width, height, .. }, count) = (path.display(), &sheet, numbers.len());
        messages.note(format!(
            "{path}: a contact sheet of {count} frames, {width} × {height} pixels, in {:.2} s",
            start.elapsed().as_secs_f64()
        ));
        Ok(ExitCode::SUCCESS)
    }

    /// The file, if it can be a sheet.
    fn file(&self) -> Result<PathBuf, Failure> {
        let refused = |problem: &str| {
            let output = self.path.display();
            Err(Failure::usage(format!("--output {output}: {problem}")))
        };
        match Name::parse(self.path) {
            Ok(Name::One(path)) if path != Path::new("-") => {
                Format::of(&path)?;
                Ok(path)
            }
            Err(problem) => refused(&problem),
            Ok(_) => refused("a contact sheet is one picture in a file, as sheet.png"),
        }
    }

    /// The frames that it shows.
    fn numbers(&self) -> Vec<u32> {
        let Cells { columns, rows } = self.cells;
        let chosen = histogram::chosen(self.only.end - self.only.start, columns * rows);
        chosen.into_iter().map(|number| self.only.start + number).collect()
    }

    /// Their jobs, so small that as many as a row has are about as wide as a frame.
    fn jobs(&self, numbers: &[u32]) -> crate::Result<Vec<Job>> {
        let grid = &self.animation.job.grid;
        let (columns, rows) = grid.lattice();
        let small = |side: u32| (side / self.cells.columns).max(1);
        let mut animation = self.animation.clone();
        animation.job.grid = match grid.given_view() {
            Some(view) => Grid::of_view(view, small(columns), small(rows))?,
            None => Grid::new(grid.region(), small(columns))
                .or_else(|_| Ok::<_, Error>(grid.clone()))?,
        };
        if self.auto { animation.jobs_at(numbers) } else { animation.jobs_of_one_orbit_at(numbers) }
    }

    /// The frames in rows, from left to right; cells without one are black.
    fn sheet(&self, frames: &[Frame]) -> crate::Result<Frame> {
        let first = &frames[0];
        let (cell, each) = ([first.width, first.height], first.format.bytes());
        let columns = self.cells.columns.min(frames.len() as u32);
        let rows = (frames.len() as u32).div_ceil(columns);
        let (width, height) = (cell[0] * columns, cell[1] * rows);
        let row = cell[0] as usize * each;
        let line = row * columns as usize;
        let bytes = line * height as usize;
        let mut pixels = Vec::new();
        let is_room = pixels.try_reserve_exact(bytes);
        is_room.map_err(|_| Error::OutOfMemory { bytes: bytes as u128 })?;
        pixels.resize(bytes, 0);
        for (k, frame) in frames.iter().enumerate() {
            let (column, cells) = (k % columns as usize, k / columns as usize);
            for (y, source) in frame.pixels.chunks_exact(row).enumerate() {
                let start = (cells * cell[1] as usize + y) * line + column * row;
                pixels[start..start + row].copy_from_slice(source);
            }
        }
        Ok(Frame { width, height, format: first.format, colors: Vec::new(), pixels })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_two_numbers() {
        assert_eq!(cells("5x4"), Ok(Cells { columns: 5, rows: 4 }));
        for text in ["", "5", "5x", "0x4", "5x101", "5x4x3", "-5x4", "a x b"] {
            let error = cells(text).unwrap_err();
            assert_eq!(error, "must be COLSxROWS, as 5x4: two whole numbers from 1 to 100");
        }
    }
}
