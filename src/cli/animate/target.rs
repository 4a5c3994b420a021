//! Where an animation's frames go.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use juliaset::counts::Band;
use juliaset::engine::Engine;
use juliaset::output::apng::ApngWriter;
use juliaset::output::file::WholeFile;
use juliaset::output::format::Format;
use juliaset::output::gif::{self, GifWriter};
use juliaset::output::png::{Header, PixelFormat};
use juliaset::picture::{self, Destination, Options};
use juliaset::tone::{Depth, Shades};
use juliaset::{Error, Job, Result};

use super::super::failure::Failure;

/// Where frames go.
pub struct Target {
    path: PathBuf,
    kind: Kind,
    fps: u16,
    size: (u32, u32),
}

enum Kind {
    Apng,
    Gif,
    /// A file for each frame: what comes before the number, its digits, and what comes behind it.
    Numbered(String, usize, String, Format),
    /// Raw frames on standard output.
    Raw,
}

impl Target {
    /// The target that `path` names, where it can have frames like the picture of `job`.
    pub fn new(
        path: &Path,
        job: &Job,
        options: &Options,
        fps: u32,
    ) -> std::result::Result<Self, Failure> {
        let refused =
            |problem: &str| Err(Failure::usage(format!("--output {}: {problem}", path.display())));
        let size = (job.grid.width(), job.grid.height());
        let kind = if path == Path::new("-") {
            if io::stdout().is_terminal() {
                return refused("standard output is a terminal; redirect it");
            }
            Kind::Raw
        } else if let Some((before, digits, behind)) = pattern(path) {
            Kind::Numbered(before, digits, behind, picture::format(path, job, options)?)
        } else {
            let extension = path.extension().unwrap_or_default().to_string_lossy();
            match extension.to_ascii_lowercase().as_str() {
                "png" | "apng" => Kind::Apng,
                "gif" if size.0.max(size.1) > gif::MAX_SIDE => {
                    return refused("a GIF has at most 65535 pixels a side; take .png");
                }
                "gif" if options.depth == Depth::Sixteen => {
                    return refused("a GIF has 8 bits, not 16; take .png");
                }
                "gif" => Kind::Gif,
                _ => {
                    return refused(
                        "must end with .png, .apng or .gif, have a number as in frame-%04d.png, or be -",
                    );
                }
            }
        };
        Ok(Self { path: path.to_path_buf(), kind, fps: fps as u16, size })
    }

    /// How many pixels a frame's engine computes.
    pub fn pixels_to_compute(&self, job: &Job, options: &Options) -> Result<u64> {
        let format = match self.kind {
            Kind::Numbered(_, _, _, format) => format,
            _ => Format::Png,
        };
        picture::pixels_to_compute(job, options, format)
    }

    /// The file of a frame that may be there already.
    pub fn file(&self, number: u32) -> Option<PathBuf> {
        match &self.kind {
            Kind::Numbered(before, digits, behind, Format::Png) => {
                Some(numbered(before, number, *digits, behind))
            }
            _ => None,
        }
    }

    /// How raw frames are to be read.
    pub fn how_to_read(&self, job: &Job, options: &Options) -> Result<Option<String>> {
        let Kind::Raw = self.kind else { return Ok(None) };
        let shades = Shades::new(&options.tone, &job.julia, options.depth, None)?;
        let pixels = match shades.without_indices().format() {
            PixelFormat::Gray8 => "gray",
            PixelFormat::Gray16 => "gray16be",
            PixelFormat::Rgb16 => "rgb48be",
            PixelFormat::Rgb8 | PixelFormat::Indexed8 => "rgb24",
        };
        let ((width, height), fps) = (self.size, self.fps);
        Ok(Some(format!(
            "raw frames: ffmpeg -f rawvideo -pixel_format {pixels} -video_size {width}x{height} \
             -framerate {fps} -i -"
        )))
    }

    /// Begins to write `frames` frames.
    pub fn start(&self, frames: u32, options: &Options) -> Result<Writer> {
        let to = match &self.kind {
            Kind::Apng => {
                // A palette that is the same for all frames.
                let indices = !Shades::needs_histogram(&options.tone);
                To::Apng { file: WholeFile::create(&self.path)?, writer: None, indices, frames }
            }
            Kind::Gif => {
                let file = WholeFile::create(&self.path)?;
                let writer = file.handle().and_then(|f| GifWriter::start(f, self.size, self.fps));
                let writer = writer.map_err(|source| file.error(source))?;
                To::Gif { file, writer }
            }
            Kind::Numbered(before, digits, behind, format) => {
                To::Numbered(before.clone(), *digits, behind.clone(), *format)
            }
            Kind::Raw => {
                let file = WholeFile::standard_output()?;
                let writer = file.handle().map_err(|source| file.error(source))?;
                To::Raw { file, writer }
            }
        };
        Ok(Writer { to, fps: self.fps })
    }

    /// The same, but `None` where who reads raw frames has seen enough.
    pub fn unless_read_enough<T>(&self, done: Result<T>) -> Result<Option<T>> {
        match (&self.kind, done) {
            (Kind::Raw, Err(Error::Io { source, .. }))
                if source.kind() == ErrorKind::BrokenPipe =>
            {
                Ok(None)
            }
            (_, done) => done.map(Some),
        }
    }
}

/// What comes before the number in a name, its least digits, and what comes behind it.
fn pattern(path: &Path) -> Option<(String, usize, String)> {
    let text = path.to_str()?;
    let (before, rest) = text.split_once('%')?;
    let (digits, behind) = rest.split_once('d')?;
    let least = if digits.is_empty() { 1 } else { digits.parse().ok().filter(|&d| d <= 20)? };
    Some((before.to_owned(), least, behind.to_owned()))
}

fn numbered(before: &str, number: u32, digits: usize, behind: &str) -> PathBuf {
    format!("{before}{number:0digits$}{behind}").into()
}

/// Frames in the making.
pub struct Writer {
    to: To,
    fps: u16,
}

enum To {
    Apng {
        file: WholeFile,
        /// Once the first frame is there.
        writer: Option<ApngWriter<std::fs::File>>,
        indices: bool,
        frames: u32,
    },
    Gif {
        file: WholeFile,
        writer: GifWriter<std::fs::File>,
    },
    Numbered(String, usize, String, Format),
    Raw {
        file: WholeFile,
        writer: std::fs::File,
    },
}

impl Writer {
    /// Renders a frame, and writes it.
    pub fn write(
        &mut self,
        number: u32,
        engine: &mut dyn Engine,
        job: &Job,
        options: &Options,
        interrupt: &AtomicBool,
        progress: impl FnMut(&Band) + Send,
    ) -> Result<()> {
        match &mut self.to {
            To::Apng { file, writer, indices, frames } => {
                let frame = picture::draw(engine, job, *indices, options, interrupt, progress)?;
                let mut write = || {
                    let writer = match writer {
                        Some(writer) => writer,
                        None => {
                            let header = Header {
                                width: frame.width,
                                height: frame.height,
                                format: frame.format,
                                colors: &frame.colors,
                                texts: &options.texts,
                            };
                            let how = (*frames, self.fps);
                            let file = file.handle()?;
                            let compression = options.compression;
                            writer.insert(ApngWriter::start(file, &header, how, compression)?)
                        }
                    };
                    writer.write(&frame.pixels)
                };
                write().map_err(|source| file.error(source))
            }
            To::Gif { file, writer } => {
                let frame = picture::draw(engine, job, true, options, interrupt, progress)?;
                writer.write(&frame).map_err(|source| file.error(source))
            }
            To::Numbered(before, digits, behind, format) => {
                let file = WholeFile::create(&numbered(before, number, *digits, behind))?;
                let to = Destination { file, format: *format, preview: None };
                picture::write_file(engine, job, to, options, interrupt, progress).map(drop)
            }
            To::Raw { file, writer } => {
                let frame = picture::draw(engine, job, false, options, interrupt, progress)?;
                writer.write_all(&frame.pixels).map_err(|source| file.error(source))
            }
        }
    }

    /// Puts the animation in its place.
    pub fn finish(self) -> Result<()> {
        let (file, finished) = match self.to {
            To::Apng { file, writer, .. } => (file, writer.map_or(Ok(()), ApngWriter::finish)),
            To::Gif { file, writer } => (file, writer.finish()),
            To::Numbered(..) => return Ok(()),
            To::Raw { file, .. } => (file, Ok(())),
        };
        finished.map_err(|source| file.error(source))?;
        file.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let of = |text: &str| {
            let (before, digits, behind) = pattern(Path::new(text))?;
            Some(numbered(&before, 7, digits, &behind).to_string_lossy().into_owned())
        };
        assert_eq!(of("a/f-%04d.png").as_deref(), Some("a/f-0007.png"));
        assert_eq!(of("%d.png").as_deref(), Some("7.png"));
        assert_eq!(of("%2d.png").as_deref(), Some("07.png"));
        for text in ["frame.png", "50%.png", "%s.png", "%-3d.png", "%99d.png"] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
