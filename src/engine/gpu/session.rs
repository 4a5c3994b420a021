//! A job on one device: what is lost with the device.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crate::band::{Band, Quantities, Values};
use crate::counts::TierCounts;
use crate::cpu::Evaluator;
use crate::cpu::exact::Tiers;
use crate::cpu::instruction_set;
use crate::engine::speed::Contender;
use crate::error::Result;
use crate::gpu::{self, Device, Dispatches, Kernel, Program, Run, Runner};
use crate::job::Job;
use crate::julia::{Julia, Precision};
use crate::timing::{Phase, timed};
use crate::window::Window;

/// Undecided pixels that the CPU finishes before it looks whether the GPU has enough to do.
const FINISHED_AT_ONCE: usize = 1 << 15;

/// A device with a kernel on it.
pub(super) struct Ready {
    pub device: Arc<Device>,
    pub counts: Runner,
    /// For smooth values beside counts, once they are asked for.
    pub smooth: Option<Runner>,
}

impl Ready {
    /// Makes `kernel` ready on `device`.
    pub fn new(device: Arc<Device>, kernel: Kernel, phases: &mut Vec<Phase>) -> Result<Self> {
        let program = Program::counts(kernel);
        let counts = timed(phases, "kernel", || Runner::new(device.clone(), program))?;
        Ok(Self { device, counts, smooth: None })
    }

    /// Makes the kernel ready for smooth values too.
    pub fn add_smooth(&mut self, phases: &mut Vec<Phase>) -> Result<()> {
        let program = Program::smooth(self.kernel());
        let runner = || Runner::new(self.device.clone(), program);
        self.smooth = Some(timed(phases, "smooth kernel", runner)?);
        Ok(())
    }

    pub fn kernel(&self) -> Kernel {
        self.counts.program().kernel
    }

    /// What the dispatches came to so far.
    pub fn dispatches(&self) -> Dispatches {
        let mut sum = self.counts.dispatches();
        if let Some(smooth) = &self.smooth {
            sum += smooth.dispatches();
        }
        sum
    }

    /// Whether smooth values of `julia` come from the device.
    pub fn proves_smooth(&self, julia: &Julia) -> bool {
        self.kernel().is_exact() && Tiers::has_smooth(julia)
    }

    /// One window of `job` on its own.
    pub fn band(
        &mut self,
        job: &Job,
        quantities: Quantities,
        window: Window,
        interrupt: &AtomicBool,
    ) -> Result<Band> {
        let mut session = Session::new(self, job, quantities, u32::MAX, interrupt)?;
        session.start(self, window, Values::default())?;
        session.finish(self)
    }
}

impl Contender for Ready {
    fn time(&mut self, job: &Job, quantities: Quantities, window: Window) -> Result<Duration> {
        let go_on = AtomicBool::new(false);
        self.band(job, quantities, window, &go_on)?;
        let start = Instant::now();
        self.band(job, quantities, window, &go_on)?;
        Ok(start.elapsed())
    }
}

/// A job in a device's hands; each method takes the device that began it. What an exact kernel leaves
/// undecided, the CPU's tiers finish while the GPU has the next band; meanwhile the one after that is prepared.
pub(super) struct Session<'a> {
    run: Run<'a>,
    /// Whether the device gives smooth values.
    smooth: bool,
    /// Of the precision `exact`.
    tiers: Option<Tiers>,
    /// For what the device does not give.
    rest: Option<Evaluator>,
    job: Job,
    interrupt: &'a AtomicBool,
    /// The most pixels that the device has of a band at once.
    piece_pixels: u32,
    /// The windows that were started.
    windows: VecDeque<Window>,
    /// Their pieces that the device does not have yet, and memory for them.
    waiting: VecDeque<Window>,
    idle: Vec<Values>,
    /// Pieces that the device has.
    in_hand: usize,
}

impl<'a> Session<'a> {
    /// Takes up `job` on a device that is ready for smooth values, if they are asked for and
    /// [proven](Ready::proves_smooth).
    pub fn new(
        ready: &Ready,
        job: &Job,
        quantities: Quantities,
        piece_pixels: u32,
        interrupt: &'a AtomicBool,
    ) -> Result<Self> {
        let exact = ready.kernel().is_exact();
        let smooth = quantities.smooth && ready.proves_smooth(&job.julia);
        // What smooth values need to know of the precision is whether counts are true.
        let precision = if exact { Precision::Exact } else { Precision::Double };
        let rest = Quantities { smooth: quantities.smooth && !smooth, ..quantities };
        let runner = if smooth { ready.smooth.as_ref() } else { Some(&ready.counts) };
        let run = runner.expect("smooth values were made ready");
        Ok(Self {
            run: run.begin(job, interrupt)?,
            smooth,
            tiers: exact.then(|| Tiers::of(job, instruction_set::best(), smooth)),
            rest: rest.any().then(|| Evaluator::new(job, precision, rest)),
            job: job.clone(),
            interrupt,
            piece_pixels,
            windows: VecDeque::new(),
            waiting: VecDeque::new(),
            idle: Vec::new(),
            in_hand: 0,
        })
    }

    pub fn start(&mut self, ready: &mut Ready, window: Window, memory: Values) -> Result<()> {
        self.idle.push(memory);
        self.windows.push_back(window);
        self.waiting.extend(window.pieces(self.piece_pixels));
        self.feed(ready)
    }

    /// Gives the device pieces until it has enough, and has the next one prepared.
    fn feed(&mut self, ready: &mut Ready) -> Result<()> {
        while self.in_hand < gpu::DEPTH
            && let Some(piece) = self.waiting.pop_front()
        {
            let memory = self.idle.pop().unwrap_or_default();
            self.run.start(runner(ready, self.smooth), piece, memory)?;
            self.in_hand += 1;
        }
        if let Some(&next) = self.waiting.front() {
            self.run.prepare(next);
        }
        Ok(())
    }

    /// Waits for the oldest window.
    pub fn finish(&mut self, ready: &mut Ready) -> Result<Band> {
        let window = self.windows.pop_front().expect("a band was started");
        let (mut values, mut tier_counts) = self.finish_piece(ready)?;
        while (values.counts.len() as u64) < window.pixels() {
            let (piece, piece_tier_counts) = self.finish_piece(ready)?;
            values.extend(&piece, 0..piece.counts.len());
            tier_counts += piece_tier_counts;
            self.idle.push(piece);
        }
        if let Some(rest) = &self.rest {
            rest.complete(window, &mut values, self.interrupt)?;
        }
        Ok(Band { window, values, tier_counts })
    }

    /// What the device and the tiers give of the oldest piece, and which of them decided it.
    fn finish_piece(&mut self, ready: &mut Ready) -> Result<(Values, TierCounts)> {
        let runner = runner(ready, self.smooth);
        let gpu::Finished { window, mut values, undecided } = self.run.finish(runner)?;
        self.in_hand -= 1;
        self.feed(ready)?;
        let Some(tiers) = &self.tiers else {
            return Ok((values, TierCounts::default()));
        };
        let undecided =
            tiers.stop_at_edges(&self.job, window, undecided, &mut values, self.interrupt)?;
        let gpu = values.counts.len() as u64 - undecided.len() as u64;
        let mut tier_counts = TierCounts { gpu, ..TierCounts::default() };
        for undecided in undecided.chunks(FINISHED_AT_ONCE) {
            self.run.feed(self::runner(ready, self.smooth))?;
            let values = values.as_mut();
            tier_counts += tiers.finish(&self.job, window, undecided, values, self.interrupt)?;
        }
        Ok((values, tier_counts))
    }
}

/// What runs the kernel, with smooth values or without.
fn runner(ready: &mut Ready, smooth: bool) -> &mut Runner {
    match &mut ready.smooth {
        Some(runner) if smooth => runner,
        _ => &mut ready.counts,
    }
}
