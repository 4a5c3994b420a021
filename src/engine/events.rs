//! The callback for recovery events: the library itself never prints.

use std::fmt;
use std::sync::Arc;

/// What an engine has to tell while a job runs. `Display` gives one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A device failed and is tried again.
    Retried(String),
    /// A device failed, and others do what it leaves.
    FellBack(String),
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retried(line) | Self::FellBack(line) => f.write_str(line),
        }
    }
}

/// A callback for events while a job runs. By default there is none.
#[derive(Clone, Default)]
pub struct EventHandler(Option<Arc<dyn Fn(Event) + Send + Sync>>);

impl EventHandler {
    /// The callback `listener`.
    pub fn new(listener: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    #[cfg(feature = "gpu")]
    pub(super) fn send(&self, event: Event) {
        if let Some(listener) = &self.0 {
            listener(event);
        }
    }
}

impl fmt::Debug for EventHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "somebody" } else { "nobody" })
    }
}
