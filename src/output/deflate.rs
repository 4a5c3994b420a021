//! One strip of bytes → a run of deflate blocks that stands in the middle of a longer stream.

use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Status, Strategy};

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Runs of zeros and a fixed Huffman code: for filtered rows, the fastest.
    ZeroRuns,
    /// Runs of any byte, and Huffman codes made for the data: for filtered rows. A fifth of the time of
    /// level 6.
    Runs,
    /// zlib's levels, 1 (fast) to 9 (small): repetitions at up to 32 KiB.
    Level(i32),
}

impl Method {
    /// Compresses `data`. The result ends on a byte boundary, and what follows it in a stream refers to
    /// nothing in it; with `last`, it ends the stream.
    pub fn compress(self, data: &[u8], last: bool) -> Vec<u8> {
        match self {
            Self::ZeroRuns => zero_runs(data, last),
            Self::Runs => zlib(6, Strategy::Rle, data, last),
            Self::Level(level) => zlib(level, Strategy::Default, data, last),
        }
    }
}

fn zlib(level: i32, strategy: Strategy, data: &[u8], last: bool) -> Vec<u8> {
    // No header; blocks twice as long as by default, and so fewer Huffman codes.
    let (window_bits, mem_level) = (-15, 9);
    let config =
        DeflateConfig { level, strategy, window_bits, mem_level, ..DeflateConfig::default() };
    let mut deflate = Deflate::new_with_config(config);
    let flush = if last { DeflateFlush::Finish } else { DeflateFlush::SyncFlush };
    let room = data.len() / 4 + 64;
    let mut out = Vec::with_capacity(room);
    loop {
        let written = out.len();
        out.resize(written + room, 0);
        let rest = &data[deflate.total_in() as usize..];
        let status = deflate.compress(rest, &mut out[written..], flush);
        let status = status.expect("deflate takes any bytes");
        // A flush that left room is complete.
        let flushed = !last && (deflate.total_out() as usize) < out.len();
        out.truncate(deflate.total_out() as usize);
        if status == Status::StreamEnd || flushed {
            return out;
        }
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

    const METHODS: [Method; 5] =
        [Method::ZeroRuns, Method::Runs, Method::Level(1), Method::Level(6), Method::Level(9)];

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
                let mut deflated = method.compress(first, false);
                deflated.extend(method.compress(second, false));
                deflated.extend(method.compress(&[], true));
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
            let mut deflated = method.compress(&data, false);
            deflated.extend(method.compress(&data, true));
            assert_eq!(inflate(&deflated), [&data[..], &data[..]].concat(), "{method:?}");
        }
    }
}
