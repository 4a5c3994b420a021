// The escape count in plain arithmetic; `src/cpu/scalar.rs` says the same in Rust.
//
// `real` is f32 for `single` and f64 for `double`: the host prefixes the alias.

struct Map {
    c: vec2<real>,
    limit: real, // threshold²
    padding: real,
}

@group(0) @binding(1) var<uniform> map: Map;
@group(0) @binding(2) var<storage, read_write> words: array<u32>;
@group(0) @binding(3) var<storage, read> xs: array<real>; // of the window's columns
@group(0) @binding(4) var<storage, read> ys: array<real>; // of the window's rows

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

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let pixel = pixel_of(group, local);
    if !pixel.inside {
        return;
    }
    var orbit = Orbit(vec2<real>(xs[pixel.col], ys[pixel.row]), true, 0u);
    while orbit.below && orbit.count < slice.itermax {
        // Eight at a time: a loop costs as much as a step.
        step(&orbit);
        step(&orbit);
        step(&orbit);
        step(&orbit);
        step(&orbit);
        step(&orbit);
        step(&orbit);
        step(&orbit);
    }
    words[pixel.row * slice.width + pixel.col] = COUNT + min(orbit.count, slice.itermax);
}
