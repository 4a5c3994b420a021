//! A rectangle of a picture's pixels.

/// A rectangle of pixels: columns `col..col + width`, rows `row..row + height`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The leftmost column.
    pub col: u32,
    /// The first row.
    pub row: u32,
    /// Columns, in pixels.
    pub width: u32,
    /// Rows, in pixels.
    pub height: u32,
}

impl Window {
    /// How many pixels it has.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// The window that covers the same part of a grid `factor` times as fine.
    pub(crate) fn finer(self, factor: u32) -> Self {
        Self {
            col: self.col * factor,
            row: self.row * factor,
            width: self.width * factor,
            height: self.height * factor,
        }
    }

    /// The window with one pixel more on every side, if a picture of `columns` and `rows` has one.
    pub fn with_border(self, (columns, rows): (u32, u32)) -> Self {
        let (col, row) = (self.col.saturating_sub(1), self.row.saturating_sub(1));
        let right = (self.col + self.width + 1).min(columns);
        let below = (self.row + self.height + 1).min(rows);
        Self { col, row, width: right - col, height: below - row }
    }

    /// As [`pieces`](Self::pieces), with a multiple of so many `rows` each where there is room for that.
    pub(crate) fn pieces_of_rows(
        self,
        max_pixels: u32,
        rows: u32,
    ) -> impl Iterator<Item = Self> + use<> {
        let whole = self.width.saturating_mul(rows);
        self.pieces(if whole <= max_pixels { max_pixels - max_pixels % whole } else { max_pixels })
    }

    /// Windows of at most `max_pixels` pixels that cover it in raster order: whole rows, or parts of
    /// one row if a row is longer than that.
    pub(crate) fn pieces(self, max_pixels: u32) -> impl Iterator<Item = Self> + use<> {
        let Self { width, height, .. } = self;
        let piece_width = width.min(max_pixels);
        let rows = if piece_width < width { 1 } else { (max_pixels / width).min(height) };
        (0..height).step_by(rows as usize).flat_map(move |row| {
            (0..width).step_by(piece_width as usize).map(move |col| Self {
                col: self.col + col,
                row: self.row + row,
                width: piece_width.min(width - col),
                height: rows.min(height - row),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_ends_where_the_picture_does() {
        for (window, with_border) in [
            ([0, 0, 10, 8], [0, 0, 10, 8]),
            ([0, 2, 10, 3], [0, 1, 10, 5]),
            ([4, 7, 6, 1], [3, 6, 7, 2]),
            ([0, 0, 3, 1], [0, 0, 4, 2]),
        ] {
            let [window, with_border] = [window, with_border]
                .map(|[col, row, width, height]| Window { col, row, width, height });
            assert_eq!(window.with_border((10, 8)), with_border);
        }
    }
}
