// True escape counts: z² + c in f64, its bound in f32.

struct Map {
    c: vec2<f64>,
}

@group(0) @binding(1) var<uniform> map: Map;
@group(0) @binding(2) var<storage, read_write> words: array<u32>;
@group(0) @binding(3) var<storage, read> xs: array<f64>; // of the window's columns
@group(0) @binding(4) var<storage, read> ys: array<f64>; // of the window's rows
@group(0) @binding(5) var<uniform> bound: Bound;

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
    let next = vec2<f64>(squares.x - squares.y + map.c.x, (z.x + z.x) * z.y + map.c.y);
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

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let pixel = pixel_of(group, local);
    if !pixel.inside {
        return;
    }
    let z = vec2<f64>(xs[pixel.col], ys[pixel.row]);
    let squares = z * z;
    let norm = f32(squares.x + squares.y);
    var orbit = Orbit(z, squares, 0.0f, norm, sqrt(norm), true, 0u);
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
    let decided = orbit.count >= slice.itermax || has_escaped(orbit.error, orbit.modulus);
    let count = min(orbit.count, slice.itermax);
    words[pixel.row * slice.width + pixel.col] = select(UNDECIDED, COUNT + count, decided);
}
