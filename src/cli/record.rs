//! What a picture says of the command line that made it.

use std::any::TypeId;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::ValueParser;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::grammar;
use crate::record::{COMMAND, Texts};

/// The longest command line that is recorded, in bytes: a longer one is of no use beside the job.
const LONGEST: usize = 1 << 13;

/// Options that are not recorded: which frames a process makes says nothing of a frame, which is the same
/// whoever makes it.
const LEFT_OUT: [&str; 1] = ["only"];

/// The text for a picture that this process makes.
pub fn texts() -> Texts {
    let command = command(grammar::command(), grammar::args());
    (command.len() <= LONGEST).then_some((COMMAND, command)).into_iter().collect()
}

/// The command line as a shell takes it, without options whose values are paths: they
/// reveal private folders, and other machines do not have them.
fn command(command: Command, args: impl IntoIterator<Item = OsString>) -> String {
    let mut command = command.ignore_errors(true);
    let mut words = vec!["juliaset".to_owned()];
    // Errors of the command line were reported before.
    if let Ok(matches) = command.try_get_matches_from_mut(args) {
        collect(&command, &matches, &mut words);
    }
    words.join(" ")
}

fn collect(command: &Command, matches: &ArgMatches, words: &mut Vec<String>) {
    let mut given = Vec::new();
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        let Some(long) = arg.get_long() else { continue };
        // Options of all sub-commands are also the sub-command's.
        if arg.is_global_set() && matches.subcommand().is_some() {
            continue;
        }
        if matches.value_source(id) != Some(ValueSource::CommandLine)
            || LEFT_OUT.contains(&long)
            || is_path(arg.get_value_parser())
        {
            continue;
        }
        let takes_value = arg.get_action().takes_values();
        let indices = matches.indices_of(id).into_iter().flatten();
        let values = matches.get_raw(id).into_iter().flatten();
        for (index, value) in indices.zip(values) {
            given.push((
                index,
                match value.to_string_lossy() {
                    value if takes_value => quoted(&format!("--{long}={value}")),
                    _ => format!("--{long}"),
                },
            ));
        }
    }
    given.sort_unstable();
    words.extend(given.into_iter().map(|(_, word)| word));
    if let Some((name, matches)) = matches.subcommand() {
        words.push(name.to_owned());
        if let Some(command) = command.find_subcommand(name) {
            collect(command, matches, words);
        }
    }
}

fn is_path(parser: &ValueParser) -> bool {
    parser.type_id() == TypeId::of::<PathBuf>() || parser.type_id() == TypeId::of::<OsString>()
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
    use clap::CommandFactory;

    use super::super::Cli;
    use super::*;

    #[test]
    fn a_shell_would_take_the_words_apart_again() {
        assert_eq!(quoted("-x=-0.1"), "-x=-0.1");
        assert_eq!(quoted("#fff,red"), "'#fff,red'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }

    /// A picture that was given away revealed its maker's folders.
    #[test]
    fn no_path_is_recorded() {
        for (line, recorded) in [
            (
                "/home/me/juliaset -R 20 -x -1 -o=/home/me/x.png --smooth --palette #fff,red",
                "juliaset --resolution=20 --xleft=-1 --smooth '--palette=#fff,red'",
            ),
            ("j --palette-file /home/me/p --job /home/me/j -m0", "juliaset --itermin=0"),
            ("j --like /home/me/a.png --output /home/me/b.png", "juliaset"),
            ("j tone /home/me/x.npy -M 9 -o y.png", "juliaset tone --itermax=9"),
            ("j animate --points /home/me/p -o z -q", "juliaset animate --quiet"),
            // Frames of a part were not those of the whole.
            ("j animate --zoom 2 --only 3..5", "juliaset animate --zoom=2"),
            // What the job file gives is not there.
            ("j --adaptive --job /home/me/j", "juliaset --adaptive"),
        ] {
            let args = line.split(' ').map(OsString::from);
            assert_eq!(command(Cli::command(), args), recorded, "{line}");
        }
    }
}
