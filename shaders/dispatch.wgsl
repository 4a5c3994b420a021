// What one dispatch covers, which pixel an invocation is, and what it leaves of it. Prefixed to every
// kernel.
//
// The window is cut into tiles of WORKGROUP_SIZE pixels, numbered in raster order. A dispatch takes
// either so many of them, one workgroup each, or so many pixels from the list of those that dispatches
// before it left unfinished.

const WORKGROUP_SIZE: u32 = 64u;

// What a kernel leaves in `words`. The host clears them to UNWRITTEN before the first dispatch.
const UNWRITTEN: u32 = 0u;
const UNDECIDED: u32 = 1u; // the word of a pixel whose count a bound cannot prove
const COUNT: u32 = 2u; // the count n is the word COUNT + n

struct Dispatch {
    width: u32,        // of the window, in pixels
    height: u32,
    tile_shift: u32,   // a tile is 2^tile_shift pixels wide
    tile_columns: u32, // tiles in a row of tiles
    first: u32,        // tile; or entry of the list
    end: u32,          // the first one after them
    group_columns: u32, // workgroups in x of this dispatch
    itermax: u32,
    steps: u32,        // that a pixel may take in this dispatch
    word_shift: u32,   // a word has 2^word_shift bits
    resumed: u32,      // 1 if the pixels are from the list
    half: u32,         // 0 or 1: where unfinished pixels are listed; they are read from the other one
    room: u32,         // entries of a half
    undecided_room: u32,
    values: u32,       // where in `words` the pixels' smooth values begin, a word each
}

struct Lists {
    unfinished: array<atomic<u32>, 2>, // entries of each half
    undecided: atomic<u32>,            // undecided pixels, whether there was room for them or not
    longest: atomic<u32>,              // the most steps of a workgroup's first pixel
    steps: array<atomic<u32>, 2>,      // their sum: the low word, and the high one
    entries: array<u32>,               // pixels: the two halves, then the undecided ones
}

@group(0) @binding(0) var<uniform> dispatch: Dispatch;
@group(0) @binding(2) var<storage, read_write> words: array<atomic<u32>>;
@group(0) @binding(5) var<storage, read_write> lists: Lists;

struct Pixel {
    col: u32,
    row: u32,
    inside: bool,
}

// The pixel of a tile, if the kernel has tiles.
fn pixel_of(tile: u32, local: u32) -> Pixel {
    let tile_row = tile / dispatch.tile_columns;
    let tile_col = tile - tile_row * dispatch.tile_columns;
    let tile_rows_shift = firstTrailingBit(WORKGROUP_SIZE) - dispatch.tile_shift;
    let col = (tile_col << dispatch.tile_shift) + (local & ((1u << dispatch.tile_shift) - 1u));
    let row = (tile_row << tile_rows_shift) + (local >> dispatch.tile_shift);
    return Pixel(col, row, tile < dispatch.end && col < dispatch.width && row < dispatch.height);
}

// Words lie side by side in what the host has cleared.
fn write_word(index: u32, word: u32) {
    let shift = 5u - dispatch.word_shift;
    let place = index & ((1u << shift) - 1u);
    atomicOr(&words[index >> shift], word << (place << dispatch.word_shift));
}

fn write_undecided(index: u32) {
    write_word(index, UNDECIDED);
    let entry = atomicAdd(&lists.undecided, 1u);
    if entry < dispatch.undecided_room {
        lists.entries[2u * dispatch.room + entry] = index;
    }
}

fn write_unfinished(index: u32) {
    let entry = atomicAdd(&lists.unfinished[dispatch.half], 1u);
    lists.entries[dispatch.half * dispatch.room + entry] = index;
}

fn unfinished(entry: u32) -> u32 {
    return lists.entries[(1u - dispatch.half) * dispatch.room + entry];
}

// Called by the first invocation of a workgroup: a sample of what the dispatch has done.
fn note_steps(steps: u32) {
    let before = atomicAdd(&lists.steps[0], steps);
    if before + steps < before {
        atomicAdd(&lists.steps[1], 1u);
    }
    atomicMax(&lists.longest, steps);
}
