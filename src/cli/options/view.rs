//! The options for a view by its center, of any depth.

use crate::cli::error::Failure;
use crate::region::MAX_SIDE;
use crate::{Error, Grid, Number, View};

/// The names of the options that make a view.
pub const NAMES: [&str; 3] = ["center", "width", "size"];

/// The names of the four bounds, which a view takes the place of.
pub const BOUNDS: [&str; 4] = ["xleft", "xright", "ybot", "ytop"];

/// A view by its center.
#[derive(clap::Args)]
pub struct ViewArgs {
    /// Center of the picture, in place of the four bounds: for views of any depth
    ///
    /// Two numbers with as many digits as one likes: decimal as -0.75 or 1e-1000, hexadecimal as 0x1.8p-70, or
    /// fractions as 3/7. Needs --width or --zoom. The sample points are exact binary fractions around it.
    #[arg(long, value_name = "RE,IM", value_parser = point)]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    center: Option<Point>,

    /// Width of the view around --center; a number as there
    #[arg(long, value_name = "W", value_parser = number)]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    width: Option<Number>,

    /// Columns and rows of the view, as 1920x1080
    ///
    /// Without it there are the columns of --resolution, and the rows follow from the aspect of the four bounds, which are the preset's
    /// or the default. With both, the size is made larger or smaller until it has the columns of --resolution.
    #[arg(long, value_name = "WxH", value_parser = size)]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    size: Option<Size>,

    /// Turn the view about its center by so many degrees, counterclockwise: the picture shows it turned clockwise
    ///
    /// A number as for --center. Four bounds, or a preset's, become the view of their width around their middle; the picture has
    /// as many pixels as before, and shows what is under it after the turn. In the precision exact only.
    #[arg(long, value_name = "DEGREES", value_parser = number)]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    rotate: Option<Number>,
}

/// How far a view is zoomed in.
#[derive(clap::Args)]
pub struct ZoomArgs {
    /// Height of the view around --center, in place of --width: 4 / Z
    #[arg(long, value_name = "Z", value_parser = number, conflicts_with = "width")]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    pub zoom: Option<Number>,
}

/// A point, its real and its imaginary part.
#[derive(Clone, Debug)]
pub struct Point(pub [Number; 2]);

#[derive(Clone, Copy, Debug)]
struct Size {
    columns: u32,
    rows: u32,
}

impl ViewArgs {
    /// The sample points; `None` if they are given by bounds alone. Without a size they have the aspect of
    /// `by_bounds`.
    pub fn grid(
        &self,
        zoom: Option<&Number>,
        resolution: Option<u32>,
        by_bounds: impl FnOnce() -> crate::Result<Grid>,
    ) -> Result<Option<Grid>, Failure> {
        let Some(Point([re, im])) = self.center.clone() else {
            let given = [
                ("width", self.width.is_some()),
                ("zoom", zoom.is_some()),
                ("size", self.size.is_some()),
            ];
            return match (given.into_iter().find(|(_, is_given)| *is_given), &self.rotate) {
                (Some((name, _)), _) => Err(Failure::usage(format!("--{name}: needs --center"))),
                (None, Some(degrees)) if !degrees.is_zero() => {
                    around(&by_bounds()?, degrees).map(Some)
                }
                (None, _) => Ok(None),
            };
        };
        let (columns, rows) = match (self.size, resolution) {
            (None, _) => {
                let grid = by_bounds()?;
                (grid.width(), grid.height())
            }
            (Some(Size { columns, rows }), None) => (columns, rows),
            (Some(size), Some(columns)) => (columns, size.rows_of(columns)),
        };
        let view = match (&self.width, zoom) {
            (Some(width), _) => View::new(re, im, width.clone())?,
            (None, Some(zoom)) => View::with_zoom(re, im, zoom.clone(), columns, rows)?,
            (None, None) => return Err(Failure::usage("--center: needs --width or --zoom")),
        };
        let view = match &self.rotate {
            Some(degrees) => view.rotated(degrees.clone()),
            None => view,
        };
        Ok(Some(Grid::of_view(&view, columns, rows)?))
    }
}

/// The view around the middle of a region, as wide, after a turn.
fn around(by_bounds: &Grid, degrees: &Number) -> Result<Grid, Failure> {
    let view = by_bounds.region().to_view().map_err(|_| {
        Failure::usage("--rotate: bounds that mirror the picture cannot be rotated; give --center")
    })?;
    let (columns, rows) = by_bounds.lattice();
    Ok(Grid::of_view(&view.rotated(degrees.clone()), columns, rows)?)
}

impl Size {
    /// The rows that as many columns have with this aspect, at least 1.
    fn rows_of(self, columns: u32) -> u32 {
        let (columns, own) = (u128::from(columns), u128::from(self.columns));
        let rows = (2 * columns * u128::from(self.rows) + own) / (2 * own);
        rows.clamp(1, u32::MAX.into()) as u32
    }
}

/// Parses a number of any length.
pub fn number(text: &str) -> Result<Number, String> {
    text.parse().map_err(|error| match error {
        Error::Invalid { expected, .. } => expected.to_string(),
        error => error.to_string(),
    })
}

/// Parses a point: two numbers of any length.
pub fn point(text: &str) -> Result<Point, String> {
    let (re, im) = text.split_once(',').ok_or("must be RE,IM: two numbers")?;
    Ok(Point([number(re.trim())?, number(im.trim())?]))
}

fn size(text: &str) -> Result<Size, String> {
    let side = |text: &str| text.parse().ok().filter(|side| (1..=MAX_SIDE).contains(side));
    let sides = text.split_once('x').and_then(|(w, h)| Some((side(w)?, side(h)?)));
    let (columns, rows) =
        sides.ok_or_else(|| format!("must be WxH: two whole numbers from 1 to {MAX_SIDE}"))?;
    Ok(Size { columns, rows })
}
