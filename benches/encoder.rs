//! The way from counts to a PNG, each part alone: `cargo bench --bench encoder`.

use divan::Bencher;
use divan::counter::BytesCount;
use juliaset::internals::counts::normalised;
use juliaset::internals::engine::CpuEngine;
use juliaset::internals::output::png::{PixelFormat, PngWriter};
use juliaset::internals::render;
use juliaset::internals::tone::ColorMapper;
use juliaset::{Complex64, ComplexRegion, Compression, Grid, Job, Julia, Precision};

/// Columns of the pictures, of a region with as many rows.
const SIDE: u32 = 2000;

fn main() {
    divan::main();
}

/// A picture that is hard to compress, and one that is easy.
#[derive(Clone, Copy, Debug)]
enum Set {
    /// The headline job's: fine structure everywhere.
    Headline,
    /// Large areas of one count.
    Cauliflower,
}

impl Set {
    fn julia(self) -> Julia {
        let (re, im, itermin, itermax) = match self {
            Self::Headline => (-0.835, -0.2321, 20, 100),
            Self::Cauliflower => (0.25, 0.0, 0, 500),
        };
        Julia::new(Complex64::new(re, im), 2.0, (itermin, itermax)).unwrap()
    }

    fn counts(self) -> Vec<u32> {
        let side = match self {
            Self::Headline => 0.1,
            Self::Cauliflower => 1.2,
        };
        let region = ComplexRegion::new(-side, side, side, -side).unwrap();
        let job = Job { julia: self.julia(), grid: Grid::new(region, SIDE).unwrap() };
        let mut engine = CpuEngine::new(Precision::Double);
        render::counts(&mut engine, &job, &Default::default()).unwrap().data
    }

    fn pixels(self, format: PixelFormat) -> Vec<u8> {
        let julia = self.julia();
        match format {
            PixelFormat::Gray8 => {
                let mut grays = Vec::new();
                ColorMapper::gray(&julia).fill(&self.counts(), &mut grays);
                grays
            }
            _ => {
                let colour = |count| {
                    let value = 20.0 * normalised(count, julia.itermin(), julia.itermax());
                    [0.0, 2.1, 4.2].map(|phase| (127.5 * (1.0 + (value + phase).sin())) as u8)
                };
                self.counts().into_iter().flat_map(colour).collect()
            }
        }
    }
}

const SETS: [Set; 2] = [Set::Headline, Set::Cauliflower];

#[divan::bench(args = SETS, sample_count = 20)]
fn tone(bencher: Bencher, set: Set) {
    let counts = set.counts();
    let gray = ColorMapper::gray(&set.julia());
    let mut grays = Vec::new();
    bencher.counter(BytesCount::new(counts.len())).bench_local(|| gray.fill(&counts, &mut grays));
}

fn png(bencher: Bencher, set: Set, format: PixelFormat, compression: Compression) {
    let pixels = set.pixels(format);
    bencher.counter(BytesCount::new(pixels.len())).bench_local(|| {
        let mut png = PngWriter::new(std::io::sink(), SIDE, SIDE, format, compression).unwrap();
        png.write(&pixels).unwrap();
        png.finish().unwrap();
    });
}

#[divan::bench(args = SETS, sample_count = 20)]
fn gray_fast(bencher: Bencher, set: Set) {
    png(bencher, set, PixelFormat::Gray8, Compression::Fast);
}

#[divan::bench(args = SETS, sample_count = 20)]
fn gray_balanced(bencher: Bencher, set: Set) {
    png(bencher, set, PixelFormat::Gray8, Compression::Balanced);
}

#[divan::bench(args = SETS, sample_count = 20)]
fn gray_small(bencher: Bencher, set: Set) {
    png(bencher, set, PixelFormat::Gray8, Compression::Small);
}

#[divan::bench(args = SETS, sample_count = 20)]
fn rgb_fast(bencher: Bencher, set: Set) {
    png(bencher, set, PixelFormat::Rgb8, Compression::Fast);
}

#[divan::bench(args = SETS, sample_count = 20)]
fn rgb_balanced(bencher: Bencher, set: Set) {
    png(bencher, set, PixelFormat::Rgb8, Compression::Balanced);
}

#[divan::bench(args = SETS, sample_count = 20)]
fn rgb_small(bencher: Bencher, set: Set) {
    png(bencher, set, PixelFormat::Rgb8, Compression::Small);
}
