//! Squares of complex whole numbers. Those of thousands of bits are convolutions of their digits by a Fourier
//! transform in `f64`, whose error is proven to be too small to change a digit: `docs/exactness.md`.

use std::f64::consts::TAU;
use std::sync::OnceLock;

use dashu_int::{IBig, Sign, Word};
use multiversion::multiversion;

/// Bits of a digit; digits are balanced, from -2¹⁵ to 2¹⁵.
const DIGIT: usize = 16;
/// The same in a word.
const PER_WORD: usize = Word::BITS as usize / DIGIT;
/// The fewest bits of numbers that are squared faster in this way than by two products.
const LEAST_BITS: usize = 96 * 64;
/// The longest transform is of 2 to this.
const LONGEST: usize = 15;
/// The error of a coefficient up to which it is rounded to its whole number.
const KNOWN: f64 = 0.45;
/// Numbers that are computed together.
const LANES: usize = 8;

/// The parts of `(re + im·i)²`.
pub fn square(re: &IBig, im: &IBig) -> [IBig; 2] {
    // Two products take less time than two squares and a product.
    transformed(re, im).unwrap_or_else(|| [(re + im) * (re - im), (re * im) << 1])
}

/// The same by transforms; `None` if numbers are short, or so long that the error is not proven to be small.
fn transformed(re: &IBig, im: &IBig) -> Option<[IBig; 2]> {
    let parts = [re.as_sign_words(), im.as_sign_words()];
    let words = parts.iter().map(|part| part.1.len()).max()?;
    // A digit more, for the last carry; and the square has twice as many.
    let digits = words * PER_WORD + 1;
    let log = (2 * digits).next_power_of_two().ilog2() as usize;
    if words * (Word::BITS as usize) < LEAST_BITS || log > LONGEST {
        return None;
    }
    let mut numbers = Numbers::zero(1 << log);
    let norm = split(parts[0], &mut numbers.re) + split(parts[1], &mut numbers.im);
    if error(norm, log) > KNOWN {
        return None;
    }
    let mut scratch = Numbers::zero(1 << log);
    transform(log, &mut numbers, &mut scratch);
    square_each(&mut numbers);
    // With the parts of numbers exchanged, the transform is its own inverse, but for a factor.
    std::mem::swap(&mut numbers.re, &mut numbers.im);
    transform(log, &mut numbers, &mut scratch);
    Some([joined(&mut numbers.im), joined(&mut numbers.re)])
}

/// Bounds the error of a coefficient of the square of numbers whose digits' squares add up to `norm`.
fn error(norm: f64, log: usize) -> f64 {
    (19.0 * log as f64 + 4.0) * (f64::EPSILON / 2.0) * norm
}

/// Complex numbers.
struct Numbers {
    re: Vec<f64>,
    im: Vec<f64>,
}

impl Numbers {
    fn zero(length: usize) -> Self {
        Self { re: vec![0.0; length], im: vec![0.0; length] }
    }
}

/// Writes a number's digits, the last one first; gives the sum of their squares.
fn split((sign, words): (Sign, &[Word]), digits: &mut [f64]) -> f64 {
    const BASE: i64 = 1 << DIGIT;
    let sign = if sign == Sign::Negative { -1.0 } else { 1.0 };
    let (mut carry, mut norm) = (0, 0.0);
    for (&word, digits) in words.iter().zip(digits.chunks_exact_mut(PER_WORD)) {
        for (k, digit) in digits.iter_mut().enumerate() {
            let value = i64::from((word >> (DIGIT * k)) as u16) + carry;
            carry = i64::from(value >= BASE / 2);
            let value = (value - BASE * carry) as f64;
            norm += value * value;
            *digit = sign * value;
        }
    }
    digits[words.len() * PER_WORD] = sign * carry as f64;
    norm + carry as f64
}

/// The number with these coefficients, the last one first, which are as many times what they should be as there are of
/// them; that is a power of two.
fn joined(coefficients: &mut [f64]) -> IBig {
    round(coefficients);
    let mut carry = 0i128;
    let groups = coefficients.as_chunks::<PER_WORD>().0;
    let mut words = Vec::with_capacity(groups.len() + 1);
    for group in groups {
        // A coefficient is below 2⁴⁶.
        let pairs = group.as_chunks::<2>().0.iter().rev();
        let pairs = pairs.map(|&[low, high]| low as i64 + ((high as i64) << DIGIT));
        carry += pairs.fold(0, |sum, pair| (sum << (2 * DIGIT)) + i128::from(pair));
        words.push(carry as Word);
        carry >>= Word::BITS;
    }
    words.push(carry as Word);
    if carry >= 0 {
        return IBig::from_sign_words(Sign::Positive, &words);
    }
    let mut carry = true;
    for word in &mut words {
        (*word, carry) = (!*word).overflowing_add(carry.into());
    }
    IBig::from_sign_words(Sign::Negative, &words)
}

/// Makes whole numbers of coefficients.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2"))]
fn round(coefficients: &mut [f64]) {
    /// Numbers of this size are whole.
    const WHOLE: f64 = 1.5 * (1u64 << 52) as f64;
    let unit = 1.0 / coefficients.len() as f64;
    for coefficient in coefficients {
        *coefficient = (*coefficient * unit + WHOLE) - WHOLE;
    }
}

/// The powers of a root of unity, of its square and of its cube, as far as a step takes them.
type Roots = [Numbers; 3];

/// Those for 2^log numbers.
fn roots(log: usize) -> &'static Roots {
    static ROOTS: [OnceLock<Roots>; LONGEST + 1] = [const { OnceLock::new() }; LONGEST + 1];
    ROOTS[log].get_or_init(|| {
        let length = 1 << log;
        [1, 2, 3].map(|power| {
            let (re, im) = (0..length / 2).map(|k| root(power * k % length, length)).unzip();
            Numbers { re, im }
        })
    })
}

/// The cosine and the sine of `-TAU · k / length`, where `length` is a power of two: of angles of at most TAU / 8, which
/// loses least.
fn root(k: usize, length: usize) -> (f64, f64) {
    let eighths = 8 * k / length;
    let rest = 8 * k % length;
    let is_mirrored = eighths % 2 == 1;
    let part = if is_mirrored { length - rest } else { rest };
    let angle = TAU * part as f64 / (8 * length) as f64;
    let (cos, sin) = (libm::cos(angle), libm::sin(angle));
    let (cos, sin) = if is_mirrored { (sin, cos) } else { (cos, sin) };
    // The quarter turns that are left, clockwise.
    match eighths / 2 {
        0 => (cos, -sin),
        1 => (-sin, -cos),
        2 => (-cos, sin),
        _ => (sin, cos),
    }
}

/// The Fourier transform of 2^log numbers, by Stockham's algorithm; `scratch` has as many.
fn transform(log: usize, numbers: &mut Numbers, scratch: &mut Numbers) {
    let mut done = 0;
    while done < log {
        let roots = roots(log - done);
        done += match done {
            0 => narrow::<1>(numbers, scratch, &roots[0]),
            1 => narrow::<2>(numbers, scratch, &roots[0]),
            2 => narrow::<4>(numbers, scratch, &roots[0]),
            _ if done + 1 == log => last(numbers, scratch),
            _ => wide((1 << done) / LANES, numbers, scratch, roots),
        };
        std::mem::swap(numbers, scratch);
    }
}

/// Takes one step, of groups of S; gives the power of two by which groups grow.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2"))]
fn narrow<const S: usize>(from: &Numbers, to: &mut Numbers, roots: &Numbers) -> usize {
    let half = from.re.len() / 2;
    let count = half / S;
    let (a_re, b_re) = from.re.split_at(half);
    let (a_im, b_im) = from.im.split_at(half);
    let (a_re, b_re) = (&a_re.as_chunks::<S>().0[..count], &b_re.as_chunks::<S>().0[..count]);
    let (a_im, b_im) = (&a_im.as_chunks::<S>().0[..count], &b_im.as_chunks::<S>().0[..count]);
    let to_re = &mut to.re.as_chunks_mut::<S>().0.as_chunks_mut::<2>().0[..count];
    let to_im = &mut to.im.as_chunks_mut::<S>().0.as_chunks_mut::<2>().0[..count];
    let (w_re, w_im) = (&roots.re[..count], &roots.im[..count]);
    for p in 0..count {
        for q in 0..S {
            let (x, y) = (a_re[p][q] - b_re[p][q], a_im[p][q] - b_im[p][q]);
            to_re[p][0][q] = a_re[p][q] + b_re[p][q];
            to_im[p][0][q] = a_im[p][q] + b_im[p][q];
            to_re[p][1][q] = x * w_re[p] - y * w_im[p];
            to_im[p][1][q] = x * w_im[p] + y * w_re[p];
        }
    }
    1
}

/// Numbers that one instruction computes.
type Lanes = [f64; LANES];

/// Takes two steps as one, of groups of `size` times [`LANES`].
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2"))]
fn wide(size: usize, from: &Numbers, to: &mut Numbers, roots: &[Numbers; 3]) -> usize {
    let re = from.re.as_chunks::<LANES>().0;
    let im = from.im.as_chunks::<LANES>().0;
    let to_re = to.re.as_chunks_mut::<LANES>().0;
    let to_im = to.im.as_chunks_mut::<LANES>().0;
    let [first, second, third] = roots;
    let quarter = re.len() / 4;
    for p in 0..quarter / size {
        let w1: [Lanes; 2] = [[first.re[p]; LANES], [first.im[p]; LANES]];
        let w2: [Lanes; 2] = [[second.re[p]; LANES], [second.im[p]; LANES]];
        let w3: [Lanes; 2] = [[third.re[p]; LANES], [third.im[p]; LANES]];
        for q in 0..size {
            let at = p * size + q;
            let a = [re[at], im[at]];
            let b = [re[at + quarter], im[at + quarter]];
            let c = [re[at + 2 * quarter], im[at + 2 * quarter]];
            let d = [re[at + 3 * quarter], im[at + 3 * quarter]];
            let (ac, bd) = (sum(&a, &c), sum(&b, &d));
            let (from_ac, [x, y]) = (difference(&a, &c), difference(&b, &d));
            let turned = [y, negative(x)];
            let results = [
                sum(&ac, &bd),
                product(&sum(&from_ac, &turned), &w1),
                product(&difference(&ac, &bd), &w2),
                product(&difference(&from_ac, &turned), &w3),
            ];
            for (k, [re, im]) in results.into_iter().enumerate() {
                let place = (4 * p + k) * size + q;
                (to_re[place], to_im[place]) = (re, im);
            }
        }
    }
    2
}

#[inline(always)]
fn negative(a: Lanes) -> Lanes {
    let mut negative = a;
    for part in &mut negative {
        *part = -*part;
    }
    negative
}

#[inline(always)]
fn sum(a: &[Lanes; 2], b: &[Lanes; 2]) -> [Lanes; 2] {
    let mut sum = *a;
    for l in 0..LANES {
        sum[0][l] += b[0][l];
        sum[1][l] += b[1][l];
    }
    sum
}

#[inline(always)]
fn difference(a: &[Lanes; 2], b: &[Lanes; 2]) -> [Lanes; 2] {
    let mut difference = *a;
    for l in 0..LANES {
        difference[0][l] -= b[0][l];
        difference[1][l] -= b[1][l];
    }
    difference
}

#[inline(always)]
fn product(a: &[Lanes; 2], b: &[Lanes; 2]) -> [Lanes; 2] {
    let mut product = *a;
    for l in 0..LANES {
        product[0][l] = a[0][l] * b[0][l] - a[1][l] * b[1][l];
        product[1][l] = a[0][l] * b[1][l] + a[1][l] * b[0][l];
    }
    product
}

/// Takes the last step.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2"))]
fn last(from: &Numbers, to: &mut Numbers) -> usize {
    for (from, to) in [(&from.re, &mut to.re), (&from.im, &mut to.im)] {
        let half = from.len() / 2;
        let (a, b) = from.split_at(half);
        let (sum, difference) = to.split_at_mut(half);
        for q in 0..half {
            (sum[q], difference[q]) = (a[q] + b[q], a[q] - b[q]);
        }
    }
    1
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2"))]
fn square_each(numbers: &mut Numbers) {
    for (re, im) in numbers.re.iter_mut().zip(&mut numbers.im) {
        (*re, *im) = ((*re + *im) * (*re - *im), 2.0 * *re * *im);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(re: &IBig, im: &IBig) -> [IBig; 2] {
        [(re + im) * (re - im), (re * im) << 1]
    }

    fn of_words(words: usize, mut word: impl FnMut() -> u64) -> IBig {
        let bytes: Vec<u8> = (0..words).flat_map(|_| word().to_le_bytes()).collect();
        IBig::from(dashu_int::UBig::from_le_bytes(&bytes))
    }

    #[test]
    fn squares_are_those_of_products() {
        let mut state = 0x1234_5678_9abc_def1u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let longest = (1 << LONGEST) / 8 - 1;
        for words in [103, 110, 127, 128, 129, 255, 256, 400, 511, 512, 1023, 1025, longest] {
            for signs in 0..4 {
                let [re, im] = [0, 1].map(|k| {
                    let number = of_words(words - 7 * k, &mut random);
                    if signs >> k & 1 == 1 { -number } else { number }
                });
                let found = transformed(&re, &im);
                assert!(found.is_some(), "{words}");
                assert_eq!(found.unwrap(), plain(&re, &im), "{words} words, signs {signs}");
                for [re, im] in [[&re, &IBig::ZERO], [&IBig::ZERO, &im], [&re, &re]] {
                    assert_eq!(transformed(re, im).unwrap(), plain(re, im), "{words} words");
                }
            }
        }
    }

    /// Digits of the largest modulus, and those with carries through all of the number.
    #[test]
    fn squares_of_extreme_digits_are_those_of_products() {
        for word in [0x8000_8000_8000_8000, 0x7fff_7fff_7fff_7fff, u64::MAX, 1 << 63, 1] {
            for words in [96, 520, 1000] {
                let number = of_words(words, || word);
                for [re, im] in [[number.clone(), -number.clone()], [number.clone(), number]] {
                    assert_eq!(transformed(&re, &im).unwrap(), plain(&re, &im), "{word:x} {words}");
                }
            }
        }
    }

    /// So many of the largest digits that the error could be one half: not by transforms.
    #[test]
    fn what_is_not_proven_is_left_to_products() {
        let number = of_words(4000, || 0x7fff_7fff_7fff_7fff);
        assert!(transformed(&number, &number).is_none());
        assert_eq!(square(&number, &number), plain(&number, &number));
        let number = of_words(1 << LONGEST, || 5);
        assert!(transformed(&number, &number).is_none());
        assert!(transformed(&IBig::from(3), &IBig::from(-4)).is_none());
        assert_eq!(square(&IBig::from(3), &IBig::from(-4)), [IBig::from(-7), IBig::from(-24)]);
    }

    /// The bound is one, and not a hundred times what it should be: coefficients before they are rounded.
    #[test]
    fn coefficients_are_off_by_less_than_their_bound() {
        let mut worst = 0.0f64;
        for log in [10, 11, 13, 15] {
            let digits = (1 << log) / 2;
            let mut numbers = Numbers::zero(1 << log);
            let mut state = 9u32;
            for k in 0..digits {
                let mut digit = || {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    f64::from((state >> 16) as i16)
                };
                (numbers.re[k], numbers.im[k]) = (digit(), digit());
            }
            let norm = |numbers: &[f64]| numbers.iter().map(|x| x * x).sum::<f64>();
            let bound = error(norm(&numbers.re) + norm(&numbers.im), log);
            let mut scratch = Numbers::zero(1 << log);
            transform(log, &mut numbers, &mut scratch);
            square_each(&mut numbers);
            std::mem::swap(&mut numbers.re, &mut numbers.im);
            transform(log, &mut numbers, &mut scratch);
            for coefficient in numbers.re.iter().chain(&numbers.im) {
                let coefficient = coefficient / (1u64 << log) as f64;
                let off = (coefficient - coefficient.round()).abs();
                assert!(off <= bound, "2^{log}: {off} {bound}");
                worst = worst.max(off / bound);
            }
        }
        assert!(worst > 1e-3, "{worst}");
    }

    /// To within 2.5 · 2⁻⁵³: their squares and their order, by the one before times the first.
    #[test]
    fn roots_are_on_the_unit_circle_in_their_order() {
        for log in 2..=LONGEST {
            let length = 1 << log;
            let (re, im) = root(1, length);
            for k in 0..length {
                let (x, y) = root(k, length);
                assert!((x.hypot(y) - 1.0).abs() <= 4.0 * f64::EPSILON, "{k} of {length}");
                let (next_x, next_y) = root((k + 1) % length, length);
                let off = (x * re - y * im - next_x).hypot(x * im + y * re - next_y);
                assert!(off <= 4.0 * f64::EPSILON, "{k} of {length}: {off:e}");
            }
        }
    }
}
