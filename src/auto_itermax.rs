//! How many iterations a view needs: it follows from how deep the view is.

use crate::error::Result;
use crate::grid::Grid;
use crate::julia::Julia;
use crate::lattice::Lattice;
use crate::number::Number;
use crate::orbit::trap::Trap;
use crate::orbit::view::Watch;
use crate::view::View;

/// What an ordinary picture needs: nearly all points of nearly all maps that escape at all have done so by then.
const ORDINARY: u32 = 1000;

/// The most steps that a view is followed for each bit of its depth; and besides. Near a parabolic point, or in a
/// disk that the map turns, points never part, or not in any time.
const MOST_A_BIT: u64 = 64;
const MOST: u64 = 10_000;

/// K + 1000: K is how many steps the points of the view take together, as one polynomial, until they have parted as far
/// as those of an ordinary picture.
///
/// # Errors
/// [`Error::Interrupted`](crate::Error::Interrupted) soon after that is asked for.
pub fn itermax(julia: &Julia, grid: &Grid, watch: &mut Watch<'_>) -> Result<u32> {
    let by_bounds;
    let lattice = match grid.view() {
        Some((lattice, _)) => lattice,
        None => {
            by_bounds = around(grid)?.into();
            &by_bounds
        }
    };
    let most = MOST + MOST_A_BIT * lattice.depth();
    let most =
        u32::try_from(most).map_or(u32::MAX - ORDINARY, |most| most.min(u32::MAX - ORDINARY));
    let julia = julia.with_itermax(most);
    let trap = Trap::of(&julia);
    let polynomial = lattice.watched(&julia, &trap, watch)?;
    Ok(polynomial.expansion.steps + ORDINARY)
}

/// The sample points of the view around the middle of a region by its bounds, which is as wide.
fn around(grid: &Grid) -> Result<Lattice> {
    let [xleft, xright, yleft, yright] = grid.region().bounds();
    let number = Number::from_f64;
    let (x, y) = (xleft / 2.0 + xright / 2.0, yleft / 2.0 + yright / 2.0);
    let view = View::new(number(x)?, number(y)?, number((xright - xleft).abs())?)?;
    let (columns, rows) = grid.lattice();
    Ok(view.lattice(columns, rows))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use num_complex::Complex64;

    use super::*;
    use crate::job::Job;
    use crate::orbit::view::testing::center;
    use crate::region::ComplexRegion;

    const MAPS: [(f64, f64); 5] =
        [(-0.8, 0.156), (-0.835, -0.2321), (-0.12256, 0.74486), (0.0, 1.0), (0.285, 0.01)];

    fn view(c: Complex64, depth: usize, columns: u32) -> Job {
        let center = center(c, depth + 64, 5).each_ref().map(Number::from);
        let [re, im] = center;
        let width = format!("0x1p-{depth}").parse().unwrap();
        let julia = Julia::new(c, 2.0, (0, 1)).unwrap();
        Job::of_view(julia, &View::new(re, im, width).unwrap(), columns, columns / 2).unwrap()
    }

    /// It grows with the depth as the steps do that points part by, and hardly with the size of the picture.
    #[test]
    fn it_follows_the_depth() {
        for (re, im) in MAPS {
            let c = Complex64::new(re, im);
            let itermax = |depth, columns| {
                view(c, depth, columns).with_auto_itermax().unwrap().julia.itermax()
            };
            let [shallow, middle, deep] = [1, 200, 400].map(|depth| itermax(depth, 100));
            assert!((ORDINARY..ORDINARY + 40).contains(&shallow), "{c}: {shallow}");
            // From a step for 2 bits to 8 steps for one.
            for (less, more) in [(shallow, middle), (middle, deep)] {
                assert!((100..1600).contains(&(more - less)), "{c}: {shallow} {middle} {deep}");
            }
            assert!(deep.abs_diff(itermax(400, 1600)) < 40, "{c}");
        }
    }

    /// The polynomial that it was found by is the one that the job starts from.
    #[test]
    fn nothing_is_worked_out_twice() {
        let go_on = AtomicBool::new(false);
        for depth in [3, 300] {
            let job = view(Complex64::new(-0.8, 0.156), depth, 100).with_auto_itermax().unwrap();
            let trap = Trap::default();
            let (lattice, _) = job.grid.view().unwrap();
            let polynomial = |itermax| {
                lattice.polynomial(&job.julia.with_itermax(itermax), &trap, &go_on).unwrap()
            };
            let itermax = job.julia.itermax();
            assert!(Arc::ptr_eq(&polynomial(itermax), &polynomial(u32::MAX)));
            // A limit within its steps makes another one; both are kept.
            let steps = polynomial(itermax).expansion.steps;
            assert!(!Arc::ptr_eq(&polynomial(itermax), &polynomial(steps)));
            assert!(Arc::ptr_eq(&polynomial(steps), &polynomial(steps)));
            assert!(Arc::ptr_eq(&polynomial(itermax), &polynomial(steps + 1)));
        }
    }

    #[test]
    fn a_region_is_the_view_around_its_middle() {
        let c = Complex64::new(0.0, 1.0);
        let number = |text: &str| text.parse().unwrap();
        for (width, text) in [(2.0, "2"), (1.0 / (1u64 << 40) as f64, "0x1p-40")] {
            let julia = Julia::new(c, 2.0, (0, 1)).unwrap();
            let region =
                ComplexRegion::new(-width / 2.0, width / 2.0, 1.0 + width / 4.0, 1.0 - width / 4.0);
            let grid = Grid::new(region.unwrap(), 100).unwrap();
            let by_bounds = Job { julia: julia.clone(), grid };
            let view = View::new(number("0"), number("1"), number(text)).unwrap();
            let by_center = Job::of_view(julia, &view, 100, 50).unwrap();
            let [a, b] = [by_bounds, by_center].map(|job| job.with_auto_itermax().unwrap().julia);
            assert_eq!(a, b, "{text}");
        }
    }

    /// Points around the center of a disk that the map turns never part.
    #[test]
    fn what_never_parts_has_an_end() {
        // The fixed point has the multiplier exp(2πi·golden ratio).
        let golden = std::f64::consts::TAU * (5f64.sqrt() - 1.0) / 2.0;
        let multiplier = Complex64::from_polar(1.0, golden);
        let fixed = multiplier / 2.0;
        let julia = Julia::new(fixed - fixed * fixed, 2.0, (0, 1)).unwrap();
        let [re, im] = [fixed.re, fixed.im].map(|part| Number::from_f64(part).unwrap());
        let view = View::new(re, im, "1e-100".parse().unwrap()).unwrap();
        let job = Job::of_view(julia, &view, 40, 20).unwrap().with_auto_itermax().unwrap();
        let depth = job.grid.view().unwrap().0.depth();
        assert_eq!(u64::from(job.julia.itermax()), 10_000 + 64 * depth + 1000);
    }

    #[test]
    fn an_itermin_of_as_many_is_refused() {
        let julia = Julia::new(Complex64::I, 2.0, (5000, 6000)).unwrap();
        let job = Job::view(julia, [-1.0, 1.0, -1.0, 1.0], 50).unwrap();
        let error = job.with_auto_itermax().unwrap_err().to_string();
        assert!(error.starts_with("itermin 5000: must be less than itermax 1000"), "{error}");
    }
}
