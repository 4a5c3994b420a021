//! The finished bands of a picture, in a file beside it while it is made: `big.png.part`. If the picture is interrupted, it goes on
//! from there.
//!
//! ```text
//! "juliaset bands 1"      16 bytes
//! length                  u32, of the identity
//! identity                what the bands belong to: job, version, kind of pixels
//! checksum                u32, CRC-32 of all that is before it
//! records                 one after the other: a head, and what it has
//! ```
//!
//! Numbers are little-endian. A record's checksum covers head and payload. The first record that is not whole, or does not follow
//! on the one before, ends what is there: it is written over.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use zlib_rs::crc32::crc32;

use super::locked::Locked;
use crate::counts::TierCounts;
use crate::error::{Error, Result};

const MAGIC: &[u8; 16] = b"juliaset bands 1";
/// The bytes of a record's head, the last four of them its checksum.
const HEAD: usize = 72;
/// The most sample points that a pixel's tiers can have counted, and more.
const MOST_POINTS: u64 = 1 << 12;

/// What a record has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// How often each bin of a histogram was seen: pairs of u32.
    Seen = 1,
    /// Pixels, as they are written into the picture.
    Pixels = 2,
}

/// What is said of a band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BandRecord {
    /// Its first pixel, in raster order.
    pub start: u64,
    /// How many pixels it has.
    pub pixels: u64,
    /// Which tiers decided the counts of its sample points.
    pub tier_counts: TierCounts,
    /// How many of its pixels have more than one sample point, if the sampling is adaptive.
    pub refined: u64,
}

/// The file of finished bands. Dropped, it stays; only [`remove`](Self::remove) removes it.
pub(crate) struct PartFile {
    path: PathBuf,
    file: Locked,
    /// The end of the last record that was read or written.
    end: u64,
    /// Whether there may be something after it.
    has_rest: bool,
    total: u64,
}

/// The file beside `picture` for its finished bands.
pub(crate) fn path_of(picture: &Path) -> PathBuf {
    let mut name = picture.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

impl PartFile {
    /// Opens the file beside `picture`, which has `total` pixels, or makes it. What is in it must have this `identity`.
    ///
    /// # Errors
    /// [`Error::Io`]; also if there is a file of that name that is of something else, or another process has it.
    pub fn open(picture: &Path, identity: &str, total: u64) -> Result<Self> {
        let path = path_of(picture);
        Self::open_at(&path, identity, total).map_err(|source| Error::Io { path, source })
    }

    fn open_at(path: &Path, identity: &str, total: u64) -> io::Result<Self> {
        let refused = |problem| Err(io::Error::new(ErrorKind::AlreadyExists, problem));
        let mut options = File::options();
        options.read(true).write(true);
        let file = match options.clone().create_new(true).open(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                // Not what a link points to.
                if !fs::symlink_metadata(path)?.is_file() {
                    return refused(NOT_OURS);
                }
                options.open(path)?
            }
            made => made?,
        };
        let Some(locked) = Locked::new(file) else {
            return refused("is another process's, which makes this picture");
        };
        let mut file = locked.file();
        let mut start =
            [MAGIC, &(identity.len() as u32).to_le_bytes()[..], identity.as_bytes()].concat();
        start.extend(crc32(0, &start).to_le_bytes());
        let mut found = Vec::new();
        file.take(start.len() as u64).read_to_end(&mut found)?;
        let is_cut_short = found.len() < start.len() && start.starts_with(&found);
        if is_cut_short {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(&start)?;
        } else if found != start {
            return refused(match found.starts_with(MAGIC) {
                true => "has the bands of another job or version; remove it, or take another name",
                false => NOT_OURS,
            });
        }
        let end = start.len() as u64;
        Ok(Self { path: path.to_path_buf(), file: locked, end, has_rest: !is_cut_short, total })
    }

    /// An error of this file.
    pub fn error(&self, source: io::Error) -> Error {
        Error::Io { path: self.path.clone(), source }
    }

    /// Reads the next record, if it is one of this `kind` that begins at the pixel `start`, is whole, and has as many bytes as `fits`
    /// says that so many pixels can have. The bytes replace the contents of `payload`.
    ///
    /// # Errors
    /// What the system says.
    pub fn next(
        &mut self,
        kind: Kind,
        start: u64,
        most: u64,
        fits: impl Fn(u64, u64) -> bool,
        payload: &mut Vec<u8>,
    ) -> io::Result<Option<BandRecord>> {
        if !self.has_rest {
            return Ok(None);
        }
        payload.clear();
        self.file.file().seek(SeekFrom::Start(self.end))?;
        let mut bytes = [0; HEAD];
        let head = &mut self.file.file().take(HEAD as u64);
        payload.reserve(HEAD);
        if head.read_to_end(payload)? < HEAD {
            return Ok(None);
        }
        bytes.copy_from_slice(payload);
        payload.clear();
        let Some((found, band, length)) = parse(&bytes) else { return Ok(None) };
        let is_next = found == kind
            && band.start == start
            && (1..=most).contains(&band.pixels)
            && band.pixels <= self.total - start.min(self.total)
            && fits(band.pixels, length);
        let tiers = band.tier_counts.tiers();
        let mut points = tiers.iter().map(|(_, points)| *points).chain([band.refined]);
        if !is_next || points.any(|points| points > band.pixels * MOST_POINTS) {
            return Ok(None);
        }
        self.file.file().take(length).read_to_end(payload)?;
        let (head, checksum) = bytes.split_at(HEAD - 4);
        if payload.len() as u64 != length
            || crc32(crc32(0, head), payload).to_le_bytes() != checksum
        {
            return Ok(None);
        }
        self.end += HEAD as u64 + length;
        Ok(Some(band))
    }

    /// Where the next record is.
    pub fn place(&self) -> u64 {
        self.end
    }

    /// Reads again from this place on.
    pub fn go_back(&mut self, place: u64) {
        (self.end, self.has_rest) = (place, true);
    }

    /// Appends a record; what is behind the last one that was read goes.
    ///
    /// # Errors
    /// What the system says.
    pub fn append(&mut self, kind: Kind, band: BandRecord, payload: &[u8]) -> io::Result<()> {
        if self.has_rest {
            self.file.file().set_len(self.end)?;
            self.file.file().seek(SeekFrom::Start(self.end))?;
            self.has_rest = false;
        }
        let mut head = Vec::with_capacity(HEAD);
        let TierCounts { gpu, double, double_double, fixed_point } = band.tier_counts;
        head.extend((kind as u32).to_le_bytes());
        for number in
            [band.start, band.pixels, gpu, double, double_double, fixed_point, band.refined]
        {
            head.extend(number.to_le_bytes());
        }
        head.extend((payload.len() as u64).to_le_bytes());
        head.extend(crc32(crc32(0, &head), payload).to_le_bytes());
        self.file.file().write_all(&head)?;
        self.file.file().write_all(payload)?;
        self.end += (head.len() + payload.len()) as u64;
        Ok(())
    }

    /// Removes the file: the picture is there.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove(self) -> Result<()> {
        fs::remove_file(&self.path).map_err(|source| self.error(source))
    }
}

const NOT_OURS: &str = "is there, and is not of a picture that can go on; remove it";

/// The parts of a record's head.
fn parse(head: &[u8; HEAD]) -> Option<(Kind, BandRecord, u64)> {
    let (kind, rest) = head.split_first_chunk()?;
    let kind = match u32::from_le_bytes(*kind) {
        1 => Kind::Seen,
        2 => Kind::Pixels,
        _ => return None,
    };
    let (numbers, _) = rest.as_chunks();
    let numbers: Vec<u64> = numbers.iter().map(|&number| u64::from_le_bytes(number)).collect();
    let &[start, pixels, gpu, double, double_double, fixed_point, refined, length] =
        numbers.as_slice()
    else {
        return None;
    };
    let tier_counts = TierCounts { gpu, double, double_double, fixed_point };
    Some((kind, BandRecord { start, pixels, tier_counts, refined }, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u64 = 100;

    fn band(start: u64, pixels: u64) -> BandRecord {
        let tier_counts = TierCounts { double: pixels, ..TierCounts::default() };
        BandRecord { start, pixels, tier_counts, refined: 3 }
    }

    fn open(folder: &tempfile::TempDir, identity: &str) -> Result<PartFile> {
        PartFile::open(&folder.path().join("x.png"), identity, 30)
    }

    /// The bands that are there, with the bytes of each.
    fn bands(part: &mut PartFile) -> Vec<(BandRecord, Vec<u8>)> {
        let (mut found, mut payload, mut start) = (Vec::new(), Vec::new(), 0);
        let fits = |pixels, length| length == 2 * pixels;
        while let Some(band) = part.next(Kind::Pixels, start, MOST, fits, &mut payload).unwrap() {
            found.push((band, payload.clone()));
            start += band.pixels;
        }
        found
    }

    /// A file with three bands, and these.
    fn written() -> (tempfile::TempDir, Vec<(BandRecord, Vec<u8>)>) {
        let folder = tempfile::tempdir().unwrap();
        let mut part = open(&folder, "job").unwrap();
        assert!(bands(&mut part).is_empty());
        let written = [band(0, 10), band(10, 15), band(25, 5)];
        let written = written.map(|band| (band, vec![band.start as u8; 2 * band.pixels as usize]));
        for (band, pixels) in &written {
            part.append(Kind::Pixels, *band, pixels).unwrap();
        }
        (folder, written.into())
    }

    #[test]
    fn what_was_written_is_found_again_and_goes_on() {
        let (folder, written) = written();
        let mut part = open(&folder, "job").unwrap();
        assert_eq!(bands(&mut part), written);
        part.remove().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    /// A child that another thread started at this moment had the lock for longer, and the picture was said to be another process's.
    #[test]
    fn the_lock_ends_with_the_one_who_took_it() {
        let (folder, written) = written();
        let part = open(&folder, "job").unwrap();
        let childs = part.file.file().try_clone().unwrap();
        assert!(open(&folder, "job").is_err());
        drop(part);
        assert!(open(&folder, "another job").is_err());
        assert_eq!(bands(&mut open(&folder, "job").unwrap()), written);
        drop(childs);
    }

    /// A process that is killed can be in the middle of a band, and a machine that loses its power has written anything.
    #[test]
    fn a_file_that_is_cut_or_changed_anywhere_has_the_bands_before_that() {
        let (folder, written) = written();
        let path = folder.path().join("x.png.part");
        let whole = fs::read(&path).unwrap();
        let ends: Vec<usize> = written
            .iter()
            .scan(MAGIC.len() + 4 + 3 + 4, |end, (_, pixels)| {
                *end += HEAD + pixels.len();
                Some(*end)
            })
            .collect();
        assert_eq!(ends[2], whole.len());
        for place in ends[0] - HEAD - 20..whole.len() {
            let intact = ends.iter().filter(|&&end| end <= place).count();
            for cut in [true, false] {
                let mut bytes = whole.clone();
                if cut {
                    bytes.truncate(place);
                } else {
                    bytes[place] ^= 0x10;
                }
                fs::write(&path, bytes).unwrap();
                let mut part = open(&folder, "job").unwrap();
                assert_eq!(bands(&mut part), written[..intact], "{place}, cut: {cut}");
                // The rest is written again.
                for (band, pixels) in &written[intact..] {
                    part.append(Kind::Pixels, *band, pixels).unwrap();
                }
                drop(part);
                assert!(fs::read(&path).unwrap() == whole, "{place}, cut: {cut}");
            }
        }
    }

    #[test]
    fn a_head_that_was_not_finished_is_begun_again() {
        let (folder, _) = written();
        let path = folder.path().join("x.png.part");
        let whole = fs::read(&path).unwrap();
        for length in 0..MAGIC.len() + 4 + 3 + 4 {
            fs::write(&path, &whole[..length]).unwrap();
            assert!(bands(&mut open(&folder, "job").unwrap()).is_empty(), "{length}");
        }
    }

    #[test]
    fn what_is_of_something_else_is_refused_and_stays() {
        let (folder, _) = written();
        let path = folder.path().join("x.png.part");
        let whole = fs::read(&path).unwrap();
        for identity in ["jab", "", "job, longer", &"x".repeat(1 << 20)] {
            let error = open(&folder, identity).err().unwrap().to_string();
            assert!(error.contains("another job or version"), "{error}");
        }
        assert!(fs::read(&path).unwrap() == whole);
        fs::write(&path, "a letter of mine").unwrap();
        let error = open(&folder, "job").err().unwrap().to_string();
        assert!(error.ends_with(NOT_OURS), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"a letter of mine");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(open(&folder, "job").is_err());
    }

    #[test]
    fn two_processes_do_not_share_it() {
        let folder = tempfile::tempdir().unwrap();
        let _one = open(&folder, "job").unwrap();
        let error = open(&folder, "job").err().unwrap().to_string();
        assert!(error.ends_with("is another process's, which makes this picture"), "{error}");
    }

    /// Heads whose checksum is right, and that lie.
    #[test]
    fn lies_are_not_believed() {
        let honest = band(0, 10);
        for (band, bytes) in [
            (BandRecord { start: 1, ..honest }, 20),
            (BandRecord { pixels: 0, ..honest }, 0),
            (BandRecord { pixels: 31, ..honest }, 62),
            (BandRecord { pixels: 101, ..honest }, 202),
            (BandRecord { pixels: u64::MAX, ..honest }, 20),
            (BandRecord { refined: u64::MAX, ..honest }, 20),
            (
                BandRecord {
                    tier_counts: TierCounts { gpu: 1 << 60, ..TierCounts::default() },
                    ..honest
                },
                20,
            ),
            (honest, 19),
            (honest, 1 << 20),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let mut part = open(&folder, "job").unwrap();
            part.append(Kind::Pixels, band, &vec![0; bytes]).unwrap();
            drop(part);
            assert!(bands(&mut open(&folder, "job").unwrap()).is_empty(), "{band:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        let mut part = open(&folder, "job").unwrap();
        part.append(Kind::Seen, honest, &[0; 20]).unwrap();
        drop(part);
        assert!(bands(&mut open(&folder, "job").unwrap()).is_empty());
    }
}
