//! The constants of the running bound in the exact kernels.
//!
//! `docs/exactness-gpu.md` derives every one of them; the names there are the ones here.

use num_complex::Complex64;

use crate::gpu::kernel::Kernel;
use crate::gpu::kernel::layouts::{Bound, DEGREE};
use crate::job::Job;
use crate::julia::{Julia, Precision};
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

/// What each step loses by what is missing of c in the kernels' floats, and by results that are too small.
fn missing(julia: &Julia) -> f64 {
    TINY + julia.constant().error()
}

/// The bound of `exact_double.wgsl`: each step adds `V64·(3.83|z|² + 2|c|)`.
pub fn double(julia: &Julia) -> Bound {
    bound(julia, 3.9 * V64, 2.1 * V64 * julia.c().norm() + missing(julia))
}

/// The relative error of one operation on the low parts in `exact_pair.wgsl`.
const V_PAIR: f64 = 1.0 / (1u64 << 34) as f64;

/// The bound of `exact_pair.wgsl`: each step adds `V_PAIR·(18.3|z|² + 2.1|c|)`.
pub fn pair(julia: &Julia) -> Bound {
    bound(julia, 19.0 * V_PAIR, 2.5 * V_PAIR * julia.c().norm() + missing(julia))
}

/// The fixed point of the map that the orbits of `exact_single.wgsl` are distances from, as the
/// `f32` numbers next to it, and by how much it is not fixed.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    pub point: Complex64,
    pub residual: Complex64,
}

impl Origin {
    /// 0, which is a distance from nothing.
    pub const NONE: Self = Self { point: Complex64::ZERO, residual: Complex64::ZERO };

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
    bound(julia, 4.9 * V32, residual + missing(julia))
}

/// The remainder from which on a tile's polynomial costs more than it saves.
pub fn acceptable_remainder(
    kernel: Kernel,
    origin: &Origin,
    constant: Complex64,
    spread: f64,
) -> f64 {
    let v = if kernel == Kernel::ExactPair { 16.0 * V_PAIR } else { V32 };
    4.0 * v * (modulus(constant - origin.point) + spread)
}

/// The truncation of a tile's polynomial that the kernel in `f64` takes, in units of how far its points have
/// spread. What is rounded on the way is no more than the kernel's own steps would round.
pub const ACCEPTABLE_TRUNCATION: f64 = 1.0 / (1u64 << 32) as f64;

/// Bounds the error of a tile's polynomial as the shader evaluates it, by Horner's rule.
pub fn evaluation_error(kernel: Kernel, origin: &Origin, tile: &Expansion<DEGREE>) -> f32 {
    let (mut sum, mut weighted) = (modulus(tile.constant - origin.point), 0.0);
    for (j, &coefficient) in (1..=DEGREE).zip(&tile.coefficients) {
        let modulus = modulus(coefficient);
        sum += modulus;
        weighted += j as f64 * modulus;
    }
    let rounding = match kernel {
        Kernel::ExactPair => V_PAIR * (19.5 * weighted + 3.0 * sum),
        Kernel::ExactDouble => V64 * (5.0 * weighted + 2.6 * sum),
        _ => V32 * (4.5 * weighted + 2.6 * sum),
    };
    ((tile.remainder + rounding + TINY) * UP) as f32
}

/// `|z|` with a few roundings, and less by up to 1e-160: `norm` is hypot, which is slow.
fn modulus(z: Complex64) -> f64 {
    z.norm_sqr().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::inputs::{self, adversary::Adversary};
    use crate::grid::Grid;
    use crate::orbit::taylor;
    use crate::orbit::trap::Trap;
    use crate::region::ComplexRegion;

    /// The smallest ratio of the bound to the true error, over points that are followed as a shader does.
    struct Tightest(f64);

    impl Tightest {
        fn see(&mut self, bound: f32, off: f64) {
            // The rounding of the reference's own arithmetic does not matter here.
            let slack = 1e-6 * f64::from(bound) + 1e-14;
            self.0 = self.0.min((f64::from(bound) + slack) / off.max(1e-300));
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
        let bound = share_of(single(&julia, &origin), share);
        let origin32 = pair(origin.point);
        let (mut adversary, mut tightest) = (Adversary(7), Tightest(f64::INFINITY));
        for k in 0..400 {
            let (tile, u, mut z) = tile(&julia, Kernel::ExactSingle, &origin, k);
            let u = pair(u);
            let constant = tile.constant - origin.point;
            let terms: Vec<_> = [constant].into_iter().chain(tile.coefficients).map(pair).collect();
            let mut delta = terms[DEGREE];
            for term in terms[..DEGREE].iter().rev() {
                delta = adversary.product(delta, u, *term);
            }
            let mut error = with_share(Kernel::ExactSingle, &origin, &tile, share);
            let mut modulus = adversary.modulus(pair(origin.point + point(delta)));
            for _ in tile.steps..julia.itermax() {
                tightest.see(error, (origin.point + point(delta) - z).norm());
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
        tightest.0
    }

    /// The same as `exact_pair.wgsl` does.
    fn tightest_pair(c: Complex64, share: f32) -> f64 {
        let julia = Julia::new(c, 2.0, (0, 150)).unwrap();
        let bound = share_of(super::pair(&julia), share);
        let (mut adversary, mut tightest) = (Adversary(7), Tightest(f64::INFINITY));
        let pairs = |z: Complex64| [z.re, z.im].map(inputs::pair);
        let value = |z: [[f32; 2]; 2]| {
            let [re, im] = z.map(|[high, low]| f64::from(high) + f64::from(low));
            Complex64::new(re, im)
        };
        let c_pair = [c.re, c.im].map(|part| [part as f32, (part - f64::from(part as f32)) as f32]);
        for k in 0..400 {
            let (tile, u, mut z) = tile(&julia, Kernel::ExactPair, &Origin::NONE, k);
            let terms: Vec<_> =
                [tile.constant].into_iter().chain(tile.coefficients).map(pairs).collect();
            let mut at = terms[DEGREE];
            for &term in terms[..DEGREE].iter().rev() {
                at = adversary.pair_product(at, pairs(u), term);
            }
            let mut error = with_share(Kernel::ExactPair, &Origin::NONE, &tile, share);
            for _ in tile.steps..julia.itermax() {
                tightest.see(error, (value(at) - z).norm());
                let rounded = [0, 1].map(|k| adversary.add(at[k][0], at[k][1]));
                let modulus = adversary.modulus(rounded);
                let norm = adversary.sum([rounded[0]; 2], [rounded[1]; 2], 0.0);
                let added = adversary.mul_add(bound.rounding, norm, bound.rounding_constant);
                error = adversary.grown(&bound, error, modulus, added);
                at = adversary.pair_product(at, at, c_pair);
                z = z * z + c;
                if z.norm() >= 2.0 || error > 1e-2 {
                    break;
                }
            }
        }
        tightest.0
    }

    fn share_of(bound: Bound, share: f32) -> Bound {
        let Bound { rounding, rounding_constant, .. } = bound;
        let (rounding, rounding_constant) = (rounding * share, rounding_constant * share);
        Bound { rounding, rounding_constant, ..bound }
    }

    fn with_share(kernel: Kernel, origin: &Origin, tile: &Expansion<DEGREE>, share: f32) -> f32 {
        let remainder = tile.remainder as f32;
        remainder + (evaluation_error(kernel, origin, tile) - remainder) * share
    }

    /// A tile, a point of its disk, and where its orbit is after the tile's steps.
    fn tile(
        julia: &Julia,
        kernel: Kernel,
        origin: &Origin,
        k: u32,
    ) -> (Expansion<DEGREE>, Complex64, Complex64) {
        let radius = 1e-3;
        let center = Complex64::from_polar(0.004 * f64::from(k), 0.7 * f64::from(k));
        let tile = taylor::expand(julia, &Trap::default(), center, radius, 100, |at, spread| {
            acceptable_remainder(kernel, origin, at, spread)
        });
        let u = point(pair(Complex64::from_polar(0.99, 1.1 * f64::from(k))));
        let start = center + radius * u;
        let z = (0..tile.steps).fold(start, |z, _| z * z + julia.c());
        (tile, u, z)
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
            let c = Complex64::new(re, im);
            for tightest in [tightest(c, 1.0), tightest_pair(c, 1.0)] {
                println!("{re}{im:+}i: the bound is {tightest:.2} times the error, or more");
                assert!(tightest >= 1.0, "{re}{im:+}i: {tightest}");
            }
        }
    }

    #[test]
    fn a_tenth_of_the_bound_does_not_hold() {
        for tightest in [tightest, tightest_pair] {
            let tightest = MAPS.map(|(re, im)| tightest(Complex64::new(re, im), 0.1));
            assert!(tightest.iter().any(|&ratio| ratio < 1.0), "{tightest:?}");
        }
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
