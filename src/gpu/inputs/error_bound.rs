//! The constants of the running bound in the exact kernels.
//!
//! `docs/exactness-gpu.md` derives every one of them; the names there are the ones here.

use num_complex::Complex64;

use crate::gpu::kernel::layouts::{Bound, DEGREE};
use crate::julia::{Job, Julia, Precision};
use crate::orbit::taylor::Expansion;

/// The relative error of one operation on `f32` in a shader: WGSL takes either neighbour.
pub const V32: f64 = 1.0 / (1u64 << 23) as f64;
/// The same on `f64`.
pub const V64: f64 = 1.0 / (1u64 << 52) as f64;

/// `|z|` as a shader computes it is within `8·V32`, most of it for the square root; and twice that.
const MODULUS: f64 = 16.0 * V32;
/// Above 1 by more than the bound's own operations lose: its sums are of positive numbers, and even
/// multiplied out each goes through ten at most.
const INFLATION: f64 = 1.0 + 16.0 * V32;
/// A constant of the bound goes through two or three operations before it counts.
const UP: f64 = 1.0 + 32.0 * V32;
/// More than all that is lost by results that are too small for a normal `f32`.
pub const TINY: f64 = 1.0 / (1u128 << 90) as f64;

/// The largest parameter, and one over the smallest threshold, that the kernels take …
const LARGEST: f64 = (1u64 << 30) as f64;
/// … and that of the plain loop in `f64`.
const LARGEST_DOUBLE: f64 = (1u64 << 60) as f64;

/// Whether the kernels can do `job`: before an orbit ends, none of its numbers is infinite or NaN, of
/// which WGSL lets a compiler assume that there are none; and in `exact` the bounds hold, since none
/// vanishes beside [`TINY`].
pub(crate) fn fits(precision: Precision, job: &Job) -> bool {
    let limit = if precision == Precision::Double { LARGEST_DOUBLE } else { LARGEST };
    let julia = &job.julia;
    let (c, threshold) = (julia.c(), julia.threshold());
    let points = job.grid.region().bounds();
    let largest = [c.re, c.im, threshold].into_iter().chain(points).map(f64::abs);
    threshold >= 1.0 / limit && largest.fold(0.0, f64::max) <= limit
}

/// The uniform block, for steps that each add `rounding`, relative, and `rounding_constant`.
fn bound(julia: &Julia, rounding: f64, rounding_constant: f64) -> Bound {
    let threshold = julia.threshold();
    Bound {
        growth: (2.0 * UP) as f32,
        inflation: INFLATION as f32,
        modulus: MODULUS as f32,
        below: ((threshold * (1.0 - MODULUS)) as f32).to_bits(),
        escaped: ((threshold * (1.0 + MODULUS)) as f32).to_bits(),
        rounding: (rounding * UP) as f32,
        rounding_constant: (rounding_constant * UP) as f32,
        zero: 0,
    }
}

/// The bound of `exact_double.wgsl`: each step adds `V64·(3.83|z|² + 2|c|)`.
pub fn double(julia: &Julia) -> Bound {
    bound(julia, 3.9 * V64, 2.1 * V64 * julia.c().norm() + TINY)
}

/// The fixed point of the map that the orbits of `exact_single.wgsl` are distances from, as the
/// `f32` numbers next to it, and by how much it is not fixed.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    pub point: Complex64,
    pub residual: Complex64,
}

impl Origin {
    /// The fixed point near which orbits stay longer: the less repelling of the two.
    pub fn of(julia: &Julia) -> Self {
        let c = julia.c();
        let root = (1.0 - 4.0 * c).sqrt();
        // The sum is without cancellation, the product of the two is c.
        let far = 0.5 * (1.0 + root);
        let near = if far.norm_sqr() > 0.0 { c / far } else { far };
        let point = Complex64::new(f64::from(near.re as f32), f64::from(near.im as f32));
        Self { point, residual: point * point + c - point }
    }
}

/// The bound of `exact_single.wgsl`: each step adds `V32·4.83(|δ'| + |residual|)`.
pub fn single(julia: &Julia, origin: &Origin) -> Bound {
    // The residual is itself rounded twice.
    let residual = origin.residual.norm() * 6.0 * V32 + julia.c().norm() * 8.0 * V64;
    bound(julia, 4.9 * V32, residual + TINY)
}

/// The remainder from which on a tile's polynomial costs more than it saves.
pub fn acceptable_remainder(origin: &Origin, constant: Complex64, spread: f64) -> f64 {
    4.0 * V32 * ((constant - origin.point).norm() + spread)
}

/// Bounds the error of a tile's polynomial as `exact_single.wgsl` evaluates it, by Horner's rule.
pub fn evaluation_error(origin: &Origin, tile: &Expansion<DEGREE>) -> f32 {
    let constant = (tile.constant - origin.point).norm();
    let (mut sum, mut weighted) = (constant, 0.0);
    for (j, coefficient) in (1..=DEGREE).zip(tile.coefficients) {
        sum += coefficient.norm();
        weighted += j as f64 * coefficient.norm();
    }
    let rounding = V32 * (4.5 * weighted + 2.6 * sum) + TINY;
    ((tile.remainder + rounding) * UP) as f32
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;
    use crate::orbit::taylor;
    use crate::orbit::trap::Trap;
    use crate::region::{ComplexRegion, Grid};

    /// The worst that WGSL allows: every result is either neighbour of the true one, sums come in
    /// any order, products are fused or not, square roots are five steps off.
    struct Adversary(u64);

    impl Adversary {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            (self.0 >> 33) % limit
        }

        fn round(&mut self, exact: f64) -> f32 {
            let nearest = exact as f32;
            let other = match f64::from(nearest).total_cmp(&exact) {
                Ordering::Less => nearest.next_up(),
                Ordering::Equal => nearest,
                Ordering::Greater => nearest.next_down(),
            };
            if self.below(2) == 0 { nearest } else { other }
        }

        fn add(&mut self, a: f32, b: f32) -> f32 {
            self.round(f64::from(a) + f64::from(b))
        }

        fn mul(&mut self, a: f32, b: f32) -> f32 {
            self.round(f64::from(a) * f64::from(b))
        }

        fn fused(&mut self, a: f32, b: f32, addend: f32) -> f32 {
            self.round(f64::from(a) * f64::from(b) + f64::from(addend))
        }

        /// a·b + addend
        fn mul_add(&mut self, a: f32, b: f32, addend: f32) -> f32 {
            if self.below(2) == 0 {
                return self.fused(a, b, addend);
            }
            let product = self.mul(a, b);
            self.add(product, addend)
        }

        /// a·b + c·d + e
        fn sum(&mut self, [a, b]: [f32; 2], [c, d]: [f32; 2], e: f32) -> f32 {
            let (p, q) = (self.mul(a, b), self.mul(c, d));
            let (first, second) = match self.below(4) {
                0 => (self.add(p, q), e),
                1 => (self.add(p, e), q),
                2 => (self.add(q, e), p),
                _ => {
                    let partial = self.fused(c, d, e);
                    return self.fused(a, b, partial);
                }
            };
            self.add(first, second)
        }

        fn add2(&mut self, a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
            [self.add(a[0], b[0]), self.add(a[1], b[1])]
        }

        /// `product` in `exact_single.wgsl`.
        fn product(&mut self, a: [f32; 2], b: [f32; 2], addend: [f32; 2]) -> [f32; 2] {
            [
                self.sum([a[0], b[0]], [-a[1], b[1]], addend[0]),
                self.sum([a[0], b[1]], [a[1], b[0]], addend[1]),
            ]
        }

        fn modulus(&mut self, z: [f32; 2]) -> f32 {
            let norm = self.sum([z[0], z[0]], [z[1], z[1]], 0.0);
            let steps = self.below(11) as f64 - 5.0;
            (f64::from(norm).sqrt() * (1.0 + steps * V32)) as f32
        }

        /// `grown` in `bound.wgsl`.
        fn grown(&mut self, bound: &Bound, error: f32, modulus: f32, added: f32) -> f32 {
            let factor = self.mul_add(bound.growth, modulus, error);
            let grown = self.mul_add(factor, error, added);
            self.mul(grown, bound.inflation)
        }
    }

    fn point(z: [f32; 2]) -> Complex64 {
        Complex64::new(f64::from(z[0]), f64::from(z[1]))
    }

    fn pair(z: Complex64) -> [f32; 2] {
        [z.re as f32, z.im as f32]
    }

    /// Follows points as `exact_single.wgsl` does, and gives the smallest ratio of the bound to the
    /// true error; the bound has this share of what is added for rounding.
    fn tightest(c: Complex64, share: f32) -> f64 {
        let julia = Julia::new(c, 2.0, (0, 150)).unwrap();
        let origin = Origin::of(&julia);
        let bound = single(&julia, &origin);
        let bound = Bound {
            rounding: bound.rounding * share,
            rounding_constant: bound.rounding_constant * share,
            ..bound
        };
        let origin32 = pair(origin.point);
        let (mut adversary, mut tightest) = (Adversary(7), f64::INFINITY);
        let radius = 1e-3;
        for k in 0..400 {
            let center = Complex64::from_polar(0.004 * f64::from(k), 0.7 * f64::from(k));
            let tile =
                taylor::expand(&julia, &Trap::default(), center, radius, 100, |at, spread| {
                    acceptable_remainder(&origin, at, spread)
                });
            let u = pair(Complex64::from_polar(0.99, 1.1 * f64::from(k)));
            let mut z = center + radius * point(u);
            for _ in 0..tile.steps {
                z = z * z + c;
            }
            let constant = tile.constant - origin.point;
            let terms: Vec<_> = [constant].into_iter().chain(tile.coefficients).map(pair).collect();
            let mut delta = terms[DEGREE];
            for term in terms[..DEGREE].iter().rev() {
                delta = adversary.product(delta, u, *term);
            }
            let remainder = tile.remainder as f32;
            let rounding = evaluation_error(&origin, &tile) - remainder;
            let mut error = remainder + rounding * share;
            let mut modulus = adversary.modulus(pair(origin.point + point(delta)));
            for _ in tile.steps..julia.itermax() {
                let off = (origin.point + point(delta) - z).norm();
                // The rounding of the reference's own arithmetic does not matter here.
                let slack = 1e-6 * f64::from(error) + 1e-14;
                tightest = tightest.min((f64::from(error) + slack) / off.max(1e-300));
                let factor = adversary.add2(pair(2.0 * origin.point), delta);
                delta = adversary.product(factor, delta, pair(origin.residual));
                let size = adversary.add(delta[0].abs(), delta[1].abs());
                let added = adversary.mul_add(bound.rounding, size, bound.rounding_constant);
                error = adversary.grown(&bound, error, modulus, added);
                let sum = adversary.add2(origin32, delta);
                modulus = adversary.modulus(sum);
                z = z * z + c;
                if z.norm() >= 2.0 || error > 1e-2 {
                    break;
                }
            }
        }
        tightest
    }

    const MAPS: [(f64, f64); 7] = [
        (-0.835, -0.2321),
        (-0.8, 0.156),
        (0.25, 0.0),
        (0.0, 1.0),
        (0.0, 0.0),
        (-0.75, 0.0),
        (0.4, 0.6),
    ];

    #[test]
    fn the_bound_holds_against_the_worst_arithmetic() {
        for (re, im) in MAPS {
            let tightest = tightest(Complex64::new(re, im), 1.0);
            println!("{re}{im:+}i: the bound is {tightest:.2} times the error, or more");
            assert!(tightest >= 1.0, "{re}{im:+}i: {tightest}");
        }
    }

    #[test]
    fn a_tenth_of_the_bound_does_not_hold() {
        let tightest = MAPS.map(|(re, im)| tightest(Complex64::new(re, im), 0.1));
        assert!(tightest.iter().any(|&ratio| ratio < 1.0), "{tightest:?}");
    }

    #[test]
    fn jobs_of_extreme_numbers_do_not_fit() {
        let job = |c: Complex64, threshold: f64, half: f64| Job {
            julia: Julia::new(c, threshold, (0, 10)).unwrap(),
            grid: Grid::new(ComplexRegion::new(-half, half, half, -half).unwrap(), 10).unwrap(),
        };
        assert!(fits(Precision::Exact, &job(Complex64::I, 2.0, 1.6)));
        assert!(fits(Precision::Exact, &job(Complex64::I, 1e-3, 1e9)));
        assert!(!fits(Precision::Exact, &job(Complex64::I, 1e10, 1.6)));
        assert!(!fits(Precision::Exact, &job(Complex64::I, 1e-10, 1.6)));
        assert!(!fits(Precision::Exact, &job(Complex64::new(0.0, -1e10), 2.0, 1.6)));
        assert!(!fits(Precision::Exact, &job(Complex64::I, 2.0, 1e10)));
        assert!(!fits(Precision::Single, &job(Complex64::I, 2.0, 1e10)));
        assert!(fits(Precision::Double, &job(Complex64::I, 2.0, 1e10)));
        assert!(!fits(Precision::Double, &job(Complex64::I, 1e20, 1.6)));
    }
}
