//! A shader that is run once for its results, to see what an adapter makes of it.

use std::time::Duration;

use wgpu::BufferUsages as Usage;

use crate::error::{Error, Result};
use crate::gpu::device::Device;

/// A buffer of a probe.
pub struct Binding<'a> {
    pub number: u32,
    pub usage: Usage,
    pub bytes: &'a [u8],
}

impl<'a> Binding<'a> {
    pub fn uniform(number: u32, bytes: &'a [u8]) -> Self {
        Self { number, usage: Usage::UNIFORM, bytes }
    }

    pub fn storage(number: u32, bytes: &'a [u8]) -> Self {
        Self { number, usage: Usage::STORAGE, bytes }
    }
}

/// Runs `groups` workgroups of `source` on the bindings; what the storage buffers hold then.
pub fn run(
    device: &Device,
    name: &str,
    source: String,
    bindings: &[Binding<'_>],
    groups: u32,
) -> Result<Vec<Vec<u8>>> {
    let pipeline = device.pipeline(name, source)?;
    let mut buffers = Vec::new();
    for Binding { number, usage, bytes } in bindings {
        let usage = *usage | Usage::COPY_DST | Usage::COPY_SRC;
        let buffer = device.buffer(name, bytes.len() as u64, usage)?;
        device.write(&buffer, bytes)?;
        buffers.push((*number, buffer));
    }
    let numbered: Vec<_> = buffers.iter().map(|(number, buffer)| (*number, buffer)).collect();
    let bind_group = device.bind(&pipeline, &numbered)?;
    let stored: Vec<_> = buffers
        .iter()
        .zip(bindings)
        .filter(|(_, binding)| binding.usage == Usage::STORAGE)
        .map(|((_, buffer), binding)| (buffer, binding.bytes.len() as u64))
        .collect();
    let total = stored.iter().map(|(_, size)| size).sum();
    let read_back = device.buffer("read-back", total, Usage::MAP_READ | Usage::COPY_DST)?;
    let submission = device.submit(|encoder| {
        let mut pass = encoder.begin_compute_pass(&Default::default());
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, &bind_group, &[]);
        pass.dispatch_workgroups(groups, 1, 1);
        drop(pass);
        let mut offset = 0;
        for (buffer, size) in &stored {
            encoder.copy_buffer_to_buffer(buffer, 0, &read_back, offset, *size);
            offset += size;
        }
    })?;
    let mapping = device.request_map(&read_back, total);
    while !device.wait(&submission, Duration::from_secs(10))? {
        device.check_patience(Duration::from_secs(10))?;
    }
    device.read_mapped(&read_back, total, &mapping, |bytes| {
        let mut rest = bytes;
        let mut take = |size: u64| {
            let (taken, after) = rest.split_at(size as usize);
            rest = after;
            taken.to_vec()
        };
        stored.iter().map(|(_, size)| take(*size)).collect()
    })
}

/// The error of an adapter that computes otherwise than the bounds permit.
pub fn refusal(device: &Device, real: &str, what: &str) -> Error {
    Error::Unsupported {
        adapter: device.adapter.name.clone(),
        problem: format!("its {real} arithmetic is not to be relied on: {what}"),
        instead: "take precision double or single, engine cpu or another adapter".to_owned(),
    }
}
