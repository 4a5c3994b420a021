//! The sample points of a view, around a center of any number of digits: exact binary fractions.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use crate::dyadic::{Dyadic, Point};
use crate::error::Result;
use crate::julia::Julia;
use crate::orbit::double_double::DoubleDouble;
use crate::orbit::saved_orbit::SharedOrbit;
use crate::orbit::trap::Trap;
use crate::orbit::view::{self, CENTER_BITS, ViewPolynomial, Watch};
use crate::pitch::Pitch;
use crate::rotation::Rotation;

/// With `nx × ny` pixels of the pitch h around a center, pixel `(i, j)` has the sample point
///
/// ```text
/// center + r · ((2i - nx) - (2j - ny)·i) · h/2
/// ```
///
/// exactly, with the rotation r, which is 1 if the view is not rotated. If each pixel is made of `factor × factor` finer
/// ones, number `(a, b)` of those is a · q to the right of the pixel's own and b · q below, before the rotation, with
/// q = h / `factor`, rounded to 53 bits.
///
/// An *offset* is the distance from the center along one axis of the picture, in units of h/2.
#[derive(Debug)]
pub struct Lattice {
    center: Point,
    pitch: Pitch,
    shape: (u32, u32),
    rotation: Rotation,
    /// An orbit that begins near the center, for several lattices.
    shared: Option<Arc<SharedOrbit>>,
    /// The polynomials of the maps that were asked for last.
    known: Mutex<Vec<(Julia, Arc<ViewPolynomial>)>>,
}

/// The most polynomials that are kept: that of the job, and that of the shorter one that engines are timed on.
const MOST_KNOWN: usize = 2;

impl PartialEq for Lattice {
    fn eq(&self, other: &Self) -> bool {
        (&self.center, self.pitch, self.shape, self.rotation)
            == (&other.center, other.pitch, other.shape, other.rotation)
    }
}

impl Lattice {
    /// The sample points around `center` in these columns and rows.
    pub fn new(center: Point, pitch: Pitch, shape: (u32, u32)) -> Self {
        let (rotation, shared, known) = (Rotation::NONE, None, Mutex::default());
        Self { center, pitch, shape, rotation, shared, known }
    }

    /// The same, rotated about the center.
    pub fn rotated(self, rotation: Rotation) -> Self {
        Self { rotation, ..Self::new(self.center, self.pitch, self.shape) }
    }

    /// The same sample points, of which nothing has been worked out.
    pub fn afresh(&self) -> Self {
        Self::new(self.center.clone(), self.pitch, self.shape).rotated(self.rotation)
    }

    /// An orbit for this lattice and all that are around it and less deep.
    pub fn shared_orbit(&self) -> SharedOrbit {
        SharedOrbit::new(self.center.clone(), self.depth() as usize + CENTER_BITS)
    }

    /// The same sample points, whose center goes along an orbit that it shares with others: but only if that
    /// begins in the view or hardly farther away than it is wide.
    pub fn along(&self, shared: &Arc<SharedOrbit>) -> Self {
        const NEAR: f64 = 4.0;
        let [columns, rows] = [self.shape.0, self.shape.1].map(f64::from);
        let reach = &Dyadic::from(NEAR * (columns + rows)) * &self.pitch.value();
        let is_near = (0..2).all(|k| (&self.center[k] - &shared.start()[k]).abs() <= reach);
        let shared = is_near.then(|| Arc::clone(shared));
        Self { shared, ..self.afresh() }
    }

    /// The center.
    pub fn center(&self) -> &Point {
        &self.center
    }

    /// The distance of two pixels.
    pub fn pitch(&self) -> Pitch {
        self.pitch
    }

    /// Columns and rows.
    pub fn shape(&self) -> (u32, u32) {
        self.shape
    }

    /// By how much it is rotated.
    pub fn rotation(&self) -> Rotation {
        self.rotation
    }

    /// The points of all pixels as one polynomial; it is worked out once for a map.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) soon after `interrupt` is set.
    pub fn polynomial(
        &self,
        julia: &Julia,
        trap: &Trap,
        interrupt: &AtomicBool,
    ) -> Result<Arc<ViewPolynomial>> {
        self.watched(julia, trap, &mut Watch::new(interrupt, &mut |_| {}))
    }

    /// The same, with somebody who hears how far it is.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) soon after that is asked for.
    pub fn watched(
        &self,
        julia: &Julia,
        trap: &Trap,
        watch: &mut Watch<'_>,
    ) -> Result<Arc<ViewPolynomial>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, polynomial)) =
            known.iter().find(|(known, polynomial)| is_same(known, julia, polynomial))
        {
            return Ok(Arc::clone(polynomial));
        }
        // Not within the lock: a thread that waits for another may take up a task that asks for it, too.
        drop(known);
        let orbit = self.shared.as_ref().map(|shared| shared.of(julia));
        let view = view::Lattice { orbit: orbit.as_ref(), ..self.of_view() };
        let polynomial = Arc::new(ViewPolynomial::find(julia, trap, view, watch)?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() == MOST_KNOWN {
            known.remove(0);
        }
        known.push((julia.clone(), Arc::clone(&polynomial)));
        Ok(polynomial)
    }

    /// How many sample points of an ordinary picture take about as long as the polynomial: its steps are about
    /// as many as the bits of the center's orbit, and each takes the time of bits^1.5.
    pub fn polynomial_cost(&self) -> u64 {
        let bits = self.depth() as f64;
        (bits * bits * bits.sqrt() / 1e4) as u64
    }

    /// How many bits a pixel is less than 1.
    pub fn depth(&self) -> u64 {
        let size = self.pitch.exponent + 64 - i64::from(self.pitch.mantissa.leading_zeros());
        size.min(0).unsigned_abs()
    }

    /// What the indices of two finer columns add up to whose points are each other's image through 0, exactly, and the same
    /// of rows; `None` if the points of no two are, or not to all bits. Of a rotated view both together are, and only if its
    /// center is 0.
    pub fn mirrored(&self, factor: u32) -> [Option<i64>; 2] {
        if !self.rotation.is_none() && !self.center.iter().all(Dyadic::is_zero) {
            return [None; 2];
        }
        let [columns, rows] = [self.shape.0, self.shape.1].map(i64::from);
        let [x, y] = self.center.each_ref().map(|part| self.half_pitches(part));
        // With other factors the distance of finer columns is rounded.
        let sum = |sum: i64| (factor.is_power_of_two()).then_some(sum * i64::from(factor));
        [x.and_then(|x| sum(columns - x)), y.and_then(|y| sum(rows + y))]
    }

    /// A number in half pitches, if it is so many and less than 2³³.
    fn half_pitches(&self, part: &Dyadic) -> Option<i64> {
        let (mantissa, exponent) = part.parts();
        let least = self.pitch.exponent.min(exponent + 1);
        let units = |whole: IBig, exponent: i64| whole << (exponent - least) as usize;
        let pitch = units(IBig::from(self.pitch.mantissa), self.pitch.exponent);
        let part = units(mantissa.clone(), exponent + 1);
        if part.bit_len() > pitch.bit_len() + 33 {
            return None;
        }
        let (half_pitches, rest) = (&part / &pitch, &part % &pitch);
        if rest.is_zero() { i64::try_from(half_pitches).ok() } else { None }
    }

    /// What a polynomial is made of.
    pub fn of_view(&self) -> view::Lattice<'_> {
        let pitch = (self.pitch.mantissa, self.pitch.exponent);
        let (center, shape, rotation) = (&self.center, self.shape, self.rotation);
        view::Lattice { center, pitch, shape, rotation, orbit: None }
    }

    /// The offset of the finer column `col` to the right in units of 2^-bits, rounded down.
    pub fn fixed_offset_x(&self, col: u32, factor: u32, bits: usize) -> IBig {
        self.fixed_offset(col, factor, self.shape.0, bits)
    }

    /// The same of the finer row `row`, upwards.
    pub fn fixed_offset_y(&self, row: u32, factor: u32, bits: usize) -> IBig {
        -self.fixed_offset(row, factor, self.shape.1, bits)
    }

    fn fixed_offset(&self, index: u32, factor: u32, side: u32, bits: usize) -> IBig {
        let (pixel, finer) = (index / factor, index % factor);
        let whole = IBig::from(2 * i64::from(pixel) - i64::from(side)) << bits;
        let pitch = self.pitch.over(factor);
        let shift = bits as i64 + 1 + pitch.exponent - self.pitch.exponent;
        let dividend = (IBig::from(pitch.mantissa) * IBig::from(finer)) << shift as usize;
        whole + dividend / IBig::from(self.pitch.mantissa)
    }

    /// The offset of the finer column `col`, to the right.
    pub fn offset_x(&self, col: u32, factor: u32) -> f64 {
        offset(col, factor, self.shape.0)
    }

    /// The offset of the finer row `row`, upwards.
    pub fn offset_y(&self, row: u32, factor: u32) -> f64 {
        -offset(row, factor, self.shape.1)
    }

    /// Bounds the error of offsets: 0 if they are exact.
    pub fn offset_error(&self, factor: u32) -> f64 {
        let most = f64::from(self.shape.0.max(self.shape.1)) + 2.0;
        // The quotient and the sum are rounded, and the finer pitch is.
        if factor.is_power_of_two() { 0.0 } else { most * 4.0 * f64::EPSILON }
    }

    /// The sample point of the finer column and row.
    pub fn point(&self, col: u32, row: u32, factor: u32) -> Point {
        let (columns, rows) = self.shape;
        let offset = [self.offset_of(col, factor, columns), -self.offset_of(row, factor, rows)];
        let [x, y] = self.rotation.turned(offset);
        [&self.center[0] + &x, &self.center[1] + &y]
    }

    /// The finer column or row at an offset to the right, or down.
    pub fn index(offset: f64, factor: u32, side: u32) -> u32 {
        ((offset + f64::from(side)) * f64::from(factor) / 2.0).round() as u32
    }

    /// The sample point at these offsets, which are those of a finer column and row.
    pub fn point_at(&self, (x, y): (f64, f64), factor: u32) -> Point {
        let (columns, rows) = self.shape;
        self.point(Self::index(x, factor, columns), Self::index(-y, factor, rows), factor)
    }

    /// The finer pitch in units of the pitch, to within 2⁻¹⁰⁴ of itself.
    pub fn finer_pitch(&self, factor: u32) -> DoubleDouble {
        let finer = self.pitch.over(factor);
        let power = 2f64.powi((finer.exponent - self.pitch.exponent) as i32);
        let (dividend, divisor) = (finer.mantissa as f64, self.pitch.mantissa as f64);
        let high = dividend / divisor;
        // What is left of the dividend has an f64.
        let low = high.mul_add(-divisor, dividend) / divisor;
        DoubleDouble { high, low }.scaled(power)
    }

    /// The offset of the finer column `col` to the right in double-double, to within 2⁻¹⁰² of its size.
    pub fn long_offset_x(&self, col: u32, factor: u32) -> DoubleDouble {
        long_offset(col, factor, self.shape.0, self.finer_pitch(factor))
    }

    /// The same of the finer row `row`, upwards.
    pub fn long_offset_y(&self, row: u32, factor: u32) -> DoubleDouble {
        long_offset(row, factor, self.shape.1, self.finer_pitch(factor)).scaled(-1.0)
    }

    fn offset_of(&self, index: u32, factor: u32, side: u32) -> Dyadic {
        let (pixel, finer) = (index / factor, index % factor);
        let half = Dyadic::new(IBig::from(self.pitch.mantissa), self.pitch.exponent - 1);
        let whole = Dyadic::from(2.0 * f64::from(pixel) - f64::from(side));
        &(&whole * &half) + &(&Dyadic::from(f64::from(finer)) * &self.pitch.over(factor).value())
    }
}

/// Whether the polynomial of one map is that of another: the limit of its steps may be another one if it is beyond them.
fn is_same(known: &Julia, julia: &Julia, polynomial: &ViewPolynomial) -> bool {
    let steps = polynomial.expansion.steps;
    let same_limit =
        known.itermax() == julia.itermax() || known.itermax().min(julia.itermax()) > steps;
    known.has_orbits_of(julia) && same_limit
}

fn long_offset(index: u32, factor: u32, side: u32, finer_pitch: DoubleDouble) -> DoubleDouble {
    let (pixel, finer) = (index / factor, index % factor);
    let whole = 2.0 * f64::from(pixel) - f64::from(side);
    DoubleDouble { high: whole, low: 0.0 }
        + DoubleDouble { high: 2.0 * f64::from(finer), low: 0.0 } * finer_pitch
}

fn offset(index: u32, factor: u32, side: u32) -> f64 {
    let (pixel, finer) = (index / factor, index % factor);
    2.0 * f64::from(pixel) - f64::from(side) + 2.0 * f64::from(finer) / f64::from(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_where_their_offsets_say() {
        let center = crate::dyadic::point(0.3, -0.7);
        let pitch = Pitch { mantissa: (1 << 52) + 12345, exponent: -1052 };
        let lattice = Lattice::new(center.clone(), pitch, (1001, 626));
        let half = Dyadic::new(IBig::from(pitch.mantissa), pitch.exponent - 1);
        for factor in [1, 2, 3, 4, 7, 16] {
            let error = Dyadic::from(lattice.offset_error(factor));
            for (col, row) in [(0, 0), (1000, 625), (500, 312), (77, 3)] {
                for (a, b) in [(0, 0), (factor - 1, 0), (factor / 2, factor - 1)] {
                    let (col, row) = (col * factor + a, row * factor + b);
                    let offset = (lattice.offset_x(col, factor), lattice.offset_y(row, factor));
                    let point = lattice.point(col, row, factor);
                    assert_eq!(lattice.point_at(offset, factor), point);
                    for (k, offset) in [offset.0, offset.1].into_iter().enumerate() {
                        let known = &center[k] + &(&Dyadic::from(offset) * &half);
                        let off = (&known - &point[k]).abs();
                        assert!(off <= &error * &half, "{factor} {col} {row}");
                        let long = if k == 0 {
                            lattice.long_offset_x(col, factor)
                        } else {
                            lattice.long_offset_y(row, factor)
                        };
                        let long = &Dyadic::from(long.high) + &Dyadic::from(long.low);
                        let off = (&(&center[k] + &(&long * &half)) - &point[k]).abs();
                        let least = Dyadic::from(1001.0 * 2f64.powi(-102));
                        assert!(off <= &least * &half, "{factor} {col} {row}");
                    }
                }
            }
            // The pixel's own point is the first of the finer ones.
            let own = lattice.point(77, 3, 1);
            assert_eq!(lattice.point(77 * factor, 3 * factor, factor), own);
        }
    }

    /// The views of a zoom, and one that begins too far away to be followed from there.
    #[test]
    fn lattices_near_each_other_share_an_orbit() {
        let julia = Julia::new(num_complex::Complex64::new(-2.0, 0.0), 2.0, (0, 5000)).unwrap();
        let (trap, go_on) = (Trap::default(), AtomicBool::new(false));
        let lattice = |x: f64, log_pitch: i64| {
            let x =
                &Dyadic::from(1.0 / 3.0) + &(&Dyadic::from(x) * &Dyadic::new(1.into(), log_pitch));
            let pitch = Pitch { mantissa: 1 << 52, exponent: log_pitch - 52 };
            Lattice::new([x, Dyadic::from(0.0)], pitch, (60, 40))
        };
        let shared = Arc::new(lattice(0.0, -900).shared_orbit());
        let orbit = shared.of(&julia);
        for (lattice, is_shared) in [
            (lattice(0.0, -900), true),
            (lattice(33.0, -700), true),
            (lattice(-399.0, -300), true),
            (lattice(401.0, -300), false),
            (lattice(0.25, -1), true),
        ] {
            let (before, own) =
                (Arc::strong_count(&orbit), lattice.polynomial(&julia, &trap, &go_on));
            let along = lattice.along(&shared);
            assert_eq!(along, lattice);
            let (own, along) = (own.unwrap(), along.polynomial(&julia, &trap, &go_on).unwrap());
            assert_eq!(Arc::strong_count(&orbit) > before, is_shared, "{lattice:?}");
            // They end at the same step, and say the same of where points are.
            let (own, along) = (&own.low, &along.low);
            assert_eq!(own.steps, along.steps);
            assert!(along.error < 2.0 * own.error && along.error < 1e-25, "{along:?}");
        }
    }
}
