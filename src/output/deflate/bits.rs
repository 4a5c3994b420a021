//! Bits to bytes, the lowest bit first.

/// A growing run of bits.
pub struct BitWriter {
    /// The whole bytes, and zeros or worse after them.
    bytes: Vec<u8>,
    whole: usize,
    /// What is not in the whole bytes yet: the lowest `used` bits, fewer than 8.
    bits: u64,
    used: u32,
}

impl BitWriter {
    /// An empty run, with room for about `bytes` bytes.
    pub fn new(bytes: usize) -> Self {
        Self { bytes: vec![0; bytes + 8], whole: 0, bits: 0, used: 0 }
    }

    /// Appends the lowest `count` bits of `bits`, at most 56; the others are zeros.
    #[inline(always)]
    pub fn push(&mut self, bits: u64, count: u32) {
        debug_assert!(count <= 56 && bits >> count == 0);
        self.bits |= bits << self.used;
        self.used += count;
        if self.bytes.len() < self.whole + 8 {
            self.grow();
        }
        // A whole word each time, without asking how much of it counts.
        self.bytes[self.whole..][..8].copy_from_slice(&self.bits.to_le_bytes());
        self.whole += self.used as usize / 8;
        self.bits >>= self.used & !7;
        self.used &= 7;
    }

    #[cold]
    fn grow(&mut self) {
        self.bytes.resize(2 * self.bytes.len(), 0);
    }

    /// Appends an empty stored block that is not the last (RFC 1951, 3.2.4): it ends on a byte
    /// boundary wherever it begins.
    pub fn push_empty_stored_block(&mut self) {
        self.push(0, 3);
        self.align();
        self.push(0xffff_0000, 32);
    }

    /// Fills up the last byte with zeros.
    fn align(&mut self) {
        self.push(0, self.used.wrapping_neg() % 8);
    }

    /// The bytes, the last one filled up with zeros.
    pub fn finish(mut self) -> Vec<u8> {
        self.align();
        self.bytes.truncate(self.whole);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_out_lowest_first() {
        let mut writer = BitWriter::new(0);
        writer.push(0b1, 1);
        writer.push(0b01, 2);
        writer.push(0xff_ffff_ffff, 40);
        writer.push(0, 0);
        writer.push(0b10, 2);
        assert_eq!(writer.finish(), [0b1111_1011, 0xff, 0xff, 0xff, 0xff, 0b1_0111]);
    }

    #[test]
    fn bytes_after_an_alignment_are_whole() {
        let mut writer = BitWriter::new(0);
        writer.push(1, 1);
        writer.align();
        writer.push(0xabcd, 16);
        assert_eq!(writer.finish(), [1, 0xcd, 0xab]);
    }
}
