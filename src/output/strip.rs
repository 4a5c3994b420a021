//! A strip of a PNG: rows of pixels, filtered and deflated in one of several ways.

use super::deflate::Method;
use super::filter::Filter;
use super::zlib::Deflated;

/// Which filter the rows have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// All of them the same.
    All(Filter),
    /// Each the one that leaves the most zeros.
    Best,
}

/// A way from pixels to deflate blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    pub rows: Rows,
    pub method: Method,
}

/// Ways to choose from.
#[derive(Debug)]
pub struct Choice {
    /// The ways, the quicker before the slower.
    pub ways: &'static [Way],
    /// By what part a quicker way may be larger than the smallest: one of so many.
    pub slack: usize,
    /// Bytes that are compressed as one piece: enough that what each piece costs, its Huffman codes and its
    /// end, does not count, and few enough for many cores.
    pub strip: usize,
    /// Bytes of it that are compressed in every way first, to see which is best.
    pub sample: usize,
}

/// The rows of a strip.
pub struct Strip {
    /// Bytes of a pixel.
    pub pixel: usize,
    /// Bytes of a row.
    pub row: usize,
    /// The row above, and then the strip's own rows.
    pub rows: Vec<u8>,
}

impl Strip {
    /// Deflates the strip, in the first way that makes its first rows about as small as they get; with `last`, the
    /// result ends the stream.
    pub fn deflate(&self, choice: &Choice, last: bool) -> Deflated {
        let sample = (choice.sample / self.row).max(1);
        let best = match choice.ways {
            &[way] => way,
            ways => {
                let length =
                    |way: &Way| way.method.compress(&self.filtered(way.rows, sample), false).len();
                let lengths: Vec<usize> = ways.iter().map(length).collect();
                let least = lengths.iter().min().copied().unwrap_or_default();
                let is_small = |length: &usize| *length <= least + least / choice.slack;
                ways[lengths.iter().position(is_small).unwrap_or_default()]
            }
        };
        let filtered = self.filtered(best.rows, usize::MAX);
        Deflated::new(best.method.compress(&filtered, last), &filtered)
    }

    /// At most that many of its first rows, filtered.
    fn filtered(&self, filters: Rows, most: usize) -> Vec<u8> {
        let rows = (self.rows.len() / self.row - 1).min(most);
        let mut filtered = Vec::with_capacity(rows * (1 + self.row));
        for pair in self.rows.windows(2 * self.row).step_by(self.row).take(rows) {
            let (above, row) = pair.split_at(self.row);
            let filter = match filters {
                Rows::All(filter) => filter,
                Rows::Best => Filter::best(row, above, self.pixel),
            };
            filter.apply(row, above, self.pixel, &mut filtered);
        }
        filtered
    }
}
