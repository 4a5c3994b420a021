//! Ctrl-C, and the other requests to end: the flag that stops a job.

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
    for signal in unix::DEADLY.into_iter().filter(|&signal| unix::would_end(signal)) {
        let _ = register(signal, Arc::clone(&flag));
    }
    // A file that grows too large is then an error like every other.
    #[cfg(unix)]
    if unix::would_end(signal_hook::consts::SIGXFSZ) {
        let _ = register(signal_hook::consts::SIGXFSZ, Arc::default());
    }
    flag
}

#[cfg(unix)]
mod unix {
    use std::fs;

    use signal_hook::consts::{
        SIGALRM, SIGHUP, SIGPROF, SIGQUIT, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU,
    };

    /// The signals that end a process that does not handle them, and are not caused by its own faults.
    pub const DEADLY: [i32; 8] =
        [SIGALRM, SIGHUP, SIGPROF, SIGQUIT, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU];

    /// Whether `signal` is not ignored in this process, as it is after `nohup`. If the system does not
    /// say, hangups are left as they are.
    pub fn would_end(signal: i32) -> bool {
        // The signals that are ignored, as a hexadecimal mask (proc(5)); signal 1 is the lowest bit.
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        match ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()) {
            Some(mask) => mask >> (signal - 1) & 1 == 0,
            None => signal != SIGHUP,
        }
    }
}
