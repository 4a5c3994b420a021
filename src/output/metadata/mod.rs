//! The texts that a picture carries, read back. The file may be hostile: whatever it declares, no more
//! is kept than the texts of a picture can be.

mod exr;
mod jpeg;
mod png;
mod reading;
mod tiff;
mod webp;

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Seek};
use std::path::Path;

use super::{dzi, side};
use crate::error::{Error, Result};
use crate::record::Texts;
use crate::{input, npy};

/// The formats that carry a job, for messages.
const FORMATS: &str = "PNG, TIFF, WebP, JPEG, OpenEXR, NPY or DZI";

/// Those texts of the picture `path` that are a record's: those in a PNG, TIFF, WebP, JPEG
/// or OpenEXR, for an NPY those in the file beside it, whose name is that of the NPY and `.toml`, and for a pyramid
/// those in the folder of its tiles.
/// The path `-` is standard input.
///
/// # Errors
/// [`Error::Io`], and [`Error::NotAPicture`] for a file in another format or a damaged one.
pub fn read(path: &Path) -> Result<Texts> {
    let wrong = |problem| Error::NotAPicture { path: path.to_path_buf(), problem };
    let unreadable = |source| input::unreadable(path, source);
    let mut file = input::open(path)?;
    let is_seekable = input::is_seekable(&mut file).map_err(unreadable)?;
    let mut file = BufReader::new(file);
    let start = file.fill_buf().map_err(unreadable)?;
    if npy::is_npy(start) {
        return beside(path);
    }
    if dzi::is_descriptor(start) {
        return dzi::texts(path);
    }
    type Read = fn(&mut BufReader<File>) -> io::Result<Texts>;
    let (name, read): (_, Read) = match start {
        start if start.starts_with(png::MAGIC) => ("PNG", png::read),
        start if start.starts_with(exr::MAGIC) => ("OpenEXR", exr::read),
        start if start.starts_with(jpeg::MAGIC) => ("JPEG", jpeg::read),
        start if webp::is_webp(start) => ("WebP", webp::read),
        start if tiff::is_tiff(start) => {
            if !is_seekable {
                let mut copy = input::nameless(path)?;
                io::copy(&mut file, &mut copy).map_err(unreadable)?;
                file = BufReader::new(copy);
            }
            ("TIFF", |file| file.rewind().and_then(|()| tiff::read(file)))
        }
        _ => return Err(wrong(format!("is not a {FORMATS}; only these carry a job"))),
    };
    read(&mut file).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => wrong(format!("is a damaged {name}: it ends too early")),
        ErrorKind::InvalidData => wrong(format!("is a damaged {name}: {error}")),
        _ => unreadable(error),
    })
}

/// The texts of the counts `path`; empty if there is no file with texts beside them.
///
/// # Errors
/// As [`read`].
pub fn beside(path: &Path) -> Result<Texts> {
    side::read(path)
}
