//! Tests of all tiers together.

use std::sync::atomic::AtomicBool;

use num_complex::Complex64;

use super::fill::{Extent, Scratch};
use super::fixed_point::escape_count;
use super::tiers::Tiers;
use super::{LinearBound, SquaredBound};
use crate::band::{Quantities, Values, ValuesMut};
use crate::constant::Constant;
use crate::cpu::Evaluator;
use crate::cpu::instruction_set;
use crate::cpu::kernels::lanes::{CompactionQueue, Points};
use crate::cpu::kernels::step_error::StepError;
use crate::grid::Grid;
use crate::job::Job;
use crate::julia::{Julia, Precision};
use crate::lattice::Lattice;
use crate::orbit::trap::Trap;
use crate::orbit::view::testing::center;
use crate::pitch::Pitch;
use crate::region::ComplexRegion;
use crate::window::Window;

fn counts(tiers: &Tiers, grid: &Grid) -> Vec<u32> {
    let pixels = (0..grid.height()).flat_map(|row| (0..grid.width()).map(move |col| (col, row)));
    let (xs, ys): (Vec<f64>, Vec<f64>) =
        pixels.map(|(col, row)| (grid.x(col), grid.y(row))).unzip();
    let mut counts = vec![0; xs.len()];
    let points = Points { xs: &xs, ys: &ys };
    let go_on = AtomicBool::new(false);
    let values = ValuesMut { counts: &mut counts, ..ValuesMut::default() };
    tiers.fill_points(points, values, &mut CompactionQueue::default(), &go_on).unwrap();
    counts
}

/// What makes the other tests worth anything: leave the rounding errors out of a bound, and
/// counts come out wrong in plain sight.
#[test]
fn a_bound_without_its_additive_term_is_noticed() {
    let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
    let grid = Grid::new(region, 400).unwrap();
    let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (0, 1000)).unwrap();
    let tiers = Tiers::new(&julia, instruction_set::best(), false);
    let truth = counts(&tiers, &grid);
    let wrong = |tiers: &Tiers| {
        counts(tiers, &grid).iter().zip(&truth).filter(|(count, truth)| count != truth).count()
    };
    assert_eq!(wrong(&Tiers { squared: None, ..tiers.clone() }), 0);

    let without = StepError { square: 0.0, constant: 0.0 };
    let squared = tiers.squared.map(|bound| SquaredBound { rounding: 0.0, ..bound });
    let double = tiers.double.map(|bound| LinearBound { step: without, ..bound });
    assert!(wrong(&Tiers { squared, ..tiers.clone() }) > 10);
    assert!(wrong(&Tiers { squared: None, double, ..tiers.clone() }) > 10);
}

/// The same for what the nearest floats leave of c: here far more than a half of their last bit.
#[test]
fn a_bound_without_what_is_missing_of_c_is_noticed() {
    let c = Complex64::new(-0.8, 0.156);
    // An ordinary picture, and one about a point of the set.
    let ordinary = |julia: Julia| Job::view(julia, [-1.6, 1.6, -1.0, 1.0], 300).unwrap();
    let deep = |julia: Julia| {
        let pitch = Pitch { mantissa: 1 << 52, exponent: -130 };
        let grid = Grid::of_lattice(Lattice::new(center(c, 150, 3), pitch, (90, 60)));
        Job { julia, grid }
    };
    let jobs: [&dyn Fn(Julia) -> Job; 2] = [&ordinary, &deep];
    for job in jobs {
        let values = |c: Constant| {
            let job = job(Julia::new(c, 2.0, (0, 300)).unwrap());
            let quantities = Quantities { smooth: true, distance: None };
            let evaluator = Evaluator::new(&job, Precision::Exact, quantities);
            let (width, height) = (job.grid.width(), job.grid.height());
            let window = Window { col: 0, row: 0, width, height };
            let mut values = Values::default();
            evaluator.fill(window, &mut values, &AtomicBool::new(false)).unwrap();
            values
        };
        let truth = values(c.into());
        let nearest = c + Complex64::new(1e-8, -2e-8);
        let known = values(Constant::apart(c, nearest, true));
        assert!(known.counts == truth.counts && known.smooth == truth.smooth);
        let wrong = values(Constant::apart(c, nearest, false));
        let wrong = wrong.counts.iter().zip(&truth.counts).filter(|(a, b)| a != b).count();
        assert!(wrong > 5, "{wrong}");
    }
}

/// The same for smooth values.
#[test]
fn a_bound_without_its_additive_term_is_noticed_by_smooth_values() {
    let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
    let grid = Grid::new(region, 400).unwrap();
    let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (0, 1000)).unwrap();
    let tiers = Tiers::new(&julia, instruction_set::best(), true);
    let xs: Vec<f64> = (0..grid.width()).map(|col| grid.x(col)).collect();
    let ys: Vec<f64> = (0..grid.height()).map(|row| grid.y(row)).collect();
    let smooth = |tiers: &Tiers| {
        let (mut values, go_on) = (Values::default(), AtomicBool::new(false));
        values.resize(xs.len() * ys.len(), Quantities { smooth: true, distance: None });
        let (points, queue): (Vec<_>, _) = (
            ys.iter().flat_map(|&y| xs.iter().map(move |&x| (x, y))).collect(),
            &mut CompactionQueue::default(),
        );
        let (xs, ys): (Vec<f64>, Vec<f64>) = points.into_iter().unzip();
        let points = Points { xs: &xs, ys: &ys };
        tiers.fill_points(points, values.as_mut(), queue, &go_on).unwrap();
        values.smooth
    };
    let truth = smooth(&tiers);
    let wrong = |tiers: &Tiers| smooth(tiers).iter().zip(&truth).filter(|(a, b)| a != b).count();
    assert_eq!(wrong(&Tiers { squared: None, ..tiers.clone() }), 0);
    let without = StepError { square: 0.0, constant: 0.0 };
    let squared = tiers.squared.map(|bound| SquaredBound { rounding: 0.0, ..bound });
    let double = tiers.double.map(|bound| LinearBound { step: without, ..bound });
    assert!(wrong(&Tiers { squared, ..tiers.clone() }) > 10);
    assert!(wrong(&Tiers { squared: None, double, ..tiers.clone() }) > 10);
}

/// Tiles that are followed too far only have more for the later tiers to do: their remainder says
/// so. Without it in `Expansion::evaluation_error` counts come out wrong here.
#[test]
fn tiles_have_their_pixels_counts_however_far_they_are_followed() {
    let mut scratch = Scratch::default();
    for (re, im, itermax) in
        [(-0.835, -0.2321, 100), (-0.8, 0.156, 1000), (-0.12256, 0.74486, 3000), (0.0, 1.0, 50)]
    {
        let region = ComplexRegion::new(-0.4, 0.3, 0.2, -0.17).unwrap();
        let grid = Grid::new(region, 333).unwrap();
        let julia = Julia::new(Complex64::new(re, im), 2.0, (0, itermax)).unwrap();
        let tiers = Tiers::new(&julia, instruction_set::best(), false);
        let truth = counts(&tiers, &grid);
        let xs: Vec<f64> = (0..grid.width()).map(|col| grid.x(col)).collect();
        let ys: Vec<f64> = (0..grid.height()).map(|row| grid.y(row)).collect();
        for bits in [2, 6, 10, 20, 32, 60] {
            let tiers = Tiers { acceptable: 0.5f64.powi(bits), ..tiers.clone() };
            let mut filled = vec![0; truth.len()];
            let go_on = AtomicBool::new(false);
            let values = ValuesMut { counts: &mut filled, ..ValuesMut::default() };
            tiers.fill((&xs, &ys), Extent::default(), values, &mut scratch, &go_on).unwrap();
            assert!(filled == truth, "c = {re}{im:+}i, 2^-{bits}");
        }
    }
}

/// Points of the real axis whose orbits stay below the threshold, but come so close to it, or
/// expand for so long, that no number of bits is enough: they were refused, or took minutes.
#[test]
fn the_real_axis_takes_no_bits() {
    let region = ComplexRegion::new(-1.6, 1.6, 0.5, -0.5).unwrap();
    let grid = Grid::new(region, 48).unwrap();
    for (c, threshold) in [
        (-1.0, 1.0),
        (-2.0, 2.0),
        (-2.0, 2.5),
        (-1.75, 2.0),
        (-1.5, 1.5),
        (-1.5, 1.6),
        (-0.75, 1.5),
        (-0.8125, 0.75),
        (0.1875, 0.25),
    ] {
        let julia = Julia::new(Complex64::new(c, 0.0), threshold, (0, 1_000_000)).unwrap();
        let tiers = Tiers::new(&julia, instruction_set::best(), false);
        let xs: Vec<f64> = (0..grid.width()).map(|col| grid.x(col)).collect();
        let ys = vec![0.0; xs.len()];
        let (mut queue, go_on) = (CompactionQueue::default(), AtomicBool::new(false));
        let mut counts = vec![0; xs.len()];
        let points = Points { xs: &xs, ys: &ys };
        let values = ValuesMut { counts: &mut counts, ..ValuesMut::default() };
        tiers.fill_points(points, values, &mut queue, &go_on).unwrap();
        let stay = counts.iter().filter(|&&count| count == 1_000_000).count();
        assert!(stay > 5, "{c}, {threshold}: {stay}");
        // The point 0 comes to c at once.
        let first = if -c >= threshold { 0 } else { 1_000_000 };
        assert_eq!(counts[xs.iter().position(|&x| x == 0.0).unwrap()], first, "{c}, {threshold}");
    }
}

#[test]
fn what_is_beyond_a_bound_goes_to_a_tier_that_can() {
    let grid = Grid::new(ComplexRegion::new(-1.0, 1.0, 1.0, -1.0).unwrap(), 8).unwrap();
    for (c, threshold) in
        [(0.25, 1e40), (0.25, 1e200), (0.25, f64::MAX), (1e100, 1e300), (1e-200, 1e-150)]
    {
        let julia = Julia::new(Complex64::new(c, c), threshold, (0, 2000)).unwrap();
        let tiers = Tiers::new(&julia, instruction_set::best(), false);
        let go_on = AtomicBool::new(false);
        let judged = (0..64).map(|k| {
            escape_count(&julia, &Trap::default(), &grid.point(k % 8, k / 8), &go_on).unwrap()
        });
        assert_eq!(counts(&tiers, &grid), judged.collect::<Vec<u32>>(), "{c}, {threshold}");
    }
}
