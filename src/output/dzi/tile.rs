//! A tile: a small PNG, written whole and read back.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use crate::output::draft::Draft;
use crate::output::png::{self, Compression, Header, PngWriter};
use crate::tone::PixelFormat;

/// Writes the tile `path`, which appears when it is whole.
pub fn write(
    path: &Path,
    (width, height): (u32, u32),
    format: PixelFormat,
    pixels: &[u8],
    compression: Compression,
) -> io::Result<()> {
    let draft = Draft::new(path)?;
    let header = Header::new(width, height, format);
    let mut writer = PngWriter::start(draft.file(), &header, compression)?;
    writer.write(pixels)?;
    writer.finish()?;
    draft.place()
}

/// The pixels of the tile `path`, whatever is in the file no more than the tile has; `None` if it is no such
/// tile.
pub fn read(
    path: &Path,
    (width, height): (u32, u32),
    format: PixelFormat,
) -> io::Result<Option<Vec<u8>>> {
    let mut pixels = vec![0; width as usize * height as usize * format.bytes()];
    let mut decoder = ::png::Decoder::new(BufReader::new(File::open(path)?));
    decoder.set_transformations(::png::Transformations::IDENTITY);
    let read = decoder.read_info().and_then(|mut reader| {
        let info = reader.info();
        let is_it = (info.width, info.height) == (width, height)
            && (info.color_type, info.bit_depth)
                == (png::color_type(format), png::bit_depth(format))
            && !info.interlaced
            && info.animation_control.is_none();
        if is_it {
            reader.next_frame(&mut pixels)?;
            reader.finish()?;
        }
        Ok(is_it)
    });
    match read {
        Ok(is_it) => Ok(is_it.then_some(pixels)),
        Err(::png::DecodingError::IoError(error))
            if error.kind() != io::ErrorKind::UnexpectedEof =>
        {
            Err(error)
        }
        Err(_) => Ok(None),
    }
}
