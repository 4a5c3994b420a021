//! Which options have an effect on what: one table of options, formats, engines and commands.
//!
//! An option without an effect is refused by its name if the command line gives it. If a job
//! file or a picture's job gives it, it is left out, with a line that says so.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::animate::{Container, Name};
use super::options::size::Size;
use crate::render::supersampling::Sampling;
use crate::{EngineChoice, Format, Mapping, Precision};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Picture(Format),
    /// A PNG on standard output.
    PipedPng,
    AnimatedPng,
    Gif,
    Film,
    RawFrames,
}

use Kind::{AnimatedPng, Film, Gif, Picture, PipedPng, RawFrames};

const PNG: Kind = Picture(Format::Png);
const TIFF: Kind = Picture(Format::Tiff);
const WEBP: Kind = Picture(Format::WebP);
const JPEG: Kind = Picture(Format::Jpeg);
const EXR: Kind = Picture(Format::Exr);
const DZI: Kind = Picture(Format::Dzi);

/// What has pixels, or the real numbers behind them.
const SEEN: &[Kind] =
    &[PNG, PipedPng, TIFF, WEBP, JPEG, EXR, DZI, AnimatedPng, Gif, Film, RawFrames];
/// What a terminal can be shown.
const SHOWN: &[Kind] = &[PNG, TIFF, WEBP, JPEG];
/// A file whose finished bands can be kept beside it; a pyramid is one that goes on by itself.
const ONE_FILE: &[Kind] = &[PNG, TIFF, WEBP, JPEG, EXR, Picture(Format::Npy)];
/// What is deflated or encoded, with more or less effort.
const COMPRESSED: &[Kind] = &[PNG, PipedPng, TIFF, EXR, DZI, AnimatedPng, Film];
/// What can do without its job: the tiles of a pyramid go on by theirs.
const RECORDED: &[Kind] =
    &[PNG, PipedPng, TIFF, WEBP, JPEG, EXR, Picture(Format::Npy), AnimatedPng, Film];
/// What states how large it is in print, or has that in its job.
const PRINTED: &[Kind] =
    &[PNG, PipedPng, TIFF, WEBP, JPEG, EXR, Picture(Format::Npy), DZI, AnimatedPng];
/// What says how fast its frames follow each other.
const TIMED: &[Kind] = &[AnimatedPng, Gif, Film, RawFrames];

impl Kind {
    /// What `command` writes into `output`; `None` if that is an error.
    fn of(command: Option<&str>, output: &Path) -> Option<Self> {
        if command != Some("animate") {
            let is_piped = output == Path::new("-");
            return if is_piped { Some(PipedPng) } else { Format::of(output).ok().map(Picture) };
        }
        if output == Path::new("-") {
            return Some(RawFrames);
        }
        match Name::parse(output).ok()? {
            Name::Numbered(_) => Format::of(output).ok().map(Picture),
            Name::One(file) => {
                let is_gif = file.extension().is_some_and(|end| end.eq_ignore_ascii_case("gif"));
                let is_film = Container::of(&file).is_some();
                Some(if is_gif {
                    Gif
                } else if is_film {
                    Film
                } else {
                    AnimatedPng
                })
            }
        }
    }

    /// How `command` is asked for it, if that is another way than a format before it.
    fn name(self, command: Option<&str>) -> Option<Cow<'static, str>> {
        let animates = command == Some("animate");
        let name = match self {
            Picture(Format::Png) if animates => "frame-%04d.png",
            Picture(format) => return Some(format!(".{format}").into()),
            AnimatedPng if animates => ".png or .apng",
            Gif if animates => ".gif",
            Film if animates => ".mp4 or .webm",
            RawFrames if animates => "-",
            PipedPng | AnimatedPng | Gif | Film | RawFrames => return None,
        };
        Some(name.into())
    }
}

/// What an option needs to have an effect.
#[derive(Clone, Copy)]
enum Needs {
    /// An output of one of these kinds.
    Output(&'static [Kind]),
    /// An output of one of these kinds, or a size that follows from it.
    OutputOrSize(&'static [Kind]),
    /// An engine that may be a GPU.
    Gpu,
    /// The precision exact.
    Exact,
    /// Several sample points for a pixel.
    Supersample,
    /// Colours that go by a histogram.
    Histogram,
    /// Something to compare counts with that has not computed them.
    Reference,
}

/// Every option, and what it needs. The counts in an NPY carry the options for their colours, which
/// `juliaset tone` takes up: there those have their effect.
const TABLE: [(&str, &[Needs]); 70] = [
    ("resolution", &[]),
    ("xleft", &[]),
    ("xright", &[]),
    ("ybot", &[]),
    ("ytop", &[]),
    ("center", &[]),
    ("width", &[]),
    ("size", &[]),
    ("rotate", &[]),
    ("real", &[]),
    ("imag", &[]),
    ("threshold", &[]),
    ("itermin", &[]),
    ("itermax", &[]),
    ("job", &[]),
    ("like", &[]),
    ("preset", &[]),
    ("engine", &[Needs::Reference]),
    ("adapter", &[Needs::Gpu]),
    ("precision", &[]),
    ("kernel", &[Needs::Gpu, Needs::Exact]),
    ("threads", &[]),
    ("oracle", &[]),
    ("runs", &[]),
    ("gray", &[]),
    ("json", &[]),
    // The counts in an NPY are the same with both, and no picture can be made of them that has either.
    ("smooth", &[Needs::Output(SEEN)]),
    ("distance", &[Needs::Output(SEEN)]),
    ("supersample", &[]),
    ("adaptive", &[Needs::Supersample]),
    ("palette", &[]),
    ("palette-file", &[]),
    ("export", &[]),
    ("interior", &[]),
    ("mapping", &[]),
    ("histogram", &[Needs::Histogram]),
    ("cycles", &[]),
    ("palette-offset", &[]),
    ("depth", &[]),
    ("dpi", &[Needs::OutputOrSize(PRINTED)]),
    ("output", &[]),
    ("show", &[Needs::Output(SHOWN)]),
    ("pyramid", &[Needs::Output(&[TIFF])]),
    ("dry-run", &[]),
    ("resume", &[Needs::Output(ONE_FILE)]),
    ("fast", &[Needs::Output(COMPRESSED)]),
    ("small", &[Needs::Output(COMPRESSED)]),
    ("no-metadata", &[Needs::Output(RECORDED)]),
    ("frames", &[]),
    ("only", &[]),
    ("line", &[]),
    ("circle", &[]),
    ("points", &[]),
    ("through", &[]),
    ("zoom", &[]),
    ("about", &[]),
    ("key-frames", &[]),
    ("keys", &[]),
    ("easing", &[]),
    ("palette-turns", &[]),
    ("resample", &[]),
    ("contact-sheet", &[]),
    ("fps", &[Needs::Output(TIMED)]),
    ("crf", &[Needs::Output(&[Film])]),
    ("port", &[]),
    ("listen", &[]),
    ("open", &[]),
    ("folder", &[]),
    ("quiet", &[]),
    ("verbose", &[]),
];

/// An option without an effect.
#[derive(Debug, PartialEq)]
pub struct Idle {
    /// Its long name.
    pub option: &'static str,
    /// Why it has none, and what would give it one.
    pub why: String,
}

/// The options in `matches` that were given, and have no effect.
pub fn idle(matches: &ArgMatches) -> Vec<Idle> {
    let (command, matches) = match matches.subcommand() {
        Some((name, matches)) => (Some(name), matches),
        None => (None, matches),
    };
    let mut idle = Vec::new();
    for (option, needs) in TABLE {
        let id = option.replace('-', "_");
        let is_there = matches.try_contains_id(&id).is_ok_and(|is_there| is_there);
        if is_there && matches.value_source(&id) == Some(ValueSource::CommandLine) {
            let why = needs.iter().find_map(|needs| needs.unmet(command, matches));
            idle.extend(why.map(|why| Idle { option, why }));
        }
    }
    idle
}

impl Needs {
    /// Which need is not met, and what would be right; `None` if its needs are met.
    fn unmet(self, command: Option<&str>, matches: &ArgMatches) -> Option<String> {
        let engine = || value::<EngineChoice>(matches, "engine");
        let precision = || value::<Precision>(matches, "precision");
        let is_cpu = || engine() == Some(EngineChoice::Cpu);
        match self {
            Self::Output(kinds) => {
                let output: PathBuf = value(matches, "output")?;
                // A contact sheet is a picture.
                let is_sheet = matches.try_contains_id("contact_sheet").unwrap_or(false);
                let command = command.filter(|_| !is_sheet);
                let kind = Kind::of(command, &output)?;
                let names: Vec<_> = kinds.iter().filter_map(|kind| kind.name(command)).collect();
                (!kinds.contains(&kind)).then(|| {
                    let output = output.display();
                    format!("has no effect with --output {output}; it is for {}", names.join(", "))
                })
            }
            Self::OutputOrSize(kinds) => {
                let size: Option<Size> = value(matches, "size");
                let follows = size.is_some_and(|size| size.has_lengths());
                if follows { None } else { Self::Output(kinds).unmet(command, matches) }
            }
            Self::Gpu => {
                is_cpu().then(|| "has no effect with --engine cpu; it is for gpu".to_owned())
            }
            Self::Exact => precision().filter(|&it| it != Precision::Exact).map(|precision| {
                format!("has no effect with --precision {precision}; it is for exact")
            }),
            Self::Supersample => (value(matches, "supersample") == Some(1_u32)).then(|| {
                let most = Sampling::MAX_FACTOR;
                format!("has no effect with --supersample 1; it is for 2 to {most}")
            }),
            Self::Histogram if command == Some("explore") => {
                Some("has no effect in the page, which counts what it shows".to_owned())
            }
            Self::Histogram => {
                let mapping = value::<Mapping>(matches, "mapping");
                let mapping = mapping.filter(|&it| it != Mapping::Histogram);
                mapping.map(|mapping| {
                    format!("has no effect with --mapping {mapping}; it is for histogram")
                })
            }
            Self::Reference => {
                let compares_itself = command == Some("verify")
                    && is_cpu()
                    && precision() == Some(Precision::Exact)
                    && value::<u32>(matches, "oracle").is_none();
                compares_itself.then(|| {
                    "cpu would compare the CPU with itself; add --oracle N, or take --precision \
                     double, --precision single or --engine gpu"
                        .to_owned()
                })
            }
        }
    }
}

/// The value of an option, if the command has the option and it has a value.
fn value<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, id: &str) -> Option<T> {
    matches.try_get_one::<T>(id).ok().flatten().cloned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::{ArgAction, CommandFactory};

    use super::*;

    /// What takes an option of a file back needs what the option needs.
    fn without_no(option: &str) -> &str {
        option.strip_prefix("no-").unwrap_or(option)
    }

    #[test]
    fn every_option_of_every_command_is_in_the_table_and_no_other() {
        let mut command = super::super::Cli::command();
        command.build();
        let commands: Vec<_> = std::iter::once(&command).chain(command.get_subcommands()).collect();
        let options: BTreeSet<_> = commands
            .iter()
            .filter(|command| command.get_name() != "help")
            .flat_map(|command| command.get_arguments())
            .filter(|arg| {
                let action = arg.get_action();
                !matches!(action, ArgAction::Help | ArgAction::HelpLong | ArgAction::Version)
            })
            .filter_map(|arg| {
                let long = arg.get_long()?;
                Some(if arg.is_hide_set() { without_no(long) } else { long })
            })
            .collect();
        let table: BTreeSet<_> = TABLE.iter().map(|&(option, _)| option).collect();
        assert_eq!(options, table);
        assert_eq!(table.len(), TABLE.len());
    }

    /// Every option with a need, with a line where it is met and one where it is not.
    #[test]
    fn an_option_is_idle_where_its_need_is_not_met() {
        for (option, line, is_idle) in [
            ("smooth", "--smooth -o x.png", false),
            ("smooth", "--smooth -o x.exr", false),
            ("smooth", "--smooth -o x.npy", true),
            ("smooth", "animate --zoom 2 --smooth -o x.gif", false),
            ("smooth", "animate --zoom 2 --smooth -o %d.npy", true),
            ("distance", "--distance -o -", false),
            ("distance", "--distance=2 -o x.NPY", true),
            ("distance", "animate --zoom 2 --distance -o -", false),
            ("kernel", "--kernel f32", false),
            ("kernel", "--kernel f32 --engine gpu", false),
            ("kernel", "--kernel f32 --engine cpu", true),
            ("kernel", "--kernel f32 --precision double", true),
            ("kernel", "verify --kernel f64 --precision single", true),
            ("adapter", "--adapter 0", false),
            ("adapter", "--adapter 0 --engine cpu", true),
            ("adapter", "bench --adapter 0", false),
            ("adapter", "bench --adapter 0 --engine cpu", true),
            ("adapter", "verify --adapter 0 --engine cpu --precision double", true),
            ("engine", "verify --engine cpu", true),
            ("engine", "verify --engine cpu --oracle 9", false),
            ("engine", "verify --engine cpu --precision single", false),
            ("engine", "verify --engine gpu", false),
            ("engine", "--engine cpu", false),
            ("fast", "--fast -o x.png", false),
            ("fast", "--fast -o x.exr", false),
            ("fast", "--fast -o x.jpg", true),
            ("fast", "tone x.npy --fast -o y.webp", true),
            ("fast", "animate --zoom 2 --fast -o x.apng", false),
            ("fast", "animate --zoom 2 --fast -o x.gif", true),
            ("small", "--small -o -", false),
            ("small", "--small -o x.webp", true),
            ("small", "--small -o x.npy", true),
            ("small", "animate --zoom 2 --small -o -", true),
            ("pyramid", "--pyramid -o x.tif", false),
            ("pyramid", "--pyramid", true),
            ("pyramid", "tone x.npy --pyramid -o x.dzi", true),
            ("show", "--show", false),
            ("show", "--show -o x.npy", true),
            ("show", "tone x.npy --show -o -", true),
            ("no-metadata", "--no-metadata", false),
            ("no-metadata", "--no-metadata -o x.npy", false),
            ("no-metadata", "--no-metadata -o x.dzi", true),
            ("no-metadata", "animate --zoom 2 --no-metadata -o x.gif", true),
            ("resume", "--resume", false),
            ("resume", "--resume -o x.npy", false),
            ("resume", "--resume -o x.dzi", true),
            ("resume", "--resume -o -", true),
            ("dpi", "--dpi 300", false),
            ("dpi", "--dpi 300 -o x.npy", false),
            ("dpi", "animate --zoom 2 --dpi 300", false),
            ("dpi", "animate --zoom 2 --dpi 300 -o x.gif", true),
            ("dpi", "animate --zoom 2 --dpi 300 -o -", true),
            ("dpi", "animate --zoom 2 --dpi 300 --size 3x2 -o x.gif", true),
            ("dpi", "animate --zoom 2 --dpi 300 --size 3cmx2cm -o x.gif", false),
            ("fps", "animate --zoom 2 --fps 9", false),
            ("fps", "animate --zoom 2 --fps 9 -o -", false),
            ("fps", "animate --zoom 2 --fps 9 -o %d.png", true),
            ("fps", "animate --zoom 2 --fps 9 -o x.mp4", false),
            ("crf", "animate --zoom 2 --crf 9 -o x.MP4", false),
            ("crf", "animate --zoom 2 --crf 9 -o x.gif", true),
            ("fast", "animate --zoom 2 --fast -o x.webm", false),
            ("no-metadata", "animate --zoom 2 --no-metadata -o x.webm", false),
            ("histogram", "--histogram 5:1 --mapping histogram", false),
            ("histogram", "--histogram 5:1 --mapping log", true),
            ("histogram", "animate --zoom 2 --histogram per-frame", true),
            ("histogram", "animate --zoom 2 --histogram per-frame --mapping histogram", false),
            ("adaptive", "--adaptive --supersample 2", false),
            ("adaptive", "--adaptive --supersample 1", true),
        ] {
            let args = std::iter::once("juliaset").chain(line.split(' '));
            let matches = super::super::Cli::command().try_get_matches_from(args).unwrap();
            let idle: Vec<_> = idle(&matches).into_iter().map(|idle| idle.option).collect();
            assert_eq!(idle.contains(&option), is_idle, "{line}");
            assert!(idle.len() <= 1, "{line}: {idle:?}");
        }
    }
}
