//! Bytes → literals and matches (LZ77), for bytes that are the rows of a picture.
//!
//! What repeats in a picture mostly repeats from the row above, give or take a few pixels, or from
//! the pixel before. So a handful of near distances finds what a long search among all earlier
//! places would, in a fraction of the time; a short search is left for the rest.

use super::WINDOW;
use super::block::{LONGEST_MATCH, Token};

/// How many bytes must follow those that are to be matched: enough for a word.
pub const PADDING: usize = 8;

/// How many near distances there are.
pub const NEAR: usize = 8;

/// How many places with the same key are tried besides.
const RECENT: usize = 2;

/// Bytes of a key, and the logarithm of the number of keys that the table can tell apart.
const KEY: u32 = 5;
const TABLE_BITS: u32 = 13;

/// How many places at either end of a match the table gets to know.
const KNOWN: usize = 8;

/// A match this long is good enough: no better one is looked for.
const NICE: usize = 128;

/// A match this long is not put off for a better one at the next byte.
const LAZY: usize = 32;

/// What a byte of a match is worth; and the least bytes and the bonus of each candidate, the near
/// ones first. The pixel before is told in few bits, and so can be short.
const BYTE: u32 = 16;
const LEAST: [u32; NEAR + RECENT] = [3, 4, 4, 4, 4, 4, 4, 4, KEY, KEY];
const BONUS: [u32; NEAR + RECENT] = [24, 8, 7, 7, 7, 7, 7, 7, 1, 0];

#[derive(Clone, Copy, Default)]
struct Match {
    length: usize,
    distance: usize,
    worth: u32,
}

/// Looks for matches.
struct Finder<'a> {
    /// `WINDOW` bytes to refer to, what is to be matched, and `PADDING`.
    bytes: &'a [u8],
    /// Where there is something to refer to, and where there is nothing more to match.
    begin: usize,
    end: usize,
    near: [usize; NEAR],
    /// By the hash of a key, the places where it was seen last, each modulo 2^16; the last one
    /// lowest.
    recent: Vec<u32>,
}

impl Finder<'_> {
    #[inline(always)]
    fn word(&self, at: usize) -> u64 {
        self.bytes[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    /// Remembers the place `at`, which begins with `word`, and tells where its key was seen before.
    #[inline(always)]
    fn remember(&mut self, at: usize, word: u64) -> u32 {
        const FIBONACCI: u64 = 0x9e37_79b9_7f4a_7c15;
        let hash = (word << (64 - 8 * KEY)).wrapping_mul(FIBONACCI) >> (64 - TABLE_BITS);
        let entry = &mut self.recent[hash as usize];
        let before = *entry;
        *entry = before << 16 | (at as u32 & 0xffff);
        before
    }

    /// The best match at `at`, of length 0 where there is none; remembers the place.
    #[inline(always)]
    fn best(&mut self, at: usize) -> Match {
        let mut best = Match::default();
        let window = self.bytes.get(at - WINDOW..at + 8).and_then(|bytes| bytes.try_into().ok());
        let Some(window): Option<&[u8; WINDOW + 8]> = window else { return best };
        let word_at =
            |start: usize| window[start..].first_chunk().map_or(0, |b| u64::from_le_bytes(*b));
        let word = word_at(WINDOW);
        let before = self.remember(at, word);
        // Every number is a distance: whether it is a match, the bytes tell.
        let distance = |candidate: usize| match candidate.checked_sub(NEAR) {
            None => self.near[candidate],
            Some(recent) => at.wrapping_sub((before >> (16 * recent)) as usize + 1) % WINDOW + 1,
        };
        let differing = |distance: usize| word ^ word_at(WINDOW - 1 - (distance - 1) % WINDOW);

        // First which ones match at all, without a branch that no processor would foresee.
        let mut matching = 0_u32;
        for (candidate, least) in LEAST.into_iter().enumerate() {
            let beginning = differing(distance(candidate)) << (64 - 8 * least);
            matching |= u32::from(beginning == 0) << candidate;
        }
        while matching > 0 && best.length < NICE {
            let candidate = matching.trailing_zeros() as usize;
            matching &= matching - 1;
            let distance = distance(candidate);
            let length = match differing(distance) {
                0 => self.length(at, distance),
                differing => differing.trailing_zeros() as usize / 8,
            };
            let worth = length as u32 * BYTE + BONUS[candidate];
            if worth > best.worth {
                best = Match { length, distance, worth };
            }
        }
        let possible = (LEAST[0] as usize..=self.end - at).contains(&best.length)
            && best.distance <= at - self.begin;
        if possible { best } else { Match::default() }
    }

    /// The length of the match at `distance`.
    #[inline]
    fn length(&self, at: usize, distance: usize) -> usize {
        let most = LONGEST_MATCH.min(self.end - at);
        let mut length = 8;
        while length < most {
            let differing = self.word(at + length) ^ self.word(at + length - distance);
            if differing != 0 {
                return most.min(length + differing.trailing_zeros() as usize / 8);
            }
            length += 8;
        }
        most
    }
}

/// Calls `emit` with what `padded` is made of, but for `WINDOW` bytes before it and `PADDING` bytes
/// after it. Of those before it, the ones from `begin` on may be referred to. The near distances
/// are 1 to `WINDOW` each.
pub fn each_token(padded: &[u8], begin: usize, near: [usize; NEAR], mut emit: impl FnMut(Token)) {
    let bytes = padded;
    let end = bytes.len() - PADDING;
    let mut finder = Finder { bytes, begin, end, near, recent: vec![0; 1 << TABLE_BITS] };
    for at in begin..WINDOW {
        finder.remember(at, finder.word(at));
    }

    let mut at = WINDOW;
    let mut put_off = Match::default();
    while at < end {
        let found = finder.best(at);
        if found.worth > put_off.worth {
            if put_off.length > 0 {
                emit(Token::literal(bytes[at - 1]));
            }
            if found.length < LAZY {
                put_off = found;
                at += 1;
                continue;
            }
            put_off = found;
        } else if put_off.length == 0 {
            emit(Token::literal(bytes[at]));
            at += 1;
            continue;
        } else {
            at -= 1;
        }
        emit(Token::matched(put_off.length, put_off.distance));
        let after = at + put_off.length;
        let head = after.min(at + 1 + KNOWN);
        for at in (at + 1..head).chain(head.max(after - KNOWN.min(put_off.length))..after) {
            finder.remember(at, finder.word(at));
        }
        at = after;
        put_off = Match::default();
    }
    if put_off.length > 0 {
        emit(Token::literal(bytes[end - 1]));
    }
}
