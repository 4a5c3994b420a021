//! What can go wrong, each in one line.

use std::path::PathBuf;

/// Everything that can go wrong in this crate.
///
/// `Display` gives one line: what was wrong, with which value, and what would be right.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter has a value that no job can have.
    #[error("{parameter} {value}: {expected}")]
    Invalid {
        /// The parameter's name, as the library spells it.
        parameter: &'static str,
        /// The value it was given.
        value: String,
        /// What would be right.
        expected: String,
    },

    /// A file could not be written or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The caller asked for the work to stop.
    #[error("interrupted")]
    Interrupted,
}

/// A `Result` with this crate's [`enum@Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn invalid(
        parameter: &'static str,
        value: impl ToString,
        expected: impl Into<String>,
    ) -> Self {
        Self::Invalid { parameter, value: value.to_string(), expected: expected.into() }
    }
}
