//! A window cut into rectangles, one for a thread at a time.

use crate::band::{Values, ValuesMut};

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
    rows: Vec<ValuesMut<'a>>,
}

/// Cuts the rectangle with these columns and rows, whose values are row-major.
pub fn split<'a>(xs: &'a [f64], ys: &'a [f64], mut values: ValuesMut<'a>) -> Vec<Task<'a>> {
    let width = PIXELS / ys.len().min(ROWS);
    let mut tasks: Vec<Task<'a>> = Vec::new();
    for ys in ys.chunks(ROWS) {
        let first = tasks.len();
        let empty = |xs| Task { xs, ys, rows: Vec::with_capacity(ys.len()) };
        tasks.extend(xs.chunks(width).map(empty));
        for _ in ys {
            for task in &mut tasks[first..] {
                task.rows.push(values.take_first(task.xs.len()));
            }
        }
    }
    tasks
}

impl Task<'_> {
    /// Writes the sample points, row by row, to `xs` and `ys`.
    pub fn points(&self, xs: &mut Vec<f64>, ys: &mut Vec<f64>) {
        xs.clear();
        ys.clear();
        for &y in self.ys {
            xs.extend_from_slice(self.xs);
            ys.resize(xs.len(), y);
        }
    }

    /// Puts the values, row by row, where they go.
    pub fn finish(self, values: &Values) {
        for (row, mut place) in self.rows.into_iter().enumerate() {
            place.copy_from(values, row * self.xs.len());
        }
    }
}
