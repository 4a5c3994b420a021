//! The tiles of a window: the first steps of all sample points of a tile as one, on the host.

use std::ops::Range;

use num_complex::Complex64;
use rayon::prelude::*;

use super::error_bound::{self, Origin};
use super::points::{Points, pair, single_bytes};
use crate::gpu::kernel::layouts::{DEGREE, PairTerm, SingleTerm, TERMS, Tile, TileHead};
use crate::gpu::kernel::{COUNT, Kernel, UNWRITTEN};
use crate::julia::Julia;
use crate::orbit::taylor::{Expansion, Fate};
use crate::orbit::trap::Trap;

/// The side of a tile, in pixels.
pub const TILE_SIDE: u32 = 16;

/// Tiles along a side of the squares that are followed first, and quartered as they part.
const FIRST_SIDE: usize = 8;

/// The most steps that a tile is followed as a whole. Each costs the CPU about as much as it saves
/// a fast GPU, and most tiles part long before.
const MOST_STEPS: u32 = 512;

/// Before tiles are quartered their remainder is this part of what is acceptable, so that the quarters can
/// still go on.
const EARLIER: f64 = 1.0 / 1024.0;

/// Makes the tiles of a job.
pub struct Tiling<'a> {
    pub kernel: Kernel,
    /// Whether there will be smooth values: tiles whose points all escape have one count, but not one value.
    pub smooth: bool,
    pub julia: &'a Julia,
    pub origin: &'a Origin,
    pub trap: &'a Trap,
}

/// A coefficient, as a shader has it.
trait Term: Default + Send + bytemuck::Pod {
    fn of(z: Complex64) -> Self;
}

impl Term for SingleTerm {
    fn of(z: Complex64) -> Self {
        [z.re as f32, z.im as f32]
    }
}

impl Term for PairTerm {
    fn of(z: Complex64) -> Self {
        let ([re, re_low], [im, im_low]) = (pair(z.re), pair(z.im));
        [re, im, re_low, im_low]
    }
}

impl Tiling<'_> {
    /// The tiles of these columns and rows, and their sample points relative to the tiles' centers, in units
    /// of the radius of the largest tile's disk.
    pub fn points(&self, xs: &[f64], ys: &[f64]) -> Points {
        let (columns, rows) = (Centered::new(xs), Centered::new(ys));
        let radius = above(columns.reach, rows.reach);
        let all = Tiles { tiling: self, xs, ys, columns: &columns, rows: &rows, radius };
        let scaled = |offsets: &[f64]| -> Vec<f64> { offsets.iter().map(|x| x / radius).collect() };
        let (us, vs) = (scaled(&columns.offsets), scaled(&rows.offsets));
        if self.kernel == Kernel::ExactPair {
            let bytes = |us: Vec<f64>| {
                bytemuck::cast_slice(&us.into_iter().map(pair).collect::<Vec<_>>()).to_vec()
            };
            Points { xs: bytes(us), ys: bytes(vs), tiles: all.bytes::<PairTerm>() }
        } else {
            let tiles = all.bytes::<SingleTerm>();
            Points { xs: single_bytes(us), ys: single_bytes(vs), tiles }
        }
    }

    /// The tile of a polynomial that has been followed as far as it goes.
    fn tile<T: Term>(&self, disk: &Expansion<DEGREE>) -> Tile<T> {
        let itermax = self.julia.itermax();
        let word = match disk.fate {
            Fate::Escapes if self.smooth => UNWRITTEN,
            Fate::Escapes => COUNT + disk.steps,
            Fate::Stays => COUNT + itermax,
            Fate::Open if disk.steps == itermax => COUNT + itermax,
            Fate::Open => UNWRITTEN,
        };
        let mut terms = [T::default(); TERMS];
        let from_origin = disk.constant - self.origin.point;
        for (term, value) in terms.iter_mut().zip([from_origin].iter().chain(&disk.coefficients)) {
            *term = T::of(*value);
        }
        let error = error_bound::evaluation_error(self.kernel, self.origin, disk);
        let head = TileHead { steps: disk.steps, word, error, padding: 0 };
        Tile { head, terms }
    }

    /// Follows a disk while its remainder is this part of what is acceptable.
    fn follow(&self, disk: &mut Expansion<DEGREE>, part: f64) {
        let most_steps = self.julia.itermax().min(MOST_STEPS);
        disk.follow(self.julia, self.trap, most_steps, |next, spread| {
            let acceptable =
                error_bound::acceptable_remainder(self.kernel, self.origin, next.constant, spread);
            next.remainder <= part * acceptable
        });
    }
}

/// A window on its way to its tiles.
struct Tiles<'a> {
    tiling: &'a Tiling<'a>,
    xs: &'a [f64],
    ys: &'a [f64],
    columns: &'a Centered,
    rows: &'a Centered,
    /// Of a tile's disk.
    radius: f64,
}

/// A rectangle of tiles, and a disk with all their sample points.
#[derive(Clone)]
struct Part {
    cols: Range<usize>,
    rows: Range<usize>,
    center: Complex64,
    radius: f64,
}

impl Tiles<'_> {
    /// All tiles, row by row.
    fn bytes<T: Term>(&self) -> Vec<u8> {
        let (width, height) = (self.columns.centers.len(), self.rows.centers.len());
        let squares: Vec<_> = (0..height)
            .step_by(FIRST_SIDE)
            .flat_map(|row| (0..width).step_by(FIRST_SIDE).map(move |col| (col, row)))
            .collect();
        let tiles: Vec<Vec<(usize, Tile<T>)>> = squares
            .into_par_iter()
            .map(|(col, row)| {
                let cols = col..width.min(col + FIRST_SIDE);
                let part = self.part(cols, row..height.min(row + FIRST_SIDE));
                let mut tiles = Vec::with_capacity(FIRST_SIDE * FIRST_SIDE);
                let disk = Expansion::new(part.center, part.radius);
                self.descend(&part, disk, &mut tiles);
                tiles
            })
            .collect();
        let size = Tile::<T>::SIZE;
        let mut bytes = vec![0; width * height * size];
        for (index, tile) in tiles.iter().flatten() {
            let (head, terms) = bytes[index * size..][..size].split_at_mut(size_of::<TileHead>());
            head.copy_from_slice(bytemuck::bytes_of(&tile.head));
            terms.copy_from_slice(bytemuck::bytes_of(&tile.terms));
        }
        bytes
    }

    fn part(&self, cols: Range<usize>, rows: Range<usize>) -> Part {
        if cols.len() == 1 && rows.len() == 1 {
            let center =
                Complex64::new(self.columns.centers[cols.start], self.rows.centers[rows.start]);
            return Part { cols, rows, center, radius: self.radius };
        }
        let middle = |coordinates: &[f64], tiles: &Range<usize>| {
            let end = coordinates.len().min(tiles.end * TILE_SIDE as usize);
            let (first, last) =
                (coordinates[tiles.start * TILE_SIDE as usize], coordinates[end - 1]);
            let middle = 0.5 * first + 0.5 * last;
            (middle, (first - middle).abs().max((last - middle).abs()))
        };
        let (x, width) = middle(self.xs, &cols);
        let (y, height) = middle(self.ys, &rows);
        Part { cols, rows, center: Complex64::new(x, y), radius: above(width, height) }
    }

    /// Follows the points of a part as far as they stay together; those of its quarters then go on.
    fn descend<T: Term>(
        &self,
        part: &Part,
        mut disk: Expansion<DEGREE>,
        tiles: &mut Vec<(usize, Tile<T>)>,
    ) {
        let is_tile = part.cols.len() == 1 && part.rows.len() == 1;
        self.tiling.follow(&mut disk, if is_tile { 1.0 } else { EARLIER });
        let tile = self.tiling.tile(&disk);
        if is_tile || tile.head.word != UNWRITTEN {
            for row in part.rows.clone() {
                let first = row * self.columns.centers.len();
                tiles.extend(part.cols.clone().map(|col| (first + col, tile)));
            }
            return;
        }
        for rows in halves(&part.rows) {
            for cols in halves(&part.cols) {
                let quarter = self.part(cols, rows.clone());
                let shift = (quarter.center - part.center) / part.radius;
                let disk = disk.recentred(shift, quarter.radius / part.radius);
                self.descend(&quarter, disk, tiles);
            }
        }
    }
}

/// Above the distance of a point from another, and not 0 even if they are the same.
fn above(width: f64, height: f64) -> f64 {
    width.hypot(height) * (1.0 + 1e-6) + 1e-30
}

/// A range, and if it is longer than a tile its two halves.
fn halves(range: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<> {
    let middle = range.start + range.len().div_ceil(2);
    [range.start..middle, middle..range.end].into_iter().filter(|half| !half.is_empty())
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
        let julia = Julia::new(Complex64::ZERO, 2.0, (0, 100)).unwrap();
        let trap = Trap::find(julia.c(), julia.threshold(), |_| 0.0);
        let origin = Origin::of(&julia);
        let word = |x: f64, y: f64, smooth: bool| {
            let tiling = Tiling {
                kernel: Kernel::ExactSingle,
                smooth,
                julia: &julia,
                origin: &origin,
                trap: &trap,
            };
            let mut disk = Expansion::new(Complex64::new(x, y), 0.05);
            tiling.follow(&mut disk, 1.0);
            tiling.tile::<SingleTerm>(&disk).head.word
        };
        assert_eq!(word(0.1, 0.2, false), COUNT + 100);
        assert_eq!(word(0.1, 0.2, true), COUNT + 100);
        assert_eq!(word(1.7, 0.2, false), COUNT);
        // One count, but not one smooth value.
        assert_eq!(word(1.7, 0.2, true), UNWRITTEN);
        assert_eq!(word(0.0, 1.0, false), UNWRITTEN);
    }
}
