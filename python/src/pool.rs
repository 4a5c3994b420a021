//! The threads that calls work on.

use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The pool of the last call, its size as it was asked for, and the process that made it.
struct Last {
    process: u32,
    threads: Option<usize>,
    pool: Arc<ThreadPool>,
}

static LAST: Mutex<Option<Last>> = Mutex::new(None);

/// A pool of `threads` threads; of one for every core where it is not said.
///
/// The lock is held only by a thread that is attached to the interpreter, and for no call into Python: a fork waits for all such
/// threads, with and without an interpreter's lock, so that no child begins with it held.
///
/// # Errors
/// If the system gives no more threads.
pub fn pool(_py: Python<'_>, threads: Option<usize>) -> PyResult<Arc<ThreadPool>> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let process = process::id();
    match last.take() {
        Some(same) if same.process == process && same.threads == threads => {
            let pool = Arc::clone(&same.pool);
            *last = Some(same);
            return Ok(pool);
        }
        // A fork has the parent's pool without its threads: nothing that would answer its end.
        Some(parents) if parents.process != process => std::mem::forget(parents),
        _ => {}
    }
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .thread_name(|index| format!("juliaset-{index}"))
        .build()
        .map_err(|error| PyRuntimeError::new_err(format!("threads: {error}")))?;
    let pool = Arc::new(pool);
    *last = Some(Last { process, threads, pool: Arc::clone(&pool) });
    Ok(pool)
}
