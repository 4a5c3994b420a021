//! The whole flow at once: from a job to its picture in a file.

mod content;
mod estimate;
mod options;
mod passes;
mod resolve;
mod resume;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::band::{Band, Quantities};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::grid::Grid;
use crate::job::Job;
use crate::julia::Precision;
use crate::output::atomic_file::AtomicFile;
use crate::output::dzi::Pyramid;
use crate::output::format::Format;
use crate::output::png::{Compression, Header, PngWriter};
use crate::output::preview::Preview;
use crate::output::side::SideFile;
use crate::output::{Frame, PictureWriter};
use crate::parameter::{Expected, Parameter};
use crate::region::ComplexRegion;
use crate::render::BAND_PIXELS;
use crate::render::supersampling::SamplePlan;
use crate::tone::{Depth, PixelFormat};
use crate::window::Window;
use content::Content;
pub use estimate::{Estimate, estimate};
pub use options::{Options, record, texts};
use passes::{What, render_into, tell_there};
pub use passes::{Written, pixels_to_compute};
use resume::Resume;

/// Where a picture goes.
pub struct Destination<'a> {
    /// The file.
    pub file: AtomicFile,
    /// What is written into it.
    pub format: Format,
    /// The preview, which is given the picture's pixels, if the format has pixels.
    pub preview: Option<&'a mut Preview>,
}

/// The format of `path` by its extension, if that can hold the picture of `job`.
///
/// # Errors
/// As [`Format::of`] and [`Format::check`]; and where a file of numbers would have means of several points,
/// or an OpenEXR no real numbers.
pub fn format(path: &Path, job: &Job, options: &Options) -> Result<Format> {
    let format = Format::of(path)?;
    format.check(path, &job.grid, options.depth)?;
    if !options.tone.is_opaque() {
        format.check_opacity(path)?;
    }
    let content = Content::of(format, options);
    if !matches!(content, Content::Pixels { .. }) && options.sampling.factor > 1 {
        let expected = "must be 1 for .npy and .exr, which have the values of single points";
        return Err(Error::invalid(Parameter::Supersample, options.sampling.factor, expected));
    }
    if matches!(content, Content::Values(Quantities::NONE, _)) {
        let expected = "must be .npy, .tif or .png for escape counts; OpenEXR is for the real \
                        numbers of";
        let expected = Expected::from(expected).name(Parameter::Smooth).words("or");
        let expected = expected.name(Parameter::Distance);
        return Err(Error::invalid(Parameter::Output, path.display(), expected));
    }
    Ok(format)
}

/// Renders `job` on `engine` into the file `path`, whose extension says the [`Format`], the grid's
/// first row at the top.
///
/// A pyramid (`.dzi`) goes on where it was interrupted: its tiles that are there are kept, and `progress` is called for them
/// with bands that have no values.
///
/// `progress` is called after every band. Memory is bounded by a few bands, except for WebP, which has all pixels
/// in memory; and if the tone needs to see all counts first, up to 256 MiB of values are
/// kept. A larger job is then computed twice, and `progress` is called twice for each band. With adaptive
/// sampling it is the pixels' own counts that the tone sees first; a pixel's further points are
/// computed by the CPU, in the engine's precision.
///
/// If the options say `resume`, finished bands are kept in a file with the picture's name and `.part`, as large as the pixels
/// without compression, and `progress` is called for those that are there with bands that have no values.
///
/// # Errors
/// As [`format()`]; errors of the options, the engine or the file; and [`Error::Interrupted`] soon
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
    let to = Destination { file: AtomicFile::create(path)?, format, preview: None };
    write_file(engine, job, to, options, interrupt, progress)
}

/// The same to another destination.
///
/// # Errors
/// As [`write()`].
pub fn write_file(
    engine: &mut dyn Engine,
    job: &Job,
    to: Destination<'_>,
    options: &Options,
    interrupt: &AtomicBool,
    progress: impl FnMut(&Band) + Send,
) -> Result<Written> {
    let Destination { file, format, preview } = to;
    if format == Format::Dzi {
        return write_pyramid(engine, job, file, options, interrupt, progress);
    }
    let content = Content::of(format, options);
    let start = |header: &Header<'_>| {
        let (handle, channels) = (file.handle()?, content.channels());
        let writer =
            format.start(handle, header, &channels, (options.compression, options.pyramid))?;
        Ok(match (preview, content) {
            (Some(preview), Content::Pixels { .. }) => preview.watch(header, writer),
            _ => writer,
        })
    };
    let counts = file.path().filter(|_| content == Content::Counts);
    let side = counts.map(SideFile::create).transpose()?;
    let unwritable = |source| file.error(source);
    let beside = file.path().filter(|_| options.resume);
    let identity = || identity(engine, job, options, content);
    let mut resume = beside.map(|path| Resume::open(path, &identity(), &job.grid)).transpose()?;
    let what = What { job, options, content, missing: None, seen: None };
    let written =
        render_into(start, unwritable, engine, what, resume.as_mut(), interrupt, progress)?;
    match side {
        None => file.finish()?,
        Some(side) => {
            side.clear()?;
            file.finish()?;
            side.finish(&[texts(engine, job, options), written.texts()].concat())?;
        }
    }
    resume.map_or(Ok(()), Resume::remove)?;
    Ok(written)
}

/// What the bands of a picture depend on: others cannot be a part of it.
fn identity(engine: &dyn Engine, job: &Job, options: &Options, content: Content) -> String {
    let precision = engine.precision();
    // All engines have the same exact counts.
    let by = if precision == Precision::Exact { String::new() } else { engine.describe() };
    let record = record(job, precision, options);
    format!("juliaset {}\n{content:?}\n{by}\n{record}", env!("CARGO_PKG_VERSION"))
}

/// The same as a pyramid, of which what is there is kept.
fn write_pyramid(
    engine: &mut dyn Engine,
    job: &Job,
    file: AtomicFile,
    options: &Options,
    interrupt: &AtomicBool,
    mut progress: impl FnMut(&Band) + Send,
) -> Result<Written> {
    let unwritable = |source| file.error(source);
    let path = file.path().ok_or_else(|| unwritable(io::ErrorKind::Unsupported.into()))?;
    let size = (job.grid.width(), job.grid.height());
    // All engines have the same exact counts.
    let any_engine = engine.precision() == Precision::Exact;
    let texts = texts(engine, job, options);
    let pyramid = Pyramid::open(path, size, texts, options.compression, any_engine)?;
    let (there, missing) = pyramid.areas();
    tell_there(SamplePlan::new(job, options.sampling)?.within(there), &mut progress);
    let start = |header: &Header<'_>| -> io::Result<Box<dyn PictureWriter + '_>> {
        Ok(Box::new(pyramid.writer(header, missing.clone())))
    };
    let content = Content::of(Format::Dzi, options);
    // If no pixel is missing, no colour is.
    let seen = missing.is_empty().then_some(&missing[..]);
    let what = What { job, options, content, missing: Some(&missing), seen };
    // Tiles are kept as they are; all counts are seen before the first of them.
    let sees = content.needs_histogram(options);
    let identity = identity(engine, job, options, content);
    let open = || Resume::open(&pyramid.bands(), &identity, &job.grid);
    let mut resume = sees.then(open).transpose()?;
    let seen_before = resume.as_mut().filter(|_| !missing.is_empty());
    let written = render_into(start, unwritable, engine, what, seen_before, interrupt, progress)?;
    resume.map_or(Ok(()), Resume::remove)?;
    pyramid.finish(file)?;
    Ok(written)
}

/// The same as a PNG to anything that takes bytes.
///
/// # Errors
/// As [`write()`]; what is written by then is a part of a picture.
pub fn write_png(
    engine: &mut dyn Engine,
    job: &Job,
    to: impl io::Write + Send,
    options: &Options,
    interrupt: &AtomicBool,
    progress: impl FnMut(&Band) + Send,
) -> Result<Written> {
    let start = |header: &Header<'_>| -> io::Result<Box<dyn PictureWriter + '_>> {
        Ok(Box::new(PngWriter::start(to, header, options.compression)?))
    };
    let unwritable = |source| Error::Io { path: PathBuf::from("picture"), source };
    let content = Content::of(Format::Png, options);
    let what = What { job, options, content, missing: None, seen: None };
    render_into(start, unwritable, engine, what, None, interrupt, progress)
}

/// Renders `job` on `engine` into memory; with `indices`, its pixels may be indices.
///
/// # Errors
/// As [`write()`], and [`Error::OutOfMemory`].
pub fn draw(
    engine: &mut dyn Engine,
    job: &Job,
    indices: bool,
    options: &Options,
    interrupt: &AtomicBool,
    progress: impl FnMut(&Band) + Send,
) -> Result<(Frame, Written)> {
    let mut frame = Frame {
        width: job.grid.width(),
        height: job.grid.height(),
        format: PixelFormat::Gray8,
        colors: Vec::new(),
        pixels: Vec::new(),
    };
    let (format, colors, pixels) = (&mut frame.format, &mut frame.colors, &mut frame.pixels);
    let points = job.grid.pixels();
    // In colour, with opacity.
    let most = u128::from(points) * 4 * if options.depth == Depth::Sixteen { 2 } else { 1 };
    let written = render_into(
        move |header| {
            (*format, *colors) = (header.format, header.colors.to_vec());
            let bytes = usize::try_from(points).ok();
            let bytes = bytes.and_then(|points| points.checked_mul(format.bytes()));
            let is_there = bytes.is_some_and(|bytes| pixels.try_reserve_exact(bytes).is_ok());
            if !is_there {
                return Err(io::ErrorKind::OutOfMemory.into());
            }
            Ok(Box::new(Memory(pixels)))
        },
        |source| match source.kind() {
            io::ErrorKind::OutOfMemory => Error::OutOfMemory { bytes: most },
            _ => Error::Io { path: PathBuf::from("memory"), source },
        },
        engine,
        What { job, options, content: Content::Pixels { indices }, missing: None, seen: None },
        None,
        interrupt,
        progress,
    )?;
    Ok((frame, written))
}

/// The pixels of a picture in memory.
struct Memory<'a>(&'a mut Vec<u8>);

impl PictureWriter for Memory<'_> {
    fn write(&mut self, pixels: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(pixels);
        Ok(())
    }

    fn finish(self: Box<Self>, _: &[(&str, String)]) -> io::Result<()> {
        Ok(())
    }
}

/// Writes pixels that are there into the file `path`, whose extension says the [`Format`]; a TIFF maybe as a pyramid. `next`
/// replaces what it is given by those of a window.
///
/// # Errors
/// [`Error::Invalid`] for a format that cannot hold them, or has numbers in place of pixels; those of `next`, and of the file.
/// Then there is no new file, and an existing one is as it was.
pub fn write_pixels(
    path: &Path,
    header: &Header<'_>,
    (compression, pyramid): (Compression, bool),
    interrupt: &AtomicBool,
    mut next: impl FnMut(Window, &mut Vec<u8>) -> Result<()>,
) -> Result<()> {
    let &Header { width, height, format: pixel, .. } = header;
    let format = Format::of(path)?;
    let unit = ComplexRegion::new(0.0, 1.0, 0.0, 1.0)?;
    format.check(path, &Grid::with_shape(unit, width, height)?, pixel.depth())?;
    if pixel.has_opacity() {
        format.check_opacity(path)?;
    }
    if matches!(format, Format::Npy | Format::Exr) {
        let expected = "must be a format of pixels, as .png";
        return Err(Error::invalid(Parameter::Output, path.display(), expected));
    }
    let file = AtomicFile::create(path)?;
    let unwritable = |source| file.error(source);
    let mut pixels = Vec::new();
    let mut write = |mut writer: Box<dyn PictureWriter + '_>, areas: Vec<Window>| {
        for part in areas.into_iter().flat_map(|area| area.pieces(BAND_PIXELS)) {
            if interrupt.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            next(part, &mut pixels)?;
            writer.write(&pixels).map_err(unwritable)?;
        }
        writer.finish(&[]).map_err(unwritable)
    };
    if format == Format::Dzi {
        let texts = header.texts.to_vec();
        let pyramid = Pyramid::open(path, (width, height), texts, compression, true)?;
        let (_, missing) = pyramid.areas();
        write(Box::new(pyramid.writer(header, missing.clone())), missing)?;
        return pyramid.finish(file);
    }
    let handle = file.handle().map_err(unwritable)?;
    let writer = format.start(handle, header, &[], (compression, pyramid)).map_err(unwritable)?;
    write(writer, vec![Window { col: 0, row: 0, width, height }])?;
    file.finish()
}
