// True escape counts in f64, the bound in f32: a Taylor polynomial takes all points of a tile as far as
// they stay together, then each is followed by itself.

alias Term = vec2<f64>;

struct Map {
    c: vec2<f64>,
}

@group(0) @binding(1) var<uniform> map: Map;
@group(0) @binding(3) var<storage, read> xs: array<f64>; // of the window's columns, in the tile's disk
@group(0) @binding(4) var<storage, read> ys: array<f64>; // of the window's rows, in the tile's disk
@group(0) @binding(6) var<storage, read_write> states: array<State>; // of unfinished pixels

struct State {
    re: f64,
    im: f64,
    error: f32,
    count: u32,
}

struct Orbit {
    z: vec2<f64>,
    squares: vec2<f64>,
    error: f32,
    norm: f32,
    modulus: f32,
    below: bool,
    count: u32,
}

// Of an orbit that is over, error and modulus stay.
fn step(orbit: ptr<function, Orbit>) {
    let z = (*orbit).z;
    let squares = (*orbit).squares;
    let added = bound.rounding * (*orbit).norm + bound.rounding_constant;
    let error = grown((*orbit).error, (*orbit).modulus, added);
    let image = vec2<f64>(squares.x - squares.y + map.c.x, (z.x + z.x) * z.y + map.c.y);
    let next = select(image, z, SMOOTH & !(*orbit).below);
    let next_squares = next * next;
    let norm = f32(next_squares.x + next_squares.y);
    (*orbit).z = next;
    (*orbit).squares = next_squares;
    (*orbit).norm = norm;
    (*orbit).error = select((*orbit).error, error, (*orbit).below);
    (*orbit).modulus = select((*orbit).modulus, sqrt(norm), (*orbit).below);
    (*orbit).below = (*orbit).below && is_below((*orbit).error, (*orbit).modulus);
    (*orbit).count += u32((*orbit).below);
}

fn at(z: vec2<f64>, error: f32, count: u32) -> Orbit {
    let squares = z * z;
    let norm = f32(squares.x + squares.y);
    return Orbit(z, squares, error, norm, sqrt(norm), true, count);
}

fn product(a: vec2<f64>, b: vec2<f64>, addend: vec2<f64>) -> vec2<f64> {
    return vec2<f64>(a.x * b.x - a.y * b.y + addend.x, a.x * b.y + a.y * b.x + addend.y);
}

fn started(pixel: Pixel) -> Orbit {
    let tile = tile_of(pixel);
    let u = vec2<f64>(xs[pixel.col], ys[pixel.row]);
    var z = tiles[tile].terms[DEGREE];
    for (var j = DEGREE; j > 0u; j -= 1u) {
        z = product(z, u, tiles[tile].terms[j - 1u]);
    }
    return at(z, tiles[tile].error, tiles[tile].steps);
}

fn resumed(index: u32) -> Orbit {
    let state = states[index];
    return at(vec2<f64>(state.re, state.im), state.error, state.count);
}

fn suspend(index: u32, orbit: ptr<function, Orbit>) {
    states[index] = State((*orbit).z.x, (*orbit).z.y, (*orbit).error, (*orbit).count);
}

fn is_in_trap(orbit: ptr<function, Orbit>) -> bool {
    return is_trapped((*orbit).z, (*orbit).error);
}

fn escape_is_proven(orbit: ptr<function, Orbit>) -> bool {
    return has_escaped((*orbit).error, (*orbit).modulus);
}
