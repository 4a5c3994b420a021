// The value of an orbit that is far out, in f64.

// 2 / (j ln 2) for j = 1, 3, …, 13.
const TERM_1: f64 = 2.8853900817779268lf;
const TERM_3: f64 = 0.9617966939259756lf;
const TERM_5: f64 = 0.5770780163555854lf;
const TERM_7: f64 = 0.4121985831111324lf;
const TERM_9: f64 = 0.3205988979753252lf;
const TERM_11: f64 = 0.26230818925253877lf;
const TERM_13: f64 = 0.22195308321368668lf;

// log₂ of 2^exponent · mantissa.
struct Logarithm {
    exponent: i32,
    rest: f64,
}

// With ln m = 2 artanh s = 2(s + s³/3 + s⁵/5 + …) of s = (m - 1) / (m + 1).
fn logarithm_of(value: f64) -> Logarithm {
    let rounded_value = scaled(f32(value));
    let m = value * f64(power_of_two(-rounded_value.exponent));
    // A quotient in f32, and then what is missing: d/dm s is (1 - s) / (m + 1).
    let near = f64((rounded_value.mantissa - 1.0f) / (rounded_value.mantissa + 1.0f));
    let missing = (m - 1.0lf) - near * (m + 1.0lf);
    let s = near + missing * (0.5lf - 0.5lf * near);
    let square = s * s;
    var sum = TERM_13;
    sum = sum * square + TERM_11;
    sum = sum * square + TERM_9;
    sum = sum * square + TERM_7;
    sum = sum * square + TERM_5;
    sum = sum * square + TERM_3;
    sum = sum * square + TERM_1;
    return Logarithm(rounded_value.exponent, sum * s);
}

fn value_of(orbit: ptr<function, Orbit>) -> Value {
    let first = logarithm_of((*orbit).squares.x + (*orbit).squares.y);
    let logarithm = f64(f32(first.exponent)) + first.rest;
    let second = logarithm_of(logarithm);
    let fraction = f64(smooth_bound.fraction.x) + f64(smooth_bound.fraction.y);
    let parts = (fraction - second.rest) * f64(f32(PARTS));
    let nearest = floor(f32(parts) + 0.5f);
    let off = abs(f32(parts - f64(nearest)));
    return Value(f32(logarithm), -second.exponent, nearest, off);
}
