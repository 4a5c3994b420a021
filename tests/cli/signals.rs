//! Ctrl-C, and signals that a process was told not to hear.
#![cfg(unix)]

use std::fs;
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
    while !folder.names().iter().any(|name| name.starts_with(".juliaset-")) {
        assert!(child.try_wait().unwrap().is_none(), "{:?}", child.wait_with_output());
        sleep(Duration::from_millis(1));
    }
    child
}

pub fn signal(child: &Child, signal: &str) {
    assert!(
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success()
    );
}

#[test]
fn an_interrupted_job_leaves_the_picture_as_it_was() {
    // A shell's background jobs are started deaf to Ctrl-C, but can be asked to end all the same.
    for (name, ignored) in [("-INT", "USR1"), ("-TERM", "USR1"), ("-HUP", "USR1"), ("-INT", "INT")]
    {
        let folder = Folder::new();
        fs::write(folder.join("plot.png"), "before").unwrap();
        let child = started(&folder, ignored, "-R 60000 --engine cpu");
        signal(&child, name);
        Run::from(child.wait_with_output().unwrap()).fails(130, "interrupted");
        assert_eq!(folder.names(), ["plot.png"]);
        assert_eq!(fs::read(folder.join("plot.png")).unwrap(), b"before");
    }
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
