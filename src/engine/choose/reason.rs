//! Why an engine does a job.

use std::fmt;

/// Why an engine does a job. `Display` says it in a few words.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// It was asked for.
    AskedFor,
    /// A GPU was asked for, and this is the fastest of several of the best kind.
    Fastest {
        /// The number of GPUs of that kind.
        of: usize,
    },
    /// The CPU does the job before a GPU has started, even if no pixel escapes.
    Small,
    /// The CPU takes less time than a GPU takes to start, by its time on some of the pixels.
    SoonDone {
        /// The CPU's time for the job, about, in seconds.
        seconds: f64,
    },
    /// It was the faster one on a part of the job.
    Faster {
        /// The other engine's time over its own.
        times: f64,
        /// The other engine.
        than: String,
        /// The number of GPUs of its kind, which it is the fastest of; 1 for the CPU.
        of: usize,
    },
    /// There is no GPU for the job.
    NoGpu {
        /// Why there is none.
        why: String,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AskedFor => f.write_str("asked for"),
            Self::Fastest { of } => write!(f, "asked for; the fastest of {of} of its kind"),
            Self::Small => f.write_str("the job is done before a GPU has started"),
            Self::SoonDone { seconds } => {
                write!(f, "the job takes about {seconds:.2} s, less than a GPU takes to start")
            }
            Self::Faster { times, than, of } => {
                write!(f, "{times:.1} times as fast as {than} on a part of this job")?;
                if *of > 1 { write!(f, "; the fastest of {of} of its kind") } else { Ok(()) }
            }
            Self::NoGpu { why } => f.write_str(why),
        }
    }
}
