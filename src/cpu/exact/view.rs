//! The points of a view: where their orbits start, and where the threshold stops them on the way there.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use num_complex::Complex64;

use crate::cpu::kernels::lanes::Arrived;
use crate::cpu::kernels::leaf::Polynomial;
use crate::cpu::kernels::orbit_end::Starts;
use crate::cpu::kernels::step_error::UP;
use crate::dyadic::Point;
use crate::error::Result;
use crate::grid::Grid;
use crate::julia::Julia;
use crate::lattice::Lattice;
use crate::orbit::double_double::LongComplex;
use crate::orbit::fixed_point::{Orbit, least_bits};
use crate::orbit::taylor::Fate;
use crate::orbit::trap::Trap;
use crate::orbit::view::{LONG_BITS, Side, ViewPolynomial};
use crate::pitch::Pitch;

/// The view that a job's points are from.
#[derive(Clone, Debug)]
pub struct View {
    lattice: Arc<Lattice>,
    factor: u32,
}

impl View {
    /// That of a grid; `None` if the grid is that of a region.
    pub fn of(grid: &Grid) -> Option<Self> {
        grid.view().map(|(lattice, factor)| Self { lattice: Arc::clone(lattice), factor })
    }

    /// The distance of two pixels.
    pub fn pitch(&self) -> Pitch {
        self.lattice.pitch()
    }

    /// Follows its points as one, if that has not been done.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) soon after `interrupt` is set.
    pub fn start(&self, julia: &Julia, trap: &Trap, interrupt: &AtomicBool) -> Result<Start<'_>> {
        let polynomial = self.lattice.polynomial(julia, trap, interrupt)?;
        Ok(Start { view: self, polynomial })
    }
}

/// The points of a view, given by their offsets, and as far as they have come together.
pub struct Start<'a> {
    view: &'a View,
    polynomial: Arc<ViewPolynomial>,
}

/// What the edges of a view make of some of its points, each given by its index, in rising order.
#[derive(Default)]
pub struct Stopped {
    /// Those that have escaped at an edge, with their counts.
    pub counts: Vec<(u32, u32)>,
    /// Those of which that is not known.
    pub unknown: Vec<u32>,
}

impl Stopped {
    /// The count of a point that has escaped at an edge.
    pub fn count(&self, index: u32) -> Option<u32> {
        let found = self.counts.binary_search_by_key(&index, |stop| stop.0);
        found.ok().map(|place| self.counts[place].1)
    }

    /// Whether an edge leaves a point unknown.
    pub fn unknown(&self, index: u32) -> bool {
        self.unknown.binary_search(&index).is_ok()
    }
}

impl Start<'_> {
    /// Whether the threshold runs through the view while it is far smaller than `f64` can tell.
    pub fn has_edges(&self) -> bool {
        !self.polynomial.edges.is_empty()
    }

    /// Bounds how far from a point its two parts, rounded to `f64`, are.
    pub fn rounding(&self) -> f64 {
        let (columns, rows) = self.view.lattice.shape();
        let reach =
            (f64::from(columns) + f64::from(rows)) * self.view.lattice.pitch().value().to_f64();
        let [x, y] = self.view.lattice.center();
        (x.to_f64().abs() + y.to_f64().abs() + reach) * f64::EPSILON + f64::MIN_POSITIVE
    }

    /// The count of all points which no edge stops, if they have the same.
    pub fn count(&self, julia: &Julia) -> Option<u32> {
        let expansion = &self.polynomial.expansion;
        match expansion.fate {
            Fate::Escapes => Some(expansion.steps),
            Fate::Stays => Some(julia.itermax()),
            Fate::Open => (expansion.steps == julia.itermax()).then_some(julia.itermax()),
        }
    }

    /// How far offsets may be off.
    pub fn offset_error(&self) -> f64 {
        self.view.lattice.offset_error(self.view.factor)
    }

    /// The disk around these offsets, for a tile to go on from.
    pub fn disk(&self, center: Complex64, radius: f64) -> Polynomial {
        let ViewPolynomial { scale, expansion, .. } = &*self.polynomial;
        let disk = expansion.recentred(center * scale, radius * scale);
        Polynomial { fate: Fate::Open, ..disk }
    }

    /// The sample point at these offsets.
    pub fn point(&self, offsets: (f64, f64)) -> Point {
        self.view.lattice.point_at(offsets, self.view.factor)
    }

    /// The same, rounded to `f64`.
    pub fn rounded(&self, offsets: (f64, f64)) -> (f64, f64) {
        let [x, y] = self.point(offsets);
        (x.to_f64(), y.to_f64())
    }

    /// Where the points at these offsets are, in double-double.
    pub fn arrive(&self, offsets: impl Iterator<Item = (f64, f64)>) -> Arrived {
        let low = &self.polynomial.low;
        let mut arrived = Arrived::new(low.steps);
        // |w| ≤ 1 is known to within 2⁻¹⁰⁰.
        let error = (low.error + low.slope * 2f64.powi(-100)) * UP;
        for (x, y) in offsets {
            let z = low.at(self.long_offset(x, y).scaled(self.polynomial.scale));
            arrived.push([z.re.high, z.im.high, z.re.low, z.im.low], error);
        }
        arrived
    }

    /// Steps after which [`depart`](Self::depart) goes on.
    pub fn steps(&self) -> u32 {
        self.polynomial.low.steps
    }

    /// Where the points at these offsets are, and how they move if the point does, by pitches.
    pub fn depart(&self, offsets: impl Iterator<Item = (f64, f64)>) -> Starts {
        let low = &self.polynomial.low;
        let mut starts = Starts { steps: low.steps.into(), ..Starts::default() };
        for (x, y) in offsets {
            let w = self.long_offset(x, y).scaled(self.polynomial.scale);
            let z = low.at(w);
            // An offset is half a pitch.
            let derivative = low.derivative(w.rounded()) * (2.0 * self.polynomial.scale);
            starts.re.push(z.re.high);
            starts.im.push(z.im.high);
            starts.re_low.push(z.re.low);
            starts.im_low.push(z.im.low);
            starts.derivative_re.push(derivative.re);
            starts.derivative_im.push(derivative.im);
        }
        starts
    }

    /// Offsets to within 2⁻¹⁰² of their size.
    fn long_offset(&self, x: f64, y: f64) -> LongComplex {
        let View { lattice, factor } = self.view;
        let (columns, rows) = lattice.shape();
        let re = lattice.long_offset_x(Lattice::index(x, *factor, columns), *factor);
        let im = lattice.long_offset_y(Lattice::index(-y, *factor, rows), *factor);
        LongComplex { re, im }
    }

    /// The orbit of the point at these offsets in fixed point, on its way, and the steps that it has taken; `None`
    /// if there is none that no edge is on the way of.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) soon after `interrupt` is set.
    pub fn long_orbit(
        &self,
        julia: &Julia,
        (x, y): (f64, f64),
        interrupt: &AtomicBool,
    ) -> Result<Option<(Orbit, u32)>> {
        let View { lattice, factor } = self.view;
        let polynomial = &self.polynomial;
        let Some(long) = polynomial.long(julia, lattice.of_view(), interrupt)? else {
            return Ok(None);
        };
        if long.bits < least_bits(julia) || long.steps == 0 {
            return Ok(None);
        }
        let (columns, rows) = lattice.shape();
        let (col, row) = (Lattice::index(x, *factor, columns), Lattice::index(-y, *factor, rows));
        let offset_x = lattice.fixed_offset_x(col, *factor, LONG_BITS);
        let offset_y = lattice.fixed_offset_y(row, *factor, LONG_BITS);
        let (z, error) = long.at(&[offset_x, offset_y].map(|x| x >> polynomial.log_reach as usize));
        Ok(Some((Orbit::at(julia, z, error, long.bits), long.steps)))
    }

    /// What the edges make of the points with these indices.
    pub fn stopped(
        &self,
        indices: impl Iterator<Item = u32>,
        offsets: impl Fn(usize) -> (f64, f64),
    ) -> Stopped {
        let mut stopped = Stopped::default();
        let ViewPolynomial { scale, edges, .. } = &*self.polynomial;
        if edges.is_empty() {
            return stopped;
        }
        let off = self.offset_error() * scale;
        for k in indices {
            let (x, y) = offsets(k as usize);
            let w = Complex64::new(x, y) * scale;
            for edge in edges {
                match edge.side(w, off) {
                    Side::Below => continue,
                    Side::Beyond => stopped.counts.push((k, edge.count)),
                    Side::Unknown => stopped.unknown.push(k),
                }
                break;
            }
        }
        stopped
    }
}

/// How the polynomial of a view decides a point's count, or where that is left to what follows.
pub struct Decided {
    /// The thinnest margin of the edges on its way.
    pub margin: f64,
    /// Whether it has escaped at one, or that is unknown.
    pub is_stopped: bool,
    /// Where it is then, to within `error`.
    pub z: Complex64,
    /// Bounds the error of that.
    pub error: f64,
    /// Steps taken.
    pub steps: u32,
}

impl Start<'_> {
    /// What comes of the point at these offsets.
    pub fn decided(&self, (x, y): (f64, f64)) -> Decided {
        let ViewPolynomial { scale, edges, expansion, .. } = &*self.polynomial;
        let (w, off) = (Complex64::new(x, y) * scale, self.offset_error() * scale);
        let (mut margin, mut is_stopped) = (f64::INFINITY, false);
        for edge in edges {
            margin = edge.margin(w, off).min(margin);
            is_stopped = edge.side(w, off) != Side::Below;
            if is_stopped {
                break;
            }
        }
        let at = expansion.recentred(w, 0.0);
        Decided { margin, is_stopped, z: at.constant, error: at.remainder, steps: at.steps }
    }
}

#[cfg(test)]
mod tests {
    use dashu_int::IBig;

    use super::*;
    use crate::band::{Quantities, Values};
    use crate::cpu::Evaluator;
    use crate::cpu::exact::{Tiers, escape_count, smooth_value};
    use crate::dyadic::Dyadic;
    use crate::job::Job;
    use crate::julia::Precision;
    use crate::orbit::view::testing::{center, rotation};
    use crate::pitch::Pitch;
    use crate::window::Window;

    const MAPS: [(f64, f64); 5] =
        [(-0.8, 0.156), (-0.835, -0.2321), (-0.12256, 0.74486), (0.0, 1.0), (0.285, 0.01)];

    fn job(c: Complex64, threshold: f64, log_pitch: i64, seed: u64) -> Job {
        let julia = Julia::new(c, threshold, (0, 5000)).unwrap();
        let center = center(c, (64 - log_pitch) as usize, seed);
        let pitch = Pitch { mantissa: (1 << 52) + 98_765, exponent: log_pitch - 52 };
        let rotation = rotation(seed + log_pitch.unsigned_abs());
        let lattice = Lattice::new(center, pitch, (96, 60)).rotated(rotation);
        Job { julia, grid: Grid::of_lattice(lattice) }
    }

    /// Checks a picture against fixed point, for some pixels; gives how many counts there are.
    fn check(job: &Job, quantities: Quantities, step: usize) -> usize {
        let (evaluator, go_on) =
            (Evaluator::new(job, Precision::Exact, quantities), AtomicBool::new(false));
        let (width, height) = (job.grid.width(), job.grid.height());
        let window = Window { col: 0, row: 0, width, height };
        let mut values = Values::default();
        let tiers = evaluator.fill(window, &mut values, &go_on).unwrap();
        let all: u64 = tiers.tiers().iter().map(|tier| tier.1).sum();
        assert_eq!(all, job.grid.pixels());
        for k in (0..values.counts.len()).step_by(step) {
            let point = job.grid.point(k as u32 % width, k as u32 / width);
            let count = escape_count(&job.julia, &Trap::default(), &point, &go_on).unwrap();
            assert_eq!(values.counts[k], count, "pixel {k} of {job:?}");
            if quantities.smooth && count < job.julia.itermax() {
                let smooth = smooth_value(&job.julia, &point, &go_on).unwrap();
                assert_eq!(values.smooth[k], smooth, "pixel {k} of {job:?}");
            }
        }
        assert!(tiers.fixed_point <= job.grid.pixels() / 30, "{tiers:?}");
        values.counts.sort_unstable();
        values.counts.dedup();
        values.counts.len()
    }

    /// The threshold runs through the view: it is the modulus that the center has after some steps.
    #[test]
    fn counts_on_both_sides_of_an_edge_are_those_of_fixed_point() {
        let mut several = 0;
        for ((re, im), seed) in [(MAPS[0], 3), (MAPS[2], 4), (MAPS[3], 5)] {
            let c = Complex64::new(re, im);
            for (log_pitch, most_steps) in [(-60, 3), (-200, 9), (-1000, 30)] {
                let job = job(c, 9.0, log_pitch, seed);
                let center = job.grid.view().unwrap().0.center().clone();
                let mut orbit = Orbit::new(&job.julia, &center, 2000);
                // The first step at which the orbit is farther out than before.
                let (mut steps, mut radius) = (0, 0.0);
                for k in 1..=most_steps {
                    orbit.step();
                    let (x, y) = orbit.rounded();
                    if x.hypot(y) > radius + 1e-9 {
                        (steps, radius) = (k, x.hypot(y));
                    }
                }
                // The nearest f64 is far outside of the view, which moves until it has a point of that modulus.
                for threshold in [radius, radius.next_up(), radius - 1e-12] {
                    let julia = Julia::new(c, threshold, (0, 5000)).unwrap();
                    let job = Job { julia: julia.clone(), ..moved_to(&job, threshold, steps) };
                    for smooth in [false, Tiers::has_smooth(&julia)] {
                        let quantities = Quantities { smooth, distance: None };
                        several += usize::from(check(&job, quantities, 37) > 1);
                    }
                }
            }
        }
        assert!(several > 20, "{several}");
    }

    /// With c = -2, T = 2 and the center 2 every step is an edge, and points that have escaped at the first come to
    /// their leaf beyond the threshold: their smooth values were 1 too large.
    #[test]
    fn points_beyond_the_threshold_have_their_smooth_values() {
        let julia = Julia::new(Complex64::new(-2.0, 0.0), 2.0, (0, 9000)).unwrap();
        let center = crate::dyadic::point(2.0, 0.0);
        let pitch = Pitch { mantissa: 1 << 52, exponent: -118 };
        let grid = Grid::of_lattice(Lattice::new(center, pitch, (60, 40)));
        let smooth = Quantities { smooth: true, distance: None };
        check(&Job { julia, grid }, smooth, 37);
    }

    /// A point that is over before the view's polynomial ends goes on to its smooth value from there.
    #[test]
    fn smooth_values_beyond_an_edge_are_those_of_fixed_point() {
        for log_pitch in [-36, -60] {
            let job = job(Complex64::new(-0.8, 0.156), 3.0, log_pitch, 3);
            let job = moved_to(&job, 3.0, 4);
            let counts = check(&job, Quantities { smooth: true, distance: None }, 37);
            assert!(counts > 1, "{job:?}");
        }
    }

    /// The job with another center nearby, whose orbit has this modulus after some steps.
    fn moved_to(job: &Job, modulus: f64, steps: u32) -> Job {
        let (lattice, _) = job.grid.view().unwrap();
        let mut center = lattice.center().clone();
        let bits = 2400;
        // Newton's method along the direction in which the modulus grows.
        for _ in 0..30 {
            let mut orbit = Orbit::new(&job.julia, &center, bits);
            let (mut re, mut im) = (Dyadic::from(1.0), Dyadic::from(0.0));
            let part = |value: &IBig, bits: usize| Dyadic::new(value.clone(), -(bits as i64));
            for _ in 0..steps {
                let (x, y) = (part(&orbit.re, orbit.bits), part(&orbit.im, orbit.bits));
                let two = Dyadic::from(2.0);
                (re, im) = (
                    cut(&(&two * &(&(&x * &re) - &(&y * &im))), bits),
                    cut(&(&two * &(&(&x * &im) + &(&y * &re))), bits),
                );
                orbit.step();
            }
            let (x, y) = (part(&orbit.re, orbit.bits), part(&orbit.im, orbit.bits));
            let excess = &(&(&x * &x) + &(&y * &y)) - &Dyadic::from(modulus).square();
            // d|z|² = 2 Re(conj(z) z' dz_0)
            let slope_re = &(&x * &re) + &(&y * &im);
            let slope_im = &(&y * &re) - &(&x * &im);
            let norm = (&slope_re.square() + &slope_im.square()).to_f64();
            let step = Dyadic::from(-0.5 / norm);
            let [a, b] = center;
            center = [
                cut(&(&a + &(&(&excess * &step) * &slope_re)), bits),
                cut(&(&b + &(&(&excess * &step) * &slope_im)), bits),
            ];
        }
        let own = (64 - job_log(lattice)) as usize;
        let center = center.map(|part| cut(&part, own));
        let moved = Lattice::new(center, lattice.pitch(), lattice.shape());
        let grid = Grid::of_lattice(moved.rotated(lattice.rotation()));
        Job { grid, ..job.clone() }
    }

    fn job_log(lattice: &Lattice) -> i64 {
        lattice.pitch().exponent + 52
    }

    fn cut(value: &Dyadic, bits: usize) -> Dyadic {
        Dyadic::new(value.to_fixed(bits).0, -(bits as i64))
    }

    /// Without the term for what a step rounds, the bound is too small, and wrong counts appear.
    #[test]
    fn without_the_rounding_term_counts_are_wrong() {
        let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (0, 5000)).unwrap();
        let job = job(julia.c(), 2.0, -200, 1);
        let job = Job { grid: job.grid.finer(4).unwrap(), ..job };
        let evaluator = Evaluator::new(&job, Precision::Exact, Quantities::NONE);
        let (width, height) = (job.grid.width(), job.grid.height());
        let window = Window { col: 0, row: 0, width, height };
        let (mut truth, go_on) = (Values::default(), AtomicBool::new(false));
        evaluator.fill(window, &mut truth, &go_on).unwrap();
        let wrong = |share: f64| {
            let (lattice, _) = job.grid.view().unwrap();
            let trap = Trap::default();
            let polynomial = lattice.polynomial(&julia, &trap, &go_on).unwrap();
            // f64 alone from the polynomial on, as if double-double did not follow.
            let expansion = polynomial.expansion;
            let (mut wrong, mut decided) = (0, 0);
            for (k, &truth) in truth.counts.iter().enumerate() {
                let (col, row) = (k as u32 % width, k as u32 / width);
                let (x, y) = (lattice.offset_x(col, 4), lattice.offset_y(row, 4));
                let w = Complex64::new(x, y) * polynomial.scale;
                let mut z =
                    expansion.coefficients.iter().rev().fold(Complex64::ZERO, |z, &a| (z + a) * w);
                z += expansion.constant;
                let mut error = share * expansion.evaluation_error(12, 0.0);
                let mut count = None;
                for k in expansion.steps..julia.itermax() {
                    error = (2.0 * z.norm() + error) * error
                        + share * 8.0 * f64::EPSILON * (z.norm_sqr() + 1.0);
                    z = z * z + julia.c();
                    if (z.norm() - 2.0).abs() <= error {
                        break;
                    }
                    if z.norm() > 2.0 {
                        count = Some(k);
                        break;
                    }
                }
                let Some(count) = count else { continue };
                decided += 1;
                wrong += usize::from(count != truth);
            }
            assert!(decided > 50_000, "{decided}");
            wrong
        };
        assert_eq!(wrong(1.0), 0);
        assert!(wrong(0.0) > 0);
    }

    /// Distances are in pitches, and the same as those of the orbit in fixed point from its first step.
    #[test]
    fn distances_do_not_depend_on_depth() {
        for (log_pitch, seed) in [(-10, 3), (-60, 2), (-1000, 5)] {
            let job = job(Complex64::new(-0.8, 0.156), 2.0, log_pitch, seed);
            let both = Quantities { smooth: true, distance: Quantities::EVERY_DISTANCE };
            let evaluator = Evaluator::new(&job, Precision::Exact, both);
            let (width, height) = (job.grid.width(), job.grid.height());
            let window = Window { col: 0, row: 0, width, height };
            let (mut values, go_on) = (Values::default(), AtomicBool::new(false));
            evaluator.fill(window, &mut values, &go_on).unwrap();
            let mut seen = 0;
            for k in (0..values.counts.len()).step_by(211) {
                // So near the set a distance is one that rounding may have moved by as much as itself.
                if values.distances[k] < 1e-6 {
                    continue;
                }
                let point = job.grid.point(k as u32 % width, k as u32 / width);
                // log₂ of |z| ln|z| / |dz/dz_0| in exact numbers; the pitch is 2^log_pitch, a little more.
                let mut orbit = Orbit::new(&job.julia, &point, 2400);
                let (mut derivative, mut exponent) = (Complex64::ONE, 0i64);
                let mut z;
                loop {
                    let (re, im) = orbit.rounded();
                    derivative *= 2.0 * Complex64::new(re, im);
                    if derivative.norm() > 1e30 {
                        derivative *= 2f64.powi(-100);
                        exponent += 100;
                    }
                    orbit.step();
                    let (re, im) = orbit.rounded();
                    z = Complex64::new(re, im);
                    if z.norm() >= 65536.0 {
                        break;
                    }
                }
                let log = (z.norm() * z.norm().ln() / derivative.norm()).log2() - exponent as f64;
                let pitch = job.grid.view().unwrap().0.pitch();
                let log_pitch = (pitch.mantissa as f64).log2() + pitch.exponent as f64;
                let off = values.distances[k].log2() - (log - log_pitch);
                assert!(off.abs() < 1e-3, "{off} at pixel {k} of {job:?}");
                seen += 1;
            }
            assert!(seen > 20);
        }
    }

    /// The center goes on beyond what is kept of its orbit, and of one that begins beside it.
    #[test]
    fn counts_do_not_depend_on_how_much_of_an_orbit_is_kept() {
        for (re, im) in [MAPS[0], MAPS[4]] {
            let deep = job(Complex64::new(re, im), 2.0, -1000, 3);
            let shared = || deep.grid.view().unwrap().0.shared_orbit();
            let off = Pitch { mantissa: 1 << 52, exponent: -1045 }.value();
            let center = deep.grid.view().unwrap().0.center().each_ref().map(|x| x + &off);
            let pitch = Pitch { mantissa: (1 << 52) + 98_765, exponent: -1047 };
            let beside = Grid::of_lattice(Lattice::new(center, pitch, (96, 60)));
            for grid in [&deep.grid, &beside] {
                let values = |shared| {
                    let grid = grid.along(&Arc::new(shared));
                    let (width, height) = (grid.width(), grid.height());
                    let job = Job { grid, ..deep.clone() };
                    let smooth = Quantities { smooth: true, distance: None };
                    let evaluator = Evaluator::new(&job, Precision::Exact, smooth);
                    let window = Window { col: 0, row: 0, width, height };
                    let (mut values, go_on) = (Values::default(), AtomicBool::new(false));
                    evaluator.fill(window, &mut values, &go_on).unwrap();
                    (values.counts, values.smooth)
                };
                let whole = values(shared());
                for most in [1, 40, 500] {
                    assert!(values(shared().keeping_only(most)) == whole, "{re} {im} {most}");
                }
            }
        }
    }

    #[test]
    fn counts_and_smooth_values_are_those_of_fixed_point() {
        for (index, (re, im)) in MAPS.into_iter().enumerate() {
            for (log_pitch, step) in [(-6, 53), (-60, 67), (-200, 97), (-1000, 397)] {
                let job = job(Complex64::new(re, im), 2.0, log_pitch, 11 * index as u64 + 1);
                let counts = check(&job, Quantities { smooth: true, distance: None }, step);
                assert!(counts > 3, "{counts} of {job:?}");
                for factor in [2, 3] {
                    let grid = job.grid.finer(factor).unwrap();
                    check(&Job { grid, ..job.clone() }, Quantities::NONE, step * 7);
                }
            }
        }
    }
}
