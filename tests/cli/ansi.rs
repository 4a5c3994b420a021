//! Colours in the terminal, and the variables that switch them on and off.

use crate::{Folder, JULIASET};

/// What `juliaset` with these flags writes into a pipe, in an environment with these variables.
fn piped(flags: &str, variables: &[(&str, &str)]) -> String {
    let folder = Folder::new();
    let mut command = folder.command(JULIASET);
    command.args(flags.split(' ')).env("TERM", "xterm-256color");
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The same into a terminal.
#[cfg(target_os = "linux")]
fn in_terminal(flags: &str, variables: &[(&str, &str)]) -> String {
    let folder = Folder::new();
    let mut command = folder.command("script");
    command.args(["-qec", &format!("stty cols 90 rows 60; {JULIASET} {flags}"), "/dev/null"]);
    command.env("TERM", "xterm-256color").env_remove("TERM_PROGRAM");
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

const COMMANDS: [&str; 4] = ["palettes", "presets", "-h", "--help"];

#[test]
fn a_pipe_has_colours_if_they_are_forced() {
    for flags in COMMANDS {
        for (variables, colored) in [
            (&[][..], false),
            (&[("CLICOLOR", "1")], false),
            (&[("CLICOLOR_FORCE", "1")], true),
            (&[("CLICOLOR_FORCE", "0")], false),
            (&[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")], true),
            (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        ] {
            let text = piped(flags, variables);
            assert_eq!(text.contains('\x1b'), colored, "{flags} {variables:?}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_has_colours_unless_they_are_switched_off() {
    for flags in COMMANDS {
        for (variables, colored) in [
            (&[][..], true),
            // Without a value it says nothing.
            (&[("NO_COLOR", "")], true),
            (&[("NO_COLOR", "1")], false),
            (&[("CLICOLOR", "0")], false),
            (&[("CLICOLOR", "1")], true),
        ] {
            let text = in_terminal(flags, variables);
            assert_eq!(text.contains('\x1b'), colored, "{flags} {variables:?}");
        }
    }
    let shown = |variables| in_terminal("-q -R 50 --engine cpu --show", variables);
    assert!(shown(&[]).contains('▀'));
    assert!(!shown(&[("NO_COLOR", "1")]).contains('\x1b'));
    assert!(!shown(&[("CLICOLOR", "0")]).contains('\x1b'));
}
