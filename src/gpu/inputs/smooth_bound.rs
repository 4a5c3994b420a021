//! The constants of what smooth values are rounded to in the exact kernels.
//!
//! `docs/exactness-gpu.md` derives every one of them.

use std::f64::consts::LN_2;

use super::error_bound::V32;
use crate::band::PARTS;
use crate::gpu::kernel::Kernel;
use crate::gpu::kernel::layouts::SmoothBound;
use crate::julia::Julia;

/// |z|², for |c| ≤ 1, from which on z is far out.
const FAR_PAIR: f64 = (1u64 << 24) as f64;
const FAR_DOUBLE: f64 = (1u64 << 32) as f64;

/// By how much the value of a z that is far out may be off, in iterations, without its error: what the
/// following steps would change, and the arithmetic.
const UNCERTAINTY_PAIR: f64 = 6.0 * V32;
const UNCERTAINTY_DOUBLE: f64 = 5e-11;

/// By how much a relative error changes the value, times log₂|z|²: 2 / ln² 2, and more than the arithmetic
/// and the next power of the error add.
const SLOPE: f64 = 2.0 / (LN_2 * LN_2) * 1.01;

/// Above 1 by more than the shader's comparisons lose.
const UP: f64 = 1.0 + 64.0 * V32;

/// The uniform block for a threshold of at least 2 and |c|.
pub fn of(kernel: Kernel, julia: &Julia) -> SmoothBound {
    let (far, uncertainty) = if kernel.is_f64() {
        (FAR_DOUBLE, UNCERTAINTY_DOUBLE)
    } else {
        (FAR_PAIR, UNCERTAINTY_PAIR)
    };
    let shift = 1.0 + libm::log2(libm::log2(julia.threshold()));
    let whole = shift.round();
    let fraction = shift - whole;
    let high = fraction as f32;
    SmoothBound {
        far: (((far * julia.c().norm().max(1.0)).sqrt() * UP) as f32).to_bits(),
        slope: (SLOPE * PARTS * UP) as f32,
        room: ((0.5 - PARTS * uncertainty) / UP) as f32,
        whole: whole as i32,
        fraction: [high, (fraction - f64::from(high)) as f32],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::inputs::adversary::Adversary;

    /// `logarithm_of` in `value_single.wgsl`.
    fn logarithm_of(adversary: &mut Adversary, above: f32) -> f32 {
        let sum = adversary.add(2.0, above);
        let s = adversary.quotient(above, sum);
        let square = adversary.mul(s, s);
        let term = |j: f64| (2.0 / (j * LN_2)) as f32;
        let mut sum = term(9.0);
        for j in [7.0, 5.0, 3.0, 1.0] {
            sum = adversary.mul_add(sum, square, term(j));
        }
        adversary.mul(sum, s)
    }

    /// 2^exponent · mantissa, with a mantissa from √½ to √2.
    fn scaled(value: f32) -> (i32, f32) {
        let exponent = (value.to_bits() as i32 - 0x3f35_04f3) >> 23;
        (exponent, value / 2f32.powi(exponent))
    }

    /// How far the value is off that `value_of` in `value_single.wgsl` makes of a z that is far out.
    fn off(adversary: &mut Adversary, z: [f32; 2], fraction: f64) -> f64 {
        let norm = adversary.sum([z[0]; 2], [z[1]; 2], 0.0);
        let (first, mantissa) = scaled(norm);
        let rest = logarithm_of(adversary, mantissa - 1.0);
        let logarithm = adversary.add(first as f32, rest);
        let (exponent, _) = scaled(logarithm);
        let above = adversary.add((first - (1 << exponent)) as f32, rest) * 2f32.powi(-exponent);
        let second = logarithm_of(adversary, above);
        let value = adversary.add(fraction as f32, -second);
        let [x, y] = z.map(f64::from);
        let truth = fraction - (libm::log2(libm::log2(x * x + y * y)) - f64::from(exponent));
        (f64::from(value) - truth).abs()
    }

    #[test]
    fn values_are_off_by_less_than_is_assumed() {
        let (mut adversary, mut worst) = (Adversary(3), 0f64);
        let far = FAR_PAIR.sqrt();
        for k in 0..400_000 {
            let modulus = far * 2f64.powf(f64::from(k % 997) / 997.0 * 50.0);
            let angle = f64::from(k) * 0.1;
            let z = [(modulus * angle.cos()) as f32, (modulus * angle.sin()) as f32];
            worst = worst.max(off(&mut adversary, z, f64::from(k % 1000) / 1000.0 - 0.5));
        }
        println!("{:.2} of {:.2}", worst / V32, UNCERTAINTY_PAIR / V32);
        // What is left is for the rounding of z.
        assert!(worst < 0.7 * UNCERTAINTY_PAIR, "{worst:e}");
        assert!(worst > 0.2 * UNCERTAINTY_PAIR, "{worst:e}");
    }
}
