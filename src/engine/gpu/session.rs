//! A job on one device: what is lost with the device.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::open::Ready;
use crate::counts::{Band, Tally};
use crate::cpu::exact::Tiers;
use crate::cpu::instruction_set;
use crate::error::Result;
use crate::gpu::{self, Device, Run};
use crate::julia::Job;
use crate::region::Window;

/// Undecided pixels that the CPU finishes before it looks whether the GPU has enough to do.
const FINISHED_AT_ONCE: usize = 1 << 15;

/// A job in a device's hands. What an exact kernel leaves undecided, the CPU's tiers finish while the
/// GPU has the next band.
pub(super) struct Session<'a> {
    device: Arc<Device>,
    run: Run<'a>,
    /// Of the precision `exact`.
    tiers: Option<Tiers>,
    job: Job,
    interrupt: &'a AtomicBool,
    /// The most pixels that the device has of a band at once.
    piece_pixels: u32,
    /// The windows that were started.
    windows: VecDeque<Window>,
    /// Their pieces that the device has not yet, with buffers for as many as there are.
    waiting: VecDeque<Window>,
    buffers: Vec<Vec<u32>>,
    /// Pieces that the device has.
    in_hand: usize,
}

impl<'a> Session<'a> {
    pub fn new(
        Ready { device, runner }: Ready,
        job: &Job,
        piece_pixels: u32,
        additive_term: f64,
        interrupt: &'a AtomicBool,
    ) -> Result<Self> {
        let exact = runner.kernel().is_exact();
        Ok(Self {
            device,
            run: runner.begin(job, additive_term, interrupt)?,
            tiers: exact.then(|| Tiers::new(&job.julia, instruction_set::best())),
            job: *job,
            interrupt,
            piece_pixels,
            windows: VecDeque::new(),
            waiting: VecDeque::new(),
            buffers: Vec::new(),
            in_hand: 0,
        })
    }

    pub fn into_ready(self) -> Ready {
        Ready { device: self.device, runner: self.run.into_runner() }
    }

    pub fn start(&mut self, window: Window, buffer: Vec<u32>) -> Result<()> {
        self.windows.push_back(window);
        self.waiting.extend(window.pieces(self.piece_pixels));
        self.buffers.push(buffer);
        self.feed()
    }

    /// Gives the device pieces until it has enough.
    fn feed(&mut self) -> Result<()> {
        while self.in_hand < gpu::DEPTH
            && let Some(piece) = self.waiting.pop_front()
        {
            self.run.start(piece, self.buffers.pop().unwrap_or_default())?;
            self.in_hand += 1;
        }
        Ok(())
    }

    /// Waits for the oldest window.
    pub fn finish(&mut self) -> Result<Band> {
        let window = self.windows.pop_front().expect("a band was started");
        let Band { mut counts, mut tally, .. } = self.finish_piece()?;
        while (counts.len() as u64) < window.pixels() {
            let piece = self.finish_piece()?;
            counts.extend_from_slice(&piece.counts);
            tally += piece.tally;
            self.buffers.push(piece.counts);
        }
        Ok(Band { window, counts, tally })
    }

    fn finish_piece(&mut self) -> Result<Band> {
        let gpu::Finished { window, mut counts, undecided } = self.run.finish()?;
        self.in_hand -= 1;
        self.feed()?;
        let Some(tiers) = &self.tiers else {
            return Ok(Band { window, counts, tally: Tally::default() });
        };
        let gpu = counts.len() as u64 - undecided.len() as u64;
        let mut tally = Tally { gpu, ..Tally::default() };
        for undecided in undecided.chunks(FINISHED_AT_ONCE) {
            self.run.feed()?;
            tally += tiers.finish(&self.job, window, undecided, &mut counts, self.interrupt)?;
        }
        Ok(Band { window, counts, tally })
    }
}

/// One window of `job` on its own.
pub(super) fn one_band(
    ready: Ready,
    job: &Job,
    window: Window,
    interrupt: &AtomicBool,
) -> Result<(Ready, Band)> {
    let mut session = Session::new(ready, job, u32::MAX, 1.0, interrupt)?;
    session.start(window, Vec::new())?;
    let band = session.finish()?;
    Ok((session.into_ready(), band))
}
