//! What an animation would take, estimated from some of its frames.

use std::time::{Duration, Instant};

use indicatif::DecimalBytes;

use super::frames::Frames;
use super::source::Source;
use crate::cli::options::output::duration;
use crate::engine::Engine;
use crate::picture;
use crate::{Format, Job, Result};

/// The frames that are tried; more are until they take this long.
const LEAST: usize = 5;
const ENOUGH: Duration = Duration::from_millis(300);

/// What frames of these `jobs` would take, in lines.
///
/// # Errors
/// As [`picture::estimate`], and those of setting up.
pub fn lines(
    frames: &Frames<'_>,
    jobs: &[Job],
    source: &mut Source,
    engine: &mut dyn Engine,
) -> Result<String> {
    let &Frames { target, ref numbers, all, options, .. } = frames;
    let is_kept = |&(number, job): &(u32, &Job)| frames.is_there(number, job, false);
    let kept = numbers.clone().zip(jobs).filter(is_kept).count();
    let each = time_beside_pictures(frames, jobs, source, engine)?.as_secs_f64();
    let levels = source.levels(numbers);
    let pictures = levels.unwrap_or(jobs);
    let format = if levels.is_some() { Format::Png } else { target.format() };
    let begun = Instant::now();
    let mut number = LEAST;
    let tried = loop {
        let tried = Tried::new(frames, pictures, number, format, engine)?;
        if number >= pictures.len() || begun.elapsed() > ENOUGH {
            break tried;
        }
        number *= 4;
    };
    let Tried { number, first, seconds, bytes, memory } = tried;
    let made = jobs.len() - kept;
    let share = if jobs.is_empty() { 0.0 } else { made as f64 / jobs.len() as f64 };
    let seconds = first + seconds / number as f64 * pictures.len() as f64 * share;
    let seconds = seconds + each * made as f64;
    let of_frame = bytes / number as u64 / if levels.is_some() { 4 } else { 1 };
    let (grid, asked) = (&jobs[0].grid, jobs.len());
    let (width, height, pixels) = (grid.width(), grid.height(), grid.pixels());
    let mut lines = format!(
        "{}: {asked} frames of {width} × {height} pixels, {pixels} each, {} in all; nothing is \
         written\n",
        target.name(numbers),
        u128::from(pixels) * asked as u128
    );
    if asked < all as usize {
        lines += &format!("left out: {} of {all} frames\n", all as usize - asked);
    }
    if kept > 0 {
        lines += &format!("kept: {kept} of {asked} frames, which are there\n");
    }
    let what = if levels.is_some() { "levels" } else { "frames" };
    let how = if number == pictures.len() {
        format!("measured on {}", engine.describe())
    } else {
        format!("estimated from {number} of {} {what}, on {}", pictures.len(), engine.describe())
    };
    let others = if target.is_film() { " and what ffmpeg takes" } else { "" };
    let each = seconds / made.max(1) as f64;
    lines += &format!("time: about {}{others}, {each:.3} s a frame, {how}\n", duration(seconds));
    let raw = target.raw_bytes(&jobs[0], options)?;
    let (about, of_frame) = raw.map_or(("about ", of_frame), |raw| ("", raw));
    let in_all = DecimalBytes(of_frame.saturating_mul(made as u64));
    let of_frame = DecimalBytes(of_frame);
    lines += &if target.is_film() || target.is_gif() {
        format!(
            "size: not known before; as PNGs the frames have about {of_frame} each, {in_all} in all\n"
        )
    } else {
        format!("size: {about}{of_frame} a frame, {in_all} in all\n")
    };
    lines += &format!("memory: about {}\n", DecimalBytes(memory));
    Ok(lines)
}

/// How long a frame takes beside what its pictures do.
fn time_beside_pictures(
    frames: &Frames<'_>,
    jobs: &[Job],
    source: &mut Source,
    engine: &mut dyn Engine,
) -> Result<Duration> {
    let &Frames { target, ref numbers, options, interrupt, .. } = frames;
    match source {
        Source::Computed if target.is_gif() => {
            let job = frames.set_up(&jobs[jobs.len() / 2])?;
            let (frame, _) = picture::draw(engine, &job, true, options, interrupt, |_| ())?;
            Ok(target.time_to_encode(&frame).unwrap_or_default())
        }
        Source::Computed => Ok(Duration::ZERO),
        Source::Resampled(levels) => levels.time_of_one(numbers.start, engine, options, interrupt),
    }
}

/// What some pictures take.
struct Tried {
    number: usize,
    /// The seconds of setting up what all share, and those of all tried pictures together.
    first: f64,
    seconds: f64,
    bytes: u64,
    memory: u64,
}

impl Tried {
    /// Tries so many `pictures`, or all: those in the middles of equal parts.
    fn new(
        frames: &Frames<'_>,
        pictures: &[Job],
        number: usize,
        format: Format,
        engine: &mut dyn Engine,
    ) -> Result<Self> {
        let number = number.min(pictures.len());
        let mut tried = Self { number, first: 0.0, seconds: 0.0, bytes: 0, memory: 0 };
        for part in 0..number {
            let begun = Instant::now();
            let job = frames.set_up(&pictures[(2 * part + 1) * pictures.len() / (2 * number)])?;
            let took = begun.elapsed().as_secs_f64();
            let of_one = picture::estimate(engine, &job, format, frames.options, frames.interrupt)?;
            // The first one works out what the others share.
            let is_shared = part == 0 && number > 1;
            *if is_shared { &mut tried.first } else { &mut tried.seconds } += took;
            tried.seconds += of_one.seconds;
            tried.bytes += of_one.bytes;
            tried.memory = tried.memory.max(of_one.memory);
        }
        Ok(tried)
    }
}
