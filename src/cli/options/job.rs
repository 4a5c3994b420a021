//! The options that several sub-commands share.

use std::ops::RangeInclusive;
use std::thread::available_parallelism;

use clap::builder::{PossibleValue, TypedValueParser};
use juliaset::internals::region::MAX_SIDE;
use juliaset::internals::{engine, hexfloat};
use juliaset::{
    Complex64, Engine, EngineChoice, EventHandler, ExactKernel, GpuOptions, Job, Julia, Precision,
};

use super::choice::by_name;
use crate::cli::error::Failure;

/// More than any machine makes use of, and fewer than make it stand still.
const MAX_THREADS: u32 = 1024;

/// Threads beyond this would only take turns on a core, and it takes long to start hundreds of them.
const MAX_THREADS_A_CORE: usize = 4;

/// What to compute.
#[derive(clap::Args)]
pub struct JobArgs {
    /// Width of the picture in pixels; its height follows from the region
    ///
    /// The height is N·|ytop - ybot| / |xright - xleft|, rounded: square pixels. A side can have 1 to
    /// 2147483647 pixels; memory does not grow with them.
    #[arg(short = 'R', long, value_name = "N", default_value_t = 500, value_parser = whole(1..=MAX_SIDE))]
    #[arg(allow_hyphen_values = true, help_heading = "Region")]
    resolution: u32,

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

    /// Real part of c
    #[arg(short = 'r', long, value_name = "C", default_value_t = -0.835, value_parser = finite)]
    #[arg(allow_hyphen_values = true, help_heading = "Julia set")]
    real: f64,

    /// Imaginary part of c
    #[arg(short = 'i', long, value_name = "C", default_value_t = -0.2321, value_parser = finite)]
    #[arg(allow_hyphen_values = true, help_heading = "Julia set")]
    imag: f64,

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
    #[arg(short = 'M', long, value_name = "N", default_value_t = 80, value_parser = whole(0..=u32::MAX))]
    #[arg(allow_hyphen_values = true, help_heading = "Julia set")]
    itermax: u32,
}

impl JobArgs {
    /// The job.
    pub fn job(&self) -> juliaset::Result<Job> {
        let &Self { xleft, xright, ybot, ytop, real, imag, .. } = self;
        let bounds = [xleft, xright, ybot, ytop];
        let iterations = (self.itermin, self.itermax);
        let julia = Julia::new(Complex64::new(real, imag), self.threshold, iterations)?;
        Job::view(julia, bounds, self.resolution)
    }
}

/// How to compute it. The engine itself is each sub-command's own, since their defaults differ.
#[derive(clap::Args)]
pub struct EngineArgs {
    /// The GPU, by its number or a part of its name, or 'all' [default: the best]
    ///
    /// 'juliaset adapters' lists them, with their numbers. A part of its driver's name, of its
    /// interface's or of its PCI address will do as well, in capitals or not, if it fits no other. Without a name, several GPUs of the best kind
    /// are timed on a part of the job, and the fastest has it. Software adapters can be had by name,
    /// and with '--engine gpu' where there is nothing else.
    ///
    /// With 'all', every GPU and the CPU share the job, each as much as it can, and one that fails
    /// drops out; that is for precision exact, where the picture does not tell who computed what.
    #[arg(long, value_name = "TEXT", help_heading = "Computation")]
    pub adapter: Option<String>,

    /// How escape counts are computed
    #[arg(long, value_name = "PRECISION", default_value_t = Precision::default())]
    #[arg(value_parser = precision(), help_heading = "Computation")]
    pub precision: Precision,

    /// The floats that precision exact takes on a GPU; the picture is the same [default: the faster]
    #[arg(long, value_name = "FLOATS", help_heading = "Computation")]
    #[arg(value_parser = by_name::<ExactKernel>(ExactKernel::ALL.map(ExactKernel::name)))]
    kernel: Option<ExactKernel>,

    #[command(flatten)]
    threads: ThreadArgs,
}

impl EngineArgs {
    /// The engine that was asked for, and why it is this one.
    pub fn engine(
        &self,
        choice: EngineChoice,
        job: &Job,
        events: EventHandler,
    ) -> Result<(Box<dyn Engine>, String), Failure> {
        let options = GpuOptions::default().adapter(self.adapter.clone());
        let options = options.exact_kernel(self.kernel).events(events);
        Ok(engine::choose(choice, &options, self.precision, job)?)
    }

    /// Sets the number of threads for the whole process.
    pub fn start_threads(&self) -> Result<(), Failure> {
        self.threads.start()
    }
}

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

/// Parses the name of one of these choices.
pub fn engine_choice(choices: &[EngineChoice]) -> impl TypedValueParser<Value = EngineChoice> {
    by_name(choices.iter().map(|choice| {
        PossibleValue::new(choice.name()).help(match choice {
            EngineChoice::Auto => "the one that is faster on a part of the job; says which and why",
            EngineChoice::Cpu => "the CPU: no GPU, no driver needed",
            EngineChoice::Gpu => "a GPU, software adapters too; an error where there is none",
        })
    }))
}

fn precision() -> impl TypedValueParser<Value = Precision> {
    by_name(Precision::ALL.map(|precision| {
        PossibleValue::new(precision.name()).help(match precision {
            Precision::Exact => "the true count of every pixel, proven",
            Precision::Double => "plain 64-bit floats: the original program's counts, bit for bit",
            Precision::Single => "plain 32-bit floats: for previews; wrong on many pixels",
        })
    }))
}

/// Parses a whole number in a range.
pub fn whole(range: RangeInclusive<u32>) -> impl Fn(&str) -> Result<u32, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        let (start, end) = (range.start(), range.end());
        number.ok_or_else(|| format!("must be a whole number from {start} to {end}"))
    }
}

fn finite(text: &str) -> Result<f64, &'static str> {
    number(text).ok_or("must be a finite number")
}

fn modulus(text: &str) -> Result<f64, &'static str> {
    number(text).ok_or("must be finite and over 0")
}

/// Parses a number over 0.
pub fn positive(text: &str) -> Result<f64, &'static str> {
    number(text).filter(|number| *number > 0.0).ok_or("must be finite and over 0")
}

/// A number too large for an `f64` is none: so that the message has it as it was given.
pub fn number(text: &str) -> Option<f64> {
    let number = text.parse().ok().or_else(|| hexfloat::parse(text));
    number.filter(|number: &f64| number.is_finite())
}
