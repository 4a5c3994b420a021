// True escape counts in pairs of f32, the bound in f32: a Taylor polynomial takes all points of a tile as
// far as they stay together, then each is followed by itself.
//
// A number is high + low, where high has 12 significant bits, so that products of two of them are exact,
// and low is at most about 2⁻¹¹ of it: 35 bits in all.

// High and low.
alias Term = vec4<f32>;

struct Map {
    c: vec2<f32>,     // rounded,
    c_low: vec2<f32>, // and the rest
}

@group(0) @binding(1) var<uniform> map: Map;
@group(0) @binding(3) var<storage, read> xs: array<vec2<f32>>; // of the window's columns, in the tile's disk: high and low
@group(0) @binding(4) var<storage, read> ys: array<vec2<f32>>; // of the window's rows, in the tile's disk
@group(0) @binding(6) var<storage, read_write> states: array<State>; // of unfinished pixels

struct State {
    high: vec2<f32>,
    low: vec2<f32>,
    error: f32,
    count: u32,
}

struct Pair {
    high: vec2<f32>,
    low: vec2<f32>,
}

struct Orbit {
    z: Pair,
    error: f32,
    norm: f32,
    modulus: f32,
    below: bool,
    count: u32,
}

// The leading 12 bits.
fn truncated(value: vec2<f32>) -> vec2<f32> {
    return bitcast<vec2<f32>>(bitcast<vec2<u32>>(value) & vec2<u32>(0xfffff000u));
}

// A sum, and what it is rounded by.
struct Sum {
    value: vec2<f32>,
    rest: vec2<f32>,
}

fn sum_of(a: vec2<f32>, b: vec2<f32>) -> Sum {
    let is_larger = abs(b) > abs(a);
    let large = select(a, b, is_larger);
    let small = select(b, a, is_larger);
    let value = rounded(large + small);
    // What was added to the larger one: no bit of it is lost, however the sum is rounded.
    let added = rounded(value - large);
    return Sum(value, rounded(small - added));
}

// a·b, as complex numbers.
fn product(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
    return vec2<f32>(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x);
}

// a·b + addend, as complex numbers.
fn pair_product(a: Pair, b: Pair, addend: Pair) -> Pair {
    // Products of the high parts are exact.
    let high = sum_of(a.high.x * b.high, a.high.y * vec2<f32>(-b.high.y, b.high.x));
    let sum = sum_of(high.value, addend.high);
    let cross = product(a.high, b.low) + product(a.low, b.high);
    let small = product(a.low, b.low) + (high.rest + sum.rest + addend.low);
    let rest = rounded(cross + rounded(small));
    let leading = truncated(sum.value + rest);
    return Pair(leading, rounded(rounded(sum.value - leading) + rest));
}

// |z|²
fn norm_of(pair: Pair) -> f32 {
    let z = rounded(pair.high + pair.low);
    return z.x * z.x + z.y * z.y;
}

// Of an orbit that is over, error and modulus stay.
fn step(orbit: ptr<function, Orbit>) {
    let z = (*orbit).z;
    let added = bound.rounding * (*orbit).norm + bound.rounding_constant;
    let error = grown((*orbit).error, (*orbit).modulus, added);
    let image = pair_product(z, z, Pair(map.c, map.c_low));
    let stays = SMOOTH & !(*orbit).below;
    let next = Pair(select(image.high, z.high, stays), select(image.low, z.low, stays));
    let norm = norm_of(next);
    (*orbit).z = next;
    (*orbit).norm = norm;
    (*orbit).error = select((*orbit).error, error, (*orbit).below);
    (*orbit).modulus = select((*orbit).modulus, sqrt(norm), (*orbit).below);
    (*orbit).below = (*orbit).below && is_below((*orbit).error, (*orbit).modulus);
    (*orbit).count += u32((*orbit).below);
}

fn at(z: Pair, error: f32, count: u32) -> Orbit {
    let norm = norm_of(z);
    return Orbit(z, error, norm, sqrt(norm), true, count);
}

fn term(tile: u32, power: u32) -> Pair {
    let term = tiles[tile].terms[power];
    return Pair(term.xy, term.zw);
}

fn started(pixel: Pixel) -> Orbit {
    let tile = tile_of(pixel);
    let x = xs[pixel.col];
    let y = ys[pixel.row];
    let u = Pair(vec2<f32>(x.x, y.x), vec2<f32>(x.y, y.y));
    var z = term(tile, DEGREE);
    for (var j = DEGREE; j > 0u; j -= 1u) {
        z = pair_product(z, u, term(tile, j - 1u));
    }
    return at(z, tiles[tile].error, tiles[tile].steps);
}

fn resumed(index: u32) -> Orbit {
    let state = states[index];
    return at(Pair(state.high, state.low), state.error, state.count);
}

fn suspend(index: u32, orbit: ptr<function, Orbit>) {
    let z = (*orbit).z;
    states[index] = State(z.high, z.low, (*orbit).error, (*orbit).count);
}

// With what rounding the point may move it by as an error.
fn is_in_trap(orbit: ptr<function, Orbit>) -> bool {
    let z = rounded((*orbit).z.high + (*orbit).z.low);
    return is_trapped(z, margin((*orbit).error, (*orbit).modulus));
}

fn escape_is_proven(orbit: ptr<function, Orbit>) -> bool {
    return has_escaped((*orbit).error, (*orbit).modulus);
}
