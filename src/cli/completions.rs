//! `juliaset completions`: the command line for a shell that completes it.

use clap::Command;
use clap::builder::PossibleValuesParser;
use clap_complete::Shell;

use super::console::print;
use super::error::Failure;
use super::exit::ExitCode;
use super::grammar;
use crate::{Color, Palette, Preset};

/// Print the completions for a shell
///
/// They know the names of presets, palettes and colours. For bash, zsh and fish:
///
///   juliaset completions bash > ~/.local/share/bash-completion/completions/juliaset
///   juliaset completions zsh > ~/.zfunc/_juliaset    (a folder of your $fpath)
///   juliaset completions fish > ~/.config/fish/completions/juliaset.fish
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the completions.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut with_names(grammar::command()),
        "juliaset",
        &mut script,
    );
    let script = String::from_utf8_lossy(&script);
    let script = if args.shell == Shell::Fish { with_open_values(&script) } else { script.into() };
    print(script.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// fish's script, which takes an option without a value for a mistake, and completes nothing there: also where the value is what
/// is being written.
fn with_open_values(script: &str) -> String {
    const PARSE: &str = "argparse -s (__fish_juliaset_global_optspecs) -- $cmd";
    let once = format!("    {PARSE} 2>/dev/null\n");
    script.replace(&once, &format!("{once}    or {PARSE} '' 2>/dev/null\n"))
}

/// The grammar, with the names that options take beside what else they take.
fn with_names(command: Command) -> Command {
    let command = command.mut_args(|arg| {
        let names: Vec<&str> = match arg.get_id().as_str() {
            "preset" => Preset::ALL.iter().map(|preset| preset.name).collect(),
            "palette" => Palette::names().map(|(name, _)| name).collect(),
            "interior" => Color::names().collect(),
            _ => return arg,
        };
        arg.value_parser(PossibleValuesParser::new(names))
    });
    command.mut_subcommands(with_names)
}
