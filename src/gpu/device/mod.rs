//! The device: the seam between this crate and wgpu. Whatever goes wrong below becomes an [`Error`].

pub mod adapter;
pub mod errors;
pub mod hardware;
mod hooks;
pub mod panics;
pub mod timestamps;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::fault_injection::Hooks;
use crate::timing::DeviceTimes;
use adapter::{Adapter, NamedAdapter};
use errors::{Reports, one_line};
use panics::guarded;
use timestamps::Stopwatch;

/// How long one dispatch may stay unanswered. They are made to take a tenth of a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// Storage buffers of the shader that has the most.
const STORAGE_BUFFERS: u32 = 6;

/// An open device with its queue.
pub(crate) struct Device {
    pub adapter: Adapter,
    raw: wgpu::Device,
    queue: wgpu::Queue,
    reports: Reports,
    stopwatch: Option<Arc<Stopwatch>>,
    /// Nanoseconds that were spent on what came back.
    reading: AtomicU64,
    /// Nanoseconds that threads spent on what kernels are given.
    preparing: AtomicU64,
    /// Whether it has stopped to answer, so that nothing of it may be waited for.
    hangs: AtomicBool,
    hooks: Hooks,
}

/// Bytes that were asked for.
#[derive(Default)]
pub(crate) struct Mapping(Arc<AtomicU8>);

impl Mapping {
    const DONE: u8 = 1;
    const FAILED: u8 = 2;
}

/// Work that was handed to the device.
pub(crate) struct Submission(wgpu::SubmissionIndex);

impl Device {
    /// Opens `found` with the features that are needed, which it must have, and nothing else; with a
    /// clock if it is to be `timed`, and has one.
    pub fn open(
        found: NamedAdapter,
        features: wgpu::Features,
        timed: bool,
        hooks: Hooks,
    ) -> Result<Self> {
        let NamedAdapter { adapter, handle, .. } = found;
        let needed = wgpu::Limits {
            max_storage_buffers_per_shader_stage: STORAGE_BUFFERS,
            ..wgpu::Limits::downlevel_defaults()
        };
        let limits = needed.or_worse_values_from(&handle.limits());
        let clock = if timed { Stopwatch::features(handle.features()) } else { None };
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("juliaset"),
            required_features: features | clock.unwrap_or_default(),
            required_limits: limits,
            ..Default::default()
        };
        let opened = guarded(|| pollster::block_on(handle.request_device(&descriptor)));
        let (raw, queue) = opened
            .and_then(|opened| opened.map_err(|error| error.to_string()))
            .map_err(|message| Error::Device {
                adapter: adapter.name.clone(),
                message: one_line(&message),
            })?;
        let reports = Reports::default();
        let lost = reports.clone();
        raw.set_device_lost_callback(move |reason, message| lost.lost(reason, &message));
        let failed = reports.clone();
        raw.on_uncaptured_error(Arc::new(move |error| failed.failed(&error)));
        let stopwatch = guarded(|| clock.map(|_| Arc::new(Stopwatch::new(&raw, &queue))));
        let device = Self {
            adapter,
            raw,
            queue,
            reports,
            stopwatch: stopwatch.unwrap_or_default(),
            reading: AtomicU64::new(0),
            preparing: AtomicU64::new(0),
            hangs: AtomicBool::new(false),
            hooks,
        };
        device.check()?;
        Ok(device)
    }

    /// The largest storage buffer that a kernel can see on this device, in bytes.
    pub fn max_storage_buffer(&self) -> u64 {
        let limits = self.raw.limits();
        limits.max_storage_buffer_binding_size.min(limits.max_buffer_size)
    }

    /// The most workgroups along one axis of a dispatch.
    pub fn max_workgroups(&self) -> u32 {
        self.raw.limits().max_compute_workgroups_per_dimension
    }

    /// The first thing that went wrong since the last call, if any.
    pub fn check(&self) -> Result<()> {
        self.reports.take(&self.adapter.name).map_or(Ok(()), Err)
    }

    /// Makes a call to wgpu. The errors are those that it reports; a panic is one of them.
    fn call<T>(&self, call: impl FnOnce() -> T) -> Result<T> {
        let outcome = guarded(call);
        if let Err(message) = &outcome {
            self.reports.lost(wgpu::DeviceLostReason::Unknown, message);
        }
        match self.check() {
            // On a device that is lost nothing is valid, and it may not tell before it is asked.
            Err(invalid @ Error::Device { .. }) => self.ask_whether_lost().and(Err(invalid)),
            checked => checked.and(outcome.map_err(|message| self.lost(&message))),
        }
    }

    fn ask_whether_lost(&self) -> Result<()> {
        let timeout = Some(Duration::from_secs(1));
        let _ = guarded(|| self.raw.poll(wgpu::PollType::Wait { submission_index: None, timeout }));
        self.check()
    }

    /// A buffer of `size` bytes, zeros at first.
    pub fn buffer(&self, name: &str, size: u64, usage: wgpu::BufferUsages) -> Result<wgpu::Buffer> {
        self.call(|| {
            self.raw.create_buffer(&wgpu::BufferDescriptor {
                label: Some(name),
                size,
                usage,
                mapped_at_creation: false,
            })
        })
    }

    /// The compute pipeline of the entry point `main` in `source`, which is WGSL.
    pub fn pipeline(&self, name: &str, source: String) -> Result<wgpu::ComputePipeline> {
        let source = self.understood(source);
        self.call(|| {
            let module = self.raw.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(name),
                source: wgpu::ShaderSource::Wgsl(source.into()),
            });
            self.raw.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(name),
                layout: None,
                module: &module,
                entry_point: Some("main"),
                compilation_options: Default::default(),
                cache: None,
            })
        })
    }

    /// Binds each buffer to the binding of its number.
    pub fn bind(
        &self,
        pipeline: &wgpu::ComputePipeline,
        buffers: &[(u32, &wgpu::Buffer)],
    ) -> Result<wgpu::BindGroup> {
        let entries: Vec<_> = buffers
            .iter()
            .map(|&(binding, buffer)| wgpu::BindGroupEntry {
                binding,
                resource: buffer.as_entire_binding(),
            })
            .collect();
        self.call(|| {
            self.raw.create_bind_group(&wgpu::BindGroupDescriptor {
                label: None,
                layout: &pipeline.get_bind_group_layout(0),
                entries: &entries,
            })
        })
    }

    /// Writes `bytes` at the start of `buffer`, before the next submission runs.
    pub fn write(&self, buffer: &wgpu::Buffer, bytes: &[u8]) -> Result<()> {
        self.call(|| self.queue.write_buffer(buffer, 0, bytes))
    }

    /// Records commands and hands them to the device.
    pub fn submit(&self, record: impl FnOnce(&mut wgpu::CommandEncoder)) -> Result<Submission> {
        let Some(stopwatch) = &self.stopwatch else { return self.submit_untimed(record) };
        if stopwatch.is_full() {
            self.fetch_times(stopwatch)?;
        }
        self.submit_untimed(|encoder| stopwatch.submission(encoder, record))
    }

    fn submit_untimed(&self, record: impl FnOnce(&mut wgpu::CommandEncoder)) -> Result<Submission> {
        self.call(|| {
            let mut encoder = self.raw.create_command_encoder(&Default::default());
            record(&mut encoder);
            Submission(self.queue.submit([encoder.finish()]))
        })
    }

    /// What measures the time of compute passes, if it is measured.
    pub fn stopwatch(&self) -> Option<Arc<Stopwatch>> {
        self.stopwatch.clone()
    }

    fn fetch_times(&self, stopwatch: &Stopwatch) -> Result<()> {
        let mut bytes = 0;
        let submission = self.submit_untimed(|encoder| bytes = stopwatch.fetch(encoder))?;
        if bytes == 0 {
            return Ok(());
        }
        let mapping = self.request_map(&stopwatch.read_back, bytes);
        let since = Instant::now();
        while !self.wait(&submission, Duration::from_secs(1))? {
            self.check_patience(since.elapsed())?;
        }
        self.read_mapped(&stopwatch.read_back, bytes, &mapping, |bytes| stopwatch.add(bytes))
    }

    /// How long it was busy since the last call.
    ///
    /// # Errors
    /// If its clock cannot be read.
    pub fn take_times(&self) -> Result<DeviceTimes> {
        let take = |counter: &AtomicU64| Duration::from_nanos(counter.swap(0, Ordering::Relaxed));
        let (preparation, read_back) = (take(&self.preparing), take(&self.reading));
        let Some(stopwatch) = &self.stopwatch else {
            return Ok(DeviceTimes { preparation, read_back, ..DeviceTimes::default() });
        };
        self.fetch_times(stopwatch)?;
        let (kernel, whole) = stopwatch.take_times();
        let copy = whole.map(|whole| whole.saturating_sub(kernel));
        Ok(DeviceTimes { kernel: Some(kernel), copy, preparation, read_back })
    }

    /// Counts the time of the CPU's threads for what a kernel is given.
    pub fn count_preparation(&self, time: Duration) {
        self.preparing.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
    }

    /// Asks for the first `size` bytes of `buffer`, results which come once all that was submitted is
    /// done.
    pub fn request_map(&self, buffer: &wgpu::Buffer, size: u64) -> Mapping {
        let mapping = self.request_small_map(buffer, size);
        // What goes wrong in here is found when the bytes are read.
        let _ = guarded(|| self.requested(buffer));
        mapping
    }

    /// The same, without a test's fault.
    pub fn request_small_map(&self, buffer: &wgpu::Buffer, size: u64) -> Mapping {
        let mapping = Mapping::default();
        let state = mapping.0.clone();
        // What goes wrong in here is found when the bytes are read.
        let _ = guarded(|| {
            buffer.slice(..size).map_async(wgpu::MapMode::Read, move |result| {
                let outcome = if result.is_ok() { Mapping::DONE } else { Mapping::FAILED };
                state.store(outcome, Ordering::Release);
            });
        });
        mapping
    }

    /// Gives the mapped bytes to `read`, and the buffer back to the device.
    pub fn read_mapped<T>(
        &self,
        buffer: &wgpu::Buffer,
        size: u64,
        mapping: &Mapping,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<T> {
        let failed = |why: &str| Error::ReadBack {
            adapter: self.adapter.name.clone(),
            reason: one_line(why),
        };
        match mapping.0.load(Ordering::Acquire) {
            Mapping::DONE => {}
            outcome => {
                self.ask_whether_lost()?;
                return Err(failed(match outcome {
                    Mapping::FAILED => "their buffer cannot be mapped",
                    _ => "their buffer was never mapped",
                }));
            }
        }
        let view = self.call(|| buffer.slice(..size).get_mapped_range())?;
        let view = view.map_err(|error| failed(&error.to_string()))?;
        let since = Instant::now();
        let read = read(&view);
        self.reading.fetch_add(since.elapsed().as_nanos() as u64, Ordering::Relaxed);
        self.call(|| {
            drop(view);
            buffer.unmap();
        })?;
        Ok(read)
    }

    /// Waits for `submission` at most `timeout`; whether it is done.
    pub fn wait(&self, submission: &Submission, timeout: Duration) -> Result<bool> {
        let poll = wgpu::PollType::Wait {
            submission_index: Some(submission.0.clone()),
            timeout: Some(timeout),
        };
        // wgpu panics here if the driver reports a loss.
        let polled = self.call(|| {
            let polled = self.raw.poll(poll);
            if polled.is_ok() {
                self.answered();
            }
            polled
        })?;
        match polled {
            Ok(_) => Ok(true),
            Err(wgpu::PollError::Timeout) => Ok(false),
            // The work was refused.
            Err(error) => self.ask_whether_lost().and(Err(self.lost(&error.to_string()))),
        }
    }

    /// The error of a device that has not answered within [`PATIENCE`], if `waited` is longer.
    pub fn check_patience(&self, waited: Duration) -> Result<()> {
        if waited < PATIENCE {
            return Ok(());
        }
        self.hangs.store(true, Ordering::Relaxed);
        Err(self.lost(&format!("no answer for {} s", PATIENCE.as_secs())))
    }

    fn lost(&self, reason: &str) -> Error {
        Error::DeviceLost { adapter: self.adapter.name.clone(), reason: one_line(reason) }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        // Dropping the last handle of a queue waits until it is idle.
        if self.hangs.load(Ordering::Relaxed) {
            std::mem::forget((self.raw.clone(), self.queue.clone()));
        }
    }
}
