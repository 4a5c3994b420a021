//! A report of the times, as a table or as JSON.

use std::fmt::Write;

use super::candidate::{Candidate, Definition, Place};
use super::colored::Colored;
use super::table::table;
use super::times::Times;
use crate::cli::columns::wrapped;
use crate::{Job, Precision, Variant};

/// Everything that was timed.
pub struct Report<'a> {
    pub job: &'a Job,
    pub runs: u32,
    /// None if it was not timed.
    pub definition: Option<&'a Definition>,
    pub candidates: &'a [Candidate],
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
    host: Option<Times>,
    iterations_per_second: f64,
    ratio: Option<f64>,
    picture: Option<Times>,
    stages: Vec<(&'static str, Option<Times>)>,
    colored: Vec<ColoredTimes>,
}

/// A picture in colour.
struct ColoredTimes {
    flags: &'static str,
    picture: Times,
    /// To the gray picture.
    ratio: Option<f64>,
}

impl ColoredTimes {
    /// None if it was not timed.
    fn of(colored: &Colored, gray: Option<Times>) -> Option<Self> {
        let picture = Times::of(&colored.seconds)?;
        let ratio = gray.map(|gray| picture.median / gray.median);
        Some(Self { flags: colored.flags, picture, ratio })
    }

    fn json(&self) -> String {
        format!(
            r#"{{"flags": "{}", "whole": {}, "times_gray": {}}}"#,
            self.flags,
            self.picture.json(),
            or_null(self.ratio.map(|ratio| format!("{ratio:e}"))),
        )
    }
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
        let colored: Vec<_> = self.colored.iter().map(ColoredTimes::json).collect();
        format!(
            r#"{{"engine": "{}", "variant": {}, "adapter": {}, "threads": {}, "precision": "{}", "description": {}, "kernel": {}, "on_device": {}, "on_host": {}, "iterations_per_second": {:e}, "ratio": {}, "picture": {}, "stages": {{{}}}, "in_colour": [{}]}}"#,
            self.engine,
            or_null(self.variant.map(|variant| quoted(variant.name()))),
            or_null(self.adapter.as_deref().map(quoted)),
            or_null(self.threads.map(|threads| threads.to_string())),
            self.precision().name(),
            quoted(self.description),
            self.kernel.json(),
            or_null(self.device.map(Times::json)),
            or_null(self.host.map(Times::json)),
            self.iterations_per_second,
            or_null(self.ratio.map(|ratio| format!("{ratio:e}"))),
            or_null(self.picture.map(Times::json)),
            stages.join(", "),
            colored.join(", "),
        )
    }
}

fn or_null(value: Option<String>) -> String {
    value.unwrap_or_else(|| "null".to_owned())
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
            host: None,
            iterations_per_second: iterations / kernel.median,
            ratio: definition.map(|definition| definition.median / kernel.median),
            picture: None,
            stages: Vec::new(),
            colored: Vec::new(),
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
            let picture = Times::of(&candidate.picture);
            let colored = candidate.colored.iter();
            rows.push(Row {
                device: Times::of(&candidate.device),
                host: Times::of(&candidate.host),
                picture,
                stages: stages.collect(),
                colored: colored.filter_map(|one| ColoredTimes::of(one, picture)).collect(),
                ..row(engine, description, adapter, threads, variant, kernel)
            });
        }
        rows
    }

    /// Tables for a terminal with this number of columns, if known.
    pub fn table(&self, columns: Option<usize>) -> String {
        let rows = self.rows();
        let mut head = format!(
            "{} × {} pixels, {} iterations, the median of {} runs",
            self.job.grid.width(),
            self.job.grid.height(),
            self.iterations(),
            self.runs,
        );
        if self.definition.is_some() {
            head += "; ratios to the definition";
        }
        let titles = ["kernel", "on device", "on host", "iterations/s", "ratio", "picture"];
        let lines = rows.iter().map(|row| {
            let cells = [
                &row.kernel.text(),
                &row.device.map_or_else(String::new, Times::text),
                &row.host.map_or_else(String::new, Times::text),
                &format!("{:.3} G", row.iterations_per_second / 1e9),
                &row.ratio.map_or_else(String::new, |ratio| format!("{ratio:.1}")),
                &row.picture.map_or_else(String::new, Times::text),
            ];
            (row.place(), figures(row.name(), cells.map(String::as_str)))
        });
        let mut text = wrapped(&head, columns, 0) + "\n\n";
        text += &table(&figures("variant", titles), &lines.collect::<Vec<_>>(), columns);

        let colored = rows.iter().flat_map(|row| row.colored.iter().map(move |one| (row, one)));
        let lines: Vec<_> = colored
            .map(|(row, one)| {
                let ratio = one.ratio.map_or_else(String::new, |ratio| format!("{ratio:.1}"));
                let cells = [row.name(), one.flags, &one.picture.text(), &ratio];
                (row.place(), colored_figures(cells))
            })
            .collect();
        if !lines.is_empty() {
            let head = format!(
                "in colour, the median of {} runs; ratios to the gray picture",
                self.runs.div_ceil(2)
            );
            let titles = colored_figures(["variant", "flags", "picture", "ratio"]);
            text += &format!("\n{}\n\n", wrapped(&head, columns, 0));
            text += &table(&titles, &lines, columns);
        }
        text
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

/// The figures of a line.
fn figures(name: &str, [kernel, device, host, speed, ratio, picture]: [&str; 6]) -> String {
    let times = format!("{kernel:>14}  {device:>14}  {host:>14}");
    format!("{name:<13}  {times}  {speed:>12}  {ratio:>6}  {picture:>14}")
}

/// The same of a picture in colour.
fn colored_figures([name, flags, picture, ratio]: [&str; 4]) -> String {
    format!("{name:<13}  {flags:<51}  {picture:>14}  {ratio:>6}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_json() {
        assert_eq!(quoted("a \"b\" \\ \n"), r#""a \"b\" \\ \u000a""#);
    }
}
