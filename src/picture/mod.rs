//! The whole flow at once: from a job to its picture in a file.

mod estimate;
mod resolve;
mod resume;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::band::{Band, Quantities, Values};
use crate::counts::TierCounts;
use crate::dpi::Dpi;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::job::Job;
use crate::julia::Precision;
use crate::output::atomic_file::AtomicFile;
use crate::output::dzi::Pyramid;
use crate::output::format::Format;
use crate::output::part_file::BandRecord;
use crate::output::png::{Compression, Header, PngWriter};
use crate::output::preview::Preview;
use crate::output::side::SideFile;
use crate::output::{Frame, PictureWriter, npy};
use crate::parameter::{Expected, Parameter};
use crate::record::{REFINED, Record, TIERS, Texts};
use crate::region::{ComplexRegion, Grid, Window};
use crate::render::BAND_PIXELS;
use crate::render::supersampling::{SamplePlan, Sampling};
use crate::setters::setters;
use crate::tone::{ColorMapper, Depth, Histogram, PixelFormat, Tone};
pub use estimate::{Estimate, estimate};
use resolve::{Extra, Resolver};
use resume::Resume;

/// The most bytes of values that are kept for a second look.
const KEPT_BYTES: u64 = 1 << 28;

/// What becomes of a job's counts.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// From counts to pixels.
    pub tone: Tone,
    /// Bits of a pixel's values.
    pub depth: Depth,
    /// Pixels an inch of a print, which the file states if it has a place for that.
    pub dpi: Option<Dpi>,
    /// How many sample points a pixel has.
    pub sampling: Sampling,
    /// What the file says of itself besides its record, each text with its keyword.
    pub texts: Texts,
    /// What the file's size is worth in time.
    pub compression: Compression,
    /// Whether a TIFF has tiles, and behind the picture itself at half its size and so on.
    pub pyramid: bool,
    /// Whether the file says nothing of how it was made: no job, no other text.
    pub without_metadata: bool,
    /// Whether finished bands are kept in a file beside the picture until that is there, and are taken from it if the picture was
    /// interrupted.
    pub resume: bool,
}

impl Options {
    setters!(
        tone: Tone,
        depth: Depth,
        dpi: Option<Dpi>,
        sampling: Sampling,
        texts: Texts,
        compression: Compression,
        pyramid: bool,
        without_metadata: bool,
        resume: bool,
    );
}

/// A summary of a picture that was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Which tiers decided the counts of its sample points.
    pub tier_counts: TierCounts,
    /// How many pixels have more than one sample point, if the sampling is adaptive.
    pub refined: Option<u64>,
    /// How long turning counts into pixels took.
    pub tone_time: Duration,
    /// How long making a file of the pixels took.
    pub encode_time: Duration,
}

impl Written {
    /// What was not known before, as texts for the file.
    fn texts(&self) -> Texts {
        let mut texts = Texts::new();
        if self.tier_counts != TierCounts::default() {
            texts.push((TIERS, self.tier_counts.to_string()));
        }
        texts.extend(self.refined.map(|pixels| (REFINED, pixels.to_string())));
        texts
    }
}

/// The job of the picture of `job`, as its file says it.
pub fn record<'a>(job: &'a Job, precision: Precision, options: &'a Options) -> Record<'a> {
    let &Options { ref tone, depth, dpi, sampling, .. } = options;
    Record { job, precision, tone, depth, dpi, sampling }
}

/// What the file of a picture of `job` on `engine` says of itself: its job, if the engine knows who
/// computed its counts, and the options' own texts; or nothing, if the options say so.
pub fn texts(engine: &dyn Engine, job: &Job, options: &Options) -> Texts {
    if options.without_metadata {
        return Texts::new();
    }
    let recorded =
        engine.origin().map(|origin| record(job, origin.precision, options).texts(&origin));
    recorded.unwrap_or_default().into_iter().chain(options.texts.iter().cloned()).collect()
}

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
    let written = render_into(start, unwritable, engine, what, None, interrupt, progress)?;
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

/// Writes pixels that are there into the file `path`, whose extension says the [`Format`]: `next` replaces what it is
/// given by those of a window.
///
/// # Errors
/// [`Error::Invalid`] for a format that cannot hold them, or has numbers in place of pixels; those of `next`, and of the file.
/// Then there is no new file, and an existing one is as it was.
pub fn write_pixels(
    path: &Path,
    header: &Header<'_>,
    compression: Compression,
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
    let writer = format.start(handle, header, &[], (compression, false)).map_err(unwritable)?;
    write(writer, vec![Window { col: 0, row: 0, width, height }])?;
    file.finish()
}

/// What is written of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Content {
    Counts,
    /// Smooth values or distances, as 32-bit floats, and before them an opacity if that of points inside is given.
    Values(Quantities, Option<u8>),
    Pixels {
        indices: bool,
    },
}

impl What<'_> {
    /// Whether it is the whole picture.
    fn is_whole(&self) -> bool {
        let pixels = |areas: &[Window]| areas.iter().map(Window::pixels).sum::<u64>();
        self.missing.is_none_or(|areas| pixels(areas) == self.job.grid.pixels())
    }
}

impl Content {
    fn of(format: Format, options: &Options) -> Self {
        match format {
            Format::Npy => Self::Counts,
            Format::Exr => {
                let Quantities { smooth, distance } = options.tone.quantities(1);
                let distance = distance.and(Quantities::EVERY_DISTANCE);
                let interior = options.tone.interior.filter(|color| !color.is_opaque());
                Self::Values(Quantities { smooth, distance }, interior.map(|color| color.1))
            }
            _ => Self::Pixels { indices: format.has_indices() },
        }
    }

    /// What is needed beside counts.
    fn quantities(self, options: &Options) -> Quantities {
        match self {
            Self::Counts => Quantities::NONE,
            Self::Values(quantities, _) => quantities,
            Self::Pixels { .. } => {
                let Sampling { factor, .. } = options.sampling;
                options.tone.quantities(if options.sampling.is_adaptive() { 1 } else { factor })
            }
        }
    }

    fn needs_histogram(self, options: &Options) -> bool {
        matches!(self, Self::Pixels { .. }) && ColorMapper::needs_histogram(&options.tone)
    }

    /// The size of what is written of a pixel, if it has this format.
    fn pixel_bytes(self, format: PixelFormat) -> usize {
        match self {
            Self::Counts => 4,
            Self::Values(..) => 4 * self.channels().len(),
            Self::Pixels { .. } => format.bytes(),
        }
    }

    /// The names of a point's values.
    fn channels(self) -> Vec<&'static str> {
        let Self::Values(Quantities { smooth, distance }, interior) = self else {
            return Vec::new();
        };
        let named = [(interior.is_some(), "A"), (smooth, "Y"), (distance.is_some(), "distance")];
        named.iter().filter(|(is_there, _)| *is_there).map(|&(_, name)| name).collect()
    }
}

/// What is rendered.
#[derive(Clone, Copy)]
struct What<'a> {
    job: &'a Job,
    options: &'a Options,
    content: Content,
    /// The areas that are, one after the other; without them the whole picture.
    missing: Option<&'a [Window]>,
    /// The areas whose counts a histogram has; without them those of the whole picture.
    seen: Option<&'a [Window]>,
}

/// How these areas of the picture are sampled; without them all of it.
fn sample_plan(what: &What<'_>, areas: Option<&[Window]>) -> Result<SamplePlan> {
    let plan = SamplePlan::new(what.job, what.options.sampling)?;
    Ok(match areas {
        Some(areas) => plan.within(areas.to_vec()),
        None => plan,
    })
}

/// Calls `progress` for what is there already.
fn tell_there(there: SamplePlan, mut progress: impl FnMut(&Band)) {
    for window in there.windows(BAND_PIXELS) {
        progress(&Band { window, ..Band::default() });
    }
}

/// Looks at all counts for a histogram; the values of a small picture are kept.
fn see_all(
    engine: &mut dyn Engine,
    what: What<'_>,
    mut resume: Option<&mut Resume>,
    interrupt: &AtomicBool,
    mut progress: impl FnMut(&Band) + Send,
) -> Result<(Histogram, Vec<(Window, Band)>)> {
    let What { job, options, content, missing, seen } = what;
    let is_whole = what.is_whole();
    let mut plan = sample_plan(&what, if is_whole { missing } else { seen })?;
    let mut quantities = content.quantities(options);
    let mut keeps = is_whole && is_kept(&plan, quantities);
    let (mut histogram, mut kept) = (Histogram::new(&job.julia), Vec::new());
    // Of a small picture that goes on, points are computed twice that count once.
    let mut is_told = true;
    if let Some(resume) = &mut resume {
        let place = resume.seen(&mut histogram)?;
        if place > 0 {
            let [there, rest] = resume.areas(place);
            (is_told, keeps) = (!keeps, false);
            if is_told {
                tell_there(sample_plan(&what, Some(&there))?, &mut progress);
            }
            plan = sample_plan(&what, Some(&rest))?;
        }
    }
    if !keeps {
        quantities = Quantities::NONE;
    }
    let mut of_part = resume.is_some().then(|| Histogram::new(&job.julia));
    plan.each_band(engine, quantities, interrupt, |part, band| {
        for row in plan.own_rows(part, band) {
            let counts = &band.values.counts[row];
            histogram.add(counts);
            of_part.iter_mut().for_each(|of_part| of_part.add(counts));
        }
        if let (Some(resume), Some(of_part)) = (&mut resume, &mut of_part) {
            resume.keep_seen(part, of_part)?;
        }
        if keeps {
            kept.push((part, band.clone()));
        }
        if is_told {
            progress(band);
        }
        Ok(())
    })?;
    Ok((histogram, kept))
}

/// Renders `what` into what `start` begins; `unwritable` says of its errors what they are about. Bands of the whole picture that
/// are there are taken from `resume`.
fn render_into<'a>(
    start: impl FnOnce(&Header<'_>) -> io::Result<Box<dyn PictureWriter + 'a>>,
    unwritable: impl Fn(io::Error) -> Error + Sync,
    engine: &mut dyn Engine,
    what: What<'_>,
    mut resume: Option<&mut Resume>,
    interrupt: &AtomicBool,
    mut progress: impl FnMut(&Band) + Send,
) -> Result<Written> {
    let What { job, options, content, missing, .. } = what;
    let plan = sample_plan(&what, missing)?;
    let quantities = content.quantities(options);
    let (histogram, kept) = if content.needs_histogram(options) {
        let resume = resume.as_deref_mut();
        let (histogram, kept) = see_all(engine, what, resume, interrupt, &mut progress)?;
        (Some(histogram), kept)
    } else {
        (None, Vec::new())
    };
    let mut mapper =
        ColorMapper::new(&options.tone, &job.julia, options.depth, histogram.as_ref())?;
    if content != (Content::Pixels { indices: true }) {
        mapper = mapper.without_indices();
    }
    let mut resolver = Resolver::new(&plan, mapper, engine)?;
    let mapper = resolver.mapper();
    let header = Header {
        width: job.grid.width(),
        height: job.grid.height(),
        format: mapper.format(),
        colors: mapper.colors(),
        dpi: options.dpi,
        texts: &texts(engine, job, options),
    };
    let mut writer = start(&header).map_err(&unwritable)?;
    let mut pixels = Vec::new();
    let (mut tier_counts, mut refined) = (TierCounts::default(), 0);
    let (mut tone_time, mut encode_time) = (Duration::ZERO, Duration::ZERO);
    let (mut missing, mut goes_on) = (None, false);
    let pixel_bytes = content.pixel_bytes(header.format);
    if let Some(resume) = &mut resume {
        let done = resume.find_pixels(pixel_bytes, interrupt)?;
        let [there, rest] = resume.areas(done);
        if kept.is_empty() {
            tell_there(sample_plan(&what, Some(&there))?, &mut progress);
        }
        (missing, goes_on) = (Some(sample_plan(&what, Some(&rest))?), done > 0);
    }
    let mut write = |part: Window, band: &Band| {
        let begun = Instant::now();
        let extra = match content {
            Content::Counts => {
                npy::bytes(&band.values.counts, &mut pixels);
                Extra::default()
            }
            Content::Values(_, interior) => {
                let Values { counts, smooth, distances } = &band.values;
                pixels.clear();
                for (k, &count) in counts.iter().enumerate() {
                    let opacity = interior.map(|opacity| {
                        let is_inside = count == job.julia.itermax();
                        if is_inside { f64::from(opacity) / 255.0 } else { 1.0 }
                    });
                    // What is seen is associated with the opacity, as OpenEXR has it; a distance is not.
                    let seen = smooth.get(k).map(|value| value * opacity.unwrap_or(1.0));
                    let values = [opacity, seen, distances.get(k).copied()].into_iter().flatten();
                    pixels.extend(values.flat_map(|value| (value as f32).to_le_bytes()));
                }
                Extra::default()
            }
            Content::Pixels { .. } => resolver.paint(part, band, &mut pixels, interrupt)?,
        };
        let mut of_part = band.tier_counts;
        of_part += extra.tier_counts;
        let painted = Instant::now();
        tone_time += painted - begun;
        if let Some(resume) = &mut resume {
            let (tier_counts, refined) = (of_part, extra.refined);
            let record = BandRecord { tier_counts, refined, ..BandRecord::default() };
            resume.keep_pixels(part, record, &pixels)?;
        }
        if goes_on {
            return Ok(());
        }
        tier_counts += of_part;
        refined += extra.refined;
        writer.write(&pixels).map_err(&unwritable)?;
        encode_time += painted.elapsed();
        Ok(())
    };
    if kept.is_empty() {
        missing.as_ref().unwrap_or(&plan).each_band(
            engine,
            quantities,
            interrupt,
            |part, band| {
                write(part, band)?;
                progress(band);
                Ok(())
            },
        )?;
    } else {
        kept.iter().try_for_each(|(part, band)| write(*part, band))?;
    }
    // Only once all is there: a picture that is interrupted again and again would be encoded again and again.
    if let (Some(resume), true) = (resume, goes_on) {
        resume.each_band(pixel_bytes, interrupt, |band, pixels| {
            let begun = Instant::now();
            tier_counts += band.tier_counts;
            refined += band.refined;
            writer.write(pixels).map_err(&unwritable)?;
            encode_time += begun.elapsed();
            Ok(())
        })?;
    }
    let refined = options.sampling.is_adaptive().then_some(refined);
    let mut written = Written { tier_counts, refined, tone_time, encode_time };
    let painted = Instant::now();
    let texts = if options.without_metadata { Texts::new() } else { written.texts() };
    writer.finish(&texts).map_err(unwritable)?;
    written.encode_time += painted.elapsed();
    Ok(written)
}

/// How many sample points the engine will compute for [`write_file()`]: those of the margins of bands
/// more than once, and all of them twice if the tone needs to see all of a large job's counts first.
///
/// # Errors
/// [`Error::Invalid`] for a sampling that the job has no room for.
pub fn pixels_to_compute(job: &Job, options: &Options, format: Format) -> Result<u64> {
    let plan = SamplePlan::new(job, options.sampling)?;
    let content = Content::of(format, options);
    let keeps = is_kept(&plan, content.quantities(options));
    let twice = content.needs_histogram(options) && !keeps;
    Ok(plan.pixels() * if twice { 2 } else { 1 })
}

fn is_kept(plan: &SamplePlan, quantities: Quantities) -> bool {
    plan.job.grid.pixels() * quantities.bytes() <= KEPT_BYTES
}
