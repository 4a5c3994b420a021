//! What has come back for a window, in as few bytes as its counts permit.

use crate::error::{Error, Result};
use crate::gpu::kernel::layouts::Progress;
use crate::gpu::kernel::{COUNT, UNDECIDED, UNWRITTEN, word_shift};
use crate::region::Window;

/// Bytes of the words of this many pixels, in whole `u32`.
pub fn word_bytes(pixels: u64, word_shift: u32) -> u64 {
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
    /// [`word_bytes`] of them.
    pub words: &'a [u8],
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
        let width = self.window.width as usize;
        let word = counts[first].wrapping_add(COUNT);
        Err(Error::Unwritten {
            adapter: adapter.to_owned(),
            pixels: wrong.len() as u64,
            col: self.window.col + (first % width) as u32,
            row: self.window.row + (first / width) as u32,
            what: if word == UNWRITTEN { "nothing".to_owned() } else { word.to_string() },
        })
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
        bytes.resize(word_bytes(words.len() as u64, word_shift(itermax)) as usize, 0);
        bytes
    }

    fn read(words: &[u32], itermax: u32, told: u32, list: &[u32]) -> Result<(Vec<u32>, Vec<u32>)> {
        let words = packed(words, itermax);
        let progress = Progress { undecided: told, ..Progress::default() };
        let (window, exact) = (WINDOW, true);
        let back = ReadBack { window, itermax, exact, progress, undecided: list, words: &words };
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
