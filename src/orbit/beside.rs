//! Where a point is that started next to another one: the difference of their orbits, in numbers that are as long at any
//! distance.

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use super::saved_orbit::SavedPoint;
use super::scaled::{Scaled, long, scale};
use crate::dyadic::{Dyadic, Point};

/// Bits of a difference.
const BITS: i64 = 416;

/// Makes an upper bound of a bound that was itself computed in `f64`.
const UP: f64 = 1.0 + 1e-12;

/// The difference D of a point's orbit and the saved one R, where `z = R + D`, and so `D' = 2R·D + D²`.
#[derive(Clone, Debug)]
pub struct Beside {
    /// In units of 2^exponent.
    parts: [IBig; 2],
    exponent: i64,
    /// Bounds its error, in these units.
    error: f64,
}

impl Beside {
    /// That of the orbit of `point` and the one of `start`, at their beginning; `None` if they are the same.
    pub fn new(start: &Point, point: &Point) -> Option<Self> {
        let [x, y] = [&point[0] - &start[0], &point[1] - &start[1]];
        if x.is_zero() && y.is_zero() {
            return None;
        }
        let bits = x.fraction_bits().max(y.fraction_bits());
        let parts = [x, y].map(|part| part.to_fixed(bits).0);
        let exponent = -(bits as i64);
        let unit = end(&parts, exponent)? - BITS;
        Some(if unit > exponent {
            Self { parts: shifted(&parts, exponent - unit), exponent: unit, error: 2.0 }
        } else {
            Self { parts, exponent, error: 0.0 }
        })
    }

    /// After the step that the other orbit takes from `from`.
    pub fn next(&self, from: &SavedPoint) -> Self {
        let (r, d, own) = (&from.z, &self.parts, self.exponent);
        let linear = [&r[0] * &d[0] - &r[1] * &d[1], &r[0] * &d[1] + &r[1] * &d[0]];
        let square = [(&d[0] + &d[1]) * (&d[0] - &d[1]), (&d[0] * &d[1]) << 1];
        let (of_linear, of_square) = (own - from.bits + 1, 2 * own);
        let ends = [end(&linear, of_linear), end(&square, of_square)];
        let exponent = ends.into_iter().flatten().max().map_or(own, |end| end - BITS);
        let [a, b] = [(linear, of_linear), (square, of_square)]
            .map(|(parts, of_parts)| shifted(&parts, of_parts - exponent));
        let (error, grow) = (self.error, own - exponent);
        let (of_r, of_d, of_error) = (modulus(r, -from.bits), modulus(d, own), from.error);
        let cut = if from.is_cut { 3.0 } else { 0.0 };
        let bound = scale(2.0 * of_r.mantissa * error, of_r.exponent + grow)
            + scale(2.0 * of_d.mantissa * error, of_d.exponent + grow)
            + scale(error * error, own + grow)
            // The error of R, which meets all of D; and what its leading bits have left out.
            + scale(2.0 * of_error.mantissa * of_d.mantissa, of_error.exponent + of_d.exponent - exponent)
            + scale(2.0 * of_error.mantissa * error, of_error.exponent + grow)
            + scale(cut * of_d.mantissa, of_d.exponent - from.bits - exponent)
            + scale(cut * error, own - from.bits - exponent)
            + 4.0;
        let parts = [&a[0] + &b[0], &a[1] + &b[1]];
        Self { parts, exponent, error: bound * UP }
    }

    /// In units of 2^exponent, rounded down.
    pub fn in_units(&self, exponent: i64) -> [IBig; 2] {
        shifted(&self.parts, self.exponent - exponent)
    }

    /// Both parts.
    pub fn parts(&self) -> Point {
        self.parts.each_ref().map(|part| Dyadic::new(part.clone(), self.exponent))
    }

    /// Bounds its error.
    pub fn error(&self) -> Scaled<f64> {
        Scaled { mantissa: self.error, exponent: self.exponent }
    }
}

/// The exponent of the power of two that is over both parts, which are in units of 2^exponent; `None` if both are 0.
fn end(parts: &[IBig; 2], exponent: i64) -> Option<i64> {
    let length = parts[0].bit_len().max(parts[1].bit_len());
    (length > 0).then_some(length as i64 + exponent)
}

/// Bounds the modulus of a number with these parts, in units of 2^exponent.
fn modulus(parts: &[IBig; 2], exponent: i64) -> Scaled<f64> {
    let z = long(parts.each_ref(), -exponent);
    Scaled { mantissa: z.mantissa.rounded().norm() * UP, exponent: z.exponent }
}

/// Times 2^shift, rounded down.
fn shifted(parts: &[IBig; 2], shift: i64) -> [IBig; 2] {
    let size = shift.unsigned_abs() as usize;
    parts.each_ref().map(|part| if shift < 0 { part >> size } else { part << size })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use num_complex::Complex64;

    use super::*;
    use crate::julia::Julia;
    use crate::orbit::center::Center;
    use crate::orbit::fixed_point::Orbit;
    use crate::orbit::saved_orbit::SavedOrbit;
    use crate::orbit::view::testing::center;

    /// The center is where its own orbit is, to within what its error says, and that is 2⁻³⁰⁰ of how far apart both are.
    #[test]
    fn an_orbit_beside_another_is_a_points_own() {
        for ((re, im), seed) in
            [((-0.8, 0.156), 3), ((0.0, 1.0), 4), ((-2.0, 0.0), 5), ((-1.0, 0.0), 6)]
        {
            let c = Complex64::new(re, im);
            let julia = Julia::new(c, 2.0, (0, 9999)).unwrap();
            for (log_off, steps) in [(-20, 12), (-300, 200), (-2000, 1500)] {
                let bits = 2600;
                // Of the last one 0 is on the orbit, and vanishes from the difference.
                let start =
                    if re == -1.0 { crate::dyadic::point(0.0, 0.0) } else { center(c, bits, seed) };
                let off = |k: i64| Dyadic::new(IBig::from(k), log_off - 8);
                let point = [&start[0] + &off(-177), &start[1] + &off(201)];
                let saved = Arc::new(SavedOrbit::new(&julia, &start, bits + 800));
                let mut beside = Center::new(&julia, &saved, &point);
                let mut own = Orbit::new(&julia, &point, bits + 2800);
                let steps = if re == -1.0 { 6 } else { steps };
                for k in 0..steps {
                    let found = beside.leading();
                    let mut most = 0.0f64;
                    for (found_part, own_part) in found.z.iter().zip([&own.re, &own.im]) {
                        let truth = Dyadic::new(own_part.clone(), -(own.bits as i64));
                        let off = &Dyadic::new(found_part.clone(), -found.bits) - &truth;
                        // What is rounded down is beside the error.
                        let scaled = &off.abs() * &Dyadic::new(IBig::from(1), found.bits.min(0));
                        let units = Scaled { mantissa: 1.0, exponent: -found.bits };
                        let error = found.error.plus(Scaled { mantissa: 2.0, ..units });
                        let error = &Dyadic::from(error.mantissa)
                            * &Dyadic::new(IBig::from(1), error.exponent);
                        assert!(
                            off.abs() <= error,
                            "{c} 2^{log_off} step {k}: {}",
                            scaled.to_f64()
                        );
                        most = most.max(found.error.in_units(log_off));
                    }
                    // The difference has grown by less than 2^(2k + 2).
                    assert!(
                        most <= 2f64.powi(-300) * scale(1.0, 2 * k + 2),
                        "{c} 2^{log_off} step {k}: {most:e}"
                    );
                    beside.step();
                    own.step();
                }
            }
        }
    }
}
