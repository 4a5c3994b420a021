//! The drop-in interface, as a program that was written for the original crate uses it.

use juliaset::{Complex64, ComplexRegion, Error, JuliaDiv};
use sha2::{Digest, Sha256};

#[test]
fn build_gives_the_sample_points() {
    let (xleft, xright, yleft, yright) = (-1.6, 1.6, -1.0, 1.0);
    let points = ComplexRegion::new(xleft, xright, yleft, yright).unwrap().build(37).unwrap();
    let (nx, ny) = (37, 23); // 37 · 2 / 3.2 = 23.125
    assert_eq!(points.dim(), (nx, ny));
    for ((i, j), point) in points.indexed_iter() {
        assert_eq!(point.re, i as f64 / nx as f64 * (xright - xleft) + xleft);
        assert_eq!(point.im, j as f64 / ny as f64 * (yright - yleft) + yleft);
    }
}

/// The definition again, as the text has it: complex numbers, and the modulus itself.
fn value(c: Complex64, threshold: f64, (itermin, itermax): (u32, u32), point: Complex64) -> f64 {
    let mut z = point;
    let escaped = (0..itermax).find(|_| {
        z = z * z + c;
        z.norm() >= threshold
    });
    let count = escaped.unwrap_or(itermax).max(itermin);
    f64::from(count - itermin) / f64::from(itermax - itermin)
}

#[test]
fn over_gives_the_normalised_counts_of_those_points() {
    let region = ComplexRegion::new(-1.5, 1.5, -1.2, 1.2).unwrap();
    for (c, threshold, iterations) in [
        (Complex64::new(-0.835, -0.2321), 2.0, (5, 80)),
        (Complex64::new(-0.4, 0.6), 3.5, (0, 50)),
        (Complex64::new(0.285, 0.01), 2.0, (0, 200)),
    ] {
        let values = JuliaDiv::new(c, threshold, iterations, 120).unwrap().over(&region).unwrap();
        let points = region.build(120).unwrap();
        assert_eq!(values.dim(), (120, 96));
        for (index, &found) in values.indexed_iter() {
            assert_eq!(found, value(c, threshold, iterations, points[index]), "{index:?}");
        }
    }
}

#[test]
fn the_headline_picture_is_the_originals() {
    // The original's picture has its top row at ytop, so the imaginary parts go down.
    let region = ComplexRegion::new(-0.1, 0.1, 0.1, -0.1).unwrap();
    let julia = JuliaDiv::new(Complex64::new(-0.835, -0.2321), 2.0, (20, 100), 4000).unwrap();
    let values = julia.over(&region).unwrap();
    assert_eq!(values.dim(), (4000, 4000));
    let gray: Vec<u8> = values.t().iter().map(|value| (255.0 * value) as u8).collect();
    let hash: String = Sha256::digest(&gray).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "77fae31a03e92012bbfa9414b5a2505f9de770265e4711454e603afcf0b72051");
}

#[test]
fn what_the_original_asserted_is_an_error() {
    let c = Complex64::new(-0.835, -0.2321);
    let invalid = |error| matches!(error, Error::Invalid { .. });
    assert!(invalid(JuliaDiv::new(c, 0.0, (0, 50), 100).unwrap_err()));
    assert!(invalid(JuliaDiv::new(c, 2.0, (50, 50), 100).unwrap_err()));
    assert!(invalid(ComplexRegion::new(1.0, 1.0, -1.0, 1.0).unwrap_err()));
    let region = ComplexRegion::new(-1.0, 1.0, -1.0, 1.0).unwrap();
    assert!(invalid(region.build(0).unwrap_err()));
    assert!(invalid(JuliaDiv::new(c, 2.0, (0, 50), 0).unwrap_err()));
}
