//! Pictures that are their own mirror image: one half is computed, and the other is taken from it.
//!
//! z² + c takes z and -z to the same point, so their values are the same; for a real c, so are those of z and
//! its conjugate. Rounding makes the sample points of a picture by its bounds differ by an ulp or two from the
//! mirrored ones: then the values of the first half are proven for a disk that has both. Those of a view are exact.

mod row;

use std::collections::BTreeMap;
use std::mem;
use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::band::{Cells, PARTS, Quantities, Values, ValuesMut};
use crate::counts::TierCounts;
use crate::cpu::Evaluator;
use crate::error::Result;
use crate::job::Job;
use crate::window::Window;
use row::{Columns, Packing, Row};

/// The most memory for rows that wait for their mirror image, in bytes.
const MOST_BYTES: u64 = 1 << 26;

/// The largest distance of a point from a mirrored one, in pixels: further apart they are two points.
const FARTHEST: f64 = 1e-6;

/// If no more than one point of so many has no mirror image, each is computed by itself: tiles cost more than
/// they save.
const SCATTERED: usize = 16;

/// The mirror image of a job's picture.
pub(super) struct Mirror {
    width: u32,
    height: u32,
    /// Column and its mirror image add up to this, if columns are mirrored.
    columns: Option<i64>,
    /// Row and its mirror image add up to this.
    rows: i64,
    /// How far mirrored points are from sample points, at most.
    reach: f64,
    /// The first row that is kept.
    first: i64,
    /// The share of the picture's pixels that have a mirror image which is kept.
    reflected: f64,
    /// Rows of the first half that were computed.
    kept: BTreeMap<u32, Row>,
    /// What they have beside counts.
    quantities: Quantities,
    /// What they are kept as.
    packing: Packing,
    itermax: u32,
}

impl Mirror {
    /// The mirror image of the picture of `job`, if it has one for at least an eighth of its rows, there is memory for a
    /// quarter of these, and its `evaluator` can prove values of two points at once.
    pub fn find(job: &Job, quantities: Quantities, evaluator: &Evaluator) -> Option<Self> {
        let grid = &job.grid;
        let (width, height) = (grid.width(), grid.height());
        // The mirror image of a point in the real axis: a rotated view has it in no column.
        let is_real = job.julia.constant().is_real() && !grid.is_rotated();
        let (rows, columns, reach) = match grid.mirrored() {
            Some([columns, rows]) => {
                let rows = rows.filter(|&sum| is_near(sum, height))?;
                let columns = columns.filter(|&sum| is_near(sum, width));
                (rows, if is_real { None } else { Some(columns?) }, 0.0)
            }
            None => {
                let (rows, row_reach) = mirrored(height, |row| grid.y(row))?;
                let columns = (!is_real).then(|| mirrored(width, |col| grid.x(col)));
                let columns = if let Some(columns) = columns { Some(columns?) } else { None };
                let column_reach = columns.map_or(0.0, |(_, reach)| reach);
                // Above the root by more than its rounding.
                let reach = row_reach.hypot(column_reach) * (1.0 + 1e-12);
                (rows, columns.map(|(sum, _)| sum), reach)
            }
        };
        let last = i64::from(height) - 1;
        // Rows after the middle that have a mirror image.
        let pairs = rows.min(last) - (rows / 2 + 1).max(rows - last) + 1;
        let small = job.julia.itermax() < u32::from(u8::MAX);
        let in_parts = f64::from(job.julia.itermax()) * PARTS < f64::from(u32::MAX);
        let smaller = if small { 3 } else { 0 } + if quantities.smooth && in_parts { 4 } else { 0 };
        // Of distances, the columns that may be near the set are kept.
        let kept = Quantities { distance: None, ..quantities };
        let near = if quantities.distance.is_some() { 4 } else { 0 };
        let bytes = kept.bytes() + near - smaller;
        let most = (MOST_BYTES / (u64::from(width) * bytes)) as i64;
        if pairs * 8 < i64::from(height) || most * 4 < pairs {
            return None;
        }
        let first = rows / 2 + 1 - most;
        let is_exact = grid.view().is_some() && evaluator.is_proven();
        if !is_exact && !evaluator.reaches(reach) {
            return None;
        }
        let pairs_of_columns = match columns {
            None => i64::from(width),
            Some(sum) => {
                let last = i64::from(width) - 1;
                sum.min(last) - (sum - last).max(0) + 1
            }
        };
        // All of the picture is on one side of 0.
        if pairs_of_columns <= 0 {
            return None;
        }
        let part = |pairs: i64, of: u32| pairs as f64 / f64::from(of);
        let reflected = part(pairs.min(most), height) * part(pairs_of_columns, width);
        let kept = BTreeMap::new();
        Some(Self {
            width,
            height,
            columns,
            rows,
            reach,
            first,
            reflected,
            kept,
            quantities,
            packing: Packing { small, in_parts },
            itermax: job.julia.itermax(),
        })
    }

    /// About which share of the picture's pixels is computed, and not taken from a mirror image.
    pub fn computed(&self) -> f64 {
        1.0 - self.reflected
    }

    /// Fills `values` with those of `window`, as [`Evaluator::fill`].
    pub fn fill(
        &mut self,
        evaluator: &Evaluator,
        window: Window,
        values: &mut Values,
        interrupt: &AtomicBool,
    ) -> Result<TierCounts> {
        if (window.col, window.width) != (0, self.width) {
            return evaluator.fill(window, values, interrupt);
        }
        let middle = self.rows / 2 + 1;
        let before = (middle - i64::from(window.row)).clamp(0, window.height.into()) as u32;
        let first = Window { height: before, ..window };
        let second = Window { row: window.row + before, height: window.height - before, ..window };
        if second.height == 0 {
            return self.compute(evaluator, first, values, interrupt);
        }
        if first.height == 0 {
            return self.reflect(evaluator, second, values, interrupt);
        }
        let mut tier_counts = self.compute(evaluator, first, values, interrupt)?;
        let mut rest = Values::default();
        tier_counts += self.reflect(evaluator, second, &mut rest, interrupt)?;
        values.extend(&rest, 0..rest.counts.len());
        Ok(tier_counts)
    }

    /// The row that has the same values, if the picture has it.
    fn image(&self, row: u32) -> Option<u32> {
        u32::try_from(self.rows - i64::from(row)).ok().filter(|&row| row < self.height)
    }

    /// Computes rows of the first half, and keeps them for the second.
    fn compute(
        &mut self,
        evaluator: &Evaluator,
        window: Window,
        values: &mut Values,
        interrupt: &AtomicBool,
    ) -> Result<TierCounts> {
        let rows = window.row..window.row + window.height;
        let is_kept = |&row: &u32| {
            self.image(row).is_some_and(|image| image != row) && i64::from(row) >= self.first
        };
        let kept: Vec<u32> = rows.filter(is_kept).collect();
        if kept.is_empty() {
            return evaluator.fill(window, values, interrupt);
        }
        let (tier_counts, exceptions) =
            evaluator.fill_around(window, self.reach, values, interrupt)?;
        let width = self.width as usize;
        let mut near = by_row(&exceptions.near, window);
        let own = by_row(&exceptions.own, window);
        let near: Vec<_> =
            kept.iter().map(|row| mem::take(&mut near[(row - window.row) as usize])).collect();
        let packed: Vec<_> = kept
            .into_par_iter()
            .zip(near)
            .map(|(row, near)| {
                let place = (row - window.row) as usize;
                let points = place * width..(place + 1) * width;
                let mut packed = Row::new(values, points, self.packing, near);
                own[place].iter().for_each(|&col| packed.forget(col as usize));
                (row, packed)
            })
            .collect();
        self.kept.extend(packed);
        Ok(tier_counts)
    }

    /// Fills in rows of the second half: from those that were kept, and the rest by computing it.
    fn reflect(
        &mut self,
        evaluator: &Evaluator,
        window: Window,
        values: &mut Values,
        interrupt: &AtomicBool,
    ) -> Result<TierCounts> {
        let rows = window.row..window.row + window.height;
        let sources: Vec<Option<Row>> =
            rows.map(|row| self.kept.remove(&self.image(row)?)).collect();
        if sources.iter().all(Option::is_none) {
            return evaluator.fill(window, values, interrupt);
        }
        let (width, pixels) = (self.width as usize, window.pixels() as usize);
        values.resize(pixels, self.quantities);
        let (mut known, mut rest) = (vec![0; pixels], values.as_mut());
        let places: Vec<_> = sources.iter().map(|_| rest.take_first(width)).collect();
        let columns = self.mirrored_columns();
        let (open, near): (Vec<Vec<u32>>, Vec<Vec<u32>>) = places
            .into_par_iter()
            .zip(known.par_chunks_mut(width))
            .zip(sources)
            .enumerate()
            .map(|(row, ((mut place, known), source))| {
                let near = source.map(|source| self.copy(&source, &columns, &mut place, known));
                let first = (row * width) as u32;
                let mut open = Vec::new();
                if known.contains(&0) {
                    open.extend(
                        (first..).zip(&*known).filter(|(_, known)| **known == 0).map(|(k, _)| k),
                    );
                }
                let near = near.unwrap_or_default().into_iter().map(|col| first + col).collect();
                (open, near)
            })
            .unzip();
        let (open, near) = (open.concat(), near.concat());
        let double = pixels as u64 - open.len() as u64;
        let mut tier_counts = TierCounts { double, ..TierCounts::default() };
        if open.len() * SCATTERED <= pixels {
            let values = values.as_mut();
            tier_counts += evaluator.fill_scattered(window, &open, values, interrupt)?;
        } else {
            known.iter_mut().for_each(|known| *known = 1 - *known);
            let (mut computed, cells) = (Values::default(), Cells::new(window, 1, &known));
            tier_counts += evaluator.fill_cells(window, cells, &mut computed, interrupt)?;
            values.put_selected(&open, &computed.selected(&open));
        }
        evaluator.fill_distances(window, &near, values.as_mut(), interrupt)?;
        Ok(tier_counts)
    }

    /// Copies what is known of a row's mirror image, and notes what is; the columns that may be near the set, whose
    /// distances are to be computed.
    fn copy(
        &self,
        source: &Row,
        columns: &Columns,
        place: &mut ValuesMut<'_>,
        known: &mut [u8],
    ) -> Vec<u32> {
        source.copy(columns, place, known);
        for (distance, count) in place.distances.iter_mut().zip(&*place.counts) {
            *distance = if *count == self.itermax { 0.0 } else { f64::INFINITY };
        }
        let images = source.near.iter().filter_map(|&image| columns.of_image(image as usize));
        images.filter(|&col| known[col] == 1).map(|col| col as u32).collect()
    }

    /// The columns that have a mirror image.
    fn mirrored_columns(&self) -> Columns {
        let width = self.width as usize;
        let Some(sum) = self.columns else {
            return Columns { own: 0..width, images: 0..width, reversed: false };
        };
        let last = i64::from(self.width) - 1;
        let [first, last] = [(sum - last).max(0), sum.min(last)].map(|col| col as usize);
        // Image and column change places.
        Columns { own: first..last + 1, images: first..last + 1, reversed: true }
    }
}

/// Whether so many columns or rows may have a mirror image, if indices add up to this.
fn is_near(sum: i64, count: u32) -> bool {
    count > 1 && (0..=2 * i64::from(count)).contains(&sum)
}

/// The columns of points of `window`, by their indices, row by row.
fn by_row(points: &[u32], window: Window) -> Vec<Vec<u32>> {
    let mut rows = vec![Vec::new(); window.height as usize];
    for k in points {
        rows[(k / window.width) as usize].push(k % window.width);
    }
    rows
}

/// What the indices of mirrored columns or rows add up to, and by how much these are off.
fn mirrored(count: u32, at: impl Fn(u32) -> f64) -> Option<(i64, f64)> {
    if count < 2 {
        return None;
    }
    let (first, pitch) = (at(0), at(1) - at(0));
    let sum = (-2.0 * first / pitch).round();
    // Written so that what is not a number has no mirror image.
    if !(0.0..=2.0 * f64::from(count)).contains(&sum) {
        return None;
    }
    let sum = sum as i64;
    let mut reach = 0.0f64;
    for index in 0..count {
        let image = sum - i64::from(index);
        if (0..i64::from(count)).contains(&image) {
            // Of two numbers so close the difference is exact.
            reach = reach.max((at(index) + at(image as u32)).abs());
        }
    }
    (reach <= FARTHEST * pitch.abs()).then_some((sum, reach))
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::grid::Grid;
    use crate::julia::{Julia, Precision};
    use crate::number::Number;
    use crate::region::ComplexRegion;
    use crate::render::windows;
    use crate::view::View;

    static NEVER: AtomicBool = AtomicBool::new(false);

    fn job(c: (f64, f64), [left, right, top, bottom]: [f64; 4], width: u32, height: u32) -> Job {
        let region = ComplexRegion::new(left, right, top, bottom).unwrap();
        let itermax = match width {
            150 => 30,
            160 => 200,
            _ => 300,
        };
        let julia = Julia::new(Complex64::new(c.0, c.1), 2.0, (0, itermax)).unwrap();
        Job { julia, grid: Grid::with_shape(region, width, height).unwrap() }
    }

    /// Values by bands of any height, with the mirror image or without: the same.
    #[test]
    fn mirrored_pictures_are_computed_ones() {
        let (mut reflected, mut limited) = (0, 0);
        for (c, bounds, width, height, has_mirror) in [
            ((-0.835, -0.2321), [-0.1, 0.1, 0.1, -0.1], 150, 150, true),
            ((-0.8, 0.156), [-1.6, 1.6, 1.0, -1.0], 160, 100, true),
            ((-0.8, 0.156), [-1.6, 1.6, 1.0, -1.0], 161, 97, true),
            // 0 is in the picture, but not in its middle.
            ((-0.12256, 0.74486), [-1.0, 1.5, 1.1, -0.9], 250, 200, true),
            ((-0.75, 0.0), [-1.5, 1.2, 1.0, -1.0], 180, 133, true),
            ((-0.75, 0.0), [0.2, 1.2, 0.3, -0.3], 100, 60, true),
            ((-0.8, 0.156), [-1.6, 1.61, 1.0, -1.0], 160, 100, false),
            ((-0.8, 0.156), [0.2, 1.2, 0.3, -0.3], 100, 60, false),
            // Beside 0: the rows have mirror images, and no column has.
            ((-0.8, 0.156), [-1.0, 0.0, 0.3, -0.3], 100, 60, false),
        ] {
            let job = job(c, bounds, width, height);
            for (smooth, distance) in
                [(false, None), (true, None), (false, Some(1.0)), (true, Some(2.5))]
            {
                let quantities = Quantities { smooth, distance };
                let evaluator = Evaluator::new(&job, Precision::Exact, quantities);
                for band_pixels in [40 * width, 7 * width, width * height, width / 2] {
                    let mut mirror = Mirror::find(&job, quantities, &evaluator);
                    assert_eq!(mirror.is_some(), has_mirror, "{job:?}");
                    let Some(mirror) = &mut mirror else { continue };
                    assert!(mirror.reach < 1e-15, "{}", mirror.reach);
                    let mut pixels = 0;
                    for window in windows(&job.grid, band_pixels) {
                        let (mut expected, mut values) = (Values::default(), Values::default());
                        evaluator.fill(window, &mut expected, &NEVER).unwrap();
                        let decided = mirror.fill(&evaluator, window, &mut values, &NEVER).unwrap();
                        let whole = |value: &&f64| (**value * PARTS).fract() == 0.0;
                        limited += expected.smooth.iter().filter(|value| !whole(value)).count();
                        // What need not be told is not told of the same points.
                        let enough = distance.unwrap_or_default() * job.grid.pixel_width();
                        for values in [&mut values, &mut expected] {
                            values.distances.iter_mut().for_each(|d| *d = d.min(enough));
                        }
                        assert!(values == expected, "{job:?} {window:?}");
                        pixels += decided.tiers().map(|(_, pixels)| pixels).iter().sum::<u64>();
                        reflected += mirror.kept.len();
                    }
                    assert_eq!(pixels, job.grid.pixels());
                    assert!(mirror.kept.is_empty(), "{job:?}");
                }
            }
        }
        assert!(reflected > 1000, "{reflected}");
        assert!(limited > 0);
    }

    /// The sample points of a view are mirrored exactly or not at all, at any depth.
    #[test]
    fn mirrored_views_are_computed_ones() {
        let number = |text: &str| text.parse::<Number>().unwrap();
        let mut reflected = 0;
        for (c, center, width, shape, has_mirror) in [
            ((-0.8, 0.156), "0,0", "3.2", (160, 100), true),
            ((-0.8, 0.156), "0,0", "3.2", (161, 97), true),
            ((-0.8, 0.156), "0,0", "3.2", (160, 97), true),
            // So many pixels, and half ones, from the middle.
            ((-0.12256, 0.74486), "0.25,-0.125", "4", (256, 150), true),
            ((-0.12256, 0.74486), "0.0078125,0", "4", (256, 150), true),
            ((-0.12256, 0.74486), "0.004,0", "4", (256, 150), false),
            ((-0.12256, 0.74486), "0,1e-20", "4", (256, 150), false),
            ((-0.12256, 0.74486), "3,0", "4", (256, 150), false),
            ((-2.0, 0.0), "2,0", "1e-30", (120, 75), true),
            ((-2.0, 0.0), "-1/3,0", "1e-300", (121, 75), true),
            ((-2.0, 0.0), "2,1.3e-302", "1e-300", (120, 75), false),
            // 0 is in no Julia set but that of -2 and its like; there is still a picture.
            ((0.0, 1.0), "0,0", "1e-40", (80, 50), true),
            ((0.285, 0.01), "0,0", "1e-5", (80, 51), true),
        ] {
            let (re, im) = center.split_once(',').unwrap();
            let view = View::new(number(re), number(im), number(width)).unwrap();
            let julia = Julia::new(Complex64::new(c.0, c.1), 2.0, (0, 700)).unwrap();
            let job = Job::of_view(julia, &view, shape.0, shape.1).unwrap();
            for (factor, is_exact) in [(1, true), (2, true), (3, false)] {
                let job = Job { grid: job.grid.finer(factor).unwrap(), ..job.clone() };
                let part =
                    Window { col: 0, row: 0, width: job.grid.width(), height: job.grid.height() };
                let below = Window { row: 5, height: part.height - 5, ..part };
                for window in [part, below] {
                    let job = Job { grid: job.grid.window(window).unwrap(), ..job.clone() };
                    for smooth in [false, true] {
                        let quantities = Quantities { smooth, distance: None };
                        let evaluator = Evaluator::new(&job, Precision::Exact, quantities);
                        let mirror = Mirror::find(&job, quantities, &evaluator);
                        assert_eq!(mirror.is_some(), has_mirror && is_exact, "{job:?}");
                        let Some(mut mirror) = mirror else { continue };
                        for window in windows(&job.grid, 23 * job.grid.width()) {
                            let (mut expected, mut values) = (Values::default(), Values::default());
                            evaluator.fill(window, &mut expected, &NEVER).unwrap();
                            mirror.fill(&evaluator, window, &mut values, &NEVER).unwrap();
                            assert!(values == expected, "{job:?} {window:?}");
                            reflected += mirror.kept.len();
                        }
                        assert!(mirror.kept.is_empty(), "{job:?}");
                    }
                    // Distances are not proven, nor are values in other precisions.
                    let distance = Quantities { smooth: false, distance: Some(1.0) };
                    let evaluator = Evaluator::new(&job, Precision::Exact, distance);
                    assert!(Mirror::find(&job, distance, &evaluator).is_none());
                    let evaluator = Evaluator::new(&job, Precision::Double, Quantities::NONE);
                    assert!(Mirror::find(&job, Quantities::NONE, &evaluator).is_none());
                }
            }
        }
        assert!(reflected > 1000, "{reflected}");
    }

    /// Points that are not quite mirrored: values are proven for both. Without the reach wrong ones appear.
    #[test]
    fn the_reach_keeps_values_right() {
        let mut job = job((-0.8, 0.156), [-1.6, 1.6 + 4e-9, 1.0, -1.0 - 2e-9], 400, 250);
        job.julia = Julia::new(job.julia.c(), 2.0, (0, 2000)).unwrap();
        let window = Window { col: 0, row: 0, width: 400, height: 250 };
        let quantities = Quantities { smooth: true, distance: None };
        let evaluator = Evaluator::new(&job, Precision::Exact, quantities);
        let (mut expected, mut values) = (Values::default(), Values::default());
        evaluator.fill(window, &mut expected, &NEVER).unwrap();
        let mut wrong = |reach: Option<f64>| {
            let mut mirror = Mirror::find(&job, quantities, &evaluator).unwrap();
            assert!((1e-10..1e-8).contains(&mirror.reach), "{}", mirror.reach);
            mirror.reach = reach.unwrap_or(mirror.reach);
            let decided = mirror.fill(&evaluator, window, &mut values, &NEVER).unwrap();
            assert!(decided.double > 10_000);
            let pairs = values.counts.iter().zip(&expected.counts);
            let counts = pairs.filter(|(a, b)| a != b).count();
            let pairs = values.smooth.iter().zip(&expected.smooth);
            (counts, pairs.filter(|(a, b)| a != b).count())
        };
        assert_eq!(wrong(None), (0, 0));
        let (counts, smooth) = wrong(Some(0.0));
        assert!(counts > 0 && smooth > 10, "{counts} {smooth}");
    }

    /// Rows that there is no memory for are computed.
    #[test]
    fn the_middle_is_kept_first() {
        let job = job((-0.8, 0.156), [-1.6, 1.6, 1.0, -1.0], 160, 100);
        let evaluator = Evaluator::new(&job, Precision::Exact, Quantities::NONE);
        let mut mirror = Mirror::find(&job, Quantities::NONE, &evaluator).unwrap();
        mirror.first = 40;
        for window in windows(&job.grid, 160 * 9) {
            let (mut expected, mut values) = (Values::default(), Values::default());
            evaluator.fill(window, &mut expected, &NEVER).unwrap();
            mirror.fill(&evaluator, window, &mut values, &NEVER).unwrap();
            assert!(values == expected, "{window:?}");
            assert!(mirror.kept.len() <= 10);
        }
        let wide =
            Grid::with_shape(ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap(), 30_000, 18_750);
        let wide = Job { grid: wide.unwrap(), ..job };
        assert!(Mirror::find(&wide, Quantities::NONE, &evaluator).is_none());
    }
}
