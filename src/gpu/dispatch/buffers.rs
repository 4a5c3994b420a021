//! The buffers of one band in flight, made once and used again and again.

use wgpu::BufferUsages as Usage;

use super::budget::DispatchSize;
use super::cursor::Cursor;
use super::read_back::{self, ReadBack};
use crate::band::Values;
use crate::error::Result;
use crate::gpu::device::{Device, Mapping};
use crate::gpu::inputs::{Inputs, Points};
use crate::gpu::kernel::layouts::{Dispatch, Progress};
use crate::gpu::kernel::pipeline::Pipeline;
use crate::gpu::kernel::{WORKGROUP_SIZE, word_shift};
use crate::window::Window;

/// Bytes of the head of the lists.
pub const PROGRESS_SIZE: u64 = size_of::<Progress>() as u64;
/// From here on it is about one dispatch.
const LAST_DISPATCH: u64 = std::mem::offset_of!(Progress, longest) as u64;

/// Of the uniform block `SmoothBound`.
const SMOOTH_BINDING: u32 = 11;

/// The buffers of one band, and the window that they hold.
pub struct Buffers {
    pub window: Window,
    itermax: u32,
    /// Whether smooth values follow the counts.
    smooth: bool,
    room: Room,
    dispatch: wgpu::Buffer,
    words: wgpu::Buffer,
    xs: wgpu::Buffer,
    ys: wgpu::Buffer,
    lists: wgpu::Buffer,
    tiles: Option<wgpu::Buffer>,
    read_back: wgpu::Buffer,
    bind_group: wgpu::BindGroup,
    mapping: Mapping,
}

/// How many of each a buffers has room for.
#[derive(Clone, Copy)]
struct Room {
    columns: u64,
    rows: u64,
    word_bytes: u64,
    /// Unfinished pixels.
    states: u64,
    /// Undecided pixels.
    undecided: u64,
    tiles: u64,
}

impl Room {
    fn of(inputs: &Inputs, window: Window, slices: bool) -> Self {
        Self {
            columns: window.width.into(),
            rows: window.height.into(),
            word_bytes: read_back::count_bytes(window.pixels(), word_shift(inputs.itermax()))
                + if inputs.gives_smooth() { 4 * window.pixels() } else { 0 },
            states: if slices { window.pixels() } else { 0 },
            undecided: undecided_room(window),
            tiles: inputs.tile_count(window),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            columns: self.columns.max(other.columns),
            rows: self.rows.max(other.rows),
            word_bytes: self.word_bytes.max(other.word_bytes),
            states: self.states.max(other.states),
            undecided: self.undecided.max(other.undecided),
            tiles: self.tiles.max(other.tiles),
        }
    }

    fn holds(self, other: Self) -> bool {
        self.columns >= other.columns
            && self.rows >= other.rows
            && self.word_bytes >= other.word_bytes
            && self.states >= other.states
            && self.undecided >= other.undecided
            && self.tiles >= other.tiles
    }

    fn list_bytes(self) -> u64 {
        // A shader's array has one entry at least.
        PROGRESS_SIZE + 4 * (2 * self.states + self.undecided).max(1)
    }
}

/// Undecided pixels that come back as a list. If there are more, all words are looked through,
/// which then takes little more.
fn undecided_room(window: Window) -> u64 {
    (window.pixels() / 32).max(64)
}

/// The most pixels that a window may have on `device`.
pub fn most_pixels(device: &Device, pipeline: &Pipeline) -> u64 {
    // Two halves of the list and the undecided; or the states; or words.
    let bytes = pipeline.program.kernel.state_size().max(12);
    device.max_storage_buffer() / bytes
}

impl Buffers {
    /// Prepares buffers for `window`: those that exist, if they are large enough. Pixels may take
    /// more than one dispatch each if it `slices`.
    pub fn prepare(
        device: &Device,
        pipeline: &Pipeline,
        inputs: &Inputs,
        at_hand: Option<Self>,
        window: Window,
        slices: bool,
    ) -> Result<Self> {
        let room = Room::of(inputs, window, slices);
        let mut buffers = match at_hand {
            Some(buffers) if buffers.room.holds(room) => buffers,
            Some(outgrown) => Self::new(device, pipeline, outgrown.room.or(room), window)?,
            None => Self::new(device, pipeline, room, window)?,
        };
        buffers.window = window;
        buffers.itermax = inputs.itermax();
        Ok(buffers)
    }

    /// Gives the device the points of the window.
    pub fn write(&self, device: &Device, points: &Points) -> Result<()> {
        device.count_preparation(points.time);
        device.write(&self.xs, &points.xs)?;
        device.write(&self.ys, &points.ys)?;
        match &self.tiles {
            Some(tiles) => device.write(tiles, &points.tiles),
            None => Ok(()),
        }
    }

    fn new(device: &Device, pipeline: &Pipeline, room: Room, window: Window) -> Result<Self> {
        let kernel = pipeline.program.kernel;
        let real = kernel.real_size();
        let storage = Usage::STORAGE | Usage::COPY_DST;
        let uniform = Usage::UNIFORM | Usage::COPY_DST;
        let dispatch = device.buffer("dispatch", size_of::<Dispatch>() as u64, uniform)?;
        let words = device.buffer("words", room.word_bytes, storage | Usage::COPY_SRC)?;
        let xs = device.buffer("xs", room.columns * real, storage)?;
        let ys = device.buffer("ys", room.rows * real, storage)?;
        let lists = device.buffer("lists", room.list_bytes(), storage | Usage::COPY_SRC)?;
        let state_bytes = room.states.max(1) * kernel.state_size();
        let states = device.buffer("states", state_bytes, Usage::STORAGE)?;
        let usage = Usage::MAP_READ | Usage::COPY_DST;
        let read_back_bytes = PROGRESS_SIZE + 4 * room.undecided + room.word_bytes;
        let read_back = device.buffer("read-back", read_back_bytes, usage)?;
        let tiles = match room.tiles {
            0 => None,
            tiles => Some(device.buffer("tiles", tiles * kernel.tile_size(), storage)?),
        };
        let trap = &pipeline.trap;
        let mut buffers = vec![&dispatch, &pipeline.map, &words, &xs, &ys, &lists, &states, trap];
        buffers.extend(&pipeline.bound);
        buffers.extend(&tiles);
        let mut numbered: Vec<_> = (0..).zip(buffers).collect();
        numbered.extend(pipeline.smooth_bound.as_ref().map(|buffer| (SMOOTH_BINDING, buffer)));
        let bind_group = device.bind(&pipeline.compute, &numbered)?;
        Ok(Self {
            window,
            itermax: 0,
            smooth: pipeline.program.smooth,
            room,
            dispatch,
            words,
            xs,
            ys,
            lists,
            tiles,
            read_back,
            bind_group,
            mapping: Mapping::default(),
        })
    }

    /// The shape of a workgroup as `tile_shift`: square, or long if the window has few rows.
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

    /// Writes the uniform block that the next submission sees: the size of the pass from `cursor` to
    /// `end`. Gives the workgroups in x and y.
    pub fn write_dispatch(
        &self,
        device: &Device,
        cursor: &Cursor,
        end: u32,
        size: DispatchSize,
    ) -> Result<[u32; 2]> {
        let group_columns = size.groups.min(device.max_workgroups());
        let dispatch = Dispatch {
            width: self.window.width,
            height: self.window.height,
            tile_shift: self.tile_shift(),
            tile_columns: self.tile_columns(),
            first: cursor.next,
            end,
            group_columns,
            itermax: self.itermax,
            steps: size.steps,
            word_shift: word_shift(self.itermax),
            resumed: cursor.resumed.into(),
            half: cursor.half,
            room: self.room.states as u32,
            undecided_room: undecided_room(self.window) as u32,
            values: (self.count_bytes() / 4) as u32,
        };
        device.write(&self.dispatch, bytemuck::bytes_of(&dispatch))?;
        Ok([group_columns, size.groups.div_ceil(group_columns)])
    }

    fn count_bytes(&self) -> u64 {
        read_back::count_bytes(self.window.pixels(), word_shift(self.itermax))
    }

    fn word_bytes(&self) -> u64 {
        self.count_bytes() + if self.smooth { 4 * self.window.pixels() } else { 0 }
    }

    /// Records the forgetting of the band before.
    pub fn clear(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.clear_buffer(&self.words, 0, Some(self.word_bytes()));
        encoder.clear_buffer(&self.lists, 0, Some(PROGRESS_SIZE));
    }

    /// Records the emptying of a half of the list of the unfinished.
    pub fn clear_half(&self, encoder: &mut wgpu::CommandEncoder, half: u32) {
        encoder.clear_buffer(&self.lists, 4 * u64::from(half), Some(4));
    }

    /// Records a dispatch, and the copy of its progress to `progress_readback`.
    pub fn dispatch(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        pipeline: &Pipeline,
        [x, y]: [u32; 2],
        progress_readback: &wgpu::Buffer,
    ) {
        let size = PROGRESS_SIZE - LAST_DISPATCH;
        encoder.clear_buffer(&self.lists, LAST_DISPATCH, Some(size));
        let mut pass = pipeline.pass(encoder);
        pass.set_pipeline(&pipeline.compute);
        pass.set_bind_group(0, &self.bind_group, &[]);
        pass.dispatch_workgroups(x, y, 1);
        drop(pass);
        encoder.copy_buffer_to_buffer(&self.lists, 0, progress_readback, 0, PROGRESS_SIZE);
    }

    /// Records the copy of the band's results to a buffer that the host can read.
    pub fn copy_back(&self, encoder: &mut wgpu::CommandEncoder) {
        let undecided = 4 * undecided_room(self.window);
        let (lists, read_back) = (&self.lists, &self.read_back);
        let entries = PROGRESS_SIZE + 8 * self.room.states;
        encoder.copy_buffer_to_buffer(lists, 0, read_back, 0, PROGRESS_SIZE);
        encoder.copy_buffer_to_buffer(lists, entries, read_back, PROGRESS_SIZE, undecided);
        let start = PROGRESS_SIZE + undecided;
        encoder.copy_buffer_to_buffer(&self.words, 0, read_back, start, self.word_bytes());
    }

    fn read_back_bytes(&self) -> u64 {
        PROGRESS_SIZE + 4 * undecided_room(self.window) + self.word_bytes()
    }

    /// Asks for what was copied; it is there once the submission of the copy is done.
    pub fn request_map(&mut self, device: &Device) {
        self.mapping = device.request_map(&self.read_back, self.read_back_bytes());
    }

    /// Moves what has come back into `values`. Gives the indices of those that are none because the
    /// kernel, which must be an exact one, could not decide them.
    pub fn read(&self, device: &Device, exact: bool, values: &mut Values) -> Result<Vec<u32>> {
        let undecided_room = undecided_room(self.window) as usize;
        device.read_mapped(&self.read_back, self.read_back_bytes(), &self.mapping, |bytes| {
            let (progress, rest) = bytes.split_at(PROGRESS_SIZE as usize);
            let (undecided, words) = rest.split_at(4 * undecided_room);
            let (words, smooth) = words.split_at(self.count_bytes() as usize);
            let read_back = ReadBack {
                window: self.window,
                itermax: self.itermax,
                exact,
                progress: bytemuck::pod_read_unaligned(progress),
                undecided: bytemuck::cast_slice(undecided),
                words,
                smooth: bytemuck::cast_slice(smooth),
            };
            let undecided = read_back.counts(&device.adapter.name, &mut values.counts)?;
            if self.smooth {
                read_back.smooth(&device.adapter.name, values)?;
            }
            Ok(undecided)
        })?
    }
}
