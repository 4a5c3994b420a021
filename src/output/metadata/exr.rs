//! OpenEXR: attributes of the type `string`, in the header.

use std::io::{self, BufRead, Read};

use super::reading::{add, array, bytes, damaged, skip};
use crate::record::{LONGEST, Texts};

pub(super) const MAGIC: &[u8] = &[0x76, 0x2f, 0x31, 0x01];

/// The longest name, with the zero after it.
const LONGEST_NAME: u64 = 256;

pub(super) fn read(file: &mut impl BufRead) -> io::Result<Texts> {
    // The magic number and the version.
    array::<8>(file)?;
    let mut texts = Texts::new();
    loop {
        let name = word(file)?;
        if name.is_empty() {
            return Ok(texts);
        }
        let kind = word(file)?;
        let length = u32::from_le_bytes(array(file)?);
        if kind == b"string" && length as usize <= LONGEST {
            let text = bytes(file, length as usize)?;
            add(&mut texts, &name, text)?;
        } else {
            skip(file, length.into())?;
        }
    }
}

/// The bytes up to a zero.
fn word(file: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut word = Vec::new();
    file.take(LONGEST_NAME).read_until(0, &mut word)?;
    if word.pop() == Some(0) { Ok(word) } else { Err(damaged("its header has no end")) }
}
