//! Numbers as whole multiples of a part of one, many at a time.

use multiversion::multiversion;

/// How many parts each of `values` is, `parts` of which are one; whether all are whole numbers of parts, from 0 on and
/// less than `below`, which is at most 2³². `whole` has as many elements; they mean nothing for those that are not.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2"))]
pub fn to_parts(values: &[f64], parts: f64, below: f64, whole: &mut [u32]) -> bool {
    /// A number less than it, added to it, is rounded to a whole one, which is in the last bits.
    const TWO_52: f64 = (1u64 << 52) as f64;
    let mut are_whole = true;
    for (whole, value) in whole.iter_mut().zip(values) {
        let scaled = value * parts;
        let sum = scaled + TWO_52;
        are_whole &= (scaled >= 0.0) & (scaled < below) & (sum - TWO_52 == scaled);
        *whole = sum.to_bits() as u32;
    }
    are_whole
}

/// The other way.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2"))]
pub fn from_parts(whole: &[u32], parts: f64, values: &mut [f64]) {
    let part = 1.0 / parts;
    for (value, whole) in values.iter_mut().zip(whole) {
        *value = f64::from(*whole) * part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_of_parts_are_told_from_others() {
        let next_up = 7.25f64.next_up();
        for (values, below, are_whole) in [
            (vec![], 1.0, true),
            (vec![0.0, 0.25, 7.25], 30.0, true),
            (vec![0.0, 0.25, 7.25], 29.0, false),
            (vec![0.0, next_up, 7.25], 30.0, false),
            (vec![-0.25, 1.0], 30.0, false),
            (vec![1.0, f64::NAN], 30.0, false),
            (vec![1e300], 30.0, false),
            (vec![f64::from(u32::MAX) / 4.0; 37], 4_294_967_296.0, true),
            ([vec![1.5; 63], vec![0.125]].concat(), 30.0, false),
        ] {
            let mut whole = vec![0; values.len()];
            assert_eq!(to_parts(&values, 4.0, below, &mut whole), are_whole, "{values:?}");
            if are_whole {
                let mut back = vec![0.0; values.len()];
                from_parts(&whole, 4.0, &mut back);
                assert_eq!(back, values);
            }
        }
    }
}
