//! Many orbits at a time: the driver that every kernel over lanes runs in.
//!
//! Written for the autovectoriser: loops over arrays, no branch inside, and no array method that
//! takes a closure, which would be compiled for the instruction set that every machine has. A lane
//! whose orbit has ended runs on to no effect until the whole array has; so orbits are followed in
//! segments, and at the checkpoint between two segments those that go on are packed together.

use std::collections::BTreeMap;
use std::ops::{Add, Mul, Sub};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::band::ValuesMut;
use crate::orbit::trap::Trap;

/// The number of steps at which orbits are first packed; then at every power of two.
const FIRST_CHECKPOINT: u32 = 64;
/// The most steps from one checkpoint to the next. The lanes count their steps in floats, so a segment stays
/// below 2²⁴, where `f32` has every whole number; and the interrupt flag is read between segments.
const LONGEST_LEG: u32 = 1 << 16;
/// The fewest: packing has its price.
const SHORTEST_LEG: u32 = 16;

/// The next checkpoint of an orbit that has taken `from` steps.
pub fn next_checkpoint(from: u32, itermax: u32) -> u32 {
    let earliest = from.saturating_add(SHORTEST_LEG);
    let checkpoint = if earliest <= LONGEST_LEG {
        earliest.next_power_of_two().max(FIRST_CHECKPOINT)
    } else {
        earliest.checked_next_multiple_of(LONGEST_LEG).unwrap_or(itermax)
    };
    checkpoint.min(itermax)
}

/// One number for each of several orbits.
pub type Lanes<T, const LANES: usize> = [T; LANES];

/// How orbits are followed: `FIELDS` numbers each, `LANES` orbits at a time.
pub trait Kernel<const FIELDS: usize, const LANES: usize> {
    /// What the numbers are.
    type Real: Real;

    /// Whether it gives smooth values beside counts.
    const SMOOTH: bool;

    /// The most steps.
    fn itermax(&self) -> u32;

    /// Takes `steps` steps, or fewer if every orbit has ended.
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

/// A kernel that can follow orbits from their sample points on.
pub trait Start<const FIELDS: usize, const LANES: usize>: Kernel<FIELDS, LANES> {
    /// The orbits of the points `xs[l] + ys[l]·i` before their first step.
    fn start(
        &self,
        xs: Lanes<Self::Real, LANES>,
        ys: Lanes<Self::Real, LANES>,
    ) -> [Lanes<Self::Real, LANES>; FIELDS];
}

/// What became of the orbits in a segment.
pub struct Outcome<T, const LANES: usize> {
    /// Steps that each took before it ended: whole numbers.
    pub count: Lanes<T, LANES>,
    /// Whether it goes on.
    pub alive: Lanes<bool, LANES>,
    /// Whether the count is proven, if the orbit has no more steps to take; with the smooth value,
    /// if the kernel gives one.
    pub proven: Lanes<bool, LANES>,
    /// The smooth value of an orbit that has ended, less the steps taken before the segment.
    pub smooth: Lanes<f64, LANES>,
    /// Whether the count is proven, and the point is not known to be far from the set.
    pub near: Lanes<bool, LANES>,
}

/// What kernels note of points, by their numbers.
#[derive(Debug, Default)]
pub struct Noted {
    /// Their values are not proven.
    pub unproven: Vec<u32>,
    /// Their values are, and that they are far from the set is not, if that is asked.
    pub near: Vec<u32>,
}

/// Fills `values` for the points `xs[k] + ys[k]·i`, and has each `k` noted whose count
/// the kernel cannot prove. Once `interrupt` is set it
/// returns soon, and the values are worthless. The smooth values of points that do not escape are not
/// filled in.
#[inline(always)]
pub fn escape_counts<K, const FIELDS: usize, const LANES: usize>(
    kernel: &K,
    points: Points<'_, K::Real>,
    values: &mut ValuesMut<'_>,
    noted: &mut Noted,
    queue: &mut CompactionQueue<K::Real>,
    interrupt: &AtomicBool,
) where
    K: Start<FIELDS, LANES>,
{
    let segment = Segment::from(0, kernel.itermax());
    let compacted = queue.at(segment.checkpoint);
    let groups = points.xs.chunks(LANES).zip(points.ys.chunks(LANES));
    for (group, (xs, ys)) in groups.enumerate() {
        let first = group * LANES;
        let mut orbits = kernel.start(padded(xs), padded(ys));
        let number = |l: usize| (first + l) as u32;
        let (taken, smooth) = segment.run(kernel, &mut orbits, xs.len(), number, noted, compacted);
        put(&mut values.counts[first..], &taken);
        if K::SMOOTH {
            put(&mut values.smooth[first..], &smooth);
        }
    }
    finish(kernel, values, noted, queue, interrupt);
}

/// Copies the lanes for which there is room.
#[inline(always)]
fn put<T: Copy, const LANES: usize>(place: &mut [T], lanes: &Lanes<T, LANES>) {
    match place.first_chunk_mut::<LANES>() {
        Some(place) => *place = *lanes,
        None => place.copy_from_slice(&lanes[..place.len()]),
    }
}

/// Follows the orbits that wait in `queue` to their ends, as [`escape_counts`] does.
#[inline(always)]
pub fn finish<K, const FIELDS: usize, const LANES: usize>(
    kernel: &K,
    values: &mut ValuesMut<'_>,
    noted: &mut Noted,
    queue: &mut CompactionQueue<K::Real>,
    interrupt: &AtomicBool,
) where
    K: Kernel<FIELDS, LANES>,
{
    let itermax = kernel.itermax();
    while let Some((checkpoint, mut waiting)) = queue.take_first() {
        if checkpoint < itermax && !interrupt.load(Ordering::Relaxed) {
            let segment = Segment::from(checkpoint, itermax);
            let compacted = queue.at(segment.checkpoint);
            for first in (0..waiting.numbers.len()).step_by(LANES) {
                let numbers = &waiting.numbers[first..];
                let used = LANES.min(numbers.len());
                let mut orbits = [[K::Real::ZERO; LANES]; FIELDS];
                for (lanes, field) in orbits.iter_mut().zip(&waiting.fields) {
                    *lanes = padded(&field[first..first + used]);
                }
                let number = |l: usize| numbers[l];
                let (taken, smooth) =
                    segment.run(kernel, &mut orbits, used, number, noted, compacted);
                for l in 0..used {
                    values.counts[numbers[l] as usize] = taken[l];
                    if K::SMOOTH {
                        values.smooth[numbers[l] as usize] = smooth[l];
                    }
                }
            }
        }
        waiting.clear();
        queue.spare.push(waiting);
    }
}

/// The steps from one checkpoint to the next.
#[derive(Clone, Copy)]
pub struct Segment {
    from: u32,
    /// The step after which what goes on is packed.
    pub checkpoint: u32,
    last: bool,
}

impl Segment {
    /// The segment of an orbit that has taken `from` steps.
    pub fn from(from: u32, itermax: u32) -> Self {
        let checkpoint = next_checkpoint(from, itermax);
        Self { from, checkpoint, last: checkpoint == itermax }
    }

    /// Runs the first `used` of `orbits`, whose points are `number(l)`, up to the checkpoint, and gives
    /// their counts and smooth values: those that end have their own, those that are trapped have itermax. What goes
    /// on is packed into `compacted`, and what has ended without proof is noted.
    #[inline(always)]
    pub fn run<K, const FIELDS: usize, const LANES: usize>(
        self,
        kernel: &K,
        orbits: &mut [Lanes<K::Real, LANES>; FIELDS],
        used: usize,
        number: impl Fn(usize) -> u32,
        noted: &mut Noted,
        compacted: &mut CompactedOrbits<K::Real>,
    ) -> (Lanes<u32, LANES>, Lanes<f64, LANES>)
    where
        K: Kernel<FIELDS, LANES>,
    {
        let outcome = kernel.advance(orbits, self.checkpoint - self.from);
        let mut counts = [0; LANES];
        for l in 0..LANES {
            counts[l] = self.from + outcome.count[l].to_u32();
        }
        let mut smooth = [0.0; LANES];
        if K::SMOOTH {
            for l in 0..LANES {
                smooth[l] = f64::from(self.from) + outcome.smooth[l];
            }
        }
        let any = |lanes: &Lanes<bool, LANES>| lanes.iter().fold(false, |any, &lane| any | lane);
        if !self.last && any(&outcome.alive) {
            let has_trap = !kernel.trap().disks().is_empty();
            for l in (0..used).filter(|&l| outcome.alive[l]) {
                if has_trap && kernel.is_trapped(orbits, l) {
                    counts[l] = kernel.itermax();
                } else {
                    compacted.push(orbits, l, number(l));
                }
            }
        }
        let mut open = [false; LANES];
        for l in 0..LANES {
            open[l] = !outcome.proven[l] & (self.last | !outcome.alive[l]);
        }
        if any(&open) {
            noted.unproven.extend((0..used).filter(|&l| open[l]).map(&number));
        }
        if any(&outcome.near) {
            noted.near.extend((0..used).filter(|&l| outcome.near[l]).map(number));
        }
        (counts, smooth)
    }
}

/// Points given by their real and imaginary parts.
#[derive(Clone, Copy)]
pub struct Points<'a, T> {
    /// Real parts.
    pub xs: &'a [T],
    /// Imaginary parts, the same number.
    pub ys: &'a [T],
}

/// Orbits of which the first steps are known, in double-double.
pub struct Arrived {
    /// Steps taken.
    steps: u32,
    /// The real part, the imaginary part, their low parts, the modulus, and a bound on the error, for each orbit.
    fields: [Vec<f64>; 6],
}

impl Arrived {
    /// No orbits yet, after some steps.
    pub fn new(steps: u32) -> Self {
        Self { steps, fields: Default::default() }
    }

    /// Adds an orbit.
    pub fn push(&mut self, [re, im, re_low, im_low]: [f64; 4], error: f64) {
        let modulus = (re * re + im * im).sqrt();
        let values = [re, im, re_low, im_low, modulus, error];
        self.fields.iter_mut().zip(values).for_each(|(field, value)| field.push(value));
    }
}

/// Fills `values` for orbits that have `arrived`, numbered in their order; the rest as [`escape_counts`].
#[inline(always)]
pub fn go_on<K, const LANES: usize>(
    kernel: &K,
    arrived: &Arrived,
    values: &mut ValuesMut<'_>,
    noted: &mut Noted,
    queue: &mut CompactionQueue<f64>,
    interrupt: &AtomicBool,
) where
    K: Kernel<6, LANES, Real = f64>,
{
    if arrived.steps == kernel.itermax() {
        values.counts.fill(arrived.steps);
        return;
    }
    let compacted = queue.at(arrived.steps);
    compacted.fields.resize_with(6, Vec::new);
    for (field, arrived) in compacted.fields.iter_mut().zip(&arrived.fields) {
        field.extend_from_slice(arrived);
    }
    compacted.numbers.extend(0..arrived.fields[0].len() as u32);
    finish(kernel, values, noted, queue, interrupt);
}

/// Orbits that wait at their checkpoints; kept by the caller so that its memory is used again.
#[derive(Default)]
pub struct CompactionQueue<T> {
    waiting: BTreeMap<u32, CompactedOrbits<T>>,
    spare: Vec<CompactedOrbits<T>>,
}

impl<T> CompactionQueue<T> {
    /// Those that wait at `checkpoint`.
    pub fn at(&mut self, checkpoint: u32) -> &mut CompactedOrbits<T> {
        let spare = &mut self.spare;
        self.waiting.entry(checkpoint).or_insert_with(|| spare.pop().unwrap_or_default())
    }

    fn take_first(&mut self) -> Option<(u32, CompactedOrbits<T>)> {
        self.waiting.pop_first()
    }
}

/// Orbits that go on after a segment, packed together.
pub struct CompactedOrbits<T> {
    /// One number each.
    fields: Vec<Vec<T>>,
    /// The numbers of their points.
    numbers: Vec<u32>,
}

impl<T> Default for CompactedOrbits<T> {
    fn default() -> Self {
        Self { fields: Vec::new(), numbers: Vec::new() }
    }
}

impl<T> CompactedOrbits<T> {
    fn clear(&mut self) {
        self.fields.iter_mut().for_each(Vec::clear);
        self.numbers.clear();
    }

    #[inline(always)]
    fn push<const FIELDS: usize, const LANES: usize>(
        &mut self,
        orbits: &[Lanes<T, LANES>; FIELDS],
        l: usize,
        number: u32,
    ) where
        T: Copy,
    {
        if self.fields.len() < FIELDS {
            self.fields.resize_with(FIELDS, Vec::new);
        }
        for (field, lanes) in self.fields.iter_mut().zip(orbits) {
            field.push(lanes[l]);
        }
        self.numbers.push(number);
    }
}

/// `a·b + addend`, in one rounding if that is an instruction, and otherwise in two.
#[inline(always)]
pub fn fused<const FUSED: bool>(a: f64, b: f64, addend: f64) -> f64 {
    if FUSED { a.mul_add(b, addend) } else { a * b + addend }
}

/// The values of a full array of lanes; if there are fewer, the last one fills the rest.
#[inline(always)]
pub fn padded<T: Copy, const LANES: usize>(values: &[T]) -> Lanes<T, LANES> {
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
