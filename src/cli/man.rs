//! `juliaset man`: the manual page.

use clap::Command;
use clap_mangen::Man;

use super::console::print;
use super::error::Failure;
use super::exit::ExitCode;
use super::grammar;

/// Print the manual page, as roff
///
/// It is made of the same text as --help. To read it, and to install it where 'man juliaset' finds it:
///
///   juliaset man | man -l -
///   mkdir -p ~/.local/share/man/man1
///   juliaset man > ~/.local/share/man/man1/juliaset.1
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The sub-command whose page it is [default: the page of juliaset itself]
    command: Option<String>,
}

/// What the page of juliaset itself says beside its name: one line.
const ABOUT: &str = "Julia sets you can trust, on any GPU and on the CPU";

/// Prints the page.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut whole = grammar::command();
    // Sub-commands get the options of all, and their full names.
    whole.build();
    let page = match &args.command {
        None => whole.about(ABOUT),
        Some(name) => page_of(&whole, name)?,
    };
    let title = page.get_display_name().unwrap_or_else(|| page.get_name()).to_owned();
    let source = concat!("juliaset ", env!("CARGO_PKG_VERSION"));
    let mut roff = Vec::new();
    // Writing to memory cannot fail.
    let _ = Man::new(page).title(title).source(source).render(&mut roff);
    print(&roff)?;
    Ok(ExitCode::SUCCESS)
}

/// The page of a sub-command: its usage in the short form, and not with every option.
fn page_of(whole: &Command, name: &str) -> Result<Command, Failure> {
    let named = whole.find_subcommand(name).filter(|page| page.get_name() != "help");
    let Some(mut page) = named.cloned() else {
        let names = whole.get_subcommands().map(Command::get_name).filter(|name| *name != "help");
        let names = names.collect::<Vec<_>>().join(", ");
        return Err(Failure::usage(format!("[COMMAND] {name}: must be one of {names}")));
    };
    let usage = page.render_usage().to_string();
    Ok(page.override_usage(usage.trim_start_matches("Usage: ").to_owned()))
}
