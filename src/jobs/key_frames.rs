//! Key frames: what an animation shows in some of its frames. Those between follow from them.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::easing::Easing;
use crate::constant::Constant;
use crate::error::{Error, Result};
use crate::hexfloat;
use crate::input;
use crate::number::Number;
use crate::parameter::Parameter;

/// The longest file of key frames, in bytes: room for some centers of very many digits.
const LONGEST_FILE: usize = 1 << 24;

/// What a line's fields can be.
const FIELDS: &str =
    "center=RE,IM, width=W, rotate=DEGREES, c=RE,IM, itermax=N, palette-offset=X or easing=NAME";

/// What an animation shows in one of its frames. What is not given follows from the key frames before and after it
/// that give it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct KeyFrame {
    /// The frame's number, from 0.
    pub frame: u32,
    /// The middle of the view.
    pub center: Option<[Number; 2]>,
    /// The width of the view, over 0.
    pub width: Option<Number>,
    /// By how many degrees the view is turned about its center, counterclockwise.
    pub rotate: Option<Number>,
    /// The constant of the map.
    pub c: Option<Constant>,
    /// The most iterations.
    pub itermax: Option<u32>,
    /// By what share of its length the palette is turned; finite.
    pub palette_offset: Option<f64>,
    /// How what this key frame gives moves on to the next ones that give it; without it, as the animation's.
    pub easing: Option<Easing>,
}

/// Key frames, one or more, with rising numbers.
///
/// As text they are lines, or have semicolons between them: the frame's number, and its fields with spaces between. What comes
/// after a `#` is skipped to the end of the line. Between key frames
///
/// - the width changes by the same factor in each frame,
/// - the center moves so that the zoom goes to a point that stays in its place: at the width w it has done the share
///   (a - w) / (a - b) of its way from a view that is a wide to one that is b wide; and evenly between views of the same width,
/// - c goes on a straight line, rounded to the nearest `f64` if both ends are such numbers, or else to the nearest multiple of
///   2^-B, where B is the larger one of the two that the ends are rounded to,
/// - the view turns evenly, by as many degrees as there are between the two: from 0 to 720 twice,
/// - itermax goes evenly, rounded to the nearest whole number, and the palette's offset evenly.
///
/// ```
/// use juliaset::KeyFrames;
///
/// let text = "0 center=0,1 width=4 # all of it\n250 width=1e-30 itermax=2000; 300 c=0,1.001";
/// let keys: KeyFrames = text.parse()?;
/// assert_eq!(keys.all().len(), 3);
/// assert_eq!(keys.last_frame(), 300);
/// # Ok::<(), juliaset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct KeyFrames(Vec<KeyFrame>);

impl KeyFrame {
    /// The key frame with this number, which gives nothing yet.
    pub fn new(frame: u32) -> Self {
        Self { frame, ..Self::default() }
    }

    /// Whether it says what the view is.
    pub(super) fn has_view(&self) -> bool {
        self.center.is_some() || self.width.is_some()
    }

    /// The key frame in a line without a comment; `frame_at` is the number of the frame at so many seconds.
    fn parse(
        line: &str,
        frame_at: &dyn Fn(f64) -> Option<u32>,
    ) -> std::result::Result<Self, String> {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        let frame = match first.strip_suffix('s') {
            Some(seconds) => decimal(seconds).and_then(frame_at),
            None => whole(first),
        };
        let frame = frame.filter(|&frame| frame < KeyFrames::MOST_FRAMES);
        let mut key = Self::new(frame.ok_or_else(|| {
            let most = KeyFrames::MOST_FRAMES - 1;
            format!(
                "{}: must be a frame's number up to {most}, or its time as in 12.5s, before its fields",
                shown(first)
            )
        })?);
        for word in words {
            let wrong = |expected: &str| format!("{}: {expected}", shown(word));
            let (name, value) =
                word.split_once('=').ok_or_else(|| wrong(&format!("must be {FIELDS}")))?;
            let is_new = match name {
                "center" => key.center.replace(point(value).ok_or_else(|| wrong(POINT))?).is_none(),
                "width" => {
                    let width: Option<Number> = value.parse().ok();
                    let width = width.filter(Number::is_positive);
                    key.width
                        .replace(width.ok_or_else(|| wrong("must be a number over 0"))?)
                        .is_none()
                }
                "rotate" => {
                    let degrees = value.parse().ok();
                    let degrees = degrees.ok_or_else(|| wrong("must be a number of degrees"))?;
                    key.rotate.replace(degrees).is_none()
                }
                "c" => {
                    let [re, im] = point(value).ok_or_else(|| wrong(POINT))?;
                    let c = Constant::new(&re, &im).map_err(|error| wrong(&error.to_string()))?;
                    key.c.replace(c).is_none()
                }
                "itermax" => {
                    let itermax = whole(value).filter(|&itermax| itermax > 0);
                    let expected = "must be a whole number from 1 to 4294967295";
                    key.itermax.replace(itermax.ok_or_else(|| wrong(expected))?).is_none()
                }
                "palette-offset" => {
                    let offset = value.parse().ok().or_else(|| hexfloat::parse(value));
                    let offset = offset.filter(|offset: &f64| offset.is_finite());
                    let offset = offset.ok_or_else(|| wrong("must be a finite number"))?;
                    key.palette_offset.replace(offset).is_none()
                }
                "easing" => {
                    let easing = value.parse();
                    let expected =
                        || wrong(&format!("must be one of {}", Easing::NAMES.join(", ")));
                    key.easing.replace(easing.map_err(|_| expected())?).is_none()
                }
                _ => return Err(wrong(&format!("must be {FIELDS}"))),
            };
            if !is_new {
                return Err(wrong("has been given already in this line"));
            }
        }
        Ok(key)
    }
}

/// What a point must be.
const POINT: &str = "must be RE,IM: two numbers";

/// The beginning of a text: it may be long.
fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let shown: String = text.chars().take(MOST).collect();
    let dots = if shown.len() < text.len() { "..." } else { "" };
    format!("{shown}{dots}")
}

fn whole(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn decimal(text: &str) -> Option<f64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    digits.then(|| text.parse().ok()).flatten()
}

fn point(text: &str) -> Option<[Number; 2]> {
    let (re, im) = text.split_once(',')?;
    Some([re.parse().ok()?, im.parse().ok()?])
}

impl KeyFrames {
    /// The most key frames.
    pub const MOST: usize = 10_000;

    /// The number that all frames of key frames are below.
    pub const MOST_FRAMES: u32 = 1_000_000;

    /// These key frames.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is none, or more than [`MOST`](Self::MOST), the numbers do not rise, or one is not below
    /// [`MOST_FRAMES`](Self::MOST_FRAMES), or a number is not what its field asks for.
    pub fn new(keys: Vec<KeyFrame>) -> Result<Self> {
        let wrong = |value: String, expected: &'static str| {
            Err(Error::invalid(Parameter::KeyFrames, value, expected))
        };
        if keys.is_empty() || keys.len() > Self::MOST {
            return wrong(keys.len().to_string(), "must be from 1 to 10000");
        }
        if let Some(pair) = keys.windows(2).find(|pair| pair[0].frame >= pair[1].frame) {
            return wrong(pair[1].frame.to_string(), "must be later than the frame before");
        }
        for key in &keys {
            let is_right = key.frame < Self::MOST_FRAMES
                && key.width.as_ref().is_none_or(Number::is_positive)
                && key.itermax != Some(0)
                && key.palette_offset.is_none_or(f64::is_finite);
            if !is_right {
                return wrong(
                    key.frame.to_string(),
                    "must be below 1000000, with numbers that its fields allow",
                );
            }
        }
        Ok(Self(keys))
    }

    /// Those in a text; `frame_at` is the number of the frame at so many seconds. An error has the number of its line.
    fn parse(
        text: &str,
        frame_at: &dyn Fn(f64) -> Option<u32>,
    ) -> std::result::Result<Self, (usize, String)> {
        let mut keys: Vec<KeyFrame> = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.split('#').next().unwrap_or_default();
            for line in line.split(';').map(str::trim).filter(|line| !line.is_empty()) {
                let key = KeyFrame::parse(line, frame_at).map_err(|problem| (number, problem))?;
                if let Some(before) = keys.last().filter(|before| before.frame >= key.frame) {
                    let (frame, before) = (key.frame, before.frame);
                    let problem =
                        format!("frame {frame}: must be later than the one before, {before}");
                    return Err((number, problem));
                }
                if keys.len() == Self::MOST {
                    return Err((
                        number,
                        format!("there can be {} key frames at most", Self::MOST),
                    ));
                }
                keys.push(key);
            }
        }
        if keys.is_empty() {
            return Err((text.lines().count().max(1), "there is no key frame".to_owned()));
        }
        Ok(Self(keys))
    }

    /// Those in a file; `frame_at` is the number of the frame at so many seconds, for lines that begin with a time, as in
    /// `12.5s width=1`.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::NotAPicture`] for a file of more than 16 MiB; [`Error::Line`] for a line that is wrong.
    pub fn read(path: &Path, frame_at: impl Fn(f64) -> Option<u32>) -> Result<Self> {
        let text = input::text(path, LONGEST_FILE)?;
        Self::parse(&text, &frame_at).map_err(|(line, expected)| Error::Line {
            path: path.to_path_buf(),
            line,
            expected,
        })
    }

    /// All of them, in their order.
    pub fn all(&self) -> &[KeyFrame] {
        &self.0
    }

    /// The number of the last one's frame.
    pub fn last_frame(&self) -> u32 {
        self.0.last().map_or(0, |key| key.frame)
    }
}

impl FromStr for KeyFrames {
    type Err = Error;

    /// # Errors
    /// [`Error::Invalid`] for a text that is none, with what is wrong.
    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text, &|_| None)
            .map_err(|(_, problem)| Error::invalid(Parameter::KeyFrames, shown(text), problem))
    }
}

impl fmt::Display for KeyFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.frame)?;
        if let Some([re, im]) = &self.center {
            write!(f, " center={re},{im}")?;
        }
        if let Some(width) = &self.width {
            write!(f, " width={width}")?;
        }
        if let Some(degrees) = &self.rotate {
            write!(f, " rotate={degrees}")?;
        }
        if let Some(c) = &self.c {
            let [re, im] = c.parts();
            write!(f, " c={re},{im}")?;
        }
        if let Some(itermax) = self.itermax {
            write!(f, " itermax={itermax}")?;
        }
        if let Some(offset) = self.palette_offset {
            write!(f, " palette-offset={}", hexfloat::format(offset))?;
        }
        self.easing.map_or(Ok(()), |easing| write!(f, " easing={easing}"))
    }
}

impl fmt::Display for KeyFrames {
    /// In one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, key) in self.0.iter().enumerate() {
            write!(f, "{}{key}", if k == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        let text = "0 center=0,1 width=4 rotate=-1/3 c=-0.8,0.156 itermax=80 palette-offset=0x1p-2 easing=ease-in\n\
                    # a comment\n\n 250  width=1e-300 # there\n251; 300 c=1/3,0.1234567890123456789";
        let keys: KeyFrames = text.parse().unwrap();
        assert_eq!(keys.all().len(), 4);
        assert_eq!(keys.to_string().parse::<KeyFrames>().unwrap(), keys);
        assert!(!keys.to_string().contains('\n'), "{keys}");
        assert_eq!(KeyFrames::new(keys.all().to_vec()).unwrap(), keys);
    }

    #[test]
    fn a_wrong_line_is_named() {
        let path = tempfile::NamedTempFile::new().unwrap();
        for (text, problem) in [
            ("", "line 1: there is no key frame"),
            ("# nothing\n", "line 1: there is no key frame"),
            (
                "0 width=1\nx width=2",
                "line 2: x: must be a frame's number up to 999999, or its time as in 12.5s, before its fields",
            ),
            ("-1 width=1", "line 1: -1: must be"),
            ("1000000 width=1", "line 1: 1000000: must be"),
            ("99s width=1", "line 1: 99s: must be"),
            ("nans width=1", "line 1: nans: must be"),
            ("1 width=1\n\n1 width=2", "line 3: frame 1: must be later than the one before, 1"),
            ("1 width=0", "line 1: width=0: must be a number over 0"),
            ("1 width=-1e9", "line 1: width=-1e9: must be a number over 0"),
            ("1 center=1", "line 1: center=1: must be RE,IM: two numbers"),
            ("1 rotate=right", "line 1: rotate=right: must be a number of degrees"),
            ("1 rotate=inf", "line 1: rotate=inf: must be a number of degrees"),
            ("1 c=1,inf", "line 1: c=1,inf: must be RE,IM: two numbers"),
            ("1 c=1e400,0", "line 1: c=1e400,0: c_0.re 1e400: must be"),
            ("1 itermax=0", "line 1: itermax=0: must be a whole number from 1"),
            ("1 palette-offset=nan", "line 1: palette-offset=nan: must be a finite number"),
            (
                "1 easing=quick",
                "line 1: easing=quick: must be one of linear, ease-in, ease-out, ease-in-out",
            ),
            ("1 zoom=3", "line 1: zoom=3: must be center=RE,IM, width=W,"),
            ("1 width", "line 1: width: must be center=RE,IM, width=W,"),
            ("1 width=1 width=2", "line 1: width=2: has been given already in this line"),
        ] {
            std::fs::write(path.path(), text).unwrap();
            let at = |seconds: f64| (seconds < 50.0).then_some(3);
            let error = KeyFrames::read(path.path(), at).unwrap_err().to_string();
            let (_, error) = error.split_once(", ").unwrap();
            assert!(error.starts_with(problem), "{error}");
        }
        std::fs::write(path.path(), "1 c=0,0\n12.5s c=1,1").unwrap();
        let keys = KeyFrames::read(path.path(), |seconds| Some((seconds * 4.0) as u32)).unwrap();
        assert_eq!(keys.last_frame(), 50);
        let many: String = (0..10_001).map(|k| format!("{k}\n")).collect();
        let error = many.parse::<KeyFrames>().unwrap_err().to_string();
        assert!(error.ends_with("there can be 10000 key frames at most"), "{error}");
        assert!(KeyFrames::new(vec![KeyFrame::new(3), KeyFrame::new(3)]).is_err());
        assert!(KeyFrames::new(Vec::new()).is_err());
    }
}
