//! Where the tiles of a view start.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use num_complex::Complex64;

use crate::error::Result;
use crate::gpu::kernel::layouts::DEGREE;
use crate::job::Job;
use crate::orbit::taylor::{Expansion, Fate};
use crate::orbit::trap::Trap;
use crate::orbit::view::ViewPolynomial;

/// The points of a view, given by their offsets, as far as they have come together.
pub struct Start {
    polynomial: Arc<ViewPolynomial>,
    /// Bounds the error of offsets.
    offset_error: f64,
    /// Columns and rows together, in units of offsets: as far as the polynomial holds.
    reach: f64,
    /// Whether points that escape together still have different values.
    smooth: bool,
}

impl Start {
    /// That of a job's grid; `None` if the grid is that of a region.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) soon after `interrupt` is set.
    pub fn of(
        job: &Job,
        trap: &Trap,
        smooth: bool,
        interrupt: &AtomicBool,
    ) -> Result<Option<Self>> {
        let Some((lattice, factor)) = job.grid.view() else { return Ok(None) };
        let (columns, rows) = lattice.shape();
        Ok(Some(Self {
            polynomial: lattice.polynomial(&job.julia, trap, interrupt)?,
            offset_error: lattice.offset_error(factor),
            reach: f64::from(columns) + f64::from(rows),
            smooth,
        }))
    }

    /// Columns and rows together, in units of offsets.
    pub fn reach(&self) -> f64 {
        self.reach
    }

    /// Steps that all points take together.
    pub fn steps(&self) -> u32 {
        self.polynomial.expansion.steps
    }

    /// The disk around these offsets.
    pub fn disk(&self, center: Complex64, radius: f64) -> Expansion<DEGREE> {
        let ViewPolynomial { scale, expansion, .. } = &*self.polynomial;
        let disk =
            expansion.recentred(center * scale, radius * scale).cut(self.offset_error / radius);
        let goes_on = self.smooth && disk.fate == Fate::Escapes;
        if goes_on { Expansion { fate: Fate::Open, ..disk } } else { disk }
    }
}
