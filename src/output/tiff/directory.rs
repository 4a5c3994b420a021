//! What a TIFF says of a picture in it, and where its pixels are.

use super::field_type::{ASCII, LONG, LONG8, RATIONAL, SHORT, UNDEFINED};
use crate::dpi::Dpi;
use crate::output::icc;
use crate::record::{self, LONGEST};
use crate::tone::{Depth, PixelFormat};

/// How numbers are written: all of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Whether offsets have 64 bits.
    pub big: bool,
    /// Whether the least byte of a number comes first; of a sample, too.
    pub little: bool,
}

impl Numbers {
    /// A number of so many bytes.
    fn bytes(self, number: u64, length: usize) -> Vec<u8> {
        let [big, little] = [number.to_be_bytes(), number.to_le_bytes()];
        if self.little { little[..length].to_vec() } else { big[8 - length..].to_vec() }
    }

    /// A count or an offset.
    fn place(self, number: u64) -> Vec<u8> {
        self.bytes(number, if self.big { 8 } else { 4 })
    }

    /// A number of a type of fields.
    fn field(self, kind: u16, number: u64) -> Vec<u8> {
        match kind {
            ASCII | UNDEFINED => self.bytes(number, 1),
            SHORT => self.bytes(number, 2),
            LONG => self.bytes(number, 4),
            // Two numbers, the upper one first.
            RATIONAL => [self.bytes(number >> 32, 4), self.bytes(number & 0xffff_ffff, 4)].concat(),
            _ => self.bytes(number, 8),
        }
    }

    /// The head of a file, with the place of the first directory.
    pub fn head(self, directory: u64) -> Vec<u8> {
        let mut head = if self.little { b"II".to_vec() } else { b"MM".to_vec() };
        let version: &[u64] = if self.big { &[43, 8, 0] } else { &[42] };
        head.extend(version.iter().flat_map(|&number| self.bytes(number, 2)));
        head.extend(self.place(directory));
        head
    }
}

/// The directory of a picture.
pub struct Directory {
    pub numbers: Numbers,
    pub width: u32,
    pub height: u32,
    pub format: PixelFormat,
    pub pieces: Pieces,
    /// Whether it is one before it, made smaller.
    pub is_reduced: bool,
    /// Pixels of an inch, if that is to be stated.
    pub resolution: Option<Resolution>,
}

/// Pixels of an inch, as a fraction.
#[derive(Clone, Copy, Debug)]
pub struct Resolution([u32; 2]);

impl Resolution {
    /// That of a picture whose sides were halved so often: in print it is as large. `None` if the fraction has no place.
    pub fn of(dpi: Dpi, halvings: u32) -> Option<Self> {
        let [pixels, inches] = dpi.fraction();
        let inches = u64::from(inches).checked_shl(halvings)?;
        Some(Self([pixels, inches.try_into().ok()?]))
    }
}

/// What pixels are compressed in.
#[derive(Clone, Copy, Debug)]
pub enum Pieces {
    /// So many rows.
    Strips(u64),
    /// Squares with a side of so many pixels.
    Tiles(u64),
}

/// The tag with all texts in one.
const DESCRIPTION: u16 = 270;
/// The tag that says what kind of a picture it is, if it is a reduced one.
const REDUCED: u16 = 254;
/// The tag that says what samples behind red, green and blue are.
const OPACITY: u16 = 338;
/// The tags of strips: offsets, rows and lengths.
const STRIPS: [u16; 3] = [273, 278, 279];
/// The tags of tiles: width, height, offsets and lengths.
const TILES: [u16; 4] = [322, 323, 324, 325];

/// What resolutions are of.
const NO_UNIT: u64 = 1;
const INCH: u64 = 2;

impl Directory {
    /// The directory at `position`, followed by what its entries refer to; if it is not the `last` one, the next one
    /// follows it.
    pub fn bytes(
        &self,
        position: u64,
        (offsets, lengths): (&[u64], &[u64]),
        texts: &[(&'static str, String)],
        last: bool,
    ) -> Vec<u8> {
        let samples = match self.format {
            format if format.is_gray() => 1,
            format if format.has_opacity() => 4,
            _ => 3,
        };
        let bits = if self.format.depth() == Depth::Eight { 8 } else { 16 };
        let black_is_zero_or_rgb = if samples == 1 { 1 } else { 2 };
        let Numbers { big, .. } = self.numbers;
        let offset = if big { LONG8 } else { LONG };
        let (width, height) = (u64::from(self.width), u64::from(self.height));
        let (unit, Resolution([pixels, of])) = match self.resolution {
            Some(resolution) => (INCH, resolution),
            None => (NO_UNIT, Resolution([1, 1])),
        };
        let resolution = (u64::from(pixels) << 32) | u64::from(of);
        let mut description: Vec<u64> = record::sheet(texts).bytes().map(u64::from).collect();
        description.push(0);
        let rows_or_side = match self.pieces {
            Pieces::Strips(rows) => [rows],
            Pieces::Tiles(side) => [side],
        };
        let in_strips = matches!(self.pieces, Pieces::Strips(_));
        let profile: Vec<u64> = icc::srgb(samples == 1).into_iter().map(u64::from).collect();
        let entries: [(u16, u16, &[u64]); 21] = [
            // A reduced version of another picture in the file.
            (REDUCED, LONG, &[1]),
            (256, LONG, &[width]),
            (257, LONG, &[height]),
            (258, SHORT, &[bits; 4][..samples]),
            // Compression: deflate.
            (259, SHORT, &[8]),
            (262, SHORT, &[black_is_zero_or_rgb]),
            (DESCRIPTION, ASCII, &description),
            (STRIPS[0], offset, offsets),
            (277, SHORT, &[samples as u64]),
            (STRIPS[1], LONG, &rows_or_side),
            (STRIPS[2], offset, lengths),
            // Square pixels.
            (282, RATIONAL, &[resolution]),
            (283, RATIONAL, &[resolution]),
            // The samples of a pixel stand together.
            (284, SHORT, &[1]),
            (296, SHORT, &[unit]),
            (TILES[0], LONG, &rows_or_side),
            (TILES[1], LONG, &rows_or_side),
            (TILES[2], offset, offsets),
            (TILES[3], offset, lengths),
            // An opacity on which the colours do not depend.
            (OPACITY, SHORT, &[2]),
            // The colour space.
            (34675, UNDEFINED, &profile),
        ];
        let is_described = (2..=LONGEST).contains(&description.len());
        let is_there = |&(tag, ..): &(u16, u16, &[u64])| match tag {
            DESCRIPTION => is_described,
            REDUCED => self.is_reduced,
            OPACITY => self.format.has_opacity(),
            tag if STRIPS.contains(&tag) => in_strips,
            tag if TILES.contains(&tag) => !in_strips,
            _ => true,
        };
        let entries: Vec<_> = entries.into_iter().filter(is_there).collect();
        let numbers = self.numbers;
        let word = if big { 8 } else { 4 };
        let mut directory = numbers.bytes(entries.len() as u64, if big { 8 } else { 2 });
        let size = directory.len() + entries.len() * (4 + 2 * word) + word;
        let mut behind = Vec::new();
        for (tag, kind, values) in entries {
            directory.extend(numbers.bytes(tag.into(), 2));
            directory.extend(numbers.bytes(kind.into(), 2));
            directory.extend(numbers.place(values.len() as u64));
            let mut bytes: Vec<u8> = values.iter().flat_map(|&v| numbers.field(kind, v)).collect();
            if bytes.len() <= word {
                bytes.resize(word, 0);
                directory.extend(bytes);
            } else {
                directory.extend(numbers.place(position + (size + behind.len()) as u64));
                behind.extend(bytes);
            }
        }
        // A directory begins on an even byte.
        let end = size + behind.len();
        let next = position + (end + end % 2) as u64;
        directory.extend(numbers.place(if last { 0 } else { next }));
        directory.extend(behind);
        if !last {
            directory.resize(end + end % 2, 0);
        }
        directory
    }
}
