//! Many orbits at a time: the driver that every kernel over lanes runs in.
//!
//! Written for the autovectoriser: loops over arrays, no branch inside, and no array method that
//! takes a closure, which would be compiled for the instruction set that every machine has. A lane
//! whose orbit has ended runs on to no effect until the whole array has; so orbits are followed in
//! legs, and between two legs those that go on are packed together.

use std::ops::{Add, Mul, Sub};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::trap::Trap;

/// Steps of the first leg.
const FIRST_LEG: u32 = 64;
/// The most steps of a leg. The lanes count their steps in floats, so it stays below 2²⁴, where
/// `f32` has every whole number; and the interrupt flag is looked at between legs.
const LONGEST_LEG: u32 = 1 << 16;

/// One number each of so many orbits.
pub type Lanes<T, const LANES: usize> = [T; LANES];

/// How orbits are followed: `FIELDS` numbers each, `LANES` orbits at a time.
pub trait Kernel<const FIELDS: usize, const LANES: usize> {
    /// What the numbers are.
    type Real: Real;

    /// The most steps.
    fn itermax(&self) -> u32;

    /// The orbits of the points `xs[l] + ys[l]·i` before their first step.
    fn start(
        &self,
        xs: Lanes<Self::Real, LANES>,
        ys: Lanes<Self::Real, LANES>,
    ) -> [Lanes<Self::Real, LANES>; FIELDS];

    /// Takes `steps` steps, or fewer where every orbit has ended.
    fn advance(
        &self,
        orbits: &mut [Lanes<Self::Real, LANES>; FIELDS],
        steps: u32,
    ) -> Outcome<Self::Real, LANES>;

    /// The disks that no orbit leaves.
    fn trap(&self) -> &Trap;

    /// Whether the orbit in lane `l` is in one of them for sure.
    fn is_trapped(&self, orbits: &[Lanes<Self::Real, LANES>; FIELDS], l: usize) -> bool;
}

/// What became of the orbits in a leg.
pub struct Outcome<T, const LANES: usize> {
    /// Steps that each took before it ended: whole numbers.
    pub count: Lanes<T, LANES>,
    /// Whether it goes on.
    pub alive: Lanes<bool, LANES>,
    /// Whether the count is proven, should the orbit have no more steps to take.
    pub proven: Lanes<bool, LANES>,
}

/// Fills `counts` for the points `xs[k] + ys[k]·i`, and appends to `unproven` each `k` whose count
/// the kernel cannot prove. Once `interrupt` is set it returns soon, and the counts are worthless.
#[inline(always)]
pub fn escape_counts<K, const FIELDS: usize, const LANES: usize>(
    kernel: &K,
    points: Points<'_, K::Real>,
    counts: &mut [u32],
    unproven: &mut Vec<u32>,
    packed: &mut Packed<K::Real>,
    interrupt: &AtomicBool,
) where
    K: Kernel<FIELDS, LANES>,
{
    let itermax = kernel.itermax();
    let mut done = itermax.min(FIRST_LEG);
    packed.reset(FIELDS, counts.len());
    let groups = points.xs.chunks(LANES).zip(points.ys.chunks(LANES));
    for (group, (xs, ys)) in groups.enumerate() {
        let first = group * LANES;
        let mut orbits = kernel.start(padded(xs), padded(ys));
        let outcome = kernel.advance(&mut orbits, done);
        let mut taken = [0; LANES];
        for l in 0..LANES {
            taken[l] = outcome.count[l].to_u32();
        }
        match counts[first..].first_chunk_mut::<LANES>() {
            Some(counts) => *counts = taken,
            None => counts[first..].copy_from_slice(&taken[..xs.len()]),
        }
        let last = done == itermax;
        let number = |l: usize| (first + l) as u32;
        sort(kernel, &orbits, &outcome, last, xs.len(), number, counts, unproven, packed);
    }
    while done < itermax && packed.filled > 0 && !interrupt.load(Ordering::Relaxed) {
        let steps = done.min(LONGEST_LEG).min(itermax - done);
        let last = done + steps == itermax;
        let length = std::mem::take(&mut packed.filled);
        for first in (0..length).step_by(LANES) {
            let used = LANES.min(length - first);
            let mut orbits = [[K::Real::ZERO; LANES]; FIELDS];
            for (field, lanes) in orbits.iter_mut().enumerate() {
                *lanes = padded(packed.field(field, first, used));
            }
            let numbers: Lanes<u32, LANES> = padded(&packed.numbers[first..first + used]);
            let outcome = kernel.advance(&mut orbits, steps);
            for l in 0..used {
                counts[numbers[l] as usize] = done + outcome.count[l].to_u32();
            }
            let number = |l: usize| numbers[l];
            sort(kernel, &orbits, &outcome, last, used, number, counts, unproven, packed);
        }
        done += steps;
    }
}

/// Packs what goes on, gives what is trapped its count, and notes what has ended without proof.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "the rest of a loop's body, shared by two loops")]
fn sort<K, const FIELDS: usize, const LANES: usize>(
    kernel: &K,
    orbits: &[Lanes<K::Real, LANES>; FIELDS],
    outcome: &Outcome<K::Real, LANES>,
    last: bool,
    used: usize,
    number: impl Fn(usize) -> u32,
    counts: &mut [u32],
    unproven: &mut Vec<u32>,
    packed: &mut Packed<K::Real>,
) where
    K: Kernel<FIELDS, LANES>,
{
    let any = |lanes: &Lanes<bool, LANES>| lanes.iter().fold(false, |any, &lane| any | lane);
    if !last && any(&outcome.alive) {
        let has_trap = !kernel.trap().disks().is_empty();
        for l in (0..used).filter(|&l| outcome.alive[l]) {
            if has_trap && kernel.is_trapped(orbits, l) {
                counts[number(l) as usize] = kernel.itermax();
            } else {
                packed.push(orbits, l, number(l));
            }
        }
    }
    let mut open = [false; LANES];
    for l in 0..LANES {
        open[l] = !outcome.proven[l] & (last | !outcome.alive[l]);
    }
    if any(&open) {
        unproven.extend((0..used).filter(|&l| open[l]).map(number));
    }
}

/// Points given by their real and imaginary parts.
#[derive(Clone, Copy)]
pub struct Points<'a, T> {
    /// Real parts.
    pub xs: &'a [T],
    /// Imaginary parts, as many.
    pub ys: &'a [T],
}

/// The orbits that go on after a leg; kept by the caller so that its memory is used again.
#[derive(Default)]
pub struct Packed<T> {
    /// Field after field, `capacity` numbers each.
    fields: Vec<T>,
    numbers: Vec<u32>,
    capacity: usize,
    filled: usize,
}

impl<T: Real> Packed<T> {
    fn reset(&mut self, fields: usize, capacity: usize) {
        self.fields.resize(fields * capacity, T::ZERO);
        self.numbers.resize(capacity, 0);
        (self.capacity, self.filled) = (capacity, 0);
    }

    #[inline(always)]
    fn field(&self, field: usize, first: usize, used: usize) -> &[T] {
        &self.fields[field * self.capacity + first..][..used]
    }

    #[inline(always)]
    fn push<const FIELDS: usize, const LANES: usize>(
        &mut self,
        orbits: &[Lanes<T, LANES>; FIELDS],
        l: usize,
        number: u32,
    ) {
        for (field, lanes) in orbits.iter().enumerate() {
            self.fields[field * self.capacity + self.filled] = lanes[l];
        }
        self.numbers[self.filled] = number;
        self.filled += 1;
    }
}

/// The values of a full array of lanes; where there are fewer, the last one fills the rest.
#[inline(always)]
pub(super) fn padded<T: Copy, const LANES: usize>(values: &[T]) -> Lanes<T, LANES> {
    values.try_into().unwrap_or_else(|_| {
        let mut lanes = [values[values.len() - 1]; LANES];
        lanes[..values.len()].copy_from_slice(values);
        lanes
    })
}

/// The float types that lanes are made of.
pub trait Real:
    Copy + Default + PartialOrd + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self>
{
    /// -1
    const MINUS_ONE: Self;
    /// 0
    const ZERO: Self;
    /// 1
    const ONE: Self;
    /// Half the distance from 1 to the next: what an operation rounds at most, relatively.
    const HALF_ULP: Self;

    /// Rounds to the nearest.
    fn from_f64(value: f64) -> Self;

    /// The same value.
    fn to_f64(self) -> f64;

    /// `2·self + addend`, rounded once.
    fn double_add(self, addend: Self) -> Self;

    /// The whole number that it is.
    fn to_u32(self) -> u32;
}

macro_rules! impl_real {
    ($float:ty) => {
        impl Real for $float {
            const MINUS_ONE: Self = -1.0;
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const HALF_ULP: Self = <$float>::EPSILON / 2.0;

            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as Self
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                self.into()
            }

            #[inline(always)]
            fn double_add(self, addend: Self) -> Self {
                self.mul_add(2.0, addend)
            }

            #[inline(always)]
            fn to_u32(self) -> u32 {
                self as u32
            }
        }
    };
}

impl_real!(f32);
impl_real!(f64);
