//! The options for what is computed.

use super::number::{finite, modulus, number_of_c, whole};
use super::planned::{Iterations, Planned, iterations};
use super::view::ViewArgs;
use crate::cli::error::Failure;
use crate::grid::MAX_SIDE;
use crate::{Constant, Dpi, Job, Julia, Number};

/// The columns of a picture that does not say it.
const RESOLUTION: u32 = 500;

/// What to compute.
#[derive(clap::Args)]
pub struct JobArgs {
    /// Width of the picture in pixels; its height follows from the region [default: 500]
    ///
    /// The height is N·|ytop - ybot| / |xright - xleft|, rounded: square pixels. A side can have 1 to
    /// 2147483647 pixels; memory does not grow with them.
    #[arg(short = 'R', long, value_name = "N", value_parser = whole(1..=MAX_SIDE))]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    resolution: Option<u32>,

    /// Real part at the left edge
    #[arg(short = 'x', long, value_name = "X", default_value_t = -1.6, value_parser = finite)]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    xleft: f64,

    /// Real part at the right edge
    ///
    /// Where it is less than that at the left edge the picture is mirrored.
    #[arg(short = 'X', long, value_name = "X", default_value_t = 1.6, value_parser = finite)]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    xright: f64,

    /// Imaginary part at the bottom edge
    #[arg(short = 'y', long, value_name = "Y", default_value_t = -1.0, value_parser = finite)]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    ybot: f64,

    /// Imaginary part at the top edge
    ///
    /// Where it is less than that at the bottom edge the picture is upside down.
    #[arg(short = 'Y', long, value_name = "Y", default_value_t = 1.0, value_parser = finite)]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    ytop: f64,

    #[command(flatten)]
    view: ViewArgs,

    /// Real part of c
    ///
    /// Up to 17 decimal digits mean the nearest 64-bit float. In exact, numbers with more digits, hexadecimal numbers and
    /// fractions are meant as they are written; in double and single all are rounded to the nearest float.
    #[arg(short = 'r', long, value_name = "C", default_value = "-0.835", value_parser = number_of_c)]
    #[arg(allow_hyphen_values = true, help_heading = "Julia set")]
    real: Number,

    /// Imaginary part of c
    #[arg(short = 'i', long, value_name = "C", default_value = "-0.2321", value_parser = number_of_c)]
    #[arg(allow_hyphen_values = true, help_heading = "Julia set")]
    imag: Number,

    /// Modulus from which on a point has escaped
    ///
    /// With 2 or more, and no less than |c|, no point that has escaped comes back.
    #[arg(short = 't', long, value_name = "T", default_value_t = 2.0, value_parser = modulus)]
    #[arg(allow_hyphen_values = true, help_heading = "Julia set")]
    threshold: f64,

    /// Escape count up to which the picture is black; less than itermax
    #[arg(short = 'm', long, value_name = "N", default_value_t = 5, value_parser = whole(0..=u32::MAX))]
    #[arg(allow_hyphen_values = true, help_heading = "Julia set")]
    itermin: u32,

    /// Most iterations; a point that has not escaped by then is white
    ///
    /// With auto they are as many as the view needs: 1000, and the steps that its points take together until they have parted
    /// as far as those of an ordinary picture. The number is in the picture's job, and --verbose prints it.
    #[arg(short = 'M', long, value_name = "N|auto", default_value = "80", value_parser = iterations)]
    #[arg(allow_hyphen_values = true, help_heading = "Julia set")]
    itermax: Iterations,
}

impl JobArgs {
    /// The job; `zoom` is that of a view by its center, and `dpi` the pixels of an inch.
    pub fn job(&self, zoom: Option<&Number>, dpi: Option<Dpi>) -> Result<Planned, Failure> {
        let &Self { xleft, xright, ybot, ytop, .. } = self;
        let iterations = (self.itermin, self.itermax.at_first(self.itermin));
        let julia = Julia::new(Constant::new(&self.real, &self.imag)?, self.threshold, iterations)?;
        let resolution = self.resolution.unwrap_or(RESOLUTION);
        let by_bounds = || Job::view(julia.clone(), [xleft, xright, ybot, ytop], resolution);
        let size = (self.resolution, dpi);
        let job = match self.view.grid(zoom, size, || Ok(by_bounds()?.grid))? {
            Some(grid) => Job { julia: julia.clone(), grid },
            None => by_bounds()?,
        };
        Ok(Planned::new(job, self.itermax))
    }
}
