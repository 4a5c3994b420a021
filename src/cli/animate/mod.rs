//! `juliaset animate`: pictures of a set that changes.

mod claim;
mod contact_sheet;
mod dry_run;
mod ffmpeg;
mod film;
mod film_args;
mod frames;
mod histogram;
mod making;
mod motion_args;
mod pattern;
mod process;
mod source;
mod target;
mod zoom_frames;
mod zoom_levels;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use super::console::{Messages, print};
use super::error::Failure;
use super::exit::ExitCode;
use super::options::color::PER_FRAME;
use super::options::output::CompressionArgs;
use super::options::picture::PictureArgs;
use super::options::planned;
use super::record;
use super::signals;
use crate::cpu::exact::Tiers;
use crate::engine::check_precision;
use crate::picture;
use crate::record::RESAMPLED;
use crate::render::set_up::cost;
use crate::tone::ColorMapper;
use crate::{Animation, Grid, Job, Julia, Precision, Tone};
use contact_sheet::{Cells, ContactSheet, cells};
pub use film::Container;
use film_args::FilmArgs;
use frames::{Frames, with_auto_itermax};
pub use motion_args::KEYS;
use motion_args::MotionArgs;
pub use pattern::Name;
use source::Source;
use target::Target;
use zoom_frames::ZoomFrames;
use zoom_levels::ZoomLevels;

/// Render an animation: c moves, or the view zooms, or the palette turns
///
/// Each frame is the picture that is rendered with its c and its view. An animated PNG carries its job,
/// with what moves: --like makes it again.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    motion: MotionArgs,

    #[command(flatten)]
    picture: PictureArgs,

    /// The animation's file, a pattern for files of its frames, or - for raw frames on standard output
    ///
    /// A name that ends with .png or .apng is an animated PNG, one with .gif a GIF, whose frames have
    /// at most 256 colours: if there are more, the nearest. Both repeat forever, and appear when they are whole.
    ///
    /// One with .mp4 or .webm is a film, of H.264 or VP9, which ffmpeg encodes: the program of that name on the PATH. What
    /// plays everywhere has half of the samples for colour in both directions (yuv420p) and even sides: a last column or row is
    /// repeated if there is an odd number. Colours are tagged. Its job is its comment. A film is played once, and appears
    /// when it is whole.
    ///
    /// A name with %d or %04d is a file for each frame, numbered from 0, with 4 digits at least (and %% is
    /// a percent sign); in any format of pictures. Files that are there, whole and of the same job, are kept: an animation that
    /// was interrupted continues when it is run again. Several processes can do so at the same time, also on several machines
    /// that share the folder: none renders what another one does, each takes over what one that was killed has left, and
    /// ends when all is there.
    ///
    /// Raw frames are what ffmpeg calls rawvideo, in gray, rgb24, gray16be or rgb48be, with transparent
    /// colours in rgba or rgba64be; a line on standard error says which.
    #[arg(short, long, value_name = "FILE", default_value = "animation.png")]
    #[arg(help_heading = "Output", verbatim_doc_comment)]
    output: PathBuf,

    /// Write one picture of so many frames in place of the animation, evenly chosen: a contact sheet, as 5x4
    ///
    /// Each frame is so small that a row of them is as wide as one frame of the animation; the first and the last are there. The
    /// name of --output is that of a picture in any format.
    #[arg(long, value_name = "COLSxROWS", value_parser = cells, conflicts_with = "resample")]
    #[arg(allow_hyphen_values = true, help_heading = "Output")]
    contact_sheet: Option<Cells>,

    /// Say what the animation would take, and write nothing
    ///
    /// Lines for its frames and their pixels, for the frames that are there and would be kept, and for the time, the sizes of files
    /// and the memory, which are estimates: up to five frames are tried on some of their pixels. ffmpeg is not started: what a film
    /// takes of time and of space is not known before.
    #[arg(long, conflicts_with = "contact_sheet", help_heading = "Output")]
    dry_run: bool,

    #[arg(long = "no-dry-run", id = "no_dry_run", hide = true, overrides_with = "dry_run")]
    _no_dry_run: bool,

    #[command(flatten)]
    film: FilmArgs,

    #[command(flatten)]
    compression: CompressionArgs,
}

const EXAMPLES: &str = "\
Examples:
  juliaset animate --circle 0.7885 -r 0 -i 0 -m 0 --frames 200 -o round.gif
      c goes round a circle about 0.
  juliaset animate --preset dragon --zoom 1e6 --about 0.6393552670461429,-0.3601442633910775 -o %04d.png
      Into the tip of a spiral, a fixed point of the map; a PNG for each frame.
  juliaset animate --line 0.285,0.01 -R 1280 --palette inferno -o film.mp4
      A film.
  juliaset animate --line 0.285,0.01 -R 1280 --palette inferno -o - |
      ffmpeg -f rawvideo -pixel_format rgb24 -video_size 1280x800 -framerate 25 -i - film.mkv
      Frames for another program.";

/// Renders the animation.
pub fn run(args: &Args, messages: Messages) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let planned = args.picture.job(None)?;
    let precision = args.picture.precision();
    let mut options = args.picture.options(args.compression.get())?;
    options.texts = record::texts();
    options.without_metadata = args.compression.no_metadata;
    let interrupt = signals::flag();
    let mut animation = args.motion.animation(planned.job().clone())?;
    // Key frames that say how many iterations there are come before a number that follows from the view.
    let says_auto = planned.is_auto();
    let mut auto = says_auto && !animation.has_itermax();
    let numbers = args.motion.only(animation.frames)?;
    if let Some(cells) = args.contact_sheet {
        let (path, animation, only) = (&*args.output, &animation, numbers);
        let sheet = ContactSheet { path, cells, animation, only, auto, options };
        return sheet.write(&args.picture, &interrupt, messages);
    }
    let mut levels = None;
    if args.motion.resample {
        if auto {
            // All frames have as many iterations as the deepest view needs: so they fit together.
            animation.job.julia = deepest_julia(&animation, precision, &interrupt, messages)?;
            auto = false;
        }
        levels = Some(ZoomLevels::new(&animation)?);
    }
    let jobs = jobs(&animation, &numbers, auto, &options.tone)?;
    // Only the first frame is there when an engine is chosen.
    for job in &jobs {
        check_precision(precision, &options.sampling.job(job)?)?;
    }
    let job = &animation.job;
    let target = Target::new(&args.output, job, &options, args.motion.fps, args.film.crf)?;
    if !args.dry_run {
        target.check(&interrupt)?;
    }
    args.picture.start_threads()?;
    histogram::complete(&mut options.tone, &animation, auto, &args.picture, &interrupt, messages)?;
    let mut source = Source::Computed;
    if let Some(levels) = levels {
        options.texts.push((RESAMPLED, levels.description()));
        source = Source::Resampled(ZoomFrames::new(levels, &options)?);
    }
    let grids = jobs.iter().map(|job| &job.grid);
    messages.note_equal_neighbours_of(grids, (jobs.len() > 1).then_some(numbers.start));
    messages.note_rounded_constant(precision, &jobs[0].julia);
    let pixels = target.pixels_to_compute(job, &options)?;
    let all = match source.levels(&numbers) {
        Some(levels) => 4 * pixels * levels.len() as u64 + cost(&levels[0], precision),
        None => jobs.iter().map(|job| pixels + cost(job, precision)).sum(),
    };
    let progress = messages.progress(all);
    let frames = Frames {
        target: &target,
        numbers,
        all: animation.frames,
        auto,
        precision,
        options: &options,
        palette_offsets: animation.palette_offsets(options.tone.palette_offset)?,
        pixels,
        interrupt: &interrupt,
        progress: &progress,
    };
    args.picture.check_adapter(&jobs[0])?;
    let pictures = source.levels(&frames.numbers).unwrap_or(&jobs);
    let first = frames.set_up(&pictures[0])?;
    let as_large = as_large(&first, pictures.len())?;
    let mut engine = args.picture.engine(&as_large, messages, &progress)?;
    if args.dry_run {
        let lines = dry_run::lines(&frames, &jobs, &mut source, engine.as_mut());
        progress.finish_and_clear();
        print(lines?.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(line) = target.how_to_read(job, &options)? {
        messages.note(line);
    }
    let whole = args.record(&animation, &frames, says_auto, messages);
    let own_colors = auto || animation.has_own_colors();
    let mut writer = target.start(jobs.len() as u32, &options, own_colors, whole)?;
    let jobs = (jobs, &first);
    let made = making::make(&frames, jobs, &mut source, engine.as_mut(), &mut writer, messages);
    if !matches!(made, Ok(Some(_))) {
        progress.finish_and_clear();
    }
    let Some(made) = made? else { return Ok(ExitCode::SUCCESS) };
    let finished = writer.finish(&interrupt);
    progress.finish_and_clear();
    target.ignore_broken_pipe(finished)?;
    made.tell(auto, messages);
    target.tell(&frames.numbers, start.elapsed(), messages);
    Ok(ExitCode::SUCCESS)
}

impl Args {
    /// The job of the whole animation, which `--like` takes; that of a picture if its file has no room for what moves.
    fn record(
        &self,
        animation: &Animation,
        frames: &Frames<'_>,
        says_auto: bool,
        messages: Messages,
    ) -> String {
        let &Frames { target, ref numbers, precision, options, .. } = frames;
        let mut picture = picture::record(&animation.job, precision, options).to_string();
        if frames.auto || (says_auto && animation.has_itermax()) {
            picture = with_auto_itermax(&picture);
        }
        let (resample, rate) = (self.motion.resample, self.motion.fps);
        let mut whole = picture.clone() + &motion_args::record(animation, numbers, resample, rate);
        if self.picture.is_histogram_per_frame() && ColorMapper::needs_histogram(&options.tone) {
            whole += &format!("histogram = \"{PER_FRAME}\"\n");
        }
        if target.longest_job().is_some_and(|longest| whole.len() > longest) {
            messages.note("its path has too many points for its job: --like will not repeat it");
            return picture;
        }
        whole
    }
}

/// The map of a zoom with as many iterations as its deepest view needs.
fn deepest_julia(
    animation: &Animation,
    precision: Precision,
    interrupt: &AtomicBool,
    messages: Messages,
) -> Result<Julia, Failure> {
    let deepest = ZoomLevels::new(animation)?.deepest().clone();
    let progress = messages.progress(cost(&deepest, precision));
    let deepest = planned::set_up(&deepest, true, precision, interrupt, &progress);
    progress.finish_and_clear();
    let julia = deepest?.julia;
    messages.detail(format!("itermax {}, as many as the deepest view needs", julia.itermax()));
    Ok(julia)
}

/// The jobs of these frames, along one orbit if their values are the same then.
fn jobs(
    animation: &Animation,
    numbers: &Range<u32>,
    auto: bool,
    tone: &Tone,
) -> crate::Result<Vec<Job>> {
    let is_proven =
        tone.distance.is_none() && (!tone.smooth || Tiers::has_smooth(&animation.job.julia));
    // How many iterations a view needs is its own, too.
    if is_proven && !auto {
        animation.jobs_of_one_orbit_in(numbers.clone())
    } else {
        animation.jobs_in(numbers.clone())
    }
}

/// A job about as large as all frames together.
fn as_large(job: &Job, frames: usize) -> crate::Result<Job> {
    let (width, height) = (job.grid.width(), u64::from(job.grid.height()));
    let height = (height * frames as u64).min(crate::grid::MAX_SIDE.into()) as u32;
    let grid = match job.grid.given_view() {
        Some(view) => Grid::of_view(view, width, height)?,
        None => Grid::with_shape(job.grid.region(), width, height)?,
    };
    Ok(Job { grid, ..job.clone() })
}
