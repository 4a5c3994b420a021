//! One zlib stream, compressed on all cores.

use std::io::{self, Write};
use std::sync::Arc;

use simd_adler32::Adler32;

use super::deflate::{Method, WINDOW};
use super::in_order::InOrder;

/// Deflate with a window of 32 KiB, no preset dictionary.
const HEADER: [u8; 2] = [0x78, 0x9c];

/// `data` as a separate zlib stream.
pub fn stream(method: Method, data: &[u8]) -> Vec<u8> {
    let mut stream = HEADER.to_vec();
    stream.extend(method.compress(&[], data, true));
    stream.extend(simd_adler32::adler32(&data).to_be_bytes());
    stream
}

/// Compresses what is written to it into one zlib stream (RFC 1950), strip by strip on the current
/// rayon pool, and hands each compressed strip to its sink by one `write_all`, in order.
///
/// Each strip is primed with the bytes before it, so the seams cost a few bytes only. A bounded
/// number of strips is in memory at any time.
pub struct ZlibWriter<W: Write> {
    sink: W,
    method: Method,
    adler: Adler32,
    gathering: Vec<u8>,
    before: Arc<Vec<u8>>,
    strips: InOrder<Vec<u8>>,
}

impl<W: Write> ZlibWriter<W> {
    /// Starts a stream.
    ///
    /// # Errors
    /// What the sink says.
    pub fn new(mut sink: W, method: Method) -> io::Result<Self> {
        sink.write_all(&HEADER)?;
        Ok(Self {
            sink,
            method,
            adler: Adler32::new(),
            gathering: Vec::new(),
            before: Arc::default(),
            strips: InOrder::new(),
        })
    }

    /// Ends the stream and gives the sink back.
    ///
    /// # Errors
    /// What the sink says.
    pub fn finish(mut self) -> io::Result<W> {
        // Nothing else is left to do on this thread, so the last strip is its own.
        let mut end = self.method.compress(&self.before, &self.gathering, true);
        while let Some(strip) = self.strips.wait()? {
            self.sink.write_all(&strip)?;
        }
        end.extend(self.adler.finish().to_be_bytes());
        self.sink.write_all(&end)?;
        Ok(self.sink)
    }

    fn start_strip(&mut self) -> io::Result<()> {
        let strip = Arc::new(std::mem::take(&mut self.gathering));
        let before = std::mem::replace(&mut self.before, Arc::clone(&strip));
        let method = self.method;
        self.strips.start(move || method.compress(&before, &strip, false));
        while let Some(strip) = self.strips.ready()? {
            self.sink.write_all(&strip)?;
        }
        Ok(())
    }
}

impl<W: Write> Write for ZlibWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let strip = self.method.strip();
        // All that a strip may refer to must lie in the one before it.
        debug_assert!(strip >= WINDOW);
        if self.gathering.capacity() == 0 {
            self.gathering.reserve_exact(strip);
        }
        let taken = bytes.len().min(strip - self.gathering.len());
        let bytes = &bytes[..taken];
        self.adler.write(bytes);
        self.gathering.extend_from_slice(bytes);
        if self.gathering.len() == strip {
            self.start_strip()?;
        }
        Ok(taken)
    }

    /// Does nothing: what is compressed early would compress worse.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn round_trip(data: &[u8], run: usize, method: Method) {
        let mut writer = ZlibWriter::new(Vec::new(), method).unwrap();
        for bytes in data.chunks(run) {
            writer.write_all(bytes).unwrap();
        }
        let stream = writer.finish().unwrap();
        let mut decoded = Vec::new();
        flate2::read::ZlibDecoder::new(&stream[..]).read_to_end(&mut decoded).unwrap();
        assert!(decoded == data, "{} bytes in runs of {run}, {method:?}", data.len());
    }

    fn data(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i * i / 5000 % 11) as u8).collect()
    }

    #[test]
    fn every_length_around_a_seam() {
        for method in [Method::ZeroRuns, Method::Level(6), Method::Level(8)] {
            let strip = method.strip();
            for seam in [0, strip, 2 * strip] {
                for length in seam.saturating_sub(1)..seam + 2 {
                    round_trip(&data(length), usize::MAX, method);
                }
            }
        }
    }

    #[test]
    fn runs_of_any_length() {
        let method = Method::Level(1);
        let data = data(3 * method.strip() + 12345);
        for run in [7, 4099, method.strip() - 1, method.strip(), method.strip() + 1] {
            round_trip(&data, run, method);
        }
    }

    #[test]
    fn many_more_strips_than_may_be_in_flight() {
        let method = Method::ZeroRuns;
        let strips = 2 * rayon::current_num_threads() + 9;
        round_trip(&data(strips * method.strip()), 1 << 20, method);
    }

    /// A writer on the only thread of a pool used to wait for a strip that only that thread could
    /// compress.
    #[test]
    fn a_pool_of_one_thread_is_enough() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        pool.install(|| round_trip(&data(20 << 18), 1 << 20, Method::Level(1)));
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
        let mut writer = ZlibWriter::new(Full, Method::Level(1)).unwrap();
        let written = writer.write_all(&data(20 << 18));
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::StorageFull);
        let mut writer = ZlibWriter::new(Full, Method::Level(1)).unwrap();
        writer.write_all(&data(2)).unwrap();
        assert_eq!(writer.finish().err().unwrap().kind(), io::ErrorKind::StorageFull);
    }
}
