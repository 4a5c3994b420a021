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

/// A run without a word left its user wondering whether there was a picture, and of what size.
#[test]
fn one_line_says_what_was_made() {
    let folder = Folder::new();
    let run = folder.juliaset("-R 24 --engine cpu");
    let bytes = fs::metadata(folder.join("plot.png")).unwrap().len();
    let start = format!("juliaset: plot.png: 24 × 15 pixels, {bytes} B, in 0.");
    assert!(run.stderr.starts_with(&start) && run.stderr.ends_with(" s\n"), "{}", run.stderr);
    assert_eq!((run.code, run.stderr.lines().count()), (Some(0), 1));
    assert_eq!(folder.juliaset("-R 24 --engine cpu --quiet").stderr, "");
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

/// The tests may run as root, which can write to any folder except the kernel's own.
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

/// What cannot take its place was found out at the end, when hours of work were done.
#[cfg(target_os = "linux")]
mod found_out_before_the_start {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    use super::*;

    /// Of these pixels none would be done in time.
    const HOURS: &str = "-R 1000000 --engine cpu -o";

    #[test]
    fn a_name_that_is_too_long() {
        let folder = Folder::new();
        let name = format!("{}.png", "n".repeat(252));
        let too_long = format!("{name}: File name too long (os error 36)");
        folder.juliaset(&format!("{HOURS} {name}")).fails(1, &too_long);
        assert!(folder.names().is_empty());
        // One byte less works.
        folder.juliaset(&format!("-R 16 --engine cpu -q -o {}", &name[1..])).is_quiet_success();
        assert_eq!(folder.names(), [&name[1..]]);
    }

    /// A folder of root's that everybody may write to, as /tmp, with a file of root's.
    #[test]
    fn another_users_file_in_a_shared_folder() {
        let folder = Folder::new();
        fs::write(folder.join("plot.png"), "before").unwrap();
        fs::set_permissions(folder.join("plot.png"), PermissionsExt::from_mode(0o666)).unwrap();
        fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o1777)).unwrap();
        fs::copy(JULIASET, folder.join("juliaset")).unwrap();
        let mut command = Command::new(folder.join("juliaset"));
        command.args(HOURS.split(' ')).arg("plot.png").current_dir(folder.path()).uid(65534);
        match command.output() {
            Ok(output) => Run::from(output).fails(
                1,
                "plot.png: it cannot be replaced: it is immutable, or another user's in a shared folder",
            ),
            Err(error) => println!("not tested, for which root is needed: {error}"),
        }
        assert_eq!(fs::read(folder.join("plot.png")).unwrap(), b"before");
    }

    /// As a container has it that was given a single file.
    #[test]
    fn a_file_that_is_mounted() {
        let folder = Folder::new();
        fs::write(folder.join("given"), "before").unwrap();
        fs::write(folder.join("plot.png"), "").unwrap();
        let mut mount = folder.command("mount");
        if !mount.args(["--bind", "given", "plot.png"]).status().is_ok_and(|ended| ended.success())
        {
            println!("not tested, for which root is needed");
            return;
        }
        let run = folder.juliaset(&format!("{HOURS} plot.png"));
        assert!(folder.command("umount").arg("plot.png").status().unwrap().success());
        run.fails(
            1,
            "plot.png: it is mounted by itself and cannot be replaced; mount its folder instead",
        );
        assert_eq!(fs::read(folder.join("given")).unwrap(), b"before");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let full = "/dev/full: No space left on device (os error 28)";
    Folder::new().juliaset("--engine cpu -o /dev/full").fails(1, full);
}

/// The disk fills up in the middle of the picture. A limit on the size of files is as good as that,
/// and can be set without being root; its signal once ended the process without a message.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_leaves_the_picture_as_it_was() {
    let folder = Folder::new();
    fs::write(folder.join("plot.png"), "before").unwrap();
    let script = r#"ulimit -f 16; exec "$@""#;
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
