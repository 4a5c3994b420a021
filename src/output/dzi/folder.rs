//! The folder of a pyramid's tiles, and the file in it that says of which job they are.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::layout::{Layout, TILE};
use crate::error::{Error, Result};
use crate::input;
use crate::output::atomic_file::AtomicFile;
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

/// A folder of tiles of one job.
pub struct TileFolder {
    path: PathBuf,
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
        let failed = |source| Error::Io { path: path.clone(), source };
        let refused =
            |problem: &str| Err(failed(io::Error::new(ErrorKind::AlreadyExists, problem)));
        texts.push((TILES, format!("{TILE} × {TILE} pixels, PNG, {compression}")));
        let sheet = record::sheet(&texts);
        if sheet.len() > LONGEST {
            let problem = "its view has too many digits for the job in the folder of its tiles";
            return Err(failed(io::Error::new(ErrorKind::InvalidInput, problem)));
        }
        match fs::create_dir(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let found = self::texts(descriptor)?;
                if text(&found, JOB).is_none() {
                    if is_empty(&path).map_err(failed)? {
                        write(&path.join(JOB_FILE), sheet.as_bytes())?;
                        return Ok(Self { path });
                    }
                    return refused("is there, and is not of a picture that can go on; remove it");
                }
                // As they would be read.
                let wanted = record::texts_of(&sheet);
                let is_same = |&key: &&str| text(&found, key) == text(&wanted, key);
                if ![JOB, SOFTWARE, TILES].iter().all(is_same) {
                    return refused(
                        "has the tiles of another job; remove it, or take another name",
                    );
                }
                if !any_engine && !is_same(&ENGINE) {
                    return refused(
                        "has tiles of another engine, which may differ; remove it, or take another \
                         name",
                    );
                }
                Ok(Self { path })
            }
            made => {
                made.map_err(failed)?;
                write(&path.join(JOB_FILE), sheet.as_bytes())?;
                Ok(Self { path })
            }
        }
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

    /// Writes another file into the folder, whole.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, name: &str, contents: &[u8]) -> Result<()> {
        write(&self.path.join(name), contents)
    }
}

fn is_empty(folder: &Path) -> io::Result<bool> {
    Ok(fs::read_dir(folder)?.next().is_none())
}

fn write(path: &Path, contents: &[u8]) -> Result<()> {
    let file = AtomicFile::create(path)?;
    let written = file.handle().and_then(|mut handle| handle.write_all(contents));
    written.map_err(|source| file.error(source))?;
    file.finish()
}
