//! What stands for a row of pixels before it is compressed (PNG specification, clause 9).

use multiversion::multiversion;

/// What is subtracted from each byte of a row: a prediction from the bytes of the pixels beside and
/// above it. The number is the one in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Nothing.
    None = 0,
    /// The byte to the left.
    Sub = 1,
    /// The byte above.
    Up = 2,
    /// The mean of these two, rounded down.
    Average = 3,
    /// Of the bytes to the left, above, and above to the left, the one nearest to the first two's sum
    /// less the third.
    Paeth = 4,
}

impl Filter {
    /// All filters; of two that are equally good the first is taken.
    const ALL: [Self; 5] = [Self::Up, Self::Sub, Self::Paeth, Self::None, Self::Average];

    /// The filter that leaves the fewest bytes of `row` that are not zero; `above` is the row above, and
    /// `pixel` the bytes of a pixel, at most those of a row.
    ///
    /// Many zeros are long runs, and few different bytes for a Huffman code.
    pub fn best(row: &[u8], above: &[u8], pixel: usize) -> Self {
        let first = misses(&row[..pixel], &[0; 8][..pixel], &above[..pixel], &[0; 8][..pixel]);
        let (left, corner) = (&row[..row.len() - pixel], &above[..row.len() - pixel]);
        let rest = misses(&row[pixel..], left, &above[pixel..], corner);
        let misses = |filter: &Self| first[*filter as usize] + rest[*filter as usize];
        Self::ALL.into_iter().min_by_key(misses).unwrap_or(Self::None)
    }

    /// Appends the filter's number and the filtered row to `filtered`.
    pub fn apply(self, row: &[u8], above: &[u8], pixel: usize, filtered: &mut Vec<u8>) {
        filtered.push(self as u8);
        let start = filtered.len();
        filtered.extend_from_slice(row);
        let (first, rest) = filtered[start..].split_at_mut(pixel);
        let (left, corner) = (&row[..row.len() - pixel], &above[..row.len() - pixel]);
        let nothing = &[0; 8][..pixel];
        let subtract = match self {
            Self::None => return,
            Self::Sub => subtract_left,
            Self::Up => subtract_above,
            Self::Average => subtract_average,
            Self::Paeth => subtract_paeth,
        };
        subtract(first, nothing, &above[..pixel], nothing);
        subtract(rest, left, &above[pixel..], corner);
    }
}

/// `(left + above) / 2` without a wider type.
#[inline(always)]
fn average(left: u8, above: u8) -> u8 {
    (left & above) + ((left ^ above) >> 1)
}

/// The specification's predictor without a wider type: left + above - corner is as far from left as
/// above is from corner, and so on.
#[inline(always)]
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (to_left, to_above) = (above.abs_diff(corner), left.abs_diff(corner));
    let on_one_side = (left >= corner) == (above >= corner);
    // What is cut off at 255 is not the least.
    let to_corner =
        if on_one_side { to_left.saturating_add(to_above) } else { to_left.abs_diff(to_above) };
    let left_or_above = if to_left <= to_above { left } else { above };
    if to_left.min(to_above) <= to_corner { left_or_above } else { corner }
}

macro_rules! subtract {
    ($name:ident, $left:ident, $above:ident, $corner:ident => $prediction:expr) => {
        /// Subtracts the prediction from each byte of `row`.
        #[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx2", "x86_64+avx2"))]
        fn $name(row: &mut [u8], left: &[u8], above: &[u8], corner: &[u8]) {
            let beside = left.iter().zip(above).zip(corner);
            for (byte, ((&$left, &$above), &$corner)) in row.iter_mut().zip(beside) {
                *byte = byte.wrapping_sub($prediction);
            }
        }
    };
}

subtract!(subtract_left, left, _above, _corner => left);
subtract!(subtract_above, _left, above, _corner => above);
subtract!(subtract_average, left, above, _corner => average(left, above));
subtract!(subtract_paeth, left, above, corner => paeth(left, above, corner));

/// Bytes that are looked at together.
const LANES: usize = 64;

/// How many bytes each filter, by its number, predicts wrongly.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx2", "x86_64+avx2"))]
fn misses(row: &[u8], left: &[u8], above: &[u8], corner: &[u8]) -> [usize; 5] {
    let mut misses = [0; 5];
    // A lane counts in one byte.
    const PIECE: usize = 255 * LANES;
    let beside = left.chunks(PIECE).zip(above.chunks(PIECE)).zip(corner.chunks(PIECE));
    for (row, ((left, above), corner)) in row.chunks(PIECE).zip(beside) {
        let (rows, row) = row.as_chunks::<LANES>();
        let (lefts, left) = left.as_chunks::<LANES>();
        let (aboves, above) = above.as_chunks::<LANES>();
        let (corners, corner) = corner.as_chunks::<LANES>();
        let mut counts = [[0_u8; LANES]; 5];
        for (((row, left), above), corner) in rows.iter().zip(lefts).zip(aboves).zip(corners) {
            for i in 0..LANES {
                let (byte, left, above, corner) = (row[i], left[i], above[i], corner[i]);
                counts[0][i] += u8::from(byte != 0);
                counts[1][i] += u8::from(byte != left);
                counts[2][i] += u8::from(byte != above);
                counts[3][i] += u8::from(byte != average(left, above));
                counts[4][i] += u8::from(byte != paeth(left, above, corner));
            }
        }
        for (misses, counts) in misses.iter_mut().zip(&counts) {
            for &count in counts {
                *misses += usize::from(count);
            }
        }
        for (((&byte, &left), &above), &corner) in row.iter().zip(left).zip(above).zip(corner) {
            misses[0] += usize::from(byte != 0);
            misses[1] += usize::from(byte != left);
            misses[2] += usize::from(byte != above);
            misses[3] += usize::from(byte != average(left, above));
            misses[4] += usize::from(byte != paeth(left, above, corner));
        }
    }
    misses
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the specification has it.
    fn paeth_of_the_specification(a: u8, b: u8, c: u8) -> u8 {
        let p = i32::from(a) + i32::from(b) - i32::from(c);
        let [pa, pb, pc] = [a, b, c].map(|it| (p - i32::from(it)).abs());
        if pa <= pb && pa <= pc {
            a
        } else if pb <= pc {
            b
        } else {
            c
        }
    }

    #[test]
    fn predictions_are_those_of_the_specification() {
        for left in 0..=255 {
            for above in 0..=255 {
                let mean = (u16::from(left) + u16::from(above)) / 2;
                assert_eq!(u16::from(average(left, above)), mean);
                for corner in 0..=255 {
                    let expected = paeth_of_the_specification(left, above, corner);
                    assert_eq!(paeth(left, above, corner), expected, "{left} {above} {corner}");
                }
            }
        }
    }

    /// The bytes of a filtered row, one after the other.
    fn filtered(filter: Filter, row: &[u8], above: &[u8], pixel: usize) -> Vec<u8> {
        let before = |row: &[u8], i: usize| if i < pixel { 0 } else { row[i - pixel] };
        let each = row.iter().enumerate().map(|(i, &byte)| {
            let (left, corner) = (before(row, i), before(above, i));
            byte.wrapping_sub(match filter {
                Filter::None => 0,
                Filter::Sub => left,
                Filter::Up => above[i],
                Filter::Average => ((u16::from(left) + u16::from(above[i])) / 2) as u8,
                Filter::Paeth => paeth_of_the_specification(left, above[i], corner),
            })
        });
        [filter as u8].into_iter().chain(each).collect()
    }

    #[test]
    fn every_filter_and_the_best_of_them() {
        let mut state = 1_u32;
        let mut next = |most: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8 % (most as u8)
        };
        for pixel in [1, 2, 3, 6] {
            for pixels in [1, 2, 11, 70, 3 * 255 * LANES / pixel] {
                for most in [2, 3, 255] {
                    let [row, above]: [Vec<u8>; 2] =
                        [0; 2].map(|_| (0..pixels * pixel).map(|_| next(most)).collect());
                    let nonzero = |filter: &Filter| {
                        let filtered = filtered(*filter, &row, &above, pixel);
                        filtered[1..].iter().filter(|&&byte| byte != 0).count()
                    };
                    for filter in Filter::ALL {
                        let mut bytes = vec![7];
                        filter.apply(&row, &above, pixel, &mut bytes);
                        let expected = filtered(filter, &row, &above, pixel);
                        assert_eq!(bytes[1..], expected, "{filter:?} {pixel} × {pixels}");
                    }
                    let best = Filter::best(&row, &above, pixel);
                    let least = Filter::ALL.iter().map(nonzero).min();
                    assert_eq!(Some(nonzero(&best)), least, "{best:?} {pixel} × {pixels}");
                }
            }
        }
    }
}
