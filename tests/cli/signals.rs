//! Ctrl-C and other signals, and those that a process ignores.
#![cfg(unix)]

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::{Folder, JULIASET, Run};

/// Starts a job, with all signals as a terminal's shell would have them but those in `ignored`, and
/// waits until its file is begun.
pub fn started(folder: &Folder, ignored: &str, flags: &str) -> Child {
    let mut command = folder.command("env");
    command.arg("--default-signal").arg(format!("--ignore-signal={ignored}"));
    command.arg(JULIASET).args(flags.split_whitespace());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !has_begun(folder, &child) {
        assert!(child.try_wait().unwrap().is_none(), "{:?}", child.wait_with_output());
        sleep(Duration::from_millis(1));
    }
    child
}

/// Whether a process has begun a file in `folder`: on Linux one that is open and has no name yet.
fn has_begun(folder: &Folder, process: &Child) -> bool {
    let is_there = |file: PathBuf| file.starts_with(folder.path());
    let open = fs::read_dir(format!("/proc/{}/fd", process.id())).into_iter().flatten();
    open.flatten().any(|file| fs::read_link(file.path()).is_ok_and(is_there))
        || folder.names().iter().any(|name| name.starts_with(".juliaset-"))
}

pub fn signal(child: &Child, signal: &str) {
    assert!(
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success()
    );
}

#[test]
fn an_interrupted_job_leaves_the_picture_as_it_was() {
    // A shell's background jobs are started deaf to Ctrl-C, but can be asked to end all the same. The
    // signals from QUIT on once ended the process without a word.
    for (name, ignored) in [
        ("-INT", "WINCH"),
        ("-TERM", "WINCH"),
        ("-HUP", "WINCH"),
        ("-INT", "INT"),
        ("-QUIT", "WINCH"),
        ("-USR1", "WINCH"),
        ("-USR2", "WINCH"),
        ("-ALRM", "WINCH"),
        ("-XCPU", "WINCH"),
    ] {
        let folder = Folder::new();
        fs::write(folder.join("plot.png"), "before").unwrap();
        let child = started(&folder, ignored, "-R 60000 --engine cpu");
        signal(&child, name);
        Run::from(child.wait_with_output().unwrap()).fails(130, "interrupted");
        assert_eq!(folder.names(), ["plot.png"]);
        assert_eq!(fs::read(folder.join("plot.png")).unwrap(), b"before");
    }
}

/// No process can do anything about this signal.
#[cfg(target_os = "linux")]
#[test]
fn a_job_that_is_killed_leaves_nothing_behind() {
    let folder = Folder::new();
    fs::write(folder.join("plot.png"), "before").unwrap();
    let mut child = started(&folder, "WINCH", "-R 60000 --engine cpu");
    signal(&child, "-KILL");
    child.wait().unwrap();
    assert_eq!(folder.names(), ["plot.png"]);
    assert_eq!(fs::read(folder.join("plot.png")).unwrap(), b"before");
}

/// A handler for hangups must not replace what `nohup` has asked for.
#[test]
fn a_job_under_nohup_survives_the_hangup() {
    let folder = Folder::new();
    let child = started(&folder, "HUP", "-R 8000 --engine cpu");
    signal(&child, "-HUP");
    Run::from(child.wait_with_output().unwrap()).is_quiet_success();
    assert_eq!(folder.names(), ["plot.png"]);
}
