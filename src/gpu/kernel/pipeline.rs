//! A kernel, ready to run on a device.

use std::sync::Arc;

use wgpu::BufferUsages as Usage;

use super::Program;
use super::layouts::{Bound, Map64, SmoothBound, TRAP_SIZE};
use crate::error::Result;
use crate::gpu::device::Device;
use crate::gpu::device::timestamps::Stopwatch;
use crate::gpu::inputs::Inputs;

/// The pipeline of a program, with the uniform blocks of the job that it is on.
pub struct Pipeline {
    pub program: Program,
    pub compute: wgpu::ComputePipeline,
    pub map: wgpu::Buffer,
    pub trap: wgpu::Buffer,
    pub bound: Option<wgpu::Buffer>,
    pub smooth_bound: Option<wgpu::Buffer>,
    stopwatch: Option<Arc<Stopwatch>>,
}

impl Pipeline {
    pub fn new(device: &Device, program: Program) -> Result<Self> {
        let compute = device.pipeline(program.kernel.name(), program.source())?;
        let uniform =
            |name, size: usize| device.buffer(name, size as u64, Usage::UNIFORM | Usage::COPY_DST);
        // The largest of the kernels' maps.
        let map = uniform("map", size_of::<Map64>())?;
        let trap = uniform("trap", TRAP_SIZE)?;
        let is_exact = program.kernel.is_exact();
        let bound = is_exact.then(|| uniform("bound", size_of::<Bound>())).transpose()?;
        let smooth_bound = program
            .smooth
            .then(|| uniform("smooth bound", size_of::<SmoothBound>()))
            .transpose()?;
        let stopwatch = device.stopwatch();
        Ok(Self { program, compute, map, trap, bound, smooth_bound, stopwatch })
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
        if let (Some(buffer), Some(bound)) = (&self.bound, inputs.bound()) {
            device.write(buffer, bytemuck::bytes_of(&device.bound(bound)))?;
        }
        if let Some(buffer) = &self.smooth_bound {
            device.write(buffer, bytemuck::bytes_of(&inputs.smooth_bound()))?;
        }
        Ok(())
    }
}
