//! True escape counts by interval arithmetic on whole numbers: slow, short, and with nothing of
//! the library in it.

use num_bigint::BigInt;

/// The smallest `i` in `0..itermax` with `|z_(i+1)| ≥ threshold`, or `itermax`; the precision
/// doubles until every comparison on the way is decided.
pub fn true_count(point: (f64, f64), c: (f64, f64), threshold: f64, itermax: u32) -> u32 {
    let mut bits = 192;
    loop {
        assert!(bits <= 1 << 18, "undecided: {point:?}, c = {c:?}, threshold {threshold}");
        if let Some(count) = attempt(point, c, threshold, itermax, bits) {
            return count;
        }
        bits *= 2;
    }
}

fn attempt(
    point: (f64, f64),
    c: (f64, f64),
    threshold: f64,
    itermax: u32,
    bits: usize,
) -> Option<u32> {
    let (mut re, mut im) = (Interval::new(point.0, bits), Interval::new(point.1, bits));
    let (c_re, c_im) = (Interval::new(c.0, bits), Interval::new(c.1, bits));
    let limit = Interval::new(threshold, bits).square();
    for i in 0..itermax {
        let (next_re, next_im) = (re.square().minus(&im.square()), re.times(&im).doubled());
        (re, im) = (next_re.rescaled(bits).plus(&c_re), next_im.rescaled(bits).plus(&c_im));
        let norm = re.square().plus(&im.square());
        if norm.low >= limit.high {
            return Some(i);
        }
        if norm.high >= limit.low {
            return None;
        }
    }
    Some(itermax)
}

/// What lies between two whole numbers, in units that the caller knows.
struct Interval {
    low: BigInt,
    high: BigInt,
}

impl Interval {
    /// `value` in units of 2^-bits.
    fn new(value: f64, bits: usize) -> Self {
        // Every finite f64 is a whole number of 2^-1074.
        let word = value.abs().to_bits();
        let (fraction, exponent) = (word & ((1 << 52) - 1), (word >> 52) as usize);
        let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 52 };
        let mut whole = BigInt::from(mantissa) << exponent.saturating_sub(1);
        if value < 0.0 {
            whole = -whole;
        }
        Self { low: whole.clone() << bits, high: whole << bits }.rescaled(1074)
    }

    fn plus(&self, other: &Self) -> Self {
        Self { low: &self.low + &other.low, high: &self.high + &other.high }
    }

    fn minus(&self, other: &Self) -> Self {
        Self { low: &self.low - &other.high, high: &self.high - &other.low }
    }

    fn doubled(&self) -> Self {
        Self { low: &self.low * 2, high: &self.high * 2 }
    }

    fn times(&self, other: &Self) -> Self {
        let corners = [
            &self.low * &other.low,
            &self.low * &other.high,
            &self.high * &other.low,
            &self.high * &other.high,
        ];
        let low = corners.iter().min().unwrap().clone();
        Self { low, high: corners.into_iter().max().unwrap() }
    }

    fn square(&self) -> Self {
        let Self { low, high } = self.times(self);
        // A number times itself is never negative, whatever two of the interval make.
        Self { low: low.max(BigInt::ZERO), high }
    }

    /// In units 2^bits as large, rounded outwards.
    fn rescaled(&self, bits: usize) -> Self {
        Self { low: &self.low >> bits, high: -(-&self.high >> bits) }
    }
}

#[test]
fn the_oracle_knows_what_everybody_knows() {
    assert_eq!(true_count((1.0, 1.0), (0.0, 0.0), 2.0, 9), 0);
    assert_eq!(true_count((1.0, 0.0), (0.0, 0.0), 2.0, 9), 9);
    assert_eq!(true_count((1.1, 0.0), (0.0, 0.0), 2.0, 9), 2);
    assert_eq!(true_count((2.0, 0.0), (-2.0, 0.0), 2.0, 9), 0);
    assert_eq!(true_count((2.0, 0.0), (-2.0, 0.0), 2.0 + 4.0 * f64::EPSILON, 9), 9);
    assert_eq!(true_count((-3.0, 0.0), (-9.0, 0.0), 10.0, 9), 2);
    assert_eq!(true_count((5e-324, 0.0), (0.0, 0.0), 5e-324, 9), 9);
    assert_eq!(true_count((f64::MAX, f64::MAX), (0.0, 0.0), f64::MAX, 9), 0);
}
