//! Counts that were computed before, as an engine.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Bands, Engine, Origin};
use crate::band::{Band, Quantities, Values};
use crate::counts::TierCounts;
use crate::cpu::Evaluator;
use crate::error::{Error, Result};
use crate::job::Job;
use crate::julia::Precision;
use crate::window::Window;
use crate::{input, npy};

/// The counts of a picture in a file of numpy's format, of shape `(height, width)`.
///
/// It does any job of that size: a count over the job's itermax is itermax, which is what it would be
/// for who follows the orbits no further.
pub struct CountsFileEngine {
    path: PathBuf,
    file: BufReader<File>,
    counts: npy::Counts,
    origin: Option<Origin>,
}

impl CountsFileEngine {
    /// The counts in the file `path`: whole numbers of any type, one behind the other. `-` is standard
    /// input; what comes from a pipe is kept in a nameless file.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::NotAPicture`] for a file that has no counts, or not all of them.
    pub fn open(path: &Path) -> Result<Self> {
        let unreadable = |source| input::unreadable(path, source);
        let wrong = |problem| Error::NotAPicture { path: path.to_path_buf(), problem };
        let mut file = input::open(path)?;
        let is_seekable = input::is_seekable(&mut file).map_err(unreadable)?;
        let mut file = BufReader::new(file);
        let counts = npy::Counts::read(&mut file).map_err(unreadable)?.map_err(wrong)?;
        let cut_short = || wrong(counts.cut_short());
        let bytes = counts.bytes().ok_or_else(cut_short)?;
        let there = if is_seekable {
            file.get_ref().metadata().map_err(unreadable)?.len().saturating_sub(counts.start())
        } else {
            let mut copy = input::nameless(path)?;
            copy.seek(SeekFrom::Start(counts.start())).map_err(unreadable)?;
            let copied = io::copy(&mut file.by_ref().take(bytes), &mut copy).map_err(unreadable)?;
            file = BufReader::new(copy);
            copied
        };
        if there < bytes {
            return Err(cut_short());
        }
        Ok(Self { path: path.to_path_buf(), file, counts, origin: None })
    }

    /// Sets the counts' origin.
    pub fn set_origin(&mut self, origin: Origin) {
        self.origin = Some(origin);
    }

    /// Columns, in pixels.
    pub fn width(&self) -> u32 {
        self.counts.width()
    }

    /// Rows, in pixels.
    pub fn height(&self) -> u32 {
        self.counts.height()
    }

    /// Fills `counts` with those from the pixel `index` on, in raster order.
    fn fill(&mut self, index: u64, counts: &mut [u32]) -> Result<()> {
        let filled = self.counts.fill(&mut self.file, index, counts);
        let filled = filled.map_err(|source| Error::Io { path: self.path.clone(), source })?;
        filled.map_err(|(index, number)| {
            let width = u64::from(self.width());
            let (col, row) = (index % width, index / width);
            let problem = format!("{number} at column {col}, row {row} is not an escape count");
            Error::NotAPicture { path: self.path.clone(), problem }
        })
    }
}

impl Engine for CountsFileEngine {
    fn describe(&self) -> String {
        format!("counts from {}", self.path.display())
    }

    /// The one that asks for nothing: its counts are what they are.
    fn precision(&self) -> Precision {
        Precision::Exact
    }

    fn origin(&self) -> Option<Origin> {
        self.origin.clone()
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        quantities: Quantities,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        let size = (job.grid.width(), job.grid.height());
        if size != (self.width(), self.height()) {
            let problem = format!(
                "has {} × {} counts, not {} × {}",
                self.width(),
                self.height(),
                size.0,
                size.1
            );
            return Err(Error::NotAPicture { path: self.path.clone(), problem });
        }
        let precision = self.precision();
        let rest = quantities.any().then(|| Evaluator::new(job, precision, quantities));
        let itermax = job.julia.itermax();
        let started = VecDeque::new();
        Ok(Box::new(StoredBands { engine: self, itermax, rest, interrupt, started }))
    }
}

struct StoredBands<'a> {
    engine: &'a mut CountsFileEngine,
    itermax: u32,
    /// Computes what is asked for beside counts.
    rest: Option<Evaluator>,
    interrupt: &'a AtomicBool,
    started: VecDeque<(Window, Values)>,
}

impl Bands for StoredBands<'_> {
    fn start(&mut self, window: Window, memory: Values) -> Result<()> {
        self.started.push_back((window, memory));
        Ok(())
    }

    fn finish(&mut self) -> Result<Band> {
        let (window, mut values) = self.started.pop_front().expect("a band was started");
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        values.resize(window.pixels() as usize, Quantities::NONE);
        let counts = &mut values.counts;
        let width = self.engine.width();
        let index = |row| u64::from(row) * u64::from(width) + u64::from(window.col);
        if window.width == width {
            self.engine.fill(index(window.row), counts)?;
        } else {
            for (row, counts) in (window.row..).zip(counts.chunks_mut(window.width as usize)) {
                self.engine.fill(index(row), counts)?;
            }
        }
        for count in counts {
            *count = self.itermax.min(*count);
        }
        if let Some(rest) = &self.rest {
            rest.complete(window, &mut values, self.interrupt)?;
        }
        Ok(Band { window, values, tier_counts: TierCounts::default() })
    }
}
