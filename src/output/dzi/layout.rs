//! Where the tiles of a pyramid are: level 0 is one pixel, and the last level the picture itself.

use crate::output::halving::half;
use crate::window::Window;

/// The longest side of a tile, in pixels. Tiles do not overlap.
pub const TILE: u32 = 512;

/// The most pixels of an area, if a row of tiles is not narrower: up to 100 MB.
const AREA_PIXELS: u32 = 1 << 24;

/// The levels of a picture.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    pub width: u32,
    pub height: u32,
}

impl Layout {
    /// The number of the level that is the picture itself.
    pub fn last(self) -> u32 {
        u32::BITS - (self.width.max(self.height) - 1).leading_zeros()
    }

    /// Columns and rows of a level, in pixels.
    pub fn size(self, level: u32) -> (u32, u32) {
        let halvings = level..self.last();
        halvings.fold((self.width, self.height), |(width, height), _| (half(width), half(height)))
    }

    /// Columns and rows of a level, in tiles.
    pub fn tiles(self, level: u32) -> (u32, u32) {
        let (width, height) = self.size(level);
        (width.div_ceil(TILE), height.div_ceil(TILE))
    }

    /// How many tiles all levels have.
    pub fn all_tiles(self) -> u64 {
        let tiles = |level| {
            let (columns, rows) = self.tiles(level);
            u64::from(columns) * u64::from(rows)
        };
        (0..=self.last()).map(tiles).sum()
    }

    /// Columns and rows of a tile, in pixels.
    pub fn tile_size(self, (level, col, row): (u32, u32, u32)) -> (u32, u32) {
        let (width, height) = self.size(level);
        ((width - col * TILE).min(TILE), (height - row * TILE).min(TILE))
    }

    /// The picture in areas that are computed one after the other: rows of tiles, or parts of one.
    pub fn areas(self) -> impl Iterator<Item = Window> {
        let Self { width, height } = self;
        let widest = AREA_PIXELS / TILE;
        (0..height).step_by(TILE as usize).flat_map(move |row| {
            (0..width).step_by(widest as usize).map(move |col| Window {
                col,
                row,
                width: (width - col).min(widest),
                height: (height - row).min(TILE),
            })
        })
    }

    /// The tiles of an area of the last level.
    pub fn tiles_of(self, area: Window) -> impl Iterator<Item = (u32, u32, u32)> + Clone {
        let columns = area.col / TILE..(area.col + area.width).div_ceil(TILE);
        columns.map(move |col| (self.last(), col, area.row / TILE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_go_down_to_one_pixel() {
        for (width, height, last) in [(1, 1, 0), (2, 1, 1), (512, 3, 9), (513, 3, 10)] {
            let layout = Layout { width, height };
            assert_eq!((layout.last(), layout.size(0)), (last, (1, 1)));
            assert_eq!(layout.size(last), (width, height));
        }
        let layout = Layout { width: 1025, height: 700 };
        assert_eq!(
            (layout.size(10), layout.tiles(11), layout.tiles(10)),
            ((513, 350), (3, 2), (2, 1))
        );
        assert_eq!(layout.tile_size((11, 2, 1)), (1, 188));
        assert_eq!(layout.all_tiles(), 6 + 2 + 10);
    }

    #[test]
    fn areas_have_every_tile_of_the_last_level_once() {
        for (width, height) in [(1, 1), (513, 512), (100_000, 1200), (32_768, 513), (32_769, 1)] {
            let layout = Layout { width, height };
            let tiles: Vec<_> = layout.areas().flat_map(|area| layout.tiles_of(area)).collect();
            let (columns, rows) = layout.tiles(layout.last());
            let all =
                (0..rows).flat_map(|row| (0..columns).map(move |col| (layout.last(), col, row)));
            assert!(tiles.into_iter().eq(all), "{width} × {height}");
            let pixels: u64 = layout.areas().map(|area| area.pixels()).sum();
            assert_eq!(pixels, u64::from(width) * u64::from(height));
        }
    }
}
