//! Runs the windows of a job on a device: cut into dispatches of bounded time, two bands at once.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use wgpu::BufferUsages as Usage;

use super::band::{Need, Started};
use super::device::{Device, Mapping, Submission};
use super::inputs::Inputs;
use super::kernel::{Kernel, MAX_ITERMAX, WORKGROUP_SIZE};
use super::pace::Pace;
use super::program::Program;
use super::slot::{PROGRESS_SIZE, Slot, most_pixels};
use super::uniform::Progress;
use crate::error::{Error, Result};
use crate::julia::Job;
use crate::region::Window;

/// Bands that have buffers at the same time.
pub(crate) const DEPTH: usize = 2;

/// Submissions that the device has in hand at the same time: one runs, one waits.
const QUEUED: usize = 2;

/// A kernel on a device, with the buffers of its bands.
pub(crate) struct Runner {
    device: Arc<Device>,
    program: Program,
    idle: Vec<Slot>,
    /// What dispatches tell of themselves, [`PROGRESS_SIZE`] each.
    receipts: Vec<wgpu::Buffer>,
    pace: Pace,
    dispatches: Dispatches,
}

/// What a runner's dispatches came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dispatches {
    /// How many are done.
    pub count: u64,
    /// The most steps, of all its pixels together, that one was given.
    pub most_given: u64,
    /// The most that one has taken, as far as its workgroups' first pixels tell.
    pub most_taken: u64,
    /// The longest time that one is known to have taken.
    pub longest: Duration,
}

impl Runner {
    /// Makes `kernel` ready on `device`. A dispatch gets at most `work` steps of all its pixels
    /// together; where none is given, as many as it does in time.
    pub fn new(device: Arc<Device>, kernel: Kernel, work: Option<u64>) -> Result<Self> {
        let program = Program::new(&device, kernel)?;
        let (pace, dispatches) = (Pace::new(work), Dispatches::default());
        Ok(Self { device, program, idle: Vec::new(), receipts: Vec::new(), pace, dispatches })
    }

    /// What it runs.
    pub fn kernel(&self) -> Kernel {
        self.program.kernel
    }

    /// What its dispatches came to so far.
    pub fn dispatches(&self) -> Dispatches {
        self.dispatches
    }

    /// Takes up `job`. The run is given this runner at each call.
    pub fn begin<'a>(
        &self,
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
        let (bands, queue) = (VecDeque::new(), VecDeque::new());
        Ok(Run { inputs, interrupt, bands, finished: 0, queue })
    }

    fn receipt(&mut self) -> Result<wgpu::Buffer> {
        let usage = Usage::MAP_READ | Usage::COPY_DST;
        let at_hand = self.receipts.pop();
        at_hand.map_or_else(|| self.device.buffer("receipt", PROGRESS_SIZE, usage), Ok)
    }
}

/// A job on a device: what is lost with the job. Each method takes the runner that began it.
pub(crate) struct Run<'a> {
    inputs: Inputs,
    interrupt: &'a AtomicBool,
    /// Bands that were started and not yet finished, oldest first.
    bands: VecDeque<Started>,
    /// How many bands were finished.
    finished: usize,
    /// What the device has in hand, oldest first.
    queue: VecDeque<Queued>,
}

/// A submission in the device's hands.
struct Queued {
    submission: Submission,
    /// The number of its band, from the first one of the job on.
    band: usize,
    /// What it tells of itself, if it is a dispatch.
    receipt: Option<(wgpu::Buffer, Mapping)>,
    /// When the device took it up; or else when it was submitted.
    since: Instant,
    /// Whether the device took it up just then.
    certain: bool,
}

/// What came back for a window.
pub(crate) struct Finished {
    pub window: Window,
    pub counts: Vec<u32>,
    /// The indices of the counts that an exact kernel could not decide.
    pub undecided: Vec<u32>,
}

impl Run<'_> {
    /// Starts on `window`; `buffer` is where its counts will be.
    pub fn start(&mut self, runner: &mut Runner, window: Window, buffer: Vec<u32>) -> Result<()> {
        let most = most_pixels(&runner.device, &runner.program);
        if window.pixels() > most {
            return Err(Error::invalid(
                "window",
                format!("{} x {}", window.width, window.height),
                format!("must have at most {most} pixels on this adapter"),
            ));
        }
        let (at_hand, slices) = (runner.idle.pop(), runner.pace.slices(self.inputs.itermax()));
        let (device, program) = (&runner.device, &runner.program);
        let slot = Slot::prepare(device, program, &self.inputs, at_hand, window, slices)?;
        self.bands.push_back(Started::new(slot, buffer));
        self.feed(runner)
    }

    /// Waits for the oldest band.
    pub fn finish(&mut self, runner: &mut Runner) -> Result<Finished> {
        loop {
            self.submit(runner)?;
            if self.bands.front().expect("a band was started").is_done() {
                break;
            }
            self.wait_for_one(runner)?;
        }
        let Started { slot, buffer: mut counts, .. } =
            self.bands.pop_front().expect("a band was started");
        self.finished += 1;
        let window = slot.window;
        let exact = runner.program.kernel.is_exact();
        let undecided = slot.read(&runner.device, exact, &mut counts)?;
        runner.idle.push(slot);
        Ok(Finished { window, counts, undecided })
    }

    /// Sees what is done, and gives the device more, without waiting.
    pub fn feed(&mut self, runner: &mut Runner) -> Result<()> {
        while let Some(oldest) = self.queue.front() {
            if !runner.device.wait(&oldest.submission, Duration::ZERO)? {
                break;
            }
            self.oldest_is_done(runner, false)?;
        }
        self.submit(runner)
    }

    /// Gives the device work until it has enough in hand.
    fn submit(&mut self, runner: &mut Runner) -> Result<()> {
        while self.queue.len() < QUEUED {
            let needs = |band: &Started| band.needs() != Need::Nothing;
            let Some(at) = self.bands.iter().position(needs) else { break };
            let band = &mut self.bands[at];
            let (submission, receipt) = match band.needs() {
                Need::Dispatch => dispatch(runner, band, self.inputs.itermax())?,
                _ => (copy_back(runner, band)?, None),
            };
            band.outstanding += 1;
            let (since, certain) = (Instant::now(), self.queue.is_empty());
            let band = self.finished + at;
            self.queue.push_back(Queued { submission, band, receipt, since, certain });
        }
        Ok(())
    }

    /// Waits for the oldest submission.
    fn wait_for_one(&mut self, runner: &mut Runner) -> Result<()> {
        let Some(oldest) = self.queue.front() else { return Ok(()) };
        let device = &runner.device;
        let started = Instant::now();
        // What is done before anybody waits may have been for long.
        let seen_to_end = !device.wait(&oldest.submission, Duration::ZERO)?;
        while seen_to_end && !device.wait(&oldest.submission, Duration::from_millis(100))? {
            if self.interrupt.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            device.check_patience(started.elapsed())?;
        }
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        self.oldest_is_done(runner, seen_to_end)
    }

    /// Learns from the oldest submission, which is done: just now, if somebody has waited for it.
    fn oldest_is_done(&mut self, runner: &mut Runner, just_now: bool) -> Result<()> {
        let Some(done) = self.queue.pop_front() else { return Ok(()) };
        let now = Instant::now();
        if let (Some(next), true) = (self.queue.front_mut(), just_now) {
            // The device takes up the next one only now.
            (next.since, next.certain) = (now, true);
        }
        let band = &mut self.bands[done.band - self.finished];
        let Some((receipt, mapping)) = done.receipt else {
            band.submission_done(None);
            return Ok(());
        };
        let progress: Progress =
            runner.device.read_mapped(&receipt, PROGRESS_SIZE, &mapping, |bytes| {
                bytemuck::pod_read_unaligned(bytes)
            })?;
        runner.receipts.push(receipt);
        let pixels = band.slot.window.pixels();
        if u64::from(progress.unfinished[0].max(progress.unfinished[1])) > pixels {
            return Err(Error::Device {
                adapter: runner.device.adapter.name.clone(),
                message: format!("its list of unfinished pixels is wrong: {progress:?}"),
            });
        }
        let steps = progress.sampled_steps().saturating_mul(WORKGROUP_SIZE.into());
        let certain = just_now && done.certain;
        let elapsed = now - done.since;
        runner.pace.learn(steps, progress.longest, elapsed, certain);
        let dispatches = &mut runner.dispatches;
        dispatches.count += 1;
        dispatches.most_taken = dispatches.most_taken.max(steps);
        if certain {
            dispatches.longest = dispatches.longest.max(elapsed);
        }
        band.submission_done(Some(&progress));
        Ok(())
    }
}

type Receipt = Option<(wgpu::Buffer, Mapping)>;

/// Submits the band's next dispatch; with the copy of the results, where it must be the last one.
fn dispatch(
    runner: &mut Runner,
    band: &mut Started,
    itermax: u32,
) -> Result<(Submission, Receipt)> {
    let receipt = runner.receipt()?;
    let (device, slot, cursor) = (&runner.device, &mut band.slot, &mut band.cursor);
    let share = runner.pace.share(cursor.groups(), itermax);
    runner.dispatches.most_given = runner.dispatches.most_given.max(share.work());
    let end = cursor.after(share.groups);
    let groups = device.groups(slot.write_slice(device, cursor, end, share)?);
    band.may_go_on |= share.steps < itermax && !cursor.resumed;
    let is_last = end == cursor.end && !band.may_go_on;
    let submission = device.submit(|encoder| {
        match (cursor.next, cursor.resumed) {
            (0, false) => slot.clear(encoder),
            (0, true) => slot.clear_half(encoder, cursor.half),
            _ => {}
        }
        slot.dispatch(encoder, &runner.program, groups, &receipt);
        if is_last {
            slot.copy_back(encoder);
        }
    })?;
    let mapping = device.request_small_map(&receipt, PROGRESS_SIZE);
    if is_last {
        slot.request_map(device);
    }
    cursor.next = end;
    band.copied = is_last;
    Ok((submission, Some((receipt, mapping))))
}

/// Submits the copy of the band's results.
fn copy_back(runner: &Runner, band: &mut Started) -> Result<Submission> {
    let slot = &mut band.slot;
    let submission = runner.device.submit(|encoder| slot.copy_back(encoder))?;
    slot.request_map(&runner.device);
    band.copied = true;
    Ok(submission)
}
