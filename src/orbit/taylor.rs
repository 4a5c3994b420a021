//! Many sample points at once: the orbit of a disk of them, as a Taylor polynomial with a bound.
//!
//! Points that lie close together keep close for a while, and `f^k` is then nearly a polynomial of
//! low degree on all of them. Its coefficients follow from step to step for the price of a few
//! points. `docs/exactness.md` derives the bound.

use num_complex::Complex64;

use super::trap::Trap;
use crate::julia::Julia;

/// Bounds the error of one step of a point, against |z|² + |c|: that of the polynomial's own, and twice as much for orbits
/// whose steps are rounded themselves.
pub(super) const STEP: f64 = f64::EPSILON * 6.0;
/// Bounds the relative error of a few dozen `f64` operations in a row.
pub(super) const ROUNDING: f64 = f64::EPSILON * 16.0;
/// The same for the shift of a polynomial of degree 12 or less.
pub(super) const RECENTRING: f64 = f64::EPSILON * 64.0;
/// More than all that is lost by results that are too small for a normal number.
const UNDERFLOW: f64 = 1e-270;
/// Makes an upper bound of a bound that was itself computed in `f64`.
pub(super) const UP: f64 = 1.0 + 1e-12;

/// Where a disk of sample points is after [`steps`](Self::steps) steps, none of which was the last
/// for any of them: the point `center + radius·u` of the disk, `|u| ≤ 1`, is at
///
/// ```text
/// constant + Σ coefficients[j - 1] · uʲ + q,   |q| ≤ remainder
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expansion<const DEGREE: usize> {
    /// Steps taken.
    pub steps: u32,
    /// What became of the disk.
    pub fate: Fate,
    /// The polynomial's value at the disk's center.
    pub constant: Complex64,
    /// The coefficients of `u, u², …`.
    pub coefficients: [Complex64; DEGREE],
    /// Bounds what the polynomial leaves out.
    pub remainder: f64,
    /// The part of that which is due to the degree, and not to rounding.
    pub truncation: f64,
}

/// What became of a disk of sample points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The points part: each has to be followed on its own from here.
    Open,
    /// All of them escape in the next step: their count is the number of steps taken.
    Escapes,
    /// None of them ever escapes.
    Stays,
}

/// Follows the disk around `center`, as [`Expansion::follow`] does, while its remainder is at most
/// `acceptable(constant, spread)`.
///
/// For thresholds from 2⁻¹⁰⁰ on, and any center, radius and constant of the map: where a number is
/// too large for `f64` the disk stays [`Fate::Open`].
pub fn expand<const DEGREE: usize>(
    julia: &Julia,
    trap: &Trap,
    center: Complex64,
    radius: f64,
    most_steps: u32,
    acceptable: impl Fn(Complex64, f64) -> f64,
) -> Expansion<DEGREE> {
    let mut disk = Expansion::new(center, radius);
    disk.follow(julia, trap, most_steps, |next, spread| {
        next.remainder <= acceptable(next.constant, spread)
    });
    disk
}

impl<const DEGREE: usize> Expansion<DEGREE> {
    /// The disk itself, before the first step.
    pub fn new(center: Complex64, radius: f64) -> Self {
        let mut coefficients = [Complex64::ZERO; DEGREE];
        coefficients[0] = Complex64::new(radius, 0.0);
        Self {
            steps: 0,
            fate: Fate::Open,
            constant: center,
            coefficients,
            remainder: 0.0,
            truncation: 0.0,
        }
    }

    /// Takes steps until the disk escapes or `trap` holds it, up to `most_steps` in all, and only
    /// while its points are all below the threshold and what it becomes is `acceptable`, which is also
    /// told a bound of how far from the constant they are.
    pub fn follow(
        &mut self,
        julia: &Julia,
        trap: &Trap,
        most_steps: u32,
        acceptable: impl Fn(&Self, f64) -> bool,
    ) {
        while self.steps < most_steps {
            let next = self.next(julia);
            let spread = next.spread();
            let reach = spread + next.remainder;
            match judge(julia, trap, next.constant, reach, || acceptable(&next, spread)) {
                Step::Taken => *self = next,
                Step::Trapped => {
                    *self = Self { fate: Fate::Stays, ..next };
                    break;
                }
                Step::Escapes => {
                    self.fate = Fate::Escapes;
                    break;
                }
                Step::Refused => break,
            }
        }
    }

    /// The same points about another center: `u = shift + scale·v`, with the polynomial in `v`.
    ///
    /// It holds for those points of the disk that have `|v| ≤ 1`; `shift` and `scale` may be
    /// rounded a few times.
    pub fn recentred(&self, shift: Complex64, scale: f64) -> Self {
        let (mut constant, mut coefficients) = (self.constant, self.coefficients);
        // Horner's rule, over and over: what each pass leaves at its end is a coefficient.
        for first in 0..DEGREE {
            for j in (first.max(1)..DEGREE).rev() {
                coefficients[j - 1] += shift * coefficients[j];
            }
            if first == 0 {
                constant += shift * coefficients[0];
            }
        }
        let mut power = 1.0;
        for coefficient in &mut coefficients {
            power *= scale;
            *coefficient *= power;
        }
        // All that was summed, in moduli: Σ |a_j|·(|shift| + scale)ʲ.
        let reach = modulus_bound(shift) + scale;
        let sum =
            self.coefficients.iter().rev().fold(0.0, |sum, &a| (sum + modulus_bound(a)) * reach);
        let rounding = RECENTRING * (sum + modulus_bound(self.constant));
        Self { constant, coefficients, remainder: (self.remainder + rounding) * UP, ..*self }
    }

    /// The same points to a lower degree, with room for a `u` that is up to `off` away from the point's.
    pub fn cut<const LOWER: usize>(&self, off: f64) -> Expansion<LOWER> {
        let (mut weighted, mut left_out) = (0.0, 0.0);
        let mut coefficients = [Complex64::ZERO; LOWER];
        for (j, &coefficient) in self.coefficients.iter().enumerate() {
            let modulus = modulus_bound(coefficient);
            weighted += (j + 1) as f64 * modulus;
            match coefficients.get_mut(j) {
                Some(place) => *place = coefficient,
                None => left_out += modulus,
            }
        }
        let &Self { steps, fate, constant, remainder, truncation, .. } = self;
        Expansion {
            steps,
            fate,
            constant,
            coefficients,
            remainder: (remainder + left_out + off * weighted) * UP,
            truncation: (truncation + left_out) * UP,
        }
    }

    /// The least degree that leaves out no more than the remainder already does.
    pub fn degree(&self) -> usize {
        let mut left_out = 0.0;
        (1..=DEGREE)
            .rev()
            .find(|&j| {
                left_out += modulus_bound(self.coefficients[j - 1]);
                left_out > self.truncation
            })
            .unwrap_or(0)
    }

    /// Bounds the error of the polynomial up to `degree`, evaluated in `f64` by Horner's rule
    /// at a `u` that is rounded up to three times, for all points of the disk that are within `reach` of
    /// `u`.
    pub fn evaluation_error(&self, degree: usize, reach: f64) -> f64 {
        let (mut sum, mut weighted, mut left_out) = (modulus(self.constant), 0.0, 0.0);
        for (j, &coefficient) in (1..=DEGREE).zip(&self.coefficients) {
            let modulus = modulus(coefficient);
            if j <= degree {
                sum += modulus;
                weighted += j as f64 * modulus;
            } else {
                left_out += modulus;
            }
        }
        let rounding = f64::EPSILON * (3.5 * weighted + 1.1 * sum) + reach * weighted;
        (self.remainder + left_out + rounding) * UP
    }

    /// One step of `z² + c`.
    fn next(&self, julia: &Julia) -> Self {
        let c = julia.c();
        let (r, a) = (self.constant, &self.coefficients);
        let moduli = a.map(modulus_bound);
        let mut coefficients = a.map(|a| 2.0 * (r * a));
        let mut cut = 0.0;
        let mut tail = 0.0;
        for i in 0..DEGREE {
            // u^(i+1) · u^(j+1) is u^(i+j+2), whose coefficient has the index i + j + 1.
            for j in 0..i.min(DEGREE - 1 - i) {
                coefficients[i + j + 1] += 2.0 * (a[i] * a[j]);
            }
            if 2 * i + 1 < DEGREE {
                coefficients[2 * i + 1] += a[i] * a[i];
            }
            // Pairs whose power is over the degree: with i, those with the last i + 1 of them.
            tail += moduli[DEGREE - 1 - i];
            cut += moduli[i] * tail;
        }
        let (q, spread) = (self.remainder, self.spread());
        let modulus = modulus(r);
        let slope = 2.0 * (modulus + spread) + q;
        let rounding = STEP * (modulus * modulus + modulus_bound(c))
            + ROUNDING * (2.0 * modulus + spread) * spread
            + missing(julia);
        Self {
            steps: self.steps + 1,
            fate: Fate::Open,
            constant: r * r + c,
            coefficients,
            remainder: (slope * q + cut + rounding) * UP,
            truncation: (slope * self.truncation + cut) * UP,
        }
    }

    /// Bounds how far from the constant the polynomial takes a point.
    pub fn spread(&self) -> f64 {
        self.coefficients.iter().map(|&a| modulus_bound(a)).sum::<f64>() * UP
    }
}

/// Bounds what a step loses by what is missing of c, and by results that are too small.
pub(super) fn missing(julia: &Julia) -> f64 {
    UNDERFLOW + julia.constant().error()
}

/// What is done with the next step of a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// All points are below the threshold.
    Taken,
    /// The same, and the trap holds them all.
    Trapped,
    /// All points escape in it.
    Escapes,
    /// It is not taken: the points part, or it is not acceptable.
    Refused,
}

/// Judges a step that takes all points of a disk to within `reach` of `constant`.
#[inline(always)]
pub(super) fn judge(
    julia: &Julia,
    trap: &Trap,
    constant: Complex64,
    reach: f64,
    acceptable: impl FnOnce() -> bool,
) -> Step {
    let (modulus, threshold) = (modulus(constant), julia.threshold());
    // A finite number has never overflowed; an infinite modulus is one of 1e154 or more, and
    // less a finite reach it would be beyond any threshold.
    if modulus.is_finite() && modulus - reach * UP >= threshold * UP {
        return Step::Escapes;
    }
    // Written so that a NaN ends it too.
    let below = (modulus + reach) * UP < threshold;
    if !(below && acceptable()) {
        Step::Refused
    } else if trap.holds(constant.re, constant.im, reach) {
        Step::Trapped
    } else {
        Step::Taken
    }
}

/// `|z|` with a few roundings: `norm` is hypot, which is exact to the last bit and slow.
fn modulus(z: Complex64) -> f64 {
    // What is too small for the squares still counts.
    z.norm_sqr().sqrt() + 1e-150
}

/// At least `|z|`, at most √2 times that.
fn modulus_bound(z: Complex64) -> f64 {
    z.re.abs() + z.im.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn julia(re: f64, im: f64) -> Julia {
        Julia::new(Complex64::new(re, im), 2.0, (0, 200)).unwrap()
    }

    /// The orbit after `steps` steps, and a bound on its error in `f64`.
    fn orbit(julia: &Julia, mut z: Complex64, steps: u32) -> (Complex64, f64) {
        let mut error = 0.0;
        for _ in 0..steps {
            error = (2.0 * z.norm() + error) * error;
            z = z * z + julia.c();
            error += 1e-15 * (8.0 + z.norm());
        }
        (z, error)
    }

    #[test]
    fn the_remainder_bounds_what_the_polynomial_leaves_out() {
        let mut tightest = f64::INFINITY;
        for (re, im) in [(-0.835, -0.2321), (-0.8, 0.156), (0.25, 0.0), (0.0, 1.0), (0.0, 0.0)] {
            let julia = julia(re, im);
            for k in 0..40 {
                let angle = f64::from(k) * 0.61;
                let center = Complex64::from_polar(0.03 * f64::from(k), angle);
                let radius = 2e-3;
                let disk = expand::<8>(&julia, &Trap::default(), center, radius, 200, |_, _| 1e-6);
                for step in 0..16 {
                    let u =
                        Complex64::from_polar(1.0, f64::from(step) * std::f64::consts::TAU / 16.0);
                    let sum = disk
                        .coefficients
                        .iter()
                        .rev()
                        .fold(Complex64::ZERO, |sum, &a| (sum + a) * u);
                    let (z, error) = orbit(&julia, center + radius * u, disk.steps);
                    let left_out = (disk.constant + sum - z).norm();
                    // The sample point center + radius·u is itself rounded.
                    let slack = error + 1e-15 * sum.norm() / radius;
                    assert!(left_out <= disk.remainder + slack, "{julia:?} {center} {disk:?}");
                    if disk.remainder > 1e-9 {
                        tightest = tightest.min(disk.remainder / left_out);
                    }
                }
            }
        }
        // A bound that is far too large would pass, and be useless.
        assert!(tightest < 20.0, "{tightest}");
    }

    #[test]
    fn a_recentred_polynomial_is_the_same_and_goes_on() {
        for (re, im) in [(-0.835, -0.2321), (-0.8, 0.156), (0.25, 0.0)] {
            let julia = julia(re, im);
            for k in 0..40 {
                let center = Complex64::from_polar(0.03 * f64::from(k), f64::from(k) * 0.61);
                let radius = 2e-3;
                let disk = expand::<12>(&julia, &Trap::default(), center, radius, 200, |_, _| 1e-9);
                let shift = Complex64::new(-0.35, 0.34);
                let mut part = disk.recentred(shift, 0.5);
                part.follow(&julia, &Trap::default(), 200, |part, _| part.remainder < 1e-7);
                assert!(part.steps >= disk.steps);
                for step in 0..16 {
                    let angle = f64::from(step) * std::f64::consts::TAU / 16.0;
                    let v = Complex64::from_polar(1.0, angle);
                    let degree = part.degree();
                    let terms = part.coefficients[..degree].iter().rev();
                    let at = part.constant + terms.fold(Complex64::ZERO, |sum, &a| (sum + a) * v);
                    let u = shift + 0.5 * v;
                    let (z, error) = orbit(&julia, center + radius * u, part.steps);
                    // The sample point is itself rounded.
                    let slack = error + 1e-15 * (at - part.constant).norm() / radius;
                    let off = (at - z).norm();
                    assert!(off <= part.evaluation_error(degree, 0.0) + slack, "{off:e} {part:?}");
                }
            }
        }
    }

    #[test]
    fn a_disk_has_its_points_counts() {
        let julia = julia(-0.12256, 0.74486);
        let trap = Trap::of(&julia);
        let mut fates = [0; 3];
        for k in 0..400 {
            let center = Complex64::new(-1.5 + f64::from(k % 20) * 0.15, f64::from(k / 20) * 0.05);
            let disk = expand::<8>(&julia, &trap, center, 1e-3, 200, |_, _| 1e-6);
            for u in [Complex64::ONE, -Complex64::ONE, Complex64::I, -Complex64::I] {
                let z = center + 1e-3 * u;
                let count = crate::cpu::reference::double(&julia, z.re, z.im);
                match disk.fate {
                    Fate::Open => assert!(count >= disk.steps),
                    Fate::Escapes => assert_eq!(count, disk.steps),
                    Fate::Stays => assert_eq!(count, julia.itermax()),
                }
            }
            fates[disk.fate as usize] += 1;
        }
        assert!(fates.iter().all(|&fate| fate > 20), "{fates:?}");
    }

    #[test]
    fn what_is_no_number_is_not_followed() {
        let julia = Julia::new(Complex64::new(1e300, 0.0), 1e300, (0, 200)).unwrap();
        let disk = expand::<8>(
            &julia,
            &Trap::default(),
            Complex64::new(1e200, 1e200),
            1e199,
            200,
            |_, _| f64::INFINITY,
        );
        assert_eq!((disk.steps, disk.fate), (0, Fate::Open));
    }

    /// If |z₁|² has no `f64`, infinity less a finite reach once "escaped" from any threshold.
    #[test]
    fn an_infinite_modulus_proves_no_escape() {
        for threshold in [2.0, 1e170] {
            let julia = Julia::new(Complex64::ZERO, threshold, (0, 50)).unwrap();
            for center in [Complex64::new(1e78, 1e60), Complex64::new(-3e77, 9e77)] {
                let disk = expand::<12>(&julia, &Trap::default(), center, 1e77, 50, |_, _| 1e300);
                assert_eq!((disk.steps, disk.fate), (0, Fate::Open), "{threshold}, {center}");
            }
        }
    }
}
