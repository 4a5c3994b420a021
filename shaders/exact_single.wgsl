// True escape counts in f32: a Taylor polynomial takes all points of a tile for as long as they stay
// together, then each is followed as its distance δ from a fixed point of the map.

alias Term = vec2<f32>;

struct Map {
    origin: vec2<f32>,       // the fixed point, rounded
    twice_origin: vec2<f32>, // a separate number, so that no compiler can sum origin + (origin + δ)
    residual: vec2<f32>,     // origin² + c - origin
}

@group(0) @binding(1) var<uniform> map: Map;
@group(0) @binding(3) var<storage, read> xs: array<f32>; // of the window's columns, in the tile's disk
@group(0) @binding(4) var<storage, read> ys: array<f32>; // of the window's rows, in the tile's disk
@group(0) @binding(6) var<storage, read_write> states: array<State>; // of unfinished pixels

fn product(a: vec2<f32>, b: vec2<f32>, addend: vec2<f32>) -> vec2<f32> {
    let re = a.x * b.x - a.y * b.y + addend.x;
    let im = a.x * b.y + a.y * b.x + addend.y;
    return rounded(vec2<f32>(re, im));
}

// |origin + δ|
fn modulus_of(delta: vec2<f32>) -> f32 {
    let z = rounded(map.origin + delta);
    return sqrt(z.x * z.x + z.y * z.y);
}

struct State {
    delta: vec2<f32>,
    error: f32,
    count: u32,
}

struct Orbit {
    delta: vec2<f32>,
    error: f32,
    modulus: f32,
    below: bool,
    count: u32,
}

// (α + δ)² + c - α = (2α + δ)δ + residual. Of an orbit that is over, error and modulus stay.
fn step(orbit: ptr<function, Orbit>) {
    let before = (*orbit).delta;
    let delta = product(rounded(map.twice_origin + before), before, map.residual);
    let added = bound.rounding * (abs(delta.x) + abs(delta.y)) + bound.rounding_constant;
    let error = grown((*orbit).error, (*orbit).modulus, added);
    (*orbit).delta = delta;
    (*orbit).error = select((*orbit).error, error, (*orbit).below);
    (*orbit).modulus = select((*orbit).modulus, modulus_of(delta), (*orbit).below);
    (*orbit).below = (*orbit).below && is_below((*orbit).error, (*orbit).modulus);
    (*orbit).count += u32((*orbit).below);
}

fn at(delta: vec2<f32>, error: f32, count: u32) -> Orbit {
    return Orbit(delta, error, modulus_of(delta), true, count);
}

fn started(pixel: Pixel) -> Orbit {
    let tile = tile_of(pixel);
    let u = vec2<f32>(xs[pixel.col], ys[pixel.row]);
    var delta = tiles[tile].terms[DEGREE];
    for (var j = DEGREE; j > 0u; j -= 1u) {
        delta = product(delta, u, tiles[tile].terms[j - 1u]);
    }
    return at(delta, tiles[tile].error, tiles[tile].steps);
}

fn resumed(index: u32) -> Orbit {
    let state = states[index];
    return at(state.delta, state.error, state.count);
}

fn suspend(index: u32, orbit: ptr<function, Orbit>) {
    states[index] = State((*orbit).delta, (*orbit).error, (*orbit).count);
}

// The disks of the trap are relative to the origin too.
fn is_in_trap(orbit: ptr<function, Orbit>) -> bool {
    return is_trapped((*orbit).delta, (*orbit).error);
}

fn escape_is_proven(orbit: ptr<function, Orbit>) -> bool {
    return has_escaped((*orbit).error, (*orbit).modulus);
}
