//! More than one sample point for a pixel: against the larger picture, averaged down.

use image::{DynamicImage, GenericImageView};

use crate::{Folder, Run};
use juliaset::internals::render::supersampling::Sampling;

/// The values of a picture's pixels, 0 to 1, row by row; how many a pixel has, and the largest.
struct Picture {
    width: usize,
    parts: usize,
    max: f64,
    values: Vec<u16>,
}

fn open(folder: &Folder, name: &str) -> Picture {
    let picture = image::open(folder.join(name)).unwrap();
    let width = picture.dimensions().0 as usize;
    let wide = |bytes: Vec<u8>| bytes.into_iter().map(u16::from).collect();
    let (parts, max, values) = match picture {
        DynamicImage::ImageLuma8(picture) => (1, 255.0, wide(picture.into_raw())),
        DynamicImage::ImageRgb8(picture) => (3, 255.0, wide(picture.into_raw())),
        DynamicImage::ImageLuma16(picture) => (1, 65535.0, picture.into_raw()),
        DynamicImage::ImageRgb16(picture) => (3, 65535.0, picture.into_raw()),
        other => panic!("{:?}", other.color()),
    };
    Picture { width, parts, max, values }
}

impl Picture {
    /// Every `factor × factor` pixels averaged in linear light, by the formulas of sRGB.
    fn averaged(&self, factor: usize) -> Vec<u16> {
        let decode = |value: u16| match f64::from(value) / self.max {
            value if value <= 0.04045 => value / 12.92,
            value => ((value + 0.055) / 1.055).powf(2.4),
        };
        let encode = |light: f64| match light {
            light if light <= 0.0031308 => light * 12.92,
            light => 1.055 * light.powf(1.0 / 2.4) - 0.055,
        };
        let at = |col: usize, row: usize, part: usize| {
            self.values[(row * self.width + col) * self.parts + part]
        };
        let rows = self.values.len() / self.width / self.parts / factor;
        let mut averaged = Vec::new();
        for row in 0..rows {
            for col in 0..self.width / factor {
                for part in 0..self.parts {
                    let square = (0..factor * factor).map(|k| {
                        decode(at(col * factor + k % factor, row * factor + k / factor, part))
                    });
                    let mean = square.sum::<f64>() / (factor * factor) as f64;
                    // Halves go up, whatever the formulas' last bits.
                    averaged.push((encode(mean) * self.max + 1e-6).round() as u16);
                }
            }
        }
        averaged
    }
}

#[test]
fn it_is_the_larger_picture_averaged_down() {
    let folder = Folder::new();
    for (factor, width, flags) in [
        (2, 200, "--engine cpu"),
        (3, 200, "--engine cpu --palette viridis --interior white"),
        (4, 200, "--engine cpu --palette twilight --cycles 2 --mapping histogram --depth 16"),
        (2, 200, "--engine cpu --precision single --depth 16"),
        // Several bands, and a view with more rows than columns.
        (2, 640, "--engine cpu -r 0 -i 1 -x -0.5 -X 0.5 -y -1.5 -Y 1.5 --palette turbo"),
    ] {
        let larger = format!("-R {} {flags} -o larger.png", factor * width);
        folder.juliaset(&larger).is_quiet_success();
        let small = format!("-R {width} {flags} --supersample {factor} -o small.png");
        folder.juliaset(&small).is_quiet_success();
        let small = open(&folder, "small.png");
        assert_eq!(small.width, width);
        assert!(small.values == open(&folder, "larger.png").averaged(factor), "{factor} {flags}");
        folder.juliaset(&format!("-R {width} {flags} -o plain.png")).is_quiet_success();
        assert!(small.values != open(&folder, "plain.png").values, "{factor} {flags}");
    }
}

/// The pixels with a neighbour of another gray, if every count has its own.
fn edges(grays: &Picture) -> Vec<bool> {
    let (width, height) = (grays.width, grays.values.len() / grays.width);
    let at = |col: usize, row: usize| grays.values[row * width + col];
    let near = |k: usize, end: usize| k.saturating_sub(1)..(k + 2).min(end);
    let differs = |k: usize| {
        let (col, row) = (k % width, k / width);
        near(row, height).any(|y| near(col, width).any(|x| at(x, y) != at(col, row)))
    };
    (0..width * height).map(differs).collect()
}

#[test]
fn adaptive_takes_the_pixels_whose_neighbours_differ() {
    let folder = Folder::new();
    for (factor, job, tone) in [
        (3, "-R 200 -m 0 --engine cpu", "--palette magma"),
        // Two bands: there are neighbours in the other.
        (2, "-R 1400 -m 0 --engine cpu", "--depth 16"),
    ] {
        folder.juliaset(&format!("{job} -o counts.png")).is_quiet_success();
        let flags = format!("{job} {tone}");
        folder.juliaset(&format!("{flags} -o plain.png")).is_quiet_success();
        folder.juliaset(&format!("{flags} --supersample {factor} -o all.png")).is_quiet_success();
        let adaptive = format!("{flags} --supersample {factor} --adaptive -o adaptive.png");
        let run = folder.juliaset(&adaptive);
        let edges = edges(&open(&folder, "counts.png"));
        let refined = edges.iter().filter(|&&edge| edge).count();
        assert!(refined > 0 && refined < edges.len());
        let (pixels, points) = (edges.len(), factor * factor);
        assert_eq!(
            run.without_what_was_made(),
            format!("juliaset: {refined} of {pixels} pixels have {points} sample points\n")
        );
        let info = folder.juliaset("info adaptive.png").stdout;
        assert!(info.contains(&format!("\n# pixels refined: {refined}\n")), "{info}");
        let [plain, all, adaptive] =
            ["plain.png", "all.png", "adaptive.png"].map(|name| open(&folder, name));
        for (k, edge) in edges.into_iter().enumerate() {
            let pixel = k * plain.parts..(k + 1) * plain.parts;
            let expected = if edge { &all } else { &plain };
            assert_eq!(adaptive.values[pixel.clone()], expected.values[pixel], "{flags} {k}");
        }
    }
}

#[test]
fn made_again_with_as_many_points() {
    let folder = Folder::new();
    for flags in ["--supersample 2", "--supersample 3 --adaptive --mapping histogram"] {
        let run = folder.juliaset(&format!("-R 90 --engine cpu --quiet {flags} -o a.png"));
        run.is_quiet_success();
        folder.juliaset("--like a.png --engine cpu --quiet -o b.png").is_quiet_success();
        assert!(open(&folder, "a.png").values == open(&folder, "b.png").values, "{flags}");
    }
}

#[test]
fn the_largest_factor_is_a_picture_and_in_the_help() {
    let (folder, most) = (Folder::new(), Sampling::MAX_FACTOR);
    folder.juliaset(&format!("-R 20 --engine cpu -q --supersample {most}")).is_quiet_success();
    let help = folder.juliaset("--help");
    assert!(help.stdout.contains(&format!("N from 1 to {most}")));
}

#[test]
fn what_is_refused() {
    let refused = |flags: &str, line: &str| {
        let folder = Folder::new();
        Run::fails(&folder.juliaset(flags), 2, line);
        assert!(folder.names().is_empty());
    };
    let limit = format!("must be a whole number from 1 to {}", Sampling::MAX_FACTOR);
    refused("--supersample 17", &format!("--supersample 17: {limit}"));
    refused("--supersample x", &format!("--supersample x: {limit}"));
    refused("--adaptive", "--supersample: is missing");
    refused(
        "-R 2000000000 --supersample 2",
        "--supersample 2: must be at least 1, and make the 2000000000 × 1250000000 pixels at most \
         2147483647 a side",
    );
}
