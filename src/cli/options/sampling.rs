//! The options for what is computed of the sample points, and for how many a pixel has.

use super::number::{positive, whole};
use crate::Tone;
use crate::render::supersampling::Sampling;

/// What is computed of the sample points, and how many a pixel has.
#[derive(clap::Args)]
pub struct SamplingArgs {
    /// Colours by the smooth escape value: no bands
    ///
    /// It falls by 1 where the potential doubles. In exact it is proven, to 1/4096 of an iteration; else
    /// the CPU computes it. The same bits with every engine.
    #[arg(long, help_heading = "Sampling")]
    smooth: bool,

    /// Draw the set in the colour of --interior, WIDTH pixels wide where it is thinner [WIDTH: 1]
    ///
    /// The distance from the set is estimated by the potential over its derivative. So filaments are seen
    /// at every zoom. The CPU computes it, the same bits with every engine.
    #[arg(long, value_name = "WIDTH", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "1", value_parser = positive, help_heading = "Sampling")]
    distance: Option<f64>,

    /// Average N × N sample points for each pixel, N from 1 to 16
    ///
    /// The picture is the one that is N times as large, averaged down in linear light.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole(1..=Sampling::MAX_FACTOR))]
    #[arg(allow_hyphen_values = true, help_heading = "Sampling")]
    supersample: u32,

    /// Take more than one sample point only for pixels whose neighbours differ
    ///
    /// That is, if one of the eight has another escape count. Prints how many pixels those were. The
    /// further points are computed by the CPU.
    #[arg(long, requires = "supersample", help_heading = "Sampling")]
    adaptive: bool,

    #[arg(long = "no-smooth", id = "no_smooth", hide = true, overrides_with = "smooth")]
    _no_smooth: bool,

    #[arg(long = "no-distance", id = "no_distance", hide = true, overrides_with = "distance")]
    _no_distance: bool,

    #[arg(long = "no-adaptive", id = "no_adaptive", hide = true, overrides_with = "adaptive")]
    _no_adaptive: bool,
}

impl SamplingArgs {
    /// Sets what `tone` takes from a sample point.
    pub fn complete(&self, tone: Tone) -> Tone {
        tone.smooth(self.smooth).distance(self.distance)
    }

    /// The sampling.
    pub fn sampling(&self) -> Sampling {
        Sampling::default().factor(self.supersample).adaptive(self.adaptive)
    }
}
