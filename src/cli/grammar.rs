//! The grammar of the command line, and the line itself, for files below the one that defines it.

use std::ffi::OsString;
use std::sync::{Mutex, OnceLock, PoisonError};

use clap::Command;

static GRAMMAR: OnceLock<Command> = OnceLock::new();
static ARGS: Mutex<Vec<OsString>> = Mutex::new(Vec::new());

/// Sets the grammar and the line, before anything else is done.
pub fn set(command: Command, args: &[OsString]) {
    let _ = GRAMMAR.set(command);
    args.clone_into(&mut ARGS.lock().unwrap_or_else(PoisonError::into_inner));
}

/// The grammar.
pub fn command() -> Command {
    GRAMMAR.get().cloned().unwrap_or_else(|| Command::new("juliaset"))
}

/// The line as it was given, from the program on.
pub fn args() -> Vec<OsString> {
    ARGS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
