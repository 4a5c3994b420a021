//! Some of many points, computed once more.

use crate::band::{Quantities, Values, ValuesMut};
use crate::cpu::kernels::lanes::{Noted, Points};

/// Puts values to the places in `values` that are given by their index.
pub fn scatter(from: &Values, places: &[u32], values: &mut ValuesMut<'_>) {
    for (&k, &count) in places.iter().zip(&from.counts) {
        values.counts[k as usize] = count;
    }
    for (&k, &smooth) in places.iter().zip(&from.smooth) {
        values.smooth[k as usize] = smooth;
    }
}

/// Gathers the points that are open, has them computed, and gives back those that still are.
pub fn recompute(
    open: &[u32],
    point: impl Fn(usize) -> (f64, f64),
    values: &mut ValuesMut<'_>,
    kernel: impl FnOnce(Points<'_, f64>, &mut ValuesMut<'_>, &mut Noted),
) -> Noted {
    let (xs, ys): (Vec<f64>, Vec<f64>) = open.iter().map(|&k| point(k as usize)).unzip();
    let (smooth, distance) = (!values.smooth.is_empty(), None);
    let (mut again, mut noted) = (Values::default(), Noted::default());
    again.resize(open.len(), Quantities { smooth, distance });
    kernel(Points { xs: &xs, ys: &ys }, &mut again.as_mut(), &mut noted);
    scatter(&again, open, values);
    for numbers in [&mut noted.unproven, &mut noted.near] {
        numbers.iter_mut().for_each(|k| *k = open[*k as usize]);
    }
    noted
}
