//! The buffers of one band in flight, made once and used again and again.

use std::ops::Range;

use wgpu::BufferUsages as Usage;

use super::device::{Device, Mapping};
use super::inputs::Inputs;
use super::kernel::{COUNT, UNDECIDED, UNWRITTEN, WORKGROUP_SIZE};
use super::program::Program;
use super::uniform::{Slice, Tile};
use crate::error::{Error, Result};
use crate::region::Window;

/// The buffers of one band, and the window that they hold.
pub(super) struct Slot {
    pub window: Window,
    room: Room,
    slice: wgpu::Buffer,
    words: wgpu::Buffer,
    xs: wgpu::Buffer,
    ys: wgpu::Buffer,
    tiles: Option<wgpu::Buffer>,
    read_back: wgpu::Buffer,
    bind_group: wgpu::BindGroup,
    mapping: Mapping,
}

/// How many of each a slot has room for.
#[derive(Clone, Copy)]
struct Room {
    columns: u64,
    rows: u64,
    pixels: u64,
    tiles: u64,
}

impl Room {
    fn of(inputs: &Inputs, window: Window) -> Self {
        Self {
            columns: window.width.into(),
            rows: window.height.into(),
            pixels: window.pixels(),
            tiles: inputs.tile_count(window),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            columns: self.columns.max(other.columns),
            rows: self.rows.max(other.rows),
            pixels: self.pixels.max(other.pixels),
            tiles: self.tiles.max(other.tiles),
        }
    }

    fn holds(self, other: Self) -> bool {
        self.columns >= other.columns
            && self.rows >= other.rows
            && self.pixels >= other.pixels
            && self.tiles >= other.tiles
    }
}

impl Slot {
    /// Makes a slot ready for `window`: the one at hand, where it is large enough.
    pub fn prepare(
        device: &Device,
        program: &Program,
        inputs: &Inputs,
        at_hand: Option<Self>,
        window: Window,
    ) -> Result<Self> {
        let room = Room::of(inputs, window);
        let mut slot = match at_hand {
            Some(slot) if slot.room.holds(room) => slot,
            Some(outgrown) => Self::new(device, program, outgrown.room.or(room), window)?,
            None => Self::new(device, program, room, window)?,
        };
        slot.window = window;
        let points = inputs.points(window);
        device.write(&slot.xs, &points.xs)?;
        device.write(&slot.ys, &points.ys)?;
        if let Some(tiles) = &slot.tiles {
            device.write(tiles, &points.tiles)?;
        }
        Ok(slot)
    }

    fn new(device: &Device, program: &Program, room: Room, window: Window) -> Result<Self> {
        let real = program.kernel.real_size();
        let storage = Usage::STORAGE | Usage::COPY_DST;
        let uniform = Usage::UNIFORM | Usage::COPY_DST;
        let slice = device.buffer("slice", size_of::<Slice>() as u64, uniform)?;
        let words = device.buffer("words", room.pixels * 4, storage | Usage::COPY_SRC)?;
        let xs = device.buffer("xs", room.columns * real, storage)?;
        let ys = device.buffer("ys", room.rows * real, storage)?;
        let usage = Usage::MAP_READ | Usage::COPY_DST;
        let read_back = device.buffer("read-back", room.pixels * 4, usage)?;
        let tiles = match room.tiles {
            0 => None,
            tiles => Some(device.buffer("tiles", tiles * size_of::<Tile>() as u64, storage)?),
        };
        let mut buffers = vec![&slice, &program.map, &words, &xs, &ys];
        buffers.extend(&program.bound);
        buffers.extend(&tiles);
        let bind_group = device.bind(&program.pipeline, &buffers)?;
        Ok(Self {
            window,
            room,
            slice,
            words,
            xs,
            ys,
            tiles,
            read_back,
            bind_group,
            mapping: Mapping::default(),
        })
    }

    /// The shape of a workgroup as `tile_shift`: square, or long where the window has few rows.
    fn tile_shift(&self) -> u32 {
        let rows = self.window.height.next_power_of_two().min(8);
        (WORKGROUP_SIZE / rows).ilog2()
    }

    fn tile_columns(&self) -> u32 {
        self.window.width.div_ceil(1 << self.tile_shift())
    }

    /// How many workgroups cover the window.
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
        program: &Program,
        [x, y]: [u32; 2],
    ) {
        let mut pass = program.pass(encoder);
        pass.set_pipeline(&program.pipeline);
        pass.set_bind_group(0, &self.bind_group, &[]);
        pass.dispatch_workgroups(x, y, 1);
    }

    /// Records the copy of the words to where the host can read them.
    pub fn copy_back(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.copy_buffer_to_buffer(&self.words, 0, &self.read_back, 0, self.bytes());
    }

    /// Asks for the copied words; they are there once the submission of the copy is done.
    pub fn request_map(&mut self, device: &Device) {
        self.mapping = device.request_map(&self.read_back, self.bytes());
    }

    /// Moves the words that have come back into `counts`, as counts. Gives the indices of those
    /// that are none because the kernel, which must be an exact one, could not decide them.
    pub fn read(
        &self,
        device: &Device,
        exact: bool,
        itermax: u32,
        counts: &mut Vec<u32>,
    ) -> Result<Vec<u32>> {
        device.read_mapped(&self.read_back, self.bytes(), &self.mapping, |bytes| {
            let words = bytemuck::cast_slice::<u8, u32>(bytes);
            counts.clear();
            counts.extend(words.iter().map(|word| word.wrapping_sub(COUNT)));
        })?;
        let no_count = |index: &usize| counts[*index] > itermax;
        let (undecided, wrong): (Vec<usize>, Vec<usize>) = (0..counts.len())
            .filter(no_count)
            .partition(|&index| exact && counts[index].wrapping_add(COUNT) == UNDECIDED);
        match wrong.first() {
            None => Ok(undecided.into_iter().map(|index| index as u32).collect()),
            Some(&first) => {
                let width = self.window.width as usize;
                let word = counts[first].wrapping_add(COUNT);
                Err(Error::Unwritten {
                    adapter: device.adapter.name.clone(),
                    pixels: wrong.len() as u64,
                    col: self.window.col + (first % width) as u32,
                    row: self.window.row + (first / width) as u32,
                    what: if word == UNWRITTEN { "nothing".to_owned() } else { word.to_string() },
                })
            }
        }
    }
}
