//! How a picture was made: texts in its file, each with a keyword.
//!
//! One of them is the job, as TOML: all that the pixels depend on, exactly. No text has a path in it:
//! a picture that is given away tells nothing of its maker's folders.

use std::fmt;

use crate::dpi::Dpi;
use crate::engine::Origin;
use crate::grid::Grid;
use crate::hexfloat;
use crate::job::Job;
use crate::julia::Precision;
use crate::number::Number;
use crate::render::supersampling::Sampling;
use crate::rotation::Rotation;
use crate::text::visible;
use crate::tone::{Depth, Tone};
use crate::view::View;

/// The keyword of the job.
pub const JOB: &str = "juliaset job";
/// The keyword of the command line.
pub const COMMAND: &str = "juliaset command";
/// The keyword of the engine, with adapter and driver.
pub const ENGINE: &str = "juliaset engine";
/// The keyword of the program and its version; one of the PNG specification's own.
pub const SOFTWARE: &str = "Software";
/// The keyword of the text that says which tiers decided how many pixels.
pub const TIERS: &str = "juliaset tiers";
/// The keyword of the text that says how many pixels have more than one sample point, if the
/// sampling is adaptive.
pub const REFINED: &str = "juliaset refined";

/// The keyword of what an animation's frame was resampled from.
pub const RESAMPLED: &str = "juliaset resampled";
/// The keyword of the text that says what the tiles of a pyramid are.
pub const TILES: &str = "juliaset tiles";

/// The keywords of all texts except the job, each with the name that is printed.
const NAMES: [(&str, &str); 7] = [
    (SOFTWARE, "made by"),
    (COMMAND, "command"),
    (ENGINE, "engine"),
    (TIERS, "pixels decided"),
    (REFINED, "pixels refined"),
    (RESAMPLED, "resampled from"),
    (TILES, "tiles"),
];

/// The most bytes of a text that is read, and of a [`sheet`]: enough for a view by three numbers of the most digits, and
/// a constant of two.
pub const LONGEST: usize = 3 << 21;

/// The most bytes of a job in a format that has room for a sheet of 64 KiB alone.
pub(crate) const LONGEST_IN_SEGMENT: usize = 3 << 14;

/// The most bytes of the comment that has a view as it is computed.
const LONGEST_EXACT: usize = 1 << 14;

/// The keys that a job has. Any others in a file are refused.
pub const KEYS: [&str; 27] = [
    "center",
    "width",
    "size",
    "rotate",
    "resolution",
    "xleft",
    "xright",
    "ybot",
    "ytop",
    "real",
    "imag",
    "threshold",
    "itermin",
    "itermax",
    "precision",
    "palette",
    "interior",
    "mapping",
    "histogram",
    "cycles",
    "palette-offset",
    "smooth",
    "distance",
    "depth",
    "dpi",
    "supersample",
    "adaptive",
];

/// Texts, each with its keyword.
pub type Texts = Vec<(&'static str, String)>;

/// The text with this keyword.
pub fn text<'a>(texts: &'a [(&str, String)], keyword: &str) -> Option<&'a str> {
    texts.iter().find(|(known, _)| *known == keyword).map(|(_, text)| text.as_str())
}

/// The keyword, if it is one of a record's.
pub(crate) fn known(keyword: &[u8]) -> Option<&'static str> {
    let keywords = NAMES.iter().map(|&(keyword, _)| keyword).chain([JOB]);
    keywords.into_iter().find(|known| known.as_bytes() == keyword)
}

/// A picture, by all that its pixels depend on.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// What is computed.
    pub job: &'a Job,
    /// How it is computed.
    pub precision: Precision,
    /// From counts to pixels.
    pub tone: &'a Tone,
    /// Bits of a pixel's values.
    pub depth: Depth,
    /// Pixels an inch of a print: the pixels do not depend on it, but a picture that is made again is as large.
    pub dpi: Option<Dpi>,
    /// How many sample points a pixel has.
    pub sampling: Sampling,
}

impl Record<'_> {
    /// The texts for a picture whose counts come from `origin`.
    pub(crate) fn texts(&self, origin: &Origin) -> Texts {
        let mut texts = vec![
            (SOFTWARE, concat!("juliaset ", env!("CARGO_PKG_VERSION")).to_owned()),
            (ENGINE, origin.engine.clone()),
            (JOB, self.to_string()),
        ];
        texts.extend(origin.tiers.clone().map(|tiers| (TIERS, tiers)));
        texts
    }
}

impl fmt::Display for Record<'_> {
    /// The job as a job file. Floats are hexadecimal: exact, and short.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let &Self { job, precision, tone, depth, dpi, sampling } = self;
        match job.grid.given_view() {
            Some(view) => self::view(f, &job.grid, view)?,
            None => {
                let [xleft, xright, ytop, ybot] = job.grid.region().bounds();
                writeln!(f, "resolution = {}", job.grid.lattice().0)?;
                for (key, bound) in
                    [("xleft", xleft), ("xright", xright), ("ybot", ybot), ("ytop", ytop)]
                {
                    float(f, key, bound)?;
                }
            }
        }
        let c = job.julia.c();
        for (part, (key, nearest)) in [("real", c.re), ("imag", c.im)].into_iter().enumerate() {
            match job.julia.constant().long_part(part) {
                Some(number) => writeln!(f, "{key} = \"{number}\"")?,
                None => float(f, key, nearest)?,
            }
        }
        float(f, "threshold", job.julia.threshold())?;
        writeln!(f, "itermin = {}\nitermax = {}", job.julia.itermin(), job.julia.itermax())?;
        writeln!(f, "precision = \"{precision}\"")?;
        writeln!(f, "palette = \"{}\"", tone.palette)?;
        if let Some(interior) = tone.interior {
            writeln!(f, "interior = \"{interior}\"")?;
        }
        writeln!(f, "mapping = \"{}\"", tone.mapping)?;
        if let Some(histogram) = tone.histogram_if_used() {
            writeln!(f, "histogram = \"{histogram}\"")?;
        }
        float(f, "cycles", tone.cycles)?;
        if tone.palette_offset != 0.0 {
            float(f, "palette-offset", tone.palette_offset)?;
        }
        if tone.smooth {
            writeln!(f, "smooth = true")?;
        }
        if let Some(width) = tone.distance {
            float(f, "distance", width)?;
        }
        writeln!(f, "depth = {depth}")?;
        if let Some(dpi) = dpi {
            writeln!(f, "dpi = {dpi}")?;
        }
        writeln!(f, "supersample = {}", sampling.factor)?;
        if sampling.adaptive {
            writeln!(f, "adaptive = true")?;
        }
        Ok(())
    }
}

/// A view as it was given, and in a comment as it is computed.
fn view(f: &mut fmt::Formatter<'_>, grid: &Grid, view: &View) -> fmt::Result {
    let ([re, im], (columns, rows)) = (view.center(), grid.lattice());
    writeln!(f, "center = \"{re},{im}\"\nwidth = \"{}\"", view.width())?;
    writeln!(f, "size = \"{columns}x{rows}\"")?;
    if let Some(degrees) = view.rotation() {
        writeln!(f, "rotate = \"{degrees}\"")?;
    }
    let Some((lattice, _)) = grid.view() else { return Ok(()) };
    let [re, im] = lattice.center().each_ref().map(Number::from);
    let pitch = Number::from(&lattice.pitch().value());
    let mut exactly = format!("# exactly: center {re},{im}, and {pitch} from pixel to pixel");
    if grid.is_rotated() {
        let Rotation { cos, sin } = lattice.rotation();
        let [cos, sin] = [cos, sin].map(hexfloat::format);
        exactly += &format!(", times {cos} and {sin} i");
    }
    // It can be far longer than what it repeats, and be of less use.
    if exactly.len() <= LONGEST_EXACT { writeln!(f, "{exactly}") } else { Ok(()) }
}

fn float(f: &mut fmt::Formatter<'_>, key: &str, number: f64) -> fmt::Result {
    writeln!(f, "{key} = \"{}\" # {number}", hexfloat::format(number))
}

/// All texts as one, which is a job file: the job, and before it the others in comments. Without a job
/// it is empty.
pub fn sheet(texts: &[(&str, String)]) -> String {
    let mut sheet = String::new();
    let Some(job) = text(texts, JOB) else { return sheet };
    for (keyword, name) in NAMES {
        if let Some(text) = text(texts, keyword) {
            // Whatever a text says, it stays a comment of one line.
            sheet += &format!("# {name}: {}\n", visible(text));
        }
    }
    for line in job.trim_end().lines() {
        sheet += &visible(line);
        sheet.push('\n');
    }
    sheet
}

/// The texts in a [`sheet`]; none if it is something else.
pub fn texts_of(sheet: &str) -> Texts {
    let mut texts = Texts::new();
    let mut job = sheet;
    if !sheet.starts_with("# made by: juliaset ") {
        return texts;
    }
    while let Some((line, rest)) = job.split_once('\n') {
        let Some((name, text)) = line.strip_prefix("# ").and_then(|line| line.split_once(": "))
        else {
            break;
        };
        let Some((keyword, _)) = NAMES.iter().find(|(_, known)| *known == name) else { break };
        texts.push((*keyword, text.to_owned()));
        job = rest;
    }
    texts.push((JOB, job.to_owned()));
    texts
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::julia::Julia;
    use crate::region::ComplexRegion;
    use crate::tone::{Color, Mapping};

    #[test]
    fn every_key_that_is_written_is_one_that_is_read() {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let julia = Julia::new(Complex64::I, 2.0, (5, 80)).unwrap();
        let job = Job { julia: julia.clone(), grid: Grid::new(region, 20).unwrap() };
        let (interior, distance) = (Some(Color::opaque([1, 2, 3])), Some(1.5));
        let histogram = "5:1,7:2".parse().ok();
        let tone = Tone { histogram, palette_offset: 0.25, smooth: true, ..Tone::default() };
        let tone = tone.mapping(Mapping::Histogram);
        let tone = Tone { interior, distance, ..tone };
        let sampling = Sampling { factor: 2, adaptive: true };
        let (precision, depth) = (Precision::Exact, Depth::Sixteen);
        let dpi = Some("118.11".parse().unwrap());
        let record = Record { job: &job, precision, tone: &tone, depth, dpi, sampling };
        let text = record.to_string();
        let keys = text.lines().map(|line| line.split(" = ").next().unwrap());
        let of_view = ["center", "width", "size", "rotate"];
        assert!(keys.eq(KEYS.into_iter().filter(|key| !of_view.contains(key))), "{text}");
        let view =
            View::new("1/3".parse().unwrap(), "-1".parse().unwrap(), "1e-99".parse().unwrap());
        let job =
            Job::of_view(julia, &view.unwrap().rotated("30".parse().unwrap()), 20, 10).unwrap();
        let text = Record { job: &job, ..record }.to_string();
        let keys = text.lines().filter(|line| !line.starts_with('#'));
        let keys = keys.map(|line| line.split(" = ").next().unwrap());
        let of_region = ["resolution", "xleft", "xright", "ybot", "ytop"];
        assert!(keys.eq(KEYS.into_iter().filter(|key| !of_region.contains(key))), "{text}");
        let first = "center = \"1/3,-1\"\nwidth = \"1e-99\"\nsize = \"20x10\"\nrotate = \"30\"\n# exactly: center 0x1555";
        assert!(text.starts_with(first), "{text}");
    }

    #[test]
    fn texts_come_back_from_one() {
        let texts: Texts = vec![
            (SOFTWARE, "juliaset 0".to_owned()),
            (COMMAND, "a: b".to_owned()),
            (TIERS, "1, 2".to_owned()),
            (JOB, "real = 1 # one\nimag = 2\n".to_owned()),
        ];
        assert_eq!(texts_of(&sheet(&texts)), texts);
        let unruly = vec![(SOFTWARE, "juliaset \x1b\n[output]".to_owned()), (JOB, String::new())];
        assert_eq!(sheet(&unruly), "# made by: juliaset \\u{1b}\\n[output]\n");
        assert!(texts_of("resolution = 9\n").is_empty() && sheet(&texts[..3]).is_empty());
    }
}
