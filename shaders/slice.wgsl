// What one dispatch covers, and which pixel an invocation is. Prefixed to every kernel.
//
// The window is cut into tiles of WORKGROUP_SIZE pixels, numbered in raster order; a dispatch takes
// `tiles` of them, from `first_tile` on, one workgroup each.

const WORKGROUP_SIZE: u32 = 64u;

// What a kernel leaves in `words`. The host clears them to UNWRITTEN before the first dispatch.
const UNWRITTEN: u32 = 0u;
const COUNT: u32 = 2u; // the count n is the word COUNT + n

struct Slice {
    width: u32,        // of the window, in pixels
    height: u32,
    tile_shift: u32,   // a tile is 2^tile_shift pixels wide
    tile_columns: u32, // tiles in a row of tiles
    first_tile: u32,
    tiles: u32,
    group_columns: u32, // workgroups in x of this dispatch
    itermax: u32,
}

@group(0) @binding(0) var<uniform> slice: Slice;

struct Pixel {
    col: u32,
    row: u32,
    inside: bool,
}

fn pixel_of(group: vec3<u32>, local: u32) -> Pixel {
    let share = group.y * slice.group_columns + group.x;
    let tile = slice.first_tile + share;
    let tile_row = tile / slice.tile_columns;
    let tile_col = tile - tile_row * slice.tile_columns;
    let tile_rows_shift = firstTrailingBit(WORKGROUP_SIZE) - slice.tile_shift;
    let col = (tile_col << slice.tile_shift) + (local & ((1u << slice.tile_shift) - 1u));
    let row = (tile_row << tile_rows_shift) + (local >> slice.tile_shift);
    return Pixel(col, row, share < slice.tiles && col < slice.width && row < slice.height);
}
