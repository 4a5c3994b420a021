//! The options for what computes.

use clap::builder::{PossibleValue, TypedValueParser};

use super::choice::by_name;
use super::threads::ThreadArgs;
use crate::cli::error::Failure;
use crate::engine;
use crate::engine::{Engine, GpuOptions};
use crate::{EngineChoice, EventHandler, ExactKernel, Job, Precision, Reason};

/// How to compute it. The engine itself is each sub-command's own, since their defaults differ.
#[derive(clap::Args)]
pub struct EngineArgs {
    /// The GPU, by its number or a part of its name [default: the best]
    ///
    /// 'juliaset adapters' lists them, with their numbers. A part of its driver's name, of its
    /// interface's or of its PCI address also works, in capitals or not, if it fits no other. Without a name, several GPUs of the best kind
    /// are timed on a part of the job, and the fastest is chosen. Software adapters are used by name,
    /// and with '--engine gpu' if there is nothing else.
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
    ) -> Result<(Box<dyn Engine>, Reason), Failure> {
        let options = GpuOptions::default().adapter(self.adapter.clone());
        let options = options.exact_kernel(self.kernel).events(events);
        Ok(engine::choose(choice, &options, self.precision, job)?)
    }

    /// Whether the adapter that was asked for is there, before a view is set up for it.
    pub fn check_adapter(&self, choice: EngineChoice, job: &Job) -> Result<(), Failure> {
        let options = GpuOptions::default().adapter(self.adapter.clone());
        let options = options.exact_kernel(self.kernel);
        Ok(engine::check_adapter(choice, &options, self.precision, job)?)
    }

    /// What chooses an engine for a job in the same way, at any time.
    #[cfg(feature = "explore")]
    pub fn chooser(
        &self,
        choice: EngineChoice,
        events: EventHandler,
    ) -> impl Fn(&Job) -> crate::Result<Box<dyn Engine>> + Send + Sync + use<> {
        let options = GpuOptions::default().adapter(self.adapter.clone());
        let (options, precision) =
            (options.exact_kernel(self.kernel).events(events), self.precision);
        move |job| Ok(engine::choose(choice, &options, precision, job)?.0)
    }

    /// The number of threads that was asked for.
    pub fn threads(&self) -> Option<u32> {
        self.threads.number()
    }

    /// Sets the number of threads for the whole process.
    pub fn start_threads(&self) -> Result<(), Failure> {
        self.threads.start()
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
