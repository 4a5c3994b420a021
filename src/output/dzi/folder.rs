//! The folder of a pyramid's tiles, and the file in it that says of which job they are.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::layout::{Layout, TILE};
use crate::error::{Error, Result};
use crate::input;
use crate::output::atomic_file::AtomicFile;
use crate::output::draft;
use crate::output::locked::Locked;
use crate::output::png::Compression;
use crate::record::{self, ENGINE, JOB, LONGEST, SOFTWARE, TILES, Texts, text};

/// The name of the file that says of which job the tiles are.
const JOB_FILE: &str = "job.toml";

/// The folder for the tiles of `descriptor`: for `x.dzi` it is `x_files`.
pub fn of(descriptor: &Path) -> PathBuf {
    let mut name = descriptor.file_stem().map(OsString::from).unwrap_or_default();
    name.push("_files");
    descriptor.with_file_name(name)
}

/// What the folder of `descriptor` says of the picture; empty if it says nothing.
///
/// # Errors
/// [`Error::Io`], and [`Error::NotAPicture`] for a file that is too long.
pub fn texts(descriptor: &Path) -> Result<Texts> {
    if input::is_standard(descriptor) {
        return Ok(Texts::new());
    }
    match input::text(&of(descriptor).join(JOB_FILE), LONGEST) {
        Ok(text) => Ok(record::texts_of(&text)),
        Err(Error::Io { source, .. })
            if matches!(source.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
        {
            Ok(Texts::new())
        }
        Err(error) => Err(error),
    }
}

/// A folder of tiles of one job, that no other process has.
pub struct TileFolder {
    path: PathBuf,
    lock: Option<Locked>,
}

impl TileFolder {
    /// Makes the folder for the tiles of `descriptor`, whose job is in `texts`, or opens it to go on if there are tiles
    /// of the same job. They are the same if the pixels do not depend on the engine, or the engine is the same.
    ///
    /// # Errors
    /// [`Error::Io`]; also if there is a folder of that name with anything else in it.
    pub fn open(
        descriptor: &Path,
        mut texts: Texts,
        compression: Compression,
        any_engine: bool,
    ) -> Result<Self> {
        let path = of(descriptor);
        let name = path.clone();
        let failed = |source| Error::Io { path: name.clone(), source };
        let refused =
            |problem: &str| Err(failed(io::Error::new(ErrorKind::AlreadyExists, problem)));
        texts.push((TILES, format!("{TILE} × {TILE} pixels, PNG, {compression}")));
        let sheet = record::sheet(&texts);
        if sheet.len() > LONGEST {
            let problem = "its view has too many digits for the job in the folder of its tiles";
            return Err(failed(io::Error::new(ErrorKind::InvalidInput, problem)));
        }
        match fs::create_dir(&path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => {}
        }
        // Folders have locks on Unix.
        let lock = match File::open(&path).map(Locked::new) {
            Ok(None) => return refused("is another process's, which makes this picture"),
            Ok(lock) if cfg!(unix) => lock,
            _ => None,
        };
        let folder = Self { path, lock };
        let found = self::texts(descriptor)?;
        if text(&found, JOB).is_none() {
            if !folder.is_empty().map_err(failed)? {
                return refused("is there, and is not of a picture that can go on; remove it");
            }
            folder.write(JOB_FILE, sheet.as_bytes())?;
            return Ok(folder);
        }
        // As they would be read.
        let wanted = record::texts_of(&sheet);
        let is_same = |&key: &&str| text(&found, key) == text(&wanted, key);
        if ![JOB, SOFTWARE, TILES].iter().all(is_same) {
            return refused("has the tiles of another job; remove it, or take another name");
        }
        if !any_engine && !is_same(&ENGINE) {
            return refused(
                "has tiles of another engine, which may differ; remove it, or take another name",
            );
        }
        Ok(folder)
    }

    /// A file in the folder that is no tile.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The file of a tile.
    pub fn tile(&self, (level, col, row): (u32, u32, u32)) -> PathBuf {
        self.path.join(level.to_string()).join(format!("{col}_{row}.png"))
    }

    /// Whether the tile is there: a file of its name appears when it is whole.
    pub fn has(&self, tile: (u32, u32, u32)) -> bool {
        // Not what a link points to.
        fs::symlink_metadata(self.tile(tile)).is_ok_and(|file| file.is_file())
    }

    /// Makes the folders of all levels.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn make_levels(&self, layout: Layout) -> Result<()> {
        for level in 0..=layout.last() {
            let path = self.path.join(level.to_string());
            match fs::create_dir(&path) {
                Err(source) if source.kind() != ErrorKind::AlreadyExists => {
                    return Err(Error::Io { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes what a process has left that was killed while it wrote a file: on file systems that have no files without a
    /// name. Nobody else writes here now.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove_drafts(&self, layout: Layout) -> Result<()> {
        if !self.lock.as_ref().is_some_and(Locked::is_sure) {
            return Ok(());
        }
        let levels = (0..=layout.last()).map(|level| (self.path.join(level.to_string()), "png"));
        for (folder, extension) in
            levels.chain(["html", "toml"].map(|extension| (self.path.clone(), extension)))
        {
            let failed = |source| Error::Io { path: folder.clone(), source };
            for file in fs::read_dir(&folder).map_err(failed)? {
                let file = file.map_err(failed)?;
                let is_draft = draft::is_name(&file.file_name(), extension)
                    && file.file_type().is_ok_and(|kind| kind.is_file());
                if is_draft {
                    fs::remove_file(file.path()).map_err(failed)?;
                }
            }
        }
        Ok(())
    }

    /// Writes another file into the folder, whole.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, name: &str, contents: &[u8]) -> Result<()> {
        let file = AtomicFile::create(&self.path.join(name))?;
        let written = file.handle().and_then(|mut handle| handle.write_all(contents));
        written.map_err(|source| file.error(source))?;
        file.finish()
    }

    /// Whether nothing is in it but what a process has left that was killed before it had a job.
    fn is_empty(&self) -> io::Result<bool> {
        for file in fs::read_dir(&self.path)? {
            if !draft::is_name(&file?.file_name(), "toml") {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
