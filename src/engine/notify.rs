//! Who hears of what an engine does about a fault: the library itself never prints.

use std::fmt;
use std::sync::Arc;

/// What an engine has to tell while a job runs. `Display` gives one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// A device failed and is tried again.
    TriedAgain(String),
    /// A device failed, and others do what it leaves.
    TakenOver(String),
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TriedAgain(line) | Self::TakenOver(line) => f.write_str(line),
        }
    }
}

/// Is told what is worth knowing while a job runs. By default nobody is.
#[derive(Clone, Default)]
pub struct Notify(Option<Arc<dyn Fn(Notice) + Send + Sync>>);

impl Notify {
    /// Has `listener` told.
    pub fn new(listener: impl Fn(Notice) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    #[cfg(feature = "gpu")]
    pub(super) fn tell(&self, notice: Notice) {
        if let Some(listener) = &self.0 {
            listener(notice);
        }
    }
}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "somebody" } else { "nobody" })
    }
}
