//! Tiles as bytes.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use hyper::body::Bytes;

use crate::band::{Quantities, Values};
use crate::counts::TierCounts;
use crate::window::Window;

/// What a tile's bytes begin with.
const MAGIC: &[u8; 4] = b"JST1";

/// The values of a window, compressed: a header of little-endian numbers of 32 bits, and planes of bytes.
pub fn encoded(
    itermax: u32,
    quantities: Quantities,
    window: Window,
    values: &Values,
    tiers: &TierCounts,
) -> Bytes {
    let tiers = tiers.tiers();
    let flags = u32::from(quantities.smooth) | u32::from(quantities.distance.is_some()) << 1;
    let mut bytes = MAGIC.to_vec();
    let words = [flags, itermax, window.width, window.height, tiers.len() as u32].into_iter();
    for word in words.chain(tiers.map(|(_, pixels)| pixels as u32)) {
        bytes.extend(word.to_le_bytes());
    }
    planes(&mut bytes, values.counts.iter().map(|count| count.to_le_bytes()));
    planes(&mut bytes, values.smooth.iter().map(|value| value.to_le_bytes()));
    planes(&mut bytes, values.distances.iter().map(|value| value.to_le_bytes()));
    compressed(&bytes)
}

/// As `Content-Encoding: deflate` has it.
pub fn compressed(bytes: &[u8]) -> Bytes {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default().into()
}

/// All first bytes of the numbers, then all second ones, and so on: they compress better.
fn planes<const BYTES: usize>(
    bytes: &mut Vec<u8>,
    numbers: impl ExactSizeIterator<Item = [u8; BYTES]>,
) {
    let (start, count) = (bytes.len(), numbers.len());
    bytes.resize(start + BYTES * count, 0);
    for (k, number) in numbers.enumerate() {
        for (plane, byte) in number.into_iter().enumerate() {
            bytes[start + plane * count + k] = byte;
        }
    }
}
