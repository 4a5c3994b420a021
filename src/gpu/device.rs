//! The device: the seam between this crate and wgpu. Whatever goes wrong below becomes an [`Error`].

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::adapter::{Adapter, NamedAdapter};
use crate::error::{Error, Result};
use crate::fault::Fault;

/// How long one dispatch may stay unanswered. They are made to take a tenth of a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// What wgpu reported through a callback, kept until the next call that can return an error.
#[derive(Clone, Debug)]
enum Report {
    Lost(String),
    OutOfMemory,
    Other(String),
}

/// An open device with its queue.
pub(crate) struct Device {
    pub adapter: Adapter,
    raw: wgpu::Device,
    queue: wgpu::Queue,
    reported: Arc<Mutex<Option<Report>>>,
    /// What a test has planted.
    pub fault: Option<Fault>,
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
    /// Opens `found` with the features that are needed, which it must have, and nothing else.
    pub fn open(
        found: NamedAdapter,
        features: wgpu::Features,
        fault: Option<Fault>,
    ) -> Result<Self> {
        let NamedAdapter { adapter, handle } = found;
        let limits = wgpu::Limits::downlevel_defaults().or_worse_values_from(&handle.limits());
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("juliaset"),
            required_features: features,
            required_limits: limits,
            ..Default::default()
        };
        let (raw, queue) = pollster::block_on(handle.request_device(&descriptor)).map_err(|e| {
            Error::Device { adapter: adapter.name.clone(), message: one_line(&e.to_string()) }
        })?;
        let reported = Arc::new(Mutex::new(None));
        let keep = |reported: &Arc<Mutex<Option<Report>>>| {
            let reported = reported.clone();
            // The first report is of the cause; what follows are its consequences.
            move |new| _ = lock(&reported).get_or_insert(new)
        };
        let lost = keep(&reported);
        raw.set_device_lost_callback(move |_, message| lost(Report::Lost(one_line(&message))));
        let uncaptured = keep(&reported);
        raw.on_uncaptured_error(Arc::new(move |error| {
            uncaptured(match error {
                wgpu::Error::OutOfMemory { .. } => Report::OutOfMemory,
                wgpu::Error::Validation { description, .. }
                | wgpu::Error::Internal { description, .. } => {
                    Report::Other(one_line(&description))
                }
            });
        }));
        Ok(Self { adapter, raw, queue, reported, fault })
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
        let mut reported = lock(&self.reported);
        let adapter = self.adapter.name.clone();
        Err(match reported.clone() {
            None => return Ok(()),
            // A device that is lost stays lost.
            Some(Report::Lost(reason)) => Error::DeviceLost { adapter, reason },
            Some(Report::OutOfMemory) => {
                *reported = None;
                Error::OutOfDeviceMemory { adapter }
            }
            Some(Report::Other(message)) => {
                *reported = None;
                Error::Device { adapter, message }
            }
        })
    }

    /// A buffer of `size` bytes, zeros at first.
    pub fn buffer(&self, name: &str, size: u64, usage: wgpu::BufferUsages) -> Result<wgpu::Buffer> {
        let buffer = self.raw.create_buffer(&wgpu::BufferDescriptor {
            label: Some(name),
            size,
            usage,
            mapped_at_creation: false,
        });
        self.check()?;
        Ok(buffer)
    }

    /// The compute pipeline of the entry point `main` in `source`, which is WGSL.
    pub fn pipeline(&self, name: &str, source: String) -> Result<wgpu::ComputePipeline> {
        let module = self.raw.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(name),
            source: wgpu::ShaderSource::Wgsl(source.into()),
        });
        let pipeline = self.raw.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(name),
            layout: None,
            module: &module,
            entry_point: Some("main"),
            compilation_options: Default::default(),
            cache: None,
        });
        self.check()?;
        Ok(pipeline)
    }

    /// Binds `buffers` to the bindings 0, 1, … of `pipeline`.
    pub fn bind(
        &self,
        pipeline: &wgpu::ComputePipeline,
        buffers: &[&wgpu::Buffer],
    ) -> Result<wgpu::BindGroup> {
        let entries: Vec<_> = (0..)
            .zip(buffers)
            .map(|(binding, buffer)| wgpu::BindGroupEntry {
                binding,
                resource: buffer.as_entire_binding(),
            })
            .collect();
        let group = self.raw.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &pipeline.get_bind_group_layout(0),
            entries: &entries,
        });
        self.check()?;
        Ok(group)
    }

    /// Writes `bytes` at the start of `buffer`, before the next submission runs.
    pub fn write(&self, buffer: &wgpu::Buffer, bytes: &[u8]) -> Result<()> {
        self.queue.write_buffer(buffer, 0, bytes);
        self.check()
    }

    /// Records commands and hands them to the device.
    pub fn submit(&self, record: impl FnOnce(&mut wgpu::CommandEncoder)) -> Result<Submission> {
        let mut encoder = self.raw.create_command_encoder(&Default::default());
        record(&mut encoder);
        let submission = self.queue.submit([encoder.finish()]);
        self.check()?;
        Ok(Submission(submission))
    }

    /// Asks for the first `size` bytes of `buffer`, which come once all that was submitted is done.
    pub fn request_map(&self, buffer: &wgpu::Buffer, size: u64) -> Mapping {
        let mapping = Mapping::default();
        let state = mapping.0.clone();
        buffer.slice(..size).map_async(wgpu::MapMode::Read, move |result| {
            let outcome = if result.is_ok() { Mapping::DONE } else { Mapping::FAILED };
            state.store(outcome, Ordering::Release);
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
        let failed = |why: &str| Error::Device {
            adapter: self.adapter.name.clone(),
            message: format!("the results cannot be read back: {why}"),
        };
        match mapping.0.load(Ordering::Acquire) {
            Mapping::DONE => {}
            Mapping::FAILED => return Err(failed("their buffer cannot be mapped")),
            _ => return Err(failed("their buffer was never mapped")),
        }
        let view =
            buffer.slice(..size).get_mapped_range().map_err(|error| failed(&error.to_string()))?;
        let read = read(&view);
        drop(view);
        buffer.unmap();
        Ok(read)
    }

    /// Waits for `submission` at most `timeout`; whether it is done.
    pub fn wait(&self, submission: &Submission, timeout: Duration) -> Result<bool> {
        let poll = wgpu::PollType::Wait {
            submission_index: Some(submission.0.clone()),
            timeout: Some(timeout),
        };
        // wgpu panics here where the driver reports a loss.
        let polled = catch_unwind(AssertUnwindSafe(|| self.raw.poll(poll)));
        self.check()?;
        match polled {
            Ok(Ok(_)) => Ok(true),
            Ok(Err(wgpu::PollError::Timeout)) => Ok(false),
            Ok(Err(error)) => Err(self.lost(&error.to_string())),
            Err(_) => Err(self.lost("the driver gave the device up")),
        }
    }

    /// The error of a device that has not answered within [`PATIENCE`], where `waited` is longer.
    pub fn check_patience(&self, waited: Duration) -> Result<()> {
        if waited < PATIENCE {
            return Ok(());
        }
        Err(self.lost(&format!("no answer for {} s", PATIENCE.as_secs())))
    }

    fn lost(&self, reason: &str) -> Error {
        Error::DeviceLost { adapter: self.adapter.name.clone(), reason: one_line(reason) }
    }
}

/// What is in there, even if a thread panicked meanwhile: a report is written in one piece.
fn lock(reported: &Mutex<Option<Report>>) -> std::sync::MutexGuard<'_, Option<Report>> {
    reported.lock().unwrap_or_else(PoisonError::into_inner)
}

/// wgpu's messages are trees of lines.
fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
