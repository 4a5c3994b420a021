//! Whether standard output gets colours.

use std::env;
use std::io::{self, IsTerminal};

use clap::ColorChoice;

/// Whether standard output gets colours and pictures; or the reason why not.
///
/// NO_COLOR switches them off, whatever else is said (no-color.org). CLICOLOR_FORCE switches them on, also if standard
/// output is not a terminal, and CLICOLOR=0 off.
pub fn of_standard_output() -> Result<(), &'static str> {
    decide(Environment {
        no_color: value("NO_COLOR").is_some(),
        forced: value("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
        off: value("CLICOLOR").is_some_and(|value| value == "0"),
        is_terminal: io::stdout().is_terminal(),
    })
}

/// The same for the help.
pub fn of_help() -> ColorChoice {
    match of_standard_output() {
        Ok(()) if io::stdout().is_terminal() => ColorChoice::Auto,
        Ok(()) => ColorChoice::Always,
        Err(_) => ColorChoice::Never,
    }
}

/// The value of a variable of the environment; an empty one says nothing.
fn value(name: &str) -> Option<std::ffi::OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

#[derive(Clone, Copy)]
struct Environment {
    no_color: bool,
    forced: bool,
    off: bool,
    is_terminal: bool,
}

fn decide(environment: Environment) -> Result<(), &'static str> {
    match environment {
        Environment { no_color: true, .. } => Err("NO_COLOR is in the environment"),
        Environment { forced: true, .. } => Ok(()),
        Environment { off: true, .. } => Err("CLICOLOR is 0 in the environment"),
        Environment { is_terminal: false, .. } => Err("standard output is not a terminal"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_comes_before_the_terminal() {
        let no = Environment { no_color: false, forced: false, off: false, is_terminal: false };
        assert_eq!(decide(no), Err("standard output is not a terminal"));
        let terminal = Environment { is_terminal: true, ..no };
        assert_eq!(decide(terminal), Ok(()));
        let off = Environment { off: true, ..terminal };
        assert_eq!(decide(off), Err("CLICOLOR is 0 in the environment"));
        assert_eq!(decide(Environment { forced: true, is_terminal: false, ..off }), Ok(()));
        let never = Environment { no_color: true, forced: true, ..terminal };
        assert_eq!(decide(never), Err("NO_COLOR is in the environment"));
    }
}
