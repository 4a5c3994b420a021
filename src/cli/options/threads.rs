//! The option for how many threads the CPU has.

use std::thread::available_parallelism;

use super::number::whole;
use crate::cli::error::Failure;

/// More than any machine makes use of, and fewer than make it stand still.
const MAX_THREADS: u32 = 1024;

/// Threads beyond this would only take turns on a core, and it takes long to start hundreds of them.
const MAX_THREADS_A_CORE: usize = 4;

/// How many cores to use.
#[derive(clap::Args)]
pub struct ThreadArgs {
    /// Threads of the CPU, 1 to 1024 [default: one for every core]
    ///
    /// More than four for every core are never started.
    #[arg(long, value_name = "N", value_parser = whole(1..=MAX_THREADS), help_heading = "Computation")]
    #[arg(allow_hyphen_values = true)]
    threads: Option<u32>,
}

impl ThreadArgs {
    /// The number that was asked for.
    pub fn number(&self) -> Option<u32> {
        self.threads
    }

    /// Sets the number of threads for the whole process.
    pub fn start(&self) -> Result<(), Failure> {
        let Some(threads) = self.threads else { return Ok(()) };
        let cores = available_parallelism().map_or(1, usize::from);
        rayon::ThreadPoolBuilder::new()
            .num_threads((threads as usize).min(cores * MAX_THREADS_A_CORE))
            .build_global()
            .map_err(|error| Failure::job(format!("--threads {threads}: {error}")))
    }
}
