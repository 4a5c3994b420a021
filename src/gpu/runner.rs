//! Runs the windows of a job on a device: cut into dispatches of bounded time, two bands at once.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::device::{Device, Submission};
use super::inputs::Inputs;
use super::kernel::{Kernel, MAX_ITERMAX, WORKGROUP_SIZE};
use super::program::Program;
use super::slot::Slot;
use crate::error::{Error, Result};
use crate::julia::Job;
use crate::region::Window;

/// How long a dispatch should take: long enough to hide its cost, short enough for every watchdog.
const TARGET: Duration = Duration::from_millis(50);

/// Steps of all pixels together that the first dispatch may take.
const FIRST_WORK: u64 = 1 << 22;

/// Bands that have buffers at the same time.
pub(crate) const DEPTH: usize = 2;

/// Dispatches that the device has in hand at the same time: one runs, one waits.
const QUEUED: usize = 2;

/// A kernel on a device, with the buffers of its bands.
pub(crate) struct Runner {
    device: Arc<Device>,
    program: Program,
    idle: Vec<Slot>,
    /// Steps of all pixels together that a dispatch may take.
    work: u64,
}

impl Runner {
    /// Makes `kernel` ready on `device`.
    pub fn new(device: Arc<Device>, kernel: Kernel) -> Result<Self> {
        let program = Program::new(&device, kernel)?;
        Ok(Self { device, program, idle: Vec::new(), work: FIRST_WORK })
    }

    /// What it runs.
    pub fn kernel(&self) -> Kernel {
        self.program.kernel
    }

    /// Takes up `job`.
    pub fn begin<'a>(
        self,
        job: &Job,
        additive_term: f64,
        interrupt: &'a AtomicBool,
    ) -> Result<Run<'a>> {
        self.device.check()?;
        if job.julia.itermax() > MAX_ITERMAX {
            return Err(Error::invalid(
                "itermax",
                job.julia.itermax(),
                format!("must be at most {MAX_ITERMAX} on a GPU"),
            ));
        }
        let inputs = Inputs::new(self.program.kernel, job, additive_term);
        self.program.set_job(&self.device, &inputs)?;
        Ok(Run {
            runner: self,
            inputs,
            itermax: job.julia.itermax(),
            interrupt,
            bands: VecDeque::new(),
            queue: VecDeque::new(),
        })
    }
}

/// A job on a device.
pub(crate) struct Run<'a> {
    runner: Runner,
    inputs: Inputs,
    itermax: u32,
    interrupt: &'a AtomicBool,
    /// Bands that were started and not yet finished, oldest first.
    bands: VecDeque<Started>,
    /// Dispatches that the device has in hand, oldest first.
    queue: VecDeque<Queued>,
}

/// A band that was started.
struct Started {
    slot: Slot,
    buffer: Vec<u32>,
    /// The first tile that no dispatch has taken.
    next_tile: u32,
    tiles: u32,
    /// Dispatches that are not done.
    outstanding: u32,
}

/// A dispatch in the device's hands.
struct Queued {
    submission: Submission,
    since: Instant,
    work: u64,
}

/// What came back for a window.
pub(crate) struct Finished {
    pub window: Window,
    pub counts: Vec<u32>,
    /// The indices of the counts that an exact kernel could not decide.
    pub undecided: Vec<u32>,
}

impl Run<'_> {
    /// The kernel that ran it, for another job.
    pub fn into_runner(self) -> Runner {
        self.runner
    }

    /// Starts on `window`; `buffer` is where its counts will be.
    pub fn start(&mut self, window: Window, buffer: Vec<u32>) -> Result<()> {
        let runner = &mut self.runner;
        let limit = runner.device.max_storage_buffer();
        if window.pixels() * 4 > limit {
            return Err(Error::invalid(
                "window",
                format!("{} x {}", window.width, window.height),
                format!("must have at most {} pixels on this adapter", limit / 4),
            ));
        }
        let at_hand = runner.idle.pop();
        let slot = Slot::prepare(&runner.device, &runner.program, &self.inputs, at_hand, window)?;
        let tiles = slot.tiles();
        self.bands.push_back(Started { slot, buffer, next_tile: 0, tiles, outstanding: 0 });
        self.feed()
    }

    /// Waits for the oldest band.
    pub fn finish(&mut self) -> Result<Finished> {
        loop {
            self.feed()?;
            let oldest = self.bands.front().expect("a band was started");
            if oldest.next_tile == oldest.tiles && oldest.outstanding == 0 {
                break;
            }
            self.wait_for_one()?;
        }
        let Started { slot, buffer: mut counts, .. } =
            self.bands.pop_front().expect("a band was started");
        let window = slot.window;
        let exact = self.runner.program.kernel.is_exact();
        let undecided = slot.read(&self.runner.device, exact, self.itermax, &mut counts)?;
        self.runner.idle.push(slot);
        Ok(Finished { window, counts, undecided })
    }

    /// Gives the device dispatches until it has enough in hand.
    pub fn feed(&mut self) -> Result<()> {
        while self.queue.len() < QUEUED {
            let Some(band) = self.bands.iter_mut().find(|band| band.next_tile < band.tiles) else {
                break;
            };
            let runner = &self.runner;
            let work_of_tile = u64::from(WORKGROUP_SIZE) * u64::from(self.itermax);
            let share = (runner.work / work_of_tile).clamp(1, u64::from(band.tiles)) as u32;
            let end = band.next_tile.saturating_add(share).min(band.tiles);
            let queued = band.dispatch(runner, band.next_tile..end, self.itermax)?;
            band.next_tile = end;
            band.outstanding += 1;
            self.queue.push_back(queued);
        }
        Ok(())
    }

    /// Waits for the oldest dispatch, and learns from its time.
    fn wait_for_one(&mut self) -> Result<()> {
        let Some(oldest) = self.queue.front() else { return Ok(()) };
        let device = &self.runner.device;
        let started = Instant::now();
        while !device.wait(&oldest.submission, Duration::from_millis(100))? {
            if self.interrupt.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            device.check_patience(started.elapsed())?;
        }
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        let elapsed = oldest.since.elapsed();
        let rate = oldest.work as f64 / elapsed.as_secs_f64().max(1e-6);
        let fitting = (rate * TARGET.as_secs_f64()) as u64;
        self.runner.work = fitting.clamp(FIRST_WORK, self.runner.work.saturating_mul(4));
        self.queue.pop_front();
        if let Some(next) = self.queue.front_mut() {
            // The device takes up the next one only now.
            next.since = Instant::now();
        }
        let band = self.bands.iter_mut().find(|band| band.outstanding > 0);
        band.expect("the dispatch is some band's").outstanding -= 1;
        Ok(())
    }
}

impl Started {
    fn dispatch(&mut self, runner: &Runner, tiles: Range<u32>, itermax: u32) -> Result<Queued> {
        let slot = &mut self.slot;
        let work =
            u64::from(tiles.end - tiles.start) * u64::from(WORKGROUP_SIZE) * u64::from(itermax);
        let (first, last) = (tiles.start == 0, tiles.end == self.tiles);
        let (slice, groups) = slot.slice(tiles, itermax, runner.device.max_workgroups());
        let groups = runner.device.groups(groups);
        slot.write_slice(&runner.device, &slice)?;
        let submission = runner.device.submit(|encoder| {
            if first {
                slot.clear(encoder);
            }
            slot.dispatch(encoder, &runner.program, groups);
            if last {
                slot.copy_back(encoder);
            }
        })?;
        if last {
            slot.request_map(&runner.device);
        }
        Ok(Queued { submission, since: Instant::now(), work })
    }
}
