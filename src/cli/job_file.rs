//! Options from elsewhere than the command line: a job file, or the job that a picture carries.
//!
//! Both are TOML with the options' names as keys. They replace options that the command line
//! does not give, and are checked by the same rules.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Command, CommandFactory, Parser};
use toml::de::{DeTable, DeValue};

use super::error::Failure;
use super::options::picture::PictureArgs;
use super::options::view::{BOUNDS, NAMES as VIEW};
use super::{animate, carried};
use crate::Preset;
use crate::output::metadata;
use crate::record::JOB;
use crate::{input, record};

/// The longest job file, in bytes: room for a center of the most digits.
const LONGEST: usize = 1 << 23;

/// Options that say where others come from.
const SOURCES: [&str; 3] = ["job", "like", "preset"];

/// Options of which one replaces the other.
const ALTERNATIVES: [&[&str]; 7] = [
    &["palette", "palette_file"],
    &["fast", "small"],
    &["quiet", "verbose"],
    &["line", "circle", "points", "through", "key_frames", "keys"],
    &["zoom", "key_frames", "keys"],
    &["about", "no_zoom", "key_frames", "keys"],
    &["resample", "no_zoom", "key_frames", "keys"],
];

/// A command line, with the options that a file or a preset gives for it.
#[derive(Default)]
pub struct Expanded {
    args: Vec<OsString>,
    /// As in `--itermax=200`.
    given: Vec<String>,
    /// The file that they come from, if messages name it.
    file: Option<PathBuf>,
    /// Further lines for standard error.
    pub notes: Vec<String>,
}

impl Expanded {
    /// All of them.
    pub fn args(&self) -> impl Iterator<Item = OsString> + Clone {
        self.args.iter().cloned().chain(self.given.iter().map(Into::into))
    }

    /// What is wrong with them.
    pub fn failure(&self, error: clap::Error) -> Failure {
        match &self.file {
            Some(file) => Failure::from(error).within(file),
            None => Failure::from(error),
        }
    }

    /// Leaves an option out that the file gives, and says so; `None` if it does not give that.
    pub fn without(&mut self, option: &str) -> Option<String> {
        let place = self.given.iter().position(|given| name(given) == option)?;
        self.given.remove(place);
        let file = self.file.as_ref().map(|file| format!("{}: ", file.display()));
        Some(format!("{}{option} is left out", file.unwrap_or_default()))
    }
}

/// The name in an option such as `--itermax=200`.
fn name(option: &str) -> &str {
    let option = option.trim_start_matches('-');
    option.split_once('=').map_or(option, |(name, _)| name)
}

/// A command line with the options of the files that it names.
pub fn expand(command: Command, args: Vec<OsString>) -> Result<Expanded, Failure> {
    let mut expanded = Expanded { args, ..Expanded::default() };
    // Errors of the command line alone are reported when it is parsed again.
    let Ok(matches) = command.clone().try_get_matches_from(&expanded.args) else {
        return Ok(expanded);
    };
    is_by_bounds_or_by_center(matches.subcommand().map_or(&matches, |(_, matches)| matches))?;
    let rendering = command.clone();
    let mut all = names(&rendering);
    all.extend(animate::KEYS);
    let (command, matches) = match matches.subcommand() {
        Some((TONE, matches)) => {
            expanded.given = options_of_counts(&command, matches)?;
            return Ok(expanded);
        }
        Some((name @ ANIMATE, matches)) => {
            (command.find_subcommand(name).unwrap_or(&command), matches)
        }
        Some(_) => return Ok(expanded),
        None => (&command, &matches),
    };
    if let Some(name) = matches.get_one::<String>("preset") {
        let text = preset_job(&Preset::named(name)?);
        expanded.given = options(&text, Path::new(name), command, matches, &all)?;
        return Ok(expanded);
    }
    let named = |id: &str| matches.get_one::<PathBuf>(id).cloned();
    let (path, text) = match (named("job"), named("like")) {
        (Some(path), _) => {
            let text = input::text(&path, LONGEST)?;
            (path, text)
        }
        (None, Some(path)) => {
            let texts = carried::texts(&path)?;
            (path, record::text(&texts, JOB).unwrap_or_default().to_owned())
        }
        (None, None) => return Ok(expanded),
    };
    expanded.given = options(&text, &path, command, matches, &all)?;
    let is_still = command.get_name() != ANIMATE;
    if is_still && DeTable::parse(&text).is_ok_and(|table| moves(table.get_ref())) {
        let path = path.display();
        expanded.notes.push(format!(
            "{path}: its motion is left out; 'juliaset animate' makes an animation of it"
        ));
    }
    expanded.file = Some(path);
    Ok(expanded)
}

/// Whether a job is that of an animation.
fn moves(job: &DeTable<'_>) -> bool {
    job.keys().any(|key| animate::KEYS.contains(&key.get_ref().as_ref()))
}

/// The sub-command whose options come from the job of its counts.
const TONE: &str = "tone";
/// The sub-command that can take options from elsewhere as rendering does.
const ANIMATE: &str = "animate";

/// Those of its options that the command line does not give, and the job of the counts does.
fn options_of_counts(command: &Command, matches: &ArgMatches) -> Result<Vec<String>, Failure> {
    let path = matches.get_one::<PathBuf>("counts").map(PathBuf::as_path);
    let (Some(path), Some(tone)) = (path, command.find_subcommand(TONE)) else {
        return Ok(Vec::new());
    };
    let texts = metadata::beside(path)?;
    carried::check(&texts, path)?;
    let Some(job) = record::text(&texts, JOB) else { return Ok(Vec::new()) };
    let others: Vec<_> = names(command).into_iter().chain(animate::KEYS).collect();
    options(job, path, tone, matches, &others)
}

/// What the job of a picture can say.
#[derive(Parser)]
struct PictureJob {
    #[command(flatten)]
    picture: PictureArgs,
}

/// The picture that is in the job file `text`, which came from `path`.
pub fn parse(text: &str, path: &Path) -> Result<PictureArgs, Failure> {
    let command = PictureJob::command();
    let program = "juliaset".to_owned();
    let none = command.clone().try_get_matches_from([&program])?;
    let options = options(text, path, &command, &none, &[])?;
    let job = PictureJob::try_parse_from(std::iter::once(program).chain(options));
    job.map(|job| job.picture).map_err(|error| Failure::from(error).within(path))
}

/// The preset as a job file.
fn preset_job(preset: &Preset) -> String {
    let ([re, im], [xleft, xright, ybot, ytop]) = (preset.c, preset.view);
    let (itermin, itermax) = preset.iterations;
    format!(
        "real = {re:?}\nimag = {im:?}\nxleft = {xleft:?}\nxright = {xright:?}\nybot = {ybot:?}\n\
         ytop = {ytop:?}\nitermin = {itermin}\nitermax = {itermax}\n"
    )
}

/// The options in `text` that the command line does not give. Those with the names `others` are
/// skipped if `command` has no option of that name.
fn options(
    text: &str,
    path: &Path,
    command: &Command,
    matches: &ArgMatches,
    others: &[&str],
) -> Result<Vec<String>, Failure> {
    let wrong = |offset: usize, problem: String| {
        let line = text[..offset.min(text.len())].lines().count().max(1);
        Failure::usage(format!("{}, line {line}: {problem}", path.display()))
    };
    let table = DeTable::parse(text).map_err(|error| {
        wrong(error.span().map_or(0, |span| span.end), error.message().to_owned())
    })?;
    let mut options = Vec::new();
    let mut preset = None;
    for (key, value) in table.get_ref() {
        let (place, key) = (key.span().end, key.get_ref());
        if key == "preset"
            && let DeValue::String(name) = value.get_ref()
        {
            let job = Preset::named(name).map_err(|error| Failure::from(error).within(path))?;
            preset = Some(preset_job(&job));
            continue;
        }
        // In a job file it is an animation's: of a view it would be another number.
        if key == "zoom" && command.get_name() != ANIMATE {
            continue;
        }
        let known = |arg: &&clap::Arg| arg.get_long() == Some(key) && !is_source(arg);
        let Some(arg) = command.get_arguments().find(known) else {
            if others.contains(&key.as_ref()) {
                continue;
            }
            return Err(wrong(place, format!("{key}: no such option")));
        };
        let id = arg.get_id().as_str();
        let takes_value = matches!(arg.get_action(), ArgAction::Set);
        // As --distance, which has a default value.
        let needs_value = arg.get_num_args().is_none_or(|number| number.min_values() > 0);
        let option = match value.get_ref() {
            DeValue::String(value) if takes_value => format!("--{key}={value}"),
            DeValue::Integer(value) if takes_value => format!("--{key}={value}"),
            DeValue::Float(value) if takes_value => format!("--{key}={}", value.as_str()),
            DeValue::Boolean(true) if !takes_value || !needs_value => format!("--{key}"),
            DeValue::Boolean(false) if !takes_value || !needs_value => continue,
            _ if takes_value => {
                return Err(wrong(place, format!("{key}: must be a number or a string")));
            }
            _ => return Err(wrong(place, format!("{key}: must be true or false"))),
        };
        if !is_given(matches, id) {
            options.push(option);
        }
    }
    let has =
        |names: &[&str]| table.get_ref().keys().any(|key| names.contains(&key.get_ref().as_ref()));
    if has(&VIEW) && has(&BOUNDS) {
        let line = format!("{}: {CENTER_AND_BOUNDS}", path.display());
        return Err(Failure::usage(line));
    }
    // What the file says itself comes before its preset.
    if let Some(preset) = preset {
        let others = self::options(&preset, path, command, matches, others)?;
        let is_new = |other: &String| !options.iter().any(|own| name(own) == name(other));
        let others: Vec<_> = others.into_iter().filter(is_new).collect();
        options.extend(others);
    }
    Ok(options)
}

/// The names of a command's options that a job file can have.
fn names(command: &Command) -> Vec<&str> {
    let arguments = command.get_arguments().filter(|arg| !is_source(arg));
    arguments.filter_map(clap::Arg::get_long).collect()
}

fn is_source(arg: &clap::Arg) -> bool {
    SOURCES.contains(&arg.get_id().as_str())
        || arg.is_hide_set()
        || matches!(arg.get_action(), ArgAction::Help | ArgAction::HelpLong | ArgAction::Version)
}

/// Whether the command line gives this option, or the one that replaces it, or takes it back.
fn is_given(matches: &ArgMatches, id: &str) -> bool {
    let given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let mut alternatives =
        ALTERNATIVES.iter().filter(|names| names.contains(&id)).copied().flatten();
    let is_there = |id: &str| matches.try_contains_id(id).is_ok_and(|is_there| is_there);
    let given = |id: &str| is_there(id) && given(id);
    let any = |names: &[&str]| names.iter().any(|id| given(id));
    let is_replaced = match id {
        // The bounds of a file give a view its aspect.
        "resolution" => any(&["size"]),
        "width" => is_zoomed_by_width(matches) && given("zoom"),
        _ => false,
    };
    let of_view = VIEW.contains(&id) || id == "size";
    let is_replaced = is_replaced || (of_view && any(&BOUNDS));
    is_replaced || given(id) || given(&format!("no_{id}")) || alternatives.any(|id| given(id))
}

/// Whether `--zoom` is that of a view, and not an animation's.
fn is_zoomed_by_width(matches: &ArgMatches) -> bool {
    matches.try_contains_id("frames").is_err()
}

/// What is wrong with a view that is given twice.
const CENTER_AND_BOUNDS: &str =
    "a view is given by --center, or by --xleft, --xright, --ybot and --ytop";

/// Whether the command line gives a view in one way only.
fn is_by_bounds_or_by_center(matches: &ArgMatches) -> Result<(), Failure> {
    let given = |id: &&str| {
        matches.try_contains_id(id).is_ok_and(|is_there| is_there)
            && matches.value_source(id) == Some(ValueSource::CommandLine)
    };
    let first = |names: &[&'static str]| names.iter().find(|id| given(id)).copied();
    match (first(&VIEW), first(&BOUNDS)) {
        (Some(view), Some(bound)) => Err(Failure::usage(format!(
            "--{bound}: cannot be used with --{view}; {CENTER_AND_BOUNDS}"
        ))),
        _ => Ok(()),
    }
}
