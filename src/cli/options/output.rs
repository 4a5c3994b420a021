//! The options for where a picture goes.

use std::fs;
use std::io::{self, ErrorKind, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{DecimalBytes, HumanDuration};

use crate::cli::console::{Messages, print};
use crate::cli::error::Failure;
use crate::cli::terminal::Protocol;
use crate::output::atomic_file::AtomicFile;
use crate::output::dzi;
use crate::output::preview::Preview;
use crate::picture;
use crate::picture::{Estimate, Options};
use crate::{Compression, Dpi, Error, Format, Grid, Job};

/// What is said of a picture that was interrupted, and is kept in part.
pub const GOES_ON: &str = "interrupted; the same command line goes on from here";

/// Where a picture goes.
#[derive(clap::Args)]
pub struct OutputArgs {
    /// The picture's file, or - for a PNG on standard output
    ///
    /// What its name ends with is its format: .png, .tif or .tiff, .webp (lossless), .jpg or .jpeg; and
    /// .npy for the escape counts themselves, an array for numpy of shape (height, width) and type
    /// uint32, which 'juliaset tone' makes pictures of, with their job in a file FILE.toml beside them; or with --smooth or --distance .exr, an OpenEXR
    /// of those numbers: channel Y has the smooth values, channel distance the distances in the complex
    /// plane, as 32-bit floats. .dzi is a Deep Zoom pyramid for pictures larger than a file: FILE.dzi, and in the folder FILE_files tiles
    /// of 512 × 512 pixels at the picture's own size, at half of it and so on, with their job; its index.html shows them with your copy
    /// of OpenSeadragon. Interrupted and run again, it goes on. TIFFs of 4 GiB and more are BigTIFFs. A WebP
    /// has up to 16383 pixels a side, which are all in memory; a JPEG up to 65535; the others are
    /// written in bounded memory, whatever their size.
    ///
    /// It appears when it is whole, or not at all: then a file of that name stays as it was.
    #[arg(short, long, value_name = "FILE", default_value = "plot.png", help_heading = "Output")]
    output: PathBuf,

    /// Show the picture in the terminal, too
    ///
    /// In kitty, Ghostty, iTerm2, WezTerm, mintty, foot and mlterm as it is; in others with 24-bit
    /// colours two pixels to a character. A large picture is made smaller.
    #[arg(long, help_heading = "Output")]
    show: bool,

    #[arg(long = "no-show", id = "no_show", hide = true, overrides_with = "show")]
    _no_show: bool,

    /// Write a TIFF of tiles, with the picture at half its size behind it, at a quarter and so on
    ///
    /// Viewers of large pictures read only what they show. Tiles have 256 × 256 pixels; each further page is the one
    /// before, averaged in linear light, and marked as a reduced version of it. Two rows of tiles are in memory.
    #[arg(long, help_heading = "Output")]
    pub(crate) pyramid: bool,

    #[arg(long = "no-pyramid", id = "no_pyramid", hide = true, overrides_with = "pyramid")]
    _no_pyramid: bool,

    /// Say what the picture would take, and write nothing
    ///
    /// A line for its pixels, and for the time, the memory and the size of the file, which are estimates: some rectangles of
    /// pixels all over the picture are rendered on the engine that would do it, for about a second.
    #[arg(long, help_heading = "Output")]
    pub(crate) dry_run: bool,

    #[arg(long = "no-dry-run", id = "no_dry_run", hide = true, overrides_with = "dry_run")]
    _no_dry_run: bool,

    #[command(flatten)]
    pub(crate) compression: CompressionArgs,
}

/// A picture that will be shown in the terminal.
pub struct TerminalPreview {
    protocol: Protocol,
    preview: Preview,
}

impl TerminalPreview {
    /// The preview, which is given the pixels.
    pub fn preview(&mut self) -> &mut Preview {
        &mut self.preview
    }

    /// Shows the picture.
    pub fn print(self) -> Result<(), Failure> {
        let Some(frame) = self.preview.frame() else { return Ok(()) };
        let shown = self.protocol.show(&frame);
        print(&shown.map_err(|error| Failure::job(format!("--show: {error}")))?)
    }
}

/// What a file's size is worth in time.
#[derive(clap::Args)]
pub struct CompressionArgs {
    /// Write a PNG or TIFF in less time: about a third larger
    #[arg(long, conflicts_with = "small", help_heading = "Output")]
    fast: bool,

    /// Write a smaller PNG or TIFF, in more time: a few percent
    #[arg(long, help_heading = "Output")]
    small: bool,

    /// Write nothing into the file of how it was made: no job, command line or version
    ///
    /// --like cannot repeat such a picture, and an animation in numbered files cannot go on. What a viewer needs stays: the
    /// colour space, and --dpi.
    #[arg(long = "no-metadata", help_heading = "Output")]
    pub(crate) no_metadata: bool,

    #[arg(long = "no-fast", id = "no_fast", hide = true, overrides_with = "fast")]
    _no_fast: bool,

    #[arg(long = "no-small", id = "no_small", hide = true, overrides_with = "small")]
    _no_small: bool,
}

impl CompressionArgs {
    /// The same, for the writers of files.
    pub fn get(&self) -> Compression {
        match (self.fast, self.small) {
            (true, _) => Compression::Fast,
            (_, true) => Compression::Small,
            _ => Compression::Balanced,
        }
    }
}

impl OutputArgs {
    /// The format for the picture of `job`, or an error that says why there is none.
    pub fn format(&self, job: &Job, options: &Options) -> Result<Format, Failure> {
        if !self.is_standard() {
            return Ok(picture::format(&self.output, job, options)?);
        }
        if io::stdout().is_terminal() {
            return Err(Failure::usage("--output -: standard output is a terminal; redirect it"));
        }
        Ok(Format::Png)
    }

    /// The file, which is not standard output, if it can hold the picture of `job`.
    pub fn path_of(&self, job: &Job, options: &Options) -> Result<PathBuf, Failure> {
        if self.is_standard() {
            return Err(Failure::usage("--output -: must be a file"));
        }
        if self.show {
            return Err(Failure::usage("--show: is for a picture that this process renders"));
        }
        picture::format(&self.output, job, options)?;
        Ok(self.output.clone())
    }

    /// The preview in the terminal, if that was asked for and is possible.
    pub fn preview(&self, messages: Messages) -> Option<TerminalPreview> {
        if !self.show {
            return None;
        }
        let protocol = match Protocol::of_standard_output() {
            Ok(protocol) => protocol,
            Err(why) => {
                messages.note(format!("not shown: {why}"));
                return None;
            }
        };
        let (width, height) = protocol.max_size(1);
        Some(TerminalPreview { protocol, preview: Preview::new(width, height) })
    }

    /// The file, before there is anything in it.
    pub fn file(&self) -> crate::Result<AtomicFile> {
        if self.is_standard() {
            AtomicFile::standard_output()
        } else {
            AtomicFile::create(&self.output)
        }
    }

    /// What was written, but `None` if the reader of standard output has closed the pipe.
    pub fn outcome<T>(&self, written: crate::Result<T>) -> Result<Option<T>, Failure> {
        match written {
            Err(Error::Interrupted)
                if Format::of(&self.output).is_ok_and(|it| it == Format::Dzi) =>
            {
                Err(Failure::interrupted(GOES_ON))
            }
            Err(Error::Io { source, .. })
                if self.is_standard() && source.kind() == ErrorKind::BrokenPipe =>
            {
                Ok(None)
            }
            written => Ok(Some(written?)),
        }
    }

    /// Says what was made, and how long it took.
    pub fn tell(&self, grid: &Grid, took: Duration, messages: Messages) {
        let size = match Format::of(&self.output) {
            Ok(Format::Dzi) => {
                let (tiles, bytes) = dzi::size(&self.output, (grid.width(), grid.height()));
                let folder = dzi::folder_of(&self.output);
                let folder = folder.display();
                format!(
                    ", {} in {tiles} tiles, to be seen in {folder}/index.html",
                    DecimalBytes(bytes)
                )
            }
            _ => {
                let file = fs::metadata(&self.output).ok().filter(|file| file.is_file());
                file.map(|file| format!(", {}", DecimalBytes(file.len()))).unwrap_or_default()
            }
        };
        let (name, width, height) = (self.display(), grid.width(), grid.height());
        let seconds = took.as_secs_f64();
        let line = format!("{name}: {width} × {height} pixels{size}, in {seconds:.2} s");
        // The reader of a pipe sees that it is there.
        if self.is_standard() { messages.detail(line) } else { messages.note(line) }
    }

    /// What a picture would take, in lines, and how large it is in print.
    pub fn estimate(
        &self,
        grid: &Grid,
        dpi: Option<Dpi>,
        engine: &str,
        estimate: &Estimate,
    ) -> String {
        let (width, height, pixels) = (grid.width(), grid.height(), grid.pixels());
        let Estimate { seconds, bytes, memory, tried } = *estimate;
        let share = if tried < pixels {
            format!(
                "estimated from {:.2} % of the pixels, on {engine}",
                100.0 * tried as f64 / pixels as f64
            )
        } else {
            format!("measured on {engine}")
        };
        let name = self.display();
        let time = duration(seconds);
        let memory = DecimalBytes(memory);
        let print = dpi.map(|dpi| printed(grid, dpi)).unwrap_or_default();
        format!(
            "{name}: {width} × {height} pixels, {pixels} in all; nothing is written\n{print}\
             time: about {time}, {share}\n\
             size: about {}\nmemory: about {memory}\n",
            DecimalBytes(bytes)
        )
    }

    /// The file's name, for messages.
    fn display(&self) -> String {
        if self.is_standard() {
            "standard output".to_owned()
        } else {
            self.output.display().to_string()
        }
    }

    fn is_standard(&self) -> bool {
        self.output == Path::new("-")
    }
}

/// A time that is estimated.
pub fn duration(seconds: f64) -> String {
    if seconds < 60.0 {
        format!("{seconds:.2} s")
    } else {
        HumanDuration(Duration::from_secs_f64(seconds.min(1e12))).to_string()
    }
}

/// A line for the size in print.
fn printed(grid: &Grid, dpi: Dpi) -> String {
    let [width, height] = [grid.width(), grid.height()].map(|side| dpi.inches(side));
    let [wide, high] = [width, height].map(|inches| inches * 25.4);
    format!("print: {wide:.1} × {high:.1} mm, {width:.2} × {height:.2} in, at {dpi} dpi\n")
}
