//! A window cut into rectangles, one for a thread at a time.

use crate::band::{Cells, Values, ValuesMut};

/// The most rows of a task, and the side of the largest tile of `exact`. A band of a multiple of
/// them is computed in the least time.
pub const ROWS: usize = 64;
/// Pixels of a task: enough for the later tiers of `exact` to fill lanes, few enough to keep many
/// threads busy with one band.
pub const PIXELS: usize = 1 << 14;

/// A rectangle of sample points `xs[col] + ys[row]·i`, and where their values go.
pub struct Task<'a> {
    pub xs: &'a [f64],
    pub ys: &'a [f64],
    /// Its first column and row in the rectangle that was cut.
    pub left: usize,
    pub top: usize,
    rows: Vec<ValuesMut<'a>>,
}

/// Cuts the rectangle with these columns and rows, whose values are row-major.
pub fn split<'a>(xs: &'a [f64], ys: &'a [f64], mut values: ValuesMut<'a>) -> Vec<Task<'a>> {
    let width = PIXELS / ys.len().min(ROWS);
    let mut tasks: Vec<Task<'a>> = Vec::new();
    for (ys, top) in ys.chunks(ROWS).zip((0..).step_by(ROWS)) {
        let first = tasks.len();
        let empty = |(xs, left)| Task { xs, ys, left, top, rows: Vec::with_capacity(ys.len()) };
        tasks.extend(xs.chunks(width).zip((0..).step_by(width)).map(empty));
        for _ in ys {
            for task in &mut tasks[first..] {
                task.rows.push(values.take_first(task.xs.len()));
            }
        }
    }
    tasks
}

impl Task<'_> {
    /// Writes the sample points, row by row, to `xs` and `ys`; only those in `cells`, if there are any.
    pub fn points(&self, cells: Option<Cells<'_>>, xs: &mut Vec<f64>, ys: &mut Vec<f64>) {
        xs.clear();
        ys.clear();
        for (row, &y) in self.ys.iter().enumerate() {
            match cells {
                None => xs.extend_from_slice(self.xs),
                Some(cells) => xs.extend(
                    self.xs
                        .iter()
                        .enumerate()
                        .filter(|(col, _)| cells.has(*col, row))
                        .map(|(_, x)| x),
                ),
            }
            ys.resize(xs.len(), y);
        }
    }

    /// The indices of the points in `cells`, row by row.
    pub fn indices(&self, cells: Cells<'_>) -> Vec<u32> {
        let width = self.xs.len();
        let points = 0..width * self.ys.len();
        points.filter(|k| cells.has(k % width, k / width)).map(|k| k as u32).collect()
    }

    /// Puts the values, row by row, where they go.
    pub fn finish(self, values: &Values) {
        for (row, mut place) in self.rows.into_iter().enumerate() {
            place.copy_from(values, row * self.xs.len());
        }
    }
}
