//! WebP: the chunk `EXIF`.

use std::io::{self, BufRead, Cursor};

use super::reading::{array, bytes, skip};
use super::tiff;
use crate::record::{LONGEST, Texts};

pub(super) fn is_webp(start: &[u8]) -> bool {
    start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP")
}

pub(super) fn read(file: &mut impl BufRead) -> io::Result<Texts> {
    array::<12>(file)?;
    while !file.fill_buf()?.is_empty() {
        let kind: [u8; 4] = array(file)?;
        let length = u32::from_le_bytes(array(file)?);
        if kind == *b"EXIF" && length as usize <= LONGEST {
            return tiff::read(&mut Cursor::new(bytes(file, length as usize)?));
        }
        // A chunk begins on an even byte.
        skip(file, u64::from(length).next_multiple_of(2))?;
    }
    Ok(Texts::new())
}
