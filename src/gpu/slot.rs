//! The buffers of one band in flight, made once and used again and again.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use wgpu::BufferUsages as Usage;

use super::device::Device;
use super::kernel::{COUNT, Kernel, UNWRITTEN, WORKGROUP_SIZE};
use super::uniform::Slice;
use crate::error::{Error, Result};
use crate::region::{Grid, Window};

const UNMAPPED: u8 = 0;
const MAPPED: u8 = 1;
const MAP_FAILED: u8 = 2;

/// The buffers of one band, and the band that they hold.
pub(super) struct Slot {
    pub window: Window,
    slice: wgpu::Buffer,
    xs: wgpu::Buffer,
    ys: wgpu::Buffer,
    words: wgpu::Buffer,
    read_back: wgpu::Buffer,
    bind_group: wgpu::BindGroup,
    columns: Option<Range<u32>>,
    mapping: Arc<AtomicU8>,
}

/// How many of each a slot has room for.
#[derive(Clone, Copy)]
struct Room {
    columns: u64,
    rows: u64,
    pixels: u64,
}

impl Room {
    fn of(window: Window) -> Self {
        let (columns, rows) = (u64::from(window.width), u64::from(window.height));
        Self { columns, rows, pixels: columns * rows }
    }

    fn or(self, other: Self) -> Self {
        Self {
            columns: self.columns.max(other.columns),
            rows: self.rows.max(other.rows),
            pixels: self.pixels.max(other.pixels),
        }
    }

    fn holds(self, other: Self) -> bool {
        self.columns >= other.columns && self.rows >= other.rows && self.pixels >= other.pixels
    }
}

impl Slot {
    /// A slot with room for `window`, and for all that `outgrown` had room for.
    fn new(
        device: &Device,
        kernel: Kernel,
        pipeline: &wgpu::ComputePipeline,
        map: &wgpu::Buffer,
        window: Window,
        outgrown: Option<Room>,
    ) -> Result<Self> {
        let room = outgrown.map_or(Room::of(window), |outgrown| outgrown.or(Room::of(window)));
        let real = kernel.real_size();
        let storage = Usage::STORAGE | Usage::COPY_DST;
        let slice_size = size_of::<Slice>() as u64;
        let slice = device.buffer("slice", slice_size, Usage::UNIFORM | Usage::COPY_DST)?;
        let xs = device.buffer("xs", room.columns * real, storage)?;
        let ys = device.buffer("ys", room.rows * real, storage)?;
        let words = device.buffer("words", room.pixels * 4, storage | Usage::COPY_SRC)?;
        let usage = Usage::MAP_READ | Usage::COPY_DST;
        let read_back = device.buffer("read-back", room.pixels * 4, usage)?;
        let bind_group = device.bind(pipeline, &[&slice, map, &xs, &ys, &words])?;
        let mapping = Arc::new(AtomicU8::new(UNMAPPED));
        Ok(Self { window, slice, xs, ys, words, read_back, bind_group, columns: None, mapping })
    }

    fn room(&self, kernel: Kernel) -> Room {
        Room {
            columns: self.xs.size() / kernel.real_size(),
            rows: self.ys.size() / kernel.real_size(),
            pixels: self.words.size() / 4,
        }
    }
}

/// What all slots of a runner share.
pub(super) struct Shared<'a> {
    pub device: &'a Device,
    pub kernel: Kernel,
    pub pipeline: &'a wgpu::ComputePipeline,
    pub map: &'a wgpu::Buffer,
}

impl Slot {
    /// Makes a slot ready for `window` of `grid`: the one at hand, where it is large enough.
    pub fn prepare(
        shared: &Shared<'_>,
        at_hand: Option<Self>,
        grid: &Grid,
        window: Window,
    ) -> Result<Self> {
        let &Shared { device, kernel, pipeline, map } = shared;
        let mut slot = match at_hand {
            Some(slot) if slot.room(kernel).holds(Room::of(window)) => slot,
            other => {
                let outgrown = other.map(|slot| slot.room(kernel));
                Self::new(device, kernel, pipeline, map, window, outgrown)?
            }
        };
        slot.window = window;
        let columns = window.col..window.col + window.width;
        if slot.columns.as_ref() != Some(&columns) {
            let xs = columns.clone().map(|col| grid.x(col));
            device.write(&slot.xs, &kernel.real_bytes(xs))?;
            slot.columns = Some(columns);
        }
        let ys = (window.row..window.row + window.height).map(|row| grid.y(row));
        device.write(&slot.ys, &kernel.real_bytes(ys))?;
        Ok(slot)
    }

    /// The next job's points are others, even at the same columns.
    pub fn forget_points(&mut self) {
        self.columns = None;
    }

    /// The shape of a tile as `tile_shift`: square, or long where the window has few rows.
    fn tile_shift(&self) -> u32 {
        let rows = self.window.height.next_power_of_two().min(8);
        (WORKGROUP_SIZE / rows).ilog2()
    }

    fn tile_columns(&self) -> u32 {
        self.window.width.div_ceil(1 << self.tile_shift())
    }

    /// How many tiles cover the window.
    pub fn tiles(&self) -> u32 {
        let tile_rows = WORKGROUP_SIZE >> self.tile_shift();
        self.tile_columns() * self.window.height.div_ceil(tile_rows)
    }

    /// The uniform block of a dispatch over `tiles`, and its workgroups in x and y.
    pub fn slice(&self, tiles: Range<u32>, itermax: u32, max_groups: u32) -> (Slice, [u32; 2]) {
        let count = tiles.end - tiles.start;
        let group_columns = count.min(max_groups);
        let slice = Slice {
            width: self.window.width,
            height: self.window.height,
            tile_shift: self.tile_shift(),
            tile_columns: self.tile_columns(),
            first_tile: tiles.start,
            tiles: count,
            group_columns,
            itermax,
        };
        (slice, [group_columns, count.div_ceil(group_columns)])
    }

    /// Writes the uniform block that the next submission sees.
    pub fn write_slice(&self, device: &Device, slice: &Slice) -> Result<()> {
        device.write(&self.slice, bytemuck::bytes_of(slice))
    }

    fn bytes(&self) -> u64 {
        self.window.pixels() * 4
    }

    /// Records the forgetting of the band before.
    pub fn clear(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.clear_buffer(&self.words, 0, Some(self.bytes()));
    }

    /// Records a dispatch.
    pub fn dispatch(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        pipeline: &wgpu::ComputePipeline,
        [x, y]: [u32; 2],
    ) {
        let mut pass = encoder.begin_compute_pass(&Default::default());
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, &self.bind_group, &[]);
        pass.dispatch_workgroups(x, y, 1);
    }

    /// Records the copy of the counts to where the host can read them.
    pub fn copy_back(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.copy_buffer_to_buffer(&self.words, 0, &self.read_back, 0, self.bytes());
    }

    /// Asks for the copied counts; they are there once the submission of the copy is done.
    pub fn request_map(&self) {
        let mapping = self.mapping.clone();
        mapping.store(UNMAPPED, Ordering::Release);
        self.read_back.slice(..self.bytes()).map_async(wgpu::MapMode::Read, move |result| {
            mapping.store(if result.is_ok() { MAPPED } else { MAP_FAILED }, Ordering::Release);
        });
    }

    /// Moves the counts that have come back into `counts`.
    pub fn read(&self, device: &Device, itermax: u32, counts: &mut Vec<u32>) -> Result<()> {
        let adapter = || device.adapter.name.clone();
        let failed = |message: &str| Error::Device {
            adapter: adapter(),
            message: format!("the counts cannot be read back: {message}"),
        };
        if self.mapping.load(Ordering::Acquire) != MAPPED {
            return Err(failed("their buffer was not mapped"));
        }
        let view = self
            .read_back
            .slice(..self.bytes())
            .get_mapped_range()
            .map_err(|error| failed(&error.to_string()))?;
        let words: &[u32] = bytemuck::cast_slice(&view);
        counts.clear();
        counts.extend(words.iter().map(|word| word.wrapping_sub(COUNT)));
        // Neither UNWRITTEN nor what no kernel writes is a count of this job.
        let (mut wrong, mut first) = (0, None);
        if counts.iter().any(|&count| count > itermax) {
            for (index, &count) in counts.iter().enumerate().filter(|(_, count)| **count > itermax)
            {
                wrong += 1;
                first.get_or_insert((index, count.wrapping_add(COUNT)));
            }
        }
        drop(view);
        self.read_back.unmap();
        let Some((index, word)) = first else { return Ok(()) };
        let width = self.window.width as usize;
        Err(Error::Unwritten {
            adapter: adapter(),
            pixels: wrong,
            col: self.window.col + (index % width) as u32,
            row: self.window.row + (index / width) as u32,
            what: if word == UNWRITTEN { "not written".to_owned() } else { format!("{word}") },
        })
    }
}
