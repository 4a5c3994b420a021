//! What `python -m juliaset.cluster` is asked for: the options of a picture, by the command line's own parser, and those
//! for who computes it.

use std::ffi::OsString;

use clap::Parser;
use juliaset::internals::cli::asked::Asked;
use juliaset::internals::cli::console::{Messages, say};
use juliaset::internals::cli::render::Args;
use juliaset::internals::cli::{Request, read_as};
use juliaset::internals::picture;
use juliaset::internals::record::{JOB, SOFTWARE, sheet};
use juliaset::internals::render::set_up;
use pyo3::exceptions::PySystemExit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::call;
use crate::julia_div::PyJuliaDiv;
use crate::pool::pool;
use crate::progress::Progress;
use crate::region::PyComplexRegion;
use crate::tone::keywords;
use crate::view::PyView;

/// One picture from many processes or machines.
///
/// Its pixels are computed in blocks by the workers of a dask cluster and kept in a Zarr array, and in the end they become the
/// picture's file. It can be interrupted at any time, and any worker can fail: the same command goes on, and blocks
/// that are finished are not computed again. The options of the picture are those of juliaset.
#[derive(Parser)]
#[command(
    name = "juliaset.cluster",
    version,
    override_usage = "python -m juliaset.cluster [OPTIONS]"
)]
#[command(next_help_heading = "Messages")]
struct Line {
    #[command(flatten)]
    render: Args,

    #[command(flatten)]
    messages: Messages,

    /// The scheduler's address, such as tcp://10.0.0.1:8786; local is workers on this machine, for this picture
    #[arg(long, value_name = "ADDRESS", default_value = "local", help_heading = "Cluster")]
    scheduler: String,

    /// Local worker processes [default: one for every core]
    ///
    /// Each computes with one thread, unless --threads says otherwise.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    #[arg(help_heading = "Cluster")]
    workers: Option<u32>,

    /// Rows and columns of a block
    ///
    /// One row of blocks is in memory when the file is written.
    #[arg(long, value_name = "N", default_value_t = 1024, help_heading = "Cluster")]
    #[arg(value_parser = clap::value_parser!(u32).range(16..=16384))]
    block: u32,

    /// The Zarr group of the blocks, where all workers can write it [default: the output with .zarr at its end]
    #[arg(long, value_name = "STORE", help_heading = "Cluster")]
    store: Option<String>,

    /// What the blocks have: the escape counts, which are coloured in the end, or pixels
    ///
    /// [default: counts, and pixels with --smooth, --distance or --supersample]
    #[arg(long, value_name = "VALUES", value_parser = ["counts", "pixels"], help_heading = "Cluster")]
    values: Option<String>,
}

/// What the command line `args` asks for, the first of which is the program: the map, what is shown, the keywords of
/// `JuliaDiv.render`, the picture's job, and the options of the cluster.
///
/// Prints what is wrong with it, or the help, and raises `SystemExit`.
#[pyfunction]
pub fn cluster_line<'py>(py: Python<'py>, args: Vec<OsString>) -> PyResult<Bound<'py, PyTuple>> {
    let ended = |code: u8| PySystemExit::new_err((code,));
    let (line, notes) = match read_as::<Line>(args) {
        Ok(Request::Command(line, notes)) => (line, notes),
        Ok(Request::Text(text)) => {
            let _ = text.print();
            return Err(ended(0));
        }
        Err(failure) => {
            say(failure.message());
            return Err(ended(failure.code().0));
        }
    };
    notes.iter().for_each(|note| line.messages.note(note));
    let asked = Asked::new(&line.render).map_err(|failure| {
        say(failure.message());
        ended(failure.code().0)
    })?;
    let Asked { mut job, auto, options, engine, adapter, precision, threads, output } = asked;
    if auto {
        let listener = Progress::Nobody.start(py, 0)?;
        call::run(py, &*pool(py, None)?, listener, |interrupt, progress| {
            job = set_up::with_auto_itermax(&job, precision, interrupt, progress)?;
            Ok(())
        })?;
    }
    let version = concat!("juliaset ", env!("CARGO_PKG_VERSION")).to_owned();
    let record = picture::record(&job, precision, &options).to_string();
    let record = sheet(&[(SOFTWARE, version), (JOB, record)]);
    let resolution = job.grid.width();
    let region = match job.grid.given_view() {
        Some(view) => {
            let view = PyView::of(view, [resolution, job.grid.height()])?;
            Bound::new(py, view)?.into_any()
        }
        None => Bound::new(py, PyComplexRegion::of_picture(job.grid.region())?)?.into_any(),
    };
    let julia = PyJuliaDiv::of(job.julia, resolution, (engine, adapter, precision, threads));
    let julia = Bound::new(py, julia?)?;
    let cluster = PyDict::new(py);
    cluster.set_item("output", output)?;
    cluster.set_item("scheduler", line.scheduler)?;
    cluster.set_item("workers", line.workers)?;
    cluster.set_item("block", line.block)?;
    cluster.set_item("store", line.store)?;
    cluster.set_item("values", line.values)?;
    cluster.set_item("quiet", line.messages.is_quiet())?;
    (julia, region, keywords(py, &options)?, record, cluster).into_pyobject(py)
}
