//! The constants of the running bound in the exact kernels.
//!
//! `docs/exactness-gpu.md` derives every one of them; the names there are the ones here.

use num_complex::Complex64;

use super::uniform::Bound;
use crate::julia::{Job, Julia};
use crate::taylor::{DEGREE, Expansion};

/// The relative error of one operation on `f32` in a shader: WGSL takes either neighbour.
const V32: f64 = 1.0 / (1u64 << 23) as f64;
/// The same on `f64`.
const V64: f64 = 1.0 / (1u64 << 52) as f64;

/// `|z|` as a shader computes it is within `8·V32`, most of it for the square root; and twice that.
const MODULUS: f64 = 16.0 * V32;
/// Above 1 by more than the bound's own five operations lose.
const INFLATION: f64 = 1.0 + 8.0 * V32;
/// A constant of the bound goes through two or three operations before it counts.
const UP: f64 = 1.0 + 32.0 * V32;
/// Above all that is lost where results are too small for a normal `f32`.
const TINY: f64 = 1.0 / (1u128 << 90) as f64;

/// The largest parameter, and one over the smallest threshold, that the kernels take.
const LARGEST: f64 = (1u64 << 30) as f64;

/// Whether the kernels' bounds hold for `job`: numbers of its size neither overflow an `f32`, nor
/// vanish beside [`TINY`].
pub(crate) fn fits(job: &Job) -> bool {
    let julia = &job.julia;
    let (c, threshold) = (julia.c(), julia.threshold());
    let points = job.grid.region().bounds();
    let largest = [c.re, c.im, threshold].into_iter().chain(points).map(f64::abs);
    threshold >= 1.0 / LARGEST && largest.fold(0.0, f64::max) <= LARGEST
}

/// The uniform block. `additive_term` multiplies what each step adds: 1, but for tests that show
/// that they would notice a bound that is too small.
fn bound(julia: &Julia, rounding: f64, rounding_constant: f64, additive_term: f64) -> Bound {
    let threshold = julia.threshold();
    Bound {
        growth: (2.0 * UP) as f32,
        inflation: INFLATION as f32,
        modulus: MODULUS as f32,
        below: ((threshold * (1.0 - MODULUS)) as f32).to_bits(),
        escaped: ((threshold * (1.0 + MODULUS)) as f32).to_bits(),
        rounding: (rounding * UP * additive_term) as f32,
        rounding_constant: (rounding_constant * UP * additive_term) as f32,
    }
}

/// The bound of `exact_double.wgsl`: each step adds `V64·(3.83|z|² + 2|c|)`.
pub(super) fn double(julia: &Julia, additive_term: f64) -> Bound {
    bound(julia, 3.9 * V64, 2.1 * V64 * julia.c().norm() + TINY, additive_term)
}

/// The fixed point of the map that the orbits of `exact_single.wgsl` are distances from, as the
/// `f32` numbers next to it, and by how much it is not fixed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
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
pub(super) fn single(julia: &Julia, origin: &Origin, additive_term: f64) -> Bound {
    // The residual is itself rounded twice.
    let residual = origin.residual.norm() * 6.0 * V32 + julia.c().norm() * 8.0 * V64;
    bound(julia, 4.9 * V32, residual + TINY, additive_term)
}

/// The remainder from which on a tile's polynomial costs more than it saves.
pub(super) fn acceptable_remainder(origin: &Origin, constant: Complex64, spread: f64) -> f64 {
    4.0 * V32 * ((constant - origin.point).norm() + spread)
}

/// Bounds the error of a tile's polynomial as `exact_single.wgsl` evaluates it, by Horner's rule.
pub(super) fn evaluation_error(origin: &Origin, tile: &Expansion, additive_term: f64) -> f32 {
    let constant = (tile.constant - origin.point).norm();
    let (mut sum, mut weighted) = (constant, 0.0);
    for (j, coefficient) in (1..=DEGREE).zip(tile.coefficients) {
        sum += coefficient.norm();
        weighted += j as f64 * coefficient.norm();
    }
    let rounding = V32 * (4.5 * weighted + 2.6 * sum) + TINY;
    ((tile.remainder + rounding * additive_term) * UP) as f32
}
