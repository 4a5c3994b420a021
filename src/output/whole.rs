//! Whether a file that this program has written is still as long as it was: copies can be cut short.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use super::format::Format;
use crate::npy;

/// The most entries of a TIFF's directory; ours have fewer.
const MOST_ENTRIES: u64 = 64;

/// The longest head of an OpenEXR in which the end is looked for: a little more than its longest texts.
const LONGEST_HEAD: u64 = 1 << 26;

/// Whether the picture `path` has its end, if this program has written it in `format`. Who reads the texts of a PNG has
/// read all of it, and a pyramid has its descriptor last: these are whole.
///
/// # Errors
/// What the system says of the file, and [`ErrorKind::UnexpectedEof`] for one that ends in its head.
pub fn is_whole(path: &Path, format: Format) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    Ok(match format {
        Format::Png | Format::Dzi => true,
        Format::Npy => npy::Counts::read(&mut BufReader::new(file))?
            .is_ok_and(|counts| counts.bytes().map(|bytes| counts.start() + bytes) == Some(length)),
        Format::WebP => {
            let [.., a, b, c, d] = bytes::<8>(&mut file, 0)?;
            u64::from(u32::from_le_bytes([a, b, c, d])) + 8 == length
        }
        Format::Jpeg => length > 2 && bytes(&mut file, length - 2)? == [0xff, 0xd9],
        Format::Tiff => tiff_end(&mut BufReader::new(file))? <= length,
        Format::Exr => exr_end(file)? == length,
    })
}

fn bytes<const N: usize>(file: &mut (impl Read + Seek), place: u64) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.seek(SeekFrom::Start(place))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The end of what the first directory refers to, which comes last in a TIFF without a pyramid; our numbers are big-endian.
fn tiff_end(file: &mut (impl Read + Seek)) -> io::Result<u64> {
    let is_big = bytes::<4>(file, 0)? == *b"MM\0+";
    let (word, of_count) = if is_big { (8, 8) } else { (4, 2) };
    let number = |file: &mut dyn Read, length: usize| {
        let mut bytes = [0; 8];
        file.read_exact(&mut bytes[8 - length..])?;
        Ok::<_, io::Error>(u64::from_be_bytes(bytes))
    };
    file.seek(SeekFrom::Start(if is_big { 8 } else { 4 }))?;
    let directory = number(file, word)?;
    file.seek(SeekFrom::Start(directory))?;
    let entries = number(file, of_count)?.min(MOST_ENTRIES);
    let mut end = directory;
    for _ in 0..entries {
        let _tag = number(file, 2)?;
        let size = match number(file, 2)? {
            3 => 2,
            4 => 4,
            5 | 16 => 8,
            _ => 1,
        };
        let bytes = number(file, word)?.saturating_mul(size);
        let value = number(file, word)?;
        if bytes > word as u64 {
            end = end.max(value.saturating_add(bytes));
        }
    }
    Ok(end)
}

/// The end of the last block of an OpenEXR.
fn exr_end(file: File) -> io::Result<u64> {
    let mut file = BufReader::new(file);
    bytes::<8>(&mut file, 0)?;
    // Attributes, each with a name, a type and a length; an empty name ends them.
    let mut head = file.by_ref().take(LONGEST_HEAD);
    let mut table = 8;
    while let name @ 1.. = word(&mut head)? {
        let kind = word(&mut head)?;
        let mut length = [0; 4];
        head.read_exact(&mut length)?;
        let length = u64::from(u32::from_le_bytes(length));
        io::copy(&mut head.by_ref().take(length), &mut io::sink())?;
        table += name + 1 + kind + 1 + 4 + length;
    }
    table += 1;
    let first = u64::from_le_bytes(bytes(&mut file, table)?);
    if first < table + 8 {
        return Err(ErrorKind::InvalidData.into());
    }
    let last = u64::from_le_bytes(bytes(&mut file, first - 8)?);
    let [.., a, b, c, d] = bytes::<8>(&mut file, last)?;
    Ok(last.saturating_add(8 + u64::from(u32::from_le_bytes([a, b, c, d]))))
}

/// How many bytes come before the next zero, which is read, too.
fn word(file: &mut impl Read) -> io::Result<u64> {
    let (mut length, mut byte) = (0, [0]);
    loop {
        file.read_exact(&mut byte)?;
        if byte == [0] {
            return Ok(length);
        }
        length += 1;
    }
}
