//! What can go wrong, each in one line.

use std::path::PathBuf;

use crate::parameter::{Expected, Parameter};

/// Everything that can go wrong in this crate.
///
/// `Display` gives one line: what was wrong, with which value, and what would be right.
///
/// ```
/// use juliaset::{Complex64, Error, Julia, Parameter};
///
/// let error = Julia::new(Complex64::new(0.0, 1.0), 2.0, (80, 80)).unwrap_err();
/// assert!(matches!(error, Error::Invalid { parameter: Parameter::Itermin, .. }));
/// println!("{error}");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter has a value that no job can have.
    #[error("{parameter} {value}: {expected}")]
    Invalid {
        /// The parameter.
        parameter: Parameter,
        /// The value it was given.
        value: String,
        /// What would be right.
        expected: Expected,
    },

    /// A file could not be written or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// An array that does not fit into the memory.
    #[error("an array of {bytes} bytes does not fit into the memory")]
    OutOfMemory {
        /// Its size.
        bytes: u128,
    },

    /// A file is not a picture that can be read.
    #[error("{}: {problem}", path.display())]
    NotAPicture {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },

    /// A line of a text file is wrong.
    #[error("{}, line {line}: {expected}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line's number, from 1.
        line: usize,
        /// The line, and what would be right.
        expected: String,
    },

    /// There is no adapter.
    #[error("no adapter found: install a Vulkan driver, or take engine cpu")]
    NoAdapter,

    /// The adapter cannot do what was asked for.
    #[error("adapter {adapter}: {problem}; {instead}")]
    Unsupported {
        /// The adapter's name.
        adapter: String,
        /// What it cannot do.
        problem: String,
        /// What can be done instead.
        instead: String,
    },

    /// This build of the library has no GPU engine.
    #[error("engine gpu: this build has none; build with the feature gpu, or take engine cpu")]
    WithoutGpu,

    /// The device stopped working.
    #[error("adapter {adapter}: the device was lost: {reason}")]
    DeviceLost {
        /// The adapter's name.
        adapter: String,
        /// What the driver said.
        reason: String,
    },

    /// The device has too little memory left.
    #[error("adapter {adapter}: out of device memory")]
    OutOfDeviceMemory {
        /// The adapter's name.
        adapter: String,
    },

    /// The device or its driver refused something.
    #[error("adapter {adapter}: {message}")]
    Device {
        /// The adapter's name.
        adapter: String,
        /// What wgpu said.
        message: String,
    },

    /// What was computed cannot be read.
    #[error("adapter {adapter}: the results cannot be read back: {reason}")]
    ReadBack {
        /// The adapter's name.
        adapter: String,
        /// What wgpu said.
        reason: String,
    },

    /// The device said it was done, and was not.
    #[error(
        "adapter {adapter}: {pixels} pixels came back without a count, the first at column {col}, row {row} ({what})"
    )]
    Unwritten {
        /// The adapter's name.
        adapter: String,
        /// How many pixels have no count.
        pixels: u64,
        /// The first one's column in the picture.
        col: u32,
        /// The first one's row in the picture.
        row: u32,
        /// What was found in its place.
        what: String,
    },

    /// No precision up to the limit decides the escape count of a point.
    #[error("the escape count at {x:?}{y:+?}i is not decided by {bits} bits")]
    Undecided {
        /// The point's real part.
        x: f64,
        /// The point's imaginary part.
        y: f64,
        /// The most bits that were tried.
        bits: usize,
    },

    /// The caller asked for the work to stop.
    #[error("interrupted")]
    Interrupted,
}

/// A `Result` with this crate's [`enum@Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn invalid(
        parameter: Parameter,
        value: impl ToString,
        expected: impl Into<Expected>,
    ) -> Self {
        Self::Invalid { parameter, value: value.to_string(), expected: expected.into() }
    }

    /// The same error, about `parameter` if it is about one: for a value that was parsed for this parameter.
    #[must_use]
    pub fn about(self, parameter: Parameter) -> Self {
        match self {
            Self::Invalid { value, expected, .. } => Self::Invalid { parameter, value, expected },
            other => other,
        }
    }

    /// Whether a device or its driver is at fault, so that another engine may do better.
    pub(crate) fn is_of_device(&self) -> bool {
        matches!(
            self,
            Self::DeviceLost { .. }
                | Self::OutOfDeviceMemory { .. }
                | Self::Device { .. }
                | Self::ReadBack { .. }
                | Self::Unwritten { .. }
                | Self::Unsupported { .. }
        )
    }
}
