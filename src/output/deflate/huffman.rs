//! Huffman codes of limited length.

/// The codes of an alphabet of `N` symbols, canonical as deflate wants them (RFC 1951, 3.2.2).
pub struct Code<const N: usize> {
    /// The length of each symbol's code in bits; 0 for a symbol that does not occur.
    pub lengths: [u8; N],
    /// The codes, first bit lowest.
    pub bits: [u16; N],
}

impl<const N: usize> Code<N> {
    /// The code for symbols of these frequencies with at most `limit` bits each: the shortest one
    /// where the limit does not bind, and close to it where it does.
    ///
    /// At least two symbols get a code, whatever their frequencies: decoders differ in what they
    /// think of fewer.
    pub fn new(frequencies: &[u32; N], limit: usize) -> Self {
        let mut symbols: Vec<usize> = (0..N).filter(|&symbol| frequencies[symbol] > 0).collect();
        for symbol in 0..2 {
            if symbols.len() < 2 && !symbols.contains(&symbol) {
                symbols.push(symbol);
            }
        }
        symbols.sort_by_key(|&symbol| (frequencies[symbol], symbol));
        let weights: Vec<u32> = symbols.iter().map(|&symbol| frequencies[symbol]).collect();

        // The rarest symbols get the longest codes.
        let mut lengths = [0; N];
        let mut rarest_first = symbols.iter();
        for (length, &count) in length_counts(&weights, limit).iter().enumerate().rev() {
            for &symbol in rarest_first.by_ref().take(count) {
                lengths[symbol] = length as u8;
            }
        }
        Self { lengths, bits: canonical(&lengths) }
    }
}

/// How many codes of each length up to `limit` there are in a Huffman code for these weights,
/// which ascend.
fn length_counts(weights: &[u32], limit: usize) -> Vec<usize> {
    // Leaves first, then the inner nodes in the order that they are made: both ascend, so that the
    // two lightest nodes are always at the front of one or the other.
    let leaves = weights.len();
    let nodes = 2 * leaves - 1;
    let mut weights = weights.to_vec();
    let mut parents = vec![0; nodes];
    let (mut leaf, mut inner) = (0, leaves);
    for node in leaves..nodes {
        let mut weight = 0;
        for _ in 0..2 {
            let lightest = if leaf < leaves && (inner == node || weights[leaf] <= weights[inner]) {
                &mut leaf
            } else {
                &mut inner
            };
            weight += weights[*lightest];
            parents[*lightest] = node;
            *lightest += 1;
        }
        weights.push(weight);
    }
    let mut depths = vec![0; nodes];
    let mut counts = vec![0; limit + 1];
    for node in (0..nodes - 1).rev() {
        depths[node] = depths[parents[node]] + 1;
        if node < leaves {
            counts[depths[node].min(limit)] += 1;
        }
    }

    // Codes cut to the limit take more than there is of the code space. A leaf that moves down by
    // one, to be the neighbour of one that was cut, gives one unit back.
    let space =
        |(length, count): (usize, &usize)| if length > 0 { count << (limit - length) } else { 0 };
    let taken: usize = counts.iter().enumerate().map(space).sum();
    for _ in 1 << limit..taken {
        let parent = (1..limit).rev().find(|&length| counts[length] > 0).unwrap_or(1);
        counts[parent] -= 1;
        counts[parent + 1] += 2;
        counts[limit] -= 1;
    }
    counts
}

/// Codes of one length count up, and go on from one length to the next.
fn canonical<const N: usize>(lengths: &[u8; N]) -> [u16; N] {
    let mut next = 0_u16;
    let mut bits = [0; N];
    for length in 1..16 {
        for symbol in (0..N).filter(|&symbol| lengths[symbol] == length) {
            bits[symbol] = next.reverse_bits() >> (16 - length);
            next += 1;
        }
        next <<= 1;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How much of the code space the lengths take; 1 is all of it.
    fn space(lengths: &[u8]) -> f64 {
        lengths
            .iter()
            .filter(|&&length| length > 0)
            .map(|&length| 0.5_f64.powi(length.into()))
            .sum()
    }

    #[test]
    fn frequent_symbols_get_short_codes() {
        let code = Code::new(&[5, 9, 12, 13, 16, 45, 0], 15);
        assert_eq!(code.lengths, [4, 4, 3, 3, 3, 1, 0]);
        // 0, 100, 101, 110, 1110, 1111, first bit lowest.
        assert_eq!(code.bits, [0b0111, 0b1111, 0b001, 0b101, 0b011, 0, 0]);
    }

    #[test]
    fn fibonacci_frequencies_reach_any_limit() {
        let mut frequencies = [1_u32; 30];
        for i in 2..30 {
            frequencies[i] = frequencies[i - 1] + frequencies[i - 2];
        }
        for limit in [5, 7, 15] {
            let lengths = Code::new(&frequencies, limit).lengths;
            assert_eq!(lengths.iter().copied().max(), Some(limit as u8));
            assert_eq!(space(&lengths), 1.0);
        }
    }

    #[test]
    fn there_are_always_two_codes() {
        assert_eq!(Code::new(&[0, 0, 0], 7).lengths, [1, 1, 0]);
        assert_eq!(Code::new(&[0, 0, 9], 7).lengths, [1, 0, 1]);
        assert_eq!(Code::new(&[9, 0, 0], 7).lengths, [1, 1, 0]);
    }
}
