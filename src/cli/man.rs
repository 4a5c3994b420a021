//! `juliaset man`: the manual pages.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::Command;
use clap_mangen::Man;

use super::console::{Messages, print};
use super::error::Failure;
use super::exit::ExitCode;
use super::grammar;
use crate::Error;
use crate::output::atomic_file::AtomicFile;

/// Print the manual page, as roff
///
/// It is made of the same text as --help, and each sub-command has a page of its own. To read one, and to install them all where
/// 'man juliaset' and 'man juliaset-animate' find them:
///
///   juliaset man animate | man -l -
///   juliaset man --folder ~/.local/share/man/man1
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The sub-command whose page it is [default: the page of juliaset itself]
    command: Option<String>,

    /// Write all pages into a folder, which is made if it is not there
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    folder: Option<PathBuf>,
}

/// What the page of juliaset itself says beside its name: one line.
const ABOUT: &str = "Julia sets you can trust, on any GPU and on the CPU";

/// Prints the page, or writes all of them.
pub fn run(args: &Args, messages: Messages) -> Result<ExitCode, Failure> {
    let mut whole = grammar::command();
    // Sub-commands get the options of all, and their full names.
    whole.build();
    let Some(folder) = &args.folder else {
        let page = match &args.command {
            None => main_page(whole),
            Some(name) => page_of(&whole, name)?,
        };
        print(&roff(page))?;
        return Ok(ExitCode::SUCCESS);
    };
    fs::create_dir_all(folder).map_err(|source| Error::Io { path: folder.clone(), source })?;
    let mut pages =
        names(&whole).map(|name| page_of(&whole, name)).collect::<Result<Vec<_>, _>>()?;
    pages.push(main_page(whole));
    let number = pages.len();
    for page in pages {
        let file = AtomicFile::create(&folder.join(format!("{}.1", title(&page))))?;
        let written = file.handle().and_then(|mut handle| handle.write_all(&roff(page)));
        written.map_err(|source| file.error(source))?;
        file.finish()?;
    }
    messages.note(format!("{}: {number} manual pages", folder.display()));
    Ok(ExitCode::SUCCESS)
}

fn main_page(whole: Command) -> Command {
    whole.about(ABOUT)
}

fn title(page: &Command) -> String {
    page.get_display_name().unwrap_or_else(|| page.get_name()).to_owned()
}

fn roff(page: Command) -> Vec<u8> {
    let (title, source) = (title(&page), concat!("juliaset ", env!("CARGO_PKG_VERSION")));
    let mut roff = Vec::new();
    // Writing to memory cannot fail.
    let _ = Man::new(page).title(title).source(source).render(&mut roff);
    roff
}

/// The sub-commands that have pages.
fn names(whole: &Command) -> impl Iterator<Item = &str> {
    whole.get_subcommands().map(Command::get_name).filter(|name| *name != "help")
}

/// The page of a sub-command: its usage in the short form, and not with every option.
fn page_of(whole: &Command, name: &str) -> Result<Command, Failure> {
    let named = whole.find_subcommand(name).filter(|page| page.get_name() != "help");
    let Some(mut page) = named.cloned() else {
        let names = names(whole).collect::<Vec<_>>().join(", ");
        return Err(Failure::usage(format!("[COMMAND] {name}: must be one of {names}")));
    };
    let usage = page.render_usage().to_string();
    Ok(page.override_usage(usage.trim_start_matches("Usage: ").to_owned()))
}
