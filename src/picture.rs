//! The whole flow at once: from a job to its picture in a file.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::counts::{Band, Tally};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::julia::Job;
use crate::output::file::WholeFile;
use crate::output::format::Format;
use crate::output::npy;
use crate::output::png::{Compression, Header};
use crate::painter::{Extra, Painter};
use crate::region::Window;
use crate::sampling::{Plan, Sampling};
use crate::tone::{Depth, Histogram, Shades, Tone};

/// The most sample points whose counts are kept for a second look: 256 MiB.
const KEPT_POINTS: u64 = 1 << 26;

/// The keyword of the text that says which tiers decided how many pixels.
pub const TIERS: &str = "juliaset tiers";
/// The keyword of the text that says how many pixels have more than one sample point, where the
/// sampling is adaptive.
pub const REFINED: &str = "juliaset refined";

/// What becomes of a job's counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// From counts to pixels.
    pub tone: Tone,
    /// Bits of a pixel's values.
    pub depth: Depth,
    /// How many sample points a pixel has.
    pub sampling: Sampling,
    /// What the file says of itself, each text with its keyword. Where there are any, and tiers
    /// decided the counts, [`TIERS`] says how many each; and [`REFINED`] where sampling is adaptive.
    pub texts: Vec<(&'static str, String)>,
    /// What the file's size is worth in time.
    pub compression: Compression,
}

/// What there is to tell of a picture that was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Which tiers decided the counts of its sample points.
    pub tally: Tally,
    /// How many pixels have more than one sample point, where the sampling is adaptive.
    pub refined: Option<u64>,
}

/// The format of `path` by its extension, where that can hold the picture of `job`.
///
/// # Errors
/// As [`Format::of`] and [`Format::check`]; and where there would be means of escape counts.
pub fn format(path: &Path, job: &Job, options: &Options) -> Result<Format> {
    let format = Format::of(path)?;
    format.check(path, &job.grid, options.depth)?;
    if format == Format::Npy && options.sampling.factor > 1 {
        let expected = "must be 1 for escape counts, which have no mean";
        return Err(Error::invalid("supersample", options.sampling.factor, expected));
    }
    Ok(format)
}

/// Renders `job` on `engine` into the file `path`, whose extension says the [`Format`], the grid's
/// first row at the top.
///
/// `progress` hears of every band. Memory is bounded by a few bands, but for WebP, which has all pixels
/// in memory; and where the tone needs to see all counts first, those of up to 2²⁶ sample points are
/// kept. A larger job is then computed twice, and `progress` hears of each band as often. With adaptive
/// sampling it is the pixels' own counts that the tone sees first; a pixel's further points are
/// computed by the CPU, in the engine's precision.
///
/// # Errors
/// As [`format()`]; where the options, the engine or the file fail, and [`Error::Interrupted`] soon
/// after `interrupt` is set. Then there is no new file, and an existing one is as it was.
pub fn write(
    engine: &mut dyn Engine,
    job: &Job,
    path: &Path,
    options: &Options,
    interrupt: &AtomicBool,
    progress: impl FnMut(&Band) + Send,
) -> Result<Written> {
    let format = format(path, job, options)?;
    write_file(engine, job, (WholeFile::create(path)?, format), options, interrupt, progress)
}

/// The same into `file`, in that format.
///
/// # Errors
/// As [`write()`].
pub fn write_file(
    engine: &mut dyn Engine,
    job: &Job,
    (file, format): (WholeFile, Format),
    options: &Options,
    interrupt: &AtomicBool,
    mut progress: impl FnMut(&Band) + Send,
) -> Result<Written> {
    let unwritable = |source| file.error(source);
    let plan = Plan::new(job, options.sampling)?;
    let mut kept = Vec::new();
    let histogram = if needs_histogram(options, format) {
        let mut histogram = Histogram::new(&job.julia);
        plan.each_band(engine, interrupt, |part, band| {
            plan.own_counts(part, band).for_each(|counts| histogram.add(counts));
            if is_kept(&plan) {
                kept.push((part, band.clone()));
            }
            progress(band);
            Ok(())
        })?;
        Some(histogram)
    } else {
        None
    };
    let mut shades = Shades::new(&options.tone, &job.julia, options.depth, histogram.as_ref())?;
    if !format.has_indices() {
        shades = shades.without_indices();
    }
    let mut painter = Painter::new(&plan, shades, engine.precision());
    let shades = painter.shades();
    let header = Header {
        width: job.grid.width(),
        height: job.grid.height(),
        format: shades.format(),
        colors: shades.colors(),
        texts: &options.texts,
    };
    let handle = file.handle().map_err(unwritable)?;
    let mut writer = format.start(handle, &header, options.compression).map_err(unwritable)?;
    let mut pixels = Vec::new();
    let (mut tally, mut refined) = (Tally::default(), 0);
    let mut write = |part: Window, band: &Band| {
        let extra = match format {
            Format::Npy => {
                npy::bytes(&band.counts, &mut pixels);
                Extra::default()
            }
            _ => painter.paint(part, band, &mut pixels, interrupt)?,
        };
        tally += band.tally;
        tally += extra.tally;
        refined += extra.refined;
        writer.write(&pixels).map_err(unwritable)
    };
    if kept.is_empty() {
        plan.each_band(engine, interrupt, |part, band| {
            write(part, band)?;
            progress(band);
            Ok(())
        })?;
    } else {
        kept.iter().try_for_each(|(part, band)| write(*part, band))?;
    }
    let refined = options.sampling.is_adaptive().then_some(refined);
    let mut texts = Vec::new();
    if !options.texts.is_empty() {
        if tally != Tally::default() {
            texts.push((TIERS, tally.to_string()));
        }
        texts.extend(refined.map(|pixels| (REFINED, pixels.to_string())));
    }
    writer.finish(&texts).map_err(unwritable)?;
    file.finish()?;
    Ok(Written { tally, refined })
}

/// How many sample points the engine will compute for [`write_file()`]: those of the margins of bands
/// more than once, and all of them twice where the tone needs to see all of a large job's counts first.
///
/// # Errors
/// [`Error::Invalid`] for a sampling that the job has no room for.
pub fn pixels_to_compute(job: &Job, options: &Options, format: Format) -> Result<u64> {
    let plan = Plan::new(job, options.sampling)?;
    let twice = needs_histogram(options, format) && !is_kept(&plan);
    Ok(plan.pixels() * if twice { 2 } else { 1 })
}

fn needs_histogram(options: &Options, format: Format) -> bool {
    format != Format::Npy && Shades::needs_histogram(&options.tone)
}

fn is_kept(plan: &Plan) -> bool {
    plan.job.grid.pixels() <= KEPT_POINTS
}
