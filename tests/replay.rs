//! The fuzz targets on their seeds, and on a few thousand mutations of these: the same ones in every run.
//! A longer search is made with cargo-fuzz.
#![cfg(feature = "cli")]

mod common;
#[path = "../fuzz/src/targets.rs"]
mod targets;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use common::random::Random;

const MUTATIONS: usize = 2000;

/// More than any input needs, on a busy machine too.
const LONGEST: Duration = Duration::from_secs(5);

/// The most memory of the process, in KiB. The tests run in it side by side.
const MOST_MEMORY: u64 = 512 << 10;

/// Bytes that have a meaning in one of the formats.
const WORDS: [&[u8]; 24] = [
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80",
    b"\n",
    b"\r\n",
    b"\"",
    b"'''",
    b"=",
    b",",
    b"#",
    b"-",
    b"%",
    b"[",
    b"{",
    b"}",
    b"\xc3\xa9",
    b"\x1b[2J",
    b"1e999",
    b"0x1p-1074",
    b"nan",
    b"99999999999999999999",
    b"--",
    b"juliaset job",
];

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// One of the seeds with one change or several.
fn mutated(seeds: &[(PathBuf, Vec<u8>)], random: &mut Random) -> Vec<u8> {
    let below = |random: &mut Random, limit: usize| random.below(limit.max(1) as u64) as usize;
    let seed = |random: &mut Random| &seeds[below(random, seeds.len())].1;
    let mut bytes = seed(random).clone();
    for _ in 0..1 + below(random, 4) {
        let start = below(random, bytes.len());
        let end = bytes.len().min(start + 1 + below(random, 16));
        match random.below(7) {
            0 => bytes.truncate(start),
            1 => drop(bytes.drain(start..end)),
            2 => bytes.extend_from_within(start..end),
            3 => drop(bytes.splice(start..start, WORDS[below(random, WORDS.len())].to_vec())),
            4 => drop(bytes.splice(start..end, WORDS[below(random, WORDS.len())].to_vec())),
            5 => {
                let other = seed(random);
                let place = below(random, other.len());
                bytes.truncate(start);
                bytes.extend_from_slice(&other[place.min(other.len())..]);
            }
            _ => {
                let bit = 1 << random.below(8);
                if let Some(byte) = bytes.get_mut(start) {
                    *byte ^= bit;
                }
            }
        }
    }
    bytes
}

/// An empty folder, in which all of them run.
fn folder() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("replay");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        std::env::set_current_dir(&folder).unwrap();
        folder
    });
    &FOLDER
}

/// Runs a target on its seeds and their mutations. The one at which it fails is printed.
fn replay(name: &str, target: fn(&[u8])) {
    let folder = folder();
    let mut random = Random::from_environment_or_else(|| 1);
    let seeds = seeds(name);
    let run = |what: &str, bytes: &[u8]| {
        let start = Instant::now();
        let unwound = std::panic::catch_unwind(|| target(bytes));
        let took = start.elapsed();
        assert!(unwound.is_ok(), "{name}: {what}: \"{}\"", bytes.escape_ascii());
        assert!(took < LONGEST, "{name}: {what}: {took:?}: \"{}\"", bytes.escape_ascii());
    };
    for (path, bytes) in &seeds {
        run(&path.display().to_string(), bytes);
    }
    for index in 0..MUTATIONS {
        run(&format!("mutation {index} of {random}"), &mutated(&seeds, &mut random));
    }
    let written = fs::read_dir(folder).unwrap().next();
    assert!(written.is_none(), "{name}: {written:?}");
    let memory = most_memory();
    assert!(memory < MOST_MEMORY, "{name}: {memory} KiB");
}

/// The most memory that this process had, in KiB; 0 if the system does not say.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or(0, |line| line.trim().trim_end_matches(" kB").parse().unwrap())
}

#[test]
fn metadata() {
    replay("metadata", targets::metadata);
}

#[test]
fn counts() {
    replay("counts", targets::counts);
}

#[test]
fn job_file() {
    replay("job_file", targets::job_file);
}

#[test]
fn palette() {
    replay("palette", targets::palette);
}

#[test]
fn command_line() {
    replay("command_line", targets::command_line);
}

#[cfg(feature = "explore")]
#[test]
fn request() {
    replay("request", targets::request);
}

#[test]
fn hexfloat() {
    replay("hexfloat", targets::hexfloat);
}
