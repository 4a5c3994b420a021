//! The quarters of a disk, all four at once: one vector instruction takes a step of each.
//!
//! What is computed is, operation by operation, that of [`Expansion`].

use multiversion::multiversion;
use num_complex::Complex64;

use super::taylor::{Expansion, Fate, RECENTRING, ROUNDING, STEP, Step, UP, judge, missing};
use super::trap::Trap;
use crate::julia::Julia;

/// One number of each quarter.
type Four = [f64; 4];

/// A disk in the coordinates of the one that it is a quarter of: `u = shift + scale·v`.
#[derive(Clone, Copy, Debug)]
pub struct Quarter {
    /// Where its center is.
    pub shift: Complex64,
    /// Its radius.
    pub scale: f64,
}

/// Where the points of the next step would be.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// The polynomial's value at the disk's center.
    pub constant: Complex64,
    /// How far from that the polynomial takes a point, at most.
    pub spread: f64,
    /// What the polynomial leaves out, at most.
    pub remainder: f64,
    /// The part of that which is due to the degree.
    pub truncation: f64,
}

/// Makes polynomials of the quarters of `disk` and follows each as [`Expansion::follow`] does, while
/// its next extent is `acceptable`, which is also told the number of the quarter. For a quarter that is
/// not there `disk` comes back.
pub fn follow<const DEGREE: usize>(
    disk: &Expansion<DEGREE>,
    quarters: [Option<Quarter>; 4],
    julia: &Julia,
    trap: &Trap,
    most_steps: u32,
    acceptable: impl Fn(usize, Extent) -> bool,
) -> [Expansion<DEGREE>; 4] {
    let mut goes_on = quarters.map(|quarter| quarter.is_some());
    let mut followed = [*disk; 4];
    let mut at = Polynomials::recentred(disk, quarters);
    let mut next = Polynomials { steps: at.steps, ..at };
    while goes_on.contains(&true) {
        if at.steps >= most_steps {
            at.take_out(&goes_on, Fate::Open, &mut followed);
            break;
        }
        step(&at, julia.c(), missing(julia), &mut next);
        for l in 0..4 {
            if !goes_on[l] {
                continue;
            }
            let extent = next.extent(l);
            let judged =
                judge(julia, trap, extent.constant, extent.spread + extent.remainder, || {
                    acceptable(l, extent)
                });
            (goes_on[l], followed[l]) = match judged {
                Step::Taken => continue,
                Step::Trapped => (false, next.quarter(l, Fate::Stays)),
                Step::Escapes => (false, at.quarter(l, Fate::Escapes)),
                Step::Refused => (false, at.quarter(l, Fate::Open)),
            };
        }
        std::mem::swap(&mut at, &mut next);
    }
    followed
}

/// Four polynomials after the same number of steps.
#[derive(Clone, Copy)]
struct Polynomials<const DEGREE: usize> {
    steps: u32,
    constant: [Four; 2],
    coefficients: [[Four; 2]; DEGREE],
    remainder: Four,
    truncation: Four,
    /// Bounds how far from the constant the polynomial takes a point.
    spread: Four,
}

impl<const DEGREE: usize> Polynomials<DEGREE> {
    fn recentred(disk: &Expansion<DEGREE>, quarters: [Option<Quarter>; 4]) -> Self {
        let whole = Quarter { shift: Complex64::ZERO, scale: 1.0 };
        let quarters = quarters.map(|quarter| quarter.unwrap_or(whole));
        let four = |x: f64| [x; 4];
        let pair = |z: Complex64| [four(z.re), four(z.im)];
        let whole_disk = Self {
            steps: disk.steps,
            constant: pair(disk.constant),
            coefficients: disk.coefficients.map(pair),
            remainder: four(disk.remainder),
            truncation: four(disk.truncation),
            spread: four(0.0),
        };
        let shift = [quarters.map(|q| q.shift.re), quarters.map(|q| q.shift.im)];
        let mut new = whole_disk;
        recentre(&whole_disk, &shift, &quarters.map(|q| q.scale), &mut new);
        new
    }

    fn extent(&self, l: usize) -> Extent {
        let [re, im] = self.constant;
        Extent {
            constant: Complex64::new(re[l], im[l]),
            spread: self.spread[l],
            remainder: self.remainder[l],
            truncation: self.truncation[l],
        }
    }

    fn quarter(&self, l: usize, fate: Fate) -> Expansion<DEGREE> {
        let number = |[re, im]: &[Four; 2]| Complex64::new(re[l], im[l]);
        Expansion {
            steps: self.steps,
            fate,
            constant: number(&self.constant),
            coefficients: self.coefficients.each_ref().map(number),
            remainder: self.remainder[l],
            truncation: self.truncation[l],
        }
    }

    fn take_out(&self, wanted: &[bool; 4], fate: Fate, quarters: &mut [Expansion<DEGREE>; 4]) {
        for l in (0..4).filter(|&l| wanted[l]) {
            quarters[l] = self.quarter(l, fate);
        }
    }
}

/// Has `$body` once for each number `$j` below `$end`, at most 12. As a loop it would be the one that the
/// compiler makes vector instructions of, with a gather for each number, in place of that over the quarters.
macro_rules! each {
    ($j:ident below $end:expr, $body:block) => {
        each!($j below $end, $body, [0 1 2 3 4 5 6 7 8 9 10 11])
    };
    ($j:ident below $end:expr, $body:block, [$($number:literal)*]) => {
        $({
            let $j = $number;
            if $j < $end $body
        })*
    };
}

/// `Expansion::recentred`.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2"))]
fn recentre<const DEGREE: usize>(
    from: &Polynomials<DEGREE>,
    shift: &[Four; 2],
    scale: &Four,
    to: &mut Polynomials<DEGREE>,
) {
    for l in 0..4 {
        let shift = [shift[0][l], shift[1][l]];
        let mut constant = [from.constant[0][l], from.constant[1][l]];
        let mut a = [[0.0; 2]; DEGREE];
        each!(j below DEGREE, { a[j] = [from.coefficients[j][0][l], from.coefficients[j][1][l]] });
        let reach = modulus_bound(shift) + scale[l];
        let mut sum = 0.0;
        each!(back below DEGREE, { sum = (sum + modulus_bound(a[DEGREE - 1 - back])) * reach });
        let rounding = RECENTRING * (sum + modulus_bound(constant));
        to.remainder[l] = (from.remainder[l] + rounding) * UP;
        each!(first below DEGREE, {
            each!(back below DEGREE - 1, {
                let j = DEGREE - 1 - back;
                if j >= first {
                    a[j - 1] = sum_of(a[j - 1], product(shift, a[j]));
                }
            });
            if first == 0 {
                constant = sum_of(constant, product(shift, a[0]));
            }
        });
        let (mut power, mut spread) = (1.0, 0.0);
        each!(j below DEGREE, {
            power *= scale[l];
            a[j] = [a[j][0] * power, a[j][1] * power];
            spread += modulus_bound(a[j]);
            (to.coefficients[j][0][l], to.coefficients[j][1][l]) = (a[j][0], a[j][1]);
        });
        (to.constant[0][l], to.constant[1][l]) = (constant[0], constant[1]);
        to.truncation[l] = from.truncation[l];
        to.spread[l] = spread * UP;
    }
    to.steps = from.steps;
}

/// One step of `z² + c`, as `Expansion::next`.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2"))]
fn step<const DEGREE: usize>(
    from: &Polynomials<DEGREE>,
    c: Complex64,
    missing: f64,
    to: &mut Polynomials<DEGREE>,
) {
    let c = [c.re, c.im];
    for l in 0..4 {
        let r = [from.constant[0][l], from.constant[1][l]];
        let (mut a, mut moduli) = ([[0.0; 2]; DEGREE], [0.0; DEGREE]);
        let mut new = [[0.0; 2]; DEGREE];
        each!(j below DEGREE, {
            a[j] = [from.coefficients[j][0][l], from.coefficients[j][1][l]];
            moduli[j] = modulus_bound(a[j]);
            new[j] = twice(product(r, a[j]));
        });
        let (mut cut, mut tail) = (0.0, 0.0);
        each!(i below DEGREE, {
            each!(j below i.min(DEGREE - 1 - i), {
                new[i + j + 1] = sum_of(new[i + j + 1], twice(product(a[i], a[j])));
            });
            if 2 * i + 1 < DEGREE {
                new[2 * i + 1] = sum_of(new[2 * i + 1], product(a[i], a[i]));
            }
            tail += moduli[DEGREE - 1 - i];
            cut += moduli[i] * tail;
        });
        let mut new_spread = 0.0;
        each!(j below DEGREE, {
            new_spread += modulus_bound(new[j]);
            (to.coefficients[j][0][l], to.coefficients[j][1][l]) = (new[j][0], new[j][1]);
        });
        let (q, spread) = (from.remainder[l], from.spread[l]);
        let modulus = (r[0] * r[0] + r[1] * r[1]).sqrt() + 1e-150;
        let slope = 2.0 * (modulus + spread) + q;
        let rounding = STEP * (modulus * modulus + modulus_bound(c))
            + ROUNDING * (2.0 * modulus + spread) * spread
            + missing;
        to.remainder[l] = (slope * q + cut + rounding) * UP;
        to.truncation[l] = (slope * from.truncation[l] + cut) * UP;
        to.spread[l] = new_spread * UP;
        let constant = sum_of(product(r, r), c);
        (to.constant[0][l], to.constant[1][l]) = (constant[0], constant[1]);
    }
    to.steps = from.steps + 1;
}

#[inline(always)]
fn product(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
}

#[inline(always)]
fn sum_of(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] + b[0], a[1] + b[1]]
}

#[inline(always)]
fn twice(a: [f64; 2]) -> [f64; 2] {
    [2.0 * a[0], 2.0 * a[1]]
}

#[inline(always)]
fn modulus_bound(a: [f64; 2]) -> f64 {
    a[0].abs() + a[1].abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEGREE: usize = 8;

    #[test]
    fn quarters_are_followed_as_each_alone() {
        let mut fates = [0; 3];
        for (re, im) in [(-0.835, -0.2321), (-0.12256, 0.74486), (0.25, 0.0), (0.0, 0.0)] {
            let julia = Julia::new(Complex64::new(re, im), 2.0, (0, 60)).unwrap();
            let trap = Trap::of(&julia);
            for k in 0..200 {
                let center = Complex64::from_polar(0.009 * f64::from(k), 0.61 * f64::from(k));
                let mut disk = Expansion::<DEGREE>::new(center, 4e-3);
                disk.follow(&julia, &trap, 60, |next, _| next.remainder < 1e-12);
                let quarter = |x: f64, y: f64, scale: f64| {
                    Some(Quarter { shift: Complex64::new(0.35 * x, 0.34 * y), scale })
                };
                let quarters = [
                    quarter(-1.0, -1.0, 0.5),
                    None,
                    quarter(-1.0, 1.0, 0.51),
                    quarter(1.0, 1.0, 0.3),
                ];
                let most = if k % 5 == 0 { disk.steps + 2 } else { 60 };
                let limits = [1e-7, 1e-7, 1e-9, 1e-8];
                let acceptable = |l: usize, next: Extent| next.remainder < limits[l] * next.spread;
                let followed = follow(&disk, quarters, &julia, &trap, most, acceptable);
                for (l, quarter) in quarters.into_iter().enumerate() {
                    let Some(Quarter { shift, scale }) = quarter else {
                        assert_eq!(followed[l], disk);
                        continue;
                    };
                    let mut alone = disk.recentred(shift, scale);
                    alone.follow(&julia, &trap, most, |next, spread| {
                        next.remainder < limits[l] * spread
                    });
                    assert_eq!(followed[l], alone, "{julia:?}, {center}, quarter {l}");
                    fates[alone.fate as usize] += 1;
                }
            }
        }
        assert!(fates.iter().all(|&fate| fate > 20), "{fates:?}");
    }
}
