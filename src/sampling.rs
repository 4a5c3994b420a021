//! How many sample points a pixel has: one, N × N, or that many where it matters.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::counts::{Band, Tally};
use crate::cpu::Filler;
use crate::engine::Engine;
use crate::error::Result;
use crate::julia::{Job, Precision};
use crate::region::{Grid, Window};
use crate::render::{self, BAND_PIXELS, windows};
use crate::tone::{Shades, average};

/// How many sample points a pixel has; by default one.
///
/// With a factor of N a pixel has the N × N points that are in its place in the picture N times as
/// large ([`Grid::finer`]), and their mean in linear light: the picture is that larger one, averaged
/// down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// The square root of the number of points, at least 1.
    pub factor: u32,
    /// Whether only those pixels have all points where one of the eight neighbours has another
    /// escape count. The others have one point, as with a factor of 1.
    pub adaptive: bool,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { factor: 1, adaptive: false }
    }
}

impl Sampling {
    /// What an engine computes for the picture of `job`: all points, or with adaptive sampling those
    /// that every pixel has.
    ///
    /// # Errors
    /// As [`Grid::finer`].
    pub fn job(self, job: &Job) -> Result<Job> {
        let finer = job.grid.finer(self.factor)?;
        Ok(if self.is_adaptive() { *job } else { Job { grid: finer, ..*job } })
    }

    /// Whether single pixels are given more points than the engine computes.
    pub(crate) fn is_adaptive(self) -> bool {
        self.adaptive && self.factor > 1
    }
}

/// A picture's job, as its engine is given it.
pub(crate) struct Plan {
    /// What the engine computes.
    pub job: Job,
    /// The picture's own pixels.
    picture: Grid,
    sampling: Sampling,
}

impl Plan {
    /// The plan for the picture of `job`.
    pub fn new(job: &Job, sampling: Sampling) -> Result<Self> {
        Ok(Self { job: sampling.job(job)?, picture: job.grid, sampling })
    }

    /// Has the picture computed on `engine`, part after part in raster order; the rest as
    /// [`render::each_band`].
    pub fn each_band(
        &self,
        engine: &mut dyn Engine,
        interrupt: &AtomicBool,
        mut consume: impl FnMut(Window, &Band) -> Result<()> + Send,
    ) -> Result<()> {
        let mut parts = self.parts();
        render::each_window(engine, &self.job, self.windows(), interrupt, |band| {
            parts.next().map_or(Ok(()), |part| consume(part, band))
        })
    }

    /// The parts of the picture that are computed and painted one after the other.
    fn parts(&self) -> impl Iterator<Item = Window> + use<> {
        let factor = if self.sampling.is_adaptive() { 1 } else { self.sampling.factor };
        windows(&self.picture, BAND_PIXELS / (factor * factor))
    }

    /// For each part the window that the engine computes: the part, in the engine's finer pixels or
    /// with a margin of neighbours.
    fn windows(&self) -> impl Iterator<Item = Window> + use<> {
        let (sampling, picture) = (self.sampling, self.picture);
        self.parts().map(move |part| {
            if sampling.is_adaptive() {
                part.with_margin(&picture)
            } else {
                part.finer(sampling.factor)
            }
        })
    }

    /// How many pixels the engine computes.
    pub fn pixels(&self) -> u64 {
        self.windows().map(|window| window.pixels()).sum()
    }

    /// The counts of a part's own pixels, in the band that was computed for it.
    pub fn own_counts<'a>(
        &self,
        part: Window,
        band: &'a Band,
    ) -> impl Iterator<Item = &'a [u32]> + use<'a> {
        // Without a margin it is all of the band.
        let own = if self.sampling.is_adaptive() { part } else { band.window };
        let (width, length) = (band.window.width as usize, own.width as usize);
        let start = (own.col - band.window.col) as usize;
        let rows = band.counts.chunks_exact(width).skip((own.row - band.window.row) as usize);
        rows.take(own.height as usize).map(move |row| &row[start..][..length])
    }
}

/// From the bands of a [`Plan`] to the pixels of its picture.
pub(crate) struct Painter<'a> {
    plan: &'a Plan,
    shades: Shades,
    /// For points beside the engine's.
    filler: Option<Filler>,
    samples: Vec<u8>,
}

/// What a part took beside the counts of its band.
#[derive(Clone, Copy, Default)]
pub(crate) struct Extra {
    /// Pixels that have more than one point.
    pub refined: u64,
    /// Which tiers decided the counts of their further points.
    pub tally: Tally,
}

/// Pixels that are refined by one thread at a time: as many points as lanes are filled with.
const REFINED_AT_ONCE: usize = 1 << 10;

impl<'a> Painter<'a> {
    /// The painter in the colours of `shades`, for an engine of `precision`.
    pub fn new(plan: &'a Plan, shades: Shades, precision: Precision) -> Self {
        let shades = if plan.sampling.factor > 1 { shades.without_indices() } else { shades };
        let filler = plan.sampling.is_adaptive().then(|| Filler::new(&plan.job, precision));
        Self { plan, shades, filler, samples: Vec::new() }
    }

    /// What it paints with.
    pub fn shades(&self) -> &Shades {
        &self.shades
    }

    /// Replaces the contents of `pixels` by the pixels of `part`, of which `band` has the counts.
    ///
    /// # Errors
    /// As [`Filler::fill_points`].
    pub fn paint(
        &mut self,
        part: Window,
        band: &Band,
        pixels: &mut Vec<u8>,
        interrupt: &AtomicBool,
    ) -> Result<Extra> {
        let factor = self.plan.sampling.factor as usize;
        if factor == 1 {
            self.shades.fill(&band.counts, pixels);
        } else if let Some(filler) = &self.filler {
            return self.refine(filler, part, band, pixels, interrupt);
        } else {
            self.shades.fill(&band.counts, &mut self.samples);
            let bytes = self.shades.format().bytes();
            let (width, samples) = (part.width as usize, &self.samples);
            pixels.clear();
            pixels.resize(part.pixels() as usize * bytes, 0);
            pixels
                .par_chunks_mut(width * bytes)
                .zip(samples.par_chunks(width * bytes * factor * factor))
                .for_each(|(row, samples)| {
                    average(samples, factor, self.shades.format(), width, row)
                });
        }
        Ok(Extra::default())
    }

    /// As [`paint`](Self::paint), where a pixel has all points only if a neighbour differs.
    fn refine(
        &self,
        filler: &Filler,
        part: Window,
        band: &Band,
        pixels: &mut Vec<u8>,
        interrupt: &AtomicBool,
    ) -> Result<Extra> {
        let format = self.shades.format();
        let own: Vec<u32> = self.plan.own_counts(part, band).flatten().copied().collect();
        self.shades.fill(&own, pixels);
        let edges = edges(part, band);
        let finer = self.plan.picture.finer(self.plan.sampling.factor)?;
        let factor = self.plan.sampling.factor;
        let offsets = (0..factor).flat_map(|row| (0..factor).map(move |col| (col, row)));
        let refined = edges
            .par_chunks(REFINED_AT_ONCE)
            .map(|edges| {
                // The first of a pixel's points is its own, and has its count.
                let points = edges.iter().flat_map(|&k| {
                    let (col, row) = (part.col + k % part.width, part.row + k / part.width);
                    let offsets = offsets.clone().skip(1);
                    offsets.map(move |(x, y)| (col * factor + x, row * factor + y))
                });
                let (xs, ys): (Vec<f64>, Vec<f64>) =
                    points.map(|(col, row)| (finer.x(col), finer.y(row))).unzip();
                let mut further = vec![0; xs.len()];
                let tally = filler.fill_points(&xs, &ys, &mut further, interrupt)?;
                let further = further.chunks_exact((factor * factor - 1) as usize);
                let counts: Vec<u32> = edges
                    .iter()
                    .zip(further)
                    .flat_map(|(&k, further)| [&own[k as usize..][..1], further].concat())
                    .collect();
                let mut samples = Vec::new();
                self.shades.fill(&counts, &mut samples);
                let mut pixels = vec![0; edges.len() * format.bytes()];
                average(&samples, factor as usize, format, 1, &mut pixels);
                Ok((pixels, tally))
            })
            .collect::<Result<Vec<_>>>()?;
        let mut extra = Extra { refined: edges.len() as u64, ..Extra::default() };
        for (edges, (refined, tally)) in edges.chunks(REFINED_AT_ONCE).zip(refined) {
            for (&k, pixel) in edges.iter().zip(refined.chunks_exact(format.bytes())) {
                pixels[k as usize * format.bytes()..][..format.bytes()].copy_from_slice(pixel);
            }
            extra.tally += tally;
        }
        Ok(extra)
    }
}

/// The pixels of `part`, by their index in it, of which one of the eight neighbours has another
/// count; `band` has those of the part and of a margin, where the picture has one.
fn edges(part: Window, band: &Band) -> Vec<u32> {
    let Window { col, row, width, height } = band.window;
    let [left, top] = [part.col - col, part.row - row];
    let differs = |k: &u32| {
        let (x, y) = (left + k % part.width, top + k / part.width);
        let at = |x: u32, y: u32| band.counts[y as usize * width as usize + x as usize];
        let own = at(x, y);
        let columns = x.saturating_sub(1)..(x + 2).min(width);
        let mut rows = y.saturating_sub(1)..(y + 2).min(height);
        rows.any(|y| columns.clone().any(|x| at(x, y) != own))
    };
    (0..part.pixels() as u32).into_par_iter().filter(differs).collect()
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::julia::Julia;
    use crate::region::ComplexRegion;

    fn plan(nx: u32, ny: u32, factor: u32, adaptive: bool) -> Plan {
        let region = ComplexRegion::new(0.0, 1.0, 0.0, 1.0).unwrap();
        let grid = Grid::with_shape(region, nx, ny).unwrap();
        let julia = Julia::new(Complex64::ZERO, 2.0, (0, 9)).unwrap();
        Plan::new(&Job { julia, grid }, Sampling { factor, adaptive }).unwrap()
    }

    #[test]
    fn bands_are_bounded_and_cover_the_picture_in_order() {
        for (nx, ny) in [(3_000_000, 5), (700_000, 7), (1000, 3000), (1, 9)] {
            for (factor, adaptive) in [(1, false), (2, false), (3, false), (4, false), (3, true)] {
                let plan = plan(nx, ny, factor, adaptive);
                let mut next = 0;
                for (part, window) in plan.parts().zip(plan.windows()) {
                    assert_eq!(u64::from(part.row) * u64::from(nx) + u64::from(part.col), next);
                    next += part.pixels();
                    // A margin above and below a single long row at most triples it.
                    let bound = if adaptive { 3 * BAND_PIXELS + 6 } else { BAND_PIXELS };
                    assert!(window.pixels() <= bound.into(), "{window:?}");
                    assert!(plan.job.grid.window(window).is_ok(), "{window:?}");
                }
                assert_eq!(next, u64::from(nx) * u64::from(ny));
            }
        }
    }

    #[test]
    fn a_pixel_at_the_edge_of_a_part_has_its_neighbours_too() {
        let plan = plan(4, 3, 2, true);
        let part = Window { col: 0, row: 1, width: 4, height: 1 };
        let window = part.with_margin(&plan.picture);
        let band = |counts: [u32; 12]| {
            let band = Band { window, counts: counts.into(), tally: Tally::default() };
            let own: Vec<u32> = plan.own_counts(part, &band).flatten().copied().collect();
            (own, edges(part, &band))
        };
        assert_eq!(band([5; 12]), (vec![5; 4], vec![]));
        let above = [7, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5];
        assert_eq!(band(above), (vec![5; 4], vec![0, 1]));
        let beside = [5, 5, 5, 5, 5, 5, 5, 6, 5, 5, 5, 5];
        assert_eq!(band(beside), (vec![5, 5, 5, 6], vec![2, 3]));
    }
}
