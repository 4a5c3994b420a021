//! One function for each fuzz target. It takes any bytes and must neither panic nor take long, use much
//! memory or write a file. `tests/replay.rs` runs the same functions.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use juliaset::internals::band::{Quantities, Values};
use juliaset::internals::cli;
use juliaset::internals::engine::{CountsFileEngine, Engine};
use juliaset::internals::hexfloat as hex;
use juliaset::internals::output::metadata as texts;
use juliaset::internals::record::{JOB, sheet, text};
use juliaset::{Complex64, ComplexRegion, Compression, Grid, Job, Julia, Palette, Window};
use tempfile::NamedTempFile;

/// The most counts that are read from a file.
const MAX_COUNTS: u64 = 1 << 16;

/// A picture, as `juliaset info` and `--like` read it.
pub fn metadata(bytes: &[u8]) {
    read_picture(bytes);
    if let Some(png) = with_right_checksums(bytes) {
        read_picture(&png);
    }
}

fn read_picture(bytes: &[u8]) {
    let file = file_of(bytes);
    if let Ok(texts) = texts::read(file.path())
        && text(&texts, JOB).is_some()
    {
        sheet(&texts);
        read_line(["--like".into(), file.path().into()]);
    }
}

/// A PNG whose checksums fit its chunks, so that what comes after the check is reached.
fn with_right_checksums(bytes: &[u8]) -> Option<Vec<u8>> {
    const MAGIC: usize = 8;
    let mut png = bytes.starts_with(b"\x89PNG\r\n\x1a\n").then(|| bytes.to_vec())?;
    let mut start = MAGIC;
    while let Some(length) = png.get(start..start + 4) {
        let length = u32::from_be_bytes(length.try_into().ok()?) as usize;
        let end = start.checked_add(8)?.checked_add(length)?;
        let Some(chunk) = png.get(start + 4..end) else { break };
        let crc = crc32(chunk).to_be_bytes();
        let Some(place) = png.get_mut(end..end + 4) else { break };
        place.copy_from_slice(&crc);
        start = end + 4;
    }
    Some(png)
}

fn crc32(bytes: &[u8]) -> u32 {
    let bit = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| bit(crc)))
}

/// Escape counts in an NPY, as `juliaset tone` and `verify` read them.
pub fn counts(bytes: &[u8]) {
    let file = file_of(bytes);
    let Ok(mut engine) = CountsFileEngine::open(file.path()) else { return };
    let (width, height) = (engine.width(), engine.height());
    let rows = (MAX_COUNTS / u64::from(width)).min(height.into()) as u32;
    if rows == 0 {
        return;
    }
    let julia = Julia::new(Complex64::new(0.0, 1.0), 2.0, (0, 100)).unwrap();
    let region = ComplexRegion::new(-1.0, 1.0, 1.0, -1.0).unwrap();
    let job = Job { julia, grid: Grid::with_shape(region, width, height).unwrap() };
    let go_on = AtomicBool::new(false);
    let mut bands = engine.begin(&job, Quantities::default(), &go_on).unwrap();
    // The first rows and the last.
    for row in [0, height - rows] {
        let window = Window { col: 0, row, width, height: rows };
        if bands.start(window, Values::default()).is_ok() {
            let _ = bands.finish();
        }
    }
}

/// The text of a job file, and of the file beside counts.
pub fn job_file(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    // A palette file could be any file, or standard input.
    if text.contains("palette-file") {
        return;
    }
    let file = file_of(bytes);
    read_line(["--job".into(), file.path().into()]);
    if let Ok(picture) = cli::job_file::parse(text, Path::new("job.toml")) {
        let _ = picture.job(None);
        let _ = picture.options(Compression::Fast);
    }
}

/// A palette: the value of `--palette`, and the text of a palette file.
pub fn palette(bytes: &[u8]) {
    let file = file_of(bytes);
    let of_kind = |extension| {
        let path = file.path().with_extension(extension);
        std::fs::copy(file.path(), &path).unwrap();
        let palette = Palette::read(&path).ok();
        std::fs::remove_file(path).unwrap();
        palette
    };
    let of_files = ["map", "ggr", "ugr", "csv"].map(of_kind);
    let of_text = str::from_utf8(bytes).ok().and_then(|text| text.parse().ok());
    for palette in of_files.into_iter().chain([of_text]).flatten() {
        assert_eq!(palette.to_string().parse::<Palette>().unwrap(), palette);
        for position in [0.0, 0.3, 1.0] {
            palette.at(position, u16::MAX);
        }
    }
}

/// The arguments of a command line, one a line.
pub fn command_line(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    // Standard input is the fuzzer's own.
    if text.lines().any(|arg| arg == "-" || arg.ends_with("=-")) {
        return;
    }
    read_line(text.lines().map(OsString::from));
}

/// The address of a request to the explorer's server.
#[cfg(feature = "explore")]
pub fn request(bytes: &[u8]) {
    if let Ok(address) = str::from_utf8(bytes) {
        juliaset::internals::explore::is_understood(address);
    }
}

/// A float in hexadecimal.
pub fn hexfloat(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Some(number) = hex::parse(text).filter(|number| number.is_finite()) {
        let read = hex::parse(&hex::format(number));
        assert_eq!(read.map(f64::to_bits), Some(number.to_bits()), "{text}");
    }
}

fn read_line(args: impl IntoIterator<Item = OsString>) {
    let program = OsString::from("juliaset");
    match cli::read(std::iter::once(program).chain(args).collect()) {
        // The help, too, can be made.
        Ok(cli::Request::Text(text)) => drop(text.to_string()),
        Ok(cli::Request::Command(..)) => {}
        Err(error) => assert!(!error.message().is_empty()),
    }
}

fn file_of(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}
