//! One picture, from its options to a file, to pixels or to counts.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crate::band::Band;
use crate::counts::{Counts, TierCounts};
use crate::dpi::Dpi;
use crate::engine::{
    self, Engine, EngineChoice, EventHandler, ExactKernel, GpuOptions, Reason, Variant,
};
use crate::error::Result;
use crate::job::Job;
use crate::julia::Precision;
use crate::output::Frame;
use crate::output::format::Format;
use crate::output::png::Compression;
use crate::picture::{self, Options};
use crate::render;
use crate::render::set_up;
use crate::render::supersampling::Sampling;
use crate::tone::{Color, Depth, Mapping, Palette, PooledHistogram, Tone};

/// A rendering that is never interrupted.
static NEVER: AtomicBool = AtomicBool::new(false);

/// Renders a job to a file, to pixels in memory, or to escape counts.
///
/// ```
/// use juliaset::{Preset, Renderer};
///
/// let rabbit = Preset::named("rabbit")?.job(40)?;
/// let (frame, summary) = Renderer::new(rabbit).smooth(true).pixels()?;
/// assert_eq!((frame.width, frame.height, frame.pixels.len()), (40, 30, 1200));
/// println!("{} in {:.2?}: {}", summary.engine, summary.elapsed, summary.tier_counts);
/// # Ok::<(), juliaset::Error>(())
/// ```
#[must_use = "a renderer does nothing until it is asked for a file, for pixels or for counts"]
pub struct Renderer<'a> {
    job: Job,
    engine: EngineChoice,
    precision: Precision,
    gpu: GpuOptions,
    options: Options,
    interrupt: &'a AtomicBool,
    on_progress: Box<dyn FnMut(Progress) + Send + 'a>,
}

/// How far a rendering has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Sample points that are done. What a deep view takes before its first point counts as those that take about as
    /// long.
    pub done: u64,
    /// The same in all. Some points count twice if the colours need to see all counts first.
    pub total: u64,
}

impl Progress {
    /// The part that is done, from 0 to 1.
    pub fn fraction(self) -> f64 {
        self.done as f64 / self.total as f64
    }
}

/// How a rendering was done.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// The engine that did it, in words.
    pub engine: String,
    /// Why it was this one.
    pub reason: Reason,
    /// How many pixels each tier decided; all 0 if the precision is not exact.
    pub tier_counts: TierCounts,
    /// How many pixels have more than one sample point, if the sampling is adaptive.
    pub refined: Option<u64>,
    /// From the choice of the engine to the end.
    pub elapsed: Duration,
}

impl<'a> Renderer<'a> {
    /// A renderer for `job`, exact and in gray, on the engine that is the faster one.
    pub fn new(job: Job) -> Self {
        Self {
            job,
            engine: EngineChoice::Auto,
            precision: Precision::Exact,
            gpu: GpuOptions::default(),
            options: Options::default(),
            interrupt: &NEVER,
            on_progress: Box::new(|_| {}),
        }
    }

    /// The engine that computes. Default: the faster one.
    pub fn engine(self, engine: EngineChoice) -> Self {
        Self { engine, ..self }
    }

    /// How counts are computed. Default: exact.
    pub fn precision(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }

    /// What computes: engine, precision and floats at once. Default: exact on the faster engine.
    pub fn variant(mut self, variant: Variant) -> Self {
        (self.engine, self.precision) = (variant.engine(), variant.precision());
        self.gpu.exact_kernel = variant.floats();
        self
    }

    /// The GPU, by its number or a part of its name. Default: the best one.
    pub fn adapter(mut self, adapter: impl Into<String>) -> Self {
        self.gpu.adapter = Some(adapter.into());
        self
    }

    /// The floats that precision exact computes in on a GPU. Default: the faster ones.
    pub fn kernel(mut self, kernel: ExactKernel) -> Self {
        self.gpu.exact_kernel = Some(kernel);
        self
    }

    /// Sets a callback for recovery events: a device that fails, and what is done about it.
    pub fn on_event(mut self, events: EventHandler) -> Self {
        self.gpu.events = events;
        self
    }

    /// All that turns counts into colours, at once.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.options.tone = tone;
        self
    }

    /// The colours. Default: gray.
    pub fn palette(mut self, palette: Palette) -> Self {
        self.options.tone.palette = palette;
        self
    }

    /// The colour of the points that have not escaped; [`Color::NONE`] leaves them transparent. Default: the palette's last.
    pub fn interior(mut self, color: Color) -> Self {
        self.options.tone.interior = Some(color);
        self
    }

    /// From counts to positions in the palette. Default: linear.
    pub fn mapping(mut self, mapping: Mapping) -> Self {
        self.options.tone.mapping = mapping;
        self
    }

    /// The histogram for [`Mapping::Histogram`]. Default: that of the picture itself.
    pub fn histogram(mut self, histogram: PooledHistogram) -> Self {
        self.options.tone.histogram = Some(histogram);
        self
    }

    /// How many times the palette is passed. Default: 1.
    pub fn cycles(mut self, cycles: f64) -> Self {
        self.options.tone.cycles = cycles;
        self
    }

    /// By what share of its length the palette is turned; whole turns change nothing. Default: 0.
    pub fn palette_offset(mut self, turns: f64) -> Self {
        self.options.tone.palette_offset = turns;
        self
    }

    /// Whether colours follow the smooth escape value, so that there are no bands. Default: no.
    pub fn smooth(mut self, smooth: bool) -> Self {
        self.options.tone.smooth = smooth;
        self
    }

    /// Draws the set this many pixels wide where it is thinner. Default: as it is.
    pub fn distance(mut self, width: f64) -> Self {
        self.options.tone.distance = Some(width);
        self
    }

    /// Averages `factor` × `factor` sample points for each pixel; with `adaptive`, only for pixels with
    /// a neighbour that has another count. From 1 to 16. Default: 1.
    pub fn supersample(mut self, factor: u32, adaptive: bool) -> Self {
        self.options.sampling = Sampling { factor, adaptive };
        self
    }

    /// Bits of a value of a pixel. Default: 8.
    pub fn depth(mut self, depth: Depth) -> Self {
        self.options.depth = depth;
        self
    }

    /// How many pixels of an inch a print has, which the file states if it has a place for that. Default: it says nothing of it.
    pub fn dpi(mut self, dpi: Dpi) -> Self {
        self.options.dpi = Some(dpi);
        self
    }

    /// What the size of the file is worth in time. Default: balanced.
    pub fn compression(mut self, compression: Compression) -> Self {
        self.options.compression = compression;
        self
    }

    /// Whether a TIFF has tiles, and the picture at half its size behind it, at a quarter and so on. Default: no.
    pub fn pyramid(mut self, pyramid: bool) -> Self {
        self.options.pyramid = pyramid;
        self
    }

    /// Whether the file says nothing of how it was made. A pyramid (`.dzi`) is then one that cannot go on. Default: no.
    pub fn without_metadata(mut self, without: bool) -> Self {
        self.options.without_metadata = without;
        self
    }

    /// Whether finished bands are kept in a file beside the picture, with `.part` after its name, until that is there: if the
    /// rendering is interrupted, or its process ends, the same rendering goes on from them. The file is as large as the pixels
    /// without compression. Default: no.
    pub fn resume(mut self, resume: bool) -> Self {
        self.options.resume = resume;
        self
    }

    /// Ends the rendering soon after `interrupt` is set, with [`Error::Interrupted`](crate::Error).
    pub fn interrupt(self, interrupt: &'a AtomicBool) -> Self {
        Self { interrupt, ..self }
    }

    /// Hears after every band how far the rendering has come, and more often while a deep view is set up.
    pub fn on_progress(self, on_progress: impl FnMut(Progress) + Send + 'a) -> Self {
        Self { on_progress: Box::new(on_progress), ..self }
    }

    /// Renders into the file `path`; its extension names the format. The picture carries its job if the
    /// format has a place for it.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if the format cannot hold this picture; if the engine
    /// or the file fails. Then there is no new file, and an existing one is as it was; also if there are
    /// bands of another job to [`resume`](Self::resume).
    pub fn save(self, path: impl AsRef<Path>) -> Result<Summary> {
        let path = path.as_ref();
        let format = picture::format(path, &self.job, &self.options)?;
        let total = picture::pixels_to_compute(&self.job, &self.options, format)?;
        let (_, summary) = self.run(total, |engine, job, options, interrupt, progress| {
            let written = picture::write(engine, job, path, options, interrupt, progress)?;
            Ok(((), written.tier_counts, written.refined))
        })?;
        Ok(summary)
    }

    /// Renders into memory.
    ///
    /// # Errors
    /// If the engine fails, or the memory is too small.
    pub fn pixels(self) -> Result<(Frame, Summary)> {
        let total = picture::pixels_to_compute(&self.job, &self.options, Format::Png)?;
        self.run(total, |engine, job, options, interrupt, progress| {
            let (frame, written) = picture::draw(engine, job, false, options, interrupt, progress)?;
            Ok((frame, written.tier_counts, written.refined))
        })
    }

    /// The escape counts, one for each pixel, row by row from the top. They do not depend on colours or
    /// on supersampling.
    ///
    /// # Errors
    /// If the engine fails, or the memory is too small.
    pub fn counts(self) -> Result<(Counts, Summary)> {
        let total = self.job.grid.pixels();
        self.run(total, |engine, job, _, interrupt, on_band| {
            let mut data: Vec<u32> = job.grid.zeros()?;
            let (mut next, mut tier_counts) = (0, TierCounts::default());
            render::each_band(engine, job, interrupt, |band| {
                let counts = &band.values.counts;
                data[next..next + counts.len()].copy_from_slice(counts);
                next += counts.len();
                tier_counts += band.tier_counts;
                on_band(band);
                Ok(())
            })?;
            let counts = Counts { width: job.grid.width(), height: job.grid.height(), data };
            Ok((counts, tier_counts, None))
        })
    }

    /// Chooses the engine, and has `body` make something with it.
    fn run<T>(
        self,
        total: u64,
        body: impl FnOnce(
            &mut dyn Engine,
            &Job,
            &Options,
            &AtomicBool,
            &mut (dyn FnMut(&Band) + Send),
        ) -> Result<(T, TierCounts, Option<u64>)>,
    ) -> Result<(T, Summary)> {
        let Self { job, engine, precision, gpu, options, interrupt, mut on_progress } = self;
        let start = Instant::now();
        engine::check_adapter(engine, &gpu, precision, &job)?;
        let (mut done, total) = (0, total + set_up::cost(&job, precision));
        set_up::run(&job, precision, interrupt, &mut |points| {
            done += points;
            on_progress(Progress { done, total });
        })?;
        let (mut engine, reason) = engine::choose(engine, &gpu, precision, &job)?;
        let mut progress = |band: &Band| {
            done += band.window.pixels();
            on_progress(Progress { done, total });
        };
        let (made, tier_counts, refined) =
            body(engine.as_mut(), &job, &options, interrupt, &mut progress)?;
        let (engine, elapsed) = (engine.describe(), start.elapsed());
        Ok((made, Summary { engine, reason, tier_counts, refined, elapsed }))
    }
}
