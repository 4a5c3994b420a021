//! Escape counts in numpy's format, written as they come. What else there is to say stands in a file
//! beside them.

use std::io::{self, BufWriter, Write};

use super::png::Header;
use super::{PictureWriter, invalid};
use crate::npy;

/// An array of counts that is being written: its "pixels" are the bytes of [`bytes`].
pub struct NpyWriter<W: Write> {
    writer: BufWriter<W>,
    /// Bytes that are still to come.
    left: u64,
}

/// Replaces the contents of `bytes` by the counts' own.
pub fn bytes(counts: &[u32], bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.extend(counts.iter().flat_map(|count| count.to_le_bytes()));
}

impl<W: Write> NpyWriter<W> {
    /// Writes the head.
    ///
    /// # Errors
    /// What the writer underneath says.
    pub fn start(writer: W, header: &Header<'_>) -> io::Result<Self> {
        let mut writer = BufWriter::new(writer);
        writer.write_all(&npy::header(header.width, header.height))?;
        let left = 4 * u64::from(header.width) * u64::from(header.height);
        Ok(Self { writer, left })
    }
}

impl<W: Write + Send> PictureWriter for NpyWriter<W> {
    fn write(&mut self, counts: &[u8]) -> io::Result<()> {
        let left = self.left.checked_sub(counts.len() as u64);
        self.left = left.ok_or_else(|| invalid("more counts than the picture has"))?;
        self.writer.write_all(counts)
    }

    /// The texts have no place in the file.
    fn finish(mut self: Box<Self>, _: &[(&'static str, String)]) -> io::Result<()> {
        if self.left > 0 {
            return Err(invalid("fewer counts than the picture has"));
        }
        self.writer.flush()
    }
}
