//! Exif: the place that some formats have for the texts of a picture's record, for its size in print and for its colour space.

use super::tiff::field_type::{ASCII, LONG, RATIONAL, SHORT, UNDEFINED};
use crate::dpi::Dpi;
use crate::record::{self, JOB, LONGEST};

/// The tag with the place of the tags that Exif adds to those of TIFF.
const EXIF_DIRECTORY: u16 = 34665;

/// A tag, its type, the number of its values, and their bytes.
type Entry = (u16, u16, u32, Vec<u8>);

/// The colour space, the pixels of an inch and the texts as Exif; the texts if there is a job among them, of up to so many
/// bytes, in ImageDescription.
pub fn exif(dpi: Option<Dpi>, texts: &[(&str, String)], most: usize) -> Vec<u8> {
    let mut entries = Vec::new();
    if let Some(text) = description(texts, most) {
        entries.push((270, ASCII, text.len() as u32, text));
    }
    if let Some(dpi) = dpi {
        let rational = dpi.fraction().map(u32::to_be_bytes).concat();
        entries.push((282, RATIONAL, 1, rational.clone()));
        entries.push((283, RATIONAL, 1, rational));
        // Of an inch.
        entries.push((296, SHORT, 1, 2_u16.to_be_bytes().to_vec()));
    }
    // Where the directory below comes, once the length of this one is known.
    entries.push((EXIF_DIRECTORY, LONG, 1, vec![0; 4]));
    let mut exif = b"MM\0*\0\0\0\x08".to_vec();
    let mut before = exif.clone();
    directory(&mut before, entries.clone());
    if let Some((.., place)) = entries.last_mut() {
        *place = (before.len() as u32).to_be_bytes().to_vec();
    }
    directory(&mut exif, entries);
    let space = vec![
        (0x9000, UNDEFINED, 4, b"0232".to_vec()),
        // sRGB.
        (0xa001, SHORT, 1, 1_u16.to_be_bytes().to_vec()),
    ];
    directory(&mut exif, space);
    exif
}

/// The sheet of the texts, and a zero; `None` without a job, or if one of them is too long.
fn description(texts: &[(&str, String)], most: usize) -> Option<Vec<u8>> {
    /// What else there is, with all heads.
    const REST: usize = 1 << 8;
    let job = record::text(texts, JOB)?;
    let mut text = record::sheet(texts).into_bytes();
    text.push(0);
    (job.len() <= most && text.len() <= LONGEST - REST).then_some(text)
}

/// Appends a directory, in which the tags rise, and behind it what its entries have no room for.
fn directory(exif: &mut Vec<u8>, entries: Vec<Entry>) {
    exif.extend((entries.len() as u16).to_be_bytes());
    let mut place = exif.len() + 12 * entries.len() + 4;
    let mut behind = Vec::new();
    for (tag, kind, count, mut bytes) in entries {
        exif.extend(tag.to_be_bytes());
        exif.extend(kind.to_be_bytes());
        exif.extend(count.to_be_bytes());
        if bytes.len() > 4 {
            exif.extend((place as u32).to_be_bytes());
            // Each begins on an even byte.
            bytes.resize(bytes.len().next_multiple_of(2), 0);
            place += bytes.len();
            behind.extend(bytes);
        } else {
            bytes.resize(4, 0);
            exif.extend(bytes);
        }
    }
    // No other directory.
    exif.extend([0; 4]);
    exif.extend(behind);
}
