//! What the program prints: results on standard output, everything else on standard error.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::error::Failure;
use crate::text::one_line;
use crate::{Event, EventHandler, Grid, Julia, Precision};

/// How much to say.
#[derive(clap::Args, Clone, Copy)]
pub struct Messages {
    /// Print only errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,

    /// Print what is done, by what, and how long it takes
    #[arg(long, short, global = true)]
    verbose: bool,
}

impl Messages {
    /// Whether only errors are printed.
    pub fn is_quiet(self) -> bool {
        self.quiet
    }

    /// A line of general interest.
    pub fn note(self, text: impl AsRef<str>) {
        if !self.quiet {
            say(text.as_ref());
        }
    }

    /// Prints a line if a picture's grid is finer than `f64`.
    pub fn note_equal_neighbours(self, grid: &Grid) {
        self.note_equal_neighbours_of([grid].into_iter(), None);
    }

    /// The same of the frames of an animation, from the one with this number on.
    pub fn note_equal_neighbours_of<'a>(
        self,
        mut grids: impl Iterator<Item = &'a Grid>,
        number: Option<u32>,
    ) {
        let first = grids.position(|grid| {
            // The sample points of a view by its center are exact.
            grid.given_view().is_none() && grid.has_equal_neighbours()
        });
        if let Some(first) = first {
            let frame = number.map(|number| format!("from frame {} on ", number as usize + first));
            let which = frame.unwrap_or_default();
            self.note(format!(
                "{which}the view is too narrow for 64-bit floats: pixels side by side have the same \
                 sample point; --center and --width have views of any depth"
            ));
        }
    }

    /// Prints a line if c has more digits than the numbers of the precision.
    pub fn note_rounded_constant(self, precision: Precision, julia: &Julia) {
        if precision != Precision::Exact && !julia.constant().is_f64() {
            self.note(format!(
                "--precision {}: c is rounded to the nearest 64-bit floats; exact has all its digits",
                precision.name()
            ));
        }
    }

    /// A line that is printed with --verbose.
    pub fn detail(self, text: impl AsRef<str>) {
        if self.verbose {
            say(text.as_ref());
        }
    }

    /// A bar of `pixels` steps; hidden if standard error is not a terminal.
    pub fn progress(self, pixels: u64) -> ProgressBar {
        if self.quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let template = "{wide_bar} {percent:>3} %, {eta} left";
        let style = ProgressStyle::with_template(template);
        ProgressBar::with_draw_target(Some(pixels), ProgressDrawTarget::stderr())
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    }

    /// Prints an engine's events above the bar.
    pub fn events(self, progress: &ProgressBar) -> EventHandler {
        let progress = progress.clone();
        EventHandler::new(move |event| {
            progress.suspend(|| match event {
                Event::Retried(line) => self.detail(line),
                event => self.note(event.to_string()),
            });
        })
    }
}

/// One line on standard error, whatever is in the text. A failure to print it is ignored.
pub fn say(text: &str) {
    let line = format!("juliaset: {}\n", one_line(text));
    let _ = io::stderr().write_all(line.as_bytes());
}

/// A result on standard output.
pub fn print(text: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        // The reader has seen enough, as in `juliaset adapters | head -1`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| Failure::job(format!("standard output: {error}"))),
    }
}
