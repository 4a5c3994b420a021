//! The whole flow at once: from a job to its picture in a file.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::counts::{Band, Tally};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::julia::Job;
use crate::output::file::WholeFile;
use crate::output::png::{Compression, Header, PngWriter};
use crate::render;
use crate::tone::{Depth, Histogram, Shades, Tone};

/// The most pixels whose counts are kept for a second look: 256 MiB.
const KEPT_PIXELS: u64 = 1 << 26;

/// The keyword of the text that says which tiers decided how many pixels.
pub const TIERS: &str = "juliaset tiers";

/// What becomes of a job's counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// From counts to pixels.
    pub tone: Tone,
    /// Bits of a pixel's values.
    pub depth: Depth,
    /// What the file says of itself, each text with its keyword. Where there are any, and tiers
    /// decided the counts, [`TIERS`] says how many each.
    pub texts: Vec<(&'static str, String)>,
    /// What the file's size is worth in time.
    pub compression: Compression,
}

/// Renders `job` on `engine` into the PNG file `path`, the grid's first row at the top.
///
/// `progress` hears of every band. Memory is bounded by a few bands; and
/// where the tone needs to see all counts first, those of up to 2²⁶ pixels are kept. A larger job
/// is then computed twice, and `progress` hears of each band as often. Tells which tiers decided the
/// counts.
///
/// # Errors
/// Where the options, the engine or the file fail, and [`Error::Interrupted`] soon after
/// `interrupt` is set. Then there is no new file, and an existing one is as it was.
pub fn write(
    engine: &mut dyn Engine,
    job: &Job,
    path: &Path,
    options: &Options,
    interrupt: &AtomicBool,
    mut progress: impl FnMut(&Band) + Send,
) -> Result<Tally> {
    let unwritable = |source| Error::Io { path: path.to_path_buf(), source };
    let mut file = WholeFile::create(path)?;
    let mut kept = Vec::new();
    let histogram = if Shades::needs_histogram(&options.tone) {
        let mut histogram = Histogram::new(&job.julia);
        render::each_band(engine, job, interrupt, |band| {
            histogram.add(&band.counts);
            if is_kept(job) {
                kept.push(band.clone());
            }
            progress(band);
            Ok(())
        })?;
        Some(histogram)
    } else {
        None
    };
    let shades = Shades::new(&options.tone, &job.julia, options.depth, histogram.as_ref())?;
    let header = Header {
        width: job.grid.width(),
        height: job.grid.height(),
        format: shades.format(),
        colors: shades.colors(),
        texts: &options.texts,
    };
    let mut png = PngWriter::start(&mut file, &header, options.compression).map_err(unwritable)?;
    let mut pixels = Vec::new();
    let mut tally = Tally::default();
    let mut write = |band: &Band| {
        tally += band.tally;
        shades.fill(&band.counts, &mut pixels);
        png.write(&pixels).map_err(unwritable)
    };
    if kept.is_empty() {
        render::each_band(engine, job, interrupt, |band| {
            write(band)?;
            progress(band);
            Ok(())
        })?;
    } else {
        kept.iter().try_for_each(write)?;
    }
    let tiers = if options.texts.is_empty() || tally == Tally::default() {
        Vec::new()
    } else {
        vec![(TIERS, tally.to_string())]
    };
    png.finish_with(&tiers).map_err(unwritable)?;
    file.finish()?;
    Ok(tally)
}

/// How many pixels [`write()`] will compute: some twice, where the tone needs to see all of a large
/// job's counts first.
pub fn pixels_to_compute(job: &Job, options: &Options) -> u64 {
    let twice = Shades::needs_histogram(&options.tone) && !is_kept(job);
    job.grid.pixels() * if twice { 2 } else { 1 }
}

fn is_kept(job: &Job) -> bool {
    job.grid.pixels() <= KEPT_PIXELS
}
