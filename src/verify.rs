//! Two sets of values of the same job, compared to the last pixel.

use std::fmt;

use crate::band::{Band, Values};
use crate::error::{Error, Result};
use crate::parameter::Parameter;

/// What comparing found, so far: bands go in by [`compare`](Self::compare).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Pixels compared.
    pub compared: u64,
    /// Pixels whose values differ.
    pub differing: u64,
    /// The largest difference of two counts.
    pub largest: u32,
    /// The first pixel that differs, in the order the bands came.
    pub first: Option<Difference>,
}

/// A pixel with two values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The pixel's column in the job's grid.
    pub col: u32,
    /// The pixel's row in the job's grid.
    pub row: u32,
    /// The values that were to be verified.
    pub verified: Value,
    /// The reference's values.
    pub judged: Value,
}

/// A pixel's count, and its smooth value if that is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// The count.
    pub count: u32,
    /// The smooth value.
    pub smooth: Option<f64>,
}

impl Value {
    fn of(values: &Values, index: usize) -> Self {
        Self { count: values.counts[index], smooth: values.smooth.get(index).copied() }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.count)?;
        self.smooth.map_or(Ok(()), |smooth| write!(f, " ({smooth})"))
    }
}

impl Report {
    /// Compares the values of one band with the reference's values of the same window, row-major: counts, and
    /// smooth values if the reference has them.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the band lacks values that the reference has, for a pixel of the window.
    pub fn compare(&mut self, band: &Band, judged: &Values) -> Result<()> {
        let pixels = band.window.pixels();
        let smooth = if judged.smooth.is_empty() { 0 } else { pixels };
        let lengths = [
            (band.values.counts.len(), pixels),
            (judged.counts.len(), pixels),
            (band.values.smooth.len(), smooth),
            (judged.smooth.len(), smooth),
        ];
        for (length, expected) in lengths {
            if length as u64 != expected {
                let expected = format!("must be {expected} in this window");
                return Err(Error::invalid(Parameter::ArrayLength, length, expected));
            }
        }
        for index in 0..judged.counts.len() {
            let (verified, judge) = (Value::of(&band.values, index), Value::of(judged, index));
            if verified != judge {
                self.differing += 1;
                self.largest = self.largest.max(verified.count.abs_diff(judge.count));
                self.first.get_or_insert_with(|| Difference {
                    col: band.window.col + (index % band.window.width as usize) as u32,
                    row: band.window.row + (index / band.window.width as usize) as u32,
                    verified,
                    judged: judge,
                });
            }
        }
        self.compared += pixels;
        Ok(())
    }
}

/// Three lines for people; one if nothing differs.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} pixels differ", self.differing, self.compared)?;
        if let Some(Difference { col, row, verified, judged }) = self.first {
            write!(f, "\nlargest difference: {}", self.largest)?;
            write!(
                f,
                "\nfirst difference: column {col}, row {row}: {verified}, should be {judged}"
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::Window;

    fn band(row: u32, counts: Vec<u32>) -> Band {
        Band {
            window: Window { col: 10, row, width: 3, height: 2 },
            values: Values { counts, ..Values::default() },
            ..Band::default()
        }
    }

    fn values(counts: &[u32]) -> Values {
        Values { counts: counts.to_vec(), ..Values::default() }
    }

    #[test]
    fn a_planted_wrong_smooth_value_is_caught() {
        let judged = Values { smooth: vec![1.5; 6], ..values(&[1; 6]) };
        for at in 0..6 {
            let (mut band, mut report) = (band(0, vec![1; 6]), Report::default());
            band.values.smooth.clone_from(&judged.smooth);
            report.compare(&band, &judged).unwrap();
            assert_eq!(report.differing, 0);
            band.values.smooth[at] += 1.0 / 4096.0;
            report.compare(&band, &judged).unwrap();
            assert_eq!((report.differing, report.largest), (1, 0));
            let first = format!(
                "column {}, row {}: 1 (1.500244140625), should be 1 (1.5)",
                10 + at % 3,
                at / 3
            );
            assert!(report.to_string().ends_with(&first), "{report}");
        }
    }

    #[test]
    fn a_planted_wrong_count_is_caught_wherever_it_is() {
        let judged = [1, 2, 3, 4, 5, 6];
        for at in 0..6 {
            for wrong in [0, 9, u32::MAX] {
                let mut report = Report::default();
                report.compare(&band(20, judged.to_vec()), &values(&judged)).unwrap();
                assert_eq!((report.compared, report.differing, report.first), (6, 0, None));
                let mut counts = judged.to_vec();
                counts[at] = wrong;
                report.compare(&band(22, counts), &values(&judged)).unwrap();
                assert_eq!((report.compared, report.differing), (12, 1));
                assert_eq!(report.largest, wrong.abs_diff(judged[at]));
                let (col, row) = (10 + at as u32 % 3, 22 + at as u32 / 3);
                let [verified, judged] =
                    [wrong, judged[at]].map(|count| Value { count, smooth: None });
                let first = Difference { col, row, verified, judged };
                assert_eq!(report.first, Some(first));
            }
        }
    }

    #[test]
    fn the_first_and_the_largest_difference_are_kept() {
        let mut report = Report::default();
        report.compare(&band(0, vec![1, 2, 30, 4, 5, 6]), &values(&[1, 2, 3, 4, 5, 60])).unwrap();
        report.compare(&band(2, vec![8; 6]), &values(&[7; 6])).unwrap();
        assert_eq!(
            report.to_string(),
            "8 of 12 pixels differ\nlargest difference: 54\n\
             first difference: column 12, row 0: 30, should be 3"
        );
    }

    #[test]
    fn missing_values_do_not_agree() {
        let mut report = Report::default();
        assert!(report.compare(&band(0, vec![1; 6]), &values(&[1; 5])).is_err());
        assert!(report.compare(&band(0, vec![1; 5]), &values(&[1; 5])).is_err());
        let smooth = Values { smooth: vec![1.5; 6], ..values(&[1; 6]) };
        assert!(report.compare(&band(0, vec![1; 6]), &smooth).is_err());
        assert_eq!(report, Report::default());
    }
}
