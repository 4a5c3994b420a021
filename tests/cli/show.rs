//! Pictures in a terminal, of which `script` plays one.
#![cfg(target_os = "linux")]

use crate::{Folder, JULIASET};

/// What `juliaset` with these flags writes to a terminal of that kind.
fn in_terminal(folder: &Folder, term: &str, flags: &str) -> String {
    let mut command = folder.command("script");
    command.args(["-qec", &format!("stty cols 60 rows 20; {JULIASET} {flags}"), "/dev/null"]);
    command.env("TERM", term).env_remove("TERM_PROGRAM").env_remove("NO_COLOR");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_finished_picture_is_shown() {
    let folder = Folder::new();
    let flags = "-q -R 300 --palette magma --engine cpu --show -o x.tif";
    let shown = in_terminal(&folder, "xterm-256color", flags);
    let lines: Vec<&str> = shown.lines().collect();
    // 60 columns of pixels are 37 rows of them.
    assert_eq!(lines.len(), 19, "{shown}");
    assert!(lines.iter().all(|line| line.matches('▀').count() == 60), "{shown}");
    assert!(in_terminal(&folder, "xterm-kitty", flags).starts_with("\x1b_Ga=T,f=100,q=2,m="));
    assert!(in_terminal(&folder, "foot", flags).starts_with("\x1bPq\"1;1;300;188#"));
    folder.juliaset("-R 80 --engine cpu -o x.npy").is_quiet_success();
    let shown = in_terminal(&folder, "xterm", "tone x.npy -q --show -o y.png");
    assert!(shown.contains('▀'), "{shown}");
    assert_eq!(folder.names().len(), 4);
}

#[test]
fn where_there_is_no_terminal_there_is_a_line() {
    let folder = Folder::new();
    for (flags, line) in [
        ("-R 20 --engine cpu --show", "not shown: standard output is not a terminal"),
        ("-R 20 --engine cpu --show --no-show -o a.png --fast", ""),
    ] {
        let run = folder.juliaset(flags);
        let line = if line.is_empty() { String::new() } else { format!("juliaset: {line}\n") };
        let said = run.without_what_was_made();
        assert_eq!((run.code, run.stdout.as_str(), said), (Some(0), "", line.as_str()));
    }
    let shown = in_terminal(&folder, "dumb", "-R 20 --engine cpu --show");
    assert!(shown.contains("juliaset: not shown: the terminal cannot show pictures"), "{shown}");
    // It once said that standard output was not a terminal.
    let mut command = folder.command("script");
    command.args(["-qec", &format!("{JULIASET} -R 20 --engine cpu --show"), "/dev/null"]);
    let output = command.env("TERM", "xterm").env("NO_COLOR", "1").output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("juliaset: not shown: NO_COLOR is in the environment"), "{shown}");
}

#[test]
fn presets_with_pictures() {
    let folder = Folder::new();
    let shown = in_terminal(&folder, "xterm-256color", "presets");
    assert!(shown.contains("rabbit") && shown.contains('▀'), "{shown}");
    let shown = in_terminal(&folder, "xterm-kitty", "presets");
    assert_eq!(shown.matches("\x1b_Ga=T").count(), juliaset::Preset::ALL.len());
}
