//! What comes before the first band of a deep view: the polynomial of all its points, which may take longest.

use std::sync::atomic::AtomicBool;

use crate::error::Result;
use crate::job::Job;
use crate::julia::Precision;
use crate::orbit::trap::Trap;
use crate::orbit::view::Watch;

/// How many sample points of an ordinary picture take about as long: 0 for all that is not deep.
pub fn cost(job: &Job, precision: Precision) -> u64 {
    match job.grid.view() {
        Some((lattice, _)) if precision == Precision::Exact => lattice.polynomial_cost(),
        _ => 0,
    }
}

/// Works it out, unless that has been done; `progress` hears of its [`cost`], part by part.
///
/// # Errors
/// [`Error::Interrupted`](crate::Error::Interrupted) soon after `interrupt` is set.
pub fn run(
    job: &Job,
    precision: Precision,
    interrupt: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Result<()> {
    with_parts(cost(job, precision), progress, |tell| {
        let Some((lattice, _)) = job.grid.view().filter(|_| precision == Precision::Exact) else {
            return Ok(());
        };
        let trap = Trap::of(&job.julia);
        lattice.watched(&job.julia, &trap, &mut Watch::new(interrupt, tell)).map(drop)
    })
}

/// `job` with as many iterations as its view needs: [`Job::with_auto_itermax`], with progress as in [`run`], which has
/// nothing left to do then.
///
/// # Errors
/// As [`run`], and [`Error::Invalid`](crate::Error::Invalid) if that is no more than itermin.
pub fn with_auto_itermax(
    job: &Job,
    precision: Precision,
    interrupt: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Result<Job> {
    with_parts(cost(job, precision), progress, |tell| {
        job.with_auto_itermax_watched(&mut Watch::new(interrupt, tell))
    })
}

/// Does `work`, which tells what part of it is done, and tells `progress` what of `cost` is done further.
fn with_parts<T>(
    cost: u64,
    progress: &mut dyn FnMut(u64),
    work: impl FnOnce(&mut dyn FnMut(f64)) -> Result<T>,
) -> Result<T> {
    let mut told = 0;
    let made = work(&mut |part| {
        let done = ((part * cost as f64) as u64).clamp(told, cost);
        progress(done - told);
        told = done;
    })?;
    progress(cost - told);
    Ok(made)
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::julia::Julia;
    use crate::view::View;

    fn job(width: &str) -> Job {
        let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (0, 50_000)).unwrap();
        let number = |text: &str| text.parse().unwrap();
        // A fixed point, to some digits only: its orbit stays for as long as these have it.
        let view = View::new(number("1/3"), number("-1/7"), number(width)).unwrap();
        Job::of_view(julia, &view, 64, 40).unwrap()
    }

    #[test]
    fn parts_add_up_to_the_cost() {
        for (width, several) in [("3", false), ("1e-900", true)] {
            let job = job(width);
            let julia = Julia::new(Complex64::new(0.0, 1.0), 2.0, (0, 50_000)).unwrap();
            let view =
                View::new("-1".parse().unwrap(), "1".parse().unwrap(), width.parse().unwrap());
            let dendrite = Job::of_view(julia, &view.unwrap(), 64, 40).unwrap();
            for (job, several) in [(job, false), (dendrite, several)] {
                let mut heard = Vec::new();
                let go_on = AtomicBool::new(false);
                let mut hear = |points| heard.push(points);
                run(&job, Precision::Exact, &go_on, &mut hear).unwrap();
                assert_eq!(heard.iter().sum::<u64>(), cost(&job, Precision::Exact));
                // Not all at once.
                assert!(!several || heard.len() > 100, "{heard:?}");
                assert_eq!(cost(&job, Precision::Double), 0);
            }
        }
    }

    #[test]
    fn an_interrupt_is_heard_on_the_way() {
        let julia = Julia::new(Complex64::new(0.0, 1.0), 2.0, (0, 50_000)).unwrap();
        let number = |text: &str| text.parse().unwrap();
        let view = View::new(number("-1"), number("1"), number("1e-900")).unwrap();
        let job = Job::of_view(julia, &view, 64, 40).unwrap();
        let interrupt = AtomicBool::new(false);
        let (mut heard, all) = (0, cost(&job, Precision::Exact));
        let mut hear = |points| {
            heard += points;
            interrupt.store(heard > all / 3, std::sync::atomic::Ordering::Relaxed);
        };
        let error = run(&job, Precision::Exact, &interrupt, &mut hear).unwrap_err();
        assert!(matches!(error, crate::Error::Interrupted));
        assert!(heard > all / 3 && heard < all / 2, "{heard} of {all}");
    }
}
