//! `juliaset completions`: the command line for a shell that completes it.

use std::process::ExitCode;

use clap_complete::Shell;

use super::console::print;
use super::error::Failure;
use super::grammar;

/// Print the completions for a shell
#[derive(clap::Args)]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the completions.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut grammar::command(), "juliaset", &mut script);
    print(&script)?;
    Ok(ExitCode::SUCCESS)
}
