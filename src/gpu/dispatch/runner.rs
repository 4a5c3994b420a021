//! Runs the windows of a job on a device: cut into dispatches of bounded time, two bands at once.

use std::collections::VecDeque;
use std::ops::AddAssign;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use wgpu::BufferUsages as Usage;

use super::band::{Need, Started};
use super::budget::Budget;
use super::buffers::{Buffers, PROGRESS_SIZE, most_pixels};
use super::preparation::Preparation;
use crate::band::Values;
use crate::error::{Error, Result};
use crate::gpu::device::{Device, Mapping, Submission};
use crate::gpu::inputs::Inputs;
use crate::gpu::kernel::layouts::Progress;
use crate::gpu::kernel::pipeline::Pipeline;
use crate::gpu::kernel::{MAX_ITERMAX, Program, WORKGROUP_SIZE};
use crate::job::Job;
use crate::parameter::Parameter;
use crate::window::Window;

/// Bands that have buffers at the same time.
pub(crate) const DEPTH: usize = 2;

/// Submissions that the device has in hand at the same time: one runs, one waits.
const QUEUED: usize = 2;

/// A kernel on a device, with the buffers of its bands.
pub(crate) struct Runner {
    device: Arc<Device>,
    pipeline: Pipeline,
    idle: Vec<Buffers>,
    /// The progress of dispatches, [`PROGRESS_SIZE`] bytes each.
    progress_readbacks: Vec<wgpu::Buffer>,
    budget: Budget,
    dispatches: Dispatches,
}

/// What a runner's dispatches came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dispatches {
    /// How many are done.
    pub count: u64,
    /// The most steps, of all its pixels together, that one was given.
    pub most_given: u64,
    /// The most that one has taken, by its workgroups' first pixels.
    pub most_taken: u64,
    /// The longest time that one is known to have taken.
    pub longest: Duration,
}

impl AddAssign for Dispatches {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.most_given = self.most_given.max(other.most_given);
        self.most_taken = self.most_taken.max(other.most_taken);
        self.longest = self.longest.max(other.longest);
    }
}

impl Runner {
    /// Makes `program` ready on `device`.
    pub fn new(device: Arc<Device>, program: Program) -> Result<Self> {
        let pipeline = Pipeline::new(&device, program)?;
        let (budget, dispatches) = (Budget::new(device.fixed_work()), Dispatches::default());
        Ok(Self {
            device,
            pipeline,
            idle: Vec::new(),
            progress_readbacks: Vec::new(),
            budget,
            dispatches,
        })
    }

    /// What it runs.
    pub fn program(&self) -> Program {
        self.pipeline.program
    }

    /// What its dispatches came to so far.
    pub fn dispatches(&self) -> Dispatches {
        self.dispatches
    }

    /// Takes up `job`. The run is given this runner at each call.
    pub fn begin<'a>(&self, job: &Job, interrupt: &'a AtomicBool) -> Result<Run<'a>> {
        self.device.check()?;
        if job.julia.itermax() > MAX_ITERMAX {
            return Err(Error::invalid(
                Parameter::Itermax,
                job.julia.itermax(),
                format!("must be at most {MAX_ITERMAX} on a GPU"),
            ));
        }
        let inputs = Arc::new(Inputs::new(self.pipeline.program, job, interrupt)?);
        self.pipeline.set_job(&self.device, &inputs)?;
        let (bands, queue) = (VecDeque::new(), VecDeque::new());
        Ok(Run { inputs, interrupt, ahead: None, bands, finished: 0, queue })
    }

    fn progress_readback(&mut self) -> Result<wgpu::Buffer> {
        let usage = Usage::MAP_READ | Usage::COPY_DST;
        let at_hand = self.progress_readbacks.pop();
        at_hand.map_or_else(|| self.device.buffer("progress_readback", PROGRESS_SIZE, usage), Ok)
    }
}

/// A job on a device: what is lost with the job. Each method takes the runner that began it.
pub(crate) struct Run<'a> {
    inputs: Arc<Inputs>,
    interrupt: &'a AtomicBool,
    /// The points of the next band.
    ahead: Option<Preparation>,
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
    /// Its progress, if it is a dispatch.
    progress_readback: Option<(wgpu::Buffer, Mapping)>,
    /// When the device took it up; or else when it was submitted.
    since: Instant,
    /// Whether the device took it up just then.
    certain: bool,
}

/// What came back for a window.
pub(crate) struct Finished {
    pub window: Window,
    /// Counts; with smooth values, if the program gives them.
    pub values: Values,
    /// The indices of the points that an exact kernel could not decide.
    pub undecided: Vec<u32>,
}

impl Run<'_> {
    /// Has other threads prepare what the device is given for `window`, which will be the next one to start.
    pub fn prepare(&mut self, window: Window) {
        if !self.ahead.as_ref().is_some_and(|ahead| ahead.is_of(window)) {
            self.ahead = Some(Preparation::begin(&self.inputs, window));
        }
    }

    /// Starts on `window`, with memory for its values.
    pub fn start(&mut self, runner: &mut Runner, window: Window, values: Values) -> Result<()> {
        let most = most_pixels(&runner.device, &runner.pipeline);
        if window.pixels() > most {
            return Err(Error::invalid(
                Parameter::Window,
                format!("{} x {}", window.width, window.height),
                format!("must have at most {most} pixels on this adapter"),
            ));
        }
        let (at_hand, slices) = (runner.idle.pop(), runner.budget.slices(self.inputs.itermax()));
        let (device, pipeline) = (&runner.device, &runner.pipeline);
        let buffers = Buffers::prepare(device, pipeline, &self.inputs, at_hand, window, slices)?;
        let ahead = self.ahead.take().filter(|ahead| ahead.is_of(window));
        let points = ahead.and_then(Preparation::points);
        buffers.write(device, &points.unwrap_or_else(|| self.inputs.points(window)))?;
        self.bands.push_back(Started::new(buffers, values));
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
        let Started { buffers, mut values, .. } =
            self.bands.pop_front().expect("a band was started");
        self.finished += 1;
        let window = buffers.window;
        let exact = runner.pipeline.program.kernel.is_exact();
        let undecided = buffers.read(&runner.device, exact, &mut values)?;
        runner.idle.push(buffers);
        Ok(Finished { window, values, undecided })
    }

    /// Handles what is done, and submits more to the device, without waiting.
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
            let (submission, progress_readback) = match band.needs() {
                Need::Dispatch => dispatch(runner, band, self.inputs.itermax())?,
                _ => (copy_back(runner, band)?, None),
            };
            band.outstanding += 1;
            let (since, certain) = (Instant::now(), self.queue.is_empty());
            let band = self.finished + at;
            self.queue.push_back(Queued { submission, band, progress_readback, since, certain });
        }
        Ok(())
    }

    /// Waits for the oldest submission.
    fn wait_for_one(&mut self, runner: &mut Runner) -> Result<()> {
        let Some(oldest) = self.queue.front() else { return Ok(()) };
        let device = &runner.device;
        let started = Instant::now();
        // What is done before anything waits for it may have been done for a long time.
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

    /// Learns from the oldest submission, which is done: just now, if it was waited for.
    fn oldest_is_done(&mut self, runner: &mut Runner, just_now: bool) -> Result<()> {
        let Some(done) = self.queue.pop_front() else { return Ok(()) };
        let now = Instant::now();
        if let (Some(next), true) = (self.queue.front_mut(), just_now) {
            // The device takes up the next one only now.
            (next.since, next.certain) = (now, true);
        }
        let band = &mut self.bands[done.band - self.finished];
        let Some((progress_readback, mapping)) = done.progress_readback else {
            band.submission_done(None);
            return Ok(());
        };
        let progress: Progress =
            runner.device.read_mapped(&progress_readback, PROGRESS_SIZE, &mapping, |bytes| {
                bytemuck::pod_read_unaligned(bytes)
            })?;
        runner.progress_readbacks.push(progress_readback);
        let pixels = band.buffers.window.pixels();
        if u64::from(progress.unfinished[0].max(progress.unfinished[1])) > pixels {
            return Err(Error::Device {
                adapter: runner.device.adapter.name.clone(),
                message: format!("its list of unfinished pixels is wrong: {progress:?}"),
            });
        }
        let steps = progress.sampled_steps().saturating_mul(WORKGROUP_SIZE.into());
        let certain = just_now && done.certain;
        let elapsed = now - done.since;
        runner.budget.learn(steps, progress.longest, elapsed, certain);
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

type ProgressReadback = Option<(wgpu::Buffer, Mapping)>;

/// Submits the band's next dispatch; with the copy of the results, if it must be the last one.
fn dispatch(
    runner: &mut Runner,
    band: &mut Started,
    itermax: u32,
) -> Result<(Submission, ProgressReadback)> {
    let progress_readback = runner.progress_readback()?;
    let (device, buffers, cursor) = (&runner.device, &mut band.buffers, &mut band.cursor);
    let size = runner.budget.next_size(cursor.groups(), itermax);
    runner.dispatches.most_given = runner.dispatches.most_given.max(size.work());
    let end = cursor.after(size.groups);
    let groups = device.groups(buffers.write_dispatch(device, cursor, end, size)?);
    band.may_go_on |= size.steps < itermax && !cursor.resumed;
    let is_last = end == cursor.end && !band.may_go_on;
    let submission = device.submit(|encoder| {
        match (cursor.next, cursor.resumed) {
            (0, false) => buffers.clear(encoder),
            (0, true) => buffers.clear_half(encoder, cursor.half),
            _ => {}
        }
        buffers.dispatch(encoder, &runner.pipeline, groups, &progress_readback);
        if is_last {
            buffers.copy_back(encoder);
        }
    })?;
    let mapping = device.request_small_map(&progress_readback, PROGRESS_SIZE);
    if is_last {
        buffers.request_map(device);
    }
    cursor.next = end;
    band.copied = is_last;
    Ok((submission, Some((progress_readback, mapping))))
}

/// Submits the copy of the band's results.
fn copy_back(runner: &Runner, band: &mut Started) -> Result<Submission> {
    let buffers = &mut band.buffers;
    let submission = runner.device.submit(|encoder| buffers.copy_back(encoder))?;
    buffers.request_map(&runner.device);
    band.copied = true;
    Ok(submission)
}
