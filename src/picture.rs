//! The whole flow at once: from a job to its picture in a file.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::counts::Band;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::julia::Job;
use crate::output::file::WholeFile;
use crate::output::png::{Compression, PixelFormat, PngWriter};
use crate::render;
use crate::tone::Gray;

/// Renders `job` on `engine` into the 8-bit gray PNG file `path`, the grid's first row at the top.
///
/// `progress` hears of every band that is in the file. Memory is bounded by a few bands.
///
/// # Errors
/// Where the engine or the file fails, and [`Error::Interrupted`] soon after `interrupt` is set.
/// Then there is no new file, and an existing one is as it was.
pub fn write(
    engine: &mut dyn Engine,
    job: &Job,
    path: &Path,
    compression: Compression,
    interrupt: &AtomicBool,
    mut progress: impl FnMut(&Band) + Send,
) -> Result<()> {
    let unwritable = |source| Error::Io { path: path.to_path_buf(), source };
    let mut file = WholeFile::create(path)?;
    let (width, height) = (job.grid.width(), job.grid.height());
    let mut png = PngWriter::new(&mut file, width, height, PixelFormat::Gray8, compression)
        .map_err(unwritable)?;
    let gray = Gray::new(&job.julia);
    let mut pixels = Vec::new();
    render::each_band(engine, job, interrupt, |band| {
        gray.fill(&band.counts, &mut pixels);
        png.write(&pixels).map_err(unwritable)?;
        progress(band);
        Ok(())
    })?;
    png.finish().map_err(unwritable)?;
    file.finish()
}
