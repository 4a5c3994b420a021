//! `juliaset verify`: an engine's counts and smooth values against a reference's.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::console::{Messages, print};
use super::error::Failure;
use super::exit::ExitCode;
use super::options::engine::{EngineArgs, engine_choice};
use super::options::job::JobArgs;
use super::options::number::whole;
use super::options::view::ZoomArgs;
use super::oracle::Oracle;
use super::signals;
use crate::band::{Quantities, Values};
use crate::cpu;
use crate::cpu::exact::Tiers;
use crate::cpu::{instruction_set, reference};
use crate::engine::check_precision;
use crate::render::{BAND_PIXELS, each_window, set_up, windows};
use crate::verify::Report;
use crate::{EngineChoice, Error, Job, Precision, Variant, Window};

/// Compute a job's escape counts twice, and report where they differ
///
/// The GPU's counts are compared, pixel by pixel, with the CPU's: those of the precision 'exact' with
/// the same, those of 'double' and 'single' with 'double'. With '--engine cpu' the CPU's own counts
/// are compared with the definition, computed point by point; in 'exact' with those of the plainest
/// instruction set, beside --oracle.
///
/// The report says how many pixels differ, the largest difference of two counts, and the first pixel
/// that differs with both counts.
#[derive(clap::Args)]
#[command(after_help = "Exit code 0 only if no pixel differs, otherwise 1.")]
pub struct Args {
    #[command(flatten)]
    job: JobArgs,

    #[command(flatten)]
    zoom: ZoomArgs,

    /// The engine to verify
    #[arg(long, value_name = "ENGINE", default_value_t = EngineChoice::Gpu)]
    #[arg(value_parser = engine_choice(&[EngineChoice::Gpu, EngineChoice::Cpu]))]
    #[arg(help_heading = "Computation")]
    engine: EngineChoice,

    /// Check N pixels drawn at random, and the N with the smallest margins, against fixed point
    /// with enough bits
    #[arg(long, value_name = "N", value_parser = whole(1..=1_000_000))]
    #[arg(allow_hyphen_values = true, help_heading = "Computation")]
    oracle: Option<u32>,

    /// Compare smooth values, too; in the precision 'exact'
    #[arg(long, help_heading = "Computation")]
    smooth: bool,

    #[command(flatten)]
    how: EngineArgs,
}

/// What the counts are compared with.
enum Reference {
    /// The CPU engine, in a precision.
    Cpu(Precision, Box<cpu::Evaluator>),
    /// The definition of the plain precision `double`.
    Definition,
}

impl Reference {
    fn of(args: &Args, job: &Job) -> Result<Self, Failure> {
        let quantities = args.quantities();
        let cpu = |precision| {
            Ok(Self::Cpu(precision, Box::new(cpu::Evaluator::new(job, precision, quantities))))
        };
        match (args.engine, args.how.precision) {
            // The kernels of the plainest instruction set round differently from the fastest.
            (EngineChoice::Cpu, Precision::Exact) => {
                let kernels = &instruction_set::available()[instruction_set::available().len() - 1];
                let evaluator = cpu::Evaluator::with(kernels, job, Precision::Exact, quantities);
                Ok(Self::Cpu(Precision::Exact, Box::new(evaluator)))
            }
            (EngineChoice::Cpu, _) => Ok(Self::Definition),
            (_, Precision::Exact) => cpu(Precision::Exact),
            (_, Precision::Double | Precision::Single) => cpu(Precision::Double),
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Cpu(precision, _) => Variant::on_cpu(*precision).to_string(),
            Self::Definition => format!("the definition of {}", Precision::Double),
        }
    }

    /// Fills `judged` with the values of `window`.
    fn fill(
        &self,
        job: &Job,
        window: Window,
        judged: &mut Values,
        interrupt: &AtomicBool,
    ) -> Result<(), Error> {
        match self {
            Self::Cpu(_, evaluator) => evaluator.fill(window, judged, interrupt).map(drop),
            Self::Definition => {
                let grid = job.grid.window(window)?;
                judged.resize(window.pixels() as usize, Quantities::NONE);
                judged.counts.par_iter_mut().enumerate().try_for_each(|(index, count)| {
                    let (row, col) = (index as u32 / window.width, index as u32 % window.width);
                    *count = reference::double(&job.julia, grid.x(col), grid.y(row));
                    if interrupt.load(Ordering::Relaxed) { Err(Error::Interrupted) } else { Ok(()) }
                })
            }
        }
    }
}

impl Args {
    /// What is compared beside counts.
    fn quantities(&self) -> Quantities {
        Quantities { smooth: self.smooth, distance: None }
    }
}

/// Verifies the job's values.
pub fn run(args: &Args, messages: Messages) -> Result<ExitCode, Failure> {
    let planned = args.job.job(args.zoom.zoom.as_ref(), None)?;
    if args.smooth && args.how.precision != Precision::Exact {
        let precision = args.how.precision.name();
        return Err(Failure::usage(format!(
            "--smooth: in the precision {precision} engines may have different smooth values; take exact"
        )));
    }
    let precision = args.how.precision;
    check_precision(precision, planned.job())?;
    args.how.start_threads()?;
    let interrupt = signals::flag();
    messages.note_equal_neighbours(&planned.job().grid);
    messages.note_rounded_constant(precision, &planned.job().julia);
    args.how.check_adapter(args.engine, planned.job())?;
    let points = planned.job().grid.pixels() + set_up::cost(planned.job(), precision);
    let progress = messages.progress(points);
    let job = planned.set_up(precision, &interrupt, messages, &progress)?;
    let reference = Reference::of(args, &job)?;
    let (mut engine, _) = args.how.engine(args.engine, &job, messages.events(&progress))?;
    messages.note(format!("{} against {}", engine.describe(), reference.describe()));
    let mut report = Report::default();
    let smooth = args.smooth && Tiers::has_smooth(&job.julia);
    let mut oracle = args.oracle.map(|wanted| Oracle::new(&job, wanted as usize, smooth));
    let mut judged = Values::default();
    let (quantities, windows) = (args.quantities(), windows(&job.grid, BAND_PIXELS));
    let done = each_window(engine.as_mut(), &job, quantities, windows, &interrupt, |band| {
        reference.fill(&job, band.window, &mut judged, &interrupt)?;
        progress.inc(band.window.pixels());
        if let Some(oracle) = &mut oracle {
            oracle.take(band, &interrupt)?;
        }
        report.compare(band, &judged)
    });
    progress.finish_and_clear();
    done?;
    print(format!("{report}\n").as_bytes())?;
    let mut all_right = report.differing == 0;
    if let Some(oracle) = oracle {
        let (text, right) = oracle.ask(&interrupt)?;
        print(text.as_bytes())?;
        all_right &= right;
    }
    Ok(if all_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
