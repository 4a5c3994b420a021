// A kernel that gives smooth values beside counts: orbits that have escaped go on until they are far
// out, and what their value is rounded to is written if the bound tells. `docs/exactness-gpu.md` derives
// it, `src/gpu/inputs/smooth_bound.rs` works the constants out.

// An orbit that is over stays where it is.
const SMOOTH: bool = true;

// Parts of an iteration that smooth values are rounded to.
const PARTS: u32 = 4096u;

// The word of a value that is the pixel's count; above and below it is one a part.
const VALUE_WORD: u32 = 0x1000000u;

// Steps that an orbit may take from its escape until it is far out.
const MOST_STEPS: u32 = 32u;

// The bits of √½, rounded down: what is less has the next lower exponent.
const ROOT_HALF_BITS: u32 = 0x3f3504f3u;
const EXPONENT_BITS: u32 = 0xff800000u;

struct SmoothBound {
    far: u32,             // the bits of |z| from which on z is far out
    slope: f32,           // parts that the value changes by, times |z| log₂|z|², per error
    room: f32,            // how far the value may be from a whole number of parts, without an error
    whole: i32,           // 1 + log₂ log₂ of the threshold: whole iterations,
    fraction: vec2<f32>,  // and the rest, as a sum
}

@group(0) @binding(11) var<uniform> smooth_bound: SmoothBound;

// 2^exponent · mantissa, with a mantissa from √½ to √2.
struct Scaled {
    exponent: i32,
    mantissa: f32,
}

fn scaled(value: f32) -> Scaled {
    let bits = bitcast<u32>(value);
    let above = bits - ROOT_HALF_BITS;
    return Scaled(bitcast<i32>(above) >> 23u, bitcast<f32>(bits - (above & EXPONENT_BITS)));
}

fn power_of_two(exponent: i32) -> f32 {
    return bitcast<f32>(u32(127 + exponent) << 23u);
}

// log₂|z|², and the rest of the value: whole iterations, whole parts, and how far it is from these.
struct Value {
    logarithm: f32,
    iterations: i32,
    parts: f32,
    off: f32,
}

// Whether a pixel that has escaped has all its values: writes the smooth one if it is proven.
fn has_value(index: u32, orbit: ptr<function, Orbit>) -> bool {
    let count = (*orbit).count;
    var steps = 1;
    for (var k = 0u; k < MOST_STEPS; k += 1u) {
        if bitcast<u32>((*orbit).modulus) >= smooth_bound.far {
            break;
        }
        // A step takes error and modulus along only then.
        (*orbit).below = true;
        step(orbit);
        steps += 1;
    }
    (*orbit).below = false;
    (*orbit).count = count;
    let modulus = (*orbit).modulus;
    if bitcast<u32>(modulus) < smooth_bound.far {
        return false;
    }
    let value = value_of(orbit);
    // |z| log₂|z|², which the value's error is divided by.
    let measure = modulus * value.logarithm;
    let off = value.off * measure + smooth_bound.slope * (*orbit).error;
    // Bits compare as the floats do while these are not negative, and what is no number is not less.
    if bitcast<u32>(off) >= bitcast<u32>(smooth_bound.room * measure) {
        return false;
    }
    let iterations = steps + smooth_bound.whole + value.iterations;
    let parts = iterations * i32(PARTS) + i32(value.parts);
    atomicStore(&words[dispatch.values + index], VALUE_WORD + bitcast<u32>(parts));
    return true;
}
