//! The job: a map on a grid of sample points.

use std::sync::atomic::AtomicBool;

use crate::auto_itermax::itermax;
use crate::error::Result;
use crate::grid::Grid;
use crate::julia::Julia;
use crate::orbit::view::Watch;
use crate::region::ComplexRegion;
use crate::view::View;

/// What is computed: a map on a grid of sample points.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The map and its parameters.
    pub julia: Julia,
    /// The sample points.
    pub grid: Grid,
}

impl Job {
    /// The picture of `julia` between the real parts `xleft` and `xright` and the imaginary parts `ybot` and
    /// `ytop`, the right way up, with `width` columns of square pixels. Swapped bounds mirror it.
    ///
    /// ```
    /// use juliaset::{Complex64, Job, Julia};
    ///
    /// let julia = Julia::new(Complex64::new(-0.835, -0.2321), 2.0, (5, 80))?;
    /// let [xleft, xright, ybot, ytop] = [-1.6, 1.6, -1.0, 1.0];
    /// let job = Job::view(julia, [xleft, xright, ybot, ytop], 500)?;
    /// assert_eq!((job.grid.height(), job.grid.y(0)), (313, ytop));
    /// # Ok::<(), juliaset::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for bounds that are not finite, equal or too far apart, and for a picture
    /// with a side of 0 or over 2³¹ - 1 pixels.
    pub fn view(julia: Julia, bounds: [f64; 4], width: u32) -> Result<Self> {
        Ok(Self { julia, grid: Grid::new(ComplexRegion::of_view(bounds)?, width)? })
    }

    /// The picture of `julia` on a view of any depth, in `columns × rows` square pixels.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if a side is 0 or over 2³¹ - 1 pixels.
    pub fn of_view(julia: Julia, view: &View, columns: u32, rows: u32) -> Result<Self> {
        Ok(Self { julia, grid: Grid::of_view(view, columns, rows)? })
    }

    /// The job with as many iterations as its view needs, in place of its own itermax.
    ///
    /// That is K + 1000, where K is the number of steps that the points of the view take together, until they have
    /// parted as far as those of an ordinary picture: log₂(1 / width) if they part by a bit a step. (K is at most
    /// 10000 + 64 for each bit of the pitch, for maps that hardly take points apart.) It depends on the map and the view alone,
    /// and is the same on every machine.
    ///
    /// ```
    /// use juliaset::{Complex64, Job, Julia, View};
    ///
    /// let julia = Julia::new(Complex64::new(0.0, 1.0), 2.0, (0, 1))?;
    /// let view = View::new("-1".parse()?, "1".parse()?, "4e-300".parse()?)?;
    /// let job = Job::of_view(julia, &view, 320, 200)?.with_auto_itermax()?;
    /// assert!((1700..1900).contains(&job.julia.itermax()));
    /// # Ok::<(), juliaset::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if that is no more than itermin.
    pub fn with_auto_itermax(&self) -> Result<Self> {
        self.with_auto_itermax_watched(&mut Watch::new(&AtomicBool::new(false), &mut |_| {}))
    }

    /// The same, with somebody who waits for it.
    pub(crate) fn with_auto_itermax_watched(&self, watch: &mut Watch<'_>) -> Result<Self> {
        let iterations = (self.julia.itermin(), itermax(&self.julia, &self.grid, watch)?);
        let julia = self.julia.with_iterations(iterations)?;
        Ok(Self { julia, grid: self.grid.clone() })
    }
}
