//! What a kernel is given: the map's uniform blocks for a job, the sample points for a window.

#[cfg(test)]
mod adversary;
pub mod error_bound;
mod points;
pub mod smooth_bound;
mod tiles;
pub mod trap;
mod view;

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use num_complex::Complex64;

use super::kernel::layouts::{
    Bound, ExactDoubleMap, ExactPairMap, ExactSingleMap, Map32, Map64, SmoothBound,
};
use super::kernel::{Kernel, Program};
use crate::error::Result;
use crate::job::Job;
use crate::julia::Julia;
use crate::orbit::trap::Trap;
use crate::window::Window;
use error_bound::Origin;
pub(super) use points::{Points, pair};
use points::{double_bytes, single_bytes};
pub(super) use tiles::TILE_SIDE;
use tiles::Tiling;
use view::Start;

/// A job, as one kernel sees it.
pub(super) struct Inputs {
    kernel: Kernel,
    /// Whether there will be smooth values beside counts.
    smooth: bool,
    job: Job,
    origin: Origin,
    trap: Trap,
    /// Where tiles start, if the points are a view's.
    start: Option<Start>,
}

impl Inputs {
    /// The inputs for a job.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) soon after `interrupt` is set.
    pub fn new(program: Program, job: &Job, interrupt: &AtomicBool) -> Result<Self> {
        let Program { kernel, smooth } = program;
        let julia = &job.julia;
        let trap = trap::find(kernel, julia);
        let origin = if kernel == Kernel::ExactSingle { Origin::of(julia) } else { Origin::NONE };
        let start =
            if kernel.is_exact() { Start::of(job, &trap, smooth, interrupt)? } else { None };
        Ok(Self { kernel, smooth, job: job.clone(), origin, trap, start })
    }

    /// The most steps.
    pub fn itermax(&self) -> u32 {
        self.job.julia.itermax()
    }

    /// The uniform block `Map`.
    pub fn map(&self) -> Vec<u8> {
        let julia = &self.job.julia;
        match self.kernel {
            Kernel::Single => bytemuck::bytes_of(&Map32::from(julia)).to_vec(),
            Kernel::Double => bytemuck::bytes_of(&Map64::from(julia)).to_vec(),
            Kernel::ExactSingle => bytemuck::bytes_of(&ExactSingleMap::from(&self.origin)).to_vec(),
            Kernel::ExactPair => bytemuck::bytes_of(&ExactPairMap::from(julia)).to_vec(),
            Kernel::ExactDouble => bytemuck::bytes_of(&ExactDoubleMap::from(julia)).to_vec(),
        }
    }

    /// The uniform block `Trap`.
    pub fn trap(&self) -> Vec<u8> {
        trap::bytes(self.kernel, &self.trap, self.origin.point)
    }

    /// The uniform block `Bound`, for a kernel that has one.
    pub fn bound(&self) -> Option<Bound> {
        let julia = &self.job.julia;
        match self.kernel {
            Kernel::Single | Kernel::Double => None,
            Kernel::ExactSingle => Some(error_bound::single(julia, &self.origin)),
            Kernel::ExactPair => Some(error_bound::pair(julia)),
            Kernel::ExactDouble => Some(error_bound::double(julia)),
        }
    }

    /// The uniform block `SmoothBound`, for a threshold of at least 2 and |c|.
    pub fn smooth_bound(&self) -> SmoothBound {
        smooth_bound::of(self.kernel, &self.job.julia)
    }

    /// Whether there will be smooth values beside counts.
    pub fn gives_smooth(&self) -> bool {
        self.smooth
    }

    /// How many tiles a window has.
    pub fn tile_count(&self, window: Window) -> u64 {
        let tiles = |side: u32| u64::from(side.div_ceil(TILE_SIDE));
        if self.kernel.has_tiles() { tiles(window.width) * tiles(window.height) } else { 0 }
    }

    fn tiling(&self) -> Tiling<'_> {
        Tiling {
            kernel: self.kernel,
            smooth: self.smooth,
            julia: &self.job.julia,
            origin: &self.origin,
            trap: &self.trap,
            start: self.start.as_ref(),
        }
    }

    /// The sample points of `window`.
    pub fn points(&self, window: Window) -> Points {
        let start = Instant::now();
        let grid = self.job.grid.window(window).expect("a window of the grid");
        let (xs, ys) = match self.kernel {
            Kernel::Double => (double_bytes(&grid.xs()), double_bytes(&grid.ys())),
            Kernel::Single => (single_bytes(grid.xs()), single_bytes(grid.ys())),
            _ => return self.tiling().points(&grid.columns(), &grid.rows()),
        };
        Points { xs, ys, tiles: Vec::new(), time: start.elapsed() }
    }
}

impl From<&Origin> for ExactSingleMap {
    fn from(origin: &Origin) -> Self {
        let single = |z: Complex64| [z.re as f32, z.im as f32];
        Self {
            origin: single(origin.point),
            twice_origin: single(2.0 * origin.point),
            residual: single(origin.residual),
        }
    }
}

impl From<&Julia> for ExactPairMap {
    fn from(julia: &Julia) -> Self {
        let c = [julia.c().re, julia.c().im];
        let rounded = c.map(|part| part as f32);
        Self { c: rounded, c_low: [0, 1].map(|k| (c[k] - f64::from(rounded[k])) as f32) }
    }
}

impl From<&Julia> for ExactDoubleMap {
    fn from(julia: &Julia) -> Self {
        Self { c: [julia.c().re, julia.c().im] }
    }
}

impl From<&Julia> for Map32 {
    fn from(julia: &Julia) -> Self {
        let threshold = julia.threshold() as f32;
        let c = [julia.c().re as f32, julia.c().im as f32];
        Self { c, limit: threshold * threshold, padding: 0.0 }
    }
}

impl From<&Julia> for Map64 {
    fn from(julia: &Julia) -> Self {
        let threshold = julia.threshold();
        let c = [julia.c().re, julia.c().im];
        Self { c, limit: threshold * threshold, padding: 0.0 }
    }
}
