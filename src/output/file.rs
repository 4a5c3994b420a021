//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// A file that is written beside its target and takes the target's place when it is whole.
///
/// Dropped before [`finish`](Self::finish), it leaves nothing behind and the target as it was.
/// A target that exists and is no regular file (a pipe, `/dev/null`) is written to directly.
pub struct WholeFile {
    target: PathBuf,
    file: Destination,
}

enum Destination {
    Beside(NamedTempFile),
    Direct(File),
}

impl WholeFile {
    /// Makes ready to write `target`; says at once where that cannot work.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder is missing or not writable, or the target is a folder.
    pub fn create(target: &Path) -> Result<Self> {
        Self::open(target).map_err(|source| Error::Io { path: target.to_path_buf(), source })
    }

    fn open(path: &Path) -> io::Result<Self> {
        // Through symbolic links: the link stays, what it points to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let file = match fs::metadata(&target) {
            Ok(existing) if existing.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(existing) if !existing.is_file() => {
                Destination::Direct(File::options().write(true).open(&target)?)
            }
            Ok(existing) if existing.permissions().readonly() => {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            _ => Destination::Beside(beside(&target)?),
        };
        Ok(Self { target, file })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// [`Error::Io`], and then the target is as it was.
    pub fn finish(mut self) -> Result<()> {
        let done = self.flush().and_then(|()| match self.file {
            Destination::Direct(_) => Ok(()),
            Destination::Beside(file) => {
                if let Ok(existing) = fs::metadata(&self.target) {
                    file.as_file().set_permissions(existing.permissions())?;
                }
                file.persist(&self.target).map(drop).map_err(|error| error.error)
            }
        });
        done.map_err(|source| Error::Io { path: self.target, source })
    }
}

fn beside(target: &Path) -> io::Result<NamedTempFile> {
    let folder = match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".juliaset-");
    // The permissions that a new file has by the user's umask, not a temporary file's private ones.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder).map_err(|error| match error.kind() {
        // The system's words would be about the temporary file, which nobody asked for.
        kind @ io::ErrorKind::NotFound => io::Error::new(kind, "its folder does not exist"),
        kind @ io::ErrorKind::PermissionDenied => {
            io::Error::new(kind, "its folder is not writable")
        }
        kind => io::Error::from(kind),
    })
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Destination::Beside(file) => file.as_file_mut().write(bytes),
            Destination::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.file {
            Destination::Beside(file) => file.as_file_mut().flush(),
            Destination::Direct(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("plot.png");
        fs::write(&target, "before").unwrap();
        let mut file = WholeFile::create(&target).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read(&target).unwrap(), b"before");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_finished_file_takes_its_targets_place() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("plot.png");
        fs::write(&target, "before").unwrap();
        let mut file = WholeFile::create(&target).unwrap();
        file.write_all(b"after").unwrap();
        file.finish().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"after");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_and_a_folder_as_target_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        assert!(WholeFile::create(&folder.path().join("missing/plot.png")).is_err());
        assert!(WholeFile::create(folder.path()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_not_replaced() {
        let mut file = WholeFile::create(Path::new("/dev/null")).unwrap();
        file.write_all(b"gone").unwrap();
        file.finish().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
