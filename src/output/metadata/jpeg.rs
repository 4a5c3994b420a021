//! JPEG: Exif in the segment APP1, before the pixels.

use std::io::{self, BufRead, Cursor};

use super::reading::{array, bytes, damaged, skip};
use super::tiff;
use crate::record::Texts;

pub(super) const MAGIC: &[u8] = &[0xff, 0xd8, 0xff];

const APP1: u8 = 0xe1;
const START_OF_SCAN: u8 = 0xda;

pub(super) fn read(file: &mut impl BufRead) -> io::Result<Texts> {
    array::<2>(file)?;
    loop {
        let [prefix, mut marker] = array(file)?;
        // A marker may have more of its prefix before it.
        while marker == 0xff {
            [marker] = array(file)?;
        }
        if prefix != 0xff {
            return Err(damaged("a segment has no marker"));
        }
        if marker == START_OF_SCAN {
            return Ok(Texts::new());
        }
        let length = u16::from_be_bytes(array(file)?);
        let Some(length) = length.checked_sub(2) else {
            return Err(damaged("a segment has no length"));
        };
        if marker != APP1 {
            skip(file, length.into())?;
            continue;
        }
        let segment = bytes(file, length.into())?;
        if let Some(exif) = segment.strip_prefix(b"Exif\0\0") {
            return tiff::read(&mut Cursor::new(exif));
        }
    }
}
