//! The drop-in interface: the original's `JuliaDiv`, arrays out.

use std::sync::atomic::AtomicBool;

use ndarray::Array2;
use num_complex::Complex64;

use crate::counts::{Counts, normalised};
use crate::engine::CpuEngine;
use crate::error::Result;
use crate::julia::{Job, Julia, Precision};
use crate::region::{ComplexRegion, Grid};
use crate::render;

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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JuliaDiv {
    julia: Julia,
    resolution: u32,
}

impl JuliaDiv {
    /// The map with the constant `c_0` at `resolution` columns; the rest as [`Julia::new`].
    ///
    /// # Errors
    /// As [`Julia::new`].
    pub fn new(
        c_0: Complex64,
        threshold: f64,
        n_iterations: (u32, u32),
        resolution: u32,
    ) -> Result<Self> {
        Ok(Self { julia: Julia::new(c_0, threshold, n_iterations)?, resolution })
    }

    /// The normalised values over `region`, shape `(nx, ny)`: `[[i, j]]` is the value at `x_i + y_j·i`.
    ///
    /// # Errors
    /// As [`Grid::new`].
    pub fn over(&self, region: &ComplexRegion) -> Result<Array2<f64>> {
        let counts = self.counts(region)?;
        let (itermin, itermax) = (self.julia.itermin(), self.julia.itermax());
        let shape = (counts.width as usize, counts.height as usize);
        Ok(Array2::from_shape_fn(shape, |(i, j)| {
            normalised(counts.data[j * shape.0 + i], itermin, itermax)
        }))
    }

    /// The escape counts themselves over `region`, row-major: row `j` has the imaginary part `y_j`.
    ///
    /// # Errors
    /// As [`Grid::new`].
    pub fn counts(&self, region: &ComplexRegion) -> Result<Counts> {
        let job = Job { julia: self.julia, grid: Grid::new(*region, self.resolution)? };
        let mut engine = CpuEngine::new(Precision::default());
        render::counts(&mut engine, &job, &AtomicBool::new(false))
    }
}
