//! A kernel, ready to run on a device.

use std::sync::Arc;

use wgpu::BufferUsages as Usage;

use super::Kernel;
use super::layouts::{Bound, Map64, TRAP_SIZE};
use crate::error::Result;
use crate::gpu::device::Device;
use crate::gpu::device::timestamps::Stopwatch;
use crate::gpu::inputs::Inputs;

/// The pipeline of a kernel, with the uniform blocks of the job that it is on.
pub struct Pipeline {
    pub kernel: Kernel,
    pub compute: wgpu::ComputePipeline,
    pub map: wgpu::Buffer,
    pub trap: wgpu::Buffer,
    pub bound: Option<wgpu::Buffer>,
    stopwatch: Option<Arc<Stopwatch>>,
}

impl Pipeline {
    pub fn new(device: &Device, kernel: Kernel) -> Result<Self> {
        let compute = device.pipeline(kernel.name(), kernel.source())?;
        let uniform =
            |name, size: usize| device.buffer(name, size as u64, Usage::UNIFORM | Usage::COPY_DST);
        // The largest of the kernels' maps.
        let map = uniform("map", size_of::<Map64>())?;
        let trap = uniform("trap", TRAP_SIZE)?;
        let bound =
            if kernel.is_exact() { Some(uniform("bound", size_of::<Bound>())?) } else { None };
        Ok(Self { kernel, compute, map, trap, bound, stopwatch: device.stopwatch() })
    }

    /// Begins a compute pass, whose time may be measured.
    pub fn pass<'a>(&self, encoder: &'a mut wgpu::CommandEncoder) -> wgpu::ComputePass<'a> {
        match &self.stopwatch {
            Some(stopwatch) => stopwatch.pass(encoder),
            None => encoder.begin_compute_pass(&Default::default()),
        }
    }

    /// Takes up a job.
    pub fn set_job(&self, device: &Device, inputs: &Inputs) -> Result<()> {
        device.write(&self.map, &inputs.map())?;
        device.write(&self.trap, &inputs.trap())?;
        match (&self.bound, inputs.bound()) {
            (Some(buffer), Some(bound)) => {
                device.write(buffer, bytemuck::bytes_of(&device.bound(bound)))
            }
            _ => Ok(()),
        }
    }
}
