//! Options from elsewhere than the command line: a job file, or the job that a picture carries.
//!
//! Both are TOML with the options' names as keys. They stand in for options that the command line
//! does not give, and are judged by the same rules.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Command, CommandFactory, Parser};
use juliaset::input;
use juliaset::output::texts;
use juliaset::preset::Preset;
use juliaset::record::{self, JOB};
use toml::de::{DeTable, DeValue};

use super::failure::Failure;
use super::picture_args::PictureArgs;
use super::{Cli, carried};

/// Where options come from, besides the command line.
#[derive(clap::Args)]
#[allow(dead_code, reason = "read by `expand`, before all options are there")]
pub struct JobFileArgs {
    /// Take options from a job file
    ///
    /// A job file is TOML with the long options' names as keys, such as 'itermax = 200' or 'fast =
    /// true'. Options on the command line come before the file's. 'juliaset info plot.png' prints a
    /// picture's job in this form. - is standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "like", help_heading = "Job")]
    job: Option<PathBuf>,

    /// Make a picture again, from the job that it carries
    ///
    /// Its pixels are the same, bit for bit, on any machine and engine; in precision 'single', and
    /// in 'double' on a GPU, on the same adapter. Options on the command line come before the
    /// picture's. A PNG, TIFF, WebP, JPEG or OpenEXR has its job in it, an NPY beside it in FILE.toml;
    /// what else than a picture's job is there is refused. - is standard input.
    #[arg(long, value_name = "FILE", help_heading = "Job")]
    like: Option<PathBuf>,

    /// Take c, view and iterations of a celebrated set
    ///
    /// 'juliaset presets' lists them. Options on the command line come before the set's.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["job", "like"], help_heading = "Job")]
    preset: Option<String>,
}

/// Options that say where others come from.
const SOURCES: [&str; 3] = ["job", "like", "preset"];

/// Options of which one stands in for the other.
const ALTERNATIVES: [[&str; 2]; 3] =
    [["palette", "palette_file"], ["fast", "small"], ["quiet", "verbose"]];

/// A command line with the options of the files that it names; and the file, if any.
pub fn expand(
    command: Command,
    mut args: Vec<OsString>,
) -> Result<(Vec<OsString>, Option<PathBuf>), Failure> {
    // What is wrong with the command line alone is told when it is parsed for good.
    let Ok(matches) = command.clone().try_get_matches_from(&args) else { return Ok((args, None)) };
    let rendering = command.clone();
    let all = names(&rendering);
    let (command, matches) = match matches.subcommand() {
        Some((TONE, matches)) => {
            args.extend(options_of_counts(&command, matches)?.into_iter().map(Into::into));
            return Ok((args, None));
        }
        Some((name @ ANIMATE, matches)) => {
            (command.find_subcommand(name).unwrap_or(&command), matches)
        }
        Some(_) => return Ok((args, None)),
        None => (&command, &matches),
    };
    if let Some(name) = matches.get_one::<String>("preset") {
        let text = preset_job(&Preset::named(name)?);
        args.extend(
            options(&text, Path::new(name), command, matches, &all)?.into_iter().map(Into::into),
        );
        return Ok((args, None));
    }
    let named = |id: &str| matches.get_one::<PathBuf>(id).cloned();
    let (path, text) = match (named("job"), named("like")) {
        (Some(path), _) => {
            let text = input::text(&path, record::LONGEST)?;
            (path, text)
        }
        (None, Some(path)) => {
            let texts = carried::texts(&path)?;
            (path, record::text(&texts, JOB).unwrap_or_default().to_owned())
        }
        (None, None) => return Ok((args, None)),
    };
    for option in options(&text, &path, command, matches, &all)? {
        args.push(option.into());
    }
    Ok((args, Some(path)))
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
    let texts = texts::beside(path)?;
    carried::check(&texts, path)?;
    let Some(job) = record::text(&texts, JOB) else { return Ok(Vec::new()) };
    options(job, path, tone, matches, &names(command))
}

/// The picture that is in the job file `text`, which came from `path`.
pub fn parse(text: &str, path: &Path) -> Result<PictureArgs, Failure> {
    let command = Cli::command();
    let program = "juliaset".to_owned();
    let none = command.clone().try_get_matches_from([&program])?;
    let options = options(text, path, &command, &none, &[])?;
    let cli = Cli::try_parse_from(std::iter::once(program).chain(options));
    cli.map(|cli| cli.render.picture).map_err(|error| Failure::from(error).within(path))
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
/// skipped where `command` has none of the name.
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
    for (key, value) in table.get_ref() {
        let (place, key) = (key.span().end, key.get_ref());
        let known = |arg: &&clap::Arg| arg.get_long() == Some(key) && !is_source(arg);
        let Some(arg) = command.get_arguments().find(known) else {
            if others.contains(&key.as_ref()) {
                continue;
            }
            return Err(wrong(place, format!("{key}: no such option")));
        };
        let id = arg.get_id().as_str();
        let takes_value = matches!(arg.get_action(), ArgAction::Set);
        let option = match value.get_ref() {
            DeValue::String(value) if takes_value => format!("--{key}={value}"),
            DeValue::Integer(value) if takes_value => format!("--{key}={value}"),
            DeValue::Float(value) if takes_value => format!("--{key}={}", value.as_str()),
            DeValue::Boolean(true) if !takes_value => format!("--{key}"),
            DeValue::Boolean(false) if !takes_value => continue,
            _ if takes_value => {
                return Err(wrong(place, format!("{key}: must be a number or a string")));
            }
            _ => return Err(wrong(place, format!("{key}: must be true or false"))),
        };
        if !is_given(matches, id) {
            options.push(option);
        }
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
        || matches!(arg.get_action(), ArgAction::Help | ArgAction::HelpLong | ArgAction::Version)
}

/// Whether the command line gives this option, or the one that stands in for it.
fn is_given(matches: &ArgMatches, id: &str) -> bool {
    let given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let mut alternatives = ALTERNATIVES.iter().filter(|pair| pair.contains(&id)).flatten();
    given(id) || alternatives.any(|id| given(id))
}
