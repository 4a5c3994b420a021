//! Which engine does a job, and why.

pub mod estimate;
#[cfg(feature = "gpu")]
pub mod gpus;
pub mod reason;

use super::{CpuEngine, Engine, EngineChoice, GpuOptions};
use crate::error::{Error, Result};
use crate::job::Job;
use crate::julia::Precision;
use crate::lattice::Lattice;
use crate::parameter::Parameter;
use estimate::START_UP;
use reason::Reason;

/// What it costs to set up a view, in sample points of an ordinary picture, that takes longer than to look for adapters.
const LONG: u64 = 1 << 20;

/// The engine for `job`, and why it is this one.
///
/// Without an adapter's name, [`EngineChoice::Auto`] never takes a software adapter. It looks for a GPU
/// only if the CPU, timed on a few of the job's pixels, would take longer than a GPU takes to
/// start; then both are timed on the same part of the job, and the faster one has it. An adapter
/// named under `Auto` asks for that GPU. Either way the CPU takes over if the GPU fails.
///
/// [`EngineChoice::Gpu`] takes the best kind of adapter that there is, and of several of that kind the
/// one that is fastest on a part of the job.
///
/// # Errors
/// If the engine that was asked for does not exist here; `Auto` without an adapter's name always does.
pub fn choose(
    choice: EngineChoice,
    options: &GpuOptions,
    precision: Precision,
    job: &Job,
) -> Result<(Box<dyn Engine>, Reason)> {
    check_precision(precision, job)?;
    let cpu = |reason| -> Result<(Box<dyn Engine>, Reason)> {
        Ok((Box::new(CpuEngine::new(precision)), reason))
    };
    match (choice, options.adapter.as_deref()) {
        (EngineChoice::Cpu, None) => cpu(Reason::AskedFor),
        (EngineChoice::Cpu, Some(adapter)) => {
            Err(Error::invalid(Parameter::Adapter, adapter, "is no choice with engine cpu"))
        }
        (EngineChoice::Auto, None) => {
            if estimate::is_small(job) {
                return cpu(Reason::Small);
            }
            if estimate::is_deep(job) {
                let why = "the CPU follows the center of so deep a view, whatever else computes"
                    .to_owned();
                return cpu(Reason::NoGpu { why });
            }
            let seconds = estimate::cpu_seconds(job, precision);
            if seconds < START_UP.as_secs_f64() {
                return cpu(Reason::SoonDone { seconds });
            }
            gpus::faster(precision, options, job).or_else(|why| cpu(Reason::NoGpu { why }))
        }
        (EngineChoice::Auto, Some(_)) => gpus::with_fallback(precision, options, job),
        (EngineChoice::Gpu, _) => gpus::asked_for(precision, options, job),
    }
}

/// Whether the GPU that was asked for is there, as far as that can be told without opening it: what [`choose`] would say, before a
/// view is set up for it. Only where that takes longer than to look for adapters.
///
/// # Errors
/// As [`choose`].
pub fn check_adapter(
    choice: EngineChoice,
    options: &GpuOptions,
    precision: Precision,
    job: &Job,
) -> Result<()> {
    let takes_long = |lattice: &Lattice| lattice.polynomial_cost() >= LONG;
    let is_deep = job.grid.view().is_some_and(|(lattice, _)| takes_long(lattice));
    if !is_deep || precision != Precision::Exact {
        return Ok(());
    }
    match (choice, &options.adapter) {
        (EngineChoice::Cpu, _) | (EngineChoice::Auto, None) => Ok(()),
        (EngineChoice::Gpu, _) => gpus::check(precision, options),
        // The CPU has the job if the device fails.
        (EngineChoice::Auto, Some(_)) => match gpus::check(precision, options) {
            Err(error) if error.is_of_device() => Ok(()),
            checked => checked,
        },
    }
}

/// Whether a plain precision has a number for each sample point of a view by its center, in columns and rows. (Pictures by bounds have blocks
/// there, as the original's.)
///
/// # Errors
/// [`Error::Invalid`] if not: [`choose`] asks, and who has an engine already should.
pub fn check_precision(precision: Precision, job: &Job) -> Result<()> {
    let is_plain = precision != Precision::Exact;
    if is_plain && job.grid.is_rotated() {
        let expected = "has no sample points of a rotated view; take exact";
        return Err(Error::invalid(Parameter::Precision, precision, expected));
    }
    if is_plain && job.grid.given_view().is_some() && job.grid.has_equal_neighbours_in(precision) {
        let expected =
            "has the same number for sample points side by side in this view; take exact";
        return Err(Error::invalid(Parameter::Precision, precision, expected));
    }
    Ok(())
}

/// What a build without the GPU engine has in its place.
#[cfg(not(feature = "gpu"))]
mod gpus {
    use super::*;

    type Chosen = (Box<dyn Engine>, Reason);

    pub fn check(_: Precision, _: &GpuOptions) -> Result<()> {
        Err(Error::WithoutGpu)
    }

    pub fn asked_for(_: Precision, _: &GpuOptions, _: &Job) -> Result<Chosen> {
        Err(Error::WithoutGpu)
    }

    pub fn with_fallback(_: Precision, _: &GpuOptions, _: &Job) -> Result<Chosen> {
        Err(Error::WithoutGpu)
    }

    pub fn faster(_: Precision, _: &GpuOptions, _: &Job) -> std::result::Result<Chosen, String> {
        Err("this build has no GPU engine".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;
    use crate::julia::Julia;
    use crate::region::ComplexRegion;
    use crate::view::View;

    fn job(resolution: u32, itermax: u32) -> Job {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let julia = Julia::new(num_complex::Complex64::I, 2.0, (0, itermax)).unwrap();
        Job { julia, grid: Grid::new(region, resolution).unwrap() }
    }

    #[test]
    fn a_small_job_is_the_cpus() {
        let (engine, reason) =
            choose(EngineChoice::Auto, &GpuOptions::default(), Precision::Double, &job(500, 80))
                .unwrap();
        assert_eq!(engine.describe(), "cpu-double");
        assert_eq!(reason, Reason::Small);
    }

    #[test]
    fn the_cpu_has_no_adapter() {
        let result =
            choose(EngineChoice::Cpu, &GpuOptions::on("GeForce"), Precision::Double, &job(10, 10))
                .map(|_| ());
        assert!(result.unwrap_err().to_string().contains("GeForce"));
    }

    /// To time it on a few pixels would take as long as the picture, and could not be interrupted.
    #[test]
    fn the_deepest_views_are_the_cpus() {
        let julia = Julia::new(num_complex::Complex64::I, 2.0, (0, u32::MAX)).unwrap();
        let number = |text: &str| text.parse().unwrap();
        let view = View::new(number("0"), number("1"), number("1e-1000000")).unwrap();
        let job = Job::of_view(julia, &view, 1000, 600).unwrap();
        let options = GpuOptions::default();
        let (engine, reason) =
            choose(EngineChoice::Auto, &options, Precision::Exact, &job).unwrap();
        assert_eq!(engine.describe(), "cpu-exact");
        assert!(matches!(reason, Reason::NoGpu { .. }));
    }

    /// Two pixels are one number of f32 long before they are one of f64.
    #[test]
    fn plain_precisions_end_where_their_numbers_do() {
        let julia = Julia::new(num_complex::Complex64::I, 2.0, (0, 50)).unwrap();
        let refused = |width: &str, precision| {
            let number = |text: &str| text.parse().unwrap();
            let view = View::new(number("0.7"), number("-0.3"), number(width)).unwrap();
            let job = Job::of_view(julia.clone(), &view, 100, 50).unwrap();
            let chosen = choose(EngineChoice::Cpu, &GpuOptions::default(), precision, &job);
            chosen.map(drop).is_err_and(|error| error.to_string().contains("take exact"))
        };
        for (width, of_single, of_double) in [
            ("3", false, false),
            ("1e-4", false, false),
            ("1e-6", true, false),
            ("1e-13", true, false),
            ("1e-15", true, true),
            ("1e-1000", true, true),
        ] {
            assert_eq!(refused(width, Precision::Single), of_single, "{width}");
            assert_eq!(refused(width, Precision::Double), of_double, "{width}");
            assert!(!refused(width, Precision::Exact), "{width}");
        }
    }

    /// It was said after the view had been set up, which takes minutes at 1e-30000.
    #[test]
    fn an_adapter_that_is_not_there_is_an_error_before_a_deep_view_is_set_up() {
        let julia = Julia::new(num_complex::Complex64::I, 2.0, (0, 1_000_000)).unwrap();
        let number = |text: &str| text.parse().unwrap();
        let options = GpuOptions::on("no such adapter");
        for (width, is_deep) in [("1e-30000", true), ("1e-10", false)] {
            let view = View::new(number("0"), number("1"), number(width)).unwrap();
            let job = Job::of_view(julia.clone(), &view, 100, 60).unwrap();
            for choice in [EngineChoice::Gpu, EngineChoice::Auto] {
                let checked = check_adapter(choice, &options, Precision::Exact, &job);
                assert_eq!(checked.is_err(), is_deep, "{choice:?} {width}");
            }
            let auto = GpuOptions::default();
            assert!(check_adapter(EngineChoice::Auto, &auto, Precision::Exact, &job).is_ok());
            assert!(check_adapter(EngineChoice::Cpu, &auto, Precision::Exact, &job).is_ok());
        }
    }

    #[test]
    fn an_adapter_that_is_not_there_is_an_error() {
        for choice in [EngineChoice::Gpu, EngineChoice::Auto] {
            let job = job(10, 10);
            let result =
                choose(choice, &GpuOptions::on("no such adapter"), Precision::Single, &job);
            assert!(result.is_err(), "{choice:?}");
        }
    }
}
