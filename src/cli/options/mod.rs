//! The options that several commands share, and what they ask for.

pub mod choice;
pub mod color;
pub mod engine;
pub mod job;
pub mod number;
pub mod output;
pub mod picture;
pub mod planned;
pub mod sampling;
pub mod size;
pub mod threads;
pub mod view;
