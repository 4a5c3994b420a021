//! The pictures that the frames of a zoom are resampled from: each of half the width of the one before.

use std::ops::Range;
use std::sync::Arc;

use crate::jobs::easing::Fraction;
use crate::{
    Animation, Easing, Error, Expected, Grid, Job, Motion, Number, Parameter, Result, View,
};

/// How many pixels of a level lie side by side on one of the widest frame that it is for.
const FINER: u32 = 2;

/// The levels of a zoom. Level 0 shows what the widest frame shows; each further one has half of its width, about the point
/// that stays; all with twice as many columns and rows as a frame.
#[derive(Clone, Debug)]
pub(crate) struct ZoomLevels {
    jobs: Vec<Job>,
    /// log₂ of how many times as large everything is in the last frame as in the first.
    doublings: f64,
    frames: u32,
    easing: Easing,
    /// The point that stays, in columns and rows of a frame from its upper left corner.
    anchor: [f64; 2],
}

/// Where a frame lies: in level `outer`, whose width is `ratio` times the frame's, from 1 to 2; its middle is in the next one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    pub outer: usize,
    pub ratio: f64,
}

impl ZoomLevels {
    /// The levels for the frames of `animation`.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is not a zoom into a view by its center, or c moves.
    pub fn new(animation: &Animation) -> Result<Self> {
        let wrong = |value, expected: &'static str, name| {
            Error::invalid(Parameter::Resample, value, Expected::from(expected).name(name))
        };
        let Some(zoom) = animation.zoom.as_ref().filter(|_| animation.motion == Motion::Rest)
        else {
            return Err(wrong("of frames whose c moves", "needs nothing but a", Parameter::Zoom));
        };
        if animation.palette_turns != 0.0 {
            let expected = Expected::from("would turn what frames are made of: not with");
            let expected = expected.name(Parameter::Resample);
            return Err(Error::invalid(Parameter::PaletteTurns, animation.palette_turns, expected));
        }
        let grid = &animation.job.grid;
        let Some(first) = grid.given_view() else {
            return Err(wrong("of a view by its bounds", "needs one by its", Parameter::Center));
        };
        if !zoom.factor.is_positive() {
            return Err(Error::invalid(Parameter::Zoom, zoom.factor.shown(), "must be over 0"));
        }
        let (columns, rows) = grid.lattice();
        let doublings = zoom.factor.log2();
        let about = zoom.about.as_ref();
        let widest = if doublings < 0.0 {
            first.zoomed(columns, &zoom.factor, (1, 1), about)
        } else {
            first.clone()
        };
        let two = Number::from_f64(2.0)?;
        // One more than the deepest frame lies in, for its middle.
        let deepest = snapped(doublings.abs()).floor() as u32 + 1;
        let job = |level: u32| -> Result<Job> {
            let view = widest.zoomed(columns, &two, (level.into(), 1), about);
            let grid = Grid::of_view(&view, FINER * columns, FINER * rows)?;
            Ok(Job { grid, ..animation.job.clone() })
        };
        let mut jobs = (0..=deepest).map(job).collect::<Result<Vec<_>>>()?;
        // All along one orbit, as the frames of an animation.
        if let Some((lattice, _)) = jobs.last().and_then(|job| job.grid.view()) {
            let shared = Arc::new(lattice.shared_orbit());
            jobs.iter_mut().for_each(|job| job.grid = job.grid.along(&shared));
        }
        let (frames, easing) = (animation.frames, animation.easing);
        Ok(Self { jobs, doublings, frames, easing, anchor: anchor(first, grid, about) })
    }

    /// The job of each level.
    pub fn jobs(&self) -> &[Job] {
        &self.jobs
    }

    /// The levels that these frames, one or more, are made of.
    pub fn of_frames(&self, frames: &Range<u32>) -> &[Job] {
        let [a, b] = [frames.start, frames.end - 1].map(|frame| self.place(frame).outer);
        &self.jobs[a.min(b)..=a.max(b) + 1]
    }

    /// The narrowest level.
    pub fn deepest(&self) -> &Job {
        self.jobs.last().expect("there are two levels or more")
    }

    /// What the frames are made of, in words.
    pub fn description(&self) -> String {
        let grid = &self.jobs[0].grid;
        let (width, height, count) = (grid.width(), grid.height(), self.jobs.len());
        format!(
            "{count} pictures of {width} × {height} pixels, each half as wide as the one before"
        )
    }

    /// Where a frame lies.
    pub fn place(&self, frame: u32) -> Place {
        let way = self.easing.share(frame, self.frames.max(2) - 1);
        let Fraction { part, of } = if self.doublings < 0.0 { way.rest() } else { way };
        let depth = snapped(self.doublings.abs() * part as f64 / of as f64);
        Place { outer: depth.floor() as usize, ratio: libm::exp2(depth - depth.floor()) }
    }

    /// From columns (`axis` 0) or rows (1) of a frame to those of the level that many further in than the outer one.
    pub fn source(&self, place: Place, further: u32, axis: usize) -> impl Fn(f64) -> f64 {
        let (anchor, finer) = (self.anchor[axis], f64::from(FINER));
        let scale = finer * f64::from(1u32 << further) / place.ratio;
        move |pixel| (pixel - anchor) * scale + anchor * finer
    }
}

/// A depth that is a whole number but for a rounding is that.
fn snapped(depth: f64) -> f64 {
    const ROUNDING: f64 = 1e-9;
    if (depth - depth.round()).abs() < ROUNDING { depth.round() } else { depth }
}

/// The point that stays, in pixels from the upper left corner of the view.
fn anchor(view: &View, grid: &Grid, about: Option<&[Number; 2]>) -> [f64; 2] {
    let (columns, rows) = grid.lattice();
    let middle = [columns, rows].map(|side| f64::from(side) / 2.0);
    let Some(about) = about else { return middle };
    let from_center = view.pixels_from_center(columns, about);
    [middle[0] + from_center[0], middle[1] - from_center[1]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Complex64, Julia, Zoom};

    fn zoom(factor: &str, frames: u32, about: Option<[&str; 2]>) -> Animation {
        let number = |text: &str| -> Number { text.parse().unwrap() };
        let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (0, 500)).unwrap();
        let view = View::new(number("0.25"), number("-0.125"), number("3.2")).unwrap();
        let about = about.map(|parts| parts.map(number));
        let zoom = Zoom { factor: number(factor), about };
        Animation::new(Job::of_view(julia, &view, 64, 40).unwrap(), frames).zoom(Some(zoom))
    }

    #[test]
    fn levels_end_with_the_one_for_the_middle_of_the_deepest_frame() {
        for (factor, count) in [("1", 2), ("1.9", 2), ("2", 3), ("1024", 12), ("1e100", 334)] {
            for factor in [factor.to_owned(), format!("1/{factor}").replace("1/1e100", "1e-100")] {
                if factor.matches('.').count() == 1 && factor.starts_with("1/") {
                    continue;
                }
                let levels = ZoomLevels::new(&zoom(&factor, 9, None)).unwrap();
                assert_eq!(levels.jobs().len(), count, "{factor}");
                assert_eq!(levels.of_frames(&(0..9)).len(), count, "{factor}");
                assert_eq!(levels.of_frames(&(4..5)).len(), 2, "{factor}");
                let places: Vec<_> = (0..9).map(|frame| levels.place(frame)).collect();
                assert!(places.iter().all(|place| place.outer + 1 < count), "{factor}");
                assert!(places.iter().all(|place| (1.0..2.0).contains(&place.ratio)), "{factor}");
            }
        }
    }

    /// The sample points of a frame whose width is that of a level are points of the level.
    #[test]
    fn a_frame_as_wide_as_a_level_has_every_other_point_of_it() {
        let about = Some(["0.5", "0.0625"]);
        for (about, degrees) in [(None, "0"), (about, "0"), (None, "30"), (about, "90")] {
            let mut animation = zoom("0x1p20", 6, about);
            let view = animation.job.grid.given_view().unwrap().clone();
            let view = view.rotated(degrees.parse().unwrap());
            animation.job.grid = Grid::of_view(&view, 64, 40).unwrap();
            let (levels, frames) =
                (ZoomLevels::new(&animation).unwrap(), animation.jobs().unwrap());
            for (number, frame) in (0..).zip(frames) {
                let place = levels.place(number);
                assert_eq!(place, Place { outer: 4 * number as usize, ratio: 1.0 });
                let level = &levels.jobs()[place.outer].grid;
                for (col, row) in [(0, 0), (63, 39), (5, 31)] {
                    assert_eq!(
                        crate::grid::sample_point(&frame.grid, col, row),
                        crate::grid::sample_point(level, 2 * col, 2 * row),
                    );
                    let source = [0, 1].map(|axis| levels.source(place, 0, axis));
                    assert_eq!(source[0](col.into()), f64::from(2 * col));
                    assert_eq!(source[1](row.into()), f64::from(2 * row));
                }
            }
        }
    }

    #[test]
    fn others_are_refused() {
        let mut moves = zoom("5", 3, None);
        moves.motion = Motion::Circle(0.1);
        let error = ZoomLevels::new(&moves).unwrap_err().to_string();
        assert_eq!(error, "resample of frames whose c moves: needs nothing but a zoom");
        let rests = Animation::new(zoom("5", 3, None).job, 3);
        assert!(ZoomLevels::new(&rests).is_err());
        let mut of_bounds = zoom("5", 3, None);
        let region = crate::ComplexRegion::new(-1.0, 1.0, 1.0, -1.0).unwrap();
        of_bounds.job.grid = Grid::new(region, 50).unwrap();
        let error = ZoomLevels::new(&of_bounds).unwrap_err().to_string();
        assert_eq!(error, "resample of a view by its bounds: needs one by its center");
    }
}
