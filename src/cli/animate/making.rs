//! The making of frames: each that is not there, and that no other process makes.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::claim::{Claim, Claims};
use super::frames::Frames;
use super::source::Source;
use super::target::Writer;
use crate::cli::console::Messages;
use crate::engine::Engine;
use crate::output::atomic_file::AtomicFile;
use crate::{Error, Job, Result};

/// What became of the frames.
pub struct Made {
    frames: usize,
    /// Those that were there, and those that other processes have made meanwhile.
    kept: usize,
    others: usize,
    /// The fewest and the most iterations of one.
    itermax: (u32, u32),
}

impl Made {
    /// Says so; with `auto`, how many iterations there were, too.
    pub fn tell(&self, auto: bool, messages: Messages) {
        let &Self { frames, kept, others, itermax: (least, most) } = self;
        if kept > 0 {
            messages.note(format!("{kept} of {frames} frames were there, and were kept"));
        }
        if others > 0 {
            messages.note(format!("{others} of {frames} frames are of other processes"));
        }
        if auto {
            messages.detail(format!("itermax from {least} to {most}, as many as each view needs"));
        }
    }
}

/// Makes the frames of these `jobs`; `None` if the reader of raw frames has closed the pipe. `first` is the first one's job, set up,
/// if it is computed.
///
/// # Errors
/// [`Error::Interrupted`], and what setting up, rendering and writing say.
pub fn make(
    frames: &Frames<'_>,
    (jobs, first): (Vec<Job>, &Job),
    source: &mut Source,
    engine: &mut dyn Engine,
    writer: &mut Writer,
    messages: Messages,
) -> Result<Option<Made>> {
    let &Frames { target, ref numbers, interrupt, progress, .. } = frames;
    let mut made = Made { frames: numbers.len(), kept: 0, others: 0, itermax: (u32::MAX, 0) };
    let (mut claims, mut wait) = (Claims::new(), Wait::new());
    let mut left: Vec<(u32, Job)> = numbers.clone().zip(jobs).collect();
    let mut is_again = false;
    while !left.is_empty() {
        let mut theirs = Vec::new();
        let before = left.len();
        // What has been worked out for a frame goes with it.
        for (number, job) in left {
            let _claim = match frames.file(number).map(|(file, _)| claimed(&mut claims, &file)) {
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
                Source::Computed if number == numbers.start => first.clone(),
                Source::Computed => frames.set_up(&job)?,
            };
            let itermax = job.julia.itermax();
            made.itermax = (made.itermax.0.min(itermax), made.itermax.1.max(itermax));
            if frames.is_there(number, job, true) {
                if let Source::Computed = source {
                    let length = progress.length().unwrap_or_default();
                    progress.set_length(length.saturating_sub(frames.pixels));
                }
                *if is_again { &mut made.others } else { &mut made.kept } += 1;
                continue;
            }
            let options = &frames.options_of(number);
            let done = writer.write((number, source), engine, job, options, interrupt, |band| {
                progress.inc(band.window.pixels());
            });
            if target.ignore_broken_pipe(done)?.is_none() {
                return Ok(None);
            }
        }
        if !theirs.is_empty() {
            if !is_again {
                let line = format!("{} frames are with other processes", theirs.len());
                progress.suspend(|| messages.detail(line));
            }
            wait.some(theirs.len() < before, interrupt)?;
        }
        (left, is_again) = (theirs, true);
    }
    Ok(Some(made))
}

/// The claim of a frame, if no other process has it.
fn claimed(claims: &mut Claims, frame: &Path) -> Result<Option<Claim>> {
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
    fn some(&mut self, moves: bool, interrupt: &AtomicBool) -> Result<()> {
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
