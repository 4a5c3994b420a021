//! The definition of the escape count, one point at a time: too short to be wrong, and slow.
//!
//! Every other kernel of a plain precision is compared with these two.

use crate::julia::Julia;

/// The escape count of `x + y·i` in plain `f64`: rounded after each operation, in this order, with
/// nothing fused.
///
/// The moduli are compared as squares. A modulus that is NaN has overflowed, and so escaped.
pub fn double(julia: &Julia, x: f64, y: f64) -> u32 {
    let c = julia.c();
    let limit = julia.threshold() * julia.threshold();
    let (mut re, mut im) = (x, y);
    for i in 0..julia.itermax() {
        (re, im) = (re * re - im * im + c.re, re * im + im * re + c.im);
        let below = re * re + im * im < limit;
        if !below {
            return i;
        }
    }
    julia.itermax()
}

/// As [`double`], in plain `f32`; `c` and the threshold are rounded to `f32` first.
pub fn single(julia: &Julia, x: f32, y: f32) -> u32 {
    let (c_re, c_im) = (julia.c().re as f32, julia.c().im as f32);
    let limit = julia.threshold() as f32 * julia.threshold() as f32;
    let (mut re, mut im) = (x, y);
    for i in 0..julia.itermax() {
        (re, im) = (re * re - im * im + c_re, re * im + im * re + c_im);
        let below = re * re + im * im < limit;
        if !below {
            return i;
        }
    }
    julia.itermax()
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;

    fn julia(c: Complex64, threshold: f64, itermax: u32) -> Julia {
        Julia::new(c, threshold, (0, itermax)).unwrap()
    }

    #[test]
    fn a_point_on_the_threshold_has_escaped() {
        // z_0 = 1 + i, c = 0: z_1 = 2i, and |z_1| is exactly 2. The original's Rust said "not yet".
        let julia = julia(Complex64::ZERO, 2.0, 10);
        assert_eq!(double(&julia, 1.0, 1.0), 0);
        assert_eq!(single(&julia, 1.0, 1.0), 0);
    }

    #[test]
    fn the_sample_point_itself_is_not_tested() {
        // |z_0| = 3 is over the threshold, but z_1 = 9 - 9 = 0 is not, and stays.
        let julia = julia(Complex64::new(-9.0, 0.0), 10.0, 7);
        assert_eq!(double(&julia, 3.0, 0.0), 2); // z_1 = 0, z_2 = -9, z_3 = 72
    }

    #[test]
    fn the_unit_disk_stays_and_its_outside_goes() {
        let julia = julia(Complex64::ZERO, 2.0, 50);
        assert_eq!(double(&julia, 0.5, 0.5), 50);
        assert_eq!(double(&julia, 1.0, 0.0), 50);
        assert_eq!(double(&julia, 1.1, 0.0), 2); // 1.21, 1.4641, 2.1436
    }

    #[test]
    fn overflow_is_escape() {
        let julia = julia(Complex64::ZERO, 1e300, 50);
        assert_eq!(double(&julia, 1e200, 1e200), 0);
        assert_eq!(single(&julia, 1e30, 1e30), 0);
    }
}
