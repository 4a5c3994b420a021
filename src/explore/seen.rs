//! What the page shows, for the program that shows the page.

use std::sync::{Arc, Mutex, PoisonError};

/// The picture that the page showed last, as the query of a request for it. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Seen(Arc<Mutex<Option<String>>>);

impl Seen {
    /// The names and values of a request for the picture, as an address has them; `None` before the first.
    pub fn query(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps another one.
    pub(super) fn set(&self, query: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(query.to_owned());
    }
}
