//! One zlib stream, compressed on all cores.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, TryRecvError};

use simd_adler32::Adler32;

use super::deflate::{Method, Strip};
use crate::threads;

/// Compresses what is written to it into one zlib stream (RFC 1950), strip by strip on the current
/// rayon pool, and hands each compressed strip to its sink by one `write_all`, in order.
///
/// Each strip is primed with the bytes before it, so the seams cost a few bytes only. A bounded
/// number of strips is in memory at any time.
pub struct ZlibWriter<W: Write> {
    sink: W,
    adler: Adler32,
    gathering: Strip,
    in_flight: VecDeque<Receiver<Vec<u8>>>,
    max_in_flight: usize,
}

impl<W: Write> ZlibWriter<W> {
    /// Starts a stream.
    ///
    /// # Errors
    /// What the sink says.
    pub fn new(mut sink: W, method: Method) -> io::Result<Self> {
        // Deflate with a window of 32 KiB, no preset dictionary.
        sink.write_all(&[0x78, 0x9c])?;
        Ok(Self {
            sink,
            adler: Adler32::new(),
            gathering: Strip::first(method),
            in_flight: VecDeque::new(),
            max_in_flight: 2 * rayon::current_num_threads() + 4,
        })
    }

    /// Ends the stream and gives the sink back.
    ///
    /// # Errors
    /// What the sink says.
    pub fn finish(mut self) -> io::Result<W> {
        // Nothing else is left to do on this thread, so the last strip is its own.
        let mut end = self.gathering.compress(true);
        while let Some(strip) = self.in_flight.pop_front() {
            self.sink.write_all(&threads::receive(&strip).ok_or_else(lost)?)?;
        }
        end.extend(self.adler.finish().to_be_bytes());
        self.sink.write_all(&end)?;
        Ok(self.sink)
    }

    fn start_strip(&mut self) -> io::Result<()> {
        let next = self.gathering.next();
        let strip = std::mem::replace(&mut self.gathering, next);
        let (done, result) = mpsc::sync_channel(1);
        rayon::spawn(move || {
            // Nobody listens where the writer was dropped.
            let _ = done.send(strip.compress(false));
        });
        self.in_flight.push_back(result);
        self.write_finished()
    }

    /// Writes the strips that are ready, and waits for the first where too many are not.
    fn write_finished(&mut self) -> io::Result<()> {
        while let Some(first) = self.in_flight.front() {
            let strip = if self.in_flight.len() >= self.max_in_flight {
                threads::receive(first).ok_or_else(lost)?
            } else {
                match first.try_recv() {
                    Ok(strip) => strip,
                    Err(TryRecvError::Empty) => return Ok(()),
                    Err(TryRecvError::Disconnected) => return Err(lost()),
                }
            };
            self.sink.write_all(&strip)?;
            self.in_flight.pop_front();
        }
        Ok(())
    }
}

impl<W: Write> Write for ZlibWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.gathering.fill(bytes);
        self.adler.write(&bytes[..taken]);
        if self.gathering.is_full() {
            self.start_strip()?;
        }
        Ok(taken)
    }

    /// Does nothing: what is compressed early would compress worse.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn lost() -> io::Error {
    io::Error::other("the compression of a strip was lost")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::super::deflate::Rows;
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

    const MATCHES: Method = Method::Matches(Rows { pixel: 1, row: 500 });

    fn data(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i * i / 5000 % 11) as u8).collect()
    }

    #[test]
    fn every_length_around_a_seam() {
        for method in [Method::ZeroRuns, MATCHES, Method::Level(8)] {
            let strip = method.strip_bytes();
            for seam in [0, strip, 2 * strip] {
                for length in seam.saturating_sub(1)..seam + 2 {
                    round_trip(&data(length), usize::MAX, method);
                }
            }
        }
    }

    #[test]
    fn runs_of_any_length() {
        let method = MATCHES;
        let data = data(3 * method.strip_bytes() + 12345);
        for run in
            [7, 4099, method.strip_bytes() - 1, method.strip_bytes(), method.strip_bytes() + 1]
        {
            round_trip(&data, run, method);
        }
    }

    #[test]
    fn many_more_strips_than_may_be_in_flight() {
        let method = Method::ZeroRuns;
        let strips = 2 * rayon::current_num_threads() + 9;
        round_trip(&data(strips * method.strip_bytes()), 1 << 20, method);
    }

    /// A writer on the only thread of a pool used to wait for a strip that only that thread could
    /// compress.
    #[test]
    fn a_pool_of_one_thread_is_enough() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        pool.install(|| round_trip(&data(20 << 18), 1 << 20, MATCHES));
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
        let mut writer = ZlibWriter::new(Full, MATCHES).unwrap();
        let written = writer.write_all(&data(20 << 18));
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::StorageFull);
        let mut writer = ZlibWriter::new(Full, MATCHES).unwrap();
        writer.write_all(&data(2)).unwrap();
        assert_eq!(writer.finish().err().unwrap().kind(), io::ErrorKind::StorageFull);
    }
}
