//! Charts: blocks of tiles of a level, whose points are followed as one polynomial.

use std::collections::VecDeque;

use dashu_int::IBig;

use super::limits;
use super::tile::{PITCH_EXPONENT, Place, SIDE};
use crate::dyadic::Dyadic;
use crate::lattice::{Lattice, Pitch};
use crate::region::{Grid, Window};

/// A chart has 2^4 × 2^4 tiles: what is on a screen lies in at most four of them.
const LOG_TILES: usize = 4;

/// Which chart: the level, and its column and row.
type Key = (i64, IBig, IBig);

/// The charts that were used last, the newest in front. A chart's grid keeps the polynomials of its points.
#[derive(Debug, Default)]
pub struct Charts(VecDeque<(Key, Grid)>);

impl Charts {
    /// The grid of the chart of `place`, and the window that is the tile.
    pub fn tile(&mut self, place: &Place) -> (Grid, Window) {
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
                let grid = grid(&key);
                (key, grid)
            }
        };
        let grid = entry.1.clone();
        self.0.push_front(entry);
        self.0.truncate(limits::CHARTS);
        grid
    }
}

/// The points of a chart: its middle is `2^4/2` tiles from its corner.
fn grid((level, column, row): &Key) -> Grid {
    let exponent = PITCH_EXPONENT - level;
    let half = (SIDE << LOG_TILES) / 2;
    let middle = |block: &IBig| {
        let points = ((block << LOG_TILES) * IBig::from(SIDE)) + IBig::from(half);
        Dyadic::new(points, exponent)
    };
    let x = &Dyadic::from(-2.0) + &middle(column);
    let y = &Dyadic::from(2.0) - &middle(row);
    let pitch = Pitch { mantissa: 1, exponent };
    Grid::of_lattice(Lattice::new([x, y], pitch, (2 * half, 2 * half)))
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
                let (grid, window) = charts.tile(&place);
                let h = |count: i64| Dyadic::new(IBig::from(count), -6 - level);
                for (i, j) in [(0, 0), (255, 1), (17, 254)] {
                    let [re, im] = grid.point(window.col + i, window.row + j);
                    let (column, row) = (256 * x + i64::from(i), 256 * (3 - x) + i64::from(j));
                    assert!((&re - &(&Dyadic::from(-2.0) + &h(column))).is_zero(), "{place:?}");
                    assert!((&im - &(&Dyadic::from(2.0) - &h(row))).is_zero(), "{place:?}");
                }
            }
        }
    }
}
