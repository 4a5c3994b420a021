//! `juliaset animate`: pictures of a set that changes.

mod claim;
mod contact_sheet;
mod dry_run;
mod ffmpeg;
mod film;
mod film_args;
mod histogram;
mod motion_args;
mod pattern;
mod process;
mod source;
mod target;
mod zoom_frames;
mod zoom_levels;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::console::{Messages, print};
use super::error::Failure;
use super::options::color::PER_FRAME;
use super::options::output::CompressionArgs;
use super::options::picture::PictureArgs;
use super::options::planned;
use super::record;
use super::signals;
use crate::cli::exit::ExitCode;
use crate::cpu::exact::Tiers;
use crate::engine::check_precision;
use crate::output::atomic_file::AtomicFile;
use crate::output::metadata;
use crate::output::whole::is_whole;
use crate::picture::{self, Options};
use crate::record::{JOB, RESAMPLED, text};
use crate::render::set_up::cost;
use crate::tone::ColorMapper;
use crate::{Error, Format, Grid, Job};
use claim::{Claim, Claims};
use contact_sheet::{Cells, ContactSheet, cells};
use dry_run::DryRun;
pub use film::Container;
use film_args::FilmArgs;
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
    let mut job = planned.job().clone();
    let precision = args.picture.precision();
    let mut options = args.picture.options(args.compression.get())?;
    options.texts = record::texts();
    options.without_metadata = args.compression.no_metadata;
    let interrupt = signals::flag();
    let mut animation = args.motion.animation(job.clone())?;
    // Key frames that say how many iterations there are come before a number that follows from the view.
    let (says_auto, has_itermax) = (planned.is_auto(), animation.has_itermax());
    let mut auto = says_auto && !has_itermax;
    let only = args.motion.only(animation.frames)?;
    if let Some(cells) = args.contact_sheet {
        let (path, animation) = (&*args.output, &animation);
        let sheet = ContactSheet { path, cells, animation, only, auto, options };
        return sheet.write(&args.picture, &interrupt, messages);
    }
    let mut levels = None;
    if args.motion.resample {
        if auto {
            // All frames have as many iterations as the deepest view needs: so they fit together.
            let deepest = ZoomLevels::new(&animation)?.deepest().clone();
            let progress = messages.progress(cost(&deepest, precision));
            let deepest = planned::set_up(&deepest, auto, precision, &interrupt, &progress);
            progress.finish_and_clear();
            job.julia = deepest?.julia;
            animation.job.julia = job.julia.clone();
            auto = false;
            let itermax = job.julia.itermax();
            messages.detail(format!("itermax {itermax}, as many as the deepest view needs"));
        }
        levels = Some(ZoomLevels::new(&animation)?);
    }
    let tone = &options.tone;
    let is_proven = tone.distance.is_none() && (!tone.smooth || Tiers::has_smooth(&job.julia));
    // How many iterations a view needs is its own, too.
    let jobs = if is_proven && !auto {
        animation.jobs_of_one_orbit_in(only.clone())?
    } else {
        animation.jobs_in(only.clone())?
    };
    // Only the first frame is there when an engine is chosen.
    for job in &jobs {
        check_precision(precision, &options.sampling.job(job)?)?;
    }
    let target = Target::new(&args.output, &job, &options, args.motion.fps, args.film.crf)?;
    if !args.dry_run {
        target.check(&interrupt)?;
    }
    args.picture.start_threads()?;
    let per_frame = args.picture.is_histogram_per_frame();
    histogram::complete(&mut options.tone, &animation, auto, &args.picture, &interrupt, messages)?;
    let mut source = Source::Computed;
    if let Some(levels) = levels {
        options.texts.push((RESAMPLED, levels.description()));
        source = Source::Resampled(ZoomFrames::new(levels, &options)?);
    }
    let grids = jobs.iter().map(|job| &job.grid);
    messages.note_equal_neighbours_of(grids, (jobs.len() > 1).then_some(only.start));
    messages.note_rounded_constant(precision, &jobs[0].julia);
    let pixels = target.pixels_to_compute(&job, &options)?;
    let points = |job: &Job| pixels + cost(job, precision);
    let all = match source.levels(&only) {
        Some(levels) => 4 * pixels * levels.len() as u64 + cost(&levels[0], precision),
        None => jobs.iter().map(points).sum(),
    };
    let progress = messages.progress(all);
    let set_up = |job: &Job| {
        let done = planned::set_up(job, auto, precision, &interrupt, &progress);
        if done.is_err() {
            progress.finish_and_clear();
        }
        done
    };
    args.picture.check_adapter(&jobs[0])?;
    let pictures = source.levels(&only).unwrap_or(&jobs);
    let first = set_up(&pictures[0])?;
    let mut engine =
        args.picture.engine(&as_large(&first, pictures.len())?, messages, &progress)?;
    let offsets = animation.palette_offsets(options.tone.palette_offset)?;
    if args.dry_run {
        let resampled = text(&options.texts, RESAMPLED);
        let is_kept = |(number, job): (u32, &Job)| {
            let Some((file, format)) = target.file(number) else { return false };
            let of_frame = of_frame(&options, offsets[number as usize]);
            let wanted = picture::record(job, precision, &of_frame).to_string();
            !options.without_metadata && is_there(&file, format, (&wanted, auto), resampled)
        };
        let kept = only.clone().zip(&jobs).filter(|&frame| is_kept(frame)).count();
        let each = match &mut source {
            Source::Computed if target.is_gif() => {
                let job = set_up(&jobs[jobs.len() / 2])?;
                let frame =
                    picture::draw(engine.as_mut(), &job, true, &options, &interrupt, |_| ());
                target.time_to_encode(&frame?.0).unwrap_or_default()
            }
            Source::Computed => Duration::ZERO,
            Source::Resampled(frames) => {
                frames.time_of_one(only.start, engine.as_mut(), &options, &interrupt)?
            }
        };
        let (all, levels) = (animation.frames, source.levels(&only));
        let (target, jobs, options) = (&target, &jobs[..], &options);
        let dry = DryRun { target, jobs, only: only.clone(), all, kept, levels, options };
        let lines = dry.lines(engine.as_mut(), each.as_secs_f64(), &interrupt, set_up);
        progress.finish_and_clear();
        print(lines?.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(line) = target.how_to_read(&job, &options)? {
        messages.note(line);
    }
    let picture = picture::record(&job, precision, &options).to_string();
    let is_open = auto || (says_auto && has_itermax);
    let picture = if is_open { with_auto_itermax(&picture) } else { picture };
    let (resample, rate) = (args.motion.resample, args.motion.fps);
    let mut whole = picture.clone() + &motion_args::record(&animation, &only, resample, rate);
    if per_frame && ColorMapper::needs_histogram(&options.tone) {
        whole += &format!("histogram = \"{PER_FRAME}\"\n");
    }
    if target.longest_job().is_some_and(|longest| whole.len() > longest) {
        messages.note("its path has too many points for its job: --like will not repeat it");
        whole = picture;
    }
    let offsets = animation.palette_offsets(options.tone.palette_offset)?;
    let own_colors = auto || animation.has_own_colors();
    let mut writer = target.start(jobs.len() as u32, &options, own_colors, whole)?;
    let resampled = text(&options.texts, RESAMPLED).map(str::to_owned);
    let (mut kept, mut others, mut itermax) = (0, 0, (u32::MAX, 0));
    let (mut claims, mut wait) = (Claims::new(), Wait::new());
    let (frames, mut is_again) = (jobs.len(), false);
    let mut left: Vec<(u32, Job)> = only.clone().zip(jobs).collect();
    while !left.is_empty() {
        let mut theirs = Vec::new();
        let before = left.len();
        // What has been worked out for a frame goes with it.
        for (number, job) in left {
            // A file that does not say what it is cannot be told from another's.
            let file = target.file(number).filter(|_| !options.without_metadata);
            let _claim = match file.as_ref().map(|(file, _)| claimed(&mut claims, file)) {
                None => None,
                Some(claim) => match claim? {
                    Some(claim) => Some(claim),
                    None => {
                        theirs.push((number, job));
                        continue;
                    }
                },
            };
            let job = &match source {
                Source::Resampled(_) => job,
                Source::Computed if number == only.start => first.clone(),
                Source::Computed => set_up(&job)?,
            };
            itermax = (itermax.0.min(job.julia.itermax()), itermax.1.max(job.julia.itermax()));
            let options = &of_frame(&options, offsets[number as usize]);
            let wanted = picture::record(job, precision, options).to_string();
            if file.is_some_and(|(file, format)| {
                is_there(&file, format, (&wanted, false), resampled.as_deref())
            }) {
                if let Source::Computed = source {
                    let length = progress.length().unwrap_or_default();
                    progress.set_length(length.saturating_sub(pixels));
                }
                *if is_again { &mut others } else { &mut kept } += 1;
                continue;
            }
            let done = writer.write(
                (number, &mut source),
                engine.as_mut(),
                job,
                options,
                &interrupt,
                |band| {
                    progress.inc(band.window.pixels());
                },
            );
            if done.is_err() {
                progress.finish_and_clear();
            }
            if target.ignore_broken_pipe(done)?.is_none() {
                return Ok(ExitCode::SUCCESS);
            }
        }
        if !theirs.is_empty() {
            if !is_again {
                let line = format!("{} frames are with other processes", theirs.len());
                progress.suspend(|| messages.detail(line));
            }
            if let Err(error) = wait.some(theirs.len() < before, &interrupt) {
                progress.finish_and_clear();
                return Err(error.into());
            }
        }
        (left, is_again) = (theirs, true);
    }
    let finished = writer.finish(&interrupt);
    progress.finish_and_clear();
    target.ignore_broken_pipe(finished)?;
    if kept > 0 {
        messages.note(format!("{kept} of {frames} frames were there, and were kept"));
    }
    if others > 0 {
        messages.note(format!("{others} of {frames} frames are of other processes"));
    }
    if auto {
        let (least, most) = itermax;
        messages.detail(format!("itermax from {least} to {most}, as many as each view needs"));
    }
    target.tell(&only, start.elapsed(), messages);
    Ok(ExitCode::SUCCESS)
}

/// What becomes of a frame's counts.
fn of_frame(options: &Options, palette_offset: f64) -> Options {
    let tone = options.tone.clone().palette_offset(palette_offset);
    options.clone().tone(tone)
}

/// A job whose frames have each their own itermax.
fn with_auto_itermax(job: &str) -> String {
    let line = |line: &str| {
        let is_it = line.starts_with("itermax = ");
        if is_it { "itermax = \"auto\"\n".to_owned() } else { format!("{line}\n") }
    };
    job.lines().map(line).collect()
}

/// Whether the picture `path` is whole, of the job `wanted`, with any number of iterations if its own is not known (`auto`), and
/// `resampled` from the same.
fn is_there(
    path: &Path,
    format: Format,
    (wanted, auto): (&str, bool),
    resampled: Option<&str>,
) -> bool {
    let job = |job: &str| if auto { with_auto_itermax(job) } else { job.to_owned() };
    let wanted = job(wanted);
    let is_wanted = |found: &str| job(found).trim_end() == wanted.trim_end();
    metadata::read(path).is_ok_and(|texts| {
        text(&texts, JOB).is_some_and(is_wanted) && text(&texts, RESAMPLED) == resampled
    }) && is_whole(path, format).unwrap_or(false)
}

/// The claim of a frame, if no other process has it.
fn claimed(claims: &mut Claims, frame: &Path) -> crate::Result<Option<Claim>> {
    claims.claim(frame).map_err(|source| {
        // If the frame could not be there either, that is what is wrong.
        let of_frame = AtomicFile::create(frame).err();
        of_frame.unwrap_or_else(|| Error::Io { path: frame.to_path_buf(), source })
    })
}

/// Waits for other processes, longer each time.
struct Wait(Duration);

impl Wait {
    const LEAST: Duration = Duration::from_millis(50);
    const MOST: Duration = Duration::from_secs(1);

    fn new() -> Self {
        Self(Self::LEAST)
    }

    /// Waits for some time, the least if something `moves`; an interrupt is heard.
    fn some(&mut self, moves: bool, interrupt: &AtomicBool) -> crate::Result<()> {
        self.0 = if moves { Self::LEAST } else { (self.0 * 2).min(Self::MOST) };
        let end = Instant::now() + self.0;
        while Instant::now() < end {
            if interrupt.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            thread::sleep(Self::LEAST);
        }
        Ok(())
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
