//! Whether an adapter's arithmetic is what the bounds of the exact kernels count on.

pub mod probe;
pub mod step_test;

use super::device::Device;
use super::kernel::Program;
use crate::error::Result;
use probe::Binding;

/// How many operations of each kind are looked at, in workgroups of 64.
const CASES: usize = 64 * 64;
/// What the shader takes for a case.
const OPERANDS: usize = 3;
/// What it makes of them: a + b, a·b, a·b + c, √|c| in f32, a in f32, and a / b in f32.
const RESULTS: usize = 6;

/// The largest relative distance of neighbouring floats: a rounded result is no further from the
/// true one.
const STEP32: f64 = f32::EPSILON as f64;
const STEP64: f64 = f64::EPSILON;
/// How far off a square root in `f32` may be, in such steps: WGSL allows about five, and the
/// operand may have been rounded.
const ROOT_STEPS: f64 = 6.0;
/// The same of a quotient: WGSL allows about two and a half.
const QUOTIENT_STEPS: f64 = 3.0;

/// Checks the arithmetic that `kernel` computes in.
///
/// # Errors
/// [`Error::Unsupported`] where it is worse than WGSL and Vulkan allow.
pub(crate) fn check_arithmetic(device: &Device, program: Program) -> Result<()> {
    let Program { kernel, smooth } = program;
    let operands: Vec<f64> = operands().collect();
    let (real, step, results) = if kernel.is_f64() {
        let results = run(device, "f64", bytemuck::cast_slice(&operands), 8)?;
        ("f64", STEP64, bytemuck::pod_collect_to_vec(&results))
    } else {
        let narrow: Vec<f32> = operands.iter().map(|&x| x as f32).collect();
        let results = run(device, "f32", bytemuck::cast_slice(&narrow), 4)?;
        let results: Vec<f32> = bytemuck::pod_collect_to_vec(&results);
        ("f32", STEP32, results.into_iter().map(f64::from).collect::<Vec<f64>>())
    };
    let narrowed = |x: f64| if kernel.is_f64() { x } else { f64::from(x as f32) };
    for (operands, results) in operands.chunks(OPERANDS).zip(results.chunks(RESULTS)) {
        let [a, b, c] = [0, 1, 2].map(|k| narrowed(operands[k]));
        if let Some(what) = wrong(a, b, c, results, step, smooth) {
            return Err(probe::refusal(device, real, &what));
        }
    }
    Ok(())
}

/// Runs the shader; the bytes of its results.
fn run(device: &Device, real: &str, operands: &[u8], real_size: usize) -> Result<Vec<u8>> {
    let source =
        format!("alias real = {real};\n{}", include_str!("../../../shaders/self_test.wgsl"));
    let results = vec![0; CASES * RESULTS * real_size];
    let bindings = [Binding::storage(0, operands), Binding::storage(1, &results)];
    let mut stored = probe::run(device, "self-test", source, &bindings, CASES as u32 / 64)?;
    Ok(stored.pop().unwrap_or_default())
}

/// What is wrong with the results of a case, if anything. Only smooth values need quotients.
fn wrong(a: f64, b: f64, c: f64, results: &[f64], step: f64, smooth: bool) -> Option<String> {
    // In f64, true results are unevaluated sums of two floats; `slack` is above 1 by more than the
    // roundings in here.
    let slack = 1.0 + 1e-6;
    let off = |result: f64, (high, low): (f64, f64)| ((result - high) - low).abs();
    let sum = sum(a, b);
    let product = product(a, b);
    let (high, low) = self::sum(product.0, c);
    let both = (high, low + product.1);
    let root = c.abs().sqrt();
    let quotient = a / b;
    // In f64 the operands are rounded first.
    let most = if step < STEP32 { QUOTIENT_STEPS + 2.0 } else { QUOTIENT_STEPS };
    let checks = [
        ("sum", off(results[0], sum), step * sum.0.abs()),
        ("product", off(results[1], product), step * product.0.abs()),
        // Fused or not: the product may have been rounded too.
        ("a·b + c", off(results[2], both), step * (product.0.abs() + both.0.abs())),
        ("square root", (results[3] - root).abs(), ROOT_STEPS * STEP32 * root),
        ("conversion to f32", (results[4] - a).abs(), STEP32 * a.abs()),
        ("quotient", (results[5] - quotient).abs(), most * STEP32 * quotient.abs()),
    ];
    let checks = checks.into_iter().take(if smooth { RESULTS } else { RESULTS - 1 });
    // Written so that a NaN is wrong.
    let (name, error, _) = checks.into_iter().find(|(_, error, most)| {
        let right = *error <= most * slack;
        !right
    })?;
    Some(format!("a {name} of {a:e}, {b:e} and {c:e} is off by {error:e}"))
}

/// a + b without error.
fn sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let kept = sum - a;
    (sum, (a - (sum - kept)) + (b - kept))
}

/// a·b without error.
fn product(a: f64, b: f64) -> (f64, f64) {
    (a * b, a.mul_add(b, -(a * b)))
}

/// Operands of many sizes, with all bits in use; some such that sums cancel.
fn operands() -> impl Iterator<Item = f64> {
    let mut state = 0x243f_6a88_85a3_08d3_u64;
    let mut last = 1.0;
    (0..CASES * OPERANDS).map(move |index| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        let mantissa = 1.0 + (state >> 12) as f64 * (f64::EPSILON / 2.0);
        let sign = if state & (1 << 3) == 0 { 1.0 } else { -1.0 };
        let exponent = (state >> 40) as i32 % 12;
        let value = match index % 12 {
            // Near the negative of the operand before it.
            4 => -last * (1.0 + mantissa * 2f64.powi(-20)),
            7 => -last,
            _ => sign * mantissa * 2f64.powi(exponent),
        };
        last = value;
        value
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_results_pass_and_the_next_but_one_do_not() {
        for case in operands().collect::<Vec<_>>().chunks(OPERANDS) {
            let [a, b, c] = [case[0], case[1], case[2]];
            let root = f64::from((c.abs() as f32).sqrt());
            let (narrow, quotient) = (f64::from(a as f32), f64::from(a as f32 / b as f32));
            let wrong = |results: &[f64]| wrong(a, b, c, results, STEP64, true);
            let results = [a + b, a * b, a.mul_add(b, c), root, narrow, quotient];
            assert_eq!(wrong(&results), None);
            assert_eq!(wrong(&[a + b, a * b, a * b + c, root, narrow, quotient]), None);
            for k in [1, 3, 4, 5] {
                let mut off = results;
                off[k] *= 1.0 + if k == 1 { 3.0 * STEP64 } else { 8.0 * STEP32 };
                assert!(wrong(&off).is_some());
            }
            let mut nan = results;
            nan[0] = f64::NAN;
            assert!(wrong(&nan).is_some());
        }
    }
}
