//! What ends the program early: one line on standard error, and the exit code.

use std::borrow::Cow;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::exit::ExitCode;
use super::grammar;
use crate::Parameter;

/// A message of one line and an exit code.
pub struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// A command line that is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }

    /// A job that failed.
    pub fn job(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    /// A job that was interrupted.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 130 }
    }

    /// The same, of something in `file`.
    pub fn within(mut self, file: &Path) -> Self {
        self.message = format!("{}: {}", file.display(), self.message);
        self
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How the process ends.
    pub fn code(&self) -> ExitCode {
        ExitCode(self.code)
    }
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        match error {
            crate::Error::Invalid { parameter, value, expected } => {
                Self::usage(format!("{} {value}: {}", flag(parameter), expected.with_names(flag)))
            }
            crate::Error::Line { .. } | crate::Error::NotAPicture { .. } => {
                Self::usage(error.to_string())
            }
            crate::Error::Interrupted => Self::interrupted(error.to_string()),
            _ => Self::job(error.to_string()),
        }
    }
}

/// A value as it was given, or its beginning if it is very long.
fn beginning(value: String) -> String {
    const MOST: usize = 400;
    match value.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value,
    }
}

/// The flag for one of the library's parameters; its name if there is none.
fn flag(parameter: Parameter) -> Cow<'static, str> {
    match parameter {
        Parameter::Real => "--real".into(),
        Parameter::Imag => "--imag".into(),
        Parameter::Yleft
        | Parameter::Yright
        | Parameter::Columns
        | Parameter::Rows
        | Parameter::Window
        | Parameter::WindowWidth
        | Parameter::WindowHeight
        | Parameter::ArrayLength
        | Parameter::Variant
        | Parameter::Number
        | Parameter::Color
        | Parameter::AdapterKind
        | Parameter::Compression
        | Parameter::Format => parameter.name().into(),
        Parameter::PaletteOffset => "--palette-offset".into(),
        Parameter::PaletteTurns => "--palette-turns".into(),
        Parameter::KeyFrames => "--key-frames".into(),
        parameter => format!("--{parameter}").into(),
    }
}

impl From<clap::Error> for Failure {
    /// In the form of the library's errors: one line, while clap takes several.
    fn from(error: clap::Error) -> Self {
        let context = |kind| match error.get(kind) {
            Some(ContextValue::String(text)) => text.clone(),
            Some(ContextValue::Strings(texts)) => texts.join(", "),
            _ => String::new(),
        };
        // "--resolution <N>" or "--distance[=<WIDTH>]" without what it takes.
        let arg = context(ContextKind::InvalidArg);
        let flag = arg.split(" <").next().unwrap_or_default();
        let flag = flag.split("[=").next().unwrap_or_default();
        let value = beginning(context(ContextKind::InvalidValue));
        let command = context(ContextKind::InvalidSubcommand);
        let stray = if command.is_empty() { flag.to_owned() } else { command.clone() };
        let meant = |kind| match context(kind) {
            similar if similar.is_empty() => String::new(),
            similar => format!("; did you mean {similar}?"),
        };
        Self::usage(match error.kind() {
            ErrorKind::InvalidValue | ErrorKind::ValueValidation if value.is_empty() => {
                format!("{flag}: needs a value")
            }
            ErrorKind::InvalidValue => {
                format!("{flag} {value}: must be one of {}", context(ContextKind::ValidValue))
            }
            ErrorKind::ValueValidation => {
                format!("{flag} {value}: {}", expected(&error))
            }
            ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand
                if let Some(option) = taker_before(&stray) =>
            {
                format!("{option} {stray}: the value comes after '=', as in {option}={stray}")
            }
            ErrorKind::UnknownArgument if !flag.starts_with('-') => {
                format!("{flag}: no option takes it")
            }
            ErrorKind::UnknownArgument => {
                format!("{flag}: no such option{}", meant(ContextKind::SuggestedArg))
            }
            ErrorKind::InvalidSubcommand if command.is_empty() => {
                "'': no such sub-command".to_string()
            }
            ErrorKind::InvalidSubcommand => {
                let meant = match meant(ContextKind::SuggestedSubcommand) {
                    meant if meant.is_empty() => ", and no option takes it".to_owned(),
                    meant => meant,
                };
                format!("{command}: no such sub-command{meant}")
            }
            ErrorKind::ArgumentConflict => match context(ContextKind::PriorArg) {
                prior if prior == arg => format!("{flag}: must be given only once"),
                prior => format!("{flag}: cannot be given with {prior}"),
            },
            ErrorKind::MissingRequiredArgument => format!("{flag}: is missing"),
            _ => first_line(&error),
        })
    }
}

/// What would be right for a value that a parser refused.
fn expected(error: &clap::Error) -> String {
    let Some(source) = std::error::Error::source(error) else { return String::new() };
    match source.downcast_ref() {
        Some(crate::Error::Invalid { expected, .. }) => expected.with_names(flag),
        _ => source.to_string(),
    }
}

/// The option before `word` on the command line, if it takes a value only after '='.
fn taker_before(word: &str) -> Option<String> {
    let args = grammar::args();
    let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let place = args.iter().position(|arg| arg == word)?;
    let before = args.get(place.checked_sub(1)?)?;
    let command = grammar::command();
    let mut takers = command.get_arguments().filter(|arg| arg.is_require_equals_set());
    let is_it = takers.any(|arg| arg.get_long() == before.strip_prefix("--"));
    is_it.then(|| before.to_string())
}

fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_string()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_flag_for_a_parameter_is_an_option() {
        let command = super::super::Cli::command();
        let all: Vec<_> = std::iter::once(&command).chain(command.get_subcommands()).collect();
        for flag in Parameter::ALL.map(flag) {
            let Some(flag) = flag.strip_prefix("--") else { continue };
            let mut options = all.iter().flat_map(|command| command.get_arguments());
            assert!(options.any(|option| option.get_long() == Some(flag)), "--{flag}");
        }
    }
}
