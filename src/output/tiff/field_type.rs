//! The types of a TIFF directory's values, which Exif has too (TIFF 6.0, section 2, and BigTIFF).

/// Text that ends with a zero.
pub const ASCII: u16 = 2;
/// 16 bits.
pub const SHORT: u16 = 3;
/// 32 bits.
pub const LONG: u16 = 4;
/// A numerator and a denominator of 32 bits each.
pub const RATIONAL: u16 = 5;
/// Bytes of any meaning.
pub const UNDEFINED: u16 = 7;
/// 64 bits, in a BigTIFF.
pub const LONG8: u16 = 16;
