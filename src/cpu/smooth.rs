//! The smooth value and the distance of each sample point, from its count.
//!
//! The logarithms are our own, in one order of operations, so that the bits are the same on every machine.

use std::f64::consts::LN_2;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::exact::fixed_point;
use super::exact::view::{Start, View};
use super::instruction_set::Kernels;
use super::kernels::lanes::Points;
use super::kernels::orbit_end::{End, Far, Follow, STEPS, Starts};
use super::tasks::PIXELS;
use crate::band::ValuesMut;
use crate::dyadic::{Point, point};
use crate::error::{Error, Result};
use crate::job::Job;
use crate::julia::Precision;
use crate::orbit::center::scale;
use crate::orbit::trap::Trap;
use crate::parameter::Parameter;
use crate::window::Window;

/// The modulus, for |c| ≤ 1, from which on ln|z²+c| is 2 ln|z| to one part in 2³⁵.
const FAR: f64 = 65536.0;

/// Steps after itermax that an orbit may take to get there.
const FURTHER_STEPS: u64 = 64;

/// A derivative beyond this is taken as a number and a power of two.
const LARGE: f64 = (1u128 << LOG_LARGE) as f64;
const LOG_LARGE: i64 = 100;

/// The quantities of [`Quantities`](crate::band::Quantities) for one job.
pub struct SmoothEvaluator {
    job: Job,
    far: Far,
    /// Whether the counts are true, so that an orbit with another count is not the point's.
    exact: bool,
    /// What is added to k - log₂ log₂ |z|².
    shift: f64,
    /// Whether an orbit that has reached the threshold surely goes on.
    escapes: bool,
    /// How far off rounding makes a point, at most, where the derivative never was below 1: per square root
    /// of the number of steps.
    rounding: f64,
    /// The same of what is missing of c, per step: that adds up.
    missing: f64,
    follow: Follow,
    follow_low: Follow,
    /// dz/dz_0 of a point before its first step: the pitch, if the points are a view's.
    unit: f64,
    /// The view that points come from by their offsets, and the trap of its map.
    view: Option<(View, Trap)>,
}

/// The smooth value and the distance of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Escape {
    value: f64,
    distance: f64,
}

impl SmoothEvaluator {
    /// The evaluator for `job` and counts of this precision, with the kernels of one instruction set.
    pub fn with(kernels: &Kernels, job: &Job, precision: Precision) -> Self {
        let julia = &job.julia;
        let (c, low, threshold) = (julia.c(), julia.constant().low(), julia.threshold());
        let modulus = libm::hypot(c.re, c.im);
        let limit = FAR * FAR * modulus.max(1.0);
        let steps = (u64::from(julia.itermax()) + FURTHER_STEPS).next_multiple_of(STEPS);
        Self {
            job: job.clone(),
            far: Far {
                re: c.re,
                im: c.im,
                re_low: low.re,
                im_low: low.im,
                limit,
                threshold: threshold * threshold,
                steps,
            },
            exact: precision == Precision::Exact,
            shift: 1.0 + libm::log2(libm::log2(threshold.max(2.0))),
            escapes: threshold >= modulus.max(2.0),
            rounding: f64::EPSILON * (1.0 + modulus),
            missing: julia.constant().error(),
            follow: kernels.far,
            follow_low: kernels.far_low,
            unit: job.grid.view().map_or(1.0, |(lattice, _)| lattice.pitch().value().to_f64()),
            view: View::of(&job.grid)
                .filter(|_| precision == Precision::Exact)
                .map(|view| (view, Trap::of(julia))),
        }
    }

    /// Fills those of `values` beside the counts, which are there, for a window of the job's grid,
    /// row-major; on all threads of the current rayon pool.
    ///
    /// # Errors
    /// [`Error::Interrupted`] soon after `interrupt` is set; [`Error::Invalid`] if there is not one
    /// count for each pixel.
    pub fn fill(
        &self,
        window: Window,
        mut values: ValuesMut<'_>,
        interrupt: &AtomicBool,
    ) -> Result<()> {
        let grid = self.job.grid.window(window)?;
        if values.counts.len() as u64 != grid.pixels() {
            let expected = format!("must be {}, one for each pixel", grid.pixels());
            return Err(Error::invalid(Parameter::ArrayLength, values.counts.len(), expected));
        }
        let (columns, rows) =
            if self.exact { (grid.columns(), grid.rows()) } else { (grid.xs(), grid.ys()) };
        let tasks = values.counts.len().div_ceil(PIXELS);
        let tasks: Vec<_> = (0..tasks).map(|_| values.take_first(PIXELS)).collect();
        tasks.into_par_iter().enumerate().try_for_each(|(index, values)| {
            let (mut xs, mut ys) = (Vec::new(), Vec::new());
            let (mut row, mut col) =
                (index * PIXELS / columns.len(), index * PIXELS % columns.len());
            while xs.len() < values.counts.len() {
                let end = columns.len().min(col + values.counts.len() - xs.len());
                xs.extend_from_slice(&columns[col..end]);
                ys.resize(xs.len(), rows[row]);
                (row, col) = (row + 1, 0);
            }
            self.fill_points(Points { xs: &xs, ys: &ys }, values, interrupt)
        })
    }

    /// The same for single points, a pixel of the job's grid apart, on the current thread.
    ///
    /// # Errors
    /// [`Error::Interrupted`] soon after `interrupt` is set.
    pub fn fill_points(
        &self,
        points: Points<'_, f64>,
        values: ValuesMut<'_>,
        interrupt: &AtomicBool,
    ) -> Result<()> {
        let ValuesMut { counts, smooth, distances } = values;
        let pixel = self.job.grid.pixel_width();
        let itermax = self.job.julia.itermax();
        let start = match &self.view {
            Some((view, trap)) => Some(view.start(&self.job.julia, trap, interrupt)?),
            None => None,
        };
        let start = start.as_ref();
        // What an edge stops on the way has its count from there.
        let first = start.map_or(0, Start::steps);
        // Orbits of a length are followed together.
        let order = by_count(counts, itermax);
        let mut ends = self.ends(start, self.follow, points, &order, interrupt);
        let count = |k: u32| counts[k as usize];
        let (places, again): (Vec<usize>, Vec<u32>) = ends
            .iter()
            .zip(&order)
            .enumerate()
            .filter(|&(_, (end, &k))| {
                self.is_off(end, pixel) || !(count(k) < first || self.belongs(count(k), end))
            })
            .map(|(place, (_, &k))| (place, k))
            .unzip();
        let low = self.ends(start, self.follow_low, points, &again, interrupt);
        for ((place, k), end) in places.into_iter().zip(again).zip(low) {
            let belongs = count(k) < first || self.belongs(count(k), &end);
            ends[place] = if belongs || interrupt.load(Ordering::Relaxed) {
                end
            } else {
                let (x, y) = (points.xs[k as usize], points.ys[k as usize]);
                let point = start.map_or_else(|| point(x, y), |start| start.point((x, y)));
                self.decided_end(&point, interrupt)?
            };
        }
        if interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        smooth.fill(itermax.into());
        distances.fill(0.0);
        for (&k, end) in order.iter().zip(&ends) {
            let escape = self.escape(counts[k as usize], end);
            if let Some(value) = smooth.get_mut(k as usize) {
                *value = escape.value;
            }
            if let Some(distance) = distances.get_mut(k as usize) {
                *distance = escape.distance;
            }
        }
        Ok(())
    }

    /// The distances of those points that have these indices, `at(k)` each, whose counts are known.
    ///
    /// # Errors
    /// As [`fill_points`](Self::fill_points).
    pub fn distances(
        &self,
        at: impl Fn(usize) -> (f64, f64),
        indices: &[u32],
        counts: &[u32],
        interrupt: &AtomicBool,
    ) -> Result<Vec<f64>> {
        let (xs, ys): (Vec<f64>, Vec<f64>) = indices.iter().map(|&k| at(k as usize)).unzip();
        let mut counts: Vec<u32> = indices.iter().map(|&k| counts[k as usize]).collect();
        let mut distances = vec![0.0; indices.len()];
        let values = ValuesMut { counts: &mut counts, smooth: &mut [], distances: &mut distances };
        self.fill_points(Points { xs: &xs, ys: &ys }, values, interrupt)?;
        Ok(distances)
    }

    /// The ends of the orbits of some of the points.
    fn ends(
        &self,
        start: Option<&Start<'_>>,
        follow: Follow,
        points: Points<'_, f64>,
        followed: &[u32],
        interrupt: &AtomicBool,
    ) -> Vec<End> {
        let points = followed.iter().map(|&k| (points.xs[k as usize], points.ys[k as usize]));
        let starts = match start {
            None => Starts::at(points, self.unit),
            Some(start) => start.depart(points),
        };
        let mut ends = vec![End::default(); followed.len()];
        follow(&self.far, &starts, &mut ends, interrupt);
        ends
    }

    /// Whether rounding may have made the orbit that of a point more than a quarter of a pixel away.
    ///
    /// What a step rounds moves the point by as much over the derivative so far: the most where that is
    /// least, as near a critical point. Roundings are taken to add up as independent ones do, and what is missing of c
    /// as it is.
    fn is_off(&self, end: &End, pixel: f64) -> bool {
        let escapes = self.escapes || end.norm >= self.far.limit;
        let off = self.rounding * end.steps.sqrt() + self.missing * end.steps;
        escapes && off > 0.25 * pixel * end.least.sqrt()
    }

    /// Whether an orbit with this end can be that of a point with this count, below itermax.
    fn belongs(&self, count: u32, end: &End) -> bool {
        let is_far = end.norm >= self.far.limit;
        if !self.exact || (is_far && end.norm.is_infinite()) {
            true
        } else if end.below < end.steps {
            end.below == f64::from(count)
        } else {
            // A threshold that is farther out than the orbit was followed: there |z| is squared by each step.
            is_far && (self.smooth_value(end) - f64::from(count) - 0.5).abs() < 0.501
        }
    }

    /// The end of the orbit of a point in more bits than its count takes.
    fn decided_end(&self, point: &Point, interrupt: &AtomicBool) -> Result<End> {
        let [mut from_re, mut from_im] = [point[0].to_f64(), point[1].to_f64()];
        let (mut derivative_re, mut derivative_im) = (1.0, 0.0);
        // Of the power of two that both are to be multiplied by.
        let mut exponent = 0;
        let mut end = End { norm: -1.0, ..End::default() };
        let orbit = fixed_point::orbit(&self.job.julia, point, interrupt)?;
        for (re, im) in orbit.take(self.far.steps as usize) {
            let (twice_re, twice_im) = (from_re + from_re, from_im + from_im);
            (derivative_re, derivative_im) = (
                twice_re * derivative_re - twice_im * derivative_im,
                twice_re * derivative_im + twice_im * derivative_re,
            );
            if self.view.is_some() && derivative_re.abs().max(derivative_im.abs()) > LARGE {
                (derivative_re, derivative_im) = (derivative_re / LARGE, derivative_im / LARGE);
                exponent += LOG_LARGE;
            }
            end.norm = re * re + im * im;
            end.steps += 1.0;
            if end.norm >= self.far.limit {
                break;
            }
            (from_re, from_im) = (re, im);
        }
        if let Some((view, _)) = &self.view {
            let pitch = view.pitch();
            exponent += pitch.exponent;
            [derivative_re, derivative_im] =
                [derivative_re, derivative_im].map(|d| scale(d * pitch.mantissa as f64, exponent));
        }
        let derivative = derivative_re * derivative_re + derivative_im * derivative_im;
        Ok(End { derivative, ..end }.with_logarithms())
    }

    /// The smooth value of an orbit that has come far enough.
    fn smooth_value(&self, end: &End) -> f64 {
        end.steps + self.shift - end.log_log
    }

    /// The escape of an orbit with this end and a count below itermax.
    fn escape(&self, count: u32, end: &End) -> Escape {
        if end.norm < self.far.limit {
            return Escape { value: count.into(), distance: 0.0 };
        }
        // What has overflowed is NaN, and was far out at once. The limit is less than itermax
        // as `f32` too, which files have.
        let limit = f64::from((self.job.julia.itermax() as f32).next_down());
        let value = self.smooth_value(end).max(0.0).min(limit);
        let distance = (end.norm / end.derivative).sqrt() * (0.5 * LN_2) * end.log;
        Escape { value, distance: if distance.is_nan() { f64::INFINITY } else { distance } }
    }
}

/// The indices of the counts below `itermax`, the smallest counts first.
fn by_count(counts: &[u32], itermax: u32) -> Vec<u32> {
    let escaped = || counts.iter().filter(|&&count| count < itermax);
    let (first, last) =
        escaped().fold((u32::MAX, 0), |(first, last), &k| (first.min(k), last.max(k)));
    let indices = (0..).zip(counts).filter(|&(_, &count)| count < itermax);
    if last.saturating_sub(first) as usize > counts.len() {
        let mut order: Vec<u32> = indices.map(|(index, _)| index).collect();
        order.sort_by_key(|&k| counts[k as usize]);
        return order;
    }
    // Where the next index with each count goes.
    let mut places = vec![0; last.saturating_sub(first) as usize + 2];
    for &count in escaped() {
        places[(count - first) as usize + 1] += 1;
    }
    let mut before = 0;
    for place in &mut places {
        before += *place;
        *place = before;
    }
    let mut order = vec![0; before];
    for (index, &count) in indices {
        let place = &mut places[(count - first) as usize];
        order[*place] = index;
        *place += 1;
    }
    order
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::band::{Quantities, Values};
    use crate::cpu::{Evaluator, instruction_set};
    use crate::grid::Grid;
    use crate::julia::Julia;
    use crate::orbit::double_double::{self, DoubleDouble};
    use crate::region::ComplexRegion;

    static NEVER: AtomicBool = AtomicBool::new(false);

    #[test]
    fn indices_are_in_the_order_of_counts() {
        for (spread, itermax) in [(1, 1), (7, 5), (90, 200), (1 << 20, u32::MAX)] {
            let counts: Vec<u32> = (0..1000).map(|k| k * 7919 % 101 * spread / 3).collect();
            let mut expected: Vec<u32> =
                (0..1000).filter(|&k| counts[k as usize] < itermax).collect();
            expected.sort_by_key(|&k| counts[k as usize]);
            assert_eq!(by_count(&counts, itermax), expected, "{spread}");
        }
        assert_eq!(by_count(&[], 10), [0; 0]);
        assert_eq!(by_count(&[10, 10], 10), [0; 0]);
    }

    fn job(re: f64, im: f64, threshold: f64, itermax: u32, [x, y, side]: [f64; 3]) -> Job {
        let region = ComplexRegion::new(x - side, x + side, y + side, y - side).unwrap();
        let julia = Julia::new(Complex64::new(re, im), threshold, (0, itermax)).unwrap();
        Job { julia, grid: Grid::with_shape(region, 60, 60).unwrap() }
    }

    const BOTH: Quantities = Quantities { smooth: true, distance: Quantities::EVERY_DISTANCE };

    fn evaluator(kernels: &Kernels, job: &Job) -> SmoothEvaluator {
        SmoothEvaluator::with(kernels, job, Precision::Exact)
    }

    fn filled(evaluator: &SmoothEvaluator, job: &Job, window: Window) -> (Vec<u32>, Vec<Escape>) {
        let mut values = Values::default();
        let counts = Evaluator::new(job, Precision::Exact, Quantities::NONE);
        counts.fill(window, &mut values, &NEVER).unwrap();
        values.resize(values.counts.len(), BOTH);
        evaluator.fill(window, values.as_mut(), &NEVER).unwrap();
        let pairs = values.smooth.iter().zip(&values.distances);
        let escapes = pairs.map(|(&value, &distance)| Escape { value, distance }).collect();
        (values.counts, escapes)
    }

    fn escapes(kernels: &Kernels, job: &Job) -> (Vec<u32>, Vec<Escape>) {
        let window = Window { col: 0, row: 0, width: 60, height: 60 };
        filled(&evaluator(kernels, job), job, window)
    }

    /// The definition, for one point.
    fn end(job: &Job, x: f64, y: f64, low: bool) -> End {
        let c = job.julia.c();
        let limit = 2f64.powi(32) * c.re.hypot(c.im).max(1.0);
        let most = (job.julia.itermax() + 64).next_multiple_of(4);
        let [mut re, mut im] = [x, y].map(|high| DoubleDouble { high, low: 0.0 });
        let (mut derivative_re, mut derivative_im) = (1.0, 0.0);
        let mut end = End { norm: -1.0, derivative: 1.0, least: f64::INFINITY, ..End::default() };
        let threshold = job.julia.threshold().powi(2);
        while end.norm < limit && end.steps < most.into() {
            let (x, y) = (re.high, im.high);
            (derivative_re, derivative_im) = (
                2.0 * x * derivative_re - 2.0 * y * derivative_im,
                2.0 * x * derivative_im + 2.0 * y * derivative_re,
            );
            end.derivative = derivative_re * derivative_re + derivative_im * derivative_im;
            end.least = end.least.min(end.derivative);
            if low {
                let part = |high| DoubleDouble { high, low: 0.0 };
                (re, im) = double_double::step::<false>(re, im, part(c.re), part(c.im));
            } else {
                (re.high, im.high) = (x * x - y * y + c.re, x * y + y * x + c.im);
            }
            end.norm = re.high * re.high + im.high * im.high;
            if end.below == end.steps && end.norm < threshold {
                end.below += 1.0;
            }
            end.steps += 1.0;
        }
        end.with_logarithms()
    }

    /// Every instruction set against the definition, point by point: the same bits.
    #[test]
    fn the_same_bits_from_every_instruction_set() {
        for (again, job) in [
            (false, job(-0.8, 0.156, 2.0, 400, [0.0, 0.0, 1.6])),
            (false, job(0.0, 1.0, 2.0, 60, [0.0, 0.0, 1.3])),
            (true, job(0.0, 1.0, 2.0, 60, [0.0, 0.0, 1e-7])),
            (true, job(-0.8, 0.156, 2.0, 400, [0.3, 0.2, 1e-14])),
            (false, job(0.3, 0.5, 1e9, 50, [0.0, 0.0, 40.0])),
            (false, job(-0.8, 0.156, 0.3, 50, [0.0, 0.0, 1.6])),
            (false, job(3e5, -1.0, 2.0, 9, [0.0, 0.0, 800.0])),
            (false, job(1e200, 0.0, 2.0, 9, [0.0, 0.0, 1e150])),
        ] {
            let smooth = evaluator(instruction_set::best(), &job);
            for kernels in instruction_set::available() {
                let (counts, escapes) = escapes(kernels, &job);
                let mut off = 0;
                for (k, (&count, escape)) in counts.iter().zip(&escapes).enumerate() {
                    let (x, y) = (job.grid.x(k as u32 % 60), job.grid.y(k as u32 / 60));
                    let expected = if count == job.julia.itermax() {
                        Escape { value: count.into(), distance: 0.0 }
                    } else {
                        let mut ended = end(&job, x, y, false);
                        let is_off = smooth.is_off(&ended, job.grid.pixel_width());
                        if is_off || !smooth.belongs(count, &ended) {
                            ended = end(&job, x, y, true);
                            off += u32::from(is_off);
                        }
                        if !smooth.belongs(count, &ended) {
                            ended = smooth.decided_end(&point(x, y), &NEVER).unwrap();
                        }
                        smooth.escape(count, &ended)
                    };
                    assert_eq!(*escape, expected, "{} {job:?} {k}", kernels.name);
                }
                assert_eq!(off > 1000, again, "{off} {job:?}");
            }
        }
    }

    /// The values are those of points less than a quarter of a pixel away, where double-double has
    /// the truth. A value changes by at most 1 / (distance · ln 2) over a distance.
    #[test]
    fn rounding_moves_a_point_by_less_than_a_quarter_of_a_pixel() {
        for job in [
            job(-0.8, 0.156, 2.0, 1000, [0.0, 0.0, 1.6]),
            job(-0.8, 0.156, 2.0, 1000, [0.3, 0.2, 1e-9]),
            job(0.0, 1.0, 2.0, 200, [0.0, 0.0, 1e-5]),
            job(0.0, 1.0, 2.0, 200, [0.0, 0.0, 1e-9]),
        ] {
            let pixel = job.grid.pixel_width();
            let smooth = evaluator(instruction_set::best(), &job);
            let (counts, escapes) = escapes(instruction_set::best(), &job);
            let mut seen = 0;
            for (k, escape) in escapes.iter().enumerate().filter(|(k, _)| counts[*k] < 1000) {
                let (x, y) = (job.grid.x(k as u32 % 60), job.grid.y(k as u32 / 60));
                let mut truth = end(&job, x, y, true);
                if !smooth.belongs(counts[k], &truth) {
                    truth = smooth.decided_end(&point(x, y), &NEVER).unwrap();
                }
                let truth = smooth.escape(counts[k], &truth);
                // Nearer to the set the change is none in proportion; at 0 the derivative is 0.
                if truth.distance > 4.0 * pixel && truth.distance.is_finite() {
                    let change = (escape.value - truth.value).abs() * truth.distance * LN_2;
                    assert!(change < 0.25 * pixel, "{job:?}: {escape:?} {truth:?}");
                    seen += 1;
                }
            }
            assert!(seen > 100, "{seen} {job:?}");
        }
    }

    /// An orbit that rounding has sent out too early is another point's: column 813, row 334 of this
    /// view has the count 961, and had the value 328.914.
    #[test]
    fn a_value_belongs_to_its_count() {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let grid = Grid::new(region, 2000).unwrap();
        let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (0, 1000)).unwrap();
        let values = |exact| {
            let window = Window { col: 700, row: 300, width: 400, height: 100 };
            let job = Job { julia: julia.clone(), grid: grid.clone() };
            let mut evaluator = evaluator(instruction_set::best(), &job);
            evaluator.exact = exact;
            filled(&evaluator, &job, window)
        };
        let (counts, escapes) = values(true);
        let wrong = |escapes: &[Escape]| {
            let pairs = counts.iter().zip(escapes);
            let off = |(&count, escape): (&u32, &Escape)| (escape.value - f64::from(count)).abs();
            pairs.filter(|&pair| off(pair) > 2.0).count()
        };
        assert_eq!(wrong(&escapes), 0);
        assert!(wrong(&values(false).1) > 10);
        let first = 34 * 400 + 113;
        assert_eq!(counts[first], 961);
        assert!((escapes[first].value - 961.486).abs() < 1e-3, "{:?}", escapes[first]);
        // As the numbers of a file, too, values of points that escape are less than itermax.
        let inside = |(count, value): (u32, f32)| (count == 1000) == (value >= 1000.0);
        assert!(counts.iter().zip(&escapes).all(|(&count, e)| inside((count, e.value as f32))));
    }

    /// Proven values are those of this definition, rounded.
    #[test]
    fn proven_values_are_rounded_ones() {
        let smooth = Quantities { smooth: true, distance: None };
        for job in [
            job(-0.8, 0.156, 2.0, 400, [0.0, 0.0, 1.6]),
            job(0.0, 1.0, 2.0, 60, [0.0, 0.0, 1.3]),
            job(0.3, 0.5, 1e9, 50, [0.0, 0.0, 40.0]),
            job(3e5, -1.0, 1e6, 9, [0.0, 0.0, 800.0]),
            job(0.3, 0.5, 1e60, 50, [0.0, 0.0, 4.0]),
        ] {
            let window = Window { col: 0, row: 0, width: 60, height: 60 };
            let (counts, escapes) = escapes(instruction_set::best(), &job);
            let (mut proven, mut seen) = (Values::default(), 0);
            let evaluator = Evaluator::new(&job, Precision::Exact, smooth);
            evaluator.fill(window, &mut proven, &NEVER).unwrap();
            assert_eq!(proven.counts, counts);
            for ((&proven, escape), &count) in proven.smooth.iter().zip(&escapes).zip(&counts) {
                // Near the set a rounding moves the point to another value.
                if escape.distance > 1e-4 && count < job.julia.itermax() {
                    let off = (proven - escape.value).abs();
                    assert!(off < 0.501 / 4096.0, "{job:?}: {proven} {escape:?}");
                    seen += 1;
                }
            }
            assert!(seen > 1000, "{job:?}: {seen}");
        }
    }

    /// For c = 0 all is known: z_k = z_0^(2^k), and the set is the unit disk.
    #[test]
    fn around_the_unit_disk() {
        let job = job(0.0, 0.0, 2.0, 500, [1.2, 0.0, 0.3]);
        let (counts, escapes) = escapes(instruction_set::best(), &job);
        let mut seen = 0;
        for (k, (&count, escape)) in counts.iter().zip(&escapes).enumerate() {
            let radius = job.grid.x(k as u32 % 60).hypot(job.grid.y(k as u32 / 60));
            let value = -(radius.ln() / 2f64.ln()).log2();
            if count == 500 {
                assert_eq!((escape.value, escape.distance), (500.0, 0.0));
            } else if value > 0.0 {
                assert!((escape.value - value).abs() < 1e-9, "{radius}: {escape:?}, {value}");
                let fraction = escape.value - f64::from(count);
                assert!((-1e-9..=1.0 + 1e-9).contains(&fraction), "{radius}: {count} {escape:?}");
                let distance = radius * radius.ln();
                assert!((escape.distance / distance - 1.0).abs() < 1e-9, "{radius}: {escape:?}");
                seen += 1;
            }
        }
        assert!(seen > 1000);
    }

    /// The estimate of the distance from the segment [-2, 2], the set of c = -2.
    #[test]
    fn beside_a_filament_the_distance_is_true() {
        let job = job(-2.0, 0.0, 2.0, 200, [0.5, 0.0, 1e-4]);
        let (_, escapes) = escapes(instruction_set::best(), &job);
        for (k, escape) in escapes.iter().enumerate() {
            let distance = job.grid.y(k as u32 / 60).abs();
            let error = (escape.distance - distance).abs();
            assert!(error <= 1e-3 * distance, "{distance}: {escape:?}");
        }
    }
}
