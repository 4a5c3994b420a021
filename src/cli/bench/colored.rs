//! Pictures in colour that are timed.

use clap::{Args, Command, FromArgMatches};

use crate::cli::console::Messages;
use crate::cli::error::Failure;
use crate::cli::options::picture::PictureArgs;
use crate::picture::Options;
use crate::{Compression, Job};

/// What the pictures have beside the job, as it is written on the command line.
const FLAGS: [&str; 4] = [
    "--palette magma --smooth",
    "--palette magma --distance",
    "--palette magma --smooth --supersample 2",
    "--palette magma --smooth --supersample 2 --adaptive",
];

/// A picture in colour, and how long the whole job took.
#[derive(Clone)]
pub struct Colored {
    /// What it has beside the job.
    pub flags: &'static str,
    /// The same, read.
    pub options: Options,
    /// The time of each run, in seconds.
    pub seconds: Vec<f64>,
}

impl Colored {
    /// All that can be made of `job`.
    pub fn all(job: &Job, messages: Messages) -> Result<Vec<Self>, Failure> {
        let mut all = Vec::new();
        for flags in FLAGS {
            let options = options(flags)?;
            match options.sampling.job(job) {
                Ok(_) => all.push(Self { flags, options, seconds: Vec::new() }),
                Err(error) => messages.note(format!("{flags}: left out: {error}")),
            }
        }
        Ok(all)
    }
}

/// What `flags` mean to the program without a sub-command.
fn options(flags: &str) -> Result<Options, Failure> {
    let command = PictureArgs::augment_args(Command::new("picture").no_binary_name(true));
    let matches = command.try_get_matches_from(flags.split(' '))?;
    PictureArgs::from_arg_matches(&matches)?.options(Compression::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_as_on_the_command_line() {
        let all = FLAGS.map(|flags| options(flags).unwrap_or_else(|_| panic!("{flags}")));
        let is = |flag| FLAGS.map(|flags| flags.split(' ').any(|word| word == flag));
        assert_eq!(all.each_ref().map(|options| options.tone.smooth), is("--smooth"));
        assert_eq!(all.each_ref().map(|o| o.tone.distance.is_some()), is("--distance"));
        assert_eq!(all.each_ref().map(|o| o.sampling.factor == 2), is("--supersample"));
        assert_eq!(all.each_ref().map(|options| options.sampling.adaptive), is("--adaptive"));
    }
}
