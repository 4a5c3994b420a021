//! The file beside escape counts that says how they were made: numpy's format has no place for that.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::atomic_file::AtomicFile;
use crate::error::{Error, Result};
use crate::input;
use crate::record::{self, LONGEST, Texts};

/// The file beside `counts`: their name and `.toml`.
fn side_path(counts: &Path) -> PathBuf {
    let mut name = counts.as_os_str().to_owned();
    name.push(".toml");
    name.into()
}

/// The texts of `counts`; empty if there is no file with texts beside them.
///
/// # Errors
/// [`Error::Io`], and [`Error::NotAPicture`] for a file that is too long.
pub(super) fn read(counts: &Path) -> Result<Texts> {
    if input::is_standard(counts) {
        return Ok(Texts::new());
    }
    match input::text(&side_path(counts), LONGEST) {
        Ok(text) => Ok(record::texts_of(&text)),
        Err(Error::Io { source, .. })
            if matches!(source.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
        {
            Ok(Texts::new())
        }
        Err(error) => Err(error),
    }
}

/// The file beside counts that are written.
pub(crate) struct SideFile {
    path: PathBuf,
    file: AtomicFile,
}

impl SideFile {
    /// Prepares to write the file beside `counts`, and checks at once whether that can work.
    ///
    /// # Errors
    /// [`Error::Io`]; also if there is a file of that name that does not belong to counts.
    pub fn create(counts: &Path) -> Result<Self> {
        let path = side_path(counts);
        let file = AtomicFile::create(&path)?;
        if path.is_file() && read(counts).is_ok_and(|texts| texts.is_empty()) {
            let problem = "is there, and is not of counts; the job of these would go there";
            let source = std::io::Error::new(ErrorKind::AlreadyExists, problem);
            return Err(Error::Io { path, source });
        }
        Ok(Self { path, file })
    }

    /// Removes the file of older counts: if the work ends before [`finish`](Self::finish), the new
    /// ones have no job instead of a wrong one.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn clear(&self) -> Result<()> {
        match fs::remove_file(&self.path) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                Err(Error::Io { path: self.path.clone(), source })
            }
            _ => Ok(()),
        }
    }

    /// Writes the `texts`, if there are any, and not more than are read.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(self, texts: &Texts) -> Result<()> {
        let sheet = record::sheet(texts);
        if sheet.is_empty() || sheet.len() > LONGEST {
            return Ok(());
        }
        let written = self.file.handle().and_then(|mut file| file.write_all(sheet.as_bytes()));
        written.map_err(|source| self.file.error(source))?;
        self.file.finish()
    }
}
