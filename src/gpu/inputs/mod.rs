//! What a kernel is given: the map's uniform blocks for a job, the sample points for a window.

pub mod error_bound;
pub mod trap;

use num_complex::Complex64;
use rayon::prelude::*;

use super::kernel::layouts::{Bound, ExactDoubleMap, ExactSingleMap, Map32, Map64, TERMS, Tile};
use super::kernel::{COUNT, Kernel, UNWRITTEN};
use crate::julia::{Job, Julia};
use crate::orbit::taylor::{self, Fate};
use crate::orbit::trap::Trap;
use crate::region::Window;
use error_bound::Origin;

/// The side of a tile of `exact_single.wgsl`, in pixels.
pub(super) const TILE_SIDE: u32 = 16;

/// The most steps that a tile is followed as a whole. Each costs the CPU about as much as it saves
/// a fast GPU, and most tiles part long before.
const MOST_STEPS: u32 = 512;

/// A job, as one kernel sees it.
pub(super) struct Inputs {
    kernel: Kernel,
    job: Job,
    origin: Origin,
    trap: Trap,
}

/// A window's part.
pub(super) struct Points {
    /// The coordinates of the columns.
    pub xs: Vec<u8>,
    /// The coordinates of the rows.
    pub ys: Vec<u8>,
    /// The tiles, for the kernel that has them.
    pub tiles: Vec<u8>,
}

impl Inputs {
    pub fn new(kernel: Kernel, job: &Job) -> Self {
        let julia = &job.julia;
        let trap = trap::find(kernel, julia);
        Self { kernel, job: *job, origin: Origin::of(julia), trap }
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
            Kernel::ExactDouble => bytemuck::bytes_of(&ExactDoubleMap::from(julia)).to_vec(),
        }
    }

    /// The uniform block `Trap`.
    pub fn trap(&self) -> Vec<u8> {
        let origin = match self.kernel {
            Kernel::ExactSingle => self.origin.point,
            _ => Complex64::ZERO,
        };
        trap::bytes(self.kernel, &self.trap, origin)
    }

    /// The uniform block `Bound`, for a kernel that has one.
    pub fn bound(&self) -> Option<Bound> {
        let julia = &self.job.julia;
        match self.kernel {
            Kernel::Single | Kernel::Double => None,
            Kernel::ExactSingle => Some(error_bound::single(julia, &self.origin)),
            Kernel::ExactDouble => Some(error_bound::double(julia)),
        }
    }

    /// How many tiles a window has.
    pub fn tile_count(&self, window: Window) -> u64 {
        let tiles = |side: u32| u64::from(side.div_ceil(TILE_SIDE));
        if self.kernel == Kernel::ExactSingle {
            tiles(window.width) * tiles(window.height)
        } else {
            0
        }
    }

    /// The sample points of `window`.
    pub fn points(&self, window: Window) -> Points {
        let grid = &self.job.grid;
        let xs: Vec<f64> = range(window.col, window.width).map(|col| grid.x(col)).collect();
        let ys: Vec<f64> = range(window.row, window.height).map(|row| grid.y(row)).collect();
        match self.kernel {
            Kernel::Double | Kernel::ExactDouble => {
                let bytes = |values: &[f64]| bytemuck::cast_slice(values).to_vec();
                Points { xs: bytes(&xs), ys: bytes(&ys), tiles: Vec::new() }
            }
            Kernel::Single => {
                Points { xs: single_bytes(xs), ys: single_bytes(ys), tiles: Vec::new() }
            }
            Kernel::ExactSingle => self.tiled_points(&xs, &ys),
        }
    }

    /// Coordinates relative to the tiles' centers, in units of the radius of the largest tile's
    /// disk; and the tiles.
    fn tiled_points(&self, xs: &[f64], ys: &[f64]) -> Points {
        let (columns, rows) = (Centered::new(xs), Centered::new(ys));
        // Above the true distances, and not 0 even if all sample points of a tile are the same.
        let radius = columns.reach.hypot(rows.reach) * (1.0 + 1e-6) + 1e-30;
        let tiles: Vec<Tile> = rows
            .centers
            .par_iter()
            .flat_map_iter(|&y| columns.centers.iter().map(move |&x| Complex64::new(x, y)))
            .map(|center| self.tile(center, radius))
            .collect();
        Points {
            xs: single_bytes(columns.offsets.into_iter().map(|x| x / radius)),
            ys: single_bytes(rows.offsets.into_iter().map(|y| y / radius)),
            tiles: bytemuck::cast_slice(&tiles).to_vec(),
        }
    }

    fn tile(&self, center: Complex64, radius: f64) -> Tile {
        let (julia, origin) = (&self.job.julia, &self.origin);
        let most_steps = julia.itermax().min(MOST_STEPS);
        let disk = taylor::expand(julia, &self.trap, center, radius, most_steps, |at, spread| {
            error_bound::acceptable_remainder(origin, at, spread)
        });
        let word = match disk.fate {
            Fate::Escapes => COUNT + disk.steps,
            Fate::Stays => COUNT + julia.itermax(),
            Fate::Open if disk.steps == julia.itermax() => COUNT + julia.itermax(),
            Fate::Open => UNWRITTEN,
        };
        let mut terms = [[0.0; 2]; TERMS];
        let from_origin = disk.constant - origin.point;
        for (term, value) in terms.iter_mut().zip([from_origin].iter().chain(&disk.coefficients)) {
            *term = [value.re as f32, value.im as f32];
        }
        Tile {
            steps: disk.steps,
            word,
            error: error_bound::evaluation_error(origin, &disk),
            padding: 0,
            terms,
        }
    }
}

/// Coordinates along one axis, each relative to the center of its tile.
struct Centered {
    centers: Vec<f64>,
    offsets: Vec<f64>,
    /// The largest offset's size.
    reach: f64,
}

impl Centered {
    fn new(coordinates: &[f64]) -> Self {
        let mut centered = Self { centers: Vec::new(), offsets: Vec::new(), reach: 0.0 };
        for tile in coordinates.chunks(TILE_SIDE as usize) {
            let center = 0.5 * tile[0] + 0.5 * tile[tile.len() - 1];
            centered.centers.push(center);
            centered.offsets.extend(tile.iter().map(|x| x - center));
        }
        centered.reach = centered.offsets.iter().fold(0.0, |reach, x| reach.max(x.abs()));
        centered
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

fn range(start: u32, length: u32) -> std::ops::Range<u32> {
    start..start + length
}

fn single_bytes(values: impl IntoIterator<Item = f64>) -> Vec<u8> {
    let values: Vec<f32> = values.into_iter().map(|value| value as f32).collect();
    bytemuck::cast_slice(&values).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::{ComplexRegion, Grid};

    #[test]
    fn every_point_lies_in_its_tiles_disk() {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let grid = Grid::new(region, 333).unwrap();
        let xs: Vec<f64> = (0..grid.width()).map(|col| grid.x(col)).collect();
        let centered = Centered::new(&xs);
        assert_eq!(centered.centers.len(), 21);
        for (col, x) in xs.iter().enumerate() {
            let center = centered.centers[col / 16];
            assert!((x - center).abs() <= centered.reach);
            assert_eq!(centered.offsets[col], x - center);
        }
    }

    #[test]
    fn a_tile_inside_and_one_outside_have_one_word() {
        let region = ComplexRegion::new(-2.0, 2.0, 2.0, -2.0).unwrap();
        let julia = Julia::new(Complex64::ZERO, 2.0, (0, 100)).unwrap();
        let job = Job { julia, grid: Grid::new(region, 400).unwrap() };
        let inputs = Inputs::new(Kernel::ExactSingle, &job);
        assert_eq!(inputs.tile(Complex64::new(0.1, 0.2), 0.05).word, COUNT + 100);
        assert_eq!(inputs.tile(Complex64::new(1.7, 0.2), 0.05).word, COUNT);
        assert_eq!(inputs.tile(Complex64::new(0.0, 1.0), 0.05).word, UNWRITTEN);
    }
}
