//! Reading files of unknown origin: never more than is useful.

use std::io::{self, ErrorKind, Read};

use crate::record::{self, LONGEST, Texts};

/// Adds a text, if it is the first of a keyword that a record has.
pub fn add(texts: &mut Texts, keyword: &[u8], text: Vec<u8>) -> io::Result<()> {
    let Some(keyword) = record::known(keyword) else { return Ok(()) };
    let text = String::from_utf8(text).map_err(|_| damaged("a text is not in UTF-8"))?;
    if record::text(texts, keyword).is_none() {
        texts.push((keyword, text));
    }
    Ok(())
}

/// The next `N` bytes.
pub fn array<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The next `length` bytes, but at most [`LONGEST`].
pub fn bytes(file: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length.min(LONGEST)];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Skips the next `length` bytes.
pub fn skip(file: &mut impl Read, length: u64) -> io::Result<()> {
    let skipped = io::copy(&mut file.take(length), &mut io::sink())?;
    if skipped == length { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

pub fn damaged(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}
