//! How many sample points a pixel has: one, N × N, or N × N only for pixels whose neighbours differ.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use super::BAND_PIXELS;
use crate::band::{Band, Quantities, Values};
use crate::engine::{BAND_ROWS, Engine};
use crate::error::{Error, Result};
use crate::grid::Grid;
use crate::job::Job;
use crate::parameter::Parameter;
use crate::render;
use crate::setters::setters;
use crate::window::Window;

/// How many sample points a pixel has; by default one.
///
/// With a factor of N a pixel has the N × N points that are in its place in the picture N times as
/// large ([`Grid::finer`]), and their mean in linear light: the picture is that larger one, averaged
/// down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sampling {
    /// The square root of the number of points, 1 to [`MAX_FACTOR`](Self::MAX_FACTOR).
    pub factor: u32,
    /// Whether only those pixels have all points where one of the eight neighbours has another
    /// escape count. The others have one point, as with a factor of 1.
    pub adaptive: bool,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { factor: 1, adaptive: false }
    }
}

impl Sampling {
    /// The most points on a side of a pixel.
    pub const MAX_FACTOR: u32 = 16;

    setters!(factor: u32, adaptive: bool);

    /// What an engine computes for the picture of `job`: all points, or with adaptive sampling those
    /// that every pixel has.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a factor that is 0 or over [`MAX_FACTOR`](Self::MAX_FACTOR); and as [`Grid::finer`].
    pub fn job(self, job: &Job) -> Result<Job> {
        if !(1..=Self::MAX_FACTOR).contains(&self.factor) {
            let expected = format!("must be from 1 to {}", Self::MAX_FACTOR);
            return Err(Error::invalid(Parameter::Supersample, self.factor, expected));
        }
        let finer = job.grid.finer(self.factor)?;
        Ok(if self.is_adaptive() { job.clone() } else { Job { grid: finer, ..job.clone() } })
    }

    /// Whether single pixels are given more points than the engine computes.
    pub(crate) fn is_adaptive(self) -> bool {
        self.adaptive && self.factor > 1
    }
}

/// A picture's job, as its engine is given it.
pub(crate) struct SamplePlan {
    /// What the engine computes.
    pub job: Job,
    /// The picture's own pixels.
    pub picture: Grid,
    /// How many points each has.
    pub sampling: Sampling,
    /// What of the picture is computed, in this order; without them all of it.
    areas: Option<Vec<Window>>,
}

impl SamplePlan {
    /// The plan for the picture of `job`.
    pub fn new(job: &Job, sampling: Sampling) -> Result<Self> {
        Ok(Self { job: sampling.job(job)?, picture: job.grid.clone(), sampling, areas: None })
    }

    /// The plan for these areas of the picture, one after the other, each in raster order.
    pub fn within(self, areas: Vec<Window>) -> Self {
        Self { areas: Some(areas), ..self }
    }

    /// Has the picture computed on `engine`, part after part, in each area in raster order; the rest as
    /// [`render::each_band`].
    pub fn each_band(
        &self,
        engine: &mut dyn Engine,
        quantities: Quantities,
        interrupt: &AtomicBool,
        mut consume: impl FnMut(Window, &Band) -> Result<()> + Send,
    ) -> Result<()> {
        let band_pixels = self.band_pixels(engine);
        let mut parts = self.parts(band_pixels);
        let windows = self.windows(band_pixels);
        render::each_window(engine, &self.job, quantities, windows, interrupt, |band| {
            parts.next().map_or(Ok(()), |part| consume(part, band))
        })
    }

    /// The parts of the picture that are computed and painted one after the other.
    fn parts(&self, band_pixels: u32) -> impl Iterator<Item = Window> + use<> {
        let factor = if self.sampling.is_adaptive() { 1 } else { self.sampling.factor };
        let (width, height) = (self.picture.width(), self.picture.height());
        let whole = || vec![Window { col: 0, row: 0, width, height }];
        let areas = self.areas.clone().unwrap_or_else(whole);
        let most = band_pixels / (factor * factor);
        areas.into_iter().flat_map(move |area| area.pieces_of_rows(most, BAND_ROWS))
    }

    /// The most pixels of a part, as the engine computes them. With margins it is always the same, so that
    /// [`pixels`](Self::pixels) does not depend on the engine.
    fn band_pixels(&self, engine: &dyn Engine) -> u32 {
        if self.sampling.is_adaptive() {
            BAND_PIXELS
        } else {
            engine.band_pixels(self.job.grid.width())
        }
    }

    /// For each part the window that the engine computes: the part, in the engine's finer pixels or
    /// with a margin of neighbours.
    pub fn windows(&self, band_pixels: u32) -> impl Iterator<Item = Window> + use<> {
        let (sampling, picture) = (self.sampling, self.picture.clone());
        self.parts(band_pixels).map(move |part| {
            if sampling.is_adaptive() {
                part.with_border((picture.width(), picture.height()))
            } else {
                part.finer(sampling.factor)
            }
        })
    }

    /// How many pixels the engine computes.
    pub fn pixels(&self) -> u64 {
        if !self.sampling.is_adaptive() {
            return self.job.grid.pixels();
        }
        self.windows(BAND_PIXELS).map(|window| window.pixels()).sum()
    }

    /// Where a part's own pixels, row by row, are in the band that was computed for it.
    pub fn own_rows(
        &self,
        part: Window,
        band: &Band,
    ) -> impl Iterator<Item = Range<usize>> + use<> {
        // Without a border it is all of the band.
        let own = if self.sampling.is_adaptive() { part } else { band.window };
        let Window { col, row, width, .. } = band.window;
        (own.row - row..own.row - row + own.height).map(move |row| {
            let start = row as usize * width as usize + (own.col - col) as usize;
            start..start + own.width as usize
        })
    }

    /// The values of a part's own pixels.
    pub fn own_values(&self, part: Window, band: &Band) -> Values {
        let mut own = Values::default();
        self.own_rows(part, band).for_each(|row| own.extend(&band.values, row));
        own
    }
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;

    const MAX_FACTOR: u32 = Sampling::MAX_FACTOR;
    use crate::julia::Julia;
    use crate::region::ComplexRegion;

    fn plan(nx: u32, ny: u32, factor: u32, adaptive: bool) -> Result<SamplePlan> {
        let region = ComplexRegion::new(0.0, 1.0, 0.0, 1.0).unwrap();
        let grid = Grid::with_shape(region, nx, ny).unwrap();
        let julia = Julia::new(Complex64::ZERO, 2.0, (0, 9)).unwrap();
        SamplePlan::new(&Job { julia, grid }, Sampling { factor, adaptive })
    }

    #[test]
    fn impossible_factors_are_refused() {
        for factor in [0, MAX_FACTOR + 1, 1 << 16, u32::MAX] {
            assert!(plan(2, 2, factor, false).is_err() && plan(2, 2, factor, true).is_err());
        }
        assert!(plan(2, 2, MAX_FACTOR, false).is_ok());
    }

    #[test]
    fn bands_are_bounded_and_cover_the_picture_in_order() {
        for (nx, ny) in [(3_000_000, 5), (700_000, 7), (1000, 3000), (1, 9)] {
            for (factor, adaptive) in
                [(1, false), (2, false), (3, false), (MAX_FACTOR, false), (3, true)]
            {
                let plan = plan(nx, ny, factor, adaptive).unwrap();
                let mut next = 0;
                for (part, window) in plan.parts(BAND_PIXELS).zip(plan.windows(BAND_PIXELS)) {
                    assert_eq!(u64::from(part.row) * u64::from(nx) + u64::from(part.col), next);
                    next += part.pixels();
                    // A margin above and below a single long row at most triples it.
                    let bound = if adaptive { 3 * BAND_PIXELS + 6 } else { BAND_PIXELS };
                    assert!(window.pixels() <= bound.into(), "{window:?}");
                    assert!(plan.job.grid.window(window).is_ok(), "{window:?}");
                }
                assert_eq!(next, u64::from(nx) * u64::from(ny));
            }
        }
    }
}
