//! The orbit of a point in fixed point, of which the leading bits of each step are kept: for all that follow it from
//! its beginning, once more or from next to it.

use std::sync::{Arc, Mutex, PoisonError};

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use super::fixed_point::{Orbit, least_bits};
use super::scaled::{Scaled, excess, long};
use crate::dyadic::Point;
use crate::julia::Julia;

/// The leading bits that are kept.
pub const KEPT: usize = 480;

/// A point whose |z|² - T² is less than this part of |z|² + T² has it by all bits: so has each that is near enough to be in a
/// view which is small beside the threshold.
const NEAR: f64 = 1.0 / 1024.0;

/// The most steps that are kept: about 60 MB of them.
const MOST_STEPS: usize = 1 << 18;

/// Steps that are looked up at a time.
const BLOCK: usize = 32;

/// Where an orbit is after some steps.
#[derive(Clone, Debug)]
pub struct SavedPoint {
    /// Its parts, in units of 2^-bits, rounded down: of the longer one the leading [`KEPT`] bits.
    pub z: [IBig; 2],
    /// Bits after the point.
    pub bits: i64,
    /// Whether these are not all bits that the orbit has.
    pub is_cut: bool,
    /// Bounds the error of the orbit itself.
    pub error: Scaled<f64>,
    /// |z|² - T² by its leading bits, a whole number and its unit's exponent; only if it is small.
    pub excess: Option<(IBig, i64)>,
}

impl SavedPoint {
    /// That of an orbit for this threshold.
    pub fn of(orbit: &Orbit, threshold: f64) -> Self {
        let bits = orbit.bits as i64;
        let dropped = orbit.re.bit_len().max(orbit.im.bit_len()).saturating_sub(KEPT);
        let error = orbit.error_bound();
        let z = [&orbit.re, &orbit.im].map(|part| part >> dropped);
        let is_cut = dropped > 0;
        let point = Self { z, bits: bits - dropped as i64, is_cut, error, excess: None };
        let is_near = excess(long(point.z.each_ref(), point.bits), threshold, NEAR).is_none();
        let excess = is_near.then(|| {
            let excess = orbit.excess();
            let dropped = excess.bit_len().saturating_sub(KEPT);
            (excess >> dropped, dropped as i64 - 2 * bits)
        });
        Self { excess, ..point }
    }
}

/// An orbit that is worked out as far as somebody has followed it.
#[derive(Debug)]
pub struct SavedOrbit {
    start: Point,
    threshold: f64,
    /// Steps that are kept.
    most: usize,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    /// At the last of the points.
    orbit: Orbit,
    points: Vec<Arc<SavedPoint>>,
}

impl SavedOrbit {
    /// That of `start`, with `bits` bits after the point or more.
    pub fn new(julia: &Julia, start: &Point, bits: usize) -> Self {
        Self::keeping(julia, start, bits, MOST_STEPS)
    }

    /// The same, of which at most so many steps are kept.
    fn keeping(julia: &Julia, start: &Point, bits: usize, most: usize) -> Self {
        let orbit = Orbit::new(julia, start, bits.max(least_bits(julia)));
        let threshold = julia.threshold();
        let points = vec![Arc::new(SavedPoint::of(&orbit, threshold))];
        Self { start: start.clone(), threshold, most, known: Mutex::new(Known { orbit, points }) }
    }

    /// Where it starts.
    pub fn start(&self) -> &Point {
        &self.start
    }

    /// Those who follow it from its beginning.
    pub fn walk(self: &Arc<Self>) -> Walk {
        let first = self.block(0);
        Walk { saved: Arc::clone(self), step: 0, block: first, own: None, point: None }
    }

    /// The points from `step` on, one at least; none beyond those that are kept.
    fn block(&self, step: usize) -> Vec<Arc<SavedPoint>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Known { orbit, points } = &mut *known;
        if step == points.len() && step < self.most {
            orbit.step();
            points.push(Arc::new(SavedPoint::of(orbit, self.threshold)));
        }
        points.iter().skip(step).take(BLOCK).cloned().collect()
    }
}

/// Somebody on the way along a [`SavedOrbit`].
pub struct Walk {
    saved: Arc<SavedOrbit>,
    step: usize,
    /// Points from a multiple of some steps on.
    block: Vec<Arc<SavedPoint>>,
    /// The orbit itself, beyond what is kept.
    own: Option<Orbit>,
    point: Option<Arc<SavedPoint>>,
}

impl Walk {
    /// Where it is.
    pub fn point(&self) -> &SavedPoint {
        self.point.as_ref().unwrap_or(&self.block[0])
    }

    /// Takes a step.
    pub fn step(&mut self) {
        self.step += 1;
        if let Some(orbit) = &mut self.own {
            orbit.step();
            self.point = Some(Arc::new(SavedPoint::of(orbit, self.saved.threshold)));
            return;
        }
        if self.block.len() > 1 {
            self.block.remove(0);
            return;
        }
        let block = self.saved.block(self.step);
        if block.is_empty() {
            let known = self.saved.known.lock().unwrap_or_else(PoisonError::into_inner);
            let mut orbit = known.orbit.clone();
            drop(known);
            orbit.step();
            self.point = Some(Arc::new(SavedPoint::of(&orbit, self.saved.threshold)));
            self.own = Some(orbit);
        } else {
            self.block = block;
        }
    }
}

/// One orbit for the views of a zoom, whose centers lie near each other: worked out for the map that is asked for.
#[derive(Debug)]
pub struct SharedOrbit {
    start: Point,
    bits: usize,
    most: usize,
    known: Mutex<Option<(Julia, Arc<SavedOrbit>)>>,
}

impl SharedOrbit {
    /// That of `start`, with `bits` bits after the point or more.
    pub fn new(start: Point, bits: usize) -> Self {
        Self { start, bits, most: MOST_STEPS, known: Mutex::default() }
    }

    /// The same for a test.
    #[cfg(test)]
    pub fn keeping_only(self, steps: usize) -> Self {
        Self { most: steps, ..self }
    }

    /// Where it starts.
    pub fn start(&self) -> &Point {
        &self.start
    }

    /// The orbit for a map.
    pub fn of(&self, julia: &Julia) -> Arc<SavedOrbit> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, orbit)) = known.as_ref().filter(|(other, _)| other.has_orbits_of(julia)) {
            return Arc::clone(orbit);
        }
        let orbit = Arc::new(SavedOrbit::keeping(julia, &self.start, self.bits, self.most));
        *known = Some((julia.clone(), Arc::clone(&orbit)));
        orbit
    }
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::orbit::view::testing::center;

    /// Beyond what is kept each who follows it has an orbit of its own, which is the same.
    #[test]
    fn an_orbit_goes_on_beyond_the_steps_that_are_kept() {
        let c = Complex64::new(-0.8, 0.156);
        let julia = Julia::new(c, 2.0, (0, 9999)).unwrap();
        let start = center(c, 2000, 3);
        let whole = Arc::new(SavedOrbit::new(&julia, &start, 2600));
        for most in [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 100] {
            let cut = Arc::new(SavedOrbit::keeping(&julia, &start, 2600, most));
            // The second finds all points that are kept.
            for _ in 0..2 {
                let (mut whole, mut cut) = (whole.walk(), cut.walk());
                for k in 0..400 {
                    let (a, b) = (whole.point(), cut.point());
                    assert_eq!((&a.z, a.bits, a.is_cut), (&b.z, b.bits, b.is_cut), "{most} {k}");
                    assert_eq!((a.error, &a.excess), (b.error, &b.excess), "{most} {k}");
                    whole.step();
                    cut.step();
                }
            }
            assert_eq!(cut.known.lock().unwrap().points.len(), most);
        }
    }
}
