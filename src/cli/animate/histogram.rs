//! One histogram for all frames of an animation.
//!
//! It does not depend on what computes the frames, nor on which of them are made: all machines of a farm find the same one.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use crate::cli::console::Messages;
use crate::cli::options::picture::PictureArgs;
use crate::cli::options::planned;
use crate::engine::CpuEngine;
use crate::render;
use crate::render::set_up::cost;
use crate::tone::ColorMapper;
use crate::{Animation, Grid, Job, PooledHistogram, Precision, Result, Tone};

/// The most frames that are counted: evenly chosen, the first and the last among them.
const FRAMES: u32 = 128;

/// About how many points are counted in each.
const POINTS: f64 = 10_000.0;

/// Gives `tone` one histogram for all frames of `animation`, if it goes by one, unless each frame is to have its own.
///
/// # Errors
/// As [`histogram`].
pub fn complete(
    tone: &mut Tone,
    animation: &Animation,
    auto: bool,
    means: &PictureArgs,
    interrupt: &AtomicBool,
    messages: Messages,
) -> Result<()> {
    if ColorMapper::needs_histogram(tone) && !means.is_histogram_per_frame() {
        let pooled = histogram(animation, auto, means.precision(), interrupt, messages)?;
        tone.histogram = Some(pooled);
    }
    Ok(())
}

/// The counts of some frames of `animation`, each in a small picture of its view. If it is `auto`, each has as many iterations as
/// its view needs.
///
/// # Errors
/// As [`Animation::jobs`], [`planned::set_up`] and [`render::each_band`].
fn histogram(
    animation: &Animation,
    auto: bool,
    precision: Precision,
    interrupt: &AtomicBool,
    messages: Messages,
) -> Result<PooledHistogram> {
    let mut small = animation.clone();
    small.job.grid = small_grid(&animation.job.grid)?;
    let frames = chosen(animation.frames, FRAMES);
    let jobs = if auto { small.jobs_at(&frames)? } else { small.jobs_of_one_orbit_at(&frames)? };
    let points = |job: &Job| job.grid.pixels() + cost(job, precision);
    let progress = messages.progress(jobs.iter().map(points).sum());
    let mut engine = CpuEngine::new(precision);
    let mut counted = BTreeMap::new();
    let number = jobs.len();
    let mut count = |job: &Job| {
        let job = planned::set_up(job, auto, precision, interrupt, &progress)?;
        render::each_band(&mut engine, &job, interrupt, |band| {
            let escaped = band.values.counts.iter().filter(|&&count| count < job.julia.itermax());
            escaped.for_each(|&count| *counted.entry(count).or_insert(0) += 1);
            progress.inc(band.window.pixels());
            Ok(())
        })
    };
    // What has been worked out for a frame goes with it.
    let done = jobs.into_iter().try_for_each(|job| count(&job));
    progress.finish_and_clear();
    done?;
    let escaped: u64 = counted.values().sum();
    messages.detail(format!("one histogram of {escaped} points in {number} frames"));
    Ok(PooledHistogram::of(&counted, animation.job.julia.itermin()))
}

/// At most so `many` of the numbers below `frames`, evenly chosen.
pub fn chosen(frames: u32, many: u32) -> Vec<u32> {
    let many = many.min(frames);
    let (last, steps) = (u64::from(frames.max(1)) - 1, u64::from(many.max(2)) - 1);
    (0..u64::from(many)).map(|k| ((2 * k * last + steps) / (2 * steps)) as u32).collect()
}

/// What `grid` shows, in about [`POINTS`] pixels if it has more.
fn small_grid(grid: &Grid) -> Result<Grid> {
    let (columns, rows) = grid.lattice();
    let aspect = f64::from(columns) / f64::from(rows);
    let mut fewer = ((POINTS * aspect).sqrt().round() as u32).clamp(1, columns);
    if let Some(view) = grid.given_view() {
        let fewer_rows = ((POINTS / f64::from(fewer)).round() as u32).clamp(1, rows);
        return Grid::of_view(view, fewer, fewer_rows);
    }
    // The rows of bounds follow from the columns; there may be none of them.
    loop {
        match Grid::new(grid.region(), fewer) {
            Err(_) if fewer < columns => fewer = fewer.saturating_mul(2).min(columns),
            grid => return grid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ComplexRegion, View};

    #[test]
    fn frames_are_evenly_chosen() {
        assert_eq!(chosen(1, 128), [0]);
        assert_eq!(chosen(5, 128), [0, 1, 2, 3, 4]);
        assert_eq!(chosen(9, 5), [0, 2, 4, 6, 8]);
        assert_eq!(chosen(9, 1), [0]);
        for frames in [127, 128, 129, 250, 1_000_000] {
            let chosen = chosen(frames, 128);
            assert_eq!(chosen.len() as u32, frames.min(128));
            assert_eq!((chosen[0], chosen[chosen.len() - 1]), (0, frames - 1));
            let steps = || chosen.windows(2).map(|pair| pair[1] - pair[0]);
            assert!(steps().max() <= steps().min().map(|least| least + 1), "{frames}");
            assert!(steps().min() >= Some(1));
        }
    }

    #[test]
    fn small_grids_show_the_same() {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let grid = small_grid(&Grid::new(region, 5000).unwrap()).unwrap();
        assert_eq!((grid.width(), grid.height(), grid.region()), (126, 79, region));
        let grid = small_grid(&Grid::new(region, 50).unwrap()).unwrap();
        assert_eq!((grid.width(), grid.height()), (50, 31));
        // A row at least.
        let flat = ComplexRegion::new(0.0, 1.0, 0.0, 1e-5).unwrap();
        let grid = small_grid(&Grid::new(flat, 1_000_000).unwrap()).unwrap();
        assert!((50_000..=130_000).contains(&grid.width()) && grid.height() == 1);
        let number = |text: &str| text.parse().unwrap();
        let view = View::new(number("1/3"), number("0"), number("1e-90")).unwrap();
        let view = view.rotated(number("30"));
        for (columns, rows, fewer) in
            [(1920, 1080, (133, 75)), (3, 90_000, (1, 10_000)), (9, 9, (9, 9))]
        {
            let grid = small_grid(&Grid::of_view(&view, columns, rows).unwrap()).unwrap();
            assert_eq!(((grid.width(), grid.height()), grid.given_view()), (fewer, Some(&view)));
        }
    }
}
