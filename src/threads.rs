//! Waiting in a pool of threads, whose every thread may be the one that is waited for.

use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

/// What another task sends, or `None` if it has ended. A thread of the rayon pool does other tasks
/// meanwhile: it may be the only one that can.
pub(crate) fn receive<T>(receiver: &Receiver<T>) -> Option<T> {
    loop {
        match receiver.try_recv() {
            Ok(value) => return Some(value),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => match rayon::yield_now() {
                None => return receiver.recv().ok(),
                Some(rayon::Yield::Executed) => {}
                // There is no task; a new one finds this thread soon.
                Some(rayon::Yield::Idle) => match receiver.recv_timeout(Duration::from_micros(100))
                {
                    Ok(value) => return Some(value),
                    Err(RecvTimeoutError::Disconnected) => return None,
                    Err(RecvTimeoutError::Timeout) => {}
                },
            },
        }
    }
}
