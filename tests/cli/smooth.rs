//! Smooth colours and the distance from the set.

use std::collections::HashSet;

use image::DynamicImage;

use crate::{Folder, sha256};

/// The grays of a 16-bit PNG, row by row, and its width.
fn gray16(folder: &Folder, name: &str) -> (usize, Vec<u16>) {
    match image::open(folder.join(name)).unwrap() {
        DynamicImage::ImageLuma16(picture) => (picture.width() as usize, picture.into_raw()),
        other => panic!("not 16-bit gray: {:?}", other.color()),
    }
}

/// The largest second difference along a row or a column.
fn largest_bend((width, grays): &(usize, Vec<u16>)) -> i32 {
    let bend = |k: usize, step: usize| {
        let [before, at, after] = [k - step, k, k + step].map(|k| i32::from(grays[k]));
        (before + after - 2 * at).abs()
    };
    let inner =
        (*width..grays.len() - width).filter(|k| !matches!(k % width, 0) && k % width < width - 1);
    inner.map(|k| bend(k, 1).max(bend(k, *width))).max().unwrap()
}

#[test]
fn there_are_no_bands() {
    let folder = Folder::new();
    for job in [
        // Above the original's set: counts up to 2.
        "-x 0.2 -X 1.4 -y 0.85 -Y 1.45",
        // Beside another's, with a threshold that is not made for smoothness: counts of 2 and 3.
        "-r 0.3 -i 0.5 -x 0.75 -X 1.1 -y 0.5 -Y 0.8 -t 7",
        "-r 0.3 -i 0.5 -x 0.75 -X 1.1 -y 0.5 -Y 0.8 -t 7 --mapping log",
    ] {
        let flags = format!("-R 300 {job} -m 0 -M 16 --depth 16 --engine cpu");
        folder.juliaset(&format!("{flags} -o counts.png")).is_quiet_success();
        folder.juliaset(&format!("{flags} --smooth -o smooth.png")).is_quiet_success();
        let [counts, smooth] = ["counts.png", "smooth.png"].map(|name| gray16(&folder, name));
        let range = smooth.1.iter().max().unwrap() - smooth.1.iter().min().unwrap();
        assert!(range > 4096, "a gradient over more than a count: {range}");
        let (bands, none) = (largest_bend(&counts), largest_bend(&smooth));
        // A count is 4096 grays at least.
        assert!(bands >= 4096 && none < 20, "{job}: {bands} and {none}");
    }
}

#[test]
fn the_set_is_as_wide_as_asked_whatever_the_zoom() {
    // The set of c = -2 is the segment from -2 to 2: a line that is infinitely thin.
    let folder = Folder::new();
    for half_width in [0.5, 1e-3, 1e-6, 1e-9, 1e-12] {
        for (flag, width) in [("", None), ("--distance", Some(1.0)), ("--distance=3.5", Some(3.5))]
        {
            let (left, right) = (0.3 - half_width, 0.3 + half_width);
            let (below, above) = (-0.271 * half_width, 0.229 * half_width);
            let flags = format!(
                "-R 200 -r -2 -i 0 -x {left:?} -X {right:?} -y {below:e} -Y {above:e} -m 0 -M 300 \
                 --palette white,#fff --interior black --depth 16 --engine cpu {flag}"
            );
            folder.juliaset(&flags).is_quiet_success();
            let (columns, grays) = gray16(&folder, "plot.png");
            let decode = |gray: u16| match f64::from(gray) / 65535.0 {
                gray if gray <= 0.04045 => gray / 12.92,
                gray => ((gray + 0.055) / 1.055).powf(2.4),
            };
            for column in 0..columns {
                let dark =
                    grays.iter().skip(column).step_by(columns).map(|&gray| 1.0 - decode(gray));
                let dark: f64 = dark.sum();
                let close = |width: f64| (dark - width).abs() < 0.03 * width;
                // Without a width of its own it is a row of sample points, or none.
                assert!(width.map_or(dark == 0.0, close), "{half_width}, {flag}: {dark}");
            }
        }
    }
}

#[test]
fn a_dendrite_is_one_line_at_every_zoom() {
    let folder = Folder::new();
    // A fixed point of c = i, where three branches meet; and the critical point, around which points
    // are so close together that their squares are the same in 64-bit floats.
    let (fixed, critical) = ((-0.30024259022012045, 0.6248105338438266), (0.0, 0.0));
    for ((x, y), half_width) in [
        (fixed, 1.0),
        (fixed, 1e-3),
        (fixed, 1e-6),
        (fixed, 1e-9),
        (fixed, 1e-12),
        (critical, 1e-4),
        (critical, 1e-8),
        (critical, 1e-12),
    ] {
        let flags = format!(
            "-R 201 -r 0 -i 1 -x {:?} -X {:?} -y {:?} -Y {:?} -m 0 -M 400 --palette white,#fff \
             --interior black --engine cpu --depth 16",
            x - half_width,
            x + half_width,
            y - half_width,
            y + half_width,
        );
        let black = |flag: &str| -> HashSet<(i32, i32)> {
            folder.juliaset(&format!("{flags} {flag}")).is_quiet_success();
            let (width, grays) = gray16(&folder, "plot.png");
            let black = (0..grays.len()).filter(|&k| grays[k] < 48_192);
            black.map(|k| ((k % width) as i32, (k / width) as i32)).collect()
        };
        let around = |(x, y): (i32, i32)| {
            (-1..2).flat_map(move |dy| (-1..2).map(move |dx| (x + dx, y + dy)))
        };
        let line = black("--distance");
        // From the middle it goes on in single steps to the edges of the picture.
        let (mut reached, mut next) = (HashSet::from([(100, 100)]), vec![(100, 100)]);
        while let Some(pixel) = next.pop() {
            next.extend(around(pixel).filter(|near| line.contains(near) && reached.insert(*near)));
        }
        let at_edge = |(x, y): (i32, i32)| [x, y].iter().any(|k| !(2..199).contains(k));
        assert!(reached.into_iter().any(at_edge), "{half_width}");
        // It is three pixels thick only where it branches.
        let thick = line.iter().filter(|&&pixel| around(pixel).all(|near| line.contains(&near)));
        let (thick, all) = (thick.count(), line.len());
        assert!(all > 200 && thick * 20 < all, "{half_width}: {thick} of {all}");
        // Its counts alone do not show it.
        assert!(black("").len() * 20 < all, "{half_width}");
    }
}

#[test]
fn supersampled_it_is_the_larger_picture() {
    let folder = Folder::new();
    let pixels = |name: &str| image::open(folder.join(name)).unwrap().into_rgb16();
    let flags = "-r 0 -i 1 -m 0 -M 60 --smooth --palette twilight --interior red --depth 16 \
                 --engine cpu --quiet";
    for factor in [2, 3] {
        folder.juliaset(&format!("{flags} -R 160 --distance=1.5 -o plain.png")).is_quiet_success();
        let larger =
            format!("-R {} --distance={} -o larger.png", 160 * factor, 1.5 * factor as f64);
        folder.juliaset(&format!("{flags} {larger}")).is_quiet_success();
        let sampling = format!("{flags} -R 160 --distance=1.5 --supersample {factor}");
        folder.juliaset(&format!("{sampling} -o all.png")).is_quiet_success();
        folder.juliaset(&format!("{sampling} --adaptive -o some.png")).is_quiet_success();
        let [plain, larger, all, some] =
            ["plain.png", "larger.png", "all.png", "some.png"].map(pixels);
        let decode = |value: u16| match f64::from(value) / 65535.0 {
            value if value <= 0.04045 => value / 12.92,
            value => ((value + 0.055) / 1.055).powf(2.4),
        };
        let encode = |light: f64| match light {
            light if light <= 0.0031308 => light * 12.92,
            light => 1.055 * light.powf(1.0 / 2.4) - 0.055,
        };
        let mut taken = [0; 2];
        for (x, y, pixel) in all.enumerate_pixels() {
            for part in 0..3 {
                let square = (0..factor * factor).map(|k| {
                    let sample = larger.get_pixel(x * factor + k % factor, y * factor + k / factor);
                    decode(sample[part])
                });
                let mean = encode(square.sum::<f64>() / f64::from(factor * factor));
                assert_eq!(pixel[part], (mean * 65535.0 + 1e-6).round() as u16, "{x} {y}");
            }
            let refined = some.get_pixel(x, y);
            assert!(refined == pixel || refined == plain.get_pixel(x, y), "{x} {y}");
            taken[usize::from(refined == pixel)] += 1;
        }
        assert!(taken.iter().all(|&pixels| pixels > 1000), "{taken:?}");
    }
}

/// What they look like, once looked at.
#[test]
fn goldens() {
    let folder = Folder::new();
    for (flags, golden) in [
        ("--smooth", "5f7a2667524c087eadc8ff22b21e08d3bcc81e8e3cbf53c7ff4dbcebb7a7988c"),
        (
            "--smooth --palette magma --mapping log --interior black",
            "1b100723651d21d8127ae38733e41b3134fa8883a54844ad93da57e6cbb5dda8",
        ),
        (
            "--smooth --palette twilight --cycles 3 --mapping sqrt",
            "4d068ce1337a565398de6147dcf945dc45c740fc5d0b9c649fdcaed21a334655",
        ),
        (
            "--smooth --palette inferno --mapping histogram",
            "ec6c8d12eca84fd12344ddcddfb18cfb2fc1114e72a3a34da68b64bd0506e7f7",
        ),
        (
            "--smooth --depth 16 -r 0 -i 1 -m 0",
            "c96294319ae1e67549c43341da2c710a966e61d709ba502a4069b151b3feccd6",
        ),
        (
            "--distance -r 0 -i 1 -m 0 --palette white,white --interior black",
            "6d8eb74beb40334e4757522f5765976acd4ec061996590fa3fa5297c9b1c12ce",
        ),
        (
            "--distance=2 --smooth -r 0 -i 1 -m 0 --palette viridis --interior red --supersample 2",
            "9c1ea348fdc3c016a84b258ebb497ca759fe39fa0a374478e3bd8317a4a9fdaa",
        ),
        (
            "--supersample 3 --palette magma",
            "5aba273ff3ac7e03c40ee63846fd8b613391e4960710e257499279c5ec5400d3",
        ),
    ] {
        folder.juliaset(&format!("-R 200 --engine cpu {flags}")).is_quiet_success();
        let picture = image::open(folder.join("plot.png")).unwrap();
        let values = picture.into_rgb16().into_raw();
        let bytes: Vec<u8> = values.into_iter().flat_map(u16::to_be_bytes).collect();
        assert_eq!(sha256(&bytes), golden, "{flags}");
    }
}

#[test]
fn made_again_bit_for_bit() {
    let folder = Folder::new();
    let pixels = |name: &str| image::open(folder.join(name)).unwrap();
    for flags in [
        "--smooth --palette viridis",
        "--distance --palette viridis",
        "--distance=0.7 --smooth --depth 16 --supersample 2 --mapping histogram",
    ] {
        folder.juliaset(&format!("-R 120 -M 300 --engine cpu {flags} -o a.png")).is_quiet_success();
        folder.juliaset("--like a.png --engine cpu -o b.png").is_quiet_success();
        assert!(pixels("a.png") == pixels("b.png"), "{flags}");
    }
}

#[test]
fn what_is_refused() {
    let folder = Folder::new();
    for width in ["0", "-1", "inf", "x"] {
        let line = format!("--distance {width}: must be finite and over 0");
        folder.juliaset(&format!("--distance={width}")).fails(2, &line);
    }
    assert!(folder.names().is_empty());
}
