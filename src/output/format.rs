//! Formats of pictures, by the end of a file's name.

use std::io::{self, Seek, Write};
use std::path::Path;

use super::exr::ExrWriter;
use super::jpeg::{self, JpegWriter};
use super::npy::NpyWriter;
use super::png::{Compression, Header, PngWriter};
use super::tiff::TiffWriter;
use super::tiff::pyramid::PyramidWriter;
use super::webp::{self, WebPWriter};
use super::{PictureWriter, invalid};
use crate::choices::choices;
use crate::error::{Error, Result};
use crate::grid::{Grid, MAX_SIDE};
use crate::parameter::Parameter;
use crate::record::{LONGEST, LONGEST_IN_SEGMENT};
use crate::tone::Depth;

/// What a picture's file is; by name, an extension of such files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// PNG, of 8 or 16 bits.
    Png,
    /// TIFF, of 8 or 16 bits; BigTIFF if the pixels are near 4 GiB or more.
    Tiff,
    /// Lossless WebP, of 8 bits. All pixels are in memory.
    WebP,
    /// JPEG, of 8 bits: the only lossy format.
    Jpeg,
    /// OpenEXR, for the real numbers behind smooth colours and distances: 32-bit floats.
    Exr,
    /// The escape counts themselves, for numpy: `u32`, of shape `(height, width)`.
    Npy,
    /// A Deep Zoom pyramid: a descriptor, and beside it a folder of tiles, PNGs of 8 or 16 bits. Written again with the
    /// same job it goes on where it was interrupted.
    Dzi,
}

choices!(Format for Format {
    Png = "png",
    Tiff = "tif" | "tiff",
    WebP = "webp",
    Jpeg = "jpg" | "jpeg",
    Exr = "exr",
    Npy = "npy",
    Dzi = "dzi",
});

impl Format {
    /// The format of a file of that name, by its extension in capitals or not; PNG if it has none.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an extension that no format has, and for a path that ends without a name.
    pub fn of(path: &Path) -> Result<Self> {
        if !ends_with_name(path) {
            let path = path.as_os_str();
            let text = if path.is_empty() { "''".into() } else { path.to_string_lossy() };
            return Err(Error::invalid(Parameter::Output, text, "must be the name of a file"));
        }
        let Some(extension) = path.extension() else { return Ok(Self::Png) };
        let extension = extension.to_string_lossy().to_ascii_lowercase();
        extension.parse().map_err(|_| {
            let names = Self::NAMES.map(|name| format!(".{name}")).join(", ");
            let expected = format!("must end with one of {names}");
            Error::invalid(Parameter::Output, path.display(), expected)
        })
    }

    /// Whether the file `path` of this format can hold the counts of `grid` with pixels of that depth.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it cannot.
    pub fn check(self, path: &Path, grid: &Grid, depth: Depth) -> Result<()> {
        let refused =
            |problem: String| Err(Error::invalid(Parameter::Output, path.display(), problem));
        let (name, max_side) = match self {
            Self::Jpeg => ("JPEG", jpeg::MAX_SIDE),
            Self::WebP => ("WebP", webp::MAX_SIDE),
            Self::Png | Self::Tiff | Self::Exr | Self::Npy | Self::Dzi => return Ok(()),
        };
        debug_assert!(max_side < MAX_SIDE);
        let (width, height) = (grid.width(), grid.height());
        if width.max(height) > max_side {
            return refused(format!(
                "a {name} has at most {max_side} pixels a side, not {width} × {height}; take .png or \
                 .tif"
            ));
        }
        if depth == Depth::Sixteen {
            return refused(format!("a {name} has 8 bits, not 16; take .png or .tif"));
        }
        Ok(())
    }

    /// The most bytes of a job that its file has room for.
    pub fn longest_job(self) -> usize {
        if self == Self::Jpeg { LONGEST_IN_SEGMENT } else { LONGEST }
    }

    /// Whether a file of this format, `path`, can have pixels with an opacity.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it cannot.
    pub(crate) fn check_opacity(self, path: &Path) -> Result<()> {
        if self != Self::Jpeg {
            return Ok(());
        }
        let expected = "a JPEG has no transparency; take .png, .tif, .webp or .dzi";
        Err(Error::invalid(Parameter::Output, path.display(), expected))
    }

    /// Whether its pixels can be indices.
    pub(crate) fn has_indices(self) -> bool {
        self == Self::Png
    }

    /// Begins a picture of one file, in OpenEXR with these channels, in TIFF maybe as a pyramid.
    ///
    /// # Errors
    /// What the file says, and [`InvalidInput`](io::ErrorKind::InvalidInput) for what
    /// [`check`](Self::check) refuses.
    pub(crate) fn start(
        self,
        file: impl Write + Seek + Send + 'static,
        header: &Header<'_>,
        channels: &[&str],
        (compression, pyramid): (Compression, bool),
    ) -> io::Result<Box<dyn PictureWriter>> {
        Ok(match self {
            Self::Png => Box::new(PngWriter::start(file, header, compression)?),
            Self::Tiff if pyramid => Box::new(PyramidWriter::start(file, header, compression)?),
            Self::Tiff => Box::new(TiffWriter::start(file, header, compression)?),
            Self::WebP => Box::new(WebPWriter::start(file, header)),
            Self::Jpeg => Box::new(JpegWriter::start(file, header)?),
            Self::Exr => Box::new(ExrWriter::start(file, header, channels, compression)?),
            Self::Npy => Box::new(NpyWriter::start(file, header)?),
            Self::Dzi => return Err(invalid("a pyramid is not one file")),
        })
    }
}

/// Whether the path can be that of a file: `folder/` and `folder/.` cannot.
fn ends_with_name(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    path.file_name().is_some_and(|name| bytes.ends_with(name.as_encoded_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_the_end_of_the_name() {
        for (name, format) in [
            ("plot.png", Format::Png),
            ("a.b/PLOT.TIFF", Format::Tiff),
            ("x.y.jPg", Format::Jpeg),
            ("/dev/null", Format::Png),
            (".hidden", Format::Png),
        ] {
            assert_eq!(Format::of(Path::new(name)).unwrap(), format, "{name}");
        }
        // Without a name a whole picture was computed and could not be saved.
        for name in ["plot.bmp", "plot.", "plot.png.gz", "", "new/", "new/.", "..", "/"] {
            assert!(Format::of(Path::new(name)).is_err(), "{name}");
        }
    }
}
