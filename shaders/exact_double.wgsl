// True escape counts: z² + c in f64, its bound in f32.

struct Map {
    c: vec2<f64>,
}

@group(0) @binding(1) var<uniform> map: Map;
@group(0) @binding(2) var<storage, read_write> words: array<u32>;
@group(0) @binding(3) var<storage, read> xs: array<f64>; // of the window's columns
@group(0) @binding(4) var<storage, read> ys: array<f64>; // of the window's rows
@group(0) @binding(5) var<uniform> bound: Bound;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let pixel = pixel_of(group, local);
    if !pixel.inside {
        return;
    }
    var z = vec2<f64>(xs[pixel.col], ys[pixel.row]);
    var squares = z * z;
    var norm = f32(squares.x + squares.y);
    var modulus = sqrt(norm);
    var error = 0.0f;
    var i = 0u;
    while i < slice.itermax {
        error = grown(error, modulus, bound.rounding * norm + bound.rounding_constant);
        z = vec2<f64>(squares.x - squares.y + map.c.x, (z.x + z.x) * z.y + map.c.y);
        squares = z * z;
        norm = f32(squares.x + squares.y);
        modulus = sqrt(norm);
        if !is_below(error, modulus) {
            break;
        }
        i += 1u;
    }
    let decided = i == slice.itermax || has_escaped(error, modulus);
    words[pixel.row * slice.width + pixel.col] = select(UNDECIDED, COUNT + i, decided);
}
