//! From the bands of a picture's plan to its pixels.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::band::{Band, Cells, Values};
use crate::counts::TierCounts;
use crate::engine::{BAND_ROWS, Engine, Points};
use crate::error::Result;
use crate::grid::Grid;
use crate::job::Job;
use crate::render::BAND_PIXELS;
use crate::render::supersampling::SamplePlan;
use crate::tone::{ColorMapper, average};
use crate::window::Window;

/// Paints the parts of a [`SamplePlan`].
pub(crate) struct Resolver<'a> {
    plan: &'a SamplePlan,
    mapper: ColorMapper,
    /// For points beside those of bands.
    refiner: Option<Refiner>,
    samples: Vec<u8>,
}

/// What a part took beside the counts of its band.
#[derive(Clone, Copy, Default)]
pub(crate) struct Extra {
    /// Pixels that have more than one point.
    pub refined: u64,
    /// Which tiers decided the counts of these points.
    pub tier_counts: TierCounts,
}

/// Pixels whose points are averaged by one thread at a time.
const REFINED_AT_ONCE: usize = 1 << 10;

impl<'a> Resolver<'a> {
    /// The resolver in the colours of `mapper`, for bands of `engine`.
    ///
    /// # Errors
    /// As [`Grid::finer`].
    pub fn new(plan: &'a SamplePlan, mapper: ColorMapper, engine: &dyn Engine) -> Result<Self> {
        let mapper = if plan.sampling.factor > 1 { mapper.without_indices() } else { mapper };
        let mapper = mapper.for_pixels(plan.job.grid.pixels());
        let refiner = if plan.sampling.is_adaptive() {
            let grid = plan.picture.finer(plan.sampling.factor)?;
            let job = Job { grid: grid.clone(), ..plan.job.clone() };
            let quantities = mapper.tone().quantities(plan.sampling.factor);
            Some(Refiner { grid, points: engine.points(&job, quantities) })
        } else {
            None
        };
        Ok(Self { plan, mapper, refiner, samples: Vec::new() })
    }

    /// What it paints with.
    pub fn mapper(&self) -> &ColorMapper {
        &self.mapper
    }

    /// Replaces the contents of `pixels` by the pixels of `part`, whose values are in `band`.
    ///
    /// # Errors
    /// As [`Points::fill`].
    pub fn paint(
        &mut self,
        part: Window,
        band: &Band,
        pixels: &mut Vec<u8>,
        interrupt: &AtomicBool,
    ) -> Result<Extra> {
        if let Some(refiner) = &self.refiner {
            return self.paint_and_refine(refiner, part, band, pixels, interrupt);
        }
        let Self { plan, mapper, .. } = self;
        let (format, factor) = (mapper.format(), plan.sampling.factor);
        if factor == 1 {
            mapper.fill_values(&band.values, plan.job.grid.pixel_width(), 1, pixels);
            return Ok(Extra::default());
        }
        let pixel = plan.job.grid.pixel_width();
        mapper.fill_values(&band.values, pixel, factor, &mut self.samples);
        let (width, factor) = (part.width as usize, factor as usize);
        let row_bytes = width * format.bytes();
        pixels.clear();
        pixels.resize(part.height as usize * row_bytes, 0);
        pixels
            .par_chunks_mut(row_bytes)
            .zip(self.samples.par_chunks(row_bytes * factor * factor))
            .for_each(|(row, samples)| average(samples, factor, format, width, row));
        Ok(Extra::default())
    }

    /// As [`paint`](Self::paint), but a pixel has all points only if a neighbour differs.
    fn paint_and_refine(
        &self,
        refiner: &Refiner,
        part: Window,
        band: &Band,
        pixels: &mut Vec<u8>,
        interrupt: &AtomicBool,
    ) -> Result<Extra> {
        let bytes = self.mapper.format().bytes();
        let own = self.plan.own_values(part, band);
        self.mapper.fill_values(&own, self.plan.picture.pixel_width(), 1, pixels);
        let marked = edges(part, band);
        let edges: Vec<u32> =
            (0..).zip(&marked).filter(|(_, edge)| **edge == 1).map(|(k, _)| k).collect();
        let mut extra = Extra { refined: edges.len() as u64, ..Extra::default() };
        let factor = self.plan.sampling.factor;
        let (mut values, mut start, mut rest) = (Values::default(), 0, edges.as_slice());
        // The number of rows of points that suits engines, and no more than a band has.
        let rows = (BAND_ROWS / factor).max(1);
        for piece in part.pieces_of_rows(BAND_PIXELS / (factor * factor), rows) {
            let end = start + piece.pixels() as usize;
            let (edges, after) = rest.split_at(rest.partition_point(|&k| (k as usize) < end));
            let window = piece.finer(factor);
            let cells = Cells::new(window, factor, &marked[start..end]);
            extra.tier_counts += refiner.points.fill(window, cells, &mut values, interrupt)?;
            let refined: Vec<_> = edges
                .par_chunks(REFINED_AT_ONCE)
                .map(|edges| self.refined(refiner, &values, window.width, start, edges))
                .collect();
            for (&k, pixel) in edges.iter().zip(refined.iter().flat_map(|r| r.chunks_exact(bytes)))
            {
                pixels[k as usize * bytes..][..bytes].copy_from_slice(pixel);
            }
            (start, rest) = (end, after);
        }
        Ok(extra)
    }

    /// The pixels with these indices in a part, each from all of its points; `values` has those of a piece of
    /// the part, `width` points wide, whose first pixel has the index `first`.
    fn refined(
        &self,
        refiner: &Refiner,
        values: &Values,
        width: u32,
        first: usize,
        pixels: &[u32],
    ) -> Vec<u8> {
        let factor = self.plan.sampling.factor;
        let mut points = Vec::with_capacity(pixels.len() * (factor * factor) as usize);
        for pixel in pixels {
            let (pixel, columns) = (pixel - first as u32, width / factor);
            let corner = pixel / columns * factor * width + pixel % columns * factor;
            for row in (corner..).step_by(width as usize).take(factor as usize) {
                points.extend(row..row + factor);
            }
        }
        let (own, mut samples) = (values.selected(&points), Vec::new());
        self.mapper.fill_values(&own, refiner.grid.pixel_width(), factor, &mut samples);
        let format = self.mapper.format();
        let mut refined = vec![0; pixels.len() * format.bytes()];
        average(&samples, factor as usize, format, 1, &mut refined);
        refined
    }
}

/// Points of a grid with more of them in each pixel.
struct Refiner {
    grid: Grid,
    points: Points,
}

/// 1 for each pixel of `part` that has one of eight neighbours with another count; `band` has those of the part
/// and of a margin, if the picture has one.
fn edges(part: Window, band: &Band) -> Vec<u8> {
    let Window { col, row, width, height } = band.window;
    let [left, top] = [part.col - col, part.row - row].map(|pixels| pixels as usize);
    let [width, height] = [width, height].map(|pixels| pixels as usize);
    let counts = |row: usize| &band.values.counts[row * width..][..width];
    let mut edges = vec![0; part.pixels() as usize];
    edges.par_chunks_mut(part.width as usize).enumerate().for_each(|(row, edges)| {
        let row = top + row;
        let (above, own, below) =
            (counts(row.saturating_sub(1)), counts(row), counts((row + 1).min(height - 1)));
        // Whether a column of the three rows is not of one count, and then three of these side by side.
        let mut differs = vec![false; width];
        for x in 0..width {
            differs[x] = (above[x] != own[x]) | (below[x] != own[x]);
        }
        for (edge, x) in edges.iter_mut().zip(left..) {
            let (before, after) = (x.saturating_sub(1), (x + 1).min(width - 1));
            let columns = differs[before] | differs[x] | differs[after];
            let beside = (own[before] != own[x]) | (own[after] != own[x]);
            *edge = u8::from(columns | beside);
        }
    });
    edges
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::julia::Julia;
    use crate::region::ComplexRegion;
    use crate::render::supersampling::Sampling;

    #[test]
    fn a_pixel_at_the_edge_of_a_part_has_its_neighbours_too() {
        let region = ComplexRegion::new(0.0, 1.0, 0.0, 1.0).unwrap();
        let grid = Grid::with_shape(region, 4, 3).unwrap();
        let julia = Julia::new(Complex64::ZERO, 2.0, (0, 9)).unwrap();
        let sampling = Sampling { factor: 2, adaptive: true };
        let plan = SamplePlan::new(&Job { julia, grid }, sampling).unwrap();
        let part = Window { col: 0, row: 1, width: 4, height: 1 };
        let window = part.with_border((plan.picture.width(), plan.picture.height()));
        let band = |counts: [u32; 12]| {
            let values = Values { counts: counts.into(), ..Values::default() };
            let band = Band { window, values, ..Band::default() };
            let edges = edges(part, &band);
            let edges: Vec<usize> = (0..edges.len()).filter(|&k| edges[k] == 1).collect();
            (plan.own_values(part, &band).counts, edges)
        };
        assert_eq!(band([5; 12]), (vec![5; 4], vec![]));
        let above = [7, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5];
        assert_eq!(band(above), (vec![5; 4], vec![0, 1]));
        let beside = [5, 5, 5, 5, 5, 5, 5, 6, 5, 5, 5, 5];
        assert_eq!(band(beside), (vec![5, 5, 5, 6], vec![2, 3]));
    }
}
