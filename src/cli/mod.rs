//! The command line: parses, calls the library, prints. It sees everything, and only what starts it imports it: `main`, and
//! the Python package.

#[cfg(feature = "gpu")]
mod adapters;
mod animate;
mod ansi;
pub mod asked;
mod bench;
mod carried;
mod columns;
mod completions;
pub mod console;
mod effects;
pub mod error;
pub mod exit;
#[cfg(feature = "explore")]
mod explore;
mod grammar;
mod info;
pub mod job_file;
mod man;
pub mod options;
mod oracle;
mod palettes;
mod presets;
mod record;
pub mod render;
mod signals;
mod terminal;
mod tone;
mod verify;

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use console::Messages;
use effects::Idle;
use error::Failure;
use exit::ExitCode;

/// Pictures of the filled Julia set of f(z) = z² + c: the points of the complex plane that f, applied
/// again and again, does not send away.
///
/// A point's escape count is the 0-based index of the first application of f with |z| ≥ threshold, or
/// itermax if there is none before. The picture is black for counts up to itermin, white for itermax, and
/// evenly gray between; or in the colours of --palette.
///
/// Without a sub-command a picture is rendered.
#[derive(Parser)]
#[command(
    version,
    about = "Julia sets you can trust, on any GPU and on the CPU.\n\nWithout a sub-command a picture is rendered.",
    before_long_help = "For a start: juliaset --preset rabbit --palette inferno --smooth",
    after_help = "juliaset --help tells more.",
    after_long_help = EXAMPLES,
    override_usage = "juliaset [OPTIONS]\n       juliaset <COMMAND>",
    next_help_heading = "Messages"
)]
pub struct Cli {
    #[command(flatten)]
    render: render::Args,

    #[command(flatten)]
    messages: Messages,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    #[cfg(feature = "gpu")]
    Adapters(adapters::Args),
    Verify(verify::Args),
    Bench(bench::Args),
    Animate(Box<animate::Args>),
    #[cfg(feature = "explore")]
    Explore(Box<explore::Args>),
    Tone(tone::Args),
    Info(info::Args),
    Palettes(palettes::Args),
    Presets(presets::Args),
    Completions(completions::Args),
    Man(man::Args),
}

const EXAMPLES: &str = "\
Examples:
  juliaset --preset rabbit --palette inferno --smooth
      Douady's rabbit in colour: plot.png.
  juliaset
      The picture with all defaults: plot.png, 500 × 313 pixels.
  juliaset -x=-0.1 -X=0.1 -y=-0.1 -Y=0.1 -m=20 -M=100 -R=4000
      Its middle, enlarged: 16 million pixels.
  juliaset -r -0.12256 -i 0.74486 -M 200 -R 2000 -o rabbit.png
      Another set: the rabbit by its c, in gray.
  juliaset -r 0 -i 1 -m 0 -M 60 --palette inferno --mapping sqrt
      The dendrite, in colour.

Negative numbers can be given with and without '='.

Colours in the terminal: NO_COLOR and CLICOLOR=0 switch them off, CLICOLOR_FORCE=1 on.

Exit codes: 0 done, 1 failed (for verify: pixels differ), 2 wrong command line, 130 interrupted.";

/// Runs the command line `args`, the first of which is the program, and returns the number that the process ends with.
pub fn main(args: Vec<OsString>) -> u8 {
    stay_silent_where_the_library_catches();
    let ended = read(args).and_then(run).unwrap_or_else(|failure| {
        console::say(failure.message());
        failure.code()
    });
    ended.0
}

/// What a command line asks for.
pub enum Request<T = Cli> {
    /// The help or the version.
    Text(clap::Error),
    /// A command, and lines about what was left out of its files.
    Command(Box<T>, Vec<String>),
}

/// What a command line and the files that it names ask for, without what would have no effect.
pub fn read(args: Vec<OsString>) -> Result<Request, Failure> {
    read_as(args)
}

/// The same, of a program whose options are those of rendering, and others.
pub fn read_as<T: CommandFactory + FromArgMatches>(
    args: Vec<OsString>,
) -> Result<Request<T>, Failure> {
    let command = T::command();
    grammar::set(command.clone(), &args);
    let mut expanded = job_file::expand(command.clone(), args)?;
    let mut notes = std::mem::take(&mut expanded.notes);
    loop {
        let colored = command.clone().color(ansi::of_help());
        let matches = match colored.try_get_matches_from(expanded.args()) {
            Err(error) if !error.use_stderr() => return Ok(Request::Text(error)),
            matches => matches.map_err(|error| expanded.failure(error))?,
        };
        options_are_the_sub_commands(&command, &matches)?;
        let idle = effects::idle(&matches);
        for Idle { option, why } in &idle {
            match expanded.without(option) {
                Some(note) => notes.push(format!("{note}: {why}")),
                None => return Err(Failure::usage(format!("--{option}: {why}"))),
            }
        }
        if idle.is_empty() {
            let read = T::from_arg_matches(&matches).map_err(|error| expanded.failure(error))?;
            return Ok(Request::Command(Box::new(read), notes));
        }
    }
}

/// Only options of all sub-commands can come before a sub-command.
fn options_are_the_sub_commands(
    command: &clap::Command,
    matches: &ArgMatches,
) -> Result<(), Failure> {
    let Some(name) = matches.subcommand_name() else { return Ok(()) };
    let mut of_rendering = command.get_arguments().filter(|arg| !arg.is_global_set());
    if of_rendering
        .any(|arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine))
    {
        let line = format!("{name}: a sub-command comes first, and its options after it");
        return Err(Failure::usage(line));
    }
    Ok(())
}

/// wgpu panics if a driver loses a device; the library makes that an error.
fn stay_silent_where_the_library_catches() {
    #[cfg(feature = "gpu")]
    {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !crate::gpu::is_guarded() {
                hook(info);
            }
        }));
    }
}

fn run(request: Request) -> Result<ExitCode, Failure> {
    let (cli, notes) = match request {
        Request::Command(cli, notes) => (cli, notes),
        Request::Text(text) => {
            // A closed standard output is not an error here.
            let _ = text.print();
            return Ok(ExitCode::SUCCESS);
        }
    };
    let messages = cli.messages;
    notes.iter().for_each(|note| messages.note(note));
    match cli.command {
        None => render::run(&cli.render, messages),
        #[cfg(feature = "gpu")]
        Some(Command::Adapters(adapters::Args {})) => adapters::run(),
        Some(Command::Verify(args)) => verify::run(&args, messages),
        Some(Command::Bench(args)) => bench::run(&args, messages),
        #[cfg(feature = "explore")]
        Some(Command::Explore(args)) => explore::run(&args, messages),
        Some(Command::Animate(args)) => animate::run(&args, messages),
        Some(Command::Tone(args)) => tone::run(&args, messages),
        Some(Command::Info(args)) => info::run(&args),
        Some(Command::Palettes(args)) => palettes::run(&args),
        Some(Command::Presets(presets::Args {})) => presets::run(),
        Some(Command::Completions(args)) => completions::run(&args),
        Some(Command::Man(args)) => man::run(&args, messages),
    }
}
