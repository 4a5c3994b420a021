//! Work on all cores, its results in the order in which it was given out.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{self, Receiver, TryRecvError};

use crate::threads;

/// Tasks of the current rayon pool. A bounded number of them is in flight at any time, as long as
/// [`ready`](Self::ready) is asked after each [`start`](Self::start).
pub struct InOrder<T> {
    in_flight: VecDeque<Receiver<T>>,
    max_in_flight: usize,
}

impl<T: Send + 'static> InOrder<T> {
    pub fn new() -> Self {
        let max_in_flight = 2 * rayon::current_num_threads() + 4;
        Self { in_flight: VecDeque::new(), max_in_flight }
    }

    pub fn start(&mut self, work: impl FnOnce() -> T + Send + 'static) {
        let (done, result) = mpsc::sync_channel(1);
        rayon::spawn(move || {
            // If the queue was dropped, there is no receiver.
            let _ = done.send(work());
        });
        self.in_flight.push_back(result);
    }

    /// The next result if it is there; if too much is in flight, it is waited for.
    pub fn ready(&mut self) -> io::Result<Option<T>> {
        let Some(first) = self.in_flight.front() else { return Ok(None) };
        if self.in_flight.len() >= self.max_in_flight {
            return self.wait();
        }
        match first.try_recv() {
            Ok(result) => {
                self.in_flight.pop_front();
                Ok(Some(result))
            }
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(lost()),
        }
    }

    /// The next result, or `None` if nothing is in flight.
    pub fn wait(&mut self) -> io::Result<Option<T>> {
        let Some(first) = self.in_flight.pop_front() else { return Ok(None) };
        threads::receive(&first).map(Some).ok_or_else(lost)
    }
}

fn lost() -> io::Error {
    io::Error::other("the compression of a strip was lost")
}
