//! Exif, with one tag: the place that some formats have for the texts of a picture's record.

use crate::record::{self, JOB, LONGEST};

/// The bytes before the text: the head, a directory of one entry, and the end of directories.
const TEXT_AT: u32 = 8 + 2 + 12 + 4;

/// The Exif with `texts` in its tag ImageDescription; `None` if there is no job among them, or one of more than so many
/// bytes.
pub fn exif(texts: &[(&str, String)], most: usize) -> Option<Vec<u8>> {
    let job = record::text(texts, JOB)?;
    let text = record::sheet(texts);
    let length = text.len() + 1;
    if job.len() > most || TEXT_AT as usize + length > LONGEST - 64 {
        return None;
    }
    let mut exif = b"MM\0*\0\0\0\x08\0\x01".to_vec();
    // The tag, and its type ASCII.
    exif.extend([1, 14, 0, 2]);
    exif.extend((length as u32).to_be_bytes());
    exif.extend(TEXT_AT.to_be_bytes());
    exif.extend([0; 4]);
    exif.extend(text.into_bytes());
    exif.push(0);
    Some(exif)
}
