//! How often each count occurs in a picture.

use crate::julia::Julia;

/// The most bins: 8 MiB.
const MAX_BINS: u64 = 1 << 20;

/// How many escaped points of a picture have each count: one bin a count, or, if that would be more than
/// 2²⁰ bins, several neighbouring counts to a bin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    itermin: u32,
    itermax: u32,
    counts_per_bin: u32,
    bins: Vec<u64>,
}

impl Histogram {
    /// The histogram of no counts of `julia` yet.
    pub fn new(julia: &Julia) -> Self {
        let (itermin, itermax) = (julia.itermin(), julia.itermax());
        let range = u64::from(itermax - itermin);
        let counts_per_bin = range.div_ceil(MAX_BINS);
        let bins = vec![0; range.div_ceil(counts_per_bin) as usize];
        Self { itermin, itermax, counts_per_bin: counts_per_bin as u32, bins }
    }

    /// Adds counts of the picture. Those that are itermax did not escape, and do not count.
    pub fn add(&mut self, counts: &[u32]) {
        for &count in counts {
            if count < self.itermax {
                let bin = self.bin(count);
                self.bins[bin] += 1;
            }
        }
    }

    /// Adds points to a bin, if there is one of that number.
    pub(crate) fn add_to_bin(&mut self, bin: u32, points: u32) {
        if let Some(sum) = self.bins.get_mut(bin as usize) {
            *sum = sum.saturating_add(points.into());
        }
    }

    /// The bins that have points, each with their number, of a histogram of less than 2³² points; then it is empty.
    pub(crate) fn take_bins(&mut self) -> impl Iterator<Item = (u32, u32)> {
        let bins = (0..).zip(&mut self.bins).filter(|(_, points)| **points > 0);
        bins.map(|(bin, points)| (bin, std::mem::take(points) as u32))
    }

    /// The bin of a count below itermax.
    #[inline]
    pub(super) fn bin(&self, count: u32) -> usize {
        ((count.max(self.itermin) - self.itermin) / self.counts_per_bin) as usize
    }

    /// The position of each bin: the share of points up to it, moved so that the first bin's is 0.
    pub(super) fn positions(&self) -> Vec<f64> {
        let total: u64 = self.bins.iter().sum();
        // All that is as dark as can be: the first bin's points, or those of the first used one.
        let mut sum = 0;
        let mut first = None;
        let mut positions = Vec::with_capacity(self.bins.len());
        for &bin in &self.bins {
            sum += bin;
            let first = match first {
                None if sum == 0 => 0,
                _ => *first.get_or_insert(sum),
            };
            let (above, all) = (sum - first.min(sum), total - first);
            positions.push(if all == 0 { 0.0 } else { above as f64 / all as f64 });
        }
        positions
    }
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;

    #[test]
    fn every_part_of_the_palette_has_an_equal_area() {
        let julia = Julia::new(Complex64::ZERO, 2.0, (2, 8)).unwrap();
        let mut histogram = Histogram::new(&julia);
        histogram.add(&[0, 1, 2, 4, 4, 4, 5, 7, 8, 8, 8]);
        // Counts 2 to 7 occur 3, 0, 3, 1, 0 and 1 times.
        assert_eq!(histogram.positions(), [0.0, 0.0, 0.6, 0.8, 0.8, 1.0]);
    }

    #[test]
    fn memory_is_bounded_whatever_itermax() {
        let julia = Julia::new(Complex64::ZERO, 2.0, (0, u32::MAX)).unwrap();
        let mut histogram = Histogram::new(&julia);
        histogram.add(&[0, u32::MAX - 1, u32::MAX]);
        assert_eq!(histogram.bins.iter().sum::<u64>(), 2);
        assert!(histogram.bins.len() <= MAX_BINS as usize);
    }

    #[test]
    fn a_picture_where_nothing_escapes() {
        let julia = Julia::new(Complex64::ZERO, 2.0, (0, 3)).unwrap();
        let mut histogram = Histogram::new(&julia);
        histogram.add(&[3, 3]);
        assert_eq!(histogram.positions(), [0.0; 3]);
    }
}
