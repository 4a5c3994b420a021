//! Pictures at another size: each pixel is the mean, in linear light, of the area that it covers.

use rayon::prelude::*;

use super::linear_light::{LinearLight, SeenLight, put_seen, seen_parts};
use super::pixel::{Depth, PixelFormat};

/// The bits of a weight along one axis: of both axes and of light together they fit into 64.
const WEIGHT_BITS: u32 = 12;

/// What the pixels of one axis are made of: of some of a source's pixels, one after the other.
pub(crate) struct Axis(Vec<Option<Cell>>);

/// The first pixel of the source, and the weights of it and of those behind it, which add up to 2^[`WEIGHT_BITS`].
struct Cell {
    first: usize,
    weights: Vec<u64>,
}

impl Axis {
    /// `side` pixels: pixel p covers the source's pixels from `place(p)` to `place(p + 1)`, which is larger. One that reaches
    /// out of a source of `source` pixels by more than a rounding is not there.
    pub fn new(side: u32, source: u32, place: impl Fn(f64) -> f64) -> Self {
        const ROUNDING: f64 = 1e-6;
        let most = f64::from(source);
        let cell = |pixel: u32| {
            let ends = [place(pixel.into()), place(f64::from(pixel) + 1.0)];
            if ends[0] < -ROUNDING || ends[1] > most + ROUNDING {
                return None;
            }
            let [start, end] = ends.map(|end| end.clamp(0.0, most));
            let first = start.floor().min(most - 1.0);
            let count = (end - first).ceil().max(1.0) as usize;
            // What lies before each end of a pixel, rounded: so the sum is whole.
            let before = |end_of: f64| {
                let part = ((end_of - start) / (end - start)).clamp(0.0, 1.0);
                (part * f64::from(1 << WEIGHT_BITS)).round() as u64
            };
            let weights = (0..count).map(|k| {
                let left = first + k as f64;
                let right = if k + 1 == count { end } else { left + 1.0 };
                before(right) - before(left)
            });
            Some(Cell { first: first as usize, weights: weights.collect() })
        };
        Self((0..side).map(cell).collect())
    }
}

/// Fills those `pixels` in, in rows, that both axes have; they are in the same format as those of the source, whose
/// rows have `width` pixels. It is not a format of indices.
pub(crate) fn resample(
    source: &[u8],
    width: u32,
    format: PixelFormat,
    [columns, rows]: [&Axis; 2],
    pixels: &mut [u8],
) {
    let light = LinearLight::of(format.depth());
    if format.has_opacity() {
        return resample_seen(light, source, width, format.bytes(), [columns, rows], pixels);
    }
    let value_bytes = if format.depth() == Depth::Sixteen { 2 } else { 1 };
    let (parts, pixel_bytes) = (format.bytes() / value_bytes, format.bytes());
    let source_row = width as usize * pixel_bytes;
    let value = |bytes: &[u8]| bytes.iter().fold(0, |value, &byte| value << 8 | u16::from(byte));
    let row_bytes = columns.0.len() * pixel_bytes;
    pixels.par_chunks_exact_mut(row_bytes).zip(&rows.0).for_each(|(pixels, row)| {
        let Some(row) = row else { return };
        // The rows' sum, of which the columns are summed up then.
        let mut sums = vec![0; width as usize * parts];
        let from = source[row.first * source_row..].chunks_exact(source_row);
        for (source, weight) in from.zip(&row.weights) {
            for (sum, bytes) in sums.iter_mut().zip(source.chunks_exact(value_bytes)) {
                *sum += weight * light.decode(value(bytes));
            }
        }
        for (pixel, column) in pixels.chunks_exact_mut(pixel_bytes).zip(&columns.0) {
            let Some(column) = column else { continue };
            let sums = sums[column.first * parts..].chunks_exact(parts);
            for (part, bytes) in pixel.chunks_exact_mut(value_bytes).enumerate() {
                let terms = sums.clone().zip(&column.weights);
                let sum = terms.map(|(sums, weight)| weight * sums[part]).sum();
                let mean = light.encode(sum, 1 << (2 * WEIGHT_BITS));
                bytes.copy_from_slice(&mean.to_be_bytes()[2 - value_bytes..]);
            }
        }
    });
}

/// The same for pixels of so many bytes with an opacity: what is not seen gives no light.
fn resample_seen(
    light: &LinearLight,
    source: &[u8],
    width: u32,
    bytes: usize,
    [columns, rows]: [&Axis; 2],
    pixels: &mut [u8],
) {
    let source_row = width as usize * bytes;
    let row_bytes = columns.0.len() * bytes;
    pixels.par_chunks_exact_mut(row_bytes).zip(&rows.0).for_each(|(pixels, row)| {
        let Some(row) = row else { return };
        for (pixel, column) in pixels.chunks_exact_mut(bytes).zip(&columns.0) {
            let Some(column) = column else { continue };
            let mut seen = SeenLight::default();
            for (y, high) in row.weights.iter().enumerate() {
                let from = &source[(row.first + y) * source_row + column.first * bytes..];
                for (sample, wide) in from.chunks_exact(bytes).zip(&column.weights) {
                    seen.add(light, seen_parts(sample), high * wide);
                }
            }
            put_seen(seen.mean(light), pixel);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tone::average;

    /// Pixels of no pattern.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x0123_4567_89ab_cdef_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn whole_squares_have_the_mean_of_supersampling() {
        for format in PixelFormat::OF_VALUES {
            for factor in [1, 2, 4] {
                let (width, height) = (7, 5);
                let source = noise((width * height * factor * factor) as usize * format.bytes());
                let axis = |side| Axis::new(side, side * factor, |x| x * f64::from(factor));
                let mut expected = vec![0; (width * height) as usize * format.bytes()];
                average(&source, factor as usize, format, width as usize, &mut expected);
                let mut pixels = vec![0; expected.len()];
                let axes = [&axis(width), &axis(height)];
                resample(&source, width * factor, format, axes, &mut pixels);
                assert_eq!(pixels, expected, "{format:?} {factor}");
            }
        }
    }

    #[test]
    fn a_pixel_covers_parts_of_others() {
        // Half of the first and all of the second: black and white.
        let axis = Axis::new(1, 2, |x| 0.5 + 1.5 * x);
        let one = Axis::new(1, 1, |x| x);
        let mut pixels = [0];
        resample(&[0, 255], 2, PixelFormat::Gray8, [&axis, &one], &mut pixels);
        // Two thirds of light are 213.
        assert_eq!(pixels, [213]);
        resample(&[0, 255], 1, PixelFormat::Gray8, [&one, &axis], &mut pixels);
        assert_eq!(pixels, [213]);
    }

    #[test]
    fn one_colour_stays_as_it_is_and_what_is_outside_too() {
        for value in 0..=255 {
            let axis = Axis::new(9, 4, |x| 0.3 + 0.37 * x);
            let mut pixels = [value; 81];
            resample(&[value; 16], 4, PixelFormat::Gray8, [&axis, &axis], &mut pixels);
            assert_eq!(pixels, [value; 81]);
        }
        let axis = Axis::new(3, 2, |x| x - 0.5);
        let mut pixels = [7; 9];
        resample(&[9; 4], 2, PixelFormat::Gray8, [&axis, &axis], &mut pixels);
        assert_eq!(pixels, [7, 7, 7, 7, 9, 7, 7, 7, 7]);
    }
}
