//! Views at places that are worth a look, at any depth.

use dashu_int::IBig;
use dashu_int::ops::SquareRoot;
use juliaset::{Job, Number, View};

use super::julia;

/// Maps whose sets are dust, in one piece, with an interior, a dendrite, and nearly parabolic.
pub const MAPS: [(f64, f64); 5] =
    [(-0.8, 0.156), (-0.835, -0.2321), (-0.12256, 0.74486), (0.0, 1.0), (0.285, 0.01)];

/// The pitches of the views, as powers of ten.
pub const PITCHES: [i32; 4] = [-18, -60, -300, -1000];

/// A point near the Julia set in `bits` bits after the point: any point, pulled back along the branches
/// z → ±√(z - c) that `seed` chooses, is closer to the set with each.
pub fn center((re, im): (f64, f64), bits: usize, mut seed: u64) -> [Number; 2] {
    let units = |value: f64| IBig::from((value * 2f64.powi(80)) as i128) << (bits - 80);
    let c = [units(re), units(im)];
    let [mut x, mut y] = [units(1.3), units(0.4)];
    for _ in 0..3 * bits {
        [x, y] = square_root([x - &c[0], y - &c[1]], bits);
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        if seed >> 63 == 1 {
            [x, y] = [-x, -y];
        }
    }
    [x, y].map(|part| {
        let sign = if part < IBig::ZERO { "-" } else { "" };
        let (_, magnitude) = part.into_parts();
        format!("{sign}0x{magnitude:x}p-{bits}").parse().unwrap()
    })
}

fn square_root([x, y]: [IBig; 2], bits: usize) -> [IBig; 2] {
    let root = |value: IBig| IBig::from(value.into_parts().1.sqrt());
    let modulus = root(IBig::from(x.sqr()) + IBig::from(y.sqr()));
    let re = root((&modulus + &x) << (bits - 1));
    let im = root((&modulus - &x) << (bits - 1));
    [re, if y < IBig::ZERO { -im } else { im }]
}

/// A view of `columns × rows` pixels whose pitch is a power of ten; `seed` chooses by how much it is rotated.
pub fn job(map: (f64, f64), log_pitch: i32, (columns, rows): (u32, u32), seed: u64) -> Job {
    let bits = 100 + (f64::from(-log_pitch) * 3.3220) as usize;
    let [re, im] = center(map, bits, seed);
    let width = format!("{columns}e{log_pitch}").parse().unwrap();
    let degrees = ["0", "30", "-117.3", "90"][seed as usize % 4];
    let view = View::new(re, im, width).unwrap().rotated(degrees.parse().unwrap());
    Job::of_view(julia(map, 2.0, 20_000), &view, columns, rows).unwrap()
}
