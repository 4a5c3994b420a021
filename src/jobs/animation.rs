//! Animations: a job that changes from frame to frame.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use num_complex::Complex64;

use super::easing::{Easing, Fraction};
use super::key_frames::KeyFrames;
use super::key_tracks::KeyTracks;
use crate::error::{Error, Result};
use crate::grid::Grid;
use crate::input;
use crate::job::Job;
use crate::julia::Julia;
use crate::lattice::Lattice;
use crate::number::Number;
use crate::parameter::{Expected, Parameter};
use crate::region::ComplexRegion;
use crate::setters::setters;

/// How the constant of the map moves.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Motion {
    /// Not at all.
    #[default]
    Rest,
    /// On a straight line from the job's own constant in the first frame to this one in the last.
    Line(Complex64),
    /// Once counterclockwise round a circle of this radius about the job's own constant, from its
    /// right; the frame after the last would be the first again.
    Circle(f64),
    /// Through these points on straight lines, the first in the first frame, the last in the last, and
    /// as long from each to the next.
    Points(Vec<Complex64>),
}

/// How the view changes.
///
/// A view by its center can be zoomed to any depth.
#[derive(Clone, Debug, PartialEq)]
pub struct Zoom {
    /// How many times as large everything is in the last frame as in the first; evenly from frame to
    /// frame. Over 0.
    pub factor: Number,
    /// The point that stays in its place, its real and its imaginary part; without one, the middle of the view.
    pub about: Option<[Number; 2]>,
}

/// An animation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Animation {
    /// The picture without the motion.
    pub job: Job,
    /// How the constant moves.
    pub motion: Motion,
    /// How the view changes.
    pub zoom: Option<Zoom>,
    /// What it shows in some frames, in place of the motion and the zoom.
    pub key_frames: Option<KeyFrames>,
    /// How motion and zoom, or what moves from key frame to key frame, begin and end.
    pub easing: Easing,
    /// How many times the palette turns, evenly: the frame after the last would have it turned so often. Finite.
    pub palette_turns: f64,
    /// How many frames there are.
    pub frames: u32,
}

impl Animation {
    /// `frames` times the picture of `job`, until something moves.
    pub fn new(job: Job, frames: u32) -> Self {
        Self {
            job,
            motion: Motion::Rest,
            zoom: None,
            key_frames: None,
            easing: Easing::Linear,
            palette_turns: 0.0,
            frames,
        }
    }

    setters!(
        motion: Motion,
        zoom: Option<Zoom>,
        key_frames: Option<KeyFrames>,
        easing: Easing,
        palette_turns: f64,
    );

    /// The job of each frame, all of the same size.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no frame, a number is not what its field asks for, or a view
    /// becomes so small or large that `f64` has no numbers for it.
    pub fn jobs(&self) -> Result<Vec<Job>> {
        self.jobs_in(0..self.frames)
    }

    /// The jobs of these frames alone: the same that [`jobs`](Self::jobs) has for them.
    ///
    /// ```
    /// use juliaset::{Animation, Complex64, Job, Julia, Motion};
    ///
    /// let julia = Julia::new(Complex64::new(-0.835, -0.2321), 2.0, (5, 80))?;
    /// let job = Job::view(julia, [-1.6, 1.6, -1.0, 1.0], 500)?;
    /// let animation = Animation::new(job, 600).motion(Motion::Line(Complex64::new(0.285, 0.01)));
    /// assert_eq!(animation.jobs_in(100..200)?, animation.jobs()?[100..200]);
    /// # Ok::<(), juliaset::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`jobs`](Self::jobs), and [`Error::Invalid`] for a range that is empty or goes beyond the last frame.
    pub fn jobs_in(&self, range: Range<u32>) -> Result<Vec<Job>> {
        if self.frames == 0 {
            return Err(Error::invalid(Parameter::Frames, 0, "must be at least 1"));
        }
        if range.is_empty() || range.end > self.frames {
            let given = format!("{}..{}", range.start, range.end);
            let expected = format!("must lie in 0..{}, and not be empty", self.frames);
            return Err(Error::invalid(Parameter::Only, given, expected));
        }
        let tracks = self.tracks()?;
        range.map(|frame| self.job(frame, tracks.as_ref())).collect()
    }

    /// By what share of its length the palette is turned in each frame, if it is turned by `start` without the motion. The
    /// jobs do not have it: it is the [`palette_offset`](crate::Tone::palette_offset) of a picture's tone.
    ///
    /// ```
    /// use juliaset::{Animation, Job, Julia, Complex64};
    ///
    /// let julia = Julia::new(Complex64::new(-0.835, -0.2321), 2.0, (5, 80))?;
    /// let job = Job::view(julia, [-1.6, 1.6, -1.0, 1.0], 500)?;
    /// let animation = Animation::new(job, 4).palette_turns(1.0);
    /// assert_eq!(animation.palette_offsets(0.5)?, [0.5, 0.75, 1.0, 1.25]);
    /// # Ok::<(), juliaset::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] if the turns are not finite; and as [`jobs`](Self::jobs).
    pub fn palette_offsets(&self, start: f64) -> Result<Vec<f64>> {
        let turns = self.palette_turns;
        if !turns.is_finite() {
            return Err(Error::invalid(Parameter::PaletteTurns, turns, "must be finite"));
        }
        let tracks = self.tracks()?;
        let offset = |frame: u32| {
            let given = tracks.as_ref().and_then(|tracks| tracks.palette_offset(frame));
            given.unwrap_or(start + turns * (f64::from(frame) / f64::from(self.frames)))
        };
        Ok((0..self.frames).map(offset).collect())
    }

    /// Whether frames differ in what their colours are for a count: in the palette's offset, or in itermax.
    #[cfg(feature = "cli")]
    pub(crate) fn has_own_colors(&self) -> bool {
        let keys = self.key_frames.iter().flat_map(KeyFrames::all);
        let mut keys = keys.map(|key| key.palette_offset.is_some() || key.itermax.is_some());
        self.palette_turns != 0.0 || keys.any(|is_given| is_given)
    }

    /// Whether key frames say how many iterations there are.
    #[cfg(feature = "cli")]
    pub(crate) fn has_itermax(&self) -> bool {
        self.key_frames.iter().flat_map(KeyFrames::all).any(|key| key.itermax.is_some())
    }

    /// The key frames with what they do not give.
    fn tracks(&self) -> Result<Option<KeyTracks<'_>>> {
        let keys = self.key_frames.as_ref();
        keys.map(|keys| KeyTracks::new(keys, &self.job, self.easing)).transpose()
    }

    /// Whether c is the same in all frames, and itermax.
    fn has_one_map(&self) -> bool {
        let mut keys = self.key_frames.iter().flat_map(KeyFrames::all);
        self.motion == Motion::Rest && keys.all(|key| key.c.is_none() && key.itermax.is_none())
    }

    /// As [`jobs`](Self::jobs), but in a zoom into a view by its center, whose c rests, the centers of all frames go along one orbit. It is
    /// worked out once, as far as the frames that are computed need it, and takes up to about 60 MB for as long as one of
    /// these jobs is there. Escape counts and proven smooth values are the same. Distances, and smooth values for a threshold
    /// less than 2 or |c|, may differ in their last bits.
    ///
    /// # Errors
    /// As [`jobs`](Self::jobs).
    pub fn jobs_of_one_orbit(&self) -> Result<Vec<Job>> {
        self.jobs_of_one_orbit_in(0..self.frames)
    }

    /// The same of these frames alone.
    ///
    /// # Errors
    /// As [`jobs_in`](Self::jobs_in).
    pub fn jobs_of_one_orbit_in(&self, range: Range<u32>) -> Result<Vec<Job>> {
        Ok(self.on_one_orbit(self.jobs_in(range)?))
    }

    /// The jobs of these frames, which there are.
    ///
    /// # Errors
    /// As [`jobs`](Self::jobs).
    #[cfg(feature = "cli")]
    pub(crate) fn jobs_at(&self, frames: &[u32]) -> Result<Vec<Job>> {
        let tracks = self.tracks()?;
        frames.iter().map(|&frame| self.job(frame, tracks.as_ref())).collect()
    }

    /// The same as [`jobs_of_one_orbit`](Self::jobs_of_one_orbit).
    ///
    /// # Errors
    /// As [`jobs`](Self::jobs).
    #[cfg(feature = "cli")]
    pub(crate) fn jobs_of_one_orbit_at(&self, frames: &[u32]) -> Result<Vec<Job>> {
        Ok(self.on_one_orbit(self.jobs_at(frames)?))
    }

    fn on_one_orbit(&self, mut jobs: Vec<Job>) -> Vec<Job> {
        if !self.has_one_map() {
            return jobs;
        }
        let lattices = jobs.iter().filter_map(|job| Some(job.grid.view()?.0));
        let size = |lattice: &&Arc<Lattice>| (lattice.pitch().exponent, lattice.pitch().mantissa);
        if let Some(deepest) = lattices.min_by_key(size) {
            let shared = Arc::new(deepest.shared_orbit());
            for job in &mut jobs {
                job.grid = job.grid.along(&shared);
            }
        }
        jobs
    }

    fn job(&self, frame: u32, tracks: Option<&KeyTracks<'_>>) -> Result<Job> {
        if let Some(tracks) = tracks {
            return tracks.job(frame);
        }
        let julia = self.julia(frame)?;
        let grid = match &self.zoom {
            // The first view is just what was asked for.
            Some(zoom) if frame > 0 => self.view(frame, zoom)?,
            _ => self.job.grid.clone(),
        };
        Ok(Job { julia, grid })
    }

    /// The map in a frame.
    fn julia(&self, frame: u32) -> Result<Julia> {
        let julia = &self.job.julia;
        let start = julia.c();
        let way = self.easing.share(frame, self.frames - 1);
        let c = match &self.motion {
            Motion::Rest => return Ok(julia.clone()),
            &Motion::Line(end) => between(start, end, way.to_f64()),
            &Motion::Circle(radius) if radius.is_finite() && radius > 0.0 => {
                // The system's sine may differ in the last bit from one machine to the next.
                let turns = self.easing.share(frame, self.frames).to_f64();
                let (sin, cos) = libm::sincos(turns * std::f64::consts::TAU);
                start + radius * Complex64::new(cos, sin)
            }
            Motion::Circle(radius) => {
                return Err(Error::invalid(Parameter::Circle, radius, "must be finite and over 0"));
            }
            Motion::Points(points) => {
                let &[_, .., end] = points.as_slice() else {
                    return Err(Error::invalid(
                        Parameter::Points,
                        points.len(),
                        "must be two or more",
                    ));
                };
                let Fraction { part, of } = way;
                let place = u128::from(part) * (points.len() as u128 - 1);
                let (leg, rest) = ((place / u128::from(of)) as usize, place % u128::from(of));
                let share = rest as f64 / of as f64;
                points.get(leg + 1).map_or(end, |&next| between(points[leg], next, share))
            }
        };
        Julia::new(c, julia.threshold(), (julia.itermin(), julia.itermax()))
    }

    /// The view in a frame after the first.
    fn view(&self, frame: u32, zoom: &Zoom) -> Result<Grid> {
        if !zoom.factor.is_positive() {
            return Err(Error::invalid(Parameter::Zoom, zoom.factor.shown(), "must be over 0"));
        }
        let (grid, way) = (&self.job.grid, self.easing.share(frame, self.frames - 1));
        if let Some(view) = grid.given_view() {
            let (columns, rows) = grid.lattice();
            let part = (way.part, way.of);
            let view = view.zoomed(columns, &zoom.factor, part, zoom.about.as_ref());
            return Grid::of_view(&view, columns, rows);
        }
        let (factor, about) = (zoom.factor.to_f64(), zoom.about.as_ref());
        let about = about.map(|[re, im]| Complex64::new(re.to_f64(), im.to_f64()));
        let [xleft, xright, yleft, yright] = grid.region().bounds();
        let middle = Complex64::new(xleft / 2.0 + xright / 2.0, yleft / 2.0 + yright / 2.0);
        let about = about.unwrap_or(middle);
        let scale = libm::pow(factor, -way.to_f64());
        let (nx, ny) = grid.lattice();
        let [x, y] = [about.re, about.im];
        // A view's height follows from its width and its bounds. Where it is a row more or less, by a
        // rounding of the bounds, they are moved by as little as makes it the first frame's.
        let mut nudge = 0.0;
        let mut closest = None;
        for step in 0..40 {
            let y_scale = scale * (1.0 + nudge);
            let region = ComplexRegion::new(
                x + (xleft - x) * scale,
                x + (xright - x) * scale,
                y + (yleft - y) * y_scale,
                y + (yright - y) * y_scale,
            );
            let grid = region.and_then(|region| Grid::new(region, nx));
            match grid {
                Ok(grid) if grid.height() == ny => return Ok(grid),
                Ok(grid) => {
                    closest = Some(grid.clone());
                    let size = libm::ldexp(1.0, step - 52);
                    nudge = if grid.height() < ny { size } else { -size };
                }
                Err(_) => break,
            }
        }
        // At the end of f64 that is too little to change a bound, and one of them has to move by more.
        if let Some(grid) = closest.and_then(|grid| with_rows(&grid, ny)) {
            return Ok(grid);
        }
        let expected =
            format!("frame {frame} would be {scale:.1e} times as wide as the first, too much;");
        let expected =
            Expected::from(expected).name(Parameter::Center).words("has views of any width");
        Err(Error::invalid(Parameter::Zoom, zoom.factor.shown(), expected))
    }
}

/// The grid on as much the same region as it takes to have `ny` rows: its bounds lie a few numbers
/// further out.
fn with_rows(grid: &Grid, ny: u32) -> Option<Grid> {
    /// The bound `steps` numbers further from the `other`.
    fn further(bound: f64, other: f64, steps: u32) -> f64 {
        let next = if bound > other { f64::next_up } else { f64::next_down };
        (0..steps).fold(bound, |bound, _| next(bound))
    }
    const MOST: u32 = 40;
    let [xleft, xright, yleft, yright] = grid.region().bounds();
    let steps = (0..=MOST).flat_map(|sum| (0..=sum).map(move |x| (x, sum - x)));
    steps
        .filter_map(|(x, y)| {
            let (xright, yright) = (further(xright, xleft, x), further(yright, yleft, y));
            let region = ComplexRegion::new(xleft, xright, yleft, yright).ok()?;
            Grid::new(region, grid.lattice().0).ok()
        })
        .find(|grid| grid.height() == ny)
}

/// A point of a line: `from` with a share of 0, `to` with 1.
fn between(from: Complex64, to: Complex64, share: f64) -> Complex64 {
    from * (1.0 - share) + to * share
}

/// The longest file of points, in bytes: room for a million.
const LONGEST_FILE: usize = 1 << 26;

/// Points from a file: one a line, its real and its imaginary part with a space or a comma between.
/// What comes after a ';' or '#' is skipped.
///
/// # Errors
/// [`Error::Io`]; [`Error::NotAPicture`] for a file of more than 64 MiB; [`Error::Line`] for a line that is
/// not a point, and if there are fewer than two.
pub fn read_points(path: &Path) -> Result<Vec<Complex64>> {
    let text = input::text(path, LONGEST_FILE)?;
    let wrong = |line, expected| Error::Line { path: path.to_path_buf(), line, expected };
    let mut points = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let point = line.split([';', '#']).next().unwrap_or_default().trim();
        if point.is_empty() {
            continue;
        }
        let parts = point.split(|c: char| c == ',' || c.is_whitespace()).filter(|p| !p.is_empty());
        let parts: Option<Vec<f64>> =
            parts.map(|part| part.parse().ok().filter(|part: &f64| part.is_finite())).collect();
        match parts.as_deref() {
            Some(&[re, im]) => points.push(Complex64::new(re, im)),
            _ => {
                return Err(wrong(
                    number,
                    format!("{point}: must be a real and an imaginary part"),
                ));
            }
        }
    }
    if points.len() < 2 {
        let line = text.lines().count().max(1);
        return Err(wrong(line, "a path needs two points or more, one a line".to_owned()));
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn animation(motion: Motion, zoom: Option<Zoom>, frames: u32) -> Animation {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let c = Complex64::new(-0.835, -0.2321);
        let julia = Julia::new(c, 2.0, (5, 80)).unwrap();
        let job = Job { julia, grid: Grid::new(region, 500).unwrap() };
        Animation::new(job, frames).motion(motion).zoom(zoom)
    }

    fn zoom(factor: f64, about: Option<Complex64>) -> Zoom {
        let number = |value| Number::from_f64(value).unwrap();
        let about = about.map(|z| [number(z.re), number(z.im)]);
        Zoom { factor: number(factor), about }
    }

    fn constants(motion: Motion, frames: u32) -> Vec<Complex64> {
        let jobs = animation(motion, None, frames).jobs().unwrap();
        jobs.iter().map(|job| job.julia.c()).collect()
    }

    #[test]
    fn paths_begin_and_end_where_they_should() {
        let (start, end) = (Complex64::new(-0.835, -0.2321), Complex64::new(0.3, 0.1));
        let line = constants(Motion::Line(end), 7);
        assert_eq!((line[0], line[6]), (start, end));
        assert!((line[3] - (start + end) / 2.0).norm() < 1e-15);
        assert_eq!(constants(Motion::Line(end), 1), [start]);
        let circle = constants(Motion::Circle(0.5), 4);
        let turned = [(0.5, 0.0), (0.0, 0.5), (-0.5, 0.0), (0.0, -0.5)];
        for (c, (re, im)) in circle.into_iter().zip(turned) {
            assert!((c - start - Complex64::new(re, im)).norm() < 1e-15, "{c}");
        }
        let points = vec![start, end, Complex64::I, Complex64::ONE];
        assert_eq!(constants(Motion::Points(points.clone()), 4), points);
        let finer = constants(Motion::Points(points.clone()), 7);
        assert_eq!([finer[0], finer[2], finer[4], finer[6]], points[..]);
        assert!((finer[1] - (start + end) / 2.0).norm() < 1e-15);
        assert_eq!(constants(Motion::Points(points), 1), [start]);
    }

    #[test]
    fn a_part_has_the_jobs_that_the_whole_has() {
        let animation = animation(Motion::Circle(0.2), Some(zoom(1e3, None)), 9);
        let jobs = animation.jobs().unwrap();
        for range in [0..4, 4..9, 8..9, 0..9] {
            let part = range.start as usize..range.end as usize;
            assert_eq!(animation.jobs_in(range.clone()).unwrap(), jobs[part], "{range:?}");
        }
        for range in [4..4, 0..10, 9..9] {
            assert!(matches!(animation.jobs_in(range), Err(Error::Invalid { .. })));
        }
    }

    #[test]
    fn a_zoom_keeps_its_point_and_every_frame_its_size() {
        // 500 columns are 312.5 rows: the least change of a bound's last bit would lose one.
        for about in [None, Some(Complex64::new(0.1234, -0.777))] {
            for (factor, frames) in [(1e12, 200), (1e-5, 33), (3.0, 2)] {
                let zoom = zoom(factor, about);
                let jobs = animation(Motion::Rest, Some(zoom), frames).jobs().unwrap();
                let first = jobs[0].grid.clone();
                let about = about.unwrap_or_default();
                for job in &jobs {
                    assert_eq!((job.grid.width(), job.grid.height()), (500, 313));
                    let [xleft, xright, ytop, ybot] = job.grid.region().bounds();
                    // The job file has the bounds, and makes the same grid of them.
                    let region = ComplexRegion::new(xleft, xright, ytop, ybot).unwrap();
                    assert_eq!(Grid::new(region, 500).unwrap(), job.grid);
                    let [left, right, ..] = first.region().bounds();
                    let place = |left: f64, right: f64| (about.re - left) / (right - left);
                    assert!((place(left, right) - place(xleft, xright)).abs() < 1e-3);
                }
                let [left, right, ..] = jobs[frames as usize - 1].grid.region().bounds();
                assert!((3.2 / (right - left) / factor - 1.0).abs() < 1e-3);
            }
        }
    }

    /// A factor of 1e15 was refused, although a picture of the same view is made: of blocks.
    #[test]
    fn a_zoom_goes_on_to_the_end_of_f64() {
        let about = Complex64::new(0.6393552670461429, -0.3601442633910775);
        for factor in [1e14, 1e15, 1e16] {
            let zoom = zoom(factor, Some(about));
            let jobs = animation(Motion::Rest, Some(zoom), 9).jobs().unwrap();
            assert!(jobs.iter().all(|job| job.grid.height() == 313));
            assert!(jobs[8].grid.has_equal_neighbours() && !jobs[6].grid.has_equal_neighbours());
            let [xleft, xright, ytop, ybot] = jobs[8].grid.region().bounds();
            assert!((xleft..=xright).contains(&about.re) && (ybot..=ytop).contains(&about.im));
            assert!((xright - xleft) * factor < 5.0, "{}", (xright - xleft) * factor);
        }
    }

    #[test]
    fn impossible_animations_are_refused() {
        let zoom = |factor| Some(zoom(factor, Some(Complex64::ONE)));
        for (motion, zoom, frames) in [
            (Motion::Line(Complex64::I), None, 0),
            (Motion::Line(Complex64::new(f64::NAN, 0.0)), None, 2),
            (Motion::Circle(0.0), None, 2),
            (Motion::Circle(f64::INFINITY), None, 2),
            (Motion::Points(vec![Complex64::I]), None, 2),
            (Motion::Rest, zoom(0.0), 2),
            (Motion::Rest, zoom(1e20), 20),
            (Motion::Rest, zoom(1e-320), 2),
        ] {
            let animation = animation(motion, zoom, frames);
            assert!(matches!(animation.jobs(), Err(Error::Invalid { .. })), "{animation:?}");
        }
    }

    #[test]
    fn points_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.txt");
        fs::write(&path, "\u{feff}; mine\n-0.8 0.156\n\n0.3,-1e-2 # there\n").unwrap();
        let points = [Complex64::new(-0.8, 0.156), Complex64::new(0.3, -0.01)];
        assert_eq!(read_points(&path).unwrap(), points);
        for (text, line) in [("1 2\n3\n", 2), ("1 2\n1 nan\n", 2), ("1 2\n", 1), ("", 1)] {
            fs::write(&path, text).unwrap();
            let error = read_points(&path).unwrap_err();
            assert!(matches!(error, Error::Line { line: l, .. } if l == line), "{text}: {error}");
        }
    }
}
