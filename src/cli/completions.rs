//! `juliaset completions`: the command line for a shell that completes it.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command, ValueHint};
use clap_complete::Shell;

use super::console::print;
use super::error::Failure;
use super::exit::ExitCode;
use super::grammar;
use crate::{Color, Palette, Preset};

/// Print the completions for a shell
///
/// They know the names of presets, palettes and colours. For bash, zsh and fish, once:
///
///   mkdir -p ~/.local/share/bash-completion/completions ~/.zfunc ~/.config/fish/completions
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
    let mut command = with_names(grammar::command());
    clap_complete::generate(args.shell, &mut command, "juliaset", &mut script);
    let script = String::from_utf8_lossy(&script);
    let script = match args.shell {
        Shell::Bash => with_values_behind_equals(&script),
        Shell::Fish => with_open_values(&script) + &with_words(&command),
        _ => script.into(),
    };
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

/// bash's script: in `--palette=ma` the equals sign is a word for bash, and what is before it the option.
fn with_values_behind_equals(script: &str) -> String {
    const BEFORE: &str = "    prev=\"$3\"\n";
    let option = "    if [[ \"$prev\" == \"=\" ]]; then\n        \
                  prev=\"${COMP_WORDS[COMP_CWORD-2]}\"\n    fi\n";
    script.replace(BEFORE, &format!("{BEFORE}{option}"))
}

/// Lines for fish, of the words that sub-commands take.
fn with_words(command: &Command) -> String {
    let of_one = |sub: &Command| {
        let words: Vec<_> = sub.get_positionals().flat_map(Arg::get_possible_values).collect();
        let words: Vec<_> = words.iter().map(PossibleValue::get_name).collect();
        let (name, words) = (sub.get_name(), words.join(" "));
        let line = format!(
            "complete -c juliaset -n \"__fish_juliaset_using_subcommand {name}\" -f -a \"{words}\"\n"
        );
        if words.is_empty() { String::new() } else { line }
    };
    command.get_subcommands().map(of_one).collect()
}

/// The grammar, with the names that options take beside what else they take.
fn with_names(command: Command) -> Command {
    // The grammar keeps names that last as long as the process, which ends soon.
    let pages: Vec<&'static str> =
        command.get_subcommands().map(|sub| &*sub.get_name().to_owned().leak()).collect();
    let command = command.mut_subcommand("man", |man| {
        man.mut_arg("command", |arg| arg.value_parser(PossibleValuesParser::new(pages)))
    });
    with_names_of_one(command)
}

fn with_names_of_one(command: Command) -> Command {
    let command = command.mut_args(|arg| {
        // bash does not split the names of files then.
        let is_path = arg.get_value_hint() == ValueHint::AnyPath;
        let arg = if is_path { arg.value_hint(ValueHint::FilePath) } else { arg };
        let names: Vec<&str> = match arg.get_id().as_str() {
            "preset" => Preset::ALL.iter().map(|preset| preset.name).collect(),
            "palette" => Palette::names().map(|(name, _)| name).collect(),
            "interior" => Color::names().collect(),
            _ => return arg,
        };
        arg.value_parser(PossibleValuesParser::new(names))
    });
    command.mut_subcommands(with_names_of_one)
}
