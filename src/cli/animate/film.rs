//! Films: MP4 and WebM, as what plays everywhere. ffmpeg encodes the frames.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::ffmpeg::Ffmpeg;
use crate::cli::error::Failure;
use crate::output::atomic_file::AtomicFile;
use crate::output::rate::FrameRate;
use crate::record::{RESAMPLED, text};
use crate::tone::PixelFormat;
use crate::{Compression, Frame, Result};

/// The longest job that a film carries, in bytes: it is an argument of ffmpeg, which have up to 128 KiB on Linux.
pub const LONGEST_JOB: usize = 3 << 15;

/// What a film's file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// MP4, with H.264.
    Mp4,
    /// WebM, with VP9.
    WebM,
}

/// How a film is encoded.
#[derive(Clone, Copy, Debug)]
pub struct Encoding {
    container: Container,
    /// The constant rate factor; less is better.
    crf: u8,
    effort: Compression,
    rate: FrameRate,
}

impl Encoding {
    /// That of a file in `container` of frames at this `rate`: `crf` is its quality, if it is given, and `effort` what its size
    /// is worth in time.
    ///
    /// # Errors
    /// [`Failure`] for a factor that the codec does not have.
    pub fn new(
        container: Container,
        crf: Option<u8>,
        effort: Compression,
        rate: FrameRate,
    ) -> std::result::Result<Self, Failure> {
        let (default, most) = container.crf();
        let crf = crf.unwrap_or(default);
        if crf > most {
            let name = container.name();
            return Err(Failure::usage(format!("--crf {crf}: {name} has 1 to {most}")));
        }
        Ok(Self { container, crf, effort, rate })
    }

    /// Whether there is an ffmpeg with its encoder.
    ///
    /// # Errors
    /// [`Failure`] that says what is missing.
    pub fn check(&self, interrupt: &AtomicBool) -> std::result::Result<(), Failure> {
        Ffmpeg::check(self.container.encoder(), interrupt)
    }
}

/// What stands in a film: its job, and what its frames were resampled from.
pub fn comment(job: &str, texts: &[(&str, String)]) -> String {
    match text(texts, RESAMPLED) {
        Some(levels) => format!("{job}# {RESAMPLED}: {levels}\n"),
        None => job.to_owned(),
    }
}

impl Container {
    /// The container that the file `path` has, by its extension in capitals or not.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "mp4" => Some(Self::Mp4),
            "webm" => Some(Self::WebM),
            _ => None,
        }
    }

    /// The constant rate factor that makes frames look as they are, and the greatest that there is.
    fn crf(self) -> (u8, u8) {
        match self {
            Self::Mp4 => (18, 51),
            Self::WebM => (24, 63),
        }
    }

    /// Its name, as messages have it.
    fn name(self) -> &'static str {
        match self {
            Self::Mp4 => "an MP4",
            Self::WebM => "a WebM",
        }
    }

    /// The encoder, by ffmpeg's name.
    fn encoder(self) -> &'static str {
        match self {
            Self::Mp4 => "libx264",
            Self::WebM => "libvpx-vp9",
        }
    }

    /// What the encoder takes for its quality and its effort.
    fn quality(self, crf: u8, effort: Compression) -> Vec<String> {
        let arguments = match self {
            Self::Mp4 => {
                let preset = match effort {
                    Compression::Fast => "veryfast",
                    Compression::Balanced => "medium",
                    Compression::Small => "slower",
                };
                format!("-profile:v high -preset {preset} -crf {crf} -movflags +faststart")
            }
            Self::WebM => {
                let speed = match effort {
                    Compression::Fast => 5,
                    Compression::Balanced => 2,
                    Compression::Small => 1,
                };
                // Without a bit rate of 0 the factor would only be a limit.
                format!("-b:v 0 -crf {crf} -deadline good -cpu-used {speed} -row-mt 1")
            }
        };
        arguments.split(' ').map(str::to_owned).collect()
    }
}

/// A film that is being written.
pub struct Film {
    file: AtomicFile,
    ffmpeg: Ffmpeg,
}

impl Film {
    /// Begins a film of frames with this `size`, with a `comment` in it.
    ///
    /// # Errors
    /// [`crate::Error::Io`].
    pub fn start(
        path: &Path,
        (width, height): (u32, u32),
        encoding: Encoding,
        comment: Option<&str>,
    ) -> Result<Self> {
        let file = AtomicFile::create(path)?;
        let size = (even(width), even(height));
        let arguments = arguments(size, encoding, comment, file.path_for_child());
        let start = || Ffmpeg::start(&arguments, file.handle()?);
        let ffmpeg = start().map_err(|source| file.error(source))?;
        Ok(Self { file, ffmpeg })
    }

    /// Adds a frame.
    ///
    /// # Errors
    /// [`crate::Error::Io`] with ffmpeg's own words, and [`crate::Error::Interrupted`].
    pub fn write(&mut self, frame: &Frame, interrupt: &AtomicBool) -> Result<()> {
        let Self { file, ffmpeg } = self;
        ffmpeg.write(interrupt, |pixels| to_even_rgb(frame, pixels), |source| file.error(source))
    }

    /// Puts the film in its place.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn finish(self, interrupt: &AtomicBool) -> Result<()> {
        let Self { file, ffmpeg } = self;
        ffmpeg.finish(interrupt, |source| file.error(source))?;
        let written = file.handle().and_then(|file| file.metadata());
        let written = written.map_err(|source| file.error(source))?;
        if written.is_file() && written.len() == 0 {
            return Err(file.error(io::Error::other("ffmpeg has written nothing")));
        }
        file.finish()
    }
}

/// The next even number: half of the samples of a side are for colour.
fn even(side: u32) -> u32 {
    side.next_multiple_of(2)
}

/// ffmpeg's arguments.
fn arguments(
    (width, height): (u32, u32),
    encoding: Encoding,
    comment: Option<&str>,
    output: &Path,
) -> Vec<OsString> {
    let Encoding { container, crf, effort, rate } = encoding;
    let mut arguments: Vec<OsString> = Vec::new();
    let mut add = |text: &str| arguments.extend(text.split(' ').map(OsString::from));
    add("-hide_banner -loglevel error -nostdin -y");
    add("-f rawvideo -pixel_format rgb24");
    add(&format!("-video_size {width}x{height} -framerate {rate} -i pipe:0"));
    // sRGB has the primaries of BT.709, and the matrix of BT.709 makes luma and colour of it. Its own transfer function is
    // stated, so that who reads the tags sees the colours of the frames. Colour samples lie at every second column, between the rows.
    add(
        "-vf scale=in_range=full:out_range=tv:out_color_matrix=bt709:out_h_chr_pos=0:out_v_chr_pos=128\
         :flags=bilinear+accurate_rnd+full_chroma_inp+full_chroma_int,format=yuv420p,\
         setparams=range=tv:color_primaries=bt709:color_trc=iec61966-2-1:colorspace=bt709",
    );
    add("-color_range tv -color_primaries bt709 -color_trc iec61966-2-1 -colorspace bt709");
    add("-chroma_sample_location left");
    add(&format!("-c:v {}", container.encoder()));
    arguments.extend(container.quality(crf, effort).into_iter().map(OsString::from));
    match comment {
        Some(comment) => {
            arguments.extend(["-metadata".into(), format!("comment={comment}").into()])
        }
        // Nor the version of what has written it.
        None => arguments.extend(["-fflags", "+bitexact", "-flags:v", "+bitexact"].map(Into::into)),
    }
    let format = match container {
        Container::Mp4 => "mp4",
        Container::WebM => "webm",
    };
    // A name is not taken for an address, whatever is in it.
    let mut file = OsString::from("file:");
    file.push(output);
    arguments.extend([OsStr::new("-f").into(), format.into(), file]);
    arguments
}

/// A frame's pixels in red, green and blue, with even sides: a last column or row that is missing is that before it.
fn to_even_rgb(frame: &Frame, pixels: &mut Vec<u8>) {
    let [columns, rows] = [frame.width, frame.height].map(|side| side as usize);
    let row_bytes = columns * frame.format.bytes();
    for row in frame.pixels.chunks_exact(row_bytes.max(1)).take(rows) {
        let start = pixels.len();
        match frame.format {
            PixelFormat::Gray8 => pixels.extend(row.iter().flat_map(|&gray| [gray; 3])),
            PixelFormat::Indexed8 => {
                let color = |&index: &u8| frame.colors.get(usize::from(index));
                pixels.extend(row.iter().filter_map(color).flat_map(|color| color.0));
            }
            PixelFormat::Rgb8 => pixels.extend_from_slice(row),
            // Of each value the high byte, which comes first.
            PixelFormat::Gray16 => {
                pixels.extend(row.chunks_exact(2).flat_map(|gray| [gray[0]; 3]));
            }
            PixelFormat::Rgb16 => pixels.extend(row.iter().step_by(2)),
            // A film of these is refused before there is one.
            PixelFormat::Rgba8 | PixelFormat::Rgba16 => {
                let step = frame.format.bytes() / 4;
                let colors = row.chunks_exact(4 * step);
                pixels.extend(colors.flat_map(|color| color.iter().step_by(step).take(3)));
            }
        }
        if columns % 2 == 1 {
            pixels.extend_from_within(pixels.len() - 3..);
        }
        debug_assert_eq!(pixels.len() - start, 3 * even(frame.width) as usize);
    }
    if rows % 2 == 1 {
        pixels.extend_from_within(pixels.len() - 3 * even(frame.width) as usize..);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tone::Color;

    #[test]
    fn a_film_by_its_name() {
        for (name, container) in [
            ("film.mp4", Some(Container::Mp4)),
            ("a.b/FILM.WebM", Some(Container::WebM)),
            ("film.mkv", None),
            ("mp4", None),
            (".mp4", None),
        ] {
            assert_eq!(Container::of(Path::new(name)), container, "{name}");
        }
    }

    #[test]
    fn odd_sides_repeat_their_last_pixels() {
        let frame = |width, height, format, pixels: &[u8]| Frame {
            width,
            height,
            format,
            colors: vec![Color::opaque([1, 2, 3]), Color::opaque([4, 5, 6])],
            pixels: pixels.to_vec(),
        };
        let rgb = |frame: Frame| {
            let mut pixels = Vec::new();
            to_even_rgb(&frame, &mut pixels);
            pixels
        };
        let gray = |grays: &[u8]| grays.iter().flat_map(|&gray| [gray; 3]).collect::<Vec<u8>>();
        let odd = rgb(frame(3, 1, PixelFormat::Gray8, &[7, 8, 9]));
        assert_eq!(odd, gray(&[7, 8, 9, 9, 7, 8, 9, 9]));
        assert_eq!(rgb(frame(1, 1, PixelFormat::Rgb8, &[7, 8, 9])), [7, 8, 9].repeat(4));
        assert_eq!(rgb(frame(2, 2, PixelFormat::Gray8, &[1, 2, 3, 4])), gray(&[1, 2, 3, 4]));
        let indices = rgb(frame(2, 1, PixelFormat::Indexed8, &[1, 0]));
        assert_eq!(indices, [4, 5, 6, 1, 2, 3].repeat(2));
        assert_eq!(rgb(frame(2, 1, PixelFormat::Gray16, &[1, 0, 2, 255])), gray(&[1, 2, 1, 2]));
    }
}
