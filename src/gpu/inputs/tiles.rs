//! The tiles of a window: the first steps of all sample points of a tile as one, on the host.

use std::ops::Range;
use std::time::{Duration, Instant};

use num_complex::Complex64;
use rayon::prelude::*;

use super::error_bound::{self, Origin};
use super::points::{Points, double_bytes, pair, single_bytes};
use super::view::Start;
use crate::gpu::kernel::layouts::{
    DEGREE, DoubleTerm, PairTerm, SingleTerm, TERMS, Tile, TileHead,
};
use crate::gpu::kernel::{COUNT, Kernel, UNWRITTEN};
use crate::julia::Julia;
use crate::orbit::quarters::{self, Extent, Quarter};
use crate::orbit::taylor::{Expansion, Fate};
use crate::orbit::trap::Trap;

/// The side of a tile, in pixels.
pub const TILE_SIDE: u32 = 16;

/// Tiles along a side of the squares that are followed first, and quartered as they part.
const FIRST_SIDE: usize = 8;

/// The most steps that a tile is followed as a whole. Each costs the CPU about as much as it saves
/// a fast GPU, and most tiles part long before.
const MOST_STEPS: u32 = 512;

/// The sides of the first squares are at most this part of a view's columns and rows together.
const PARTS_OF_VIEW: f64 = 24.0;

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
    /// Where the tiles go on from, if their coordinates are offsets in a view.
    pub start: Option<&'a Start>,
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

impl Term for DoubleTerm {
    fn of(z: Complex64) -> Self {
        [z.re, z.im]
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
        let start = Instant::now();
        let (columns, rows) = (Centered::new(xs), Centered::new(ys));
        let radius = above(columns.reach, rows.reach);
        let all = Tiles { tiling: self, xs, ys, columns: &columns, rows: &rows, radius };
        let scaled = |offsets: &[f64]| -> Vec<f64> { offsets.iter().map(|x| x / radius).collect() };
        let (us, vs) = (scaled(&columns.offsets), scaled(&rows.offsets));
        let (us, vs) = match self.kernel {
            Kernel::ExactPair => {
                let bytes = |us: Vec<f64>| {
                    bytemuck::cast_slice(&us.into_iter().map(pair).collect::<Vec<_>>()).to_vec()
                };
                (bytes(us), bytes(vs))
            }
            Kernel::ExactDouble => (double_bytes(&us), double_bytes(&vs)),
            _ => (single_bytes(us), single_bytes(vs)),
        };
        let before = start.elapsed();
        let (tiles, time) = match self.kernel {
            Kernel::ExactPair => all.bytes::<PairTerm>(),
            Kernel::ExactDouble => all.bytes::<DoubleTerm>(),
            _ => all.bytes::<SingleTerm>(),
        };
        Points { xs: us, ys: vs, tiles, time: before + time }
    }

    /// The word of every pixel of a disk that has been followed, if they all have the same.
    fn word(&self, disk: &Expansion<DEGREE>) -> Option<u32> {
        let itermax = self.julia.itermax();
        match disk.fate {
            Fate::Escapes => (!self.smooth).then_some(COUNT + disk.steps),
            Fate::Stays => Some(COUNT + itermax),
            Fate::Open => (disk.steps == itermax).then_some(COUNT + itermax),
        }
    }

    /// The tile of a polynomial that has been followed as far as it goes.
    fn tile<T: Term>(&self, disk: &Expansion<DEGREE>) -> Tile<T> {
        let mut terms = [T::default(); TERMS];
        let from_origin = disk.constant - self.origin.point;
        for (term, value) in terms.iter_mut().zip([from_origin].iter().chain(&disk.coefficients)) {
            *term = T::of(*value);
        }
        let error = error_bound::evaluation_error(self.kernel, self.origin, disk);
        let word = self.word(disk).unwrap_or(UNWRITTEN);
        let head = TileHead { steps: disk.steps, word, error, padding: 0 };
        Tile { head, terms }
    }

    /// Follows a disk while its remainder is this part of what is acceptable.
    fn follow(&self, disk: &mut Expansion<DEGREE>, part: f64) {
        disk.follow(self.julia, self.trap, self.most_steps(), |next, spread| {
            let &Expansion { constant, remainder, truncation, .. } = next;
            self.accepts(Extent { constant, spread, remainder, truncation }, part)
        });
    }

    /// The same of the quarters of `disk`, each with its part.
    fn follow_quarters(
        &self,
        disk: &Expansion<DEGREE>,
        quarters: [Option<Quarter>; 4],
        parts: [f64; 4],
    ) -> [Expansion<DEGREE>; 4] {
        let most_steps = self.most_steps();
        quarters::follow(disk, quarters, self.julia, self.trap, most_steps, |l, next| {
            self.accepts(next, parts[l])
        })
    }

    /// Tiles along a side of the first squares: in a view so few that what the higher terms of its polynomial
    /// amount to in a square is far below a pixel.
    fn first_side(&self) -> usize {
        let Some(start) = self.start else { return FIRST_SIDE };
        let most = start.reach() / (f64::from(TILE_SIDE) * PARTS_OF_VIEW);
        let sides = [8, 4, 2].into_iter().filter(|&side| side as f64 <= most);
        sides.max().unwrap_or(1).min(FIRST_SIDE)
    }

    fn most_steps(&self) -> u32 {
        let start = self.start.map_or(0, Start::steps);
        self.julia.itermax().min(start.saturating_add(MOST_STEPS))
    }

    /// Whether the points may go on to where `next` is, if what is acceptable is this part of what a tile may
    /// have.
    #[inline(always)]
    fn accepts(&self, next: Extent, part: f64) -> bool {
        let Extent { constant, spread, remainder, truncation } = next;
        if self.kernel == Kernel::ExactDouble {
            return truncation <= part * error_bound::ACCEPTABLE_TRUNCATION * spread;
        }
        let acceptable =
            error_bound::acceptable_remainder(self.kernel, self.origin, constant, spread);
        remainder <= part * acceptable
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

impl Part {
    fn is_tile(&self) -> bool {
        self.cols.len() == 1 && self.rows.len() == 1
    }

    /// The part of what is acceptable that its remainder may be.
    fn share(&self) -> f64 {
        if self.is_tile() { 1.0 } else { EARLIER }
    }
}

impl Tiles<'_> {
    /// All tiles, row by row, and how long all threads together took for them.
    fn bytes<T: Term>(&self) -> (Vec<u8>, Duration) {
        let start = Instant::now();
        let (width, height) = (self.columns.centers.len(), self.rows.centers.len());
        let first_side = self.tiling.first_side();
        let size = Tile::<T>::SIZE;
        let mut bytes = vec![0; width * height * size];
        let mut squares: Vec<Square<'_>> = Vec::new();
        for (row, bytes) in bytes.chunks_mut(first_side * width * size).enumerate() {
            let rows = row * first_side..height.min((row + 1) * first_side);
            let first = squares.len();
            squares.extend((0..width).step_by(first_side).map(|col| {
                let cols = col..width.min(col + first_side);
                Square { part: self.part(cols, rows.clone()), rows: Vec::new() }
            }));
            for bytes in bytes.chunks_mut(width * size) {
                let parts = bytes.chunks_mut(first_side * size);
                squares[first..]
                    .iter_mut()
                    .zip(parts)
                    .for_each(|(square, part)| square.rows.push(part));
            }
        }
        let before = start.elapsed();
        let squares = squares.into_par_iter().map(|mut square| {
            // A thread has no other task within a square.
            let start = Instant::now();
            let part = square.part.clone();
            let mut disk = match self.tiling.start {
                None => Expansion::new(part.center, part.radius),
                Some(start) => start.disk(part.center, part.radius),
            };
            if disk.fate == Fate::Open {
                self.tiling.follow(&mut disk, part.share());
            }
            self.descend::<T>(&part, &disk, &mut square);
            start.elapsed()
        });
        let time = before + squares.sum::<Duration>();
        (bytes, time)
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

    /// Writes the tiles of a part that has been followed as `disk`; if its points part, its quarters
    /// go on.
    fn descend<T: Term>(&self, part: &Part, disk: &Expansion<DEGREE>, square: &mut Square<'_>) {
        if part.is_tile() || self.tiling.word(disk).is_some() {
            square.put(part, &self.tiling.tile::<T>(disk));
            return;
        }
        let [[left, right], [top, bottom]] = [&part.cols, &part.rows].map(halves);
        let quarters = [(&left, &top), (&right, &top), (&left, &bottom), (&right, &bottom)].map(
            |(cols, rows)| {
                let is_there = !cols.is_empty() && !rows.is_empty();
                is_there.then(|| self.part(cols.clone(), rows.clone()))
            },
        );
        let disks = self.tiling.follow_quarters(
            disk,
            quarters.each_ref().map(|quarter| {
                quarter.as_ref().map(|quarter| Quarter {
                    shift: (quarter.center - part.center) / part.radius,
                    scale: quarter.radius / part.radius,
                })
            }),
            quarters.each_ref().map(|quarter| quarter.as_ref().map_or(1.0, Part::share)),
        );
        for (quarter, disk) in quarters.iter().zip(&disks) {
            if let Some(quarter) = quarter {
                self.descend::<T>(quarter, disk, square);
            }
        }
    }
}

/// A square that is followed first, and where its tiles are.
struct Square<'a> {
    part: Part,
    /// The bytes of its rows of tiles.
    rows: Vec<&'a mut [u8]>,
}

impl Square<'_> {
    /// Has all tiles of `part` be `tile`.
    fn put<T: Term>(&mut self, part: &Part, tile: &Tile<T>) {
        let size = Tile::<T>::SIZE;
        let within = |tiles: &Range<usize>, first: usize| tiles.start - first..tiles.end - first;
        let cols = within(&part.cols, self.part.cols.start);
        for row in &mut self.rows[within(&part.rows, self.part.rows.start)] {
            for bytes in row[cols.start * size..cols.end * size].chunks_mut(size) {
                let (head, terms) = bytes.split_at_mut(size_of::<TileHead>());
                head.copy_from_slice(bytemuck::bytes_of(&tile.head));
                terms.copy_from_slice(bytemuck::bytes_of(&tile.terms));
            }
        }
    }
}

/// Above the distance of a point from another, and not 0 even if they are the same.
fn above(width: f64, height: f64) -> f64 {
    width.hypot(height) * (1.0 + 1e-6) + 1e-30
}

/// The two halves of a range; the second is empty if that has only one tile.
fn halves(range: &Range<usize>) -> [Range<usize>; 2] {
    let middle = range.start + range.len().div_ceil(2);
    [range.start..middle, middle..range.end]
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
    use crate::grid::Grid;
    use crate::region::ComplexRegion;

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
        let trap = Trap::of(&julia);
        let origin = Origin::of(&julia);
        let word = |x: f64, y: f64, smooth: bool| {
            let tiling = Tiling {
                kernel: Kernel::ExactSingle,
                smooth,
                julia: &julia,
                origin: &origin,
                trap: &trap,
                start: None,
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

    /// The tiles of a window, as the shader has them: `(head, terms)`, with the terms in `f64`.
    fn tiles_of(points: &Points) -> Vec<(TileHead, Vec<Complex64>)> {
        let tile = |bytes: &[u8]| {
            let (head, terms) = bytes.split_at(size_of::<TileHead>());
            let terms = terms.chunks_exact(8).map(|term| {
                let [re, im]: [f32; 2] = bytemuck::pod_read_unaligned(term);
                Complex64::new(re.into(), im.into())
            });
            (bytemuck::pod_read_unaligned(head), terms.collect())
        };
        points.tiles.chunks_exact(Tile::<SingleTerm>::SIZE).map(tile).collect()
    }

    /// Windows whose sides are no multiples of a tile or of a square have quarters that are not there.
    #[test]
    fn each_tile_is_in_its_place_and_takes_its_points_to_their_orbits() {
        let (mut open, mut whole) = (0, 0);
        for (re, im) in [(-0.835, -0.2321), (-0.12256, 0.74486)] {
            let julia = Julia::new(Complex64::new(re, im), 2.0, (0, 60)).unwrap();
            let trap = Trap::of(&julia);
            let origin = Origin::of(&julia);
            let (kernel, smooth) = (Kernel::ExactSingle, false);
            let tiling =
                Tiling { kernel, smooth, julia: &julia, origin: &origin, trap: &trap, start: None };
            let region = ComplexRegion::new(-0.5, 0.7, 0.6, -0.3).unwrap();
            let grid = Grid::new(region, 4001).unwrap();
            for (cols, rows) in [(16, 16), (8 * 16 + 1, 17), (347, 150), (5, 200)] {
                let xs: Vec<f64> = (0..cols).map(|k| grid.x(1700 + k)).collect();
                let ys: Vec<f64> = (0..rows).map(|k| grid.y(900 + k)).collect();
                let points = tiling.points(&xs, &ys);
                let (us, vs): (&[f32], &[f32]) =
                    (bytemuck::cast_slice(&points.xs), bytemuck::cast_slice(&points.ys));
                let tiles = tiles_of(&points);
                let width = xs.len().div_ceil(16);
                assert_eq!(tiles.len(), width * ys.len().div_ceil(16));
                for (row, &y) in ys.iter().enumerate() {
                    for (col, &x) in xs.iter().enumerate() {
                        let (head, terms) = &tiles[row / 16 * width + col / 16];
                        if head.word != UNWRITTEN {
                            let count = crate::cpu::reference::double(&julia, x, y);
                            assert_eq!(head.word, COUNT + count, "{x}, {y}");
                            whole += 1;
                            continue;
                        }
                        let u = Complex64::new(us[col].into(), vs[row].into());
                        let start = Complex64::new(x, y);
                        let z = (0..head.steps).fold(start, |z, _| z * z + julia.c());
                        let at = terms.iter().rev().fold(Complex64::ZERO, |sum, a| sum * u + a);
                        let off = (origin.point + at - z).norm();
                        assert!(off <= head.error.into(), "{x}, {y}: {off:e} {head:?}");
                        open += 1;
                    }
                }
            }
        }
        assert!(open > 10_000 && whole > 10_000, "{open} {whole}");
    }
}
