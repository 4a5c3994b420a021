//! What goes wrong with a request, as the browser is told.

use crate::error::Error;

/// The answer to a request that gets nothing else.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request is wrong: 400, with what would be right.
    Wrong(String),
    /// Another method than GET: 405.
    Method,
    /// The request came by another server's name, or from another server's page: 403.
    Foreign,
    /// There is nothing at this address: 404.
    Nothing,
    /// More is asked for than is done at a time: 503.
    Busy,
    /// The work failed: 500.
    Failed(String),
    /// Nobody waits for the answer any more.
    Unwanted,
}

impl Refusal {
    /// A value that a request cannot have.
    pub fn wrong(name: &str, value: &str, expected: &str) -> Self {
        let mut shown: String = value.chars().take(40).collect();
        if shown.len() < value.len() {
            shown.push('…');
        }
        Self::Wrong(format!("{name} {shown}: {expected}"))
    }

    /// The status, and the line.
    pub fn told(&self) -> (u16, &str) {
        match self {
            Self::Wrong(line) => (400, line),
            Self::Method => (405, "only GET is answered here"),
            Self::Foreign => {
                (403, "only this server's own page is answered, by an address or as localhost")
            }
            Self::Nothing => (404, "there is nothing at this address"),
            Self::Busy => (503, "busy: more is asked for than is done at a time"),
            Self::Failed(line) => (500, line),
            Self::Unwanted => (500, "interrupted"),
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Interrupted => Self::Unwanted,
            Error::Invalid { .. } => Self::Wrong(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}
