//! The grammar of the command line, for files below the one that defines it.

use std::sync::OnceLock;

use clap::Command;

static GRAMMAR: OnceLock<Command> = OnceLock::new();

/// Sets the grammar, before anything else is done.
pub fn set(command: Command) {
    let _ = GRAMMAR.set(command);
}

/// The grammar.
pub fn command() -> Command {
    GRAMMAR.get().cloned().unwrap_or_else(|| Command::new("juliaset"))
}
