// The escape count in plain arithmetic; `src/cpu/scalar.rs` says the same in Rust.
//
// `real` is f32 for `single` and f64 for `double`: the host prefixes the alias.

struct Map {
    c: vec2<real>,
    limit: real, // threshold²
    padding: real,
}

@group(0) @binding(1) var<uniform> map: Map;
@group(0) @binding(3) var<storage, read> xs: array<real>; // of the window's columns
@group(0) @binding(4) var<storage, read> ys: array<real>; // of the window's rows
@group(0) @binding(6) var<storage, read_write> states: array<State>; // of unfinished pixels

struct State {
    re: real,
    im: real,
    count: u32,
}

struct Orbit {
    z: vec2<real>,
    below: bool,
    count: u32,
}

fn step(orbit: ptr<function, Orbit>) {
    let z = (*orbit).z;
    let next = vec2<real>(z.x * z.x - z.y * z.y + map.c.x, z.x * z.y + z.y * z.x + map.c.y);
    (*orbit).z = next;
    (*orbit).below = (*orbit).below && next.x * next.x + next.y * next.y < map.limit;
    (*orbit).count += u32((*orbit).below);
}

fn known_word(pixel: Pixel) -> u32 {
    return UNWRITTEN;
}

fn started(pixel: Pixel) -> Orbit {
    return Orbit(vec2<real>(xs[pixel.col], ys[pixel.row]), true, 0u);
}

fn resumed(index: u32) -> Orbit {
    let state = states[index];
    return Orbit(vec2<real>(state.re, state.im), true, state.count);
}

fn suspend(index: u32, orbit: ptr<function, Orbit>) {
    states[index] = State((*orbit).z.x, (*orbit).z.y, (*orbit).count);
}

fn is_in_trap(orbit: ptr<function, Orbit>) -> bool {
    return is_trapped((*orbit).z, 0.0f);
}

fn escape_is_proven(orbit: ptr<function, Orbit>) -> bool {
    return true;
}
