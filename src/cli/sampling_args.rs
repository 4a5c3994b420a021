//! The options for how many sample points a pixel has.

use juliaset::sampling::Sampling;

use super::args::whole;

/// How many sample points a pixel has.
#[derive(clap::Args)]
pub struct SamplingArgs {
    /// Average N × N sample points for each pixel, N from 1 to 4
    ///
    /// The picture is the one that is N times as large, averaged down in linear light.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole(1..=4))]
    #[arg(allow_hyphen_values = true, help_heading = "Sampling")]
    supersample: u32,

    /// Take more than one sample point only for pixels whose neighbours differ
    ///
    /// That is, where one of the eight has another escape count. Says how many pixels those were. The
    /// further points are computed by the CPU.
    #[arg(long, requires = "supersample", help_heading = "Sampling")]
    adaptive: bool,
}

impl SamplingArgs {
    /// The sampling.
    pub fn sampling(&self) -> Sampling {
        Sampling { factor: self.supersample, adaptive: self.adaptive }
    }
}
