//! The options for what changes from frame to frame.

use std::path::PathBuf;

use crate::cli::error::Failure;
use crate::cli::options::number::{number, positive, whole};
use crate::cli::options::view::{Point, number as exact, point};
use crate::hexfloat;
use crate::jobs::animation::read_points;
use crate::output::rate::FrameRate;
use crate::{Animation, Complex64, Job, Motion, Number, Zoom};

/// The keys that the job of an animation has besides those of a picture.
pub const KEYS: [&str; 7] = ["frames", "line", "circle", "through", "zoom", "about", "fps"];

/// What changes, and how fast: what the job of `animation` has besides that of its picture.
pub fn record(animation: &Animation, rate: FrameRate) -> String {
    let number = hexfloat::format;
    let point = |z: Complex64| format!("{},{}", number(z.re), number(z.im));
    let mut text = format!("frames = {}\n", animation.frames);
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
    line("fps", rate.to_string(), "frames a second".to_owned());
    text
}

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
    #[arg(long, value_name = "N", value_parser = whole(1..=1_000_000))]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    frames: Option<u32>,

    /// c moves on a straight line from --real and --imag to this number
    #[arg(long, value_name = "RE,IM", value_parser = complex, conflicts_with_all = ["circle", "points", "through"])]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    line: Option<Complex64>,

    /// c goes once round a circle of this radius about --real and --imag, counterclockwise
    #[arg(long, value_name = "RADIUS", value_parser = positive, conflicts_with_all = ["points", "through"])]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    circle: Option<f64>,

    /// c moves through the points in a file, from each to the next on a straight line
    ///
    /// One point a line: its real and its imaginary part, with a space or a comma between. What comes
    /// after a ';' or '#' is skipped.
    #[arg(long, value_name = "FILE", conflicts_with = "through", help_heading = "Animation")]
    points: Option<PathBuf>,

    /// c moves through these points, from each to the next on a straight line
    #[arg(long, value_name = "RE,IM RE,IM ...", value_parser = way, help_heading = "Animation")]
    #[arg(allow_hyphen_values = true)]
    through: Option<Way>,

    /// Everything is FACTOR times as large in the last frame as in the first
    ///
    /// Less than 1 zooms out. A view by its --center can be zoomed to any depth. With the four bounds and a factor of more than
    /// about 1e12 it becomes too narrow for 64-bit floats: pixels side by side have the same sample point, and a
    /// line on standard error says so.
    #[arg(long, value_name = "FACTOR", value_parser = exact)]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    zoom: Option<Number>,

    #[arg(long = "no-zoom", id = "no_zoom", hide = true, overrides_with = "zoom")]
    _no_zoom: bool,

    /// The point that stays in its place in a zoom [default: the middle of the view]
    #[arg(long, value_name = "RE,IM", value_parser = point, requires = "zoom")]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    about: Option<Point>,

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
        let motion = match (self.line, self.circle, &self.points, &self.through) {
            (Some(end), ..) => Motion::Line(end),
            (_, Some(radius), ..) => Motion::Circle(radius),
            (_, _, Some(path), _) => Motion::Points(read_points(path)?),
            (.., Some(Way(points))) => Motion::Points(points.clone()),
            _ if self.zoom.is_none() => {
                let line = "nothing moves: give --line, --circle, --points, --through or --zoom";
                return Err(Failure::usage(line));
            }
            _ => Motion::Rest,
        };
        let frames = self.frames.unwrap_or(match &motion {
            Motion::Points(points) => points.len() as u32,
            _ => FRAMES,
        });
        let zoom = self.zoom.clone().map(|factor| {
            let about = self.about.clone().map(|Point(parts)| parts);
            Zoom { factor, about }
        });
        Ok(Animation::new(job, frames).motion(motion).zoom(zoom))
    }
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
