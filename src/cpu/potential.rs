//! Orbits followed beyond their escape, far enough for what is smooth in it.
//!
//! All here is plain `f64`, rounded after each operation in one order, and logarithms that are no
//! system's: the same bits on every machine.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::instruction_set::{self, Kernels};
use super::lanes::{Lanes, Real, padded};
use super::{Pixels, TASK_PIXELS};
use crate::counts::Escape;
use crate::error::{Error, Result};
use crate::julia::Julia;
use crate::region::Grid;

/// The modulus, for |c| ≤ 1, from which on ln|z²+c| is 2 ln|z| to one part in 2³⁵.
const FAR: f64 = 65536.0;

/// Steps after itermax that an orbit may take to get there.
const FURTHER_STEPS: u64 = 64;

/// Steps between two looks at whether any orbit is left.
const STEPS: u64 = 4;

/// Steps between two looks at the interrupt flag.
const UNINTERRUPTED: u64 = 1 << 16;

/// The escapes of one map's orbits.
pub struct Potential {
    julia: Julia,
    far: Far,
    smooth: bool,
    /// What is added to k - log₂(ln|z|²).
    shift: f64,
    follow: Follow,
}

/// What an orbit is followed with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Far {
    re: f64,
    im: f64,
    /// The square of the modulus that is far enough.
    limit: f64,
    /// The most steps.
    steps: u64,
}

/// Where an orbit has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct End {
    /// Steps it took.
    steps: f64,
    /// |z|²; less than the limit where it has not come so far.
    norm: f64,
    /// |dz/dz_0|², where it is followed.
    slope: f64,
}

/// Fills the ends of the orbits of `xs[k] + ys[k]·i`.
pub(super) type Follow = fn(&Far, &[f64], &[f64], &mut [End], &AtomicBool);

impl Potential {
    /// The escapes for `julia`: with the count as the value where no smooth one is wanted, and any
    /// distance where none is.
    pub fn new(julia: &Julia, smooth: bool, distance: bool) -> Self {
        Self::with(instruction_set::best(), julia, smooth, distance)
    }

    /// The same, with the kernels of one instruction set.
    pub fn with(kernels: &Kernels, julia: &Julia, smooth: bool, distance: bool) -> Self {
        let c = julia.c();
        let far = FAR * FAR * libm::hypot(c.re, c.im).max(1.0);
        let steps = (u64::from(julia.itermax()) + FURTHER_STEPS).next_multiple_of(STEPS);
        Self {
            julia: *julia,
            far: Far { re: c.re, im: c.im, limit: far, steps },
            smooth,
            shift: 1.0 + libm::log2(libm::log(julia.threshold().max(2.0))),
            follow: if distance { kernels.slope } else { kernels.far },
        }
    }

    /// Replaces the contents of `escapes` by those of the points of `grid`, whose counts are
    /// `counts`, row-major; on all threads of the current rayon pool.
    ///
    /// # Errors
    /// [`Error::Interrupted`] soon after `interrupt` is set; [`Error::Invalid`] where there is not one
    /// count for each pixel.
    pub fn fill(
        &self,
        grid: Grid,
        counts: &[u32],
        escapes: &mut Vec<Escape>,
        interrupt: &AtomicBool,
    ) -> Result<()> {
        if counts.len() as u64 != grid.pixels() {
            let expected = format!("must be {}, one for each pixel", grid.pixels());
            return Err(Error::invalid("counts", counts.len(), expected));
        }
        let pixels = Pixels::new(grid);
        escapes.clear();
        escapes.resize(counts.len(), Escape::default());
        let tasks = escapes.par_chunks_mut(TASK_PIXELS).zip(counts.par_chunks(TASK_PIXELS));
        tasks.enumerate().try_for_each(|(index, (escapes, counts))| {
            let (mut xs, mut ys) = (Vec::new(), Vec::new());
            pixels.stretch(index * TASK_PIXELS, counts.len(), &mut xs, &mut ys);
            self.fill_points(&xs, &ys, counts, escapes, interrupt)
        })
    }

    /// Fills `escapes` with those of the points `xs[k] + ys[k]·i`, whose counts are `counts`, on the
    /// current thread.
    ///
    /// # Errors
    /// [`Error::Interrupted`] soon after `interrupt` is set; [`Error::Invalid`] where there are not as
    /// many of each.
    pub fn fill_points(
        &self,
        xs: &[f64],
        ys: &[f64],
        counts: &[u32],
        escapes: &mut [Escape],
        interrupt: &AtomicBool,
    ) -> Result<()> {
        let length = counts.len();
        if [xs.len(), ys.len(), escapes.len()].iter().any(|&other| other != length) {
            let expected = format!("must be {length}, one for each count");
            return Err(Error::invalid("points", xs.len(), expected));
        }
        let itermax = self.julia.itermax();
        let mut order: Vec<u32> =
            (0..length as u32).filter(|&k| counts[k as usize] < itermax).collect();
        // Orbits of a length are followed together.
        order.sort_unstable_by_key(|&k| counts[k as usize]);
        let gather = |values: &[f64]| order.iter().map(|&k| values[k as usize]).collect::<Vec<_>>();
        let mut ends = vec![End::default(); order.len()];
        (self.follow)(&self.far, &gather(xs), &gather(ys), &mut ends, interrupt);
        if interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        escapes.fill(Escape { value: f64::from(itermax), distance: 0.0 });
        for (&k, end) in order.iter().zip(&ends) {
            escapes[k as usize] = self.escape(counts[k as usize], end);
        }
        Ok(())
    }

    /// The escape of an orbit with this end and a count below itermax.
    fn escape(&self, count: u32, end: &End) -> Escape {
        if end.norm < self.far.limit {
            return Escape { value: count.into(), distance: 0.0 };
        }
        let log = libm::log(end.norm);
        let value = if self.smooth {
            // What has overflown is no number, and was far out at once.
            let value = (end.steps + self.shift - libm::log2(log)).max(0.0);
            value.min(f64::from(self.julia.itermax()).next_down())
        } else {
            count.into()
        };
        let distance = (end.norm / end.slope).sqrt() * 0.5 * log;
        Escape { value, distance: if distance.is_nan() { f64::INFINITY } else { distance } }
    }
}

/// See [`Follow`]; the slope is followed where `SLOPE`, and else left at 1.
#[inline(always)]
pub(super) fn follow<const SLOPE: bool, const FUSED: bool, const LANES: usize>(
    far: &Far,
    xs: &[f64],
    ys: &[f64],
    ends: &mut [End],
    interrupt: &AtomicBool,
) {
    for ((xs, ys), ends) in xs.chunks(LANES).zip(ys.chunks(LANES)).zip(ends.chunks_mut(LANES)) {
        let mut orbits = Orbits::<LANES> {
            re: padded(xs),
            im: padded(ys),
            slope_re: [1.0; LANES],
            slope_im: [0.0; LANES],
            norm: [-1.0; LANES],
            steps: [0.0; LANES],
        };
        let mut done = 0;
        while done < far.steps && orbits.advance::<SLOPE, FUSED>(far) {
            done += STEPS;
            if done.is_multiple_of(UNINTERRUPTED) && interrupt.load(Ordering::Relaxed) {
                return;
            }
        }
        for (l, end) in ends.iter_mut().enumerate() {
            let (re, im) = (orbits.slope_re[l], orbits.slope_im[l]);
            *end = End { steps: orbits.steps[l], norm: orbits.norm[l], slope: re * re + im * im };
        }
    }
}

/// Orbits that are followed together.
struct Orbits<const LANES: usize> {
    re: Lanes<f64, LANES>,
    im: Lanes<f64, LANES>,
    /// dz/dz_0, up to the step that was far enough.
    slope_re: Lanes<f64, LANES>,
    slope_im: Lanes<f64, LANES>,
    /// |z|² of the last step, or of the step that was far enough: then it stays, which marks the lane
    /// for good. Before the first step it is below any limit.
    norm: Lanes<f64, LANES>,
    steps: Lanes<f64, LANES>,
}

impl<const LANES: usize> Orbits<LANES> {
    /// Takes a few steps, and tells whether any orbit goes on.
    #[inline(always)]
    fn advance<const SLOPE: bool, const FUSED: bool>(&mut self, far: &Far) -> bool {
        let mut any = false;
        for l in 0..LANES {
            let (mut re, mut im) = (self.re[l], self.im[l]);
            let (mut slope_re, mut slope_im) = (self.slope_re[l], self.slope_im[l]);
            let (mut norm, mut steps) = (self.norm[l], self.steps[l]);
            let (mut re_re, mut im_im) = (re * re, im * im);
            for _ in 0..STEPS {
                let goes_on = norm < far.limit;
                if SLOPE {
                    let (twice_re, twice_im) = (re + re, im + im);
                    let next_re = twice_re * slope_re - twice_im * slope_im;
                    let next_im = twice_re * slope_im + twice_im * slope_re;
                    slope_re = if goes_on { next_re } else { slope_re };
                    slope_im = if goes_on { next_im } else { slope_im };
                }
                let re_im = re * im;
                re = re_re - im_im + far.re;
                // Twice a number is exact, so fusing it with the sum changes no bit.
                im = if FUSED { re_im.double_add(far.im) } else { re_im + re_im + far.im };
                (re_re, im_im) = (re * re, im * im);
                norm = if goes_on { re_re + im_im } else { norm };
                steps = if goes_on { steps + 1.0 } else { steps };
            }
            (self.re[l], self.im[l]) = (re, im);
            (self.slope_re[l], self.slope_im[l]) = (slope_re, slope_im);
            (self.norm[l], self.steps[l]) = (norm, steps);
            any |= norm < far.limit;
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::cpu::Filler;
    use crate::julia::{Job, Precision};
    use crate::region::{ComplexRegion, Window};

    static NEVER: AtomicBool = AtomicBool::new(false);

    fn job(re: f64, im: f64, threshold: f64, itermax: u32, [x, y, side]: [f64; 3]) -> Job {
        let region = ComplexRegion::new(x - side, x + side, y + side, y - side).unwrap();
        let julia = Julia::new(Complex64::new(re, im), threshold, (0, itermax)).unwrap();
        Job { julia, grid: Grid::with_shape(region, 60, 60).unwrap() }
    }

    fn escapes(kernels: &Kernels, job: &Job, distance: bool) -> (Vec<u32>, Vec<Escape>) {
        let (mut counts, mut escapes) = (vec![0; 3600], Vec::new());
        let window = Window { col: 0, row: 0, width: 60, height: 60 };
        Filler::new(job, Precision::Exact).fill(window, &mut counts, &NEVER).unwrap();
        let potential = Potential::with(kernels, &job.julia, true, distance);
        potential.fill(job.grid, &counts, &mut escapes, &NEVER).unwrap();
        (counts, escapes)
    }

    /// Every instruction set against the definition, point by point: the same bits.
    #[test]
    fn the_same_bits_from_every_instruction_set() {
        for job in [
            job(-0.8, 0.156, 2.0, 400, [0.0, 0.0, 1.6]),
            job(0.0, 1.0, 2.0, 60, [0.0, 0.0, 1.3]),
            job(0.3, 0.5, 1e9, 50, [0.0, 0.0, 40.0]),
            job(-0.8, 0.156, 0.3, 50, [0.0, 0.0, 1.6]),
            job(3e5, -1.0, 2.0, 9, [0.0, 0.0, 800.0]),
            job(1e200, 0.0, 2.0, 9, [0.0, 0.0, 1e150]),
        ] {
            let c = job.julia.c();
            let limit = 2f64.powi(32) * c.re.hypot(c.im).max(1.0);
            for kernels in instruction_set::available() {
                let (counts, escapes) = escapes(kernels, &job, true);
                for (k, (&count, escape)) in counts.iter().zip(&escapes).enumerate() {
                    let (col, row) = (k as u32 % 60, k as u32 / 60);
                    let (mut re, mut im) = (job.grid.x(col), job.grid.y(row));
                    let (mut slope_re, mut slope_im) = (1.0, 0.0);
                    let (mut steps, mut norm) = (0, -1.0);
                    let most = (job.julia.itermax() + 64).next_multiple_of(4);
                    while norm < limit && steps < most {
                        (slope_re, slope_im) = (
                            2.0 * re * slope_re - 2.0 * im * slope_im,
                            2.0 * re * slope_im + 2.0 * im * slope_re,
                        );
                        (re, im) = (re * re - im * im + c.re, re * im + im * re + c.im);
                        norm = re * re + im * im;
                        steps += 1;
                    }
                    let slope = slope_re * slope_re + slope_im * slope_im;
                    let potential = Potential::new(&job.julia, true, true);
                    let end = End { steps: steps.into(), norm, slope };
                    let expected = match count {
                        count if count == job.julia.itermax() => {
                            Escape { value: count.into(), distance: 0.0 }
                        }
                        count => potential.escape(count, &end),
                    };
                    assert_eq!(*escape, expected, "{} {job:?} {col} {row}", kernels.name);
                }
            }
        }
    }

    #[test]
    fn without_a_distance_the_values_are_the_same() {
        let job = job(-0.8, 0.156, 2.0, 400, [0.0, 0.0, 1.6]);
        let [with, without] = [true, false].map(|distance| {
            let (_, escapes) = escapes(instruction_set::best(), &job, distance);
            escapes.into_iter().map(|escape| escape.value).collect::<Vec<_>>()
        });
        assert_eq!(with, without);
    }

    /// For c = 0 all is known: z_k = z_0^(2^k), and the set is the unit disk.
    #[test]
    fn around_the_unit_disk() {
        let job = job(0.0, 0.0, 2.0, 500, [1.2, 0.0, 0.3]);
        let (counts, escapes) = escapes(instruction_set::best(), &job, true);
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
        let (_, escapes) = escapes(instruction_set::best(), &job, true);
        for (k, escape) in escapes.iter().enumerate() {
            let distance = job.grid.y(k as u32 / 60).abs();
            let error = (escape.distance - distance).abs();
            assert!(error <= 1e-3 * distance, "{distance}: {escape:?}");
        }
    }
}
