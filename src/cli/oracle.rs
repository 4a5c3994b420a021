//! `juliaset verify --oracle`: single pixels against fixed point alone, or against a proof if an orbit
//! would have to be followed forever.

use std::collections::BinaryHeap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::band::Band;
use crate::cpu::exact::{Invariant, Tiers, escape_count, smooth_value};
use crate::cpu::instruction_set;
use crate::grid::sample_point;
use crate::orbit::trap::Trap;
use crate::verify::Value;
use crate::{Error, Job};

/// The pixels to ask the oracle about: some drawn at random, and the same number whose counts were decided
/// by the thinnest margins.
pub struct Oracle {
    job: Job,
    tiers: Tiers,
    wanted: usize,
    /// Whether smooth values are checked, too.
    smooth: bool,
    /// Raster indices, the next one last.
    drawn: Vec<u64>,
    random: Vec<Sample>,
    /// The thickest first, to be dropped.
    thinnest: BinaryHeap<(Thickness, Sample)>,
}

/// Margins are not negative, so their bits are in the same order.
type Thickness = u64;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sample {
    row: u32,
    col: u32,
    count: u32,
    /// The bits of the smooth value, if that is asked for.
    smooth: Option<u64>,
}

impl Sample {
    fn value(&self) -> Value {
        Value { count: self.count, smooth: self.smooth.map(f64::from_bits) }
    }
}

impl Oracle {
    /// Draws `wanted` pixels of the job; different ones every time. With `smooth` their proven smooth values
    /// are checked, too.
    pub fn new(job: &Job, wanted: usize, smooth: bool) -> Self {
        let random = RandomState::new();
        let pixels = job.grid.pixels();
        let draw = |index: usize| random.hash_one(index) % pixels;
        let mut drawn: Vec<u64> = (0..wanted).map(draw).collect();
        drawn.sort_unstable_by(|a, b| b.cmp(a));
        let (random, thinnest) = (Vec::new(), BinaryHeap::new());
        let tiers = Tiers::of(job, instruction_set::best(), false);
        Self { job: job.clone(), tiers, wanted, smooth, drawn, random, thinnest }
    }

    /// Takes its samples from a band, in raster order.
    ///
    /// # Errors
    /// [`Error::Interrupted`] soon after `interrupt` is set.
    pub fn take(&mut self, band: &Band, interrupt: &AtomicBool) -> Result<(), Error> {
        let window = band.window;
        let first =
            u64::from(window.row) * u64::from(self.job.grid.width()) + u64::from(window.col);
        let at = |index: usize| Sample {
            row: window.row + index as u32 / window.width,
            col: window.col + index as u32 % window.width,
            count: band.values.counts[index],
            smooth: band.values.smooth.get(index).filter(|_| self.smooth).map(|v| v.to_bits()),
        };
        while let Some(index) = self.drawn.pop_if(|index| *index < first + window.pixels()) {
            self.random.push(at((index - first) as usize));
        }
        let margins = self.tiers.margins(interrupt)?;
        let grid = self.job.grid.window(window)?;
        let (columns, rows) = (grid.columns(), grid.rows());
        let thick = |index: usize| {
            let (x, y) = (columns[index % columns.len()], rows[index / columns.len()]);
            margins.of((x, y)).to_bits()
        };
        let limit = match self.thinnest.peek() {
            Some(&(thickest, _)) if self.thinnest.len() >= self.wanted => thickest,
            _ => u64::MAX,
        };
        let mut thin: Vec<(Thickness, Sample)> = (0..band.values.counts.len())
            .into_par_iter()
            .map(|index| (thick(index), at(index)))
            .filter(|&(thickness, _)| thickness < limit)
            .collect();
        if thin.len() > self.wanted {
            thin.select_nth_unstable(self.wanted);
            thin.truncate(self.wanted);
        }
        self.thinnest.extend(thin);
        while self.thinnest.len() > self.wanted {
            self.thinnest.pop();
        }
        Ok(())
    }

    /// Asks the oracle; gives two lines to print and whether every count was right.
    pub fn ask(self, interrupt: &AtomicBool) -> Result<(String, bool), Error> {
        let thinnest: Vec<Sample> = self.thinnest.iter().map(|&(_, sample)| sample).collect();
        let invariant = Invariant::find(&self.job.julia);
        let (mut text, mut all_right) = (String::new(), true);
        for (what, samples) in
            [("drawn at random", &self.random), ("with the thinnest margins", &thinnest)]
        {
            let wrong = samples
                .par_iter()
                .map(|sample| {
                    let truth = self.truth(&invariant, sample, interrupt)?;
                    Ok((truth != sample.value()).then_some((sample, truth)))
                })
                .collect::<Result<Vec<_>, Error>>()?;
            let wrong: Vec<_> = wrong.into_iter().flatten().collect();
            text += &format!("{} of {} pixels {what} are wrong\n", wrong.len(), samples.len());
            if let Some((sample, truth)) = wrong.iter().min_by_key(|(sample, _)| *sample) {
                let (Sample { row, col, .. }, value) = (sample, sample.value());
                text += &format!("first: column {col}, row {row}: {value}, is {truth}\n");
                all_right = false;
            }
        }
        Ok((text, all_right))
    }

    /// The true value of a sample.
    fn truth(
        &self,
        invariant: &Invariant,
        sample: &Sample,
        interrupt: &AtomicBool,
    ) -> Result<Value, Error> {
        let Job { julia, grid } = &self.job;
        let point = &sample_point(grid, sample.col, sample.row);
        let count = match invariant.count(point) {
            Some(count) => count,
            None => escape_count(julia, &Trap::default(), point, interrupt)?,
        };
        let smooth = match sample.smooth {
            None => None,
            Some(_) if count == julia.itermax() => Some(count.into()),
            Some(_) => Some(smooth_value(julia, point, interrupt)?),
        };
        Ok(Value { count, smooth })
    }
}

#[cfg(test)]
mod tests {
    use crate::band::{Quantities, Values};
    use crate::cpu::Evaluator;
    use crate::{Complex64, ComplexRegion, Grid, Julia, Precision, Window};

    use super::*;

    fn asked(plant: impl Fn(&mut Values)) -> (String, bool) {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (0, 300)).unwrap();
        let job = Job { julia, grid: Grid::new(region, 64).unwrap() };
        let go_on = AtomicBool::new(false);
        let smooth = Quantities { smooth: true, distance: None };
        let evaluator = Evaluator::new(&job, Precision::Exact, smooth);
        let mut oracle = Oracle::new(&job, 100, true);
        for row in 0..40 {
            let window = Window { col: 0, row, width: 64, height: 1 };
            let mut values = Values::default();
            let tier_counts = evaluator.fill(window, &mut values, &go_on).unwrap();
            plant(&mut values);
            oracle.take(&Band { window, values, tier_counts }, &go_on).unwrap();
        }
        oracle.ask(&go_on).unwrap()
    }

    #[test]
    fn the_oracle_agrees_with_exact_values_and_with_no_others() {
        let right = "0 of 100 pixels drawn at random are wrong\n\
                     0 of 100 pixels with the thinnest margins are wrong\n";
        assert_eq!(asked(|_| ()), (right.to_owned(), true));
        let (text, all_right) =
            asked(|values| values.counts.iter_mut().for_each(|count| *count += 1));
        assert!(!all_right);
        assert!(text.starts_with("100 of 100"), "{text}");
        let (text, all_right) =
            asked(|values| values.smooth.iter_mut().for_each(|value| *value += 1.0 / 4096.0));
        assert!(!all_right);
        assert!(text.starts_with("100 of 100"), "{text}");
    }
}
