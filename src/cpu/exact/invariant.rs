//! Sets that the map carries into themselves and that lie below the threshold: an orbit in one of
//! them has the count itermax, however many bits it would take to follow it.
//!
//! `docs/exactness.md` proves each of them. All comparisons here are exact.

use crate::dyadic::{Dyadic, Point};
use crate::julia::Julia;

/// Steps that an orbit has to come into one of the sets. They are exact, and each doubles its bits.
const STEPS: u32 = 5;

/// The most bits of a part of c for which they are looked for: with more, exact steps of each pixel take longer than
/// fixed point.
const MOST_BITS: usize = 1 << 16;

/// The invariant sets that are known for one map and threshold.
#[derive(Clone, Debug)]
pub struct Invariant {
    c: [Dyadic; 2],
    threshold: Dyadic,
    itermax: u32,
    /// Whether all of the open disk |z| < T is one.
    disk: bool,
    line: Option<Line>,
}

/// What a real `c` keeps on the real axis, with β = (1 + √(1 - 4c)) / 2, a fixed point.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Line {
    /// -β ≤ x ≤ β < T.
    UpToBeta,
    /// |x| < T and x² + c > -T.
    BelowThreshold,
    /// 0 < |x| < T = -c, of so many bits that no later point is 0.
    NeverZero,
}

impl Invariant {
    /// Finds those of `julia`.
    pub fn find(julia: &Julia) -> Self {
        let c = julia.constant().exact().into_owned();
        let threshold = Dyadic::from(julia.threshold());
        if c.iter().any(|part| part.fraction_bits() > MOST_BITS) {
            return Self { c, threshold, itermax: julia.itermax(), disk: false, line: None };
        }
        let room = &threshold - &threshold.square();
        let modulus_square = &c[0].square() + &c[1].square();
        let disk = room >= Dyadic::from(0.0) && modulus_square <= room.square();
        let line = c[1].is_zero().then(|| line(&c[0], &threshold)).flatten();
        Self { c, threshold, itermax: julia.itermax(), disk, line }
    }

    /// The count of `point`, if its first steps determine it.
    pub fn count(&self, point: &Point) -> Option<u32> {
        if !self.disk && self.line.is_none() {
            return None;
        }
        let limit = self.threshold.square();
        let [mut re, mut im] = point.clone();
        for i in 0..STEPS.min(self.itermax) {
            let product = &re * &im;
            re = &(&re.square() - &im.square()) + &self.c[0];
            im = &(&product + &product) + &self.c[1];
            if &re.square() + &im.square() >= limit {
                return Some(i);
            }
            if self.keeps(&re, &im) {
                return Some(self.itermax);
            }
        }
        None
    }

    /// Whether a point below the threshold is in one of the sets.
    fn keeps(&self, re: &Dyadic, im: &Dyadic) -> bool {
        let c = &self.c[0];
        self.disk
            || im.is_zero()
                && match self.line {
                    None => false,
                    Some(Line::UpToBeta) => {
                        let modulus = re.abs();
                        let excess = &(&re.square() - &modulus) + c;
                        modulus <= Dyadic::from(0.5) || excess <= Dyadic::from(0.0)
                    }
                    Some(Line::BelowThreshold) => {
                        &(&re.square() + c) + &self.threshold > Dyadic::from(0.0)
                    }
                    Some(Line::NeverZero) => {
                        let bits = re.fraction_bits();
                        bits >= 1 && 2 * bits > c.fraction_bits()
                    }
                }
    }
}

/// The set on the real axis for a real `c`.
fn line(c: &Dyadic, threshold: &Dyadic) -> Option<Line> {
    let [zero, quarter, half] = [0.0, 0.25, 0.5].map(Dyadic::from);
    let farthest = &threshold.square() + c;
    // T² - T + c is at most 0 just from the smaller fixed point to the larger one, β ≥ 1/2.
    if farthest > *threshold {
        let bounded = *c >= Dyadic::from(-2.0) && *c <= quarter;
        return (bounded && *threshold > half).then_some(Line::UpToBeta);
    }
    // How far below -T the image of 0 is.
    let hole = -(c + threshold);
    if hole < zero || (farthest <= zero && farthest.square() >= hole) {
        Some(Line::BelowThreshold)
    } else {
        hole.is_zero().then_some(Line::NeverZero)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use num_complex::Complex64;

    use super::*;
    use crate::constant::Constant;
    use crate::cpu::exact::escape_count;
    use crate::cpu::exact::tiers::Tiers;
    use crate::cpu::instruction_set;
    use crate::dyadic::point;
    use crate::orbit::trap::Trap;

    fn invariant(re: f64, im: f64, threshold: f64, itermax: u32) -> (Julia, Invariant) {
        let julia = Julia::new(Complex64::new(re, im), threshold, (0, itermax)).unwrap();
        (julia.clone(), Invariant::find(&julia))
    }

    #[test]
    fn the_set_depends_on_where_the_threshold_is() {
        let line = |c, threshold| invariant(c, 0.0, threshold, 9).1.line;
        for (c, beta) in [(-2.0, 2.0), (-0.75, 1.5), (0.0, 1.0), (0.1875, 0.75), (0.25, 0.5)] {
            assert_eq!(line(c, f64::next_up(beta)), Some(Line::UpToBeta), "{c}");
            let at_beta = if c == -2.0 { Line::NeverZero } else { Line::BelowThreshold };
            assert_eq!(line(c, beta), Some(at_beta), "{c}");
        }
        for (c, threshold) in [(-1.0, 1.0), (-0.8125, 0.75), (-1.0, 1.5), (0.1875, 0.25)] {
            assert_eq!(line(c, threshold), Some(Line::BelowThreshold), "{c}, {threshold}");
        }
        assert_eq!(line(-1.5, 1.5), Some(Line::NeverZero));
        for (c, threshold) in
            [(-2.0, 1.99), (-2.1, 3.0), (0.26, 2.0), (0.1875, 0.2), (-1.0, 0.9), (-0.75, 0.4)]
        {
            assert_eq!(line(c, threshold), None, "{c}, {threshold}");
        }
        assert_eq!(invariant(-1.0, 1e-300, 2.0, 9).1.line, None);
    }

    #[test]
    fn a_constant_of_very_many_bits_has_none() {
        for (digits, line) in [(60, Some(Line::UpToBeta)), (20_000, None)] {
            let real = format!("-1.{}", "3".repeat(digits)).parse().unwrap();
            let c = Constant::new(&real, &"0".parse().unwrap()).unwrap();
            let julia = Julia::new(c, 2.0, (0, 100)).unwrap();
            assert_eq!(Invariant::find(&julia).line, line);
            // The count is the same: the orbit is followed.
            let (tiers, go_on) =
                (Tiers::new(&julia, instruction_set::best(), false), AtomicBool::new(false));
            let at = point(0.5, 0.0);
            assert_eq!(tiers.invariant.count(&at), line.map(|_| 100));
            assert_eq!(escape_count(&julia, &Trap::default(), &at, &go_on).unwrap(), 100);
        }
    }

    /// Every theorem against fixed point, which uses none of them, over maps, thresholds at and
    /// about the places where the sets change, and points with their neighbours.
    #[test]
    fn counts_are_those_of_fixed_point() {
        let go_on = AtomicBool::new(false);
        let moduli = [0.0, 0.25, 0.3, 0.5, 0.61, 0.75, 1.0, 1.25, 1.5, 1.5625, 1.7, 2.0, 3.0];
        let cs = [-2.5, -2.0, -1.8125, -1.75, -1.5625, -1.5, -1.0, -0.8125, -0.75, -0.25, 0.0]
            .into_iter()
            .chain([0.1875, 0.25, 0.3])
            .map(|re| (re, 0.0))
            .chain([(0.0, 0.25), (0.15, -0.1), (-0.8, 0.156)]);
        let mut decided = 0;
        for (re, im) in cs {
            let beta = (1.0 + f64::sqrt(1.0 - 4.0 * re)) / 2.0;
            for middle in moduli.into_iter().chain([beta, -re]) {
                for threshold in [middle.next_down(), middle, middle.next_up(), 1.01 * middle] {
                    // With c = -1 and T = 1 the distance from T is squared again and again: no precision
                    // is enough.
                    if !(threshold > 0.0 && threshold < 9.0) || (re, threshold) == (-1.0, 1.0) {
                        continue;
                    }
                    let (julia, invariant) = invariant(re, im, threshold, 150);
                    let points = moduli.into_iter().chain([beta, threshold]).filter(|x| *x < 9.0);
                    for x in points.flat_map(|x| [x.next_down(), -x, x.next_up()]) {
                        for (x, y) in [(x, 0.0), (0.0, x), (x / 2.0, 0.25)] {
                            let Some(count) = invariant.count(&point(x, y)) else { continue };
                            let truth =
                                escape_count(&julia, &Trap::default(), &point(x, y), &go_on);
                            assert_eq!(count, truth.unwrap(), "{julia:?}, {x} + {y}i");
                            decided += 1;
                        }
                    }
                }
            }
        }
        assert!(decided > 5000, "{decided}");
    }
}
