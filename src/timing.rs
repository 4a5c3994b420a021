//! Where the time of an engine and of its device goes.

use std::fmt;
use std::time::Duration;
#[cfg(feature = "gpu")]
use std::time::Instant;

/// The time from asking for an engine to its first counts, phase by phase.
#[derive(Clone, Debug)]
pub struct StartUp {
    /// The engine, in a few words.
    pub engine: String,
    /// What was done, in that order, and for how long.
    pub phases: Vec<Phase>,
}

/// What was done, and for how long.
pub type Phase = (&'static str, Duration);

/// Does `work` as the phase `name`.
#[cfg(feature = "gpu")]
pub(crate) fn timed<T>(phases: &mut Vec<Phase>, name: &'static str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    phases.push((name, start.elapsed()));
    done
}

impl StartUp {
    /// All phases together.
    pub fn total(&self) -> Duration {
        self.phases.iter().map(|(_, time)| time).sum()
    }
}

impl fmt::Display for StartUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = |time: Duration| format!("{:.0} ms", 1e3 * time.as_secs_f64());
        let phases: Vec<_> = self
            .phases
            .iter()
            .map(|&(name, time)| format!("{name} {}", milliseconds(time)))
            .collect();
        let total = milliseconds(self.total());
        write!(f, "start-up of {}: {}; {total} in all", self.engine, phases.join(", "))
    }
}

/// How long a device was busy, by its own clock, and the CPU for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceTimes {
    /// With kernels. None if the adapter has no clock.
    pub kernel: Option<Duration>,
    /// With clearing buffers and copying them. None if the adapter cannot measure it.
    pub copy: Option<Duration>,
    /// All threads of the CPU together, with what the kernels are given.
    pub preparation: Duration,
    /// The CPU, with what came back.
    pub read_back: Duration,
}
