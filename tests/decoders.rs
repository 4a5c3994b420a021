//! PNGs as decoders see them that share no code with the encoder nor with each other: `image`,
//! Python's Pillow and `pngcheck`. `scripts/test` installs what is missing.

use std::path::{Path, PathBuf};
use std::process::Command;

use juliaset::counts::normalised;
use juliaset::engine::CpuEngine;
use juliaset::output::png::{Compression, PixelFormat, PngWriter};
use juliaset::tone::Shades;
use juliaset::{Complex64, ComplexRegion, Grid, Job, Julia, Precision, render};
use sha2::{Digest, Sha256};

/// Prints `NAME MODE WIDTH HEIGHT SHA-256` of every picture that it is given.
const PILLOW: &str = r#"
import hashlib, sys
from PIL import Image
Image.MAX_IMAGE_PIXELS = None
for name in sys.argv[1:]:
    with Image.open(name) as picture:
        picture.load()
        print(name, picture.mode, *picture.size, hashlib.sha256(picture.tobytes()).hexdigest())
"#;

struct Picture {
    width: u32,
    height: u32,
    format: PixelFormat,
    pixels: Vec<u8>,
}

impl Picture {
    /// A Julia set, in gray or in colours that go round.
    fn julia(width: u32, format: PixelFormat) -> Self {
        let region = ComplexRegion::new(-0.1, 0.1, 0.1, -0.1).unwrap();
        let julia = Julia::new(Complex64::new(-0.835, -0.2321), 2.0, (20, 100)).unwrap();
        let job = Job { julia, grid: Grid::new(region, width).unwrap() };
        let mut engine = CpuEngine::new(Precision::Double);
        let counts = render::counts(&mut engine, &job, &Default::default()).unwrap();
        let mut pixels = Vec::new();
        match format {
            PixelFormat::Gray8 => Shades::gray(&julia).fill(&counts.data, &mut pixels),
            _ => pixels.extend(counts.data.iter().flat_map(|&count| colour(count))),
        }
        Self { width, height: counts.height, format, pixels }
    }

    /// Bytes that follow no rule.
    fn noise(width: u32, height: u32, format: PixelFormat) -> Self {
        let mut state = u64::from(width);
        let length = width as usize * height as usize * format.bytes();
        let pixels = (0..length)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8
            })
            .collect();
        Self { width, height, format, pixels }
    }

    fn write(&self, path: &Path, compression: Compression) {
        let file = std::fs::File::create(path).unwrap();
        let mut png =
            PngWriter::new(file, self.width, self.height, self.format, compression).unwrap();
        for run in self.pixels.chunks(100_003) {
            png.write(run).unwrap();
        }
        png.finish().unwrap();
    }

    /// What [`PILLOW`] should say of it.
    fn seen_by_pillow(&self, path: &Path) -> String {
        let mode = match self.format {
            PixelFormat::Gray8 => "L",
            _ => "RGB",
        };
        let hash: String =
            Sha256::digest(&self.pixels).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{} {mode} {} {} {hash}", path.display(), self.width, self.height)
    }
}

fn colour(count: u32) -> [u8; 3] {
    let value = 20.0 * normalised(count, 20, 100);
    [0.0, 2.1, 4.2].map(|phase| (127.5 * (1.0 + (value + phase).sin())) as u8)
}

fn pictures() -> Vec<Picture> {
    let mut pictures = Vec::new();
    for format in [PixelFormat::Gray8, PixelFormat::Rgb8] {
        pictures.push(Picture::julia(1500, format));
        for (width, height) in [(1, 1), (1, 700), (700, 1), (33, 17), (40_000, 9), (900, 900)] {
            pictures.push(Picture::noise(width, height, format));
        }
    }
    pictures
}

/// The first Python that has Pillow.
fn python() -> &'static str {
    let has_pillow = |python: &&str| {
        let imported = Command::new(python).args(["-c", "import PIL.Image"]).output();
        imported.is_ok_and(|output| output.status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(has_pillow);
    found.expect("no python3 with Pillow: scripts/test installs it")
}

#[test]
#[ignore = "needs Pillow and pngcheck: scripts/test installs them and runs it"]
fn three_decoders_see_the_same_pixels() {
    let folder = tempfile::tempdir().unwrap();
    let mut files: Vec<PathBuf> = Vec::new();
    let mut expected = Vec::new();
    for (index, picture) in pictures().iter().enumerate() {
        for compression in [Compression::Fast, Compression::Balanced, Compression::Small] {
            let path = folder.path().join(format!("{index}-{compression:?}.png"));
            picture.write(&path, compression);
            let decoded = image::open(&path).unwrap();
            assert_eq!((decoded.width(), decoded.height()), (picture.width, picture.height));
            assert!(decoded.as_bytes() == picture.pixels, "image: {}", path.display());
            expected.push(picture.seen_by_pillow(&path));
            files.push(path);
        }
    }

    let pillow = Command::new(python()).args(["-c", PILLOW]).args(&files).output().unwrap();
    assert!(pillow.status.success(), "{}", String::from_utf8_lossy(&pillow.stderr));
    let seen = String::from_utf8(pillow.stdout).unwrap();
    assert_eq!(seen.lines().collect::<Vec<_>>(), expected);

    let pngcheck = Command::new("pngcheck").args(&files).output();
    let pngcheck = pngcheck.expect("no pngcheck: scripts/test installs it");
    let report = String::from_utf8_lossy(&pngcheck.stdout);
    assert!(pngcheck.status.success(), "{report}");
    assert_eq!(report.matches("OK: ").count(), files.len(), "{report}");
}
