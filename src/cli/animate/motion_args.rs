//! The options for what changes from frame to frame.

use std::ops::Range;
use std::path::PathBuf;

use crate::cli::error::Failure;
use crate::cli::options::choice::by_name;
use crate::cli::options::number::{finite, number, parsed, positive, whole};
use crate::cli::options::view::{Point, point};
use crate::hexfloat;
use crate::jobs::animation::read_points;
use crate::output::rate::FrameRate;
use crate::{Animation, Complex64, Easing, Job, KeyFrames, Motion, Number, Zoom};

/// The keys that the job of an animation has besides those of a picture.
pub const KEYS: [&str; 12] = [
    "frames",
    "only",
    "line",
    "circle",
    "through",
    "zoom",
    "about",
    "keys",
    "easing",
    "palette-turns",
    "resample",
    "fps",
];

/// What changes, and how fast: what the job of `animation` has besides that of its picture.
pub fn record(animation: &Animation, only: &Range<u32>, resample: bool, rate: FrameRate) -> String {
    let number = hexfloat::format;
    let point = |z: Complex64| format!("{},{}", number(z.re), number(z.im));
    let mut text = format!("frames = {}\n", animation.frames);
    if *only != (0..animation.frames) {
        text += &format!("only = \"{}..{}\"\n", only.start, only.end);
    }
    let mut line = |key: &str, value: String, plain: String| {
        text += &format!("{key} = \"{value}\" # {plain}\n");
    };
    match &animation.motion {
        Motion::Rest => {}
        &Motion::Line(end) => line("line", point(end), format!("{},{}", end.re, end.im)),
        &Motion::Circle(radius) => line("circle", number(radius), radius.to_string()),
        Motion::Points(points) => {
            let all: Vec<_> = points.iter().map(|&z| point(z)).collect();
            line("through", all.join(" "), format!("{} points", points.len()));
        }
    }
    if let Some(Zoom { factor, about }) = &animation.zoom {
        line("zoom", factor.to_string(), "times".to_owned());
        if let Some([re, im]) = about {
            line("about", format!("{re},{im}"), "stays in its place".to_owned());
        }
    }
    if let Some(keys) = &animation.key_frames {
        text += &format!("keys = \"{keys}\"\n");
    }
    if animation.easing != Easing::default() {
        text += &format!("easing = \"{}\"\n", animation.easing);
    }
    let turns = animation.palette_turns;
    if turns != 0.0 {
        text += &format!("palette-turns = \"{}\" # {turns}\n", number(turns));
    }
    let resample = if resample { "resample = true\n" } else { "" };
    text + resample + &format!("fps = \"{rate}\" # frames a second\n")
}

/// A part of the frames: the first, and the one after the last.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part(Option<u32>, Option<u32>);

/// The most frames.
const MOST_FRAMES: u32 = 1_000_000;

/// The points of a path, two or more.
#[derive(Clone, Debug)]
struct Way(Vec<Complex64>);

/// How many frames a path has that does not say it itself.
const FRAMES: u32 = 100;

/// What changes from frame to frame.
#[derive(clap::Args)]
#[group(id = "motion")]
pub struct MotionArgs {
    /// How many frames there are [default: 100, or one for each point]
    #[arg(long, value_name = "N", value_parser = frames)]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    frames: Option<u32>,

    /// Make only a part of the frames, as 100..200 for those with the numbers 100 to 199
    ///
    /// The first frame has the number 0. Without a number before the dots it is from the first frame on, without one after them
    /// to the last. Each frame is the same as in the whole animation, so that several machines can share
    /// one. --frames still says how many there are in all.
    #[arg(long, value_name = "FIRST..END", value_parser = part)]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    only: Option<Part>,

    /// c moves on a straight line from --real and --imag to this number
    #[arg(long, value_name = "RE,IM", value_parser = complex, conflicts_with_all = ["circle", "points", "through", "key_frames", "keys"])]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    line: Option<Complex64>,

    /// c goes once round a circle of this radius about --real and --imag, counterclockwise
    #[arg(long, value_name = "RADIUS", value_parser = positive, conflicts_with_all = ["points", "through", "key_frames", "keys"])]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    circle: Option<f64>,

    /// c moves through the points in a file, from each to the next on a straight line
    ///
    /// One point a line: its real and its imaginary part, with a space or a comma between. What comes
    /// after a ';' or '#' is skipped.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["through", "key_frames", "keys"], help_heading = "Animation")]
    points: Option<PathBuf>,

    /// c moves through these points, from each to the next on a straight line
    #[arg(long, value_name = "RE,IM RE,IM ...", value_parser = way, help_heading = "Animation")]
    #[arg(allow_hyphen_values = true, conflicts_with_all = ["key_frames", "keys"])]
    through: Option<Way>,

    /// Everything is FACTOR times as large in the last frame as in the first
    ///
    /// Less than 1 zooms out. A view by its --center can be zoomed to any depth. With the four bounds and a factor of more than
    /// about 1e12 it becomes too narrow for 64-bit floats: pixels side by side have the same sample point, and a
    /// line on standard error says so.
    #[arg(long, value_name = "FACTOR", value_parser = parsed::<Number>, conflicts_with_all = ["key_frames", "keys"])]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    zoom: Option<Number>,

    #[arg(long = "no-zoom", id = "no_zoom", hide = true, overrides_with = "zoom")]
    _no_zoom: bool,

    /// The point that stays in its place in a zoom [default: the middle of the view]
    #[arg(long, value_name = "RE,IM", value_parser = point, requires = "zoom")]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    about: Option<Point>,

    /// What some frames show, from a file; those between follow from them
    ///
    /// A line has the number of a frame, or its time as in 12.5s, and what is given there: center=RE,IM, width=W,
    /// rotate=DEGREES, c=RE,IM, itermax=N and palette-offset=X, with spaces between; what comes after a '#' is skipped. Numbers can have any
    /// number of digits, so that views can be of any depth. The width changes by the same factor in each frame, and the
    /// center so that the zoom goes to a point that stays in its place; the others change evenly. With easing=NAME a line says
    /// how it moves on to the next ones, as --easing. What a line leaves out lies between those that give it.
    #[arg(long, value_name = "FILE", conflicts_with = "keys", help_heading = "Animation")]
    #[arg(verbatim_doc_comment)]
    key_frames: Option<PathBuf>,

    /// The same, given here: '0 width=4; 250 width=1e-30 itermax=2000'
    #[arg(long, value_name = "KEYS", value_parser = parsed::<KeyFrames>, help_heading = "Animation")]
    #[arg(allow_hyphen_values = true)]
    keys: Option<KeyFrames>,

    /// How a motion, a zoom, or the way from one key frame to the next begins and ends
    ///
    /// After the share f of its time the share of its way is f if it is linear, f² if it is ease-in, f(2 - f) if it is ease-out,
    /// and f²(3 - 2f) if it is ease-in-out.
    #[arg(long, value_name = "EASING", default_value_t = Easing::default(), help_heading = "Animation")]
    #[arg(value_parser = by_name::<Easing>(Easing::ALL.map(Easing::name)))]
    easing: Easing,

    /// Turn the palette X times, from --palette-offset on: colours cycle
    ///
    /// Evenly, and backwards if it is less than 0. The frame after the last would have all X turns, so that with a whole number the
    /// animation goes on at its beginning without a jump. Best with a cyclic palette and a colour for --interior.
    #[arg(long, value_name = "X", default_value_t = 0.0, value_parser = finite)]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    palette_turns: f64,

    /// Resample the frames of a zoom from pictures of 1, 2, 4, 8 ... times the magnification
    ///
    /// A frame is not computed but made of two pictures with twice its columns and rows: each pixel is the mean, in linear light,
    /// of 1 to 4 of the sample points in one, or of 4 to 16 in the middle, where the other is. A zoom by 2 takes the time of about four
    /// frames, however many it has. For a view by its --center and a c that does not move; --itermax auto is then the deepest
    /// view's for all frames. Each file says that it is resampled.
    #[arg(long, requires = "zoom", overrides_with = "no_resample", help_heading = "Animation")]
    pub resample: bool,

    #[arg(long = "no-resample", id = "no_resample", hide = true, overrides_with = "resample")]
    _no_resample: bool,

    /// Frames a second
    ///
    /// A whole number, or one such as 29.97 or 30000/1001. A GIF has up to 50.
    #[arg(long, value_name = "N", default_value_t = FrameRate::default(), help_heading = "Animation")]
    #[arg(value_parser = rate, allow_hyphen_values = true)]
    pub fps: FrameRate,
}

impl MotionArgs {
    /// The animation that begins with `job`.
    pub fn animation(&self, job: Job) -> Result<Animation, Failure> {
        let keys = match (&self.key_frames, &self.keys) {
            (Some(path), _) => Some(KeyFrames::read(path, |seconds| self.fps.frame_at(seconds))?),
            (None, keys) => keys.clone(),
        };
        let motion = match (self.line, self.circle, &self.points, &self.through) {
            (Some(end), ..) => Motion::Line(end),
            (_, Some(radius), ..) => Motion::Circle(radius),
            (_, _, Some(path), _) => Motion::Points(read_points(path)?),
            (.., Some(Way(points))) => Motion::Points(points.clone()),
            _ if self.zoom.is_none() && keys.is_none() && self.palette_turns == 0.0 => {
                let line = "nothing moves: give --line, --circle, --points, --through, --zoom, --key-frames or \
                            --palette-turns";
                return Err(Failure::usage(line));
            }
            _ => Motion::Rest,
        };
        let frames = self.frames.unwrap_or(match &motion {
            _ if let Some(keys) = &keys => keys.last_frame() + 1,
            Motion::Points(points) => points.len() as u32,
            _ => FRAMES,
        });
        let zoom = self.zoom.clone().map(|factor| {
            let about = self.about.clone().map(|Point(parts)| parts);
            Zoom { factor, about }
        });
        let animation = Animation::new(job, frames).motion(motion).zoom(zoom).key_frames(keys);
        Ok(animation.easing(self.easing).palette_turns(self.palette_turns))
    }

    /// Which frames of so many are made.
    pub fn only(&self, frames: u32) -> Result<Range<u32>, Failure> {
        let Some(Part(first, end)) = self.only else { return Ok(0..frames) };
        let range = first.unwrap_or(0)..end.unwrap_or(frames);
        if range.is_empty() || range.end > frames {
            let number = |end: Option<u32>| end.map(|end| end.to_string()).unwrap_or_default();
            return Err(Failure::usage(format!(
                "--only {}..{}: must be within 0..{frames}, the frames that there are; --frames says how many",
                number(first),
                number(end)
            )));
        }
        Ok(range)
    }
}

fn frames(text: &str) -> Result<u32, String> {
    if part(text).is_ok() {
        return Err(format!("must be how many there are in all; a part of them is --only {text}"));
    }
    whole(1..=MOST_FRAMES)(text)
}

fn part(text: &str) -> Result<Part, &'static str> {
    let wrong = "must be FIRST..END, as 100..200 for the frames 100 to 199";
    let number = |text: &str| match text {
        "" => Ok(None),
        text if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().map(Some).map_err(|_| wrong)
        }
        _ => Err(wrong),
    };
    let (first, end) = text.split_once("..").ok_or(wrong)?;
    Ok(Part(number(first)?, number(end)?))
}

fn way(text: &str) -> Result<Way, &'static str> {
    let points: Result<Vec<_>, _> = text.split_whitespace().map(complex).collect();
    let points = points.ok().filter(|points| points.len() > 1);
    points.map(Way).ok_or("must be RE,IM RE,IM ...: two points or more")
}

fn rate(text: &str) -> Result<FrameRate, &'static str> {
    text.parse()
}

/// Two numbers with a comma between.
fn complex(text: &str) -> Result<Complex64, &'static str> {
    let parts = text.split_once(',');
    let parts = parts.and_then(|(re, im)| Some((number(re.trim())?, number(im.trim())?)));
    parts.map(|(re, im)| Complex64::new(re, im)).ok_or("must be RE,IM: two finite numbers")
}
