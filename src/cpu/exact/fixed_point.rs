//! Escape counts in fixed point with enough bits: the tier that always answers.

use std::sync::atomic::{AtomicBool, Ordering};

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use crate::dyadic::Point;
use crate::error::{Error, Result};
use crate::julia::Julia;
use crate::orbit::fixed_point::{FRACTION, Orbit, WORD, least_bits, to_f64};
use crate::orbit::trap::Trap;

/// The most bits after the point that are tried, beside those that the point itself has. `docs/exactness.md` tells why no tie needs it, and what may.
pub const MAX_BITS: usize = 1 << 20;

/// The true escape count of `point`; an orbit in the `trap` is not followed any further.
///
/// # Errors
/// [`Error::Undecided`] if [`MAX_BITS`] do not decide, [`Error::Interrupted`] soon after
/// `interrupt` is set.
pub fn escape_count(
    julia: &Julia,
    trap: &Trap,
    point: &Point,
    interrupt: &AtomicBool,
) -> Result<u32> {
    Ok(decided(julia, trap, point, interrupt)?.0)
}

/// The orbit of `point` from z_1 on, rounded to `f64`, in more bits than its count takes.
///
/// # Errors
/// As [`escape_count`].
pub fn orbit(
    julia: &Julia,
    point: &Point,
    interrupt: &AtomicBool,
) -> Result<impl Iterator<Item = (f64, f64)> + use<>> {
    let (_, bits) = decided(julia, &Trap::default(), point, interrupt)?;
    let mut orbit = Orbit::new(julia, point, bits + WORD);
    Ok(std::iter::from_fn(move || {
        orbit.step();
        Some(orbit.rounded())
    }))
}

/// The count, and how many bits decided it.
fn decided(
    julia: &Julia,
    trap: &Trap,
    point: &Point,
    interrupt: &AtomicBool,
) -> Result<(u32, usize)> {
    let own_bits = first_bits(julia, point);
    let (mut bits, max_bits) = (own_bits, own_bits + MAX_BITS);
    loop {
        let orbit = Orbit::new(julia, point, bits);
        let next = match attempt(julia, trap, orbit, 0, interrupt)? {
            Attempt::Decided(count) => return Ok((count, bits)),
            Attempt::Lost { steps, bits: lost } => {
                // What all steps take if the others lose as much. The orbit may end much sooner.
                let for_all = lost as u64 * u64::from(julia.itermax()) / u64::from(steps);
                let for_all = usize::try_from(for_all).unwrap_or(MAX_BITS) + own_bits;
                for_all.clamp(bits + bits / 2, 4 * bits)
            }
        };
        if bits == max_bits {
            return Err(undecided(point, bits));
        }
        bits = next.min(max_bits);
    }
}

/// The first precision: with all bits of the point, no bit is lost at once.
pub fn first_bits(julia: &Julia, [x, y]: &Point) -> usize {
    let own = x.fraction_bits().max(y.fraction_bits());
    least_bits(julia).max(if own > 1074 { own + WORD } else { 0 })
}

/// The error for a point that this number of bits does not decide.
pub fn undecided([x, y]: &Point, bits: usize) -> Error {
    Error::Undecided { x: x.to_f64(), y: y.to_f64(), bits }
}

/// What an attempt with some number of bits comes to.
enum Attempt {
    /// The count.
    Decided(u32),
    /// After some steps the error, grown by some bits, left a comparison open.
    Lost { steps: u32, bits: usize },
}

/// The escape count of an orbit that has taken some steps without an escape, if its bits decide it.
///
/// # Errors
/// [`Error::Interrupted`] soon after `interrupt` is set.
pub fn count_from(
    julia: &Julia,
    trap: &Trap,
    orbit: Orbit,
    steps: u32,
    interrupt: &AtomicBool,
) -> Result<Option<u32>> {
    Ok(match attempt(julia, trap, orbit, steps, interrupt)? {
        Attempt::Decided(count) => Some(count),
        Attempt::Lost { .. } => None,
    })
}

/// Follows an orbit that has taken some steps for as long as its bits decide.
fn attempt(
    julia: &Julia,
    trap: &Trap,
    mut orbit: Orbit,
    steps: u32,
    interrupt: &AtomicBool,
) -> Result<Attempt> {
    let bits = orbit.bits;
    for i in steps..julia.itermax() {
        if interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        orbit.step();
        match orbit.has_escaped() {
            Some(true) => return Ok(Attempt::Decided(i)),
            Some(false) => {}
            None => {
                let lost = orbit.error.bit_len() + (bits - orbit.bits);
                return Ok(Attempt::Lost { steps: i + 1, bits: lost });
            }
        }
        // As seldom as the kernels over lanes: the orbit is followed twice as far at most.
        if i >= 64 && i.is_power_of_two() && !trap.disks().is_empty() {
            let (re, im) = orbit.rounded();
            let error = to_f64(&IBig::from(orbit.error.clone()), orbit.bits);
            if trap.holds(re, im, error + 4.0 * FRACTION) {
                break;
            }
        }
    }
    Ok(Attempt::Decided(julia.itermax()))
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::dyadic::point;

    /// A bounded orbit that expands takes about a bit a step, and no more: the bits that the error
    /// has overtaken are dropped on the way, and the first guess at the bits of all steps holds.
    #[test]
    fn precision_grows_with_the_steps() {
        let go_on = AtomicBool::new(false);
        let count = |threshold, x: f64, itermax| {
            let julia = Julia::new(Complex64::new(-2.0, 0.0), threshold, (0, itermax)).unwrap();
            decided(&julia, &Trap::default(), &point(x, 0.0), &go_on).unwrap()
        };
        let (count_there, bits) = count(2.5, 0.3, 3000);
        assert_eq!(count_there, 3000);
        assert!((3000..3300).contains(&bits), "{bits}");
        // Ends long before its last step.
        let (count_there, bits) = count(1.999, 0.3, 1_000_000);
        assert!(count_there < 1000 && bits < 4000, "{count_there}, {bits}");
    }

    /// z_k approaches the fixed point 1/4, which is the threshold, from below: no number of bits is
    /// enough for many steps, but none is lost by errors that grow.
    #[test]
    fn a_limit_on_the_threshold_is_no_growth() {
        let julia = Julia::new(Complex64::new(0.1875, 0.0), 0.25, (0, 2_000_000)).unwrap();
        let go_on = AtomicBool::new(false);
        let first =
            attempt(&julia, &Trap::default(), Orbit::new(&julia, &point(0.1, 0.0), 192), 0, &go_on)
                .unwrap();
        let Attempt::Lost { steps, bits } = first else { panic!("decided") };
        assert!((150..250).contains(&steps) && bits < 10, "{steps}, {bits}");
    }
}
