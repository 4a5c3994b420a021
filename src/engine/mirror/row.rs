//! A row of values that waits for its mirror image, in as little memory as its values fit into.

use std::ops::Range;

use crate::band::{PARTS, Values, ValuesMut};
use crate::whole_parts::{from_parts, to_parts};

/// Its values.
pub struct Row {
    counts: Counts,
    smooth: Smooth,
    /// Columns that may be near the set, if that is asked.
    pub near: Vec<u32>,
}

/// The counts of a row.
enum Counts {
    Small(Vec<u8>),
    All(Vec<u32>),
}

/// The smooth values of a row, which are proven.
enum Smooth {
    /// As whole numbers of 1 / [`PARTS`].
    Parts(Vec<u32>),
    All(Vec<f64>),
}

/// What rows are kept as.
#[derive(Clone, Copy)]
pub struct Packing {
    /// Whether counts fit into a byte, with one to spare.
    pub small: bool,
    /// Whether smooth values fit into 32 bits, in parts.
    pub in_parts: bool,
}

/// Columns of a row, and those of another row that have the same values: in the same order, or from the last to the first.
pub struct Columns {
    /// The columns.
    pub own: Range<usize>,
    /// Their images.
    pub images: Range<usize>,
    /// Whether the first has the last image.
    pub reversed: bool,
}

impl Columns {
    /// The column whose image is `image`.
    pub fn of_image(&self, image: usize) -> Option<usize> {
        let place = self.images.clone().contains(&image).then(|| image - self.images.start)?;
        Some(if self.reversed { self.own.end - 1 - place } else { self.own.start + place })
    }
}

/// What counts are kept as.
trait Kept: Copy + Into<u32> + PartialEq {
    /// Stands for a count that is not known.
    const UNKNOWN: Self;
}

impl Kept for u8 {
    const UNKNOWN: Self = Self::MAX;
}

impl Kept for u32 {
    const UNKNOWN: Self = Self::MAX;
}

impl Row {
    /// The points `row` of `values`, of which those in the columns `near` may be near the set.
    pub fn new(values: &Values, row: Range<usize>, packing: Packing, near: Vec<u32>) -> Self {
        let counts = &values.counts[row.clone()];
        let mut counts = if packing.small {
            Counts::Small(counts.iter().map(|&count| count as u8).collect())
        } else {
            Counts::All(counts.to_vec())
        };
        let smooth = values.smooth.get(row).unwrap_or_default();
        let smooth = if packing.in_parts {
            let mut parts = vec![0; smooth.len()];
            if !to_parts(smooth, PARTS, f64::from(u32::MAX), &mut parts) {
                // A value that was limited is no whole number of parts; it is computed again.
                let off = |(_, value): &(usize, &f64)| (*value * PARTS).fract() != 0.0;
                smooth.iter().enumerate().filter(off).for_each(|(col, _)| counts.forget(col));
            }
            Smooth::Parts(parts)
        } else {
            Smooth::All(smooth.to_vec())
        };
        Self { counts, smooth, near }
    }

    /// Forgets the values of a column.
    pub fn forget(&mut self, col: usize) {
        self.counts.forget(col);
    }

    /// Copies what is known into the `columns` of a row, `known` of which becomes 1 where it is and 0 where not.
    pub fn copy(&self, columns: &Columns, place: &mut ValuesMut<'_>, known: &mut [u8]) {
        let Columns { own, images, reversed } = columns;
        let counts = &mut place.counts[own.clone()];
        let known = &mut known[own.clone()];
        match &self.counts {
            Counts::Small(kept) => copy_counts(&kept[images.clone()], *reversed, counts, known),
            Counts::All(kept) => copy_counts(&kept[images.clone()], *reversed, counts, known),
        }
        if let Some(smooth) = place.smooth.get_mut(own.clone()) {
            match &self.smooth {
                Smooth::Parts(kept) => from_parts(&kept[images.clone()], PARTS, smooth),
                Smooth::All(kept) => smooth.copy_from_slice(&kept[images.clone()]),
            }
            if *reversed {
                smooth.reverse();
            }
        }
    }
}

impl Counts {
    fn forget(&mut self, col: usize) {
        match self {
            Self::Small(counts) => counts[col] = Kept::UNKNOWN,
            Self::All(counts) => counts[col] = Kept::UNKNOWN,
        }
    }
}

fn copy_counts<T: Kept>(kept: &[T], reversed: bool, counts: &mut [u32], known: &mut [u8]) {
    for ((count, known), &kept) in counts.iter_mut().zip(&mut *known).zip(kept) {
        *count = kept.into();
        *known = u8::from(kept != T::UNKNOWN);
    }
    if reversed {
        counts.reverse();
        known.reverse();
    }
}
