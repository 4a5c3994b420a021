// The tiles of a window: a Taylor polynomial takes all points of a tile as far as they stay together.
// `Term` is what holds a coefficient: the kernel that includes this says what it is.

const TILE_SIDE: u32 = 16u;
const DEGREE: u32 = 8u;

struct Tile {
    steps: u32,  // taken by the polynomial
    word: u32,   // the word of every pixel of the tile, if they all have the same
    error: f32,  // bounds the error of the polynomial and of its evaluation
    padding: u32,
    terms: array<Term, DEGREE + 1u>, // from the constant term on; it is relative to the origin
}

@group(0) @binding(9) var<storage, read> tiles: array<Tile>;

fn tile_of(pixel: Pixel) -> u32 {
    let tile_columns = (dispatch.width + TILE_SIDE - 1u) / TILE_SIDE;
    return (pixel.row / TILE_SIDE) * tile_columns + pixel.col / TILE_SIDE;
}

fn known_word(pixel: Pixel) -> u32 {
    return tiles[tile_of(pixel)].word;
}
