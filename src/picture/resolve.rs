//! From the bands of a picture's plan to its pixels.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::counts::{Band, Escape, TierCounts};
use crate::cpu::CountEvaluator;
use crate::cpu::smooth::SmoothEvaluator;
use crate::error::Result;
use crate::julia::Precision;
use crate::region::{Grid, Window};
use crate::render::supersampling::SamplePlan;
use crate::tone::{ColorMapper, average};

/// Paints the parts of a [`SamplePlan`].
pub(crate) struct Resolver<'a> {
    plan: &'a SamplePlan,
    colorizer: Colorizer,
    /// For points beside the engine's.
    evaluator: Option<CountEvaluator>,
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

/// Pixels that are refined by one thread at a time: as many points as lanes are filled with.
const REFINED_AT_ONCE: usize = 1 << 10;

impl<'a> Resolver<'a> {
    /// The resolver in the colours of `mapper`, for an engine of `precision`.
    pub fn new(plan: &'a SamplePlan, mapper: ColorMapper, precision: Precision) -> Self {
        let mapper = if plan.sampling.factor > 1 { mapper.without_indices() } else { mapper };
        let evaluator =
            plan.sampling.is_adaptive().then(|| CountEvaluator::new(&plan.job, precision));
        Self {
            plan,
            colorizer: Colorizer::new(plan, mapper, precision),
            evaluator,
            samples: Vec::new(),
        }
    }

    /// What it paints with.
    pub fn mapper(&self) -> &ColorMapper {
        &self.colorizer.mapper
    }

    /// Replaces the contents of `pixels` by the pixels of `part`, of which `band` has the counts.
    ///
    /// # Errors
    /// As [`CountEvaluator::fill_points`].
    pub fn paint(
        &mut self,
        part: Window,
        band: &Band,
        pixels: &mut Vec<u8>,
        interrupt: &AtomicBool,
    ) -> Result<Extra> {
        if let Some(evaluator) = &self.evaluator {
            return self.paint_and_refine(evaluator, part, band, pixels, interrupt);
        }
        let (plan, format) = (self.plan, self.colorizer.mapper.format());
        let (grid, factor) = (plan.job.grid.window(band.window)?, plan.sampling.factor);
        if factor == 1 {
            self.colorizer.fill(grid, &band.counts, pixels, interrupt)?;
            return Ok(Extra::default());
        }
        self.colorizer.fill(grid, &band.counts, &mut self.samples, interrupt)?;
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

    /// As [`paint`](Self::paint), where a pixel has all points only if a neighbour differs.
    fn paint_and_refine(
        &self,
        evaluator: &CountEvaluator,
        part: Window,
        band: &Band,
        pixels: &mut Vec<u8>,
        interrupt: &AtomicBool,
    ) -> Result<Extra> {
        let bytes = self.colorizer.mapper.format().bytes();
        let own: Vec<u32> = self.plan.own_counts(part, band).flatten().copied().collect();
        self.colorizer.fill(self.plan.picture.window(part)?, &own, pixels, interrupt)?;
        let edges = edges(part, band);
        let refined = edges
            .par_chunks(REFINED_AT_ONCE)
            .map(|edges| self.refined(evaluator, part, edges, interrupt))
            .collect::<Result<Vec<_>>>()?;
        let mut extra = Extra { refined: edges.len() as u64, ..Extra::default() };
        for (edges, (refined, tier_counts)) in edges.chunks(REFINED_AT_ONCE).zip(refined) {
            for (&k, pixel) in edges.iter().zip(refined.chunks_exact(bytes)) {
                pixels[k as usize * bytes..][..bytes].copy_from_slice(pixel);
            }
            extra.tier_counts += tier_counts;
        }
        Ok(extra)
    }

    /// The pixels with these indices in `part`, each from all of its points.
    fn refined(
        &self,
        evaluator: &CountEvaluator,
        part: Window,
        pixels: &[u32],
        interrupt: &AtomicBool,
    ) -> Result<(Vec<u8>, TierCounts)> {
        let factor = self.plan.sampling.factor;
        let finer = self.plan.picture.finer(factor)?;
        let (mut xs, mut ys) = (Vec::new(), Vec::new());
        for k in pixels {
            let (col, row) = (part.col + k % part.width, part.row + k / part.width);
            for y in 0..factor {
                xs.extend((0..factor).map(|x| finer.x(col * factor + x)));
                ys.resize(xs.len(), finer.y(row * factor + y));
            }
        }
        let mut counts = vec![0; xs.len()];
        let tier_counts = evaluator.fill_points(&xs, &ys, &mut counts, interrupt)?;
        let mut samples = Vec::new();
        self.colorizer.fill_points(&finer, (&xs, &ys), &counts, &mut samples, interrupt)?;
        let format = self.colorizer.mapper.format();
        let mut refined = vec![0; pixels.len() * format.bytes()];
        average(&samples, factor as usize, format, 1, &mut refined);
        Ok((refined, tier_counts))
    }
}

/// The colours, and what they depend on beside counts.
struct Colorizer {
    mapper: ColorMapper,
    /// Columns of the picture's lattice.
    columns: u32,
    potential: Option<SmoothEvaluator>,
}

impl Colorizer {
    fn new(plan: &SamplePlan, mapper: ColorMapper, precision: Precision) -> Self {
        let tone = mapper.tone();
        let potential = tone
            .needs_escapes()
            .then(|| SmoothEvaluator::new(&plan.job.julia, precision, tone.smooth));
        Self { mapper, columns: plan.picture.lattice().0, potential }
    }

    /// Replaces the contents of `pixels` by those of `grid`.
    fn fill(
        &self,
        grid: Grid,
        counts: &[u32],
        pixels: &mut Vec<u8>,
        interrupt: &AtomicBool,
    ) -> Result<()> {
        let Some(potential) = &self.potential else {
            self.mapper.fill(counts, pixels);
            return Ok(());
        };
        let mut escapes = Vec::new();
        potential.fill(grid, counts, &mut escapes, interrupt)?;
        self.fill_escapes(&grid, &escapes, pixels);
        Ok(())
    }

    /// The same for single points, each a pixel of `grid`.
    fn fill_points(
        &self,
        grid: &Grid,
        points: (&[f64], &[f64]),
        counts: &[u32],
        pixels: &mut Vec<u8>,
        interrupt: &AtomicBool,
    ) -> Result<()> {
        let Some(potential) = &self.potential else {
            self.mapper.fill(counts, pixels);
            return Ok(());
        };
        let mut escapes = vec![Escape::default(); counts.len()];
        potential.fill_points(points, grid.pixel_width(), counts, &mut escapes, interrupt)?;
        self.fill_escapes(grid, &escapes, pixels);
        Ok(())
    }

    fn fill_escapes(&self, grid: &Grid, escapes: &[Escape], pixels: &mut Vec<u8>) {
        let factor = grid.lattice().0 / self.columns;
        self.mapper.fill_escapes(escapes, grid.pixel_width(), factor, pixels);
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
    use crate::julia::{Job, Julia};
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
        let window = part.with_border(&plan.picture);
        let band = |counts: [u32; 12]| {
            let band = Band { window, counts: counts.into(), tier_counts: TierCounts::default() };
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
