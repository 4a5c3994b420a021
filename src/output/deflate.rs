//! One strip of bytes → a run of deflate blocks that stands in the middle of a longer stream.

use flate2::{Compress, Compression, FlushCompress, Status};

/// How far back deflate can refer, in bytes.
pub const WINDOW: usize = 1 << 15;

/// How the bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Runs of zeros and a fixed Huffman code: for filtered rows, and several times as fast as the
    /// lowest zlib level.
    ZeroRuns,
    /// zlib's levels, 1 (fast) to 9 (small).
    Level(u32),
}

impl Method {
    /// How many bytes are best compressed as one piece: enough that the cost of each piece, its
    /// Huffman codes and its end, is small, and few enough for many cores.
    pub fn strip(self) -> usize {
        match self {
            Self::ZeroRuns => 1 << 18,
            Self::Level(level) if level > 6 => 1 << 20,
            Self::Level(_) => 1 << 18,
        }
    }

    /// Compresses `data`, which comes after `before` in its stream. The result ends on a byte
    /// boundary; with `last`, it ends the stream.
    pub fn compress(self, before: &[u8], data: &[u8], last: bool) -> Vec<u8> {
        match self {
            Self::ZeroRuns => zero_runs(data, last),
            Self::Level(level) => {
                level_blocks(level, &before[before.len().saturating_sub(WINDOW)..], data, last)
            }
        }
    }
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

/// fdeflate writes a whole zlib stream of one block; only that block is needed.
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

    const METHODS: [Method; 4] =
        [Method::ZeroRuns, Method::Level(1), Method::Level(6), Method::Level(9)];

    fn inflate(deflated: &[u8]) -> Vec<u8> {
        let mut data = Vec::new();
        flate2::read::DeflateDecoder::new(deflated).read_to_end(&mut data).unwrap();
        data
    }

    #[test]
    fn strips_join_to_one_stream_at_every_bit_position() {
        // A byte more at a time moves the end of the last block over all eight bit positions.
        for method in METHODS {
            for length in 0..200_u32 {
                let data: Vec<u8> = (0..length).map(|i| (i * i / 50 % 7) as u8).collect();
                let (first, second) = data.split_at(data.len() / 2);
                let mut deflated = method.compress(&[], first, false);
                deflated.extend(method.compress(first, second, false));
                deflated.extend(method.compress(&data, &[], true));
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
        let data = noise(300_000);
        for method in METHODS {
            let mut deflated = method.compress(&[], &data, false);
            deflated.extend(method.compress(&data, &data, true));
            assert_eq!(inflate(&deflated), [&data[..], &data[..]].concat(), "{method:?}");
        }
    }

    #[test]
    fn a_level_looks_back_into_the_strip_before() {
        let data = noise(20_000);
        let primed = Method::Level(6).compress(&data, &data, true);
        assert!(primed.len() < 1000, "{}", primed.len());
    }
}
