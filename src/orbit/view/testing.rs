//! Places for the tests of views.

use dashu_int::IBig;
use dashu_int::ops::SquareRoot;
use num_complex::Complex64;

use crate::dyadic::{Dyadic, Point};
use crate::rotation::Rotation;

/// A center near the Julia set: a repelling fixed point pulled back along branches that `bits` chooses,
/// in more bits than the pitch has.
pub fn center(c: Complex64, bits: usize, mut branches: u64) -> Point {
    let units = |value: f64| Dyadic::from(value).to_fixed(bits).0;
    // Newton's method would be quicker; this needs only square roots.
    let (c_re, c_im) = (units(c.re), units(c.im));
    let (mut re, mut im) = (units(1.3), units(0.4));
    for _ in 0..2 * bits + 40 {
        (re, im) = square_root(&re - &c_re, &im - &c_im, bits);
        branches = branches.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        if branches >> 63 == 1 {
            (re, im) = (-re, -im);
        }
    }
    [re, im].map(|part| Dyadic::new(part, -(bits as i64)))
}

/// Some rotation, or none.
pub fn rotation(seed: u64) -> Rotation {
    let degrees = ["0", "30", "-117.3", "90", "1e-9", "200/7"][seed as usize % 6];
    Rotation::by(degrees.parse::<crate::number::Number>().unwrap().parts())
}

fn square_root(re: IBig, im: IBig, bits: usize) -> (IBig, IBig) {
    let root = |value: IBig| IBig::from(value.into_parts().1.sqrt());
    let modulus = root(IBig::from(re.sqr()) + IBig::from(im.sqr()));
    let x = root((&modulus + &re) << (bits - 1));
    let y = root((&modulus - &re) << (bits - 1));
    (x, if im < IBig::ZERO { -y } else { y })
}
