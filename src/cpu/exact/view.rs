//! The points of a view: where their orbits start, and where the threshold stops them on the way there.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use num_complex::Complex64;

use crate::cpu::kernels::lanes::Arrived;
use crate::cpu::kernels::leaf::Polynomial;
use crate::cpu::kernels::step_error::UP;
use crate::dyadic::Point;
use crate::error::Result;
use crate::julia::Julia;
use crate::lattice::Lattice;
use crate::orbit::double_double::LongComplex;
use crate::orbit::taylor::Fate;
use crate::orbit::trap::Trap;
use crate::orbit::view::{Side, ViewPolynomial};
use crate::region::Grid;

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
        let Self { view: View { lattice, factor }, polynomial } = self;
        let (columns, rows) = lattice.shape();
        // |w| ≤ 1 is known to within 2⁻¹⁰⁰.
        let error = (low.error + low.slope * 2f64.powi(-100)) * UP;
        for (x, y) in offsets {
            let x = lattice.long_offset_x(Lattice::index(x, *factor, columns), *factor);
            let y = lattice.long_offset_y(Lattice::index(-y, *factor, rows), *factor);
            let z = low.at(LongComplex { re: x, im: y }.scaled(polynomial.scale));
            arrived.push([z.re.high, z.im.high, z.re.low, z.im.low], error);
        }
        arrived
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::band::{Quantities, Values};
    use crate::cpu::Evaluator;
    use crate::cpu::exact::{escape_count, smooth_value};
    use crate::job::Job;
    use crate::julia::Precision;
    use crate::lattice::Pitch;
    use crate::orbit::view::testing::center;
    use crate::region::Window;

    const MAPS: [(f64, f64); 5] =
        [(-0.8, 0.156), (-0.835, -0.2321), (-0.12256, 0.74486), (0.0, 1.0), (0.285, 0.01)];

    fn job(c: Complex64, threshold: f64, log_pitch: i64, seed: u64) -> Job {
        let julia = Julia::new(c, threshold, (0, 5000)).unwrap();
        let center = center(c, (64 - log_pitch) as usize, seed);
        let pitch = Pitch { mantissa: (1 << 52) + 98_765, exponent: log_pitch - 52 };
        Job { julia, grid: Grid::of_lattice(Lattice::new(center, pitch, (96, 60))) }
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
        assert!(tiers.fixed_point <= 5, "{tiers:?} of {job:?}");
        values.counts.sort_unstable();
        values.counts.dedup();
        values.counts.len()
    }

    #[test]
    fn counts_and_smooth_values_are_those_of_fixed_point() {
        for (index, (re, im)) in MAPS.into_iter().enumerate() {
            for (log_pitch, step) in [(-6, 53), (-60, 67), (-200, 97), (-1000, 397)] {
                let job = job(Complex64::new(re, im), 2.0, log_pitch, 11 * index as u64 + 1);
                let counts = check(&job, Quantities { smooth: true, distance: false }, step);
                assert!(counts > 3, "{counts} of {job:?}");
                for factor in [2, 3] {
                    let grid = job.grid.finer(factor).unwrap();
                    check(&Job { grid, ..job.clone() }, Quantities::NONE, step * 7);
                }
            }
        }
    }
}
