//! The bands of a picture, through the engine and the tone, once or twice.

use std::io;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::content::Content;
use super::options::{Options, texts};
use super::resolve::{Extra, Resolver};
use super::resume::Resume;
use crate::band::{Band, Quantities};
use crate::counts::TierCounts;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::job::Job;
use crate::output::format::Format;
use crate::output::part_file::BandRecord;
use crate::output::png::Header;
use crate::output::{PictureWriter, npy};
use crate::record::{REFINED, TIERS, Texts};
use crate::render::BAND_PIXELS;
use crate::render::supersampling::SamplePlan;
use crate::tone::{ColorMapper, Histogram};
use crate::window::Window;

/// The most bytes of values that are kept for a second look.
const KEPT_BYTES: u64 = 1 << 28;

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
    pub fn texts(&self) -> Texts {
        let mut texts = Texts::new();
        if self.tier_counts != TierCounts::default() {
            texts.push((TIERS, self.tier_counts.to_string()));
        }
        texts.extend(self.refined.map(|pixels| (REFINED, pixels.to_string())));
        texts
    }
}

/// What is rendered.
#[derive(Clone, Copy)]
pub struct What<'a> {
    pub job: &'a Job,
    pub options: &'a Options,
    pub content: Content,
    /// The areas that are, one after the other; without them the whole picture.
    pub missing: Option<&'a [Window]>,
    /// The areas whose counts a histogram has; without them those of the whole picture.
    pub seen: Option<&'a [Window]>,
}

impl What<'_> {
    /// Whether it is the whole picture.
    fn is_whole(&self) -> bool {
        let pixels = |areas: &[Window]| areas.iter().map(Window::pixels).sum::<u64>();
        self.missing.is_none_or(|areas| pixels(areas) == self.job.grid.pixels())
    }

    /// Whether its areas, one after the other, are the whole picture in raster order.
    fn is_in_raster_order(&self) -> bool {
        let width = self.job.grid.width();
        self.is_whole() && self.missing.is_none_or(|areas| areas.iter().all(|it| it.width == width))
    }
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
pub fn tell_there(there: SamplePlan, mut progress: impl FnMut(&Band)) {
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
    // What goes on does so in raster order.
    let is_once = if resume.is_some() { what.is_in_raster_order() } else { what.is_whole() };
    let mut plan = sample_plan(&what, if is_once { missing } else { seen })?;
    let mut quantities = content.quantities(options);
    let mut keeps = is_once && is_kept(&plan, quantities);
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
/// are there are taken from `resume`; of a picture in areas only the histogram is.
pub fn render_into<'a>(
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
    let mut resume = resume.filter(|_| missing.is_none());
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
            Content::Values(..) => {
                content.value_bytes(&band.values, job.julia.itermax(), &mut pixels);
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

/// How many sample points the engine will compute for [`write_file()`](super::write_file()): those of the margins of bands
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

pub fn is_kept(plan: &SamplePlan, quantities: Quantities) -> bool {
    plan.job.grid.pixels() * quantities.bytes() <= KEPT_BYTES
}
