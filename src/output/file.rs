//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// A file that is written beside its target and takes the target's place when it is whole.
///
/// Dropped before [`finish`](Self::finish), it leaves nothing behind and the target as it was.
/// A target that exists and is no regular file (a pipe, `/dev/null`) is written to directly.
pub struct WholeFile {
    /// As it was given.
    path: PathBuf,
    /// The same through symbolic links.
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
        Ok(Self { path: path.to_path_buf(), target, file })
    }

    /// Standard output, which is written to directly.
    ///
    /// # Errors
    /// [`Error::Io`] where there is none.
    pub fn standard_output() -> Result<Self> {
        let path = PathBuf::from("standard output");
        match standard_output() {
            Ok(file) => Ok(Self { target: path.clone(), path, file: Destination::Direct(file) }),
            Err(source) => Err(Error::Io { path, source }),
        }
    }

    /// What to write to: the same file and place in it for every handle.
    ///
    /// # Errors
    /// Where the system has no more of them.
    pub fn handle(&self) -> io::Result<File> {
        match &self.file {
            Destination::Beside(file) => file.as_file().try_clone(),
            Destination::Direct(file) => file.try_clone(),
        }
    }

    /// An error of this file.
    pub fn error(&self, source: io::Error) -> Error {
        Error::Io { path: self.path.clone(), source }
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// [`Error::Io`], and then the target is as it was.
    pub fn finish(self) -> Result<()> {
        let Destination::Beside(file) = self.file else { return Ok(()) };
        let persist = || {
            if let Ok(existing) = fs::metadata(&self.target) {
                file.as_file().set_permissions(existing.permissions())?;
            }
            file.persist(&self.target).map(drop).map_err(|error| error.error)
        };
        persist().map_err(|source| Error::Io { path: self.path.clone(), source })
    }
}

#[cfg(unix)]
fn standard_output() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(windows)]
fn standard_output() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_that_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("plot.png");
        fs::write(&target, "before").unwrap();
        let file = WholeFile::create(&target).unwrap();
        file.handle().unwrap().write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read(&target).unwrap(), b"before");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_finished_file_takes_its_targets_place() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("plot.png");
        fs::write(&target, "before").unwrap();
        let file = WholeFile::create(&target).unwrap();
        file.handle().unwrap().write_all(b"after").unwrap();
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
        let file = WholeFile::create(Path::new("/dev/null")).unwrap();
        file.handle().unwrap().write_all(b"gone").unwrap();
        file.finish().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
