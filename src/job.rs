//! The job: a map on a grid of sample points.

use crate::error::Result;
use crate::julia::Julia;
use crate::region::{ComplexRegion, Grid};
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
}
