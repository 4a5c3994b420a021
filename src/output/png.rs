//! PNG files, written as their pixels come.

use std::io::{self, BufWriter, Write};

use png::text_metadata::ITXtChunk;

use super::deflate::Method;
use super::filter::Filter;
use super::strip::{Choice, Rows, Strip, Way};
use super::zlib::{Deflated, ZlibWriter};
use super::{PictureWriter, invalid};
use crate::choices::choices;
use crate::dpi::Dpi;
use crate::tone::{Color, Depth};

pub use crate::tone::PixelFormat;

pub(super) fn color_type(format: PixelFormat) -> png::ColorType {
    match format {
        PixelFormat::Gray8 | PixelFormat::Gray16 => png::ColorType::Grayscale,
        PixelFormat::Rgb8 | PixelFormat::Rgb16 => png::ColorType::Rgb,
        PixelFormat::Rgba8 | PixelFormat::Rgba16 => png::ColorType::Rgba,
        PixelFormat::Indexed8 => png::ColorType::Indexed,
    }
}

pub(super) fn bit_depth(format: PixelFormat) -> png::BitDepth {
    match format.depth() {
        Depth::Eight => png::BitDepth::Eight,
        Depth::Sixteen => png::BitDepth::Sixteen,
    }
}

/// The encoder of a picture or an animation, which writes all that comes before the pixels.
///
/// Colours are in sRGB, and the chunk of that name says so. For readers that do not know it there are the gamma and the
/// chromaticities that the PNG specification gives for it.
pub(super) fn encoder<'a, W: Write>(
    writer: W,
    header: &Header<'_>,
) -> io::Result<png::Encoder<'a, BufWriter<W>>> {
    let &Header { width, height, format, colors, dpi, texts } = header;
    let mut encoder = png::Encoder::new(BufWriter::new(writer), width, height);
    encoder.set_color(color_type(format));
    encoder.set_depth(bit_depth(format));
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    encoder.set_source_gamma(png::ScaledFloat::from_scaled(45455));
    let at = png::ScaledFloat::from_scaled;
    encoder.set_source_chromaticities(png::SourceChromaticities {
        white: (at(31270), at(32900)),
        red: (at(64000), at(33000)),
        green: (at(30000), at(60000)),
        blue: (at(15000), at(6000)),
    });
    if let Some(dpi) = dpi {
        let pixels = dpi.per_metre();
        let unit = png::Unit::Meter;
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: pixels, yppu: pixels, unit }));
    }
    if format == PixelFormat::Indexed8 {
        encoder.set_palette(colors.iter().flat_map(|color| color.0).collect::<Vec<u8>>());
        // Those behind the last one that is given are opaque.
        let seen = colors.iter().rposition(|color| !color.is_opaque()).map_or(0, |last| last + 1);
        if seen > 0 {
            encoder.set_trns(colors[..seen].iter().map(|color| color.1).collect::<Vec<u8>>());
        }
    }
    for (keyword, text) in texts {
        encoder.add_itxt_chunk((*keyword).to_owned(), text.clone())?;
    }
    Ok(encoder)
}

/// What the file's size is worth in time. The pixels are the same with each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// The least time.
    Fast,
    /// A small file in little time.
    #[default]
    Balanced,
    /// A smaller file, several times as slow.
    Small,
}

choices!(Compression for Compression {
    Fast = "fast",
    Balanced = "balanced",
    Small = "small",
});

/// The longest row that is kept for the next row's filter, in bytes.
const LONGEST_KEPT_ROW: u64 = 1 << 22;

/// The ways to compress the pixels, as measured on escape counts in gray and in colour
/// (docs/performance.md).
///
/// Differences are many zeros and short runs, and quick to compress. Where pixels are few distinct ones
/// of several bytes, deflate finds them by itself, and differences only hide them.
fn choice(compression: Compression, format: PixelFormat) -> &'static Choice {
    const fn plain(level: i32) -> Way {
        Way { rows: Rows::All(Filter::None), method: Method::Level(level) }
    }
    const fn filtered(method: Method) -> Way {
        Way { rows: Rows::Best, method }
    }
    const FAST: &Choice = &Choice {
        ways: &[Way { rows: Rows::All(Filter::Up), method: Method::ZeroRuns }],
        slack: usize::MAX,
        strip: 1 << 18,
        sample: 0,
    };
    const BALANCED_BYTES: &Choice =
        &Choice { ways: &[filtered(Method::Runs)], slack: usize::MAX, strip: 1 << 18, sample: 0 };
    const BALANCED: &Choice = &Choice {
        ways: &[filtered(Method::ZeroRuns), filtered(Method::Runs), plain(2)],
        slack: 25,
        strip: 1 << 20,
        sample: 1 << 15,
    };
    const SMALL: &Choice = &Choice {
        ways: &[plain(8), filtered(Method::Level(8)), filtered(Method::Runs)],
        slack: usize::MAX,
        strip: 1 << 20,
        sample: 1 << 17,
    };
    match compression {
        Compression::Fast => FAST,
        Compression::Balanced if format.bytes() == 1 => BALANCED_BYTES,
        Compression::Balanced => BALANCED,
        Compression::Small => SMALL,
    }
}

/// The method for rows that are too long to be filtered.
fn method_for_long_rows(compression: Compression) -> Method {
    Method::Level(match compression {
        Compression::Fast => 2,
        Compression::Balanced => 6,
        Compression::Small => 8,
    })
}

/// What a PNG says before its pixels.
#[derive(Clone, Debug)]
pub struct Header<'a> {
    /// Columns, in pixels.
    pub width: u32,
    /// Rows, in pixels.
    pub height: u32,
    /// What a pixel is.
    pub format: PixelFormat,
    /// The colours that indices stand for, up to 256; without meaning for other formats.
    pub colors: &'a [Color],
    /// Pixels an inch of a print, if that is to be stated.
    pub dpi: Option<Dpi>,
    /// Texts in UTF-8, each with a keyword of 1 to 79 Latin letters.
    pub texts: &'a [(&'static str, String)],
}

impl Header<'_> {
    /// The head of a picture that says no more of itself, and whose pixels are not indices.
    pub fn new(width: u32, height: u32, format: PixelFormat) -> Self {
        Self { width, height, format, colors: &[], dpi: None, texts: &[] }
    }
}

/// A PNG that is being written. Its pixels are compressed on all threads of the current rayon pool while
/// more of them come; memory is bounded whatever the picture's size.
///
/// Dropped before [`finish`](Self::finish), it leaves a broken file.
pub struct PngWriter<W: Write> {
    stream: ZlibWriter<Idat<W>>,
    rows: RowKind,
    row_bytes: u64,
    /// Bytes of the current row that were written.
    col: u64,
    /// Rows that were not yet begun.
    rows_left: u32,
    /// The next strip: as [`Strip::rows`], or filtered if rows are long.
    gathering: Vec<u8>,
    /// The length of a whole one.
    whole: usize,
}

/// How rows become strips.
#[derive(Clone, Copy)]
enum RowKind {
    /// Strips are whole rows, of pixels with that many bytes.
    Kept { pixel: usize, choice: &'static Choice },
    /// Strips are parts of rows, which have no filter.
    Long(Method),
}

impl<W: Write> PngWriter<W> {
    /// Writes the head of a picture of `width × height` pixels.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn new(
        writer: W,
        width: u32,
        height: u32,
        format: PixelFormat,
        compression: Compression,
    ) -> io::Result<Self> {
        Self::start(writer, &Header::new(width, height, format), compression)
    }

    /// Writes the head of a picture.
    ///
    /// # Errors
    /// What the writer underneath says, and
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) for a picture without a pixel, for indices
    /// without colours, and for an invalid keyword.
    pub fn start(writer: W, header: &Header<'_>, compression: Compression) -> io::Result<Self> {
        let &Header { width, height, format, .. } = header;
        let encoder = encoder(writer, header)?;
        let row_bytes = u64::from(width) * format.bytes() as u64;
        let stream = ZlibWriter::new(Idat(encoder.write_header().map_err(io_error)?))?;
        let (rows, whole) = if row_bytes <= LONGEST_KEPT_ROW {
            let choice = choice(compression, format);
            let rows = (choice.strip as u64 / row_bytes).clamp(1, height.into());
            (RowKind::Kept { pixel: format.bytes(), choice }, (1 + rows) * row_bytes)
        } else {
            (RowKind::Long(method_for_long_rows(compression)), 1 << 18)
        };
        let mut writer = Self {
            stream,
            rows,
            row_bytes,
            col: 0,
            rows_left: height,
            gathering: Vec::new(),
            whole: whole as usize,
        };
        writer.gathering = writer.begin_strip();
        Ok(writer)
    }

    /// Writes the next bytes of the pixels, in raster order; they need not end with a row.
    ///
    /// # Errors
    /// What the writer underneath says, and [`InvalidInput`](io::ErrorKind::InvalidInput) for more
    /// pixels than the picture has.
    pub fn write(&mut self, mut pixels: &[u8]) -> io::Result<()> {
        while !pixels.is_empty() {
            if self.gathering.len() == self.whole {
                let next = self.begin_strip();
                let strip = std::mem::replace(&mut self.gathering, next);
                self.stream.push(deflate(self.rows, self.row_bytes, strip, false))?;
            }
            if self.col == 0 {
                let left = self.rows_left.checked_sub(1);
                self.rows_left = left.ok_or_else(|| invalid("more pixels than the picture has"))?;
                if let RowKind::Long(_) = self.rows {
                    self.gathering.push(Filter::None as u8);
                }
            }
            let room = (self.whole - self.gathering.len()) as u64;
            let length = (self.row_bytes - self.col).min(room).min(pixels.len() as u64);
            let (part, rest) = pixels.split_at(length as usize);
            self.gathering.extend_from_slice(part);
            self.col = (self.col + length) % self.row_bytes;
            pixels = rest;
        }
        Ok(())
    }

    /// What a strip has before its pixels: the row above, of zeros if there is none.
    fn begin_strip(&self) -> Vec<u8> {
        let mut strip = Vec::with_capacity(self.whole);
        if let RowKind::Kept { .. } = self.rows {
            let row = self.row_bytes as usize;
            match self.gathering.len().checked_sub(row) {
                Some(start) => strip.extend_from_slice(&self.gathering[start..]),
                None => strip.resize(row, 0),
            }
        }
        strip
    }

    /// Writes the end of the picture.
    ///
    /// # Errors
    /// As [`finish_with`](Self::finish_with).
    pub fn finish(self) -> io::Result<()> {
        self.finish_with(&[])
    }

    /// Writes the end of the picture, with texts that were not known before.
    ///
    /// # Errors
    /// What the writer underneath says, and [`InvalidInput`](io::ErrorKind::InvalidInput) if
    /// pixels are missing, and for an invalid keyword.
    pub fn finish_with(self, texts: &[(&'static str, String)]) -> io::Result<()> {
        if self.rows_left > 0 || self.col > 0 {
            return Err(invalid("fewer pixels than the picture has"));
        }
        let end = deflate(self.rows, self.row_bytes, self.gathering, true);
        let mut png = self.stream.finish(end)?.0;
        for (keyword, text) in texts {
            png.write_text_chunk(&ITXtChunk::new(*keyword, text.clone())).map_err(io_error)?;
        }
        png.finish().map_err(io_error)
    }
}

/// What deflates a strip.
fn deflate(
    rows: RowKind,
    row_bytes: u64,
    strip: Vec<u8>,
    last: bool,
) -> impl FnOnce() -> Deflated + Send + 'static {
    move || match rows {
        RowKind::Kept { pixel, choice } => {
            Strip { pixel, row: row_bytes as usize, rows: strip }.deflate(choice, last)
        }
        RowKind::Long(method) => Deflated::new(method.compress(&strip, last), &strip),
    }
}

/// The system's own error, which the conversion would make one of no kind.
pub(super) fn io_error(error: png::EncodingError) -> io::Error {
    match error {
        png::EncodingError::IoError(error) => error,
        error => error.into(),
    }
}

impl<W: Write + Send> PictureWriter for PngWriter<W> {
    fn write(&mut self, pixels: &[u8]) -> io::Result<()> {
        self.write(pixels)
    }

    fn finish(self: Box<Self>, texts: &[(&'static str, String)]) -> io::Result<()> {
        self.finish_with(texts)
    }
}

/// Writes the zlib stream into chunks of image data.
struct Idat<W: Write>(png::Writer<BufWriter<W>>);

impl<W: Write> Write for Idat<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_chunk(png::chunk::IDAT, bytes).map_err(io_error)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMATS: [PixelFormat; 6] = [
        PixelFormat::Gray8,
        PixelFormat::Rgb8,
        PixelFormat::Rgba8,
        PixelFormat::Gray16,
        PixelFormat::Rgb16,
        PixelFormat::Rgba16,
    ];

    /// Bands and noise, so that there are runs, repeated rows and neither.
    fn pixels(width: u32, height: u32, format: PixelFormat) -> Vec<u8> {
        let row_bytes = width as usize * format.bytes();
        let mut state = 1_u32;
        (0..row_bytes * height as usize)
            .map(|i| {
                let (row, col) = (i / row_bytes, i % row_bytes);
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if row % 7 == 6 { (state >> 24) as u8 } else { ((row / 3 + col) / 50) as u8 }
            })
            .collect()
    }

    /// 16-bit values in this machine's order, as the decoder has them.
    fn native(pixels: &[u8]) -> Vec<u8> {
        let (pairs, _) = pixels.as_chunks::<2>();
        pairs.iter().flat_map(|&pair| u16::from_be_bytes(pair).to_ne_bytes()).collect()
    }

    fn encode(
        pixels: &[u8],
        (width, height): (u32, u32),
        format: PixelFormat,
        compression: Compression,
        run: usize,
    ) -> Vec<u8> {
        let mut file = Vec::new();
        let mut writer = PngWriter::new(&mut file, width, height, format, compression).unwrap();
        for part in pixels.chunks(run) {
            writer.write(part).unwrap();
        }
        writer.finish().unwrap();
        file
    }

    fn check(width: u32, height: u32, run: usize) {
        for format in FORMATS {
            let pixels = pixels(width, height, format);
            for compression in Compression::ALL {
                let file = encode(&pixels, (width, height), format, compression, run);
                let decoded = image::load_from_memory(&file).unwrap();
                let case =
                    format!("{width} × {height}, {format:?}, {compression:?}, runs of {run}");
                assert_eq!((decoded.width(), decoded.height()), (width, height), "{case}");
                let expected = match format {
                    PixelFormat::Gray8 => image::ColorType::L8,
                    PixelFormat::Gray16 => image::ColorType::L16,
                    PixelFormat::Rgb16 => image::ColorType::Rgb16,
                    PixelFormat::Rgba8 => image::ColorType::Rgba8,
                    PixelFormat::Rgba16 => image::ColorType::Rgba16,
                    PixelFormat::Rgb8 | PixelFormat::Indexed8 => image::ColorType::Rgb8,
                };
                let pixels = match format.depth() {
                    Depth::Eight => pixels.clone(),
                    Depth::Sixteen => native(&pixels),
                };
                assert_eq!(decoded.color(), expected, "{case}");
                assert!(decoded.as_bytes() == pixels, "{case}");
            }
        }
    }

    #[test]
    fn pictures_of_every_small_size() {
        for width in 1..9 {
            for height in 1..9 {
                check(width, height, usize::MAX);
            }
        }
    }

    #[test]
    fn runs_that_straddle_rows() {
        for run in [1, 2, 3, 16, 17, 18, 100, 1000] {
            check(17, 40, run);
        }
    }

    #[test]
    fn rows_longer_and_shorter_than_a_strip() {
        check(1000, 700, 1 << 20);
        check(300_001, 3, 100_000);
    }

    #[test]
    fn rows_on_both_sides_of_the_window() {
        for width in [10_000, 11_000, 32_505, 32_506, 32_507, 40_000] {
            check(width, 12, 50_000);
        }
    }

    #[test]
    fn threads_change_nothing() {
        let size = (900, 1500);
        for format in FORMATS {
            let pixels = pixels(size.0, size.1, format);
            for compression in Compression::ALL {
                let file = |threads: usize| {
                    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                    pool.unwrap().install(|| encode(&pixels, size, format, compression, 1 << 16))
                };
                assert!(file(1) == file(3), "{format:?}, {compression:?}");
            }
        }
    }

    #[test]
    fn a_row_too_long_to_keep() {
        check(LONGEST_KEPT_ROW as u32 + 1, 2, 1 << 20);
    }

    #[test]
    fn indices_stand_for_their_colours_and_texts_stay() {
        let colors: Vec<Color> =
            (0..256).map(|i| Color::opaque([i as u8, 255 - i as u8, 7])).collect();
        let pixels: Vec<u8> = (0..300 * 40).map(|i| (i / 37) as u8).collect();
        for compression in Compression::ALL {
            let mut file = Vec::new();
            let header = Header {
                width: 300,
                height: 40,
                format: PixelFormat::Indexed8,
                colors: &colors,
                dpi: Some("300".parse().unwrap()),
                texts: &[("before", "é\n1".to_owned())],
            };
            let mut writer = PngWriter::start(&mut file, &header, compression).unwrap();
            writer.write(&pixels).unwrap();
            writer.finish_with(&[("behind", "2".to_owned())]).unwrap();
            let expected: Vec<u8> =
                pixels.iter().flat_map(|&index| colors[usize::from(index)].0).collect();
            assert!(image::load_from_memory(&file).unwrap().into_rgb8().into_raw() == expected);
            let mut reader = png::Decoder::new(io::Cursor::new(&file)).read_info().unwrap();
            reader.finish().unwrap();
            let (texts, dims) = (&reader.info().utf8_text, reader.info().pixel_dims.unwrap());
            assert_eq!((dims.xppu, dims.yppu, dims.unit), (11811, 11811, png::Unit::Meter));
            let texts: Vec<String> = texts.iter().map(|text| text.get_text().unwrap()).collect();
            assert_eq!(texts, ["é\n1", "2"]);
        }
    }

    /// A picture that did not say what its colours are was left to each viewer.
    #[test]
    fn colours_are_said_to_be_srgb() {
        for format in FORMATS {
            let pixels = pixels(9, 5, format);
            let file = encode(&pixels, (9, 5), format, Compression::Balanced, 1000);
            let chunk = |kind: &[u8; 4]| {
                let at = file.windows(4).position(|bytes| bytes == kind).unwrap();
                let length = u32::from_be_bytes(file[at - 4..at].try_into().unwrap());
                (at, file[at + 4..][..length as usize].to_vec())
            };
            let numbers = |bytes: Vec<u8>| -> Vec<u32> {
                bytes.as_chunks().0.iter().map(|four| u32::from_be_bytes(*four)).collect()
            };
            let [srgb, gamma, primaries, image] = [b"sRGB", b"gAMA", b"cHRM", b"IDAT"].map(chunk);
            assert!([srgb.0, gamma.0, primaries.0].iter().all(|at| *at < image.0), "{format:?}");
            assert_eq!(srgb.1, [0]);
            assert_eq!(numbers(gamma.1), [45455]);
            let expected = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000];
            assert_eq!(numbers(primaries.1), expected);
        }
    }

    #[test]
    fn too_few_and_too_many_pixels_are_errors() {
        for (width, height) in [(0, 5), (5, 0)] {
            let format = PixelFormat::Gray8;
            let writer = PngWriter::new(Vec::new(), width, height, format, Compression::Fast);
            assert!(writer.is_err(), "{width} × {height}");
        }
        let start =
            || PngWriter::new(Vec::new(), 3, 2, PixelFormat::Gray8, Compression::Balanced).unwrap();
        let mut writer = start();
        writer.write(&[0; 5]).unwrap();
        assert_eq!(writer.finish().unwrap_err().kind(), io::ErrorKind::InvalidInput);
        let mut writer = start();
        assert_eq!(writer.write(&[0; 7]).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}
