//! What reads files and text from anywhere, for a fuzzer. CONTRIBUTING.md says how it is run.

#[path = "../../src/cli/mod.rs"]
#[allow(dead_code, reason = "only what reads is used")]
mod cli;

pub mod targets;
