//! What reads files and text from anywhere, for a fuzzer. CONTRIBUTING.md says how it is run.

pub mod targets;
