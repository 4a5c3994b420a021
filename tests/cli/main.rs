//! The command line as its user has it: the real binary, its files, its lines and its exit codes.
#![cfg(feature = "cli")]

mod animate;
mod ansi;
mod bench;
mod completions;
mod dry_run;
mod effects;
mod errors;
#[cfg(all(unix, feature = "explore"))]
mod explore;
mod files;
mod film;
mod formats;
mod gallery;
mod goldens;
mod gpu;
mod hostile;
mod jobs;
mod print;
mod pyramid;
mod recolour;
mod resume;
mod sampling;
mod show;
mod signals;
mod smooth;
mod tone;
mod transparency;
mod verify;
mod views;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// An empty folder to run in.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// What is in it, hidden files too.
    fn names(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.path()).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        // Mesa's layer that sorts the adapters for a display complains if there is none.
        command.current_dir(self.path()).env("NODEVICE_SELECT", "1");
        command
    }

    /// Runs `juliaset` with `args`, which are separated by spaces.
    fn juliaset(&self, args: &str) -> Run {
        let mut command = self.command(JULIASET);
        Run::from(command.args(args.split_whitespace()).output().unwrap())
    }
}

const JULIASET: &str = env!("CARGO_BIN_EXE_juliaset");

/// How a run ended.
#[derive(Debug, PartialEq)]
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// Success, and nothing is printed except one line that says what was made.
    #[track_caller]
    fn is_quiet_success(&self) {
        assert_eq!(
            (self.code, self.stdout.as_str(), self.without_what_was_made()),
            (Some(0), "", "")
        );
    }

    /// What was printed before the line that says what was made; all if there is no such line.
    fn without_what_was_made(&self) -> &str {
        let start = self.stderr.trim_end().rfind('\n').map_or(0, |end| end + 1);
        let (before, last) = self.stderr.split_at(start);
        let is_what_was_made = last.contains(" pixels, ") && last.ends_with(" s\n");
        if is_what_was_made { before } else { &self.stderr }
    }

    /// One line on standard error, and nothing else.
    #[track_caller]
    fn fails(&self, code: i32, line: &str) {
        let line = format!("juliaset: {line}\n");
        assert_eq!((self.code, self.stdout.as_str(), self.stderr.clone()), (Some(code), "", line));
    }
}

/// The decoded gray bytes of a PNG, row by row, and its width.
fn gray(path: &Path) -> (u32, Vec<u8>) {
    match image::open(path).unwrap() {
        image::DynamicImage::ImageLuma8(picture) => (picture.width(), picture.into_raw()),
        other => panic!("not 8-bit gray: {:?}", other.color()),
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
