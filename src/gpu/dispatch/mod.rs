//! From the windows of a job to dispatches of bounded time, and back to counts.

pub mod band;
pub mod budget;
pub mod buffers;
pub mod cursor;
pub mod preparation;
pub mod read_back;
pub mod runner;
