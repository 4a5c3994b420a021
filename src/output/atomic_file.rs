//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::draft::{self, Draft};
use crate::error::{Error, Result};

/// A file that is written beside its target and takes the target's place when it is whole.
///
/// Dropped before [`finish`](Self::finish), it leaves nothing behind and the target as it was; on Linux,
/// if the file system can, that also holds for a process that is killed.
/// A target that exists and is not a regular file (a pipe, `/dev/null`) is written to directly.
pub struct AtomicFile {
    /// As it was given.
    path: PathBuf,
    /// The same through symbolic links.
    target: PathBuf,
    file: Destination,
    is_standard_output: bool,
}

enum Destination {
    Beside(Draft),
    Direct(File),
}

impl AtomicFile {
    /// Prepares to write `target`, and checks at once whether that can work.
    ///
    /// # Errors
    /// [`Error::Io`] if the folder is missing or not writable, or the target is a folder, has a name
    /// that is too long, or cannot be replaced.
    pub fn create(target: &Path) -> Result<Self> {
        Self::open(target).map_err(|source| Error::Io { path: target.to_path_buf(), source })
    }

    fn open(path: &Path) -> io::Result<Self> {
        // Through symbolic links: the link stays, what it points to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let existing = match fs::metadata(&target) {
            Ok(existing) => Some(existing),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let file = match existing {
            Some(existing) if existing.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Some(existing) if !existing.is_file() => {
                Destination::Direct(File::options().write(true).open(&target)?)
            }
            Some(existing) if existing.permissions().readonly() => {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            Some(_) => {
                let draft = draft(&target)?;
                check_replaceable(&target)?;
                Destination::Beside(draft)
            }
            None => Destination::Beside(draft(&target)?),
        };
        Ok(Self { path: path.to_path_buf(), target, file, is_standard_output: false })
    }

    /// Standard output, which is written to directly.
    ///
    /// # Errors
    /// [`Error::Io`] if there is none.
    pub fn standard_output() -> Result<Self> {
        let path = PathBuf::from("standard output");
        match standard_output() {
            Ok(file) => Ok(Self {
                target: path.clone(),
                path,
                file: Destination::Direct(file),
                is_standard_output: true,
            }),
            Err(source) => Err(Error::Io { path, source }),
        }
    }

    /// What to write to: the same file and place in it for every handle.
    ///
    /// # Errors
    /// If the system has no more of them.
    pub fn handle(&self) -> io::Result<File> {
        match &self.file {
            Destination::Beside(draft) => draft.file().try_clone(),
            Destination::Direct(file) => file.try_clone(),
        }
    }

    /// The path by which a child process can open it whose standard output it is. A file without a name is found by that.
    #[cfg(feature = "cli")]
    pub fn path_for_child(&self) -> &Path {
        let name = match &self.file {
            Destination::Beside(draft) => draft.name(),
            Destination::Direct(_) => None,
        };
        let by_handle = if cfg!(target_os = "linux") { "/proc/self/fd/1" } else { "/dev/stdout" };
        name.unwrap_or(Path::new(by_handle))
    }

    /// The file's name, as it was given; `None` for standard output.
    pub fn path(&self) -> Option<&Path> {
        (!self.is_standard_output).then_some(&self.path)
    }

    /// An error of this file.
    pub fn error(&self, source: io::Error) -> Error {
        Error::Io { path: self.path.clone(), source }
    }

    /// Puts the file in its place, once all of it is on the disk.
    ///
    /// # Errors
    /// [`Error::Io`], and then the target is as it was. Where it is the last step that fails, the file
    /// is kept, and the error says where.
    pub fn finish(self) -> Result<()> {
        let Destination::Beside(draft) = self.file else { return Ok(()) };
        let place = || {
            if let Ok(existing) = fs::metadata(&self.target) {
                draft.file().set_permissions(existing.permissions())?;
            }
            draft.place()
        };
        place().map_err(|source| Error::Io { path: self.path.clone(), source })
    }
}

/// Makes a small file, if no file has its name; whoever finds it finds all of the text.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`], and what else the system says.
pub fn create_new(path: &Path, text: &str) -> io::Result<()> {
    draft::create_new(path, text)
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

fn draft(target: &Path) -> io::Result<Draft> {
    Draft::new(target).map_err(|error| match error.kind() {
        // The system's message would be about the draft, which the user does not know.
        kind @ io::ErrorKind::NotFound => io::Error::new(kind, "its folder does not exist"),
        kind @ io::ErrorKind::PermissionDenied => {
            io::Error::new(kind, "its folder is not writable")
        }
        kind => io::Error::from(kind),
    })
}

/// Whether another file can take the place of `target`, which exists: what the last step needs is found
/// out before the first.
#[cfg(unix)]
fn check_replaceable(target: &Path) -> io::Result<()> {
    let refused = |problem| Err(io::Error::new(io::ErrorKind::PermissionDenied, problem));
    if is_mounted(target) {
        return refused("it is mounted by itself and cannot be replaced; mount its folder instead");
    }
    // A file cannot be removed as if it were a folder; but before the system says so, it says whether
    // the file may be removed at all.
    match fs::remove_dir(target) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            refused("it cannot be replaced: it is immutable, or another user's in a shared folder")
        }
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn check_replaceable(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether a file system is mounted at this very file, as containers do with single files.
#[cfg(target_os = "linux")]
fn is_mounted(file: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    statx(CWD, file, AtFlags::empty(), StatxFlags::empty())
        .is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(all(unix, not(target_os = "linux")))]
fn is_mounted(_: &Path) -> bool {
    false
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
        let file = AtomicFile::create(&target).unwrap();
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
        let file = AtomicFile::create(&target).unwrap();
        file.handle().unwrap().write_all(b"after").unwrap();
        file.finish().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"after");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_and_a_folder_as_target_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        assert!(AtomicFile::create(&folder.path().join("missing/plot.png")).is_err());
        assert!(AtomicFile::create(folder.path()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_not_replaced() {
        let file = AtomicFile::create(Path::new("/dev/null")).unwrap();
        file.handle().unwrap().write_all(b"gone").unwrap();
        file.finish().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
