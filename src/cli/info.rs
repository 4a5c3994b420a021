//! `juliaset info`: how a picture was made.

use std::path::PathBuf;

use super::carried;
use super::console::print;
use super::error::Failure;
use super::exit::ExitCode;
use crate::record;

/// Print how a picture was made, as a job file
///
/// What computed it is in comments before the job, so that the output can be used with --job.
#[derive(clap::Args)]
pub struct Args {
    /// A PNG, TIFF, WebP, JPEG, OpenEXR, NPY or DZI that juliaset has made; - is standard input
    #[arg(value_name = "FILE")]
    picture: PathBuf,
}

/// Prints the picture's texts.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    print(record::sheet(&carried::texts(&args.picture)?).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
