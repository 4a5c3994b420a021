//! A call into the library: without the interpreter's lock, but Python's signals are handled.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use rayon::ThreadPool;

use crate::error::{exception, panicked};
use crate::progress::Listener;

/// How often signals are handled and progress is reported: often enough for Ctrl-C.
const PERIOD: Duration = Duration::from_millis(50);

enum Message {
    Pixels(u64),
    Done(PyResult<()>),
}

/// Has `pool` do `work`, which looks at the flag that it is given for whether to stop, and says of
/// how many pixels more are done. Meanwhile this thread has Python's signals handled, if that is
/// its duty, and tells the `listener`.
///
/// # Errors
/// What `work` says; a panic, as an exception; and what a signal's handler or the listener raises.
pub fn run(
    py: Python<'_>,
    pool: &ThreadPool,
    mut listener: Listener,
    work: impl FnOnce(&AtomicBool, &mut (dyn FnMut(u64) + Send)) -> juliaset::Result<()> + Send,
) -> PyResult<()> {
    let (interrupt, listener_here) = (AtomicBool::new(false), &mut listener);
    let (sender, messages) = mpsc::channel();
    let done = py.detach(move || {
        let interrupt = &interrupt;
        pool.in_place_scope(|scope| {
            scope.spawn(move |_| {
                let mut progress = |pixels| {
                    // Whoever listens waits for the end.
                    let _ = sender.send(Message::Pixels(pixels));
                };
                let outcome = catch_unwind(AssertUnwindSafe(|| work(interrupt, &mut progress)));
                let outcome = match outcome {
                    Ok(worked) => worked.map_err(exception),
                    Err(panic) => Err(panicked(&*panic)),
                };
                let _ = sender.send(Message::Done(outcome));
            });
            watch(&messages, interrupt, listener_here)
        })
    });
    let ended = listener.end(py);
    done.and(ended)
}

fn watch(
    messages: &Receiver<Message>,
    interrupt: &AtomicBool,
    listener: &mut Listener,
) -> PyResult<()> {
    let (mut pixels, mut raised) = (0, None);
    let mut next = Instant::now() + PERIOD;
    loop {
        let ended = match messages.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(Message::Pixels(more)) => {
                pixels += more;
                None
            }
            Ok(Message::Done(outcome)) => Some(outcome),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Err(panicked(&"a call was lost"))),
        };
        let in_time = raised.is_none() && (ended.is_some() || Instant::now() >= next);
        if in_time {
            raised =
                Python::attach(|py| py.check_signals().and_then(|()| listener.tell(py, pixels)))
                    .err();
            interrupt.store(raised.is_some(), Ordering::Relaxed);
        }
        if Instant::now() >= next {
            next = Instant::now() + PERIOD;
        }
        if let Some(outcome) = ended {
            // What Python raised is the reason for the work's end.
            return raised.map_or(outcome, Err);
        }
    }
}
