//! The polynomial of a view, followed for as long as it holds.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use num_complex::Complex64;

use super::DEGREE;
use super::edge::Edge;
use super::long::{CENTER_BITS, LongPolynomial};
use super::state::{State, UP};
use super::watch::Watch;
use crate::dyadic::Point;
use crate::error::Result;
use crate::julia::Julia;
use crate::orbit::center::{Center, CenterPoint, scale};
use crate::orbit::double_double::{DoubleDouble, LongComplex};
use crate::orbit::saved_orbit::SavedOrbit;
use crate::orbit::taylor::{Expansion, Fate};
use crate::orbit::trap::Trap;
use crate::rotation::Rotation;

/// The truncation at which the polynomial is given up, in units of the view's spread: far below the pixels
/// of the largest picture.
const ACCEPTABLE: f64 = 1.0 / (1u64 << 48) as f64;
/// The same for the one that starts the points of the later tiers.
const ACCEPTABLE_LOW: f64 = 1.0 / (1u128 << 92) as f64;
/// While a view is smaller than this part of the threshold, `f64` may not tell its points from that.
const SMALL: f64 = 1.0 / (1u64 << 20) as f64;
/// What `f64` may have wrong about a modulus, and much more.
const MARGIN: f64 = 1e-9;
/// The error of the center's orbit that needs no more bits, in units of the view's spread.
const CENTER_ERROR: f64 = 1.0 / (1u128 << 100) as f64;
/// More bits than any center's orbit gets.
const MOST_BITS: usize = 1 << 23;
/// The most edges that are kept.
const MOST_EDGES: usize = 1 << 12;

/// The points of a view about their center, as the first steps of their orbits take them.
///
/// `w` is a point's offset from the center, in half pitches, times [`scale`](Self::scale).
#[derive(Clone, Debug)]
pub struct ViewPolynomial {
    /// A power of two.
    pub scale: f64,
    /// Its exponent, with the sign changed.
    pub log_reach: i64,
    /// Where the points are, for tiles to go on from: its fate is that of all points which no edge stops.
    pub expansion: Expansion<DEGREE>,
    /// The same in double-double, maybe some steps before.
    pub low: LowPolynomial,
    /// The edges on the way, in the order of their steps.
    pub edges: Vec<Edge>,
    /// The center's orbit, or one beside it.
    orbit: Arc<SavedOrbit>,
    /// The same in fixed point, once that has been asked for; `None` if there is no such polynomial.
    long: OnceLock<Option<LongPolynomial>>,
}

/// A view's points after some steps in double-double.
#[derive(Clone, Debug)]
pub struct LowPolynomial {
    /// Steps taken.
    pub steps: u32,
    /// Where the center is.
    constant: LongComplex,
    /// The coefficients of `w, w², …`.
    coefficients: [LongComplex; DEGREE],
    /// Bounds the error of [`at`](Self::at).
    pub error: f64,
    /// Bounds how far a point is moved, against its `w`.
    pub slope: f64,
}

/// A lattice of sample points around a center.
#[derive(Clone, Copy, Debug)]
pub struct Lattice<'a> {
    /// The center.
    pub center: &'a Point,
    /// The pitch is `mantissa · 2^exponent`; the mantissa has at most 53 bits and is not 0.
    pub pitch: (u64, i64),
    /// Columns and rows.
    pub shape: (u32, u32),
    /// By how much they are rotated about the center.
    pub rotation: Rotation,
    /// An orbit that has begun near the center, with bits enough for the view.
    pub orbit: Option<&'a Arc<SavedOrbit>>,
}

/// The polynomial, or how many bits more the center needs.
enum Attempt {
    Found(Box<ViewPolynomial>),
    Needs(usize),
}

impl ViewPolynomial {
    /// Follows the points of `lattice` as one.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) soon after that is asked for.
    pub fn find(
        julia: &Julia,
        trap: &Trap,
        lattice: Lattice<'_>,
        watch: &mut Watch<'_>,
    ) -> Result<Self> {
        let (columns, rows) = lattice.shape;
        // At least half the diagonal, in half pitches.
        let reach = u64::from(columns) + u64::from(rows);
        let log_reach = i64::from(reach.next_power_of_two().ilog2());
        let (mantissa, exponent) = lattice.pitch;
        let exponent = exponent - 1 + log_reach;
        let start = State::new(rotated(mantissa as f64, lattice.rotation), exponent);
        let size = exponent + i64::from(64 - mantissa.leading_zeros());
        let found = |found: Box<Self>| Self { scale: scale(1.0, -log_reach), log_reach, ..*found };
        if let Some(orbit) = lattice.orbit
            && let Attempt::Found(polynomial) =
                attempt(julia, trap, (orbit, lattice.center), start, true, watch)?
        {
            return Ok(found(polynomial));
        }
        let mut bits = usize::try_from(-size).unwrap_or(0) + CENTER_BITS;
        loop {
            let may_need = bits < MOST_BITS;
            let orbit = Arc::new(SavedOrbit::new(julia, lattice.center, bits));
            match attempt(julia, trap, (&orbit, lattice.center), start, may_need, watch)? {
                Attempt::Found(polynomial) => return Ok(found(polynomial)),
                Attempt::Needs(more) => bits = (bits + more).min(MOST_BITS),
            }
        }
    }
}

impl ViewPolynomial {
    /// The polynomial in fixed point; it is worked out by the first that asks.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) soon after `interrupt` is set.
    pub fn long(
        &self,
        julia: &Julia,
        lattice: Lattice<'_>,
        interrupt: &AtomicBool,
    ) -> Result<Option<&LongPolynomial>> {
        if let Some(long) = self.long.get() {
            return Ok(long.as_ref());
        }
        let (mantissa, exponent) = lattice.pitch;
        let radius = (mantissa, exponent - 1 + self.log_reach, lattice.rotation);
        let most_steps = self.expansion.steps;
        let center = (&self.orbit, lattice.center);
        let long = LongPolynomial::find(julia, center, radius, most_steps, interrupt)?;
        Ok(self.long.get_or_init(|| long).as_ref())
    }
}

/// A radius of at most 53 bits times a rotation, exactly: the products have 106 bits.
fn rotated(radius: f64, rotation: Rotation) -> LongComplex {
    let [re, im] = [rotation.cos, rotation.sin].map(|part| DoubleDouble { high: part, low: 0.0 });
    let radius = DoubleDouble { high: radius, low: 0.0 };
    LongComplex { re: radius * re, im: radius * im }
}

fn attempt(
    julia: &Julia,
    trap: &Trap,
    (orbit, center): (&Arc<SavedOrbit>, &Point),
    mut state: State,
    may_need: bool,
    watch: &mut Watch<'_>,
) -> Result<Attempt> {
    let threshold = julia.threshold();
    let log_size = state.exponent;
    let mut center = Center::new(julia, orbit, center);
    let mut point = center.point();
    let (mut low, mut edges, mut fate) = ((state, point), Vec::new(), Fate::Open);
    while state.steps < julia.itermax() && edges.len() < MOST_EDGES {
        watch.go_on(work_done(log_size, state.exponent))?;
        let next = state.next(&point);
        center.step();
        let next_point = center.point();
        if next_point.z.exponent > 100 {
            break;
        }
        let modulus = modulus(&next_point);
        let spread = next.spread();
        let reach = reach(&next, &next_point);
        if modulus * (1.0 - MARGIN) - reach >= threshold * (1.0 + MARGIN) {
            fate = Fate::Escapes;
            break;
        }
        // Written so that a NaN is not below.
        let below = (modulus + reach) * (1.0 + MARGIN) < threshold;
        let is_small = reach < SMALL * threshold;
        let holds = next.truncation <= ACCEPTABLE * spread;
        if !(holds && (below || is_small)) {
            break;
        }
        if !below {
            if let Some(more) = bits_needed(&next, &next_point).filter(|_| may_need) {
                return Ok(Attempt::Needs(more));
            }
            let excess = next_point.excess.in_units(next.exponent);
            let off = next_point.error.bound_in_units(next.exponent);
            let most = (2.0 * modulus + reach) * (spread + next.remainder + off) * (1.0 + MARGIN);
            let may_return = threshold < julia.c().norm().max(2.0);
            if excess >= -most {
                edges.push(Edge::new(&next, &next_point));
                if excess > most && may_return {
                    // All have escaped, and might come back.
                    fate = Fate::Escapes;
                    break;
                }
            }
        }
        (state, point) = (next, next_point);
        if next.truncation <= ACCEPTABLE_LOW * spread {
            low = (state, point);
        }
        let z = expanded(&point);
        if trap.holds(z.re, z.im, reach + MARGIN * modulus) {
            fate = Fate::Stays;
            break;
        }
    }
    let is_over = fate != Fate::Open || state.steps == julia.itermax()
        // Of a view that is attracted: what double-double rounds is more.
        || point.error.in_units(0) <= CENTER_ERROR * SMALL * threshold;
    if let Some(more) = bits_needed(&state, &point).filter(|_| may_need && !is_over) {
        return Ok(Attempt::Needs(more));
    }
    Ok(Attempt::Found(Box::new(ViewPolynomial {
        scale: 1.0,
        log_reach: 0,
        expansion: expansion(&state, &point, fate),
        low: LowPolynomial::new(&low.0, &low.1),
        edges,
        orbit: Arc::clone(orbit),
        long: OnceLock::new(),
    })))
}

/// About which part of the work is done once a view of the size 2^`first` has the size 2^`now`: the center's
/// orbit has as many bits as are between the view and an ordinary size, and a step takes the time of bits^1.5.
fn work_done(first: i64, now: i64) -> f64 {
    let left = (now.min(0) as f64 / first as f64).clamp(0.0, 1.0);
    if first < 0 { 1.0 - left * left * left.sqrt() } else { 1.0 }
}

/// How many bits the center's orbit lacks, if it does.
fn bits_needed(state: &State, point: &CenterPoint) -> Option<usize> {
    let error = point.error.in_units(state.exponent) / state.spread();
    let is_enough = error <= CENTER_ERROR;
    let lost = if error.is_finite() { libm::log2(error / CENTER_ERROR) } else { 1000.0 };
    (!is_enough).then_some(lost.max(0.0) as usize + 64)
}

/// The center, rounded to `f64`.
fn expanded(point: &CenterPoint) -> Complex64 {
    let (z, exponent) = (point.z.mantissa.rounded(), point.z.exponent);
    Complex64::new(scale(z.re, exponent), scale(z.im, exponent))
}

fn modulus(point: &CenterPoint) -> f64 {
    let z = point.z.mantissa.rounded();
    scale(z.norm_sqr().sqrt(), point.z.exponent)
}

/// Bounds how far the points are from the center's `f64`, but for what that is rounded.
fn reach(state: &State, point: &CenterPoint) -> f64 {
    let reach = scale((state.spread() + state.remainder) * UP, state.exponent);
    (reach + point.error.bound_in_units(0) + f64::MIN_POSITIVE) * UP
}

/// The state in `f64`.
fn expansion(state: &State, point: &CenterPoint, fate: Fate) -> Expansion<DEGREE> {
    let coefficients = state.coefficients.map(|a| {
        let a = a.rounded();
        Complex64::new(scale(a.re, state.exponent), scale(a.im, state.exponent))
    });
    let constant = expanded(point);
    let rounding = f64::EPSILON * (constant.re.abs() + constant.im.abs())
        + scale(f64::EPSILON * state.spread(), state.exponent)
        + 1e-300;
    let remainder =
        scale(state.remainder, state.exponent) + point.error.bound_in_units(0) + rounding;
    Expansion {
        steps: state.steps,
        fate,
        constant,
        coefficients,
        remainder: remainder * UP,
        truncation: scale(state.truncation, state.exponent),
    }
}

impl LowPolynomial {
    fn new(state: &State, point: &CenterPoint) -> Self {
        let power = |exponent: i64| scale(1.0, exponent.max(-1000));
        // What is below that has no effect here.
        let kept = if state.exponent > -900 { power(state.exponent) } else { 0.0 };
        let constant = if point.z.exponent > -900 { power(point.z.exponent) } else { 0.0 };
        let moduli = state.moduli();
        let weighted: f64 = (1..).zip(moduli).map(|(j, modulus)| f64::from(j) * modulus).sum();
        let spread = scale(state.spread(), state.exponent);
        // Horner's rule: for each term a product and a sum, 28u² of what is added up.
        let rounding = scale(weighted * 40.0 * f64::EPSILON * f64::EPSILON, state.exponent)
            + 40.0 * f64::EPSILON * f64::EPSILON * (modulus(point) + spread)
            + 1e-250;
        let error =
            scale(state.remainder, state.exponent) + point.error.bound_in_units(0) + rounding;
        Self {
            steps: state.steps,
            constant: point.z.mantissa.scaled(constant),
            coefficients: state.coefficients.map(|a| a.scaled(kept)),
            error: error * UP,
            slope: scale(weighted * UP, state.exponent) + f64::MIN_POSITIVE,
        }
    }

    /// How the point at `w` moves if `w` does.
    pub fn derivative(&self, w: Complex64) -> Complex64 {
        let terms = self.coefficients.iter().enumerate().rev();
        terms.fold(Complex64::ZERO, |sum, (j, a)| sum * w + (j + 1) as f64 * a.rounded())
    }

    /// Where the point at `w` is.
    pub fn at(&self, w: LongComplex) -> LongComplex {
        let mut sum = LongComplex::default();
        for &a in self.coefficients.iter().rev() {
            sum = (sum + a) * w;
        }
        sum + self.constant
    }
}

#[cfg(test)]
mod tests {
    use super::super::Side;
    use super::*;
    use crate::dyadic::Dyadic;
    use crate::orbit::fixed_point::Orbit;
    use crate::orbit::view::testing::{center, rotation};
    use dashu_int::IBig;

    const MAPS: [(f64, f64); 5] =
        [(-0.8, 0.156), (-0.835, -0.2321), (-0.12256, 0.74486), (0.0, 1.0), (0.285, 0.01)];

    fn check(c: (f64, f64), threshold: f64, log_pitch: i64, seed: u64) -> usize {
        let c = Complex64::new(c.0, c.1);
        let julia = Julia::new(c, threshold, (0, 1_000_000)).unwrap();
        let bits = (64 - log_pitch) as usize;
        let center = center(c, bits, seed);
        let pitch = ((1u64 << 52) + 12345 * seed, log_pitch - 52);
        let (shape, rotation) = ((960, 600), rotation(seed + log_pitch.unsigned_abs()));
        let lattice = Lattice { center: &center, pitch, shape, rotation, orbit: None };
        let go_on = AtomicBool::new(false);
        let mut nobody = |_| {};
        let mut watch = Watch::new(&go_on, &mut nobody);
        let view = ViewPolynomial::find(&julia, &Trap::default(), lattice, &mut watch).unwrap();
        let (expansion, low) = (&view.expansion, &view.low);
        assert!(expansion.steps >= low.steps && view.scale == 1.0 / 2048.0);
        for (x, y) in [(960.0, 600.0), (-960.0, 17.0), (1.0, 0.0), (-333.0, -600.0), (0.0, 0.0)] {
            let offset =
                |k: f64| Dyadic::new(IBig::from(pitch.0) * IBig::from(k as i64), pitch.1 - 1);
            let [off_x, off_y] = rotation.turned([offset(x), offset(y)]);
            let point = [&center[0] + &off_x, &center[1] + &off_y];
            let mut orbit = Orbit::new(&julia, &point, bits + 200);
            let w = Complex64::new(x, y) * view.scale;
            let mut edges = view.edges.iter().peekable();
            for k in 0..=expansion.steps {
                if k == low.steps {
                    let (re, im) = (to_f64s(&orbit.re, orbit.bits), to_f64s(&orbit.im, orbit.bits));
                    let z = low.at(LongComplex {
                        re: LongComplex::from(w.re).re,
                        im: LongComplex::from(w.im).re,
                    });
                    let off = |a: f64, b: f64, (high, rest): (f64, f64)| (a - high) + (b - rest);
                    let off = off(z.re.high, z.re.low, re).hypot(off(z.im.high, z.im.low, im));
                    assert!(off <= low.error, "{c} 2^{log_pitch}: {off:e} {:e}", low.error);
                    assert!(low.error < 1e-25 * (1.0 + threshold), "{:e}", low.error);
                }
                if k == expansion.steps {
                    let sum = expansion.coefficients.iter().rev();
                    let at =
                        sum.fold(Complex64::ZERO, |sum, &a| (sum + a) * w) + expansion.constant;
                    let (re, im) = orbit.rounded();
                    let off = (at - Complex64::new(re, im)).norm();
                    let error = expansion.evaluation_error(DEGREE, 0.0) + 1e-12 * at.norm();
                    assert!(off <= error, "{c} 2^{log_pitch} step {k}: {off:e} {error:e}");
                    assert!(expansion.remainder < 1e-12, "{:e}", expansion.remainder);
                }
                orbit.step();
                if let Some(edge) = edges.next_if(|edge| edge.count == k) {
                    let side =
                        if orbit.has_escaped().unwrap() { Side::Beyond } else { Side::Below };
                    assert_eq!(edge.side(w, 0.0), side, "{c} 2^{log_pitch} {x} {y} {edge:?}");
                }
            }
        }
        view.edges.len()
    }

    /// The view shrinks by a square in two steps, and no trap can be proven for a threshold so near to -1:
    /// bits that it is smaller than were asked for again and again.
    #[test]
    fn a_view_that_is_attracted_needs_no_more_bits() {
        let julia = Julia::new(Complex64::new(-1.0, 0.0), 1.0005, (0, 100_000)).unwrap();
        let trap = Trap::of(&julia);
        assert!(trap.disks().is_empty());
        let center = crate::dyadic::point(0.1, 0.05);
        let (pitch, shape, rotation) = ((1 << 52, -100), (96, 60), Rotation::NONE);
        let lattice = Lattice { center: &center, pitch, shape, rotation, orbit: None };
        let go_on = AtomicBool::new(false);
        let mut nobody = |_| {};
        let mut watch = Watch::new(&go_on, &mut nobody);
        let view = ViewPolynomial::find(&julia, &trap, lattice, &mut watch).unwrap();
        assert!(view.expansion.steps > 5 && view.low.error < 1e-25, "{view:?}");
    }

    fn to_f64s(value: &IBig, bits: usize) -> (f64, f64) {
        let value = Dyadic::new(value.clone(), -(bits as i64));
        let high = value.to_f64();
        (high, (&value - &Dyadic::from(high)).to_f64())
    }

    #[test]
    fn every_point_is_where_the_polynomial_says() {
        for map in MAPS {
            for log_pitch in [-8, -60, -200, -1000, -3400] {
                check(map, 2.0, log_pitch, 7);
            }
        }
    }

    /// The threshold is the modulus of a point of the center's own orbit.
    #[test]
    fn edges_tell_the_sides_of_points_of_any_size() {
        let mut edges = 0;
        for (map, seed) in [((-0.8, 0.156), 3), ((-0.12256, 0.74486), 4), ((0.0, 1.0), 5)] {
            let c = Complex64::new(map.0, map.1);
            for log_pitch in [-40, -200, -1000] {
                let center = center(c, (64 - log_pitch) as usize, seed);
                let julia = Julia::new(c, 9.0, (0, 100)).unwrap();
                let mut orbit = Orbit::new(&julia, &center, 2000);
                for _ in 0..20 {
                    orbit.step();
                    let (re, im) = orbit.rounded();
                    edges += check(map, re.hypot(im), log_pitch, seed);
                }
            }
        }
        assert!(edges > 20, "{edges}");
    }
}
