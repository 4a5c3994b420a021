//! The `juliaset` command.

use std::env;
use std::process::ExitCode;

use juliaset::internals::cli;

fn main() -> ExitCode {
    ExitCode::from(cli::main(env::args_os().collect()))
}
