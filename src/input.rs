//! Files that are read: `-` is standard input, pipes work like files, and the length of what is read is
//! limited.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use crate::error::{Error, Result};

/// Whether `path` means standard input.
pub(crate) fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// The file `path`, or standard input for `-`.
pub(crate) fn open(path: &Path) -> Result<File> {
    let opened = if is_standard(path) { standard_input() } else { File::open(path) };
    opened.map_err(|source| unreadable(path, source))
}

/// The system's error about `path`.
pub(crate) fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Io { path: path.to_path_buf(), source }
}

#[cfg(unix)]
fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

#[cfg(windows)]
fn standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(io::stdin().as_handle().try_clone_to_owned()?.into())
}

/// The text in the file `path`, without a byte order mark. Bytes that are not UTF-8 become the
/// replacement character.
///
/// # Errors
/// [`Error::Io`], and [`Error::NotAPicture`] if it has more than `longest` bytes.
pub fn text(path: &Path, longest: usize) -> Result<String> {
    let mut bytes = Vec::new();
    let read = open(path)?.take(longest as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|source| unreadable(path, source))?;
    if bytes.len() > longest {
        let problem = format!("is longer than {longest} bytes");
        return Err(Error::NotAPicture { path: path.to_path_buf(), problem });
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    Ok(String::from_utf8_lossy(text).into_owned())
}

/// Whether one can go back in the file, which was not read yet, and it begins with its beginning.
pub(crate) fn is_seekable(file: &mut File) -> io::Result<bool> {
    Ok(file.metadata()?.is_file() && file.stream_position()? == 0)
}

/// A file that is removed when it is closed.
pub(crate) fn nameless(path: &Path) -> Result<File> {
    tempfile::tempfile().map_err(|source| {
        let problem = format!("no copy of what comes from it can be made ({source})");
        unreadable(path, io::Error::new(source.kind(), problem))
    })
}
