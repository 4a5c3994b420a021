//! The drop-in interface: the original's `JuliaDiv`, arrays out.

use std::sync::atomic::AtomicBool;

use ndarray::Array2;

use crate::constant::Constant;
use crate::counts::Counts;
use crate::engine::{Engine, EngineChoice, GpuOptions, choose};
use crate::error::Result;
use crate::grid::{Grid, check_resolution};
use crate::job::Job;
use crate::julia::{Julia, Precision};
use crate::region::ComplexRegion;
use crate::render;
use crate::render::array;
use crate::window::Window;

/// The escape counts of `z² + c_0` over a region, normalised to `[0, 1]`.
///
/// ```
/// use juliaset::{Complex64, ComplexRegion, JuliaDiv};
///
/// let region = ComplexRegion::new(-1.6, 1.6, -1.0, 1.0)?;
/// let values = JuliaDiv::new(Complex64::new(-0.835, -0.2321), 2.0, (5, 80), 320)?.over(&region)?;
/// assert_eq!(values.dim(), (320, 200));
/// # Ok::<(), juliaset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct JuliaDiv {
    julia: Julia,
    resolution: u32,
}

impl JuliaDiv {
    /// The map with the constant `c_0` at `resolution` columns; the rest as [`Julia::new`].
    ///
    /// # Errors
    /// As [`Julia::new`]; and for a resolution that no picture can have.
    pub fn new(
        c_0: impl Into<Constant>,
        threshold: f64,
        n_iterations: (u32, u32),
        resolution: u32,
    ) -> Result<Self> {
        let julia = Julia::new(c_0, threshold, n_iterations)?;
        check_resolution(resolution)?;
        Ok(Self { julia, resolution })
    }

    /// The map and its parameters.
    pub fn julia(&self) -> Julia {
        self.julia.clone()
    }

    /// Columns of the whole region.
    pub fn resolution(&self) -> u32 {
        self.resolution
    }

    /// The normalised values over `region`, shape `(nx, ny)`: `[[i, j]]` is the value at `x_i + y_j·i`.
    ///
    /// Computed in the default precision, on the engine that should be the faster.
    ///
    /// # Errors
    /// As [`Grid::new`]; [`OutOfMemory`](crate::Error::OutOfMemory); and the engine's errors.
    pub fn over(&self, region: &ComplexRegion) -> Result<Array2<f64>> {
        let job = self.job(region, None)?;
        let mut values = job.grid.zeros()?;
        let never = AtomicBool::new(false);
        array::normalised_into(&mut *engine(&job)?, &job, &mut values, &never, |_| ())?;
        let shape = (job.grid.width() as usize, job.grid.height() as usize);
        Ok(Array2::from_shape_vec(shape, values).expect("one value for each pixel"))
    }

    /// The escape counts themselves over `region`, row-major: row `j` has the imaginary part `y_j`.
    ///
    /// # Errors
    /// As [`over`](Self::over).
    pub fn counts(&self, region: &ComplexRegion) -> Result<Counts> {
        let job = self.job(region, None)?;
        render::counts(&mut *engine(&job)?, &job, &AtomicBool::new(false))
    }

    /// What is computed over `region`, or over a `window` of its pixels, for an engine of the
    /// caller's choice: see [`Renderer`](crate::Renderer).
    ///
    /// # Errors
    /// As [`Grid::new`] and [`Grid::window`].
    pub fn job(&self, region: &ComplexRegion, window: Option<Window>) -> Result<Job> {
        let whole = Grid::new(*region, self.resolution)?;
        let grid = window.map_or(Ok(whole.clone()), |window| whole.window(window))?;
        Ok(Job { julia: self.julia.clone(), grid })
    }
}

fn engine(job: &Job) -> Result<Box<dyn Engine>> {
    choose(EngineChoice::Auto, &GpuOptions::default(), Precision::default(), job)
        .map(|(engine, _)| engine)
}
