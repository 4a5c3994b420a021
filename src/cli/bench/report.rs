//! A report of the times, as a table or as JSON.

use std::fmt::Write;

use juliaset::{Job, Precision, Variant};

use super::candidate::{Candidate, Definition, Place};
use crate::cli::columns::wrapped;

/// Everything that was timed.
pub struct Report<'a> {
    pub job: &'a Job,
    pub runs: u32,
    /// None if it was not timed.
    pub definition: Option<&'a Definition>,
    pub candidates: &'a [Candidate],
}

/// The columns of a line's figures.
const FIGURES: usize = 83;

/// What several runs come to, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Times {
    median: f64,
    least: f64,
    most: f64,
}

impl Times {
    /// None if there was no run.
    fn of(runs: &[f64]) -> Option<Self> {
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
    fn text(self) -> String {
        let spread = 50.0 * (self.most - self.least) / self.median;
        format!("{} ± {spread:>2.0} %", duration(self.median))
    }

    fn json(self) -> String {
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

/// One line of the report.
struct Row<'a> {
    engine: &'static str,
    description: &'a str,
    adapter: Option<String>,
    threads: Option<usize>,
    /// None for the definition.
    variant: Option<Variant>,
    kernel: Times,
    device: Option<Times>,
    iterations_per_second: f64,
    ratio: Option<f64>,
    picture: Option<Times>,
    stages: Vec<(&'static str, Option<Times>)>,
}

impl Row<'_> {
    /// Where it was computed.
    fn place(&self) -> String {
        match (&self.adapter, self.threads) {
            (Some(adapter), _) => adapter.clone(),
            (None, Some(1)) => "1 thread".to_owned(),
            (None, threads) => format!("{} threads", threads.unwrap_or_default()),
        }
    }

    /// What computed.
    fn name(&self) -> &'static str {
        self.variant.map_or(self.engine, Variant::name)
    }

    fn precision(&self) -> Precision {
        self.variant.map_or(Precision::Double, Variant::precision)
    }

    fn json(&self) -> String {
        let stages: Vec<_> = self
            .stages
            .iter()
            .filter_map(|(name, times)| Some(format!(r#""{name}": {}"#, (*times)?.json())))
            .collect();
        let or_null = |value: Option<String>| value.unwrap_or_else(|| "null".to_owned());
        format!(
            r#"{{"engine": "{}", "variant": {}, "adapter": {}, "threads": {}, "precision": "{}", "description": {}, "kernel": {}, "on_device": {}, "iterations_per_second": {:e}, "ratio": {}, "picture": {}, "stages": {{{}}}}}"#,
            self.engine,
            or_null(self.variant.map(|variant| quoted(variant.name()))),
            or_null(self.adapter.as_deref().map(quoted)),
            or_null(self.threads.map(|threads| threads.to_string())),
            self.precision().name(),
            quoted(self.description),
            self.kernel.json(),
            or_null(self.device.map(Times::json)),
            self.iterations_per_second,
            or_null(self.ratio.map(|ratio| format!("{ratio:e}"))),
            or_null(self.picture.map(Times::json)),
            stages.join(", "),
        )
    }
}

/// A string of JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            // Writing to a string cannot fail.
            c if c.is_control() => _ = write!(quoted, "\\u{:04x}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

impl Report<'_> {
    /// Applications of z² + c in one run.
    fn iterations(&self) -> u64 {
        let counted = self.candidates.first().map_or(0, |candidate| candidate.iterations);
        self.definition.map_or(counted, |definition| definition.iterations)
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let definition = self.definition.and_then(|definition| Times::of(&definition.kernel));
        let iterations = self.iterations() as f64;
        let row = |engine, description, adapter, threads, variant, kernel: Times| Row {
            engine,
            description,
            adapter,
            threads,
            variant,
            kernel,
            device: None,
            iterations_per_second: iterations / kernel.median,
            ratio: definition.map(|definition| definition.median / kernel.median),
            picture: None,
            stages: Vec::new(),
        };
        let mut rows = Vec::new();
        if let Some(kernel) = definition {
            rows.push(row("definition", "the definition", None, Some(1), None, kernel));
        }
        for candidate in self.candidates {
            let Some(kernel) = Times::of(&candidate.kernel) else { continue };
            let (engine, adapter, threads) = match &candidate.place {
                Place::OneThread(_) => ("cpu", None, Some(1)),
                Place::Cpu => ("cpu", None, Some(rayon::current_num_threads())),
                #[cfg(feature = "gpu")]
                Place::Gpu(_, adapter) => ("gpu", Some(adapter.name.clone()), None),
            };
            let (description, variant) = (&*candidate.description, Some(candidate.variant));
            let stages = candidate.stages.iter().map(|(name, times)| (*name, Times::of(times)));
            rows.push(Row {
                device: Times::of(&candidate.device),
                picture: Times::of(&candidate.picture),
                stages: stages.collect(),
                ..row(engine, description, adapter, threads, variant, kernel)
            });
        }
        rows
    }

    /// A table for a terminal with this number of columns, if known.
    pub fn table(&self, columns: Option<usize>) -> String {
        let rows = self.rows();
        let places: Vec<_> = rows.iter().map(Row::place).collect();
        let width = places.iter().map(|place| place.chars().count()).max().unwrap_or_default();
        let head = format!(
            "{} × {} pixels, {} iterations, the median of {} runs; ratios to the definition",
            self.job.grid.width(),
            self.job.grid.height(),
            self.iterations(),
            self.runs,
        );
        let mut text = wrapped(&head, columns, 0) + "\n\n";
        // If there is no room for places before the figures, they have separate lines.
        let is_narrow = columns.is_some_and(|columns| width + 2 + FIGURES > columns);
        let width = if is_narrow { 0 } else { width + 2 };
        let mut above = String::new();
        let mut line = |place: &str, name: &str, cells: [&str; 5]| {
            let [kernel, device, speed, ratio, picture] = cells;
            // Writing to a string cannot fail.
            if is_narrow && !place.is_empty() && place != above {
                let _ = writeln!(text, "{place}");
                above = place.to_owned();
            }
            let place = if is_narrow { "" } else { place };
            let _ = writeln!(
                text,
                "{place:<width$}{name:<13}  {kernel:>14}  {device:>14}  {speed:>12}  {ratio:>6}  {picture:>14}",
            );
        };
        line("", "variant", ["kernel", "on device", "iterations/s", "ratio", "picture"]);
        for (row, place) in rows.iter().zip(&places) {
            let cells = [
                &row.kernel.text(),
                &row.device.map_or_else(String::new, Times::text),
                &format!("{:.3} G", row.iterations_per_second / 1e9),
                &row.ratio.map_or_else(String::new, |ratio| format!("{ratio:.1}")),
                &row.picture.map_or_else(String::new, Times::text),
            ];
            line(place, row.name(), cells.map(String::as_str));
        }
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    /// For a machine: one object, times in seconds.
    pub fn json(&self) -> String {
        let rows: Vec<_> = self.rows().iter().map(|row| format!("    {}", row.json())).collect();
        format!(
            r#"{{
  "version": "{}",
  "width": {},
  "height": {},
  "iterations": {},
  "runs": {},
  "rows": [
{}
  ]
}}
"#,
            env!("CARGO_PKG_VERSION"),
            self.job.grid.width(),
            self.job.grid.height(),
            self.iterations(),
            self.runs,
            rows.join(",\n"),
        )
    }
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

    #[test]
    fn strings_of_json() {
        assert_eq!(quoted("a \"b\" \\ \n"), r#""a \"b\" \\ \u000a""#);
    }
}
