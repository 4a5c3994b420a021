//! What several runs come to.

/// What several runs come to, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    pub median: f64,
    least: f64,
    most: f64,
}

impl Times {
    /// None if there was no run.
    pub fn of(runs: &[f64]) -> Option<Self> {
        let mut sorted = runs.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (&least, &most) = (sorted.first()?, sorted.last()?);
        let middle = sorted.len() / 2;
        let upper = sorted[middle];
        let median =
            if sorted.len().is_multiple_of(2) { (sorted[middle - 1] + upper) / 2.0 } else { upper };
        Some(Self { median, least, most })
    }

    /// As in `84.9 ms ± 2 %`.
    pub fn text(self) -> String {
        let spread = 50.0 * (self.most - self.least) / self.median;
        format!("{} ± {spread:>2.0} %", duration(self.median))
    }

    pub fn json(self) -> String {
        format!(
            r#"{{"median": {:e}, "min": {:e}, "max": {:e}}}"#,
            self.median, self.least, self.most
        )
    }
}

/// Three digits and a unit.
fn duration(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s < 1e-3 => (s * 1e6, "µs"),
        s if s < 1.0 => (s * 1e3, "ms"),
        s => (s, "s"),
    };
    let decimals = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(Times::of(&[]), None);
        let times = |median, least, most| Some(Times { median, least, most });
        assert_eq!(Times::of(&[3.0]), times(3.0, 3.0, 3.0));
        assert_eq!(Times::of(&[9.0, 1.0, 2.0]), times(2.0, 1.0, 9.0));
        assert_eq!(Times::of(&[9.0, 1.0, 2.0, 4.0]), times(3.0, 1.0, 9.0));
    }

    #[test]
    fn durations_have_three_digits() {
        assert_eq!(duration(1.7512), "1.75 s");
        assert_eq!(duration(0.08491), "84.9 ms");
        assert_eq!(duration(0.1605), "160 ms");
        assert_eq!(duration(0.000_012_3), "12.3 µs");
    }
}
