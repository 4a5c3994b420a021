//! Jobs drawn at random, most of them where it is hard; the seed is printed and can be given again.

use std::f64::consts::TAU;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use juliaset::{Complex64, ComplexRegion, Grid, Job, Julia};

/// SplitMix64: short, and good enough to draw jobs.
pub struct Random {
    seed: u64,
    state: u64,
}

impl fmt::Display for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JULIASET_TEST_SEED={}", self.seed)
    }
}

impl Random {
    /// From the seed in `JULIASET_TEST_SEED`, or else from the time of day.
    pub fn from_environment() -> Self {
        Self::from_environment_or_else(|| {
            SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64
        })
    }

    /// From the seed in `JULIASET_TEST_SEED`, or else from that one.
    pub fn from_environment_or_else(seed: impl FnOnce() -> u64) -> Self {
        let seed = match std::env::var("JULIASET_TEST_SEED") {
            Ok(seed) => seed.parse().expect("JULIASET_TEST_SEED is a whole number"),
            Err(_) => seed(),
        };
        let random = Self { seed, state: seed };
        println!("{random}");
        random
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A number in `low..high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.next() >> 11) as f64 / (1u64 << 53) as f64)
    }

    /// A number in `low..high` whose logarithm is evenly spread.
    pub fn magnitude(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    /// c where pictures are hard: on the boundary of the Mandelbrot set and near it, and at the
    /// points that everybody knows.
    fn c(&mut self) -> Complex64 {
        let turn = Complex64::cis(self.between(0.0, TAU));
        let known = [
            (0.25, 0.0),
            (0.0, 1.0),
            (-2.0, 0.0),
            (0.0, 0.0),
            (-0.75, 0.0),
            (-0.12256, 0.74486),
            (0.285, 0.01),
            (-0.8, 0.156),
            (-0.835, -0.2321),
            (-1.0, 0.0),
            (-0.390541, -0.586788),
        ];
        let cardioid = turn / 2.0 - turn * turn / 4.0;
        match self.below(6) {
            0 => cardioid,
            1 => turn / 4.0 - 1.0,
            2 => cardioid * (1.0 + self.magnitude(1e-16, 0.1)),
            3 => turn * self.between(0.0, 2.1),
            _ => {
                let (re, im) = known[self.below(known.len() as u64) as usize];
                Complex64::new(re, im)
            }
        }
    }

    /// A small job.
    pub fn job(&mut self) -> Job {
        let threshold = match self.below(4) {
            0 => self.magnitude(1e-3, 1e9),
            1 => self.between(1.0, 4.0),
            _ => 2.0,
        };
        let itermax = self.magnitude(1.0, 2000.0) as u32;
        let julia = Julia::new(self.c(), threshold, (0, itermax)).unwrap();
        let mut half_width = match self.below(3) {
            0 => self.magnitude(1e-14, 1.0),
            1 => self.between(0.5, 2.5),
            _ => 1.6,
        };
        if self.below(8) == 0 {
            half_width *= self.magnitude(1.0, 1e6);
        }
        // Centres on the axes, at the origin, at fixed points, and anywhere.
        let mut axis = || if self.below(2) == 0 { 0.0 } else { self.between(-1.5, 1.5) };
        let (mut re, mut im) = (axis(), axis());
        if self.below(8) == 0 {
            let fixed = (1.0 + (1.0 - 4.0 * julia.c()).sqrt()) / 2.0;
            (re, im) = (fixed.re, fixed.im);
        }
        let half_height = half_width * self.between(0.3, 1.2);
        let region = ComplexRegion::new(
            re - half_width,
            re + half_width,
            im + half_height,
            im - half_height,
        );
        let columns = 1 + self.below(60) as u32;
        let rows = 1 + self.below(40) as u32;
        Job { julia, grid: Grid::with_shape(region.unwrap(), columns, rows).unwrap() }
    }
}
