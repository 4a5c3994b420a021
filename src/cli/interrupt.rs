//! Ctrl-C, and the other polite requests to end: the flag that stops a job.

#[cfg(unix)]
use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::register;

/// The flag, which is set from now on when the process is asked to end.
pub fn flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // Without a handler the signal still ends the process, if less tidily.
        let _ = register(signal, Arc::clone(&flag));
    }
    #[cfg(unix)]
    if hears_hangups() {
        let _ = register(signal_hook::consts::SIGHUP, Arc::clone(&flag));
    }
    flag
}

/// Whether a hangup would end the process: not under `nohup`. Where the system does not tell, the
/// answer is no, and hangups are left as they are.
#[cfg(unix)]
fn hears_hangups() -> bool {
    // The signals that are ignored, as a hexadecimal mask (proc(5)); a hangup is the lowest bit.
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & 1 == 0))
}
