//! Jobs drawn to break a proof: c on the boundary of the Mandelbrot set, immense, tiny and narrow
//! regions, thresholds from 1e-300 to 1e300.

use std::env;
use std::f64::consts::TAU;
use std::iter;
use std::sync::atomic::AtomicBool;

use juliaset::internals::cpu::exact::escape_count;
use juliaset::internals::grid::sample_point;
use juliaset::internals::orbit::trap::Trap;
use juliaset::{Complex64, ComplexRegion, Counts, Grid, Job};
use rayon::prelude::*;

use super::random::Random;

/// How many jobs a test draws: `JULIASET_TEST_JOBS`, or the number given.
const JOBS: usize = 250;

/// Jobs, each with its name, the seed in it, and with the counts of fixed point alone.
pub fn judged_jobs() -> impl Iterator<Item = (String, Job, Counts)> {
    let jobs = env::var("JULIASET_TEST_JOBS")
        .map_or(JOBS, |jobs| jobs.parse().expect("JULIASET_TEST_JOBS is a whole number"));
    let mut random = Random::from_environment();
    (0..jobs).map(move |index| {
        // Half of them of numbers that every kernel takes.
        let largest = if index % 2 == 0 { 2f64.powi(30) } else { f64::MAX };
        let job = iter::repeat_with(|| random.adversarial_job())
            .find(|job| is_within(job, largest))
            .expect("there are some");
        (
            format!("adversarial job {index} of {random}: {job:?}"),
            job.clone(),
            fixed_point_alone(&job),
        )
    })
}

fn is_within(job: &Job, largest: f64) -> bool {
    let (c, threshold) = (job.julia.c(), job.julia.threshold());
    let numbers = [c.re, c.im, threshold, 1.0 / threshold];
    numbers.into_iter().chain(job.grid.region().bounds()).all(|number| number.abs() <= largest)
}

/// The count of the pixel of this number, by fixed point alone, without a trap.
pub fn fixed_point(job: &Job, pixel: u32) -> u32 {
    let width = job.grid.width();
    let point = sample_point(&job.grid, pixel % width, pixel / width);
    escape_count(&job.julia, &Trap::default(), &point, &AtomicBool::new(false)).unwrap()
}

/// The whole picture by [`fixed_point`].
pub fn fixed_point_alone(job: &Job) -> Counts {
    let (width, height) = (job.grid.width(), job.grid.height());
    let data = (0..width * height).into_par_iter().map(|pixel| fixed_point(job, pixel));
    Counts { width, height, data: data.collect() }
}

impl Random {
    /// One of these, so small that fixed point alone computes it at once.
    fn adversarial_job(&mut self) -> Job {
        let c = self.adversarial_c();
        let threshold = self.adversarial_threshold(c);
        let itermax = self.magnitude(1.0, 300.0) as u32;
        let julia = super::julia((c.re, c.im), threshold, itermax);
        let center = self.adversarial_center(c, threshold);
        let scale = match self.below(5) {
            0 => self.magnitude(1e-300, 1e-12),
            1 => self.magnitude(1e-14, 1.0),
            2 => self.magnitude(1.0, 1e9),
            3 => self.magnitude(1e9, 1e307),
            // About as large as what stays.
            _ => c.norm().sqrt().clamp(1.0, 1e150) * self.between(0.5, 2.5),
        };
        let narrower = if self.below(2) == 0 { self.magnitude(1e-300, 1.0) } else { 1.0 };
        let (mut half_width, mut half_height) = (scale, scale * narrower);
        if self.below(2) == 0 {
            (half_width, half_height) = (half_height, half_width);
        }
        let [xleft, xright] = self.bounds(center.re, half_width);
        let [yleft, yright] = self.bounds(center.im, half_height);
        let region = ComplexRegion::new(xleft, xright, yleft, yright).unwrap();
        let (columns, rows) = (1 + self.below(24) as u32, 1 + self.below(18) as u32);
        Job { julia, grid: Grid::with_shape(region, columns, rows).unwrap() }
    }

    /// On the boundary of the Mandelbrot set for most, to the last bit or nearly so.
    fn adversarial_c(&mut self) -> Complex64 {
        // Where components touch: turns of small denominators.
        let q = 1 + self.below(12);
        let turn = Complex64::cis(TAU * self.below(q) as f64 / q as f64);
        let any = Complex64::cis(self.between(0.0, TAU));
        match self.below(10) {
            0 => turn / 2.0 - turn * turn / 4.0,
            1 => any / 2.0 - any * any / 4.0,
            2 => turn / 4.0 - 1.0,
            3 => Complex64::new(self.between(-2.0, 0.25), 0.0),
            4 => {
                let known = [(0.25, 0.0), (0.0, 1.0), (-2.0, 0.0), (-1.25, 0.0), (-0.75, 0.0)];
                let (re, im) = known[self.below(known.len() as u64) as usize];
                Complex64::new(re, im)
            }
            5 => any * self.magnitude(1e-300, 1e300),
            _ => boundary(any),
        }
    }

    fn adversarial_threshold(&mut self, c: Complex64) -> f64 {
        match self.below(8) {
            0 => self.magnitude(1e-300, 1e300),
            1 => self.magnitude(1e-300, 1e-20),
            2 => self.magnitude(1e20, 1e300),
            // Where one way to compute ends and another begins, and the last bits around there.
            3 => {
                let edges = [-100, -30, 30, 50, 100, 200, 400, 511, 512, 800];
                let edge = 2f64.powi(edges[self.below(edges.len() as u64) as usize]);
                [edge.next_down(), edge, edge.next_up()][self.below(3) as usize]
            }
            4 => c.norm().clamp(1e-300, 1e300),
            5 => self.magnitude(1e-3, 1e9),
            _ => 2.0,
        }
    }

    /// The middle of a view: where a step leads to 0, to a fixed point or to the threshold itself.
    fn adversarial_center(&mut self, c: Complex64, threshold: f64) -> Complex64 {
        let turn = Complex64::cis(self.between(0.0, TAU));
        let center = match self.below(6) {
            0 => (-c).sqrt(),
            1 => (1.0 + (1.0 - 4.0 * c).sqrt()) / 2.0,
            2 => (threshold * turn - c).sqrt(),
            3 => turn * self.magnitude(1e-300, 1e300),
            _ => Complex64::ZERO,
        };
        if center.is_finite() { center } else { Complex64::ZERO }
    }

    /// Two different bounds about `center`, at least one number apart, and no further than `f64` goes.
    fn bounds(&mut self, center: f64, half: f64) -> [f64; 2] {
        let (low, high) = (center - half, center + half);
        let bounds = if low < high { [low, high] } else { [low, high.next_up()] };
        // A view whose middle is its first point, and whose others are all beyond it.
        let bounds = if self.below(4) == 0 && center < high { [center, high] } else { bounds };
        if self.below(2) == 0 { bounds } else { [bounds[1], bounds[0]] }
    }
}

/// The last c on the way from 0 in this direction that stays for 2000 steps, by bisection.
fn boundary(direction: Complex64) -> Complex64 {
    let stays = |c: Complex64| {
        let mut z = c;
        (0..2000).all(|_| {
            z = z * z + c;
            z.norm_sqr() < 16.0
        })
    };
    let (mut inside, mut outside) = (0.0, 2.1);
    for _ in 0..60 {
        let middle = (inside + outside) / 2.0;
        *(if stays(direction * middle) { &mut inside } else { &mut outside }) = middle;
    }
    direction * inside
}
