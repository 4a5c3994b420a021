// The value of an orbit that is far out, in f32.

// 2 / (j ln 2) for j = 1, 3, …, 9.
const TERM_1: f32 = 2.8853900817779268f;
const TERM_3: f32 = 0.9617966939259756f;
const TERM_5: f32 = 0.5770780163555854f;
const TERM_7: f32 = 0.4121985831111324f;
const TERM_9: f32 = 0.3205988979753252f;

// Through its bits, as `rounded`.
fn rounded_number(sum: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(sum) ^ bound.zero);
}

// log₂ of 1 + above, between √½ and √2: ln m = 2 artanh s = 2(s + s³/3 + s⁵/5 + …) of
// s = (m - 1) / (m + 1).
fn logarithm_of(above: f32) -> f32 {
    let s = above / (2.0f + above);
    let square = s * s;
    var sum = TERM_9;
    sum = sum * square + TERM_7;
    sum = sum * square + TERM_5;
    sum = sum * square + TERM_3;
    sum = sum * square + TERM_1;
    return rounded_number(sum) * s;
}

fn value_of(orbit: ptr<function, Orbit>) -> Value {
    let first = scaled((*orbit).norm);
    let rest = logarithm_of(rounded_number(first.mantissa - 1.0f));
    let logarithm = f32(first.exponent) + rest;
    let exponent = scaled(logarithm).exponent;
    // The whole numbers first, so that little is rounded.
    let above = rounded_number(f32(first.exponent - (1 << u32(exponent))) + rest);
    let second = logarithm_of(above * power_of_two(-exponent));
    let parts = rounded_number(smooth_bound.fraction.x - second) * f32(PARTS);
    let nearest = floor(parts + 0.5f);
    return Value(logarithm, -exponent, nearest, abs(parts - nearest));
}
