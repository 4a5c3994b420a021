//! What key frames make of the frames between them.

use num_complex::Complex64;

use super::easing::{Easing, Fraction};
use super::key_frames::{KeyFrame, KeyFrames};
use crate::constant::Constant;
use crate::error::Result;
use crate::grid::Grid;
use crate::job::Job;
use crate::julia::Julia;
use crate::number::{Number, Share};
use crate::view::{View, center_toward};

/// Key frames that go with a job, which has what they do not give.
pub(crate) struct KeyTracks<'a> {
    keys: &'a [KeyFrame],
    job: &'a Job,
    easing: Easing,
    /// The views of the key frames that have one, or the job's own if some only turn it; empty if all leave it.
    views: Vec<(u32, Easing, View)>,
}

impl<'a> KeyTracks<'a> {
    /// The tracks; `easing` is that of key frames without one of their own.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if the job's own view has no center.
    pub fn new(keys: &'a KeyFrames, job: &'a Job, easing: Easing) -> Result<Self> {
        let keys = keys.all();
        let base = || match job.grid.given_view() {
            Some(view) => Ok(view.clone()),
            None => job.grid.region().to_view(),
        };
        let views = if keys.iter().any(KeyFrame::has_view) {
            views(keys, &base()?, job.grid.lattice().0, easing)?
        } else if keys.iter().any(|key| key.rotate.is_some()) {
            vec![(0, easing, base()?)]
        } else {
            Vec::new()
        };
        Ok(Self { keys, job, easing, views })
    }

    /// The job of a frame.
    ///
    /// # Errors
    /// Those of its parts.
    pub fn job(&self, frame: u32) -> Result<Job> {
        let julia = &self.job.julia;
        let c = match self.leg(frame, |key| key.c.as_ref()) {
            None => julia.constant().clone(),
            Some((from, to, way)) => constant(from, to, way)?,
        };
        let itermax = match self.leg(frame, |key| key.itermax) {
            None => julia.itermax(),
            Some((from, to, way)) => whole(from, to, way),
        };
        let julia = Julia::new(c, julia.threshold(), (julia.itermin(), itermax))?;
        let grid = match self.view(frame) {
            None => self.job.grid.clone(),
            Some(view) => {
                let (columns, rows) = self.job.grid.lattice();
                Grid::of_view(&view, columns, rows)?
            }
        };
        Ok(Job { julia, grid })
    }

    /// The palette's offset in a frame, if a key frame gives it.
    pub fn palette_offset(&self, frame: u32) -> Option<f64> {
        palette_offset(self.keys, self.easing, frame)
    }

    /// What a frame's value lies between, and where.
    fn leg<T>(
        &self,
        frame: u32,
        of: impl Fn(&'a KeyFrame) -> Option<T>,
    ) -> Option<(T, T, Fraction)> {
        leg(self.keys, self.easing, frame, of)
    }

    /// The view of a frame, if key frames say something about it.
    fn view(&self, frame: u32) -> Option<View> {
        let view = self.way_of_views(frame)?;
        Some(match self.leg(frame, |key| key.rotate.as_ref()) {
            None => view,
            Some((from, to, way)) => view.rotated(degrees(from, to, way)),
        })
    }

    /// The same, turned as the job's own.
    fn way_of_views(&self, frame: u32) -> Option<View> {
        let next = self.views.partition_point(|&(number, ..)| number <= frame);
        let (start, easing, from) = self.views.get(next.saturating_sub(1))?;
        let Some((end, _, to)) = self.views.get(next).filter(|_| next > 0) else {
            return Some(from.clone());
        };
        let Fraction { part, of } = easing.share(frame - start, end - start);
        Some(from.toward(to, self.job.grid.lattice().0, (part, of)))
    }
}

/// The palette's offset in a frame of these key frames, if one gives it.
fn palette_offset(keys: &[KeyFrame], easing: Easing, frame: u32) -> Option<f64> {
    let (from, to, way) = leg(keys, easing, frame, |key| key.palette_offset)?;
    let share = way.to_f64();
    Some(from * (1.0 - share) + to * share)
}

/// The values that a frame's lies between, and where. Before the first key frame that gives it there is only that one's, behind
/// the last one only that one's.
fn leg<'a, T>(
    keys: &'a [KeyFrame],
    easing: Easing,
    frame: u32,
    of: impl Fn(&'a KeyFrame) -> Option<T>,
) -> Option<(T, T, Fraction)> {
    let next = keys.partition_point(|key| key.frame <= frame);
    let before = keys[..next].iter().rev().find(|key| of(key).is_some());
    let after = keys[next..].iter().find(|key| of(key).is_some());
    let (from, to) = (before.or(after)?, after.or(before)?);
    let easing = from.easing.unwrap_or(easing);
    let way = easing.share(frame.saturating_sub(from.frame), to.frame - from.frame);
    let way = if from.frame == to.frame { Fraction { part: 0, of: 1 } } else { way };
    Some((of(from)?, of(to)?, way))
}

/// A point of the straight line between two constants.
fn constant(from: &Constant, to: &Constant, way: Fraction) -> Result<Constant> {
    if way.part == 0 || way.part == way.of {
        return Ok(if way.part == 0 { from.clone() } else { to.clone() });
    }
    let share = Share { numerator: way.part.into(), denominator: way.of.into() };
    let (a, b) = (from.parts(), to.parts());
    if from.is_f64() && to.is_f64() {
        let [re, im] = [0, 1].map(|k| a[k].toward_f64(&b[k], &share));
        return Ok(Complex64::new(re, im).into());
    }
    let (exact_a, exact_b) = (from.exact(), to.exact());
    let part = |k: usize| {
        let [from, to] = [&exact_a[k], &exact_b[k]];
        let bits = from.fraction_bits().max(to.fraction_bits());
        Number::from(&Number::from(from).toward(&Number::from(to), &share, bits))
    };
    Constant::new(&part(0), &part(1))
}

/// What the degrees between those of two key frames are multiples of: 2⁻⁶⁴, finer than the parts of a rotation.
const DEGREE_BITS: usize = 64;

/// The degrees between two.
fn degrees(from: &Number, to: &Number, way: Fraction) -> Number {
    if way.part == 0 || way.part == way.of || from == to {
        return if way.part == 0 { from.clone() } else { to.clone() };
    }
    let share = Share { numerator: way.part.into(), denominator: way.of.into() };
    Number::from(&from.toward(to, &share, DEGREE_BITS))
}

/// A whole number between two, rounded to the nearest, up if two are.
fn whole(from: u32, to: u32, Fraction { part, of }: Fraction) -> u32 {
    let [part, of, from, to] = [part.into(), of.into(), from.into(), u128::from(to)];
    // At most 2³² · 2⁶⁴.
    ((2 * (from * (of - part) + to * part) + of) / (2 * of)) as u32
}

/// The views of key frames that have one, of `base` where none gives something.
fn views(
    keys: &[KeyFrame],
    base: &View,
    columns: u32,
    easing: Easing,
) -> Result<Vec<(u32, Easing, View)>> {
    let keys: Vec<_> = keys.iter().filter(|key| key.has_view()).collect();
    let widths: Vec<Number> = keys.iter().map(|key| width(&keys, key.frame, base)).collect();
    let mut views = Vec::with_capacity(keys.len());
    for (k, key) in keys.iter().enumerate() {
        let [re, im] = match &key.center {
            Some(center) => center.clone(),
            None => center(&keys, &widths, k, base, columns),
        };
        let view = View::new(re, im, widths[k].clone())?;
        let view = match base.rotation() {
            Some(degrees) => view.rotated(degrees.clone()),
            None => view,
        };
        views.push((key.frame, key.easing.unwrap_or(easing), view));
    }
    Ok(views)
}

/// The width in a key frame: its own, or between those that have one.
fn width(keys: &[&KeyFrame], frame: u32, base: &View) -> Number {
    let given = |key: &&&KeyFrame| key.width.is_some();
    let next = keys.partition_point(|key| key.frame <= frame);
    let before = keys[..next].iter().rev().find(given);
    let after = keys[next..].iter().find(given);
    let (Some(from), Some(to)) = (before.or(after), after.or(before)) else {
        return base.width().clone();
    };
    let [Some(a), Some(b)] = [&from.width, &to.width] else { return base.width().clone() };
    if from.frame == to.frame || frame <= from.frame {
        return a.clone();
    }
    let way = [frame - from.frame, to.frame - from.frame].map(u64::from);
    let Share { numerator, denominator } = a.over(b).inverse_power(way[0], way[1]);
    Number::from(&a.pitch(&numerator, &denominator).value())
}

/// The center in the key frame `k`, which has none: on the way between those that have one, as far as a center comes that
/// moves as fast as the picture is wide.
fn center(
    keys: &[&KeyFrame],
    widths: &[Number],
    k: usize,
    base: &View,
    columns: u32,
) -> [Number; 2] {
    let before = keys[..k].iter().rposition(|key| key.center.is_some());
    let after = keys[k..].iter().position(|key| key.center.is_some()).map(|place| place + k);
    let (Some(from), Some(to)) = (before.or(after), after.or(before)) else {
        return base.center().map(Clone::clone);
    };
    let [Some(a), Some(b)] = [&keys[from].center, &keys[to].center] else {
        return base.center().map(Clone::clone);
    };
    if from == to || a == b {
        return a.clone();
    }
    let sizes: Vec<f64> = widths[from..=to].iter().map(Number::log2).collect();
    let most = sizes.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let way = |legs: std::ops::Range<usize>| -> f64 {
        let one = |leg: usize| {
            let frames = f64::from(keys[leg + 1].frame - keys[leg].frame);
            let [log_a, log_b] = [leg, leg + 1].map(|k| sizes[k - from] - most);
            let [a, b] = [log_a, log_b].map(libm::exp2);
            // The mean of a width that changes by the same factor in equal times.
            let apart = (log_a - log_b) * std::f64::consts::LN_2;
            frames * if apart.abs() < 1e-6 { (a + b) / 2.0 } else { (a - b) / apart }
        };
        legs.map(one).sum()
    };
    let share = (way(from..k) / way(from..to)).clamp(0.0, 1.0);
    center_toward([a, b], share, &widths[k], columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    fn job() -> Job {
        let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (0, 100)).unwrap();
        let view = View::new(number("0.5"), number("0"), number("3")).unwrap();
        Job::of_view(julia, &view, 640, 400).unwrap()
    }

    fn jobs(text: &str, frames: u32) -> Vec<Job> {
        let (keys, job) = (text.parse().unwrap(), job());
        let tracks = KeyTracks::new(&keys, &job, Easing::Linear).unwrap();
        (0..frames).map(|frame| tracks.job(frame).unwrap()).collect()
    }

    #[test]
    fn key_frames_are_just_what_they_give() {
        let text = "2 center=1/3,-1 width=2 c=0,1; 10 width=1e-200 itermax=5000 center=0.25,-1 c=0.3,0.1234567890123456789";
        let jobs = jobs(text, 13);
        let base = job();
        for job in &jobs[..3] {
            let view = job.grid.given_view().unwrap();
            assert_eq!(
                (view.center(), view.width()),
                ([&number("1/3"), &number("-1")], &number("2"))
            );
            assert_eq!(job.julia.c(), Complex64::I);
            assert_eq!(job.julia.itermax(), 5000);
            assert_eq!((job.grid.lattice(), job.julia.itermin()), (base.grid.lattice(), 0));
        }
        for job in &jobs[10..] {
            let view = job.grid.given_view().unwrap();
            assert_eq!(
                (view.center(), view.width()),
                ([&number("0.25"), &number("-1")], &number("1e-200"))
            );
            assert_eq!(job.julia.constant().parts()[1].to_string(), "0.1234567890123456789");
        }
        // What no key frame gives is the job's own.
        let still = self::jobs("3 itermax=7; 9 itermax=19", 12);
        assert!(still.iter().all(|job| job.grid == base.grid && job.julia.c() == base.julia.c()));
        let itermax: Vec<_> = still.iter().map(|job| job.julia.itermax()).collect();
        assert_eq!(itermax, [7, 7, 7, 7, 9, 11, 13, 15, 17, 19, 19, 19]);
    }

    /// In equal steps the width changes by the same factor, and the point that the zoom goes to stays at its pixel.
    #[test]
    fn a_zoom_is_steady_at_every_depth() {
        for (a, b) in
            [("4", "1e-300"), ("1e-300", "4"), ("3", "2.9"), ("1e-40", "1e-41"), ("2", "2")]
        {
            let text = format!("0 center=0.1,0.2 width={a}; 50 center=0.3,-1/7 width={b}");
            let jobs = jobs(&text, 51);
            let views: Vec<_> = jobs.iter().map(|job| job.grid.given_view().unwrap()).collect();
            let log2 = |view: &View| view.width().log2();
            let step = (log2(views[50]) - log2(views[0])) / 50.0;
            for (k, view) in views.iter().enumerate() {
                assert!(
                    (log2(view) - log2(views[0]) - step * k as f64).abs() < 1e-9,
                    "{a} {b} {k}"
                );
                if a == b {
                    let share = k as f64 / 50.0;
                    let expected = 0.1 * (1.0 - share) + 0.3 * share;
                    assert!((view.center()[0].to_f64() - expected).abs() < 1e-15);
                    continue;
                }
                // The share of the way is (a - w) / (a - b), which is exact here to within the center's own bits.
                let share = Share::of_way(&number(a), view.width(), &number(b));
                let expected = number("0.1").toward(&number("0.3"), &share, 1200);
                let off = &expected - &view.center()[0].rounded(1200);
                let pitch = view.width().to_f64() / 640.0;
                assert!(off.abs().to_f64() <= pitch * 2f64.powi(-60), "{a} {b} {k}");
            }
        }
    }

    #[test]
    fn a_view_turns_evenly_about_its_center() {
        let degrees = |text: &str, frames| -> Vec<Option<f64>> {
            let jobs = jobs(text, frames);
            let view = |job: &Job| job.grid.given_view().unwrap().clone();
            jobs.iter().map(|job| view(job).rotation().map(Number::to_f64)).collect()
        };
        // Alone, of the job's own view; there is no turn by 0.
        let turns = "1 rotate=0; 3 rotate=720 easing=ease-in; 5 rotate=700";
        let expected =
            [None, None, Some(360.0), Some(720.0), Some(715.0), Some(700.0), Some(700.0)];
        assert_eq!(degrees(turns, 7), expected);
        // With a zoom, which is the same without it.
        let zoom = "0 center=0,0 width=4; 4 center=0.25,1 width=1e-50";
        let turned = jobs(&format!("{zoom} rotate=-90; 6 rotate=1/3"), 7);
        for (turned, job) in turned.iter().zip(jobs(zoom, 7)) {
            let [turned, view] = [turned, &job].map(|job| job.grid.given_view().unwrap());
            assert_eq!((turned.center(), turned.width()), (view.center(), view.width()));
        }
        let rotation = |k: usize| turned[k].grid.given_view().unwrap().rotation().unwrap().clone();
        assert_eq!([rotation(0), rotation(4), rotation(6)], ["-90", "-90", "1/3"].map(number));
        let off = rotation(5).to_f64() - (-90.0 + 1.0 / 3.0) / 2.0;
        assert!(off.abs() < 1e-13, "{off:e}");
    }

    #[test]
    fn what_is_left_out_lies_between() {
        // A width alone in the middle of two centers, and a center alone in the middle of two widths.
        let views = |text: &str, frames| -> Vec<View> {
            jobs(text, frames).iter().map(|job| job.grid.given_view().unwrap().clone()).collect()
        };
        let views_1 = views("0 center=0,0 width=1; 10 width=1; 20 center=1,0 width=1", 21);
        assert!((views_1[10].center()[0].to_f64() - 0.5).abs() < 1e-15);
        assert!((views_1[5].center()[0].to_f64() - 0.25).abs() < 1e-15);
        let views_2 = views("0 center=0,0 width=1; 10 center=0,1; 20 width=1e-100", 21);
        assert!((views_2[10].width().log2() / 1e-50f64.log2() - 1.0).abs() < 1e-12);
        // The last one is carried on.
        assert_eq!(views_2[20].center()[1], &number("1"));
        // The same as without a key frame that says what is there anyway.
        let one = views("0 center=0,0 width=1; 20 center=0.5,1 width=1e-10", 21);
        let two = views("0 center=0,0 width=1; 10 width=1e-5; 20 center=0.5,1 width=1e-10", 21);
        for (one, two) in one.iter().zip(&two) {
            let off = one.center()[1].to_f64() - two.center()[1].to_f64();
            assert!(off.abs() < 1e-6 * one.width().to_f64(), "{off:e}");
        }
    }

    #[test]
    fn lines_of_c_are_rounded_once() {
        let cs = jobs("0 c=0,1; 3 c=1,0", 4);
        assert_eq!(cs[1].julia.c(), Complex64::new(1.0 / 3.0, 2.0 / 3.0));
        assert!(cs[1].julia.constant().is_f64());
        let long = "0.1234567890123456789012345";
        let jobs = jobs(&format!("0 c={long},0; 3 c=0.5,0"), 4);
        assert!(!jobs[1].julia.constant().is_f64());
        let bits = jobs[0].julia.constant().exact()[0].fraction_bits();
        let exact = number(long).toward(
            &number("0.5"),
            &Share { numerator: 1u8.into(), denominator: 3u8.into() },
            bits,
        );
        let off = &exact - &jobs[1].julia.constant().exact()[0];
        assert!(off.abs().to_f64() <= 2f64.powi(1 - bits as i32));
    }

    #[test]
    fn easing_is_that_of_the_key_frame_before() {
        let text = "0 width=1 palette-offset=0 easing=ease-in-out; 4 width=1/16 palette-offset=1; 8 palette-offset=2";
        let (keys, job): (KeyFrames, _) = (text.parse().unwrap(), job());
        let tracks = KeyTracks::new(&keys, &job, Easing::Linear).unwrap();
        let offsets: Vec<_> = (0..10).map(|k| tracks.palette_offset(k).unwrap()).collect();
        assert_eq!(offsets, [0.0, 0.15625, 0.5, 0.84375, 1.0, 1.25, 1.5, 1.75, 2.0, 2.0]);
        let log2 = |frame| tracks.job(frame).unwrap().grid.given_view().unwrap().width().log2();
        assert!((log2(1) + 4.0 * 0.15625).abs() < 1e-12);
        let eased = KeyTracks::new(&keys, &job, Easing::EaseIn).unwrap();
        assert_eq!(eased.palette_offset(5), Some(1.0625));
    }
}
