//! By how much a view is rotated about its center, as an exact complex number.

use dashu_int::ops::{DivEuclid, RemEuclid};
use dashu_int::{IBig, UBig};

use crate::dyadic::{Dyadic, Point};

/// Bits behind the point while a sine is computed: what it is off by in the end, less than 2¹³ units of the last
/// one, is nothing beside the 2⁻⁵³ that it is rounded to.
const BITS: usize = 320;

/// What a rotation is a multiple of: 2⁻⁵³, so that its parts are `f64`.
const UNIT: f64 = f64::EPSILON / 2.0;
const UNIT_BITS: usize = 53;

/// The number cos φ + i·sin φ, each part rounded to the nearest multiple of 2⁻⁵³: what points are multiplied by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rotation {
    /// The real part.
    pub cos: f64,
    /// The imaginary part.
    pub sin: f64,
}

impl Rotation {
    /// That of a view which is not rotated.
    pub const NONE: Self = Self { cos: 1.0, sin: 0.0 };

    /// By a fraction of whole numbers of degrees, counterclockwise; the same on every machine, as it is computed in whole numbers. Quarter
    /// turns, and halves such as the sine of 30°, are exact. No other angle has a sine that is just between two
    /// multiples, because the sine of a fraction of a turn is a fraction only if it is 0, 1/2 or 1 (Niven's theorem).
    pub fn by((numerator, denominator): (IBig, &UBig)) -> Self {
        let denominator = IBig::from(denominator.clone());
        let quarter = &denominator * IBig::from(90);
        // To the nearest quarter turn, and what is left of at most an eighth of a turn.
        let quarters = (&numerator * IBig::from(2) + &quarter).div_euclid(&quarter * IBig::from(2));
        let rest = numerator - &quarters * &quarter;
        let angle = (rest * pi()).div_euclid(denominator * IBig::from(180));
        let [cos, sin] = cos_sin(&angle).map(rounded);
        let (cos, sin) = match u8::try_from(quarters.rem_euclid(IBig::from(4))) {
            Ok(1) => (-sin, cos),
            Ok(2) => (-cos, -sin),
            Ok(3) => (sin, -cos),
            _ => (cos, sin),
        };
        Self { cos: cos as f64 * UNIT, sin: sin as f64 * UNIT }
    }

    /// Whether it leaves all points where they are.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// Its parts in units of 2⁻⁵³.
    pub fn units(self) -> [i64; 2] {
        [self.cos, self.sin].map(|part| (part / UNIT) as i64)
    }

    /// The rotation back, to within 2⁻⁵² of that.
    #[cfg(feature = "cli")]
    pub fn inverse(self) -> Self {
        // Not -0.
        Self { sin: 0.0 - self.sin, ..self }
    }

    /// How many bits behind the point a unit is.
    pub const BITS: usize = UNIT_BITS;

    /// The product of a point with it, exactly.
    pub fn turned(self, point: Point) -> Point {
        if self.is_none() {
            return point;
        }
        let [x, y] = &point;
        let (cos, sin) = (&Dyadic::from(self.cos), &Dyadic::from(self.sin));
        [&(cos * x) - &(sin * y), &(sin * x) + &(cos * y)]
    }
}

/// A number in units of 2^-BITS, rounded to units of 2⁻⁵³.
fn rounded(value: IBig) -> i64 {
    let dropped = BITS - UNIT_BITS;
    i64::try_from((value + (IBig::ONE << (dropped - 1))) >> dropped).unwrap_or_default()
}

/// π in units of 2^-BITS, by Machin's formula. Each of less than 300 quotients is off by less than a unit, which counts
/// 16 times: 2¹³ units at most.
fn pi() -> IBig {
    IBig::from(16) * inverse_arctangent(5) - IBig::from(4) * inverse_arctangent(239)
}

/// arctan(1/n) = 1/n - 1/(3n³) + 1/(5n⁵) …
fn inverse_arctangent(n: u32) -> IBig {
    let mut power = (IBig::ONE << BITS) / IBig::from(n);
    let (mut sum, mut k) = (IBig::ZERO, 0u32);
    while power != IBig::ZERO {
        let term = &power / IBig::from(2 * k + 1);
        sum = if k.is_multiple_of(2) { sum + term } else { sum - term };
        power /= IBig::from(n * n);
        k += 1;
    }
    sum
}

/// Cosine and sine of an angle of at most π/4, all in units of 2^-BITS, by their power series.
fn cos_sin(angle: &IBig) -> [IBig; 2] {
    let mut parts = [IBig::ONE << BITS, angle.clone()];
    let mut terms = parts.clone();
    let square = (angle * angle) >> BITS;
    for k in (1u32..).step_by(2) {
        for (term, divisor) in terms.iter_mut().zip([k * (k + 1), (k + 1) * (k + 2)]) {
            // Towards 0, or the terms of a negative angle would not come to an end.
            *term = -(&*term * &square / (IBig::from(divisor) << BITS));
        }
        if terms.iter().all(|term| *term == IBig::ZERO) {
            break;
        }
        for (part, term) in parts.iter_mut().zip(&terms) {
            *part += term;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Number;

    fn by(degrees: &str) -> Rotation {
        Rotation::by(degrees.parse::<Number>().unwrap().parts())
    }

    #[test]
    fn quarter_turns_and_halves_are_exact() {
        let half = 0.5;
        for (degrees, cos, sin) in [
            ("0", 1.0, 0.0),
            ("-0", 1.0, 0.0),
            ("90", 0.0, 1.0),
            ("-270", 0.0, 1.0),
            ("180", -1.0, 0.0),
            ("270", 0.0, -1.0),
            ("-90", 0.0, -1.0),
            ("360e1000", 1.0, 0.0),
            ("7290", 0.0, 1.0),
            ("1e-1000", 1.0, 0.0),
        ] {
            let Rotation { cos: a, sin: b } = by(degrees);
            assert_eq!(
                (a.to_bits(), b.to_bits()),
                (f64::to_bits(cos), f64::to_bits(sin)),
                "{degrees}"
            );
        }
        assert_eq!(by("30").sin, half);
        assert_eq!(by("60").cos, half);
        assert_eq!(by("-390").sin, -half);
        assert_eq!(by("120").cos, -half);
        assert!(by("360").is_none() && !by("1e-12").is_none());
    }

    /// Against the system's own sine, and against 40 digits of others.
    #[test]
    fn parts_are_the_nearest() {
        for tenth in -7300..7300 {
            let Rotation { cos, sin } = by(&format!("{tenth}/10"));
            let angle = f64::from(tenth) / 10.0 * std::f64::consts::PI / 180.0;
            assert!((cos - angle.cos()).abs() < 1e-14 && (sin - angle.sin()).abs() < 1e-14);
            assert!((cos * cos + sin * sin - 1.0).abs() < 4.0 * UNIT);
        }
        // In units of 2^-53, from 40 digits.
        for (degrees, units) in [
            ("45", [6_369_051_672_525_773, 6_369_051_672_525_773]),
            ("1", [9_005_827_414_667_146, 157_197_302_255_337]),
            ("-200.5", [-8_436_793_044_934_780, 3_154_387_663_485_070]),
            ("0.001", [9_007_199_253_369_117, 157_205_283_370]),
            ("1e-15", [9_007_199_254_740_992, 0]),
        ] {
            assert_eq!(by(degrees).units(), units, "{degrees}");
        }
    }

    #[test]
    fn a_point_is_turned_counterclockwise() {
        let point = || crate::dyadic::point(3.0, 0.25);
        assert_eq!(by("90").turned(point()), crate::dyadic::point(-0.25, 3.0));
        assert_eq!(by("0").turned(point()), point());
        let [x, y] = by("30").turned(point()).map(|part| part.to_f64());
        assert!((x - 2.473_076).abs() < 1e-6 && (y - 1.716_506).abs() < 1e-6, "{x} {y}");
        assert_eq!(by("30").units()[1], 1 << 52);
    }
}
