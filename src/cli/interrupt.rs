//! Ctrl-C, and the other polite requests to end: the flag that stops a job.

use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The flag, which is set from now on when the process is asked to end.
///
/// A process that was started deaf to such a signal, as by `nohup`, stays deaf to it; then there is
/// no handler at all, and the other signals end the process at once.
pub fn flag() -> &'static AtomicBool {
    let _ = ctrlc::try_set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
    &INTERRUPTED
}
