//! TIFF, BigTIFF and Exif, which is a TIFF without pixels: the tag ImageDescription of the first
//! directory, with all texts in one.

use std::io::{self, Read, Seek, SeekFrom};

use super::reading::{array, bytes, damaged};
use crate::record::{self, LONGEST, Texts};

/// The most entries of a directory that are read.
const MOST_ENTRIES: u64 = 1 << 16;

const IMAGE_DESCRIPTION: u64 = 270;
const ASCII: u64 = 2;

pub(super) fn is_tiff(start: &[u8]) -> bool {
    [b"II*\0", b"II+\0", b"MM\0*", b"MM\0+"].iter().any(|magic| start.starts_with(*magic))
}

pub(super) fn read(file: &mut (impl Read + Seek)) -> io::Result<Texts> {
    let magic: [u8; 4] = array(file)?;
    let is_little = magic[0] == b'I';
    let is_big = magic.contains(&b'+');
    let word = if is_big { 8 } else { 4 };
    if is_big {
        array::<4>(file)?;
    }
    let directory = number(file, word, is_little)?;
    file.seek(SeekFrom::Start(directory))?;
    let entries = number(file, if is_big { 8 } else { 2 }, is_little)?;
    if entries > MOST_ENTRIES {
        return Err(damaged("its directory is too long"));
    }
    for _ in 0..entries {
        let tag = number(file, 2, is_little)?;
        let kind = number(file, 2, is_little)?;
        let length = number(file, word, is_little)?;
        if (tag, kind) != (IMAGE_DESCRIPTION, ASCII) {
            number(file, word, is_little)?;
            continue;
        }
        if length > LONGEST as u64 {
            return Ok(Texts::new());
        }
        if length > word as u64 {
            let place = number(file, word, is_little)?;
            file.seek(SeekFrom::Start(place))?;
        }
        let text = bytes(file, length as usize)?;
        let text = text.strip_suffix(b"\0").unwrap_or(&text);
        return Ok(str::from_utf8(text).map(record::texts_of).unwrap_or_default());
    }
    Ok(Texts::new())
}

/// The next number of `length` bytes, 8 at most.
fn number(file: &mut impl Read, length: usize, is_little: bool) -> io::Result<u64> {
    let mut bytes = [0; 8];
    if is_little {
        file.read_exact(&mut bytes[..length])?;
        Ok(u64::from_le_bytes(bytes))
    } else {
        file.read_exact(&mut bytes[8 - length..])?;
        Ok(u64::from_be_bytes(bytes))
    }
}
