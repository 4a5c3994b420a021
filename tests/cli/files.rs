//! Files appear whole or not at all.

use std::fs;

use crate::{Folder, JULIASET, Run};

#[test]
fn an_existing_picture_is_replaced() {
    let folder = Folder::new();
    fs::write(folder.join("plot.png"), "before").unwrap();
    folder.juliaset("-R 16 --engine cpu").is_quiet_success();
    assert_eq!(folder.names(), ["plot.png"]);
    assert_eq!(crate::gray(&folder.join("plot.png")).0, 16);
}

#[test]
fn a_missing_folder() {
    let folder = Folder::new();
    folder.juliaset("--engine cpu -o no/x.png").fails(1, "no/x.png: its folder does not exist");
    assert!(folder.names().is_empty());
}

#[test]
fn a_folder_in_the_place_of_the_picture() {
    let folder = Folder::new();
    fs::create_dir(folder.join("plot.png")).unwrap();
    folder.juliaset("--engine cpu").fails(1, "plot.png: is a directory");
    assert_eq!(folder.names(), ["plot.png"]);
}

/// Whoever runs the tests may be root, who can write to any folder but the kernel's own.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_to() {
    let run = Folder::new().juliaset("--engine cpu -o /sys/plot.png");
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.lines().count()), (Some(1), "", 1));
    assert!(run.stderr.starts_with("juliaset: /sys/plot.png: "), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_read_only_picture_is_not_replaced() {
    let folder = Folder::new();
    let plot = folder.join("plot.png");
    fs::write(&plot, "before").unwrap();
    let mut permissions = fs::metadata(&plot).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&plot, permissions).unwrap();
    folder.juliaset("-R 16 --engine cpu").fails(1, "plot.png: permission denied");
    assert_eq!(fs::read(&plot).unwrap(), b"before");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let full = "/dev/full: No space left on device (os error 28)";
    Folder::new().juliaset("--engine cpu -o /dev/full").fails(1, full);
}

/// The disk fills up in the middle of the picture. A limit on the size of files is as good as that,
/// and can be had without being root.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_leaves_the_picture_as_it_was() {
    let folder = Folder::new();
    fs::write(folder.join("plot.png"), "before").unwrap();
    let script = r#"trap "" XFSZ; ulimit -f 16; exec "$@""#;
    let flags = ["-R", "2000", "--engine", "cpu"];
    let mut command = folder.command("sh");
    command.args(["-c", script, "sh", JULIASET]).args(flags);
    let too_large = "plot.png: File too large (os error 27)";
    Run::from(command.output().unwrap()).fails(1, too_large);
    assert_eq!(folder.names(), ["plot.png"]);
    assert_eq!(fs::read(folder.join("plot.png")).unwrap(), b"before");
}

#[cfg(target_os = "linux")]
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = Folder::new();
    let mut command = folder.command("bash");
    let script = r#""$0" completions bash | head -c 1; exit "${PIPESTATUS[0]}""#;
    let run = Run::from(command.args(["-c", script, JULIASET]).output().unwrap());
    assert_eq!((run.code, run.stdout.len(), run.stderr.as_str()), (Some(0), 1, ""));
    let mut command = folder.command("sh");
    let script = r#"exec "$0" completions bash > /dev/full"#;
    let run = Run::from(command.args(["-c", script, JULIASET]).output().unwrap());
    run.fails(1, "standard output: No space left on device (os error 28)");
}
