//! Where orbits stay forever: disks around an attracting cycle that the map carries into each
//! other.
//!
//! A proof, not a tolerance: an orbit that is inside of one of them never reaches the threshold,
//! so its count is itermax. `docs/exactness.md` has the mathematics.

use num_complex::Complex64;

use crate::julia::Julia;

/// Steps of the critical orbit after which it should be near the cycle, if there is one.
const SETTLED: u32 = 1 << 16;
/// The longest cycle that is looked for: its disks fit into a uniform block of 16 KiB.
pub(crate) const LONGEST: usize = 500;
/// How close the critical orbit must come to itself to be worth a try, and how often to try.
const NEAR: f64 = 1e-3;
const TRIES: usize = 16;
/// More than all that a step loses by results that are too small for a normal number.
const UNDERFLOW: f64 = 1e-300;
/// The same for a plain loop, which compares squares: so large that no disk is proven for a threshold of
/// which the square is not a normal `f32`.
pub(crate) const PLAIN_UNDERFLOW: f64 = 1e-17;
/// Above 1 by more than the roundings of a few operations.
const UP: f64 = 1.0 + f64::EPSILON * 64.0;

/// A disk that the map carries into the next one of its [`Trap`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disk {
    /// Its centre.
    pub centre: Complex64,
    /// Its radius.
    pub radius: f64,
}

/// Disks around the points of an attracting cycle, in the order in which the map carries each into
/// the next, and the last into the first; all of them closer to 0 than the threshold. None if
/// no cycle was found or proven.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trap {
    disks: Vec<Disk>,
    /// The largest radius.
    largest: f64,
}

impl Trap {
    /// That of the true orbits of a map.
    pub fn of(julia: &Julia) -> Self {
        Self::find(julia.c(), julia.threshold(), |_| julia.constant().error())
    }

    /// Looks for the cycle that attracts the critical orbit of `z² + c`, and proves disks around
    /// it.
    ///
    /// `step_error` bounds, for a square of the modulus, what an arithmetic adds to a step from
    /// there: an orbit that this arithmetic computes stays trapped as well.
    pub fn find(c: Complex64, threshold: f64, step_error: impl Fn(f64) -> f64) -> Self {
        let mut z = Complex64::ZERO;
        for _ in 0..SETTLED {
            z = z * z + c;
            let inside = z.norm_sqr() < 16.0;
            if !inside {
                return Self::default();
            }
        }
        let mut again = z;
        let mut tries = 0;
        for period in 1..=LONGEST {
            again = again * again + c;
            if (again - z).norm() < NEAR {
                let disks =
                    cycle(c, z, period).and_then(|cycle| prove(c, &cycle, threshold, &step_error));
                if let Some(disks) = disks {
                    let largest =
                        disks.iter().fold(0.0, |largest: f64, disk| largest.max(disk.radius));
                    return Self { disks, largest };
                }
                tries += 1;
                if tries == TRIES {
                    break;
                }
            }
        }
        Self::default()
    }

    /// The disks.
    pub fn disks(&self) -> &[Disk] {
        &self.disks
    }

    /// Whether a point that lies within `error` of `re + im·i` is trapped for sure.
    #[inline]
    pub fn holds(&self, re: f64, im: f64, error: f64) -> bool {
        // A cycle can be long, and an error larger than all of its disks.
        error <= self.largest
            && self.disks.iter().any(|disk| {
                let distance = (re - disk.centre.re).hypot(im - disk.centre.im);
                (distance + error) * UP <= disk.radius
            })
    }
}

/// The points of the cycle of this period near `z`, by Newton's method on f^period(z) - z; `None`
/// if there is none, or none that attracts.
fn cycle(c: Complex64, mut z: Complex64, period: usize) -> Option<Vec<Complex64>> {
    let mut multiplier = Complex64::ONE;
    for _ in 0..64 {
        let mut image = z;
        multiplier = Complex64::ONE;
        for _ in 0..period {
            multiplier *= 2.0 * image;
            image = image * image + c;
        }
        let step = (image - z) / (multiplier - 1.0);
        z -= step;
        if step.norm() <= 4.0 * f64::EPSILON * z.norm() {
            break;
        }
    }
    let attracts = multiplier.norm() < 1.0 && z.is_finite();
    attracts.then(|| {
        let points = std::iter::successors(Some(z), |z| Some(z * z + c));
        points.take(period).collect()
    })
}

/// The disks around the cycle, as large as a few tries find them.
///
/// A disk of radius r around ζ is carried into the one of radius `gap + (2|ζ| + r)·r` around ζ′, where
/// gap ≥ |ζ² + c - ζ′|. So a first radius proves itself if the cycle's last image is no larger.
fn prove(
    c: Complex64,
    cycle: &[Complex64],
    threshold: f64,
    step_error: &impl Fn(f64) -> f64,
) -> Option<Vec<Disk>> {
    let attempt = |first: f64| {
        let mut disks = Vec::with_capacity(cycle.len());
        let mut radius = first;
        for (j, &centre) in cycle.iter().enumerate() {
            let farthest = (centre.norm() + radius) * UP;
            // Far enough below the threshold for every arithmetic's comparison.
            if farthest.partial_cmp(&(threshold * 0.999)) != Some(std::cmp::Ordering::Less) {
                return None;
            }
            disks.push(Disk { centre, radius });
            let next = cycle[(j + 1) % cycle.len()];
            let gap = (centre * centre + c - next).norm();
            // What the gap's own arithmetic rounds.
            let rounding = 8.0 * f64::EPSILON * (farthest * farthest + c.norm());
            let grown = (2.0 * centre.norm() + radius) * radius;
            let added = rounding + step_error(farthest * farthest) + UNDERFLOW;
            radius = (grown + gap + added) * UP;
        }
        (radius <= first).then_some(disks)
    };
    // The linear part shrinks by the multiplier, the quadratic part grows with the radius: large
    // disks fail for their size and tiny ones for the rounding. None reaches beyond the threshold.
    let largest = threshold.min(1.0);
    let sizes = std::iter::successors(Some(largest), |size| Some(size * 0.75));
    sizes.take_while(|&size| size > largest * 1e-13).find_map(attempt)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(re: f64, im: f64) -> Trap {
        Trap::find(Complex64::new(re, im), 2.0, |_| 0.0)
    }

    #[test]
    fn attracting_cycles_are_found() {
        for (re, im, period) in [
            (0.0, 0.0, 1),
            (0.2, 0.1, 1),
            (-1.0, 0.0, 2),
            (-0.12256, 0.74486, 3),
            (-1.3107, 0.0, 4),
            (0.2499, 0.0, 1),
        ] {
            let trap = exact(re, im);
            assert_eq!(trap.disks().len(), period, "{re}{im:+}i");
            let first = trap.disks()[0];
            assert!(trap.holds(first.centre.re, first.centre.im, 0.0));
            assert!(!trap.holds(first.centre.re, first.centre.im, first.radius));
        }
    }

    #[test]
    fn without_an_attracting_cycle_there_is_no_trap() {
        for (re, im) in [(0.25, 0.0), (0.0, 1.0), (-2.0, 0.0), (0.4, 0.6), (-0.835, -0.2321)] {
            assert_eq!(exact(re, im), Trap::default(), "{re}{im:+}i");
        }
    }

    #[test]
    fn disks_reach_nowhere_near_the_threshold() {
        // The cycle 0, -1 of c = -1 is not a trap for thresholds that it passes.
        let find = |threshold| Trap::find(Complex64::new(-1.0, 0.0), threshold, |_| 0.0);
        assert_eq!(find(0.9), Trap::default());
        assert_eq!(find(1.5).disks().len(), 2);
    }

    /// None was looked for that is smaller than 1e-13.
    #[test]
    fn thresholds_of_every_size_have_their_disks() {
        for exponent in [-290, -200, -100, -30, -20, -3, 0, 3, 100, 308] {
            let threshold = 10f64.powi(exponent);
            let c = Complex64::new(0.0, -0.2 * threshold.min(1.0));
            let trap = Trap::find(c, threshold, |_| 0.0);
            assert_eq!(trap.disks().len(), 1, "{threshold:e}");
            assert!(trap.largest >= 0.4 * threshold.min(1.0), "{threshold:e}: {trap:?}");
            assert!(trap.largest < threshold, "{threshold:e}: {trap:?}");
        }
    }

    #[test]
    fn each_disk_is_carried_into_the_next() {
        for (re, im) in [(0.2, 0.1), (-1.0, 0.0), (-0.12256, 0.74486), (-0.7, 0.1)] {
            let (c, trap) = (Complex64::new(re, im), exact(re, im));
            let disks = trap.disks();
            assert!(!disks.is_empty());
            for (j, disk) in disks.iter().enumerate() {
                let next = disks[(j + 1) % disks.len()];
                for k in 0..360 {
                    let z = disk.centre + Complex64::from_polar(disk.radius, f64::from(k));
                    assert!((z * z + c - next.centre).norm() <= next.radius, "{c}, disk {j}");
                }
            }
        }
    }
}
