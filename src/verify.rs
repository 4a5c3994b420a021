//! Two sets of escape counts of the same job, compared to the last pixel.

use std::fmt;

use crate::band::Band;
use crate::error::{Error, Result};
use crate::parameter::Parameter;

/// What comparing found, so far: bands go in by [`compare`](Self::compare).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Pixels compared.
    pub compared: u64,
    /// Pixels whose counts differ.
    pub differing: u64,
    /// The largest difference of two counts.
    pub largest: u32,
    /// The first pixel that differs, in the order the bands came.
    pub first: Option<Difference>,
}

/// A pixel with two counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The pixel's column in the job's grid.
    pub col: u32,
    /// The pixel's row in the job's grid.
    pub row: u32,
    /// The count that was to be verified.
    pub count: u32,
    /// What the judge says it is.
    pub judged: u32,
}

impl Report {
    /// Compares the counts of one band with the judge's counts of the same window, row-major.
    ///
    /// # Errors
    /// [`Error::Invalid`] where either has not one count for every pixel of the window.
    pub fn compare(&mut self, band: &Band, judged: &[u32]) -> Result<()> {
        for counts in [&band.values.counts, judged] {
            if counts.len() as u64 != band.window.pixels() {
                let expected = format!("the window has {} pixels", band.window.pixels());
                return Err(Error::invalid(Parameter::ArrayLength, counts.len(), expected));
            }
        }
        for (index, (&count, &judged)) in band.values.counts.iter().zip(judged).enumerate() {
            if count != judged {
                self.differing += 1;
                self.largest = self.largest.max(count.abs_diff(judged));
                self.first.get_or_insert_with(|| Difference {
                    col: band.window.col + (index % band.window.width as usize) as u32,
                    row: band.window.row + (index / band.window.width as usize) as u32,
                    count,
                    judged,
                });
            }
        }
        self.compared += band.window.pixels();
        Ok(())
    }
}

/// Four lines for a person; one where nothing differs.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} pixels differ", self.differing, self.compared)?;
        if let Some(Difference { col, row, count, judged }) = self.first {
            write!(f, "\nlargest difference: {}", self.largest)?;
            write!(f, "\nfirst difference: column {col}, row {row}: {count}, should be {judged}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::band::Values;
    use crate::region::Window;

    fn band(row: u32, counts: Vec<u32>) -> Band {
        Band {
            window: Window { col: 10, row, width: 3, height: 2 },
            values: Values { counts, ..Values::default() },
            ..Band::default()
        }
    }

    #[test]
    fn a_planted_wrong_count_is_caught_wherever_it_is() {
        let judged = [1, 2, 3, 4, 5, 6];
        for at in 0..6 {
            for wrong in [0, 9, u32::MAX] {
                let mut report = Report::default();
                report.compare(&band(20, judged.to_vec()), &judged).unwrap();
                assert_eq!((report.compared, report.differing, report.first), (6, 0, None));
                let mut counts = judged.to_vec();
                counts[at] = wrong;
                report.compare(&band(22, counts), &judged).unwrap();
                assert_eq!((report.compared, report.differing), (12, 1));
                assert_eq!(report.largest, wrong.abs_diff(judged[at]));
                let (col, row) = (10 + at as u32 % 3, 22 + at as u32 / 3);
                let first = Difference { col, row, count: wrong, judged: judged[at] };
                assert_eq!(report.first, Some(first));
            }
        }
    }

    #[test]
    fn the_first_and_the_largest_difference_are_kept() {
        let mut report = Report::default();
        report.compare(&band(0, vec![1, 2, 30, 4, 5, 6]), &[1, 2, 3, 4, 5, 60]).unwrap();
        report.compare(&band(2, vec![8; 6]), &[7; 6]).unwrap();
        assert_eq!(
            report.to_string(),
            "8 of 12 pixels differ\nlargest difference: 54\n\
             first difference: column 12, row 0: 30, should be 3"
        );
    }

    #[test]
    fn missing_counts_are_no_agreement() {
        let mut report = Report::default();
        assert!(report.compare(&band(0, vec![1; 6]), &[1; 5]).is_err());
        assert!(report.compare(&band(0, vec![1; 5]), &[1; 5]).is_err());
        assert_eq!(report, Report::default());
    }
}
