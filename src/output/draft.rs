//! Files that get their name when they are whole.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

/// How the name of a draft begins, and how many letters and digits come next.
const PREFIX: &str = ".juliaset-";
const RANDOM: usize = 6;

/// The longest extension that a draft has of its target.
const LONGEST_EXTENSION: usize = 8;

/// A file in its target's folder. Dropped before it is in its [`place`](Self::place), it leaves
/// nothing behind.
///
/// If the system has files without a name, it is one of them until then, and nothing remains of it
/// however the process ends.
pub(super) struct Draft {
    file: File,
    target: PathBuf,
    /// If the system has no files without a name.
    name: Option<TempPath>,
}

impl Draft {
    /// An empty draft of `target`, with the permissions that a new file has.
    pub fn new(target: &Path) -> io::Result<Self> {
        match anonymous(folder(target)) {
            Some(file) => Ok(Self { file, target: target.to_path_buf(), name: None }),
            None => Self::named(target),
        }
    }

    fn named(target: &Path) -> io::Result<Self> {
        let mut file = None;
        let name = name_beside(target, |path| {
            file = Some(File::create_new(path)?);
            Ok(())
        })?;
        let file = file.ok_or(io::ErrorKind::NotFound)?;
        Ok(Self { file, target: target.to_path_buf(), name: Some(name) })
    }

    /// What to write to.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// The name that it has until then, if it has one.
    #[cfg(any(test, feature = "cli"))]
    pub fn name(&self) -> Option<&Path> {
        self.name.as_deref()
    }

    /// Gives the file its target's name, once all of it is on the disk.
    ///
    /// # Errors
    /// If that fails: the target is as it was, and the draft is kept beside it if that is
    /// possible; then the error says its name.
    pub fn place(self) -> io::Result<()> {
        let Self { file, target, name } = self;
        file.sync_all()?;
        let name = match name {
            Some(name) => name,
            // A name on the way would be left behind by a process that is killed just then.
            None => match link(&file, &target) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    name_beside(&target, |path| link(&file, path))?
                }
                placed => return placed,
            },
        };
        name.persist(&target).map_err(|failed| match failed.path.keep() {
            Ok(kept) => {
                let line = format!("{}; it is whole in {}", failed.error, kept.display());
                io::Error::new(failed.error.kind(), line)
            }
            Err(_) => failed.error,
        })
    }
}

/// Makes the file `path` with this text, if no file has that name; whoever finds it finds all of the text.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`], and what else the system says.
pub(super) fn create_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(mut file) = anonymous(folder(path)) {
        file.write_all(text.as_bytes())?;
        return link(&file, path);
    }
    let mut builder = tempfile::Builder::new();
    let mut file = builder.prefix(PREFIX).rand_bytes(RANDOM).tempfile_in(folder(path))?;
    file.write_all(text.as_bytes())?;
    file.persist_noclobber(path).map(drop).map_err(|failed| failed.error)
}

/// The folder of a file.
fn folder(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// A new name in the target's folder, with the same extension: `make` makes the file.
fn name_beside(target: &Path, make: impl FnMut(&Path) -> io::Result<()>) -> io::Result<TempPath> {
    let mut suffix = OsString::new();
    if let Some(extension) = target.extension().filter(|e| e.len() <= LONGEST_EXTENSION) {
        suffix.push(".");
        suffix.push(extension);
    }
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix(PREFIX).rand_bytes(RANDOM).suffix(&suffix);
    Ok(builder.make_in(folder(target), make)?.into_temp_path())
}

/// Whether a file of that name is a draft of one with this `extension`.
pub(super) fn is_name(name: &OsStr, extension: &str) -> bool {
    let name = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
    let random = name.and_then(|name| name.strip_suffix(extension)?.strip_suffix('.'));
    random.is_some_and(|it| it.len() == RANDOM && it.bytes().all(|c| c.is_ascii_alphanumeric()))
}

/// A file in `folder` without a name, if the system has such files and can name them later.
#[cfg(target_os = "linux")]
fn anonymous(folder: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(folder, flags, Mode::from_raw_mode(0o666)).ok()?);
    fs::metadata(name_by_handle(&file)).is_ok().then_some(file)
}

#[cfg(not(target_os = "linux"))]
fn anonymous(_: &Path) -> Option<File> {
    None
}

/// Gives a file without a name the name `path`, which no file has.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD};
    Ok(rustix::fs::linkat(CWD, name_by_handle(file), CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// By which an open file is found that has no other name (proc(5)).
#[cfg(target_os = "linux")]
fn name_by_handle(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    format!("/proc/self/fd/{}", file.as_raw_fd()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A draft of each kind, of `plot.png` in its own folder.
    fn drafts() -> Vec<(tempfile::TempDir, Draft)> {
        let makers: [fn(&Path) -> io::Result<Draft>; 2] = [Draft::new, Draft::named];
        let draft = |make: fn(&Path) -> io::Result<Draft>| {
            let folder = tempfile::tempdir().unwrap();
            let draft = make(&folder.path().join("plot.png")).unwrap();
            draft.file().write_all(b"whole").unwrap();
            (folder, draft)
        };
        makers.map(draft).into()
    }

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let entries = fs::read_dir(folder.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_draft_takes_its_targets_place() {
        for before in [None, Some("before")] {
            for (folder, draft) in drafts() {
                let target = folder.path().join("plot.png");
                if let Some(before) = before {
                    fs::write(&target, before).unwrap();
                }
                draft.place().unwrap();
                assert_eq!(fs::read(&target).unwrap(), b"whole");
                assert_eq!(names(&folder), ["plot.png"]);
                let other = folder.path().join("other");
                fs::write(&other, "").unwrap();
                let permissions = |path| fs::metadata(path).unwrap().permissions();
                assert_eq!(permissions(target), permissions(other));
            }
        }
    }

    #[test]
    fn a_new_file_replaces_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claim");
        create_new(&path, "one").unwrap();
        let error = create_new(&path, "two").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(names(&folder), ["claim"]);
        let missing = create_new(&folder.path().join("missing/claim"), "one").unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_draft_that_is_dropped_leaves_nothing() {
        for (folder, draft) in drafts() {
            drop(draft);
            assert!(names(&folder).is_empty());
        }
    }

    /// A process that is killed removes nothing.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_draft_has_no_name_to_leave_behind() {
        let (folder, _draft) = drafts().swap_remove(0);
        assert!(names(&folder).is_empty());
    }

    #[test]
    fn a_draft_is_known_by_its_name() {
        let (_folder, draft) = drafts().swap_remove(1);
        let name = draft.name().unwrap().file_name().unwrap();
        assert!(is_name(name, "png") && !is_name(name, "toml"), "{name:?}");
        for name in ["plot.png", ".juliaset-.png", ".juliaset-12345.png", ".juliaset-a b-c..png"] {
            assert!(!is_name(OsStr::new(name), "png"), "{name}");
        }
    }

    /// Hours of work were lost if only the last step failed.
    #[test]
    fn a_draft_that_cannot_take_its_place_is_kept() {
        for (folder, draft) in drafts() {
            fs::create_dir(folder.path().join("plot.png")).unwrap();
            let error = draft.place().unwrap_err().to_string();
            let kept = names(&folder).into_iter().find(|name| name != "plot.png").unwrap();
            let kept = folder.path().join(kept);
            assert!(error.ends_with(&format!("; it is whole in {}", kept.display())), "{error}");
            assert_eq!(kept.extension().unwrap(), "png");
            assert_eq!(fs::read(kept).unwrap(), b"whole");
        }
    }
}
