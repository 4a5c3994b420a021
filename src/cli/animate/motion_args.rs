//! The options for what changes from frame to frame.

use std::path::PathBuf;

use juliaset::animation::{Animation, Motion, Zoom, read_points};
use juliaset::output::rate::FrameRate;
use juliaset::{Complex64, Job};

use super::super::args::{number, positive, whole};
use super::super::failure::Failure;

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
    #[arg(long, value_name = "RE,IM", value_parser = complex, conflicts_with_all = ["circle", "points"])]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    line: Option<Complex64>,

    /// c goes once round a circle of this radius about --real and --imag, counterclockwise
    #[arg(long, value_name = "RADIUS", value_parser = positive, conflicts_with = "points")]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    circle: Option<f64>,

    /// c moves through the points in a file, from each to the next on a straight line
    ///
    /// One point a line: its real and its imaginary part, with a space or a comma between. What comes
    /// after a ';' or '#' is skipped.
    #[arg(long, value_name = "FILE", help_heading = "Animation")]
    points: Option<PathBuf>,

    /// Everything is FACTOR times as large in the last frame as in the first
    ///
    /// Less than 1 zooms out. With a factor of more than about 1e12 the view becomes too narrow for 64-bit
    /// floats: pixels side by side have the same sample point, and a line on standard error says so.
    #[arg(long, value_name = "FACTOR", value_parser = positive)]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    zoom: Option<f64>,

    #[arg(long = "no-zoom", id = "no_zoom", hide = true, overrides_with = "zoom")]
    _no_zoom: bool,

    /// The point that stays in its place in a zoom [default: the middle of the view]
    #[arg(long, value_name = "RE,IM", value_parser = complex, requires = "zoom")]
    #[arg(allow_hyphen_values = true, help_heading = "Animation")]
    about: Option<Complex64>,

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
        let motion = match (self.line, self.circle, &self.points) {
            (Some(end), _, _) => Motion::Line(end),
            (_, Some(radius), _) => Motion::Circle(radius),
            (_, _, Some(path)) => Motion::Points(read_points(path)?),
            _ if self.zoom.is_none() => {
                let line = "nothing moves: give --line, --circle, --points or --zoom";
                return Err(Failure::usage(line));
            }
            _ => Motion::Rest,
        };
        let frames = self.frames.unwrap_or(match &motion {
            Motion::Points(points) => points.len() as u32,
            _ => FRAMES,
        });
        let zoom = self.zoom.map(|factor| Zoom { factor, about: self.about });
        Ok(Animation { job, motion, zoom, frames })
    }
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
