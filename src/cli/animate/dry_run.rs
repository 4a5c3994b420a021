//! What an animation would take, estimated from some of its frames.

use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use indicatif::DecimalBytes;

use super::target::Target;
use crate::cli::error::Failure;
use crate::cli::options::output::duration;
use crate::engine::Engine;
use crate::picture::{self, Options};
use crate::{Format, Job};

/// The frames that are tried; more are until they take this long.
const LEAST: usize = 5;
const ENOUGH: Duration = Duration::from_millis(300);

/// An animation that is not rendered.
pub struct DryRun<'a> {
    pub target: &'a Target,
    /// The frames that are asked for, of all.
    pub jobs: &'a [Job],
    pub only: Range<u32>,
    pub all: u32,
    /// How many of them are there.
    pub kept: usize,
    /// What is computed in place of the frames: pictures of four times as many pixels each.
    pub levels: Option<&'a [Job]>,
    pub options: &'a Options,
}

impl DryRun<'_> {
    /// What it would take, in lines. `set_up` prepares a job; each frame takes so many seconds beside what its pictures do.
    ///
    /// # Errors
    /// As [`picture::estimate`], and those of `set_up`.
    pub fn lines(
        &self,
        engine: &mut dyn Engine,
        each: f64,
        interrupt: &AtomicBool,
        set_up: impl Fn(&Job) -> crate::Result<Job>,
    ) -> Result<String, Failure> {
        let &Self { target, jobs, ref only, all, kept, levels, options } = self;
        let pictures = levels.unwrap_or(jobs);
        let format = if levels.is_some() { Format::Png } else { target.format() };
        let begun = Instant::now();
        let mut number = LEAST;
        let tried = loop {
            let tried =
                Tried::new(pictures, number, engine, (format, options), interrupt, &set_up)?;
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
        let (grid, frames) = (&jobs[0].grid, jobs.len());
        let (width, height, pixels) = (grid.width(), grid.height(), grid.pixels());
        let mut lines = format!(
            "{}: {frames} frames of {width} × {height} pixels, {pixels} each, {} in all; nothing is \
             written\n",
            target.name(only),
            u128::from(pixels) * frames as u128
        );
        if frames < all as usize {
            lines += &format!("left out: {} of {all} frames\n", all as usize - frames);
        }
        if kept > 0 {
            lines += &format!("kept: {kept} of {frames} frames, which are there\n");
        }
        let what = if levels.is_some() { "levels" } else { "frames" };
        let how = if number == pictures.len() {
            format!("measured on {}", engine.describe())
        } else {
            format!(
                "estimated from {number} of {} {what}, on {}",
                pictures.len(),
                engine.describe()
            )
        };
        let others = if target.is_film() { " and what ffmpeg takes" } else { "" };
        let each = seconds / made.max(1) as f64;
        lines +=
            &format!("time: about {}{others}, {each:.3} s a frame, {how}\n", duration(seconds));
        let size = match target.raw_bytes(&jobs[0], options)? {
            Some(raw) => Some(("", raw)),
            None if target.is_film() || target.is_gif() => None,
            None => Some(("about ", of_frame)),
        };
        lines += &match size {
            Some((about, bytes)) => format!(
                "size: {about}{} a frame, {} in all\n",
                DecimalBytes(bytes),
                DecimalBytes(bytes.saturating_mul(made as u64))
            ),
            None => format!(
                "size: not known before; as PNGs the frames have about {} each, {} in all\n",
                DecimalBytes(of_frame),
                DecimalBytes(of_frame.saturating_mul(made as u64))
            ),
        };
        lines += &format!("memory: about {}\n", DecimalBytes(memory));
        Ok(lines)
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
        pictures: &[Job],
        number: usize,
        engine: &mut dyn Engine,
        (format, options): (Format, &Options),
        interrupt: &AtomicBool,
        set_up: impl Fn(&Job) -> crate::Result<Job>,
    ) -> crate::Result<Self> {
        let number = number.min(pictures.len());
        let mut tried = Self { number, first: 0.0, seconds: 0.0, bytes: 0, memory: 0 };
        for part in 0..number {
            let begun = Instant::now();
            let job = set_up(&pictures[(2 * part + 1) * pictures.len() / (2 * number)])?;
            let took = begun.elapsed().as_secs_f64();
            let of_one = picture::estimate(engine, &job, format, options, interrupt)?;
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
