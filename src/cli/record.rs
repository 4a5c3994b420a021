//! What a picture says of how it was made.

use std::env;
use std::fmt::Write;

use juliaset::picture::Options;
use juliaset::tone::Depth;
use juliaset::{Job, Precision};

use super::hexfloat;

/// The keyword of the job, as a job file.
pub const JOB: &str = "juliaset job";
/// The keyword of the command line.
pub const COMMAND: &str = "juliaset command";
/// The keyword of the engine, with adapter and driver.
pub const ENGINE: &str = "juliaset engine";
/// The keyword of the program and its version; one of the PNG specification's own.
pub const SOFTWARE: &str = "Software";

/// The texts for a picture of `job`.
pub fn texts(
    job: &Job,
    precision: Precision,
    options: &Options,
    engine: String,
) -> Vec<(&'static str, String)> {
    vec![
        (SOFTWARE, concat!("juliaset ", env!("CARGO_PKG_VERSION")).to_owned()),
        (COMMAND, command()),
        (ENGINE, engine),
        (JOB, job_file(job, precision, options)),
    ]
}

/// The job as a job file: what its pixels depend on, exactly.
fn job_file(job: &Job, precision: Precision, options: &Options) -> String {
    let [xleft, xright, ytop, ybot] = job.grid.region().bounds();
    let c = job.julia.c();
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "resolution = {}", job.grid.lattice().0);
    for (key, number) in [
        ("xleft", xleft),
        ("xright", xright),
        ("ybot", ybot),
        ("ytop", ytop),
        ("real", c.re),
        ("imag", c.im),
        ("threshold", job.julia.threshold()),
    ] {
        let _ = writeln!(text, "{key} = \"{}\" # {number}", hexfloat::format(number));
    }
    let (itermin, itermax) = (job.julia.itermin(), job.julia.itermax());
    let _ = writeln!(text, "itermin = {itermin}\nitermax = {itermax}");
    let _ = writeln!(text, "precision = \"{}\"", precision.name());
    let tone = &options.tone;
    let _ = writeln!(text, "palette = \"{}\"", tone.palette);
    if let Some(interior) = tone.interior {
        let _ = writeln!(text, "interior = \"{interior}\"");
    }
    let _ = writeln!(text, "mapping = \"{}\"", tone.mapping.name());
    let cycles = hexfloat::format(tone.cycles);
    let _ = writeln!(text, "cycles = \"{cycles}\" # {}", tone.cycles);
    if tone.smooth {
        let _ = writeln!(text, "smooth = true");
    }
    if let Some(width) = tone.distance {
        let _ = writeln!(text, "distance = \"{}\" # {width}", hexfloat::format(width));
    }
    let _ = writeln!(text, "depth = {}", if options.depth == Depth::Eight { 8 } else { 16 });
    let _ = writeln!(text, "supersample = {}", options.sampling.factor);
    if options.sampling.adaptive {
        let _ = writeln!(text, "adaptive = true");
    }
    text
}

/// The command line that this process was given, as a shell takes it.
fn command() -> String {
    let args = env::args_os().skip(1).map(|arg| quoted(&arg.to_string_lossy()));
    std::iter::once("juliaset".to_owned()).chain(args).collect::<Vec<_>>().join(" ")
}

fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=+./,:@%".contains(c);
    if !arg.is_empty() && arg.chars().all(plain) {
        arg.to_owned()
    } else {
        format!("'{}'", arg.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_would_take_the_words_apart_again() {
        assert_eq!(quoted("-x=-0.1"), "-x=-0.1");
        assert_eq!(quoted("#fff,red"), "'#fff,red'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
