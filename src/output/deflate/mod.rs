//! One strip of bytes → a run of deflate blocks that stands in the middle of a longer stream.

mod bits;
mod block;
mod huffman;
mod matches;

use flate2::{Compress, Compression, FlushCompress, Status};

use bits::BitWriter;

/// How far back deflate can refer, in bytes.
pub const WINDOW: usize = 1 << 15;

/// How the bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Runs of zeros and a fixed Huffman code: for filtered rows, and several times as fast as
    /// anything else.
    ZeroRuns,
    /// Matches, looked for where the rows of a picture repeat.
    Matches(Rows),
    /// zlib's levels, 1 (fast) to 9 (small).
    Level(u32),
}

impl Method {
    /// How many bytes are best compressed as one strip: enough that what each costs, its Huffman
    /// codes and its end, does not count, and few enough for many cores.
    pub fn strip_bytes(self) -> usize {
        match self {
            Self::ZeroRuns | Self::Matches(_) => 1 << 18,
            Self::Level(_) => 1 << 20,
        }
    }
}

/// A part of a stream that is compressed as one piece, with the bytes before it.
pub struct Strip {
    method: Method,
    /// `WINDOW` bytes to refer to, of which those from `begin` on are the stream's; then the strip.
    bytes: Vec<u8>,
    begin: usize,
}

impl Strip {
    /// The beginning of a stream.
    pub fn first(method: Method) -> Self {
        Self::new(method, &[0; WINDOW], WINDOW)
    }

    /// What comes after a full strip.
    pub fn next(&self) -> Self {
        Self::new(self.method, &self.bytes[self.bytes.len() - WINDOW..], 0)
    }

    fn new(method: Method, before: &[u8], begin: usize) -> Self {
        let mut bytes = Vec::with_capacity(WINDOW + method.strip_bytes() + matches::PADDING);
        bytes.extend_from_slice(before);
        Self { method, bytes, begin }
    }

    /// Appends as much of `data` as there is room for, and tells how much that was.
    pub fn fill(&mut self, data: &[u8]) -> usize {
        let room = WINDOW + self.method.strip_bytes() - self.bytes.len();
        let taken = room.min(data.len());
        self.bytes.extend_from_slice(&data[..taken]);
        taken
    }

    /// Whether there is no room left.
    pub fn is_full(&self) -> bool {
        self.bytes.len() == WINDOW + self.method.strip_bytes()
    }

    /// The strip in deflate's form. It ends on a byte boundary; with `last`, it ends the stream.
    pub fn compress(mut self, last: bool) -> Vec<u8> {
        let (before, data) = (&self.bytes[self.begin..WINDOW], &self.bytes[WINDOW..]);
        match self.method {
            Method::ZeroRuns => zero_runs(data, last),
            Method::Level(level) => level_blocks(level, before, data, last),
            Method::Matches(rows) => {
                self.bytes.extend([0; matches::PADDING]);
                match_blocks(rows, &self.bytes, self.begin, last)
            }
        }
    }
}

/// What the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Bytes of a pixel.
    pub pixel: usize,
    /// Bytes of a row, with what precedes its pixels.
    pub row: usize,
}

impl Rows {
    /// Distances at which the bytes are likely to repeat: to the pixel before, and to the row
    /// above, by up to three pixels left or right.
    fn near(self) -> [usize; matches::NEAR] {
        let pixels = [0, 1, 2, 3].map(|pixels| pixels * self.pixel);
        let right = pixels.map(|pixels| self.row.saturating_sub(pixels));
        let left = pixels[1..].iter().map(|pixels| self.row + pixels);
        let mut near = [self.pixel; matches::NEAR];
        for (near, distance) in near[1..].iter_mut().zip(right.into_iter().chain(left)) {
            if (1..=WINDOW).contains(&distance) {
                *near = distance;
            }
        }
        near
    }
}

/// How many tokens share their Huffman codes.
const BLOCK: usize = 1 << 15;

fn match_blocks(rows: Rows, padded: &[u8], begin: usize, last: bool) -> Vec<u8> {
    let mut out = BitWriter::new(padded.len() / 4);
    let mut tokens = Vec::with_capacity(BLOCK);
    matches::each_token(padded, begin, rows.near(), |token| {
        if tokens.len() == BLOCK {
            block::write(&mut out, &tokens, false);
            tokens.clear();
        }
        tokens.push(token);
    });
    block::write(&mut out, &tokens, last);
    if !last {
        out.push_empty_stored_block();
    }
    out.finish()
}

fn level_blocks(level: u32, dictionary: &[u8], data: &[u8], last: bool) -> Vec<u8> {
    let mut deflate = Compress::new(Compression::new(level), false);
    if !dictionary.is_empty() {
        deflate.set_dictionary(dictionary).expect("a fresh stream takes a dictionary");
    }
    let flush = if last { FlushCompress::Finish } else { FlushCompress::Sync };
    let mut out = Vec::with_capacity(data.len() / 4 + 64);
    loop {
        let rest = &data[deflate.total_in() as usize..];
        let status = deflate.compress_vec(rest, &mut out, flush).expect("deflate takes any bytes");
        // A flush that left room in the buffer is complete.
        let flushed = !last && out.len() < out.capacity();
        if status == Status::StreamEnd || flushed {
            return out;
        }
        out.reserve(data.len() / 4 + 64);
    }
}

/// fdeflate writes a whole zlib stream of one block; what is wanted is that block alone.
fn zero_runs(data: &[u8], last: bool) -> Vec<u8> {
    const ZLIB_HEADER: usize = 2;
    const ADLER: usize = 4;
    let mut out = fdeflate::compress_to_vec(data);
    out.truncate(out.len() - ADLER);
    out.drain(..ZLIB_HEADER);
    if !last {
        // The first bit of a block says whether it is the last one.
        out[0] &= !1;
        // Its last bit is a one: the end of fdeflate's code for the end of a block. An empty
        // stored block after it, three zero bits and zeros up to a byte boundary, then its length
        // and the length's complement, ends on that boundary.
        let unused_bits = out.last().map_or(0, |byte| byte.leading_zeros());
        if unused_bits < 3 {
            out.push(0);
        }
        out.extend([0x00, 0x00, 0xff, 0xff]);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn methods() -> Vec<Method> {
        vec![
            Method::ZeroRuns,
            Method::Matches(Rows { pixel: 1, row: 1 << 20 }),
            Method::Matches(Rows { pixel: 3, row: 100 }),
            Method::Level(8),
        ]
    }

    fn inflate(deflated: &[u8]) -> Vec<u8> {
        let mut data = Vec::new();
        flate2::read::DeflateDecoder::new(deflated).read_to_end(&mut data).unwrap();
        data
    }

    /// A strip of `data` that comes after `before`.
    fn compress(method: Method, before: &[u8], data: &[u8], last: bool) -> Vec<u8> {
        let mut strip = Strip::first(method);
        let window = &before[before.len().saturating_sub(WINDOW)..];
        strip.begin -= window.len();
        strip.bytes[strip.begin..].copy_from_slice(window);
        assert_eq!(strip.fill(data), data.len());
        strip.compress(last)
    }

    #[test]
    fn strips_join_to_one_stream_at_every_bit_position() {
        // A byte more at a time moves the end of the last block over all eight bit positions.
        for method in methods() {
            for length in 0..200_u32 {
                let data: Vec<u8> = (0..length).map(|i| (i * i / 50 % 7) as u8).collect();
                let (first, second) = data.split_at(data.len() / 2);
                let mut deflated = compress(method, &[], first, false);
                deflated.extend(compress(method, first, second, false));
                deflated.extend(compress(method, &data, &[], true));
                assert_eq!(inflate(&deflated), data, "{method:?} {length}");
            }
        }
    }

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn bytes_that_do_not_compress_survive() {
        let data = noise(200_000);
        for method in methods() {
            let mut deflated = compress(method, &[], &data, false);
            deflated.extend(compress(method, &data, &data, true));
            assert_eq!(inflate(&deflated), [&data[..], &data[..]].concat(), "{method:?}");
        }
    }

    #[test]
    fn matches_reach_back_into_the_strip_before() {
        let data = noise(20_000);
        let rows = Rows { pixel: 1, row: 1 << 20 };
        for method in [Method::Matches(rows), Method::Level(8)] {
            let primed = compress(method, &data, &data, true);
            assert!(primed.len() < 1000, "{method:?}: {}", primed.len());
        }
    }

    /// The places in the table are told modulo 2^16, and a new table says 0: neither may pass for a
    /// match, nor hide one at the largest distance.
    #[test]
    fn matches_at_the_edge_of_the_window() {
        let noise = noise(WINDOW + 100);
        for distance in [WINDOW - 1, WINDOW, WINDOW + 1, 2 * WINDOW, 2 * WINDOW + 1] {
            let gap = vec![7; distance - 100];
            let data = [&noise[..100], &gap[..], &noise[..100]].concat();
            let method = Method::Matches(Rows { pixel: 1, row: 1 << 20 });
            let deflated = compress(method, &[], &data, true);
            assert!(inflate(&deflated) == data, "{distance}");
            assert_eq!(deflated.len() < 200, distance <= WINDOW, "{distance}: {}", deflated.len());
        }
    }
}
