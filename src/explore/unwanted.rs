//! Work ends soon after nobody waits for it any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Lives as long as the answer is wanted: hyper drops what answers when the client closes its connection.
#[derive(Debug, Default)]
pub struct Unwanted(Arc<AtomicBool>);

impl Unwanted {
    /// What is set then.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }
}

impl Drop for Unwanted {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
