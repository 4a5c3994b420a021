//! One zlib stream (RFC 1950), compressed on all cores.

use std::io::{self, Write};

use super::deflate::Method;
use super::in_order::InOrder;

/// Deflate with a window of 32 KiB, no preset dictionary.
const HEADER: [u8; 2] = [0x78, 0x9c];

/// `data` as a zlib stream of its own.
pub fn stream(method: Method, data: &[u8]) -> Vec<u8> {
    let mut stream = HEADER.to_vec();
    stream.extend(method.compress(data, true));
    stream.extend(simd_adler32::adler32(&data).to_be_bytes());
    stream
}

/// A strip of a stream: deflate blocks that refer to nothing before them, and end on a byte boundary.
pub struct Deflated {
    pub bytes: Vec<u8>,
    adler: u32,
    /// Bytes before they were compressed.
    length: u64,
}

impl Deflated {
    /// The strip `bytes`, which decompresses to `data`.
    pub fn new(bytes: Vec<u8>, data: &[u8]) -> Self {
        Self { bytes, adler: simd_adler32::adler32(&data), length: data.len() as u64 }
    }
}

/// Makes the strips of one stream on the current rayon pool, and hands each to its sink by one
/// `write_all`, in order. A bounded number of strips is in memory at any time.
pub struct ZlibWriter<W: Write> {
    sink: W,
    adler: u32,
    strips: InOrder<Deflated>,
}

impl<W: Write> ZlibWriter<W> {
    /// Starts a stream.
    ///
    /// # Errors
    /// What the sink says.
    pub fn new(mut sink: W) -> io::Result<Self> {
        sink.write_all(&HEADER)?;
        Ok(Self { sink, adler: 1, strips: InOrder::new() })
    }

    /// Goes on with the strip that `make` makes.
    ///
    /// # Errors
    /// What the sink says.
    pub fn push(&mut self, make: impl FnOnce() -> Deflated + Send + 'static) -> io::Result<()> {
        self.strips.start(make);
        while let Some(strip) = self.strips.ready()? {
            self.put(&strip)?;
        }
        Ok(())
    }

    /// Ends the stream with the strip that `make` makes, and gives the sink back.
    ///
    /// # Errors
    /// What the sink says.
    pub fn finish(mut self, make: impl FnOnce() -> Deflated) -> io::Result<W> {
        // Nothing else is left to do on this thread, so the last strip is its own.
        let mut end = make();
        while let Some(strip) = self.strips.wait()? {
            self.put(&strip)?;
        }
        self.adler = concatenated(self.adler, &end);
        end.bytes.extend(self.adler.to_be_bytes());
        self.sink.write_all(&end.bytes)?;
        Ok(self.sink)
    }

    fn put(&mut self, strip: &Deflated) -> io::Result<()> {
        self.adler = concatenated(self.adler, strip);
        self.sink.write_all(&strip.bytes)
    }
}

/// The checksum of the data with the checksum `before`, and then that of `strip`.
///
/// It is two sums modulo 65521: that of the bytes, which begins with 1, and that of the first sum after
/// each byte.
fn concatenated(before: u32, strip: &Deflated) -> u32 {
    const MODULUS: u64 = 65521;
    let halves = |adler: u32| [adler & 0xffff, adler >> 16].map(u64::from);
    let ([sum, sums], [strip_sum, strip_sums]) = (halves(before), halves(strip.adler));
    // The strip's own sums began with 1, and now they begin with `sum`.
    let more = sum + MODULUS - 1;
    let sums = (sums + strip_sums + more * (strip.length % MODULUS)) % MODULUS;
    ((sums << 16) | ((more + strip_sum) % MODULUS)) as u32
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn strip(data: Vec<u8>, method: Method, last: bool) -> impl FnOnce() -> Deflated {
        move || Deflated::new(method.compress(&data, last), &data)
    }

    fn round_trip(data: &[u8], strip_bytes: usize, method: Method) {
        let mut writer = ZlibWriter::new(Vec::new()).unwrap();
        let (strips, rest) = data.split_at(data.len() / strip_bytes * strip_bytes);
        for bytes in strips.chunks(strip_bytes) {
            writer.push(strip(bytes.to_vec(), method, false)).unwrap();
        }
        let stream = writer.finish(strip(rest.to_vec(), method, true)).unwrap();
        let mut decoded = Vec::new();
        flate2::read::ZlibDecoder::new(&stream[..]).read_to_end(&mut decoded).unwrap();
        assert!(decoded == data, "{} bytes in strips of {strip_bytes}, {method:?}", data.len());
    }

    fn data(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i * i / 5000 % 251) as u8).collect()
    }

    #[test]
    fn strips_of_any_length() {
        for method in [Method::ZeroRuns, Method::Runs, Method::Level(6)] {
            for strip in [1, 7, 65_520, 65_521, 65_522, 1 << 18] {
                for length in [0, 1, strip - 1, strip, strip + 1, 2 * strip, 3 * strip + 5] {
                    round_trip(&data(length), strip, method);
                }
            }
        }
    }

    #[test]
    fn many_more_strips_than_may_be_in_flight() {
        let strips = 2 * rayon::current_num_threads() + 9;
        round_trip(&data(strips << 18), 1 << 18, Method::Runs);
    }

    /// A writer on the only thread of a pool used to wait for a strip that only that thread could
    /// compress.
    #[test]
    fn a_pool_of_one_thread_is_enough() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        pool.install(|| round_trip(&data(20 << 18), 1 << 18, Method::Runs));
    }

    struct Full;

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if bytes.len() == 2 { Ok(2) } else { Err(io::ErrorKind::StorageFull.into()) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_sink_that_fails_is_an_error() {
        let mut writer = ZlibWriter::new(Full).unwrap();
        let make = || strip(data(1 << 18), Method::Runs, false);
        let failed = (0..1000).find_map(|_| writer.push(make()).err()).unwrap();
        assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
        let writer = ZlibWriter::new(Full).unwrap();
        let failed = writer.finish(strip(data(2), Method::Runs, true)).err().unwrap();
        assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
    }
}
