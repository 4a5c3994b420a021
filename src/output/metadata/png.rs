//! PNG: chunks `iTXt`. Every chunk's checksum is verified, so that a text that was changed is refused,
//! and so is a picture that is not whole.

use std::io::{self, Read};

use flate2::Crc;
use flate2::read::ZlibDecoder;

use super::reading::{add, array, bytes, damaged};
use crate::record::{LONGEST, Texts};

pub(super) const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The parts before the text of a chunk: a keyword, a language, and the keyword in that language.
const LONGEST_HEAD: usize = 1 << 10;

pub(super) fn read(file: &mut impl Read) -> io::Result<Texts> {
    array::<8>(file)?;
    let mut texts = Texts::new();
    let (mut is_first, mut has_pixels) = (true, false);
    loop {
        let length = u32::from_be_bytes(array(file)?);
        let kind: [u8; 4] = array(file)?;
        if is_first != (kind == *b"IHDR") || length > i32::MAX as u32 {
            return Err(damaged("it has no proper header"));
        }
        (is_first, has_pixels) = (false, has_pixels || kind == *b"IDAT");
        let mut crc = Crc::new();
        crc.update(&kind);
        let is_text = kind == *b"iTXt" && length as usize <= LONGEST + LONGEST_HEAD;
        let mut text = Vec::new();
        let mut left = length as usize;
        while left > 0 {
            let part = bytes(file, left)?;
            crc.update(&part);
            left -= part.len();
            if is_text {
                text.extend(part);
            }
        }
        if crc.sum() != u32::from_be_bytes(array(file)?) {
            return Err(damaged("a checksum is wrong"));
        }
        if is_text {
            add_chunk(&mut texts, &text)?;
        }
        if kind == *b"IEND" {
            return if has_pixels { Ok(texts) } else { Err(damaged("it has no pixels")) };
        }
    }
}

fn add_chunk(texts: &mut Texts, chunk: &[u8]) -> io::Result<()> {
    let mut parts = chunk.splitn(2, |&byte| byte == 0);
    let (Some(keyword), Some(&[is_compressed, _method, ref rest @ ..])) =
        (parts.next(), parts.next())
    else {
        return Err(damaged("a text has no keyword"));
    };
    let Some(text) = rest.splitn(3, |&byte| byte == 0).nth(2) else {
        return Err(damaged("a text has no language"));
    };
    if crate::record::known(keyword).is_none() {
        return Ok(());
    }
    let mut plain = Vec::new();
    if is_compressed == 0 {
        plain.extend(text);
    } else {
        ZlibDecoder::new(text).take(LONGEST as u64 + 1).read_to_end(&mut plain)?;
    }
    if plain.len() > LONGEST {
        return Err(damaged("a text is too long"));
    }
    add(texts, keyword, plain)
}
