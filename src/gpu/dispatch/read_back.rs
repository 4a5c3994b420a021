//! What has come back for a window, in as few bytes as its counts permit.

use crate::band::{PARTS, Values, limited};
use crate::error::{Error, Result};
use crate::gpu::kernel::layouts::Progress;
use crate::gpu::kernel::{COUNT, UNDECIDED, UNWRITTEN, VALUE_WORD, word_shift};
use crate::window::Window;

/// Bytes of the counts' words of this many pixels, in whole `u32`.
pub fn count_bytes(pixels: u64, word_shift: u32) -> u64 {
    (pixels << word_shift).div_ceil(32) * 4
}

/// The bytes that a device has left for a window.
pub struct ReadBack<'a> {
    pub window: Window,
    pub itermax: u32,
    /// Whether pixels may be undecided.
    pub exact: bool,
    pub progress: Progress,
    /// Pixels that are undecided, if there was room for all.
    pub undecided: &'a [u32],
    /// [`count_bytes`] of them.
    pub words: &'a [u8],
    /// The words of smooth values, if there are any.
    pub smooth: &'a [u32],
}

impl ReadBack<'_> {
    /// Moves the words into `counts`, as counts. Gives the indices of the undecided.
    ///
    /// # Errors
    /// [`Error::Unwritten`] if a word was not written.
    pub fn counts(&self, adapter: &str, counts: &mut Vec<u32>) -> Result<Vec<u32>> {
        let no_counts = self.unpack(counts);
        let listed = self.undecided.get(..self.progress.undecided as usize);
        let undecided = |&index: &u32| {
            counts.get(index as usize).is_some_and(|count| count.wrapping_add(COUNT) == UNDECIDED)
        };
        // Each pixel that has no count must be on the list, once; where they may be too many for the
        // list, or something is wrong, all are looked at.
        if let Some(listed) = listed
            && listed.len() == no_counts
            && (self.exact || listed.is_empty())
        {
            let mut listed = listed.to_vec();
            listed.sort_unstable();
            let once = listed.windows(2).all(|pair| pair[0] < pair[1]);
            if once && listed.iter().all(undecided) {
                return Ok(listed);
            }
        }
        self.look_through(adapter, counts)
    }

    /// Moves the words of smooth values into `values`, as smooth values; its counts are there already.
    /// Those of undecided pixels mean nothing.
    ///
    /// # Errors
    /// [`Error::Unwritten`] if a word was not written.
    pub fn smooth(&self, adapter: &str, values: &mut Values) -> Result<()> {
        let (itermax, counts, smooth) = (self.itermax, &values.counts, &mut values.smooth);
        let mut unwritten = 0;
        smooth.clear();
        smooth.extend(counts.iter().zip(self.smooth).map(|(&count, &word)| {
            unwritten += usize::from(count < itermax && word == UNWRITTEN);
            let parts = word.wrapping_sub(VALUE_WORD) as i32;
            let value = f64::from(count) + f64::from(parts) * (1.0 / PARTS);
            if count == itermax { itermax.into() } else { limited(value, itermax) }
        }));
        let is_wrong = |k: &usize| counts[*k] < itermax && self.smooth[*k] == UNWRITTEN;
        match (0..counts.len()).find(is_wrong).filter(|_| unwritten > 0) {
            None => Ok(()),
            Some(first) => Err(self.unwritten(adapter, unwritten, first, "no smooth value")),
        }
    }

    /// Unpacks the words, and returns how many of them are not counts.
    fn unpack(&self, counts: &mut Vec<u32>) -> usize {
        let pixels = self.window.pixels() as usize;
        counts.clear();
        match word_shift(self.itermax) {
            3 => counts.extend(self.words[..pixels].iter().map(|&word| u32::from(word))),
            4 => {
                let words = &self.words[..2 * pixels];
                let word = |pair: &[u8]| u32::from(u16::from_ne_bytes([pair[0], pair[1]]));
                counts.extend(words.chunks_exact(2).map(word));
            }
            _ => counts.extend_from_slice(&bytemuck::cast_slice(self.words)[..pixels]),
        }
        let mut no_counts = 0;
        for count in counts {
            *count = count.wrapping_sub(COUNT);
            no_counts += usize::from(*count > self.itermax);
        }
        no_counts
    }

    /// The indices of the undecided, from the words.
    fn look_through(&self, adapter: &str, counts: &[u32]) -> Result<Vec<u32>> {
        let no_count = |index: &usize| counts[*index] > self.itermax;
        let (undecided, wrong): (Vec<usize>, Vec<usize>) = (0..counts.len())
            .filter(no_count)
            .partition(|&index| self.exact && counts[index].wrapping_add(COUNT) == UNDECIDED);
        let Some(&first) = wrong.first() else {
            return Ok(undecided.into_iter().map(|index| index as u32).collect());
        };
        let word = counts[first].wrapping_add(COUNT);
        let what = if word == UNWRITTEN { "nothing".to_owned() } else { word.to_string() };
        Err(self.unwritten(adapter, wrong.len(), first, &what))
    }

    /// The error of `pixels` without a word, of which this is the first, and of what is there instead.
    fn unwritten(&self, adapter: &str, pixels: usize, first: usize, what: &str) -> Error {
        let width = self.window.width as usize;
        Error::Unwritten {
            adapter: adapter.to_owned(),
            pixels: pixels as u64,
            col: self.window.col + (first % width) as u32,
            row: self.window.row + (first / width) as u32,
            what: what.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window { col: 10, row: 20, width: 5, height: 3 };

    /// The words, each in the bytes that `itermax` needs, in whole `u32`.
    fn packed(words: &[u32], itermax: u32) -> Vec<u8> {
        let mut bytes: Vec<u8> = match word_shift(itermax) {
            3 => words.iter().map(|&word| word as u8).collect(),
            4 => words.iter().flat_map(|&word| (word as u16).to_ne_bytes()).collect(),
            _ => words.iter().flat_map(|&word| word.to_ne_bytes()).collect(),
        };
        bytes.resize(count_bytes(words.len() as u64, word_shift(itermax)) as usize, 0);
        bytes
    }

    fn read(words: &[u32], itermax: u32, told: u32, list: &[u32]) -> Result<(Vec<u32>, Vec<u32>)> {
        let words = packed(words, itermax);
        let progress = Progress { undecided: told, ..Progress::default() };
        let (window, exact) = (WINDOW, true);
        let (words, smooth) = (&words[..], &[][..]);
        let back = ReadBack { window, itermax, exact, progress, undecided: list, words, smooth };
        let mut counts = vec![77; 3];
        back.counts("the adapter", &mut counts).map(|undecided| (counts, undecided))
    }

    const ITERMAXES: [u32; 6] = [13, 253, 254, 65_533, 65_534, 4_000_000_000];

    #[test]
    fn words_of_every_size_are_counts() {
        for itermax in ITERMAXES {
            let mut counts: Vec<u32> = (0..15).map(|k| k.min(itermax)).collect();
            counts[3] = itermax;
            let words: Vec<u32> = counts.iter().map(|count| COUNT + count).collect();
            assert_eq!(read(&words, itermax, 0, &[0; 4]).unwrap(), (counts, vec![]));
        }
    }

    #[test]
    fn the_undecided_are_found_with_and_without_their_list() {
        for itermax in ITERMAXES {
            let mut words = [COUNT + 1; 15];
            for index in [2, 7, 14] {
                words[index] = UNDECIDED;
            }
            let found = |told, list: &[u32]| read(&words, itermax, told, list).unwrap().1;
            assert_eq!(found(3, &[7, 14, 2, 0]), [2, 7, 14]);
            // More than there was room for, and lists that are wrong.
            assert_eq!(found(3, &[7, 14]), [2, 7, 14]);
            assert_eq!(found(0, &[]), [2, 7, 14]);
            assert_eq!(found(3, &[7, 14, 14]), [2, 7, 14]);
            assert_eq!(found(3, &[7, 14, 3]), [2, 7, 14]);
            assert_eq!(found(3, &[7, 14, 900]), [2, 7, 14]);
        }
    }

    #[test]
    fn words_of_smooth_values_are_parts_about_the_count() {
        let (window, exact, progress) = (WINDOW, true, Progress::default());
        let smooth = |smooth: &[u32], values: &mut Values| {
            let (undecided, words) = (&[][..], &[][..]);
            ReadBack { window, itermax: 9, exact, progress, undecided, words, smooth }
                .smooth("the adapter", values)
        };
        let mut words = [VALUE_WORD + 6144; 15];
        words[..4].copy_from_slice(&[
            VALUE_WORD - 1024,
            VALUE_WORD - 9000,
            VALUE_WORD + 9000,
            UNWRITTEN,
        ]);
        let mut counts = vec![2; 15];
        counts[2] = 8;
        counts[3] = 9;
        let mut values = Values { counts, ..Values::default() };
        smooth(&words, &mut values).unwrap();
        assert_eq!(values.smooth[..5], [1.75, 0.0, f64::from(9f32.next_down()), 9.0, 3.5]);
        // What is undecided has no value yet.
        values.counts[3] = UNDECIDED.wrapping_sub(COUNT);
        smooth(&words, &mut values).unwrap();
        values.counts[3] = 3;
        let line = smooth(&words, &mut values).unwrap_err().to_string();
        assert!(line.contains("1 pixels") && line.contains("column 13, row 20"), "{line}");
    }

    #[test]
    fn a_pixel_without_a_count_is_an_error() {
        for itermax in ITERMAXES {
            let mut words = [COUNT + 1; 15];
            words[7] = UNWRITTEN;
            let line = read(&words, itermax, 0, &[]).unwrap_err().to_string();
            assert!(line.contains("1 pixels") && line.contains("column 12, row 21"), "{line}");
            words[7] = COUNT + itermax + 1;
            let fits = words[7] >> (1u64 << word_shift(itermax)).min(31) == 0;
            assert!(!fits || read(&words, itermax, 0, &[]).is_err());
        }
    }
}
