//! Pixels that lie close together: followed as one while they stay together, quartered when they
//! part.
//!
//! Most of an orbit's steps are those in which its neighbours take nearly the same, and a disk of
//! points takes them all at once, as a polynomial with a bound. `docs/exactness.md` has the
//! mathematics.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use num_complex::Complex64;

use super::clearance::Clearance;
use super::view::Start;
use crate::band::{Cells, ValuesMut};
use crate::cpu::instruction_set::LeafKernels;
use crate::cpu::kernels::error_bound::SquaredBound;
use crate::cpu::kernels::lanes::{CompactionQueue, Noted};
use crate::cpu::kernels::leaf::{LEAF_SIDE, Leaf, Polynomial};
use crate::cpu::kernels::step_error::UP;
use crate::julia::Julia;
use crate::orbit::quarters::{self, Quarter};
use crate::orbit::taylor::Fate;
use crate::orbit::trap::Trap;

/// The truncation at which a polynomial is given up, in units of how far the tile's points have
/// spread: far below a pixel.
pub const ACCEPTABLE: f64 = 1.0 / (1u64 << 32) as f64;
/// Steps between two looks at the interrupt flag.
const SEGMENT: u32 = 1 << 14;

/// A rectangle of pixels on its way to its counts.
pub struct Tiles<'a> {
    pub julia: &'a Julia,
    pub kernels: &'a LeafKernels,
    pub trap: &'a Trap,
    /// The truncation that a polynomial may have, in units of its spread.
    pub acceptable: f64,
    pub bound: &'a SquaredBound,
    /// The real parts of its columns, the imaginary parts of its rows.
    pub xs: &'a [f64],
    pub ys: &'a [f64],
    /// Those that are wanted, if not all are.
    pub cells: Option<Cells<'a>>,
    /// How far from its sample point a pixel's values shall hold.
    pub reach: f64,
    /// Where the tiles go on from, if their coordinates are offsets in a view.
    pub start: Option<&'a Start<'a>>,
    /// Row by row; with smooth values, if the kernels give them.
    pub values: ValuesMut<'a>,
    /// Pixels whose tiles have taken no step.
    pub apart: &'a mut Vec<u32>,
    /// Pixels whose values are not proven, and those near the set.
    pub noted: &'a mut Noted,
    /// What tells the latter, if they are asked for.
    pub clearance: Option<&'a Clearance>,
    /// Pixels that go on.
    pub queue: &'a mut CompactionQueue<f64>,
    /// Memory for one leaf after the other.
    pub leaf: &'a mut Leaf,
    pub interrupt: &'a AtomicBool,
}

/// A part of them.
struct Tile {
    cols: Range<usize>,
    rows: Range<usize>,
    center: Complex64,
    radius: f64,
}

impl Tiles<'_> {
    /// Follows tiles of `side` pixels.
    pub fn follow(&mut self, side: usize) {
        for top in (0..self.ys.len()).step_by(side) {
            for left in (0..self.xs.len()).step_by(side) {
                let cols = left..self.xs.len().min(left + side);
                let rows = top..self.ys.len().min(top + side);
                let tile = self.tile(cols, rows);
                let disk = match self.start {
                    None => Polynomial::new(tile.center, tile.radius),
                    Some(start) => start.disk(tile.center, tile.radius),
                };
                self.descend(&tile, disk);
            }
        }
    }

    /// The disk that has all sample points of these pixels.
    fn tile(&self, cols: Range<usize>, rows: Range<usize>) -> Tile {
        let middle = |first: f64, last: f64| {
            let middle = 0.5 * first + 0.5 * last;
            (middle, (first - middle).abs().max((last - middle).abs()))
        };
        let (x, width) = middle(self.xs[cols.start], self.xs[cols.end - 1]);
        let (y, height) = middle(self.ys[rows.start], self.ys[rows.end - 1]);
        // Not 0, even if all the points are one.
        let radius = (width * width + height * height).sqrt() * UP + 1e-150 + self.reach * UP;
        Tile { cols, rows, center: Complex64::new(x, y), radius }
    }

    fn is_wanted(&self, tile: &Tile) -> bool {
        self.cells.is_none_or(|cells| cells.any(&tile.cols, &tile.rows))
    }

    fn descend(&mut self, tile: &Tile, mut disk: Polynomial) {
        if !self.is_wanted(tile) {
            return;
        }
        let &mut Self { julia, trap, acceptable, .. } = self;
        let itermax = julia.itermax();
        loop {
            let before = disk.steps;
            let most = itermax.min(before.saturating_add(SEGMENT));
            disk.follow(julia, trap, most, |next, spread| next.truncation <= acceptable * spread);
            if disk.fate != Fate::Open || disk.steps < most || disk.steps == itermax {
                break;
            }
            if self.interrupt.load(Ordering::Relaxed) {
                return;
            }
        }
        self.finish(tile, &disk);
    }

    /// Finishes a tile whose polynomial has been followed to its end.
    fn finish(&mut self, tile: &Tile, disk: &Polynomial) {
        let itermax = self.julia.itermax();
        match disk.fate {
            Fate::Escapes if !self.values.smooth.is_empty() || !self.is_far(tile, disk) => {
                for rows in blocks(&tile.rows) {
                    for cols in blocks(&tile.cols) {
                        self.leaf(&Tile { cols, rows: rows.clone(), ..*tile }, disk);
                    }
                }
            }
            Fate::Escapes => self.fill(tile, disk.steps),
            Fate::Stays => self.fill(tile, itermax),
            Fate::Open if disk.steps == itermax => self.fill(tile, itermax),
            Fate::Open if tile.cols.len() <= LEAF_SIDE && tile.rows.len() <= LEAF_SIDE => {
                self.leaf(tile, disk);
            }
            Fate::Open => self.quarter(tile, disk),
        }
    }

    /// Has the quarters of a tile go on, all four at once.
    fn quarter(&mut self, tile: &Tile, disk: &Polynomial) {
        let &mut Self { julia, trap, acceptable, .. } = self;
        let [[left, right], [top, bottom]] = [&tile.cols, &tile.rows].map(halves);
        let quarters =
            [(&left, &top), (&right, &top), (&left, &bottom), (&right, &bottom)].map(|at| {
                let (cols, rows) = at;
                let is_there = !cols.is_empty() && !rows.is_empty();
                let quarter = is_there.then(|| self.tile(cols.clone(), rows.clone()));
                quarter.filter(|quarter| self.is_wanted(quarter))
            });
        let within = quarters.each_ref().map(|quarter| {
            quarter.as_ref().map(|quarter| Quarter {
                shift: (quarter.center - tile.center) / tile.radius,
                scale: quarter.radius / tile.radius,
            })
        });
        let itermax = julia.itermax();
        let most = itermax.min(disk.steps.saturating_add(SEGMENT));
        let disks = quarters::follow(disk, within, julia, trap, most, |_, next| {
            next.truncation <= acceptable * next.spread
        });
        for (quarter, disk) in quarters.iter().zip(&disks) {
            match quarter {
                None => {}
                Some(quarter)
                    if disk.fate == Fate::Open && disk.steps == most && most < itermax =>
                {
                    self.descend(quarter, *disk);
                }
                Some(quarter) => self.finish(quarter, disk),
            }
        }
    }

    /// Whether no point of a tile that escapes in the next step is noted as near the set.
    fn is_far(&self, tile: &Tile, disk: &Polynomial) -> bool {
        let reach = self.reach / tile.radius * UP;
        self.clearance.is_none_or(|clearance| clearance.of_tile(disk, reach, self.bound))
    }

    fn fill(&mut self, tile: &Tile, count: u32) {
        let rows = self.values.counts.chunks_mut(self.xs.len());
        for row in rows.take(tile.rows.end).skip(tile.rows.start) {
            row[tile.cols.clone()].fill(count);
        }
    }

    fn leaf(&mut self, tile: &Tile, disk: &Polynomial) {
        let stride = self.xs.len();
        if disk.steps == 0 {
            for row in tile.rows.clone() {
                let is_wanted = |col: &usize| self.cells.is_none_or(|cells| cells.has(*col, row));
                let cols = tile.cols.clone().filter(is_wanted);
                self.apart.extend(cols.map(|col| (row * stride + col) as u32));
            }
            return;
        }
        let leaf = &mut *self.leaf;
        leaf.pixels = 0;
        let scale = tile.radius.recip();
        leaf.reach = self.reach * scale * UP;
        let mut us = [0.0; LEAF_SIDE];
        for (u, x) in us.iter_mut().zip(&self.xs[tile.cols.clone()]) {
            *u = (x - tile.center.re) * scale;
        }
        for row in tile.rows.clone() {
            let v = (self.ys[row] - tile.center.im) * scale;
            let first = (row * stride + tile.cols.start) as u32;
            if let Some(cells) = self.cells {
                let wanted = cells.in_row(row, &tile.cols);
                for ((&u, is_wanted), number) in us.iter().zip(wanted).zip(first..) {
                    // Each is written, and kept if it is wanted: no branch.
                    let k = leaf.pixels;
                    (leaf.us[k], leaf.vs[k], leaf.numbers[k]) = (u, v, number);
                    leaf.pixels += usize::from(is_wanted);
                }
            } else {
                let width = tile.cols.len();
                let pixels = leaf.pixels..leaf.pixels + width;
                leaf.us[pixels.clone()].copy_from_slice(&us[..width]);
                leaf.vs[pixels.clone()].fill(v);
                for (pixel, number) in leaf.numbers[pixels.clone()].iter_mut().zip(first..) {
                    *pixel = number;
                }
                leaf.pixels = pixels.end;
            }
        }
        (self.kernels.follow)(self.bound, self.trap, disk, leaf, self.noted, self.queue);
        let pixels = leaf.pixels;
        if self.cells.is_none() {
            put(self.values.counts, stride, tile, &leaf.counts[..pixels]);
            if !self.values.smooth.is_empty() {
                put(self.values.smooth, stride, tile, &leaf.smooth[..pixels]);
            }
            return;
        }
        for (k, &number) in leaf.numbers[..pixels].iter().enumerate() {
            self.values.counts[number as usize] = leaf.counts[k];
            if let Some(smooth) = self.values.smooth.get_mut(number as usize) {
                *smooth = leaf.smooth[k];
            }
        }
    }
}

/// Copies the pixels of a tile to their places in rows of this length.
fn put<T: Copy>(place: &mut [T], stride: usize, tile: &Tile, pixels: &[T]) {
    let rows = place.chunks_mut(stride).skip(tile.rows.start);
    for (row, pixels) in rows.zip(pixels.chunks(tile.cols.len())) {
        row[tile.cols.clone()].copy_from_slice(pixels);
    }
}

/// The parts of a range that are no longer than a leaf.
fn blocks(range: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<> {
    let end = range.end;
    range.clone().step_by(LEAF_SIDE).map(move |start| start..end.min(start + LEAF_SIDE))
}

/// The two halves of a range; if it is no longer than a leaf, the second is empty.
fn halves(range: &Range<usize>) -> [Range<usize>; 2] {
    let middle =
        if range.len() > LEAF_SIDE { range.start + range.len().div_ceil(2) } else { range.end };
    [range.start..middle, middle..range.end]
}
