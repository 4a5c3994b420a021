//! From escape counts to gray.

use crate::counts::normalised;
use crate::julia::Julia;

/// The most entries of a table of grays: 64 KiB stay in the nearest caches.
const TABLE: u32 = 1 << 16;

/// How counts become gray: black up to itermin, white at itermax.
#[derive(Clone, Debug)]
pub struct Gray {
    itermin: u32,
    itermax: u32,
    /// The gray of each count, up to itermax; empty where that is too many.
    table: Vec<u8>,
}

impl Gray {
    /// The gray of `julia`'s counts.
    pub fn new(julia: &Julia) -> Self {
        let (itermin, itermax) = (julia.itermin(), julia.itermax());
        let table = if itermax < TABLE {
            (0..=itermax).map(|count| gray(count, itermin, itermax)).collect()
        } else {
            Vec::new()
        };
        Self { itermin, itermax, table }
    }

    /// The gray of one count, `0..=itermax`: `(255 · value) as u8`.
    #[inline]
    pub fn of(&self, count: u32) -> u8 {
        match self.table.get(count as usize) {
            Some(&gray) => gray,
            None => gray(count, self.itermin, self.itermax),
        }
    }

    /// Replaces the contents of `grays` by the grays of `counts`, `0..=itermax` each.
    pub fn fill(&self, counts: &[u32], grays: &mut Vec<u8>) {
        grays.clear();
        grays.extend(counts.iter().map(|&count| self.of(count)));
    }
}

#[inline]
fn gray(count: u32, itermin: u32, itermax: u32) -> u8 {
    (255.0 * normalised(count, itermin, itermax)) as u8
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;

    #[test]
    fn the_table_changes_nothing() {
        for (itermin, itermax) in
            [(0, 1), (5, 80), (20, 100), (0, 255), (0, TABLE - 1), (7, TABLE), (0, u32::MAX)]
        {
            let julia = Julia::new(Complex64::ZERO, 2.0, (itermin, itermax)).unwrap();
            let counts: Vec<u32> = (0..3000)
                .flat_map(|i| [i, itermax - i.min(itermax)])
                .filter(|&count| count <= itermax)
                .collect();
            let mut grays = vec![1, 2, 3];
            Gray::new(&julia).fill(&counts, &mut grays);
            let expected: Vec<u8> =
                counts.iter().map(|&count| gray(count, itermin, itermax)).collect();
            assert_eq!(grays, expected, "{itermin} {itermax}");
        }
    }
}
