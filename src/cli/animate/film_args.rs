//! The options for films.

use crate::cli::options::number::whole;

/// How a film is encoded.
#[derive(clap::Args)]
pub struct FilmArgs {
    /// The quality of a film, as x264 and VP9 have it: less is better and larger [default: 18, or 24 for .webm]
    ///
    /// The constant rate factor, from 1 to 51 for an MP4 and to 63 for a WebM. By default the frames look like those of lossless
    /// pictures; 6 more are about half the size.
    #[arg(long, value_name = "N", value_parser = crf, allow_hyphen_values = true, help_heading = "Output")]
    pub crf: Option<u8>,
}

fn crf(text: &str) -> Result<u8, String> {
    whole(1..=63)(text).map(|crf| crf as u8)
}
