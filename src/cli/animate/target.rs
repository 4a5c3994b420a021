//! Where an animation's frames go.

use std::fs;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use indicatif::DecimalBytes;

use super::film;
use super::film::{Container, Encoding, Film};
use super::pattern::{Name, Pattern};
use super::source::Source;
use crate::band::Band;
use crate::cli::console::Messages;
use crate::cli::error::Failure;
use crate::engine::Engine;
use crate::output::apng::ApngWriter;
use crate::output::atomic_file::AtomicFile;
use crate::output::gif;
use crate::output::gif::GifWriter;
use crate::output::png::{Header, PixelFormat};
use crate::output::rate::FrameRate;
use crate::picture;
use crate::picture::{Destination, Options};
use crate::record::{JOB, LONGEST, Texts};
use crate::tone::ColorMapper;
use crate::{Depth, Error, Format, Frame, Job, Result};

/// Where frames go.
pub struct Target {
    kind: Kind,
    rate: FrameRate,
    size: (u32, u32),
}

enum Kind {
    Apng(PathBuf),
    Gif(PathBuf),
    /// An MP4 or a WebM.
    Film(PathBuf, Encoding),
    /// A file for each frame.
    Numbered(Pattern, Format),
    /// Raw frames on standard output.
    Raw,
}

impl Target {
    /// The target that `path` names, if it can have frames like the picture of `job`.
    pub fn new(
        path: &Path,
        job: &Job,
        options: &Options,
        rate: FrameRate,
        crf: Option<u8>,
    ) -> std::result::Result<Self, Failure> {
        let refused =
            |problem: &str| Err(Failure::usage(format!("--output {}: {problem}", path.display())));
        let size = (job.grid.width(), job.grid.height());
        let kind = if path == Path::new("-") {
            if io::stdout().is_terminal() {
                return refused("standard output is a terminal; redirect it");
            }
            Kind::Raw
        } else {
            match Name::parse(path) {
                Err(problem) => return refused(&problem),
                Ok(Name::Numbered(pattern)) => {
                    let format = picture::format(path, job, options)?;
                    Kind::Numbered(pattern, format)
                }
                Ok(Name::One(file)) if let Some(container) = Container::of(&file) => {
                    if options.depth == Depth::Sixteen {
                        return refused("a film has 8 bits, not 16; take .png");
                    }
                    if !options.tone.is_opaque() {
                        return refused("a film has no transparency; take .png or .apng");
                    }
                    let encoding = Encoding::new(container, crf, options.compression, rate)?;
                    Kind::Film(file, encoding)
                }
                Ok(Name::One(file)) => {
                    let extension = file.extension().unwrap_or_default().to_string_lossy();
                    match extension.to_ascii_lowercase().as_str() {
                        "png" | "apng" => Kind::Apng(file),
                        "gif" if size.0.max(size.1) > gif::MAX_SIDE => {
                            return refused("a GIF has at most 65535 pixels a side; take .png");
                        }
                        "gif" if options.depth == Depth::Sixteen => {
                            return refused("a GIF has 8 bits, not 16; take .png");
                        }
                        "gif" if !options.tone.is_opaque() => {
                            return refused(
                                "a GIF has no partial transparency; take .png or .apng",
                            );
                        }
                        "gif" if rate.is_over(gif::MAX_RATE) => {
                            let most = gif::MAX_RATE;
                            return Err(Failure::usage(format!(
                                "--fps {rate}: a GIF has at most {most} frames a second; take .png or \
                                 .apng, or raw frames"
                            )));
                        }
                        "gif" => Kind::Gif(file),
                        _ => {
                            return refused(
                                "must end with .png, .apng, .gif, .mp4 or .webm, have a number as in \
                                 frame-%04d.png, or be -",
                            );
                        }
                    }
                }
            }
        };
        Ok(Self { kind, rate, size })
    }

    /// Finds out, before anything is rendered, whether there is what it takes to write it.
    pub fn check(&self, interrupt: &AtomicBool) -> std::result::Result<(), Failure> {
        let Kind::Film(path, encoding) = &self.kind else { return Ok(()) };
        encoding.check(interrupt).map_err(|failure| failure.within(path))
    }

    /// How many pixels a frame's engine computes.
    pub fn pixels_to_compute(&self, job: &Job, options: &Options) -> Result<u64> {
        picture::pixels_to_compute(job, options, self.format())
    }

    /// The format of a frame that has a file, and PNG of others.
    pub fn format(&self) -> Format {
        match self.kind {
            Kind::Numbered(_, format) => format,
            _ => Format::Png,
        }
    }

    /// Whether ffmpeg makes it.
    pub fn is_film(&self) -> bool {
        matches!(self.kind, Kind::Film(..))
    }

    /// How long making a frame's part of the file takes, where that is not about what a PNG takes: a GIF's colours are chosen.
    pub fn time_to_encode(&self, frame: &Frame) -> io::Result<Duration> {
        let begun = Instant::now();
        if self.is_gif() {
            GifWriter::start(io::sink(), frame, self.rate)?.write(frame)?;
        }
        Ok(begun.elapsed())
    }

    pub fn is_gif(&self) -> bool {
        matches!(self.kind, Kind::Gif(_))
    }

    /// The bytes of a raw frame, if they are raw.
    pub fn raw_bytes(&self, job: &Job, options: &Options) -> Result<Option<u64>> {
        let Kind::Raw = self.kind else { return Ok(None) };
        let mapper = ColorMapper::new(&options.tone, &job.julia, options.depth, None)?;
        let bytes = mapper.without_indices().format().bytes();
        Ok(Some(job.grid.pixels() * bytes as u64))
    }

    /// The name of what is written.
    pub fn name(&self, frames: &Range<u32>) -> String {
        match &self.kind {
            Kind::Apng(path) | Kind::Gif(path) | Kind::Film(path, _) => path.display().to_string(),
            Kind::Numbered(pattern, _) => {
                let ends = [frames.start, frames.end.saturating_sub(1)];
                let [first, last] = ends.map(|number| pattern.file(number));
                format!("{} to {}", first.display(), last.display())
            }
            Kind::Raw => "standard output".to_owned(),
        }
    }

    /// The file of a frame, and its format, if each has one.
    pub fn file(&self, number: u32) -> Option<(PathBuf, Format)> {
        match &self.kind {
            Kind::Numbered(pattern, format) => Some((pattern.file(number), *format)),
            _ => None,
        }
    }

    /// How raw frames are to be read.
    pub fn how_to_read(&self, job: &Job, options: &Options) -> Result<Option<String>> {
        let Kind::Raw = self.kind else { return Ok(None) };
        let mapper = ColorMapper::new(&options.tone, &job.julia, options.depth, None)?;
        let pixels = match mapper.without_indices().format() {
            PixelFormat::Gray8 => "gray",
            PixelFormat::Gray16 => "gray16be",
            PixelFormat::Rgb16 => "rgb48be",
            PixelFormat::Rgba8 => "rgba",
            PixelFormat::Rgba16 => "rgba64be",
            PixelFormat::Rgb8 | PixelFormat::Indexed8 => "rgb24",
        };
        let ((width, height), rate) = (self.size, self.rate);
        Ok(Some(format!(
            "raw frames: ffmpeg -f rawvideo -pixel_format {pixels} -video_size {width}x{height} \
             -framerate {rate} -i -"
        )))
    }

    /// The most bytes of the animation's job that its file has room for, if it is in it.
    pub fn longest_job(&self) -> Option<usize> {
        match self.kind {
            Kind::Apng(_) => Some(LONGEST),
            Kind::Film(..) => Some(film::LONGEST_JOB),
            Kind::Gif(_) | Kind::Numbered(..) | Kind::Raw => None,
        }
    }

    /// Begins to write `frames` frames, of an animation with this job; each may have its `own_itermax`.
    pub fn start(
        &self,
        frames: u32,
        options: &Options,
        own_itermax: bool,
        job: String,
    ) -> Result<Writer> {
        let to = match &self.kind {
            Kind::Apng(path) => {
                // A palette that is the same for all frames.
                let indices = !ColorMapper::needs_histogram(&options.tone) && !own_itermax;
                To::Apng { file: AtomicFile::create(path)?, writer: None, indices, frames, job }
            }
            Kind::Gif(path) => To::Gif { file: AtomicFile::create(path)?, writer: None },
            Kind::Film(path, encoding) => {
                let comment =
                    (!options.without_metadata).then(|| film::comment(&job, &options.texts));
                To::Film(Film::start(path, self.size, *encoding, comment.as_deref())?)
            }
            Kind::Numbered(pattern, format) => To::Numbered(pattern.clone(), *format),
            Kind::Raw => {
                let file = AtomicFile::standard_output()?;
                let writer = file.handle().map_err(|source| file.error(source))?;
                To::Raw { file, writer }
            }
        };
        Ok(Writer { to, rate: self.rate })
    }

    /// Says what was made, and how long it took.
    pub fn tell(&self, frames: &Range<u32>, took: Duration, messages: Messages) {
        let size = |path: &Path| {
            let file = fs::metadata(path).ok().filter(fs::Metadata::is_file);
            file.map(|file| format!(", {}", DecimalBytes(file.len()))).unwrap_or_default()
        };
        let (name, size) = match &self.kind {
            Kind::Apng(path) | Kind::Gif(path) | Kind::Film(path, _) => {
                (self.name(frames), size(path))
            }
            Kind::Numbered(..) | Kind::Raw => (self.name(frames), String::new()),
        };
        let ((width, height), seconds) = (self.size, took.as_secs_f64());
        let frames = frames.len();
        let line = format!(
            "{name}: {frames} frames of {width} × {height} pixels{size}, in {seconds:.2} s"
        );
        // The reader of a pipe sees that they are there.
        if let Kind::Raw = self.kind { messages.detail(line) } else { messages.note(line) }
    }

    /// The same, but `None` if the reader of raw frames has closed the pipe.
    pub fn ignore_broken_pipe<T>(&self, done: Result<T>) -> Result<Option<T>> {
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

/// Frames that are being written.
pub struct Writer {
    to: To,
    rate: FrameRate,
}

enum To {
    Apng {
        file: AtomicFile,
        /// Once the first frame is there.
        writer: Option<ApngWriter<fs::File>>,
        indices: bool,
        frames: u32,
        /// What stands in it in place of the first frame's.
        job: String,
    },
    Gif {
        file: AtomicFile,
        /// Once the first frame is there.
        writer: Option<GifWriter<fs::File>>,
    },
    Film(Film),
    Numbered(Pattern, Format),
    Raw {
        file: AtomicFile,
        writer: fs::File,
    },
}

/// Writes a frame that is there into a file of its own.
pub fn write_frame(
    path: &Path,
    frame: &Frame,
    texts: &Texts,
    options: &Options,
    interrupt: &AtomicBool,
) -> Result<()> {
    let &Frame { width, height, format, ref colors, ref pixels } = frame;
    let header = Header { width, height, format, colors, dpi: options.dpi, texts };
    picture::write_pixels(path, &header, (options.compression, false), interrupt, |window, part| {
        let row = width as usize * format.bytes();
        let [start, length] = [window.col, window.width].map(|side| side as usize * format.bytes());
        let columns = start..start + length;
        part.clear();
        for row in pixels.chunks_exact(row).skip(window.row as usize).take(window.height as usize) {
            part.extend_from_slice(&row[columns.clone()]);
        }
        Ok(())
    })
}

impl Writer {
    /// Renders a frame, and writes it.
    pub fn write(
        &mut self,
        (number, source): (u32, &mut Source),
        engine: &mut dyn Engine,
        job: &Job,
        options: &Options,
        interrupt: &AtomicBool,
        progress: impl FnMut(&Band) + Send,
    ) -> Result<()> {
        match &mut self.to {
            To::Apng { file, writer, indices, frames, job: whole } => {
                let what = (job, *indices);
                let frame = source.draw(number, engine, what, options, interrupt, progress)?;
                let mut write = || {
                    let writer = match writer {
                        Some(writer) => writer,
                        None => {
                            let mut texts = picture::texts(engine, job, options);
                            let of_frame = texts.iter_mut().find(|(keyword, _)| *keyword == JOB);
                            of_frame.into_iter().for_each(|(_, text)| text.clone_from(whole));
                            let header = Header {
                                width: frame.width,
                                height: frame.height,
                                format: frame.format,
                                colors: &frame.colors,
                                dpi: options.dpi,
                                texts: &texts,
                            };
                            let how = (*frames, self.rate);
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
                let what = (job, true);
                let frame = source.draw(number, engine, what, options, interrupt, progress)?;
                let mut write = || {
                    let writer = match writer {
                        Some(writer) => writer,
                        None => writer.insert(GifWriter::start(file.handle()?, &frame, self.rate)?),
                    };
                    writer.write(&frame)
                };
                write().map_err(|source| file.error(source))
            }
            To::Film(film) => {
                let what = (job, false);
                let frame = source.draw(number, engine, what, options, interrupt, progress)?;
                film.write(&frame, interrupt)
            }
            To::Numbered(pattern, format) => {
                let path = pattern.file(number);
                if let Source::Computed = source {
                    let file = AtomicFile::create(&path)?;
                    let to = Destination { file, format: *format, preview: None };
                    return picture::write_file(engine, job, to, options, interrupt, progress)
                        .map(drop);
                }
                let what = (job, false);
                let frame = source.draw(number, engine, what, options, interrupt, progress)?;
                let texts = picture::texts(engine, job, options);
                write_frame(&path, &frame, &texts, options, interrupt)
            }
            To::Raw { file, writer } => {
                let what = (job, false);
                let frame = source.draw(number, engine, what, options, interrupt, progress)?;
                writer.write_all(&frame.pixels).map_err(|source| file.error(source))
            }
        }
    }

    /// Puts the animation in its place.
    pub fn finish(self, interrupt: &AtomicBool) -> Result<()> {
        let (file, finished) = match self.to {
            To::Apng { file, writer, .. } => (file, writer.map_or(Ok(()), ApngWriter::finish)),
            To::Gif { file, writer } => (file, writer.map_or(Ok(()), GifWriter::finish)),
            To::Film(film) => return film.finish(interrupt),
            To::Numbered(..) => return Ok(()),
            To::Raw { file, .. } => (file, Ok(())),
        };
        finished.map_err(|source| file.error(source))?;
        file.finish()
    }
}
