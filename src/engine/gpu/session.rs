//! A job on one device: what is lost with the device.

use std::collections::VecDeque;
use std::mem::take;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crate::band::{Band, Quantities, Values, ValuesMut};
use crate::counts::TierCounts;
use crate::cpu::Evaluator;
use crate::cpu::exact::Tiers;
use crate::cpu::instruction_set;
use crate::engine::speed::Contender;
use crate::error::Result;
use crate::gpu::{self, Device, Kernel, Run, Runner};
use crate::julia::{Job, Precision};
use crate::region::Window;
use crate::timing::{Phase, timed};

/// Undecided pixels that the CPU finishes before it looks whether the GPU has enough to do.
const FINISHED_AT_ONCE: usize = 1 << 15;

/// A device with a kernel on it.
pub(super) struct Ready {
    pub device: Arc<Device>,
    pub runner: Runner,
}

impl Ready {
    /// Makes `kernel` ready on `device`.
    pub fn new(device: Arc<Device>, kernel: Kernel, phases: &mut Vec<Phase>) -> Result<Self> {
        let runner = timed(phases, "kernel", || Runner::new(device.clone(), kernel))?;
        Ok(Self { device, runner })
    }

    /// One window of `job` on its own.
    pub fn band(&mut self, job: &Job, window: Window, interrupt: &AtomicBool) -> Result<Band> {
        let mut session = Session::new(self, job, Quantities::NONE, u32::MAX, interrupt)?;
        session.start(self, window, Values::default())?;
        session.finish(self)
    }
}

impl Contender for Ready {
    fn time(&mut self, job: &Job, window: Window) -> Result<Duration> {
        let go_on = AtomicBool::new(false);
        self.band(job, window, &go_on)?;
        let start = Instant::now();
        self.band(job, window, &go_on)?;
        Ok(start.elapsed())
    }
}

/// A job in a device's hands; each method takes the device that began it. What an exact kernel leaves
/// undecided, the CPU's tiers finish while the GPU has the next band.
pub(super) struct Session<'a> {
    run: Run<'a>,
    /// Of the precision `exact`.
    tiers: Option<Tiers>,
    /// Computes what is asked for beside counts.
    rest: Option<Evaluator>,
    job: Job,
    interrupt: &'a AtomicBool,
    /// The most pixels that the device has of a band at once.
    piece_pixels: u32,
    /// The windows that were started, and memory for what is not counts.
    windows: VecDeque<(Window, Values)>,
    /// Their pieces that the device does not have yet, and buffers for them.
    waiting: VecDeque<Window>,
    buffers: Vec<Vec<u32>>,
    /// Pieces that the device has.
    in_hand: usize,
}

impl<'a> Session<'a> {
    pub fn new(
        ready: &Ready,
        job: &Job,
        quantities: Quantities,
        piece_pixels: u32,
        interrupt: &'a AtomicBool,
    ) -> Result<Self> {
        let exact = ready.runner.kernel().is_exact();
        // What smooth values need to know of the precision is whether counts are true.
        let precision = if exact { Precision::Exact } else { Precision::Double };
        Ok(Self {
            run: ready.runner.begin(job, interrupt)?,
            tiers: exact.then(|| Tiers::new(&job.julia, instruction_set::best(), false)),
            rest: quantities.any().then(|| Evaluator::new(job, precision, quantities)),
            job: *job,
            interrupt,
            piece_pixels,
            windows: VecDeque::new(),
            waiting: VecDeque::new(),
            buffers: Vec::new(),
            in_hand: 0,
        })
    }

    pub fn start(&mut self, ready: &mut Ready, window: Window, mut memory: Values) -> Result<()> {
        self.buffers.push(take(&mut memory.counts));
        self.windows.push_back((window, memory));
        self.waiting.extend(window.pieces(self.piece_pixels));
        self.feed(ready)
    }

    /// Gives the device pieces until it has enough.
    fn feed(&mut self, ready: &mut Ready) -> Result<()> {
        while self.in_hand < gpu::DEPTH
            && let Some(piece) = self.waiting.pop_front()
        {
            let buffer = self.buffers.pop().unwrap_or_default();
            self.run.start(&mut ready.runner, piece, buffer)?;
            self.in_hand += 1;
        }
        Ok(())
    }

    /// Waits for the oldest window.
    pub fn finish(&mut self, ready: &mut Ready) -> Result<Band> {
        let (window, mut values) = self.windows.pop_front().expect("a band was started");
        let (mut counts, mut tier_counts) = self.finish_piece(ready)?;
        while (counts.len() as u64) < window.pixels() {
            let (piece, piece_tier_counts) = self.finish_piece(ready)?;
            counts.extend_from_slice(&piece);
            tier_counts += piece_tier_counts;
            self.buffers.push(piece);
        }
        values.counts = counts;
        if let Some(rest) = &self.rest {
            rest.complete(window, &mut values, self.interrupt)?;
        }
        Ok(Band { window, values, tier_counts })
    }

    /// The counts of the oldest piece, and which tiers decided them.
    fn finish_piece(&mut self, ready: &mut Ready) -> Result<(Vec<u32>, TierCounts)> {
        let gpu::Finished { window, mut counts, undecided } = self.run.finish(&mut ready.runner)?;
        self.in_hand -= 1;
        self.feed(ready)?;
        let Some(tiers) = &self.tiers else {
            return Ok((counts, TierCounts::default()));
        };
        let gpu = counts.len() as u64 - undecided.len() as u64;
        let mut tier_counts = TierCounts { gpu, ..TierCounts::default() };
        let mut values = ValuesMut { counts: &mut counts, ..ValuesMut::default() };
        for undecided in undecided.chunks(FINISHED_AT_ONCE) {
            self.run.feed(&mut ready.runner)?;
            tier_counts +=
                tiers.finish(&self.job, window, undecided, values.reborrow(), self.interrupt)?;
        }
        Ok((counts, tier_counts))
    }
}
