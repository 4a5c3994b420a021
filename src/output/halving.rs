//! Pictures at half their size, as the levels of a pyramid are.

use crate::tone::{PixelFormat, average};

/// Half of a side, rounded up.
pub fn half(side: u32) -> u32 {
    side.div_ceil(2)
}

/// Appends to `halved` the rows of a picture at half its size: each pixel is the mean, in linear light, of
/// 2 × 2 of `pixels`, `width` side by side; at an odd side's end of those that are there.
///
/// The format is not one of indices.
pub fn halve(pixels: &[u8], width: u32, format: PixelFormat, halved: &mut Vec<u8>) {
    let (bytes, width) = (format.bytes(), width as usize);
    let half = width.div_ceil(2);
    let mut pair = Vec::with_capacity(4 * half * bytes);
    for rows in pixels.chunks(2 * width * bytes) {
        let (first, second) = rows.split_at(width * bytes);
        pair.clear();
        for row in [first, if second.is_empty() { first } else { second }] {
            pair.extend_from_slice(row);
            if width % 2 == 1 {
                pair.extend_from_slice(&row[row.len() - bytes..]);
            }
        }
        let start = halved.len();
        halved.resize(start + half * bytes, 0);
        average(&pair, 2, format, half, &mut halved[start..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_side_ends_with_means_of_what_is_there() {
        // 0.5 of light is 188, 0.25 is 137.
        let pixels = [0, 255, 255, 0, 0, 0, 255, 0, 255];
        let mut halved = Vec::new();
        halve(&pixels, 3, PixelFormat::Gray8, &mut halved);
        assert_eq!(halved, [137, 188, 188, 255]);
        halved.clear();
        halve(&[7], 1, PixelFormat::Gray8, &mut halved);
        assert_eq!(halved, [7]);
    }
}
