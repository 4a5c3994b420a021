//! How thin the decision of an escape count is.

use super::view::Start;
use crate::cpu::kernels::error_bound::LinearBound;
use crate::cpu::kernels::step_error::Arithmetic;
use crate::julia::Julia;

/// Tells how thin the decisions of a job's counts are.
pub struct Margins<'a> {
    julia: &'a Julia,
    /// `None` if no bound holds.
    bound: Option<LinearBound>,
    start: Option<Start<'a>>,
}

impl<'a> Margins<'a> {
    /// Those for a map, and for the points of a view if there is a `start`.
    pub fn new(julia: &'a Julia, start: Option<Start<'a>>) -> Self {
        Self { julia, bound: LinearBound::new(julia, Arithmetic::Double), start }
    }

    /// The smallest distance of an orbit's modulus from the threshold, in units of what `f64` may have
    /// wrong about it: below 1 an `f64` engine cannot decide the count of the point `x + y·i`, or of the one at these
    /// offsets in the view. In a view `f64` begins where its polynomial ends.
    ///
    /// 0 if no bound holds, and if a number on the way is too large for `f64`.
    pub fn of(&self, (x, y): (f64, f64)) -> f64 {
        let Some(bound) = &self.bound else { return 0.0 };
        let (c, threshold) = (self.julia.c(), self.julia.threshold());
        let (mut re, mut im, mut error, mut first) = (x, y, 0.0, 0);
        let mut thinnest = f64::INFINITY;
        if let Some(start) = &self.start {
            let decided = start.decided((x, y));
            if decided.is_stopped {
                return decided.margin;
            }
            (re, im) = (decided.z.re, decided.z.im);
            (error, first, thinnest) = (decided.error, decided.steps, decided.margin);
        }
        for _ in first..self.julia.itermax() {
            let norm = re * re + im * im;
            let step_error = norm * bound.step.square + bound.step.constant;
            error = (2.0 * norm.sqrt() + error) * error + step_error;
            (re, im) = (re * re - im * im + c.re, 2.0 * re * im + c.im);
            let modulus = (re * re + im * im).sqrt();
            let margin = (modulus - threshold).abs() / error;
            if !margin.is_finite() {
                return 0.0;
            }
            thinnest = margin.min(thinnest);
            // Once the error is as large as the threshold nothing can be thinner.
            if modulus >= threshold || error >= threshold {
                break;
            }
        }
        thinnest
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use num_complex::Complex64;

    use super::super::fixed_point::escape_count;
    use super::super::tiers::Tiers;
    use super::*;
    use crate::cpu::instruction_set;
    use crate::grid::Grid;
    use crate::job::Job;
    use crate::lattice::Lattice;
    use crate::orbit::trap::Trap;
    use crate::orbit::view::testing::center;
    use crate::pitch::Pitch;

    #[test]
    fn ties_are_thin_and_far_points_are_not() {
        let julia = Julia::new(Complex64::ZERO, 2.0, (0, 50)).unwrap();
        let margin = |x, y| Margins::new(&julia, None).of((x, y));
        assert_eq!(margin(1.0, 1.0), 0.0);
        assert!(margin(1.0, 1.0 + 1e-15) < 10.0);
        assert!(margin(3.0, 0.0) > 1e10);
        assert!(margin(0.1, 0.0) > 1e10);
        // |z₁|² is infinite, which once passed for infinitely thick.
        assert_eq!(margin(1e78, 0.0), 0.0);
    }

    /// All points of a deep view are one number of f64, and once had one margin: the oracle was asked about any.
    #[test]
    fn the_thinnest_margins_of_a_view_are_those_that_f64_does_not_decide() {
        let c = Complex64::new(-0.8, 0.156);
        let julia = Julia::new(c, 2.0, (0, 5000)).unwrap();
        let pitch = Pitch { mantissa: (1 << 52) + 98_765, exponent: -1052 };
        let grid = Grid::of_lattice(Lattice::new(center(c, 1064, 3), pitch, (96, 60)));
        let job = Job { julia: julia.clone(), grid };
        let tiers = Tiers::of(&job, instruction_set::best(), false);
        let go_on = AtomicBool::new(false);
        let margins = tiers.margins(&go_on).unwrap();
        let (columns, rows) = (job.grid.columns(), job.grid.rows());
        let mut thick = Vec::new();
        for (row, &y) in (0..).zip(&*rows) {
            for (col, &x) in (0..).zip(&*columns) {
                let margin = margins.of((x, y));
                thick.push(margin);
                // A thick one is decided rightly by f64 from where the polynomial ends.
                if margin > 1.0 && (row * 96 + col) % 97 == 0 {
                    let decided = tiers.start(&go_on).unwrap().unwrap().decided((x, y));
                    let mut z = decided.z;
                    let mut count = decided.steps;
                    while count < 5000 {
                        z = z * z + c;
                        if z.norm() >= 2.0 {
                            break;
                        }
                        count += 1;
                    }
                    let point = job.grid.point(col, row);
                    let truth = escape_count(&julia, &Trap::default(), &point, &go_on).unwrap();
                    assert_eq!(count, truth, "{col} {row}");
                }
            }
        }
        thick.sort_unstable_by(f64::total_cmp);
        let thin = thick.partition_point(|&margin| margin < 1.0);
        assert!(thin < thick.len() / 20 && thick[0] < 100.0, "{thin} {}", thick[0]);
        thick.dedup();
        assert!(thick.len() > 4000, "{}", thick.len());
    }
}
