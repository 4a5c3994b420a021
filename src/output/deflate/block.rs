//! One block of a deflate stream: literals and matches → bits (RFC 1951, 3.2.7).

use super::bits::BitWriter;
use super::huffman::Code;

/// The longest match, in bytes.
pub const LONGEST_MATCH: usize = 258;

/// A literal byte, or a match: a length, and how far back.
#[derive(Clone, Copy)]
pub struct Token(u32);

impl Token {
    /// One byte as it is.
    #[inline]
    pub fn literal(byte: u8) -> Self {
        Self(byte.into())
    }

    /// `length` bytes, 3 to 258, as they were `distance` bytes before, 1 to 32768.
    #[inline]
    pub fn matched(length: usize, distance: usize) -> Self {
        Self((length << 16 | (distance - 1)) as u32)
    }

    /// The length, 0 for a literal, and the distance minus 1 or the byte.
    #[inline]
    fn parts(self) -> (usize, u32) {
        ((self.0 >> 16) as usize, self.0 & 0xffff)
    }
}

/// A symbol and what follows its code.
#[derive(Clone, Copy)]
struct Symbol {
    index: usize,
    extra: u32,
    extra_bits: u32,
}

/// The symbol of each length.
static LENGTH_SYMBOLS: [Symbol; LONGEST_MATCH + 1] = {
    let mut symbols = [Symbol { index: 285, extra: 0, extra_bits: 0 }; LONGEST_MATCH + 1];
    let mut length = 3;
    while length < LONGEST_MATCH {
        symbols[length] = logarithmic(length as u32 - 3, 2);
        symbols[length].index += 257;
        length += 1;
    }
    symbols
};

/// Deflate numbers lengths and distances alike: `2^fine` symbols for each power of two.
#[inline]
const fn logarithmic(value: u32, fine: u32) -> Symbol {
    if value >> fine == 0 {
        return Symbol { index: value as usize, extra: 0, extra_bits: 0 };
    }
    let extra_bits = value.ilog2() - fine;
    let power = (extra_bits + 1) << fine;
    Symbol {
        index: (power + (value >> extra_bits) - (1 << fine)) as usize,
        extra: value & ((1 << extra_bits) - 1),
        extra_bits,
    }
}

const END: usize = 256;
const LITERALS_AND_LENGTHS: usize = 286;
const DISTANCES: usize = 30;

/// Writes a block of `tokens`, the `last` of its stream or not, with the Huffman codes that suit it.
pub fn write(out: &mut BitWriter, tokens: &[Token], last: bool) {
    let mut literal_frequencies = [0_u32; LITERALS_AND_LENGTHS];
    let mut distance_frequencies = [0_u32; DISTANCES];
    for &token in tokens {
        match token.parts() {
            (0, byte) => literal_frequencies[byte as usize] += 1,
            (length, distance) => {
                literal_frequencies[LENGTH_SYMBOLS[length].index] += 1;
                distance_frequencies[logarithmic(distance, 1).index] += 1;
            }
        }
    }
    literal_frequencies[END] = 1;
    let literals = Code::new(&literal_frequencies, 15);
    let distances = Code::new(&distance_frequencies, 15);

    out.push(last.into(), 1);
    out.push(2, 2);
    write_codes(out, &literals.lengths, &distances.lengths);

    // Literals and lengths, these with their extra bits, ready to write.
    let ready = |index: usize, extra: u32, extra_bits: u32| {
        let code_bits = u32::from(literals.lengths[index]);
        (u32::from(literals.bits[index]) | extra << code_bits, code_bits + extra_bits)
    };
    let ready_literals: [_; 256] = std::array::from_fn(|byte| ready(byte, 0, 0));
    let ready_lengths = LENGTH_SYMBOLS.map(|s| ready(s.index, s.extra, s.extra_bits));
    for &token in tokens {
        match token.parts() {
            (0, byte) => {
                let (bits, count) = ready_literals[byte as usize & 0xff];
                out.push(bits.into(), count);
            }
            (length, distance) => {
                let (bits, count) = ready_lengths[length];
                let symbol = logarithmic(distance, 1);
                let code_bits = u32::from(distances.lengths[symbol.index]);
                let after = u32::from(distances.bits[symbol.index]) | symbol.extra << code_bits;
                let bits = u64::from(bits) | u64::from(after) << count;
                out.push(bits, count + code_bits + symbol.extra_bits);
            }
        }
    }
    let (end, end_bits) = ready(END, 0, 0);
    out.push(end.into(), end_bits);
}

/// The order that the code lengths' own code lengths are written in.
const CODE_LENGTH_ORDER: [usize; 19] =
    [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Writes the lengths of both codes, which tell the codes.
fn write_codes(out: &mut BitWriter, literals: &[u8], distances: &[u8]) {
    let used = |lengths: &[u8], least: usize| {
        lengths.iter().rposition(|&length| length > 0).map_or(least, |last| least.max(last + 1))
    };
    let (literal_count, distance_count) = (used(literals, 257), used(distances, 1));
    let lengths = [&literals[..literal_count], &distances[..distance_count]].concat();

    let runs = runs(&lengths);
    let mut frequencies = [0; 19];
    for run in &runs {
        frequencies[run.index] += 1;
    }
    let code = Code::new(&frequencies, 7);
    let written = CODE_LENGTH_ORDER.map(|symbol| code.lengths[symbol]);
    let written = &written[..used(&written, 4)];

    out.push(literal_count as u64 - 257, 5);
    out.push(distance_count as u64 - 1, 5);
    out.push(written.len() as u64 - 4, 4);
    for &length in written {
        out.push(length.into(), 3);
    }
    for run in &runs {
        out.push(code.bits[run.index].into(), code.lengths[run.index].into());
        out.push(run.extra.into(), run.extra_bits);
    }
}

/// Code lengths with their repetitions told by symbols of their own.
fn runs(lengths: &[u8]) -> Vec<Symbol> {
    let mut runs = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        let length = usize::from(run[0]);
        let plain = Symbol { index: length, extra: 0, extra_bits: 0 };
        let mut left = run.len();
        if length > 0 {
            runs.push(plain);
            left -= 1;
        }
        while left > 0 {
            let (index, least, most, extra_bits) = match (length, left) {
                (_, ..3) => (length, 1, 1, 0),
                (0, ..11) => (17, 3, 10, 3),
                (0, _) => (18, 11, 138, 7),
                _ => (16, 3, 6, 2),
            };
            let taken = left.min(most);
            runs.push(Symbol { index, extra: (taken - least) as u32, extra_bits });
            left -= taken;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// What a decoder that is not ours makes of one block.
    fn inflate(tokens: &[Token]) -> Vec<u8> {
        let mut out = BitWriter::new(0);
        write(&mut out, tokens, true);
        let mut data = Vec::new();
        flate2::read::DeflateDecoder::new(&out.finish()[..]).read_to_end(&mut data).unwrap();
        data
    }

    #[test]
    fn an_empty_block() {
        assert_eq!(inflate(&[]), []);
    }

    #[test]
    fn every_length_and_every_power_of_two_of_a_distance() {
        let mut expected: Vec<u8> = (0..40_000_u32).map(|i| ((i * i) >> 9) as u8).collect();
        let mut tokens: Vec<_> = expected.iter().map(|&byte| Token::literal(byte)).collect();
        let distances =
            (0..15).flat_map(|log| [1 << log, (1 << log) + 1, (2 << log) - 1, 2 << log]);
        let matches = distances.flat_map(|d| [3, 258].map(|l| (l, d)));
        for (length, distance) in (3..=258).map(|length| (length, 7)).chain(matches) {
            tokens.push(Token::matched(length, distance));
            for _ in 0..length {
                expected.push(expected[expected.len() - distance]);
            }
        }
        assert!(inflate(&tokens) == expected);
    }

    #[test]
    fn code_lengths_run() {
        let lengths = [vec![0; 150], vec![5; 9], vec![0; 2], vec![7], vec![0; 5]].concat();
        let runs: Vec<_> = runs(&lengths).iter().map(|run| (run.index, run.extra)).collect();
        let expected =
            [(18, 127), (18, 1), (5, 0), (16, 3), (5, 0), (5, 0), (0, 0), (0, 0), (7, 0), (17, 2)];
        assert_eq!(runs, expected);
    }
}
