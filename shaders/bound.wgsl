// The running bound of the exact kernels: `error` bounds how far the computed z may be from the true
// one. `docs/exactness-gpu.md` derives it, `src/gpu/bound.rs` works its constants out.

struct Bound {
    growth: f32,            // 2, and what |z| may be computed too small by
    inflation: f32,         // over 1 by what the bound's own arithmetic may lose
    modulus: f32,           // |z| is computed to within this, relative
    below: u32,             // the bits of the threshold, a little less
    escaped: u32,           // the bits of the threshold, a little more
    rounding: f32,          // an error that each step adds, relative to its size
    rounding_constant: f32, // an error that each step adds
    zero: u32,              // which no compiler knows to be 0
}

@group(0) @binding(8) var<uniform> bound: Bound;

const INFINITY_BITS: u32 = 0x7f800000u;

// A sum that is a factor later. No compiler can look through the bits, so none multiplies it out.
fn rounded(sum: vec2<f32>) -> vec2<f32> {
    return bitcast<vec2<f32>>(bitcast<vec2<u32>>(sum) ^ vec2<u32>(bound.zero));
}

// The error of z² + c, if the error of z was `error`, |z| is `modulus` and computing adds `added`.
fn grown(error: f32, modulus: f32, added: f32) -> f32 {
    return ((bound.growth * modulus + error) * error + added) * bound.inflation;
}

// How far the computed |z| may be from the true one.
fn margin(error: f32, modulus: f32) -> f32 {
    return bound.modulus * modulus + error;
}

// Whether |z| is below the threshold for certain. Bits compare as the floats do while these are not
// negative; and a NaN is not below, whatever a compiler assumes about comparisons.
fn is_below(error: f32, modulus: f32) -> bool {
    return bitcast<u32>(modulus + margin(error, modulus)) < bound.below;
}

// Whether |z| has reached the threshold for certain.
fn has_escaped(error: f32, modulus: f32) -> bool {
    let least = bitcast<u32>(modulus - margin(error, modulus));
    return least >= bound.escaped && least < INFINITY_BITS;
}
