//! The options for a view by its center, of any depth.

use super::number::parsed;
use super::size::{Size, size};
use crate::cli::error::Failure;
use crate::{Dpi, Grid, Number, View};

/// The names of the options that make a view, and take the place of bounds.
pub const NAMES: [&str; 2] = ["center", "width"];

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
    #[arg(long, value_name = "W", value_parser = parsed::<Number>)]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    width: Option<Number>,

    /// Columns and rows of the picture, as 1920x1080; or its size in print, as 300mmx200mm with --dpi
    ///
    /// Without it there are the columns of --resolution, and the rows follow from the aspect of the four bounds, which are the preset's
    /// or the default. With both, the size is made larger or smaller until it has the columns of --resolution. Four bounds, or a
    /// preset's, become the view of their width around their middle. A length is a decimal number and mm, cm or in; columns and rows are
    /// its pixels at --dpi, rounded to the nearest, and a half up.
    #[arg(long, value_name = "WxH", value_parser = size)]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    size: Option<Size>,

    /// Turn the view about its center by so many degrees, counterclockwise: the picture shows it turned clockwise
    ///
    /// A number as for --center. Four bounds, or a preset's, become the view of their width around their middle; the picture has
    /// as many pixels as before, and shows what is under it after the turn. In the precision exact only.
    #[arg(long, value_name = "DEGREES", value_parser = parsed::<Number>)]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    rotate: Option<Number>,
}

/// How far a view is zoomed in.
#[derive(clap::Args)]
pub struct ZoomArgs {
    /// Height of the view around --center, in place of --width: 4 / Z
    #[arg(long, value_name = "Z", value_parser = parsed::<Number>, conflicts_with = "width")]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    pub zoom: Option<Number>,
}

/// A point, its real and its imaginary part.
#[derive(Clone, Debug)]
pub struct Point(pub [Number; 2]);

impl ViewArgs {
    /// The sample points; `None` if they are given by bounds alone. Without a size they have the aspect of
    /// `by_bounds`.
    pub fn grid(
        &self,
        zoom: Option<&Number>,
        (resolution, dpi): (Option<u32>, Option<Dpi>),
        by_bounds: impl FnOnce() -> crate::Result<Grid>,
    ) -> Result<Option<Grid>, Failure> {
        let size = self.size.as_ref().map(|size| size.pixels(resolution, dpi)).transpose()?;
        let Some(Point([re, im])) = self.center.clone() else {
            let given = [("width", self.width.is_some()), ("zoom", zoom.is_some())];
            if let Some((name, _)) = given.into_iter().find(|(_, is_given)| *is_given) {
                return Err(Failure::usage(format!("--{name}: needs --center")));
            }
            let degrees = self.rotate.as_ref().filter(|degrees| !degrees.is_zero());
            return if size.is_some() || degrees.is_some() {
                around(&by_bounds()?, size, degrees).map(Some)
            } else {
                Ok(None)
            };
        };
        let (columns, rows) = match size {
            None => {
                let grid = by_bounds()?;
                (grid.width(), grid.height())
            }
            Some(size) => size,
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

/// The view around the middle of a region, as wide, in its own or another size, maybe after a turn.
fn around(
    by_bounds: &Grid,
    size: Option<(u32, u32)>,
    degrees: Option<&Number>,
) -> Result<Grid, Failure> {
    let mut view = by_bounds.region().to_view().map_err(|_| {
        Failure::usage(if degrees.is_some() {
            "--rotate: bounds that mirror the picture cannot be rotated; give --center"
        } else {
            "--size: bounds that mirror the picture have only the size that follows from them"
        })
    })?;
    if let Some(degrees) = degrees {
        view = view.rotated(degrees.clone());
    }
    let (columns, rows) = size.unwrap_or(by_bounds.lattice());
    Ok(Grid::of_view(&view, columns, rows)?)
}

/// Parses a point: two numbers of any length.
pub fn point(text: &str) -> Result<Point, String> {
    let (re, im) = text.split_once(',').ok_or("must be RE,IM: two numbers")?;
    Ok(Point([parsed(re.trim())?, parsed(im.trim())?]))
}
