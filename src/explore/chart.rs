//! Charts: blocks of tiles of a level, whose points are followed as one polynomial.

use std::collections::VecDeque;

use dashu_int::IBig;

use super::limits;
use super::tile::{PITCH_EXPONENT, Place, Points, Rectangle, SIDE};
use crate::dyadic::Dyadic;
use crate::grid::Grid;
use crate::lattice::Lattice;
use crate::pitch::Pitch;
use crate::window::Window;

/// A chart has 2^4 × 2^4 tiles: what is on a screen lies in at most four of them.
const LOG_TILES: usize = 4;

/// From this level on the polynomial of the points is worth sharing. Above, that of a tile's own points is found in no
/// time, and takes them further: half the time at level 4.
const DEEP: i64 = 64;

/// Which chart: the level, and its column and row.
type Key = (i64, IBig, IBig);

/// The charts that were used last, the newest in front. A chart's grid keeps the polynomials of its points.
#[derive(Debug, Default)]
pub struct Charts(VecDeque<(Key, Grid)>);

impl Charts {
    /// A grid, and the window of it that has these points.
    pub fn window(&mut self, points: &Points) -> (Grid, Window) {
        let alone = |level: i64, first: [&IBig; 2], (width, height): (u32, u32)| {
            (grid(level, first, (width, height)), Window { col: 0, row: 0, width, height })
        };
        match points {
            Points::Tile(place) if place.level >= DEEP => self.tile(place),
            Points::Tile(Place { level, x, y }) => {
                let [column, row] = [x, y].map(|index| index * IBig::from(SIDE));
                alone(*level, [&column, &row], (SIDE, SIDE))
            }
            Points::Rectangle(Rectangle { level, column, row, size }) => {
                alone(*level, [column, row], *size)
            }
        }
    }

    /// The grid of the chart of `place`, and the window that is the tile.
    fn tile(&mut self, place: &Place) -> (Grid, Window) {
        let block = |index: &IBig| index >> LOG_TILES;
        let (column, row) = (block(&place.x), block(&place.y));
        let within = |index: &IBig, block: &IBig| {
            let tile = index - (block << LOG_TILES);
            SIDE * u32::try_from(tile).unwrap_or_default()
        };
        let (col, first) = (within(&place.x, &column), within(&place.y, &row));
        let window = Window { col, row: first, width: SIDE, height: SIDE };
        (self.grid((place.level, column, row)), window)
    }

    fn grid(&mut self, key: Key) -> Grid {
        let known = self.0.iter().position(|(known, _)| *known == key);
        let entry = match known.and_then(|at| self.0.remove(at)) {
            Some(entry) => entry,
            None => {
                let [column, row] =
                    [&key.1, &key.2].map(|block| (block << LOG_TILES) * IBig::from(SIDE));
                let side = SIDE << LOG_TILES;
                let grid = grid(key.0, [&column, &row], (side, side));
                (key, grid)
            }
        };
        let grid = entry.1.clone();
        self.0.push_front(entry);
        self.0.truncate(limits::CHARTS);
        grid
    }
}

/// The grid of so many columns and rows of points of a level, the first of which is in this column and row.
fn grid(level: i64, [column, row]: [&IBig; 2], (columns, rows): (u32, u32)) -> Grid {
    let exponent = PITCH_EXPONENT - level;
    let middle =
        |first: &IBig, points: u32| Dyadic::new((first << 1) + IBig::from(points), exponent - 1);
    let x = &Dyadic::from(-2.0) + &middle(column, columns);
    let y = &Dyadic::from(2.0) - &middle(row, rows);
    Grid::of_lattice(Lattice::new([x, y], Pitch { mantissa: 1, exponent }, (columns, rows)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Neighbouring tiles, also of other charts and of other levels, have the points that the protocol says.
    #[test]
    fn the_points_of_tiles_are_those_of_the_protocol() {
        let mut charts = Charts::default();
        for level in [-3, 0, 7, 200] {
            for x in [-17, -16, -1, 0, 15, 16, 100] {
                let place = Place { level, x: IBig::from(x), y: IBig::from(3 - x) };
                let [column, row] = [256 * x, 256 * (3 - x)].map(IBig::from);
                let rectangle = Rectangle { level, column, row, size: (257, 255) };
                for points in [Points::Tile(place), Points::Rectangle(rectangle)] {
                    let (grid, window) = charts.window(&points);
                    let h = |count: i64| Dyadic::new(IBig::from(count), -6 - level);
                    for (i, j) in [(0, 0), (255, 1), (17, 254)] {
                        let [re, im] = grid.point(window.col + i, window.row + j);
                        let (column, row) = (256 * x + i64::from(i), 256 * (3 - x) + i64::from(j));
                        assert!(
                            (&re - &(&Dyadic::from(-2.0) + &h(column))).is_zero(),
                            "{points:?}"
                        );
                        assert!((&im - &(&Dyadic::from(2.0) - &h(row))).is_zero(), "{points:?}");
                    }
                }
            }
        }
    }
}
