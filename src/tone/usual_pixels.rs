//! The pixels of the values that points usually have: counts, or proven smooth values, which are whole parts of an
//! iteration.

use crate::whole_parts::to_parts;

/// Values that are looked up together.
const TOGETHER: usize = 64;

/// A table of pixels' bytes.
pub(super) struct UsualPixels<'a> {
    /// How many parts an iteration has.
    pub parts: f64,
    /// The pixels of 0, 1, … parts; empty if they are not known.
    pub pixels: &'a [u8],
}

impl UsualPixels<'_> {
    /// Fills in the pixels of these counts, whose parts are wholes, of so many bytes each; `put` those that the table
    /// does not have.
    pub fn fill_counts<const BYTES: usize>(
        &self,
        counts: &[u32],
        pixels: &mut [u8],
        put: impl Fn(f64, &mut [u8]),
    ) {
        let known = self.pixels.as_chunks::<BYTES>().0;
        for (pixel, &count) in pixels.as_chunks_mut::<BYTES>().0.iter_mut().zip(counts) {
            match known.get(count as usize) {
                Some(known) => *pixel = *known,
                None => put(count.into(), pixel),
            }
        }
    }

    /// Fills in the pixels of these values, of so many bytes each; `put` those that the table does not have.
    pub fn fill<const BYTES: usize>(
        &self,
        values: &[f64],
        pixels: &mut [u8],
        put: impl Fn(f64, &mut [u8]),
    ) {
        let known = self.pixels.as_chunks::<BYTES>().0;
        let pixels = pixels.as_chunks_mut::<BYTES>().0;
        for (values, pixels) in values.chunks(TOGETHER).zip(pixels.chunks_mut(TOGETHER)) {
            let mut indices = [0; TOGETHER];
            if to_parts(values, self.parts, known.len() as f64, &mut indices) {
                for (pixel, index) in pixels.iter_mut().zip(indices) {
                    *pixel = known[index as usize];
                }
            } else {
                for (pixel, &value) in pixels.iter_mut().zip(values) {
                    let index = value * self.parts;
                    match known.get(index as usize) {
                        Some(known) if index.fract() == 0.0 => *pixel = *known,
                        _ => put(value, pixel),
                    }
                }
            }
        }
    }
}
