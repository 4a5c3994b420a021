//! The headline job from the start of the process to the closed file, against what the original
//! program does for it: the scalar loop on one thread, then image's PNG encoder.
//!
//!     cargo build --release
//!     cargo run --release --manifest-path benches/headline/Cargo.toml -- target/release/juliaset
//!
//! Further arguments go to the program; `RUNS` in the environment is how often each is timed.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const JOB: [&str; 7] = ["-x=-0.1", "-X=0.1", "-y=-0.1", "-Y=0.1", "-m=20", "-M=100", "-R=4000"];
const SIDE: u32 = 4000;

/// The gray bytes of the job, as the original computes them.
fn scalar() -> Vec<u8> {
    let point = |i: u32, delta: f64, start: f64| f64::from(i) / f64::from(SIDE) * delta + start;
    let (c_re, c_im) = (-0.835, -0.2321);
    let (itermin, itermax) = (20, 100);
    let mut pixels = Vec::with_capacity((SIDE * SIDE) as usize);
    for row in 0..SIDE {
        for col in 0..SIDE {
            let (mut re, mut im) = (point(col, 0.1 - -0.1, -0.1), point(row, -0.1 - 0.1, 0.1));
            let mut count = 0;
            while count < itermax {
                (re, im) = (re * re - im * im + c_re, re * im + im * re + c_im);
                if re * re + im * im >= 4.0 {
                    break;
                }
                count += 1;
            }
            let value = f64::from(count.max(itermin) - itermin) / f64::from(itermax - itermin);
            pixels.push((255.0 * value) as u8);
        }
    }
    pixels
}

fn encode(pixels: &[u8], path: &Path, level: CompressionType, filter: FilterType) -> Result<()> {
    let file = BufWriter::new(File::create(path)?);
    let encoder = PngEncoder::new_with_quality(file, level, filter);
    Ok(encoder.write_image(pixels, SIDE, SIDE, ExtendedColorType::L8)?)
}

fn seconds(work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

/// The times of several runs of one thing.
#[derive(Default)]
struct Runs(Vec<f64>);

impl Runs {
    fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    }

    fn least(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

/// A setting of ours against the original's parts for it.
struct Case {
    flag: Option<&'static str>,
    image: (&'static str, CompressionType, FilterType),
    encoder: Runs,
    ours: Runs,
    bytes: u64,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().ok_or("usage: headline path/to/juliaset [more flags]")?;
    let more: Vec<_> = arguments.collect();
    let runs = std::env::var("RUNS").map_or(Ok(5), |runs| runs.parse::<u32>())?.max(1);

    let folder = std::env::temp_dir().join(format!("headline-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let path = folder.join("plot.png");
    let case = |flag, image| Case {
        flag,
        image,
        encoder: Runs::default(),
        ours: Runs::default(),
        bytes: 0,
    };
    let best = ("Best, no filter", CompressionType::Best, FilterType::NoFilter);
    let fast = ("Fast, Up", CompressionType::Fast, FilterType::Up);
    let mut cases = [case(None, best), case(Some("--fast"), fast), case(Some("--small"), best)];
    let mut engine = Runs::default();
    let mut pixels = Vec::new();
    for _ in 0..runs {
        engine.0.push(seconds(|| {
            pixels = scalar();
            Ok(())
        })?);
        for case in &mut cases {
            let (_, level, filter) = case.image;
            case.encoder.0.push(seconds(|| encode(&pixels, &path, level, filter))?);
            let mut command = Command::new(&program);
            command.args(JOB).args(case.flag).args(&more).arg("--quiet").arg("-o").arg(&path);
            case.ours.0.push(seconds(|| match command.status()?.success() {
                true => Ok(()),
                false => Err(format!("{command:?} failed").into()),
            })?);
            case.bytes = std::fs::metadata(&path)?.len();
            if image::open(&path)?.into_luma8().into_raw() != pixels {
                return Err("the pictures differ".into());
            }
        }
    }
    std::fs::remove_dir_all(&folder)?;

    let milliseconds = |seconds: f64| 1e3 * seconds;
    println!("median of {runs} runs (least), in ms");
    println!(
        "scalar loop, 1 thread    {:7.1} ({:.1})",
        milliseconds(engine.median()),
        milliseconds(engine.least())
    );
    for case in &cases {
        let name = case.flag.unwrap_or("default");
        let (image, ..) = case.image;
        println!(
            "{name:<8} image {image:<16} {:7.1} ({:.1})",
            milliseconds(case.encoder.median()),
            milliseconds(case.encoder.least())
        );
        let ratio = |of: fn(&Runs) -> f64| (of(&engine) + of(&case.encoder)) / of(&case.ours);
        println!(
            "{name:<8} juliaset, whole        {:7.1} ({:.1}): {:.1} (by the least {:.1}) times as fast, {} bytes",
            milliseconds(case.ours.median()),
            milliseconds(case.ours.least()),
            ratio(Runs::median),
            ratio(Runs::least),
            case.bytes,
        );
    }
    Ok(())
}
