//! Pictures as decoders see them that share no code with the encoders nor with each other: `image`,
//! Python's Pillow and `pngcheck`, and for escape counts numpy. `scripts/test` installs what is
//! missing.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use juliaset::internals::counts::normalised;
use juliaset::internals::engine::CpuEngine;
use juliaset::internals::output::gif::GifWriter;
use juliaset::internals::output::png::{PixelFormat, PngWriter};
use juliaset::internals::output::rate::FrameRate;
use juliaset::internals::picture::Options;
use juliaset::internals::tone::{ColorMapper, Histogram};
use juliaset::internals::{picture, render};
use juliaset::{
    Color, Complex64, ComplexRegion, Compression, Depth, Dpi, Grid, Job, Julia, Mapping, Palette,
    Precision, Tone,
};
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

/// Prints the format of a picture and its pixels' bytes in hexadecimal. Pillow has no colours of 16
/// bits; gray of 16 bits, which is `I` in some of its versions where it is `I;16` in others, is `I;16`
/// here and big-endian.
const PIXELS: &str = r#"
import numpy, sys
from PIL import Image
with Image.open(sys.argv[1]) as picture:
    picture.load()
    mode, pixels = picture.mode, picture.tobytes()
    if mode == "I" or mode.startswith("I;16"):
        values = numpy.array(picture)
        assert values.min() >= 0 and 255 < values.max() < 65536, "no values of 16 bits"
        mode, pixels = "I;16", values.astype(">u2").tobytes()
    print(picture.format, mode, pixels.hex())
"#;

/// Prints what a picture says of itself in the tag ImageDescription.
const DESCRIPTION: &str = r#"
import sys
from PIL import Image
with Image.open(sys.argv[1]) as picture:
    print(picture.getexif()[270])
"#;

/// Prints the pixels of an inch that a picture states.
const DPI: &str = r#"
import sys
from PIL import Image
for name in sys.argv[1:]:
    with Image.open(name) as picture:
        picture.load()
        dpi, exif = picture.info.get("dpi"), picture.getexif()
        unit = {1: 0, 2: 1, 3: 2.54}[exif.get(296, 1)]
        print(picture.format, *(round(float(x), 2) for x in dpi or (0, 0)), float(exif.get(282, 0)) * unit)
"#;

/// Prints the mode, the opacities and the name of the colour profile of a picture, and what its Exif says of colours.
const SEEN: &str = r#"
import hashlib, io, sys
from PIL import Image, ImageCms
for name in sys.argv[1:]:
    with Image.open(name) as picture:
        picture.load()
        profile, exif = picture.info.get("icc_profile"), picture.getexif()
        name = ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.profile_description if profile else "srgb" in picture.info
        space = exif.get_ifd(0x8769).get(0xA001)
        pixels = picture.convert("RGBA")
        print(picture.format, picture.mode, name, space, hashlib.sha256(pixels.tobytes()).hexdigest()[:9], *pixels.getextrema()[3])
"#;

/// Prints the shape and the counts of an array, read by numpy and by the letter of the format: exactly
/// three keys, and nothing behind the numbers.
const NUMPY: &str = r#"
import ast, struct, sys, numpy
with open(sys.argv[1], "rb") as file:
    counts = numpy.load(file)
    assert file.read() == b"", "there is more than the array"
    file.seek(0)
    data = file.read()
assert numpy.array_equal(counts, numpy.load(sys.argv[1], mmap_mode="r"))
assert data[:8] == b"\x93NUMPY\x01\x00"
length, = struct.unpack("<H", data[8:10])
header, numbers = data[10:10 + length], data[10 + length:]
assert (10 + length) % 64 == 0 and header.endswith(b"\n")
header = ast.literal_eval(header.decode("ascii"))
assert header == {"descr": "<u4", "fortran_order": False, "shape": counts.shape}, header
assert len(numbers) == 4 * counts.size
assert struct.unpack(f"<{counts.size}I", numbers) == tuple(counts.ravel())
print(counts.dtype, *counts.shape, *counts.ravel())
"#;

/// Prints the SHA-256 of each frame of an animation in red, green and blue: as Pillow sees them, and as
/// imageio does.
const FRAMES: &str = r#"
import hashlib, imageio, numpy, sys
from PIL import Image, ImageSequence
def show(name, frames):
    print(name, *(hashlib.sha256(frame.tobytes()).hexdigest() for frame in frames))
def rgb(frame):
    return frame[..., :3].copy() if frame.ndim == 3 else numpy.stack([frame] * 3, axis=-1)
with Image.open(sys.argv[1]) as picture:
    show("Pillow", [numpy.array(frame.convert("RGB")) for frame in ImageSequence.Iterator(picture)])
show("imageio", [rgb(numpy.array(frame)) for frame in imageio.mimread(sys.argv[1])])
"#;

/// Prints of a TIFF's first page what `PIXELS` prints, and checks that each further one is a reduced version, of tiles, of
/// the one before: its means in linear light, by the letter of the standard.
const PAGES: &str = r#"
import numpy, sys
from PIL import Image
def light(values):
    values = values / 255
    return numpy.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
def encoded(light):
    return 255 * numpy.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
with Image.open(sys.argv[1]) as picture:
    before = None
    for page in range(picture.n_frames):
        picture.seek(page)
        picture.load()
        tags = picture.tag_v2
        assert tags.get(254, 0) == (page > 0) and tags[322] == tags[323] == 256, dict(tags)
        values = numpy.atleast_3d(numpy.array(picture)).astype(float)
        if before is None:
            print(picture.format, picture.mode, picture.tobytes().hex())
        else:
            rows, columns = (before.shape[0] + 1) // 2, (before.shape[1] + 1) // 2
            odd = [(0, 2 * rows - before.shape[0]), (0, 2 * columns - before.shape[1]), (0, 0)]
            whole = light(numpy.pad(before, odd, mode="edge")).reshape(rows, 2, columns, 2, -1)
            assert values.shape == (rows, columns, before.shape[2]), values.shape
            assert abs(encoded(whole.mean(axis=(1, 3))) - values).max() < 0.51
        before = values
    assert max(before.shape[:2]) <= 256 and page > 1
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
        let job = Job { julia: julia.clone(), grid: Grid::new(region, width).unwrap() };
        let mut engine = CpuEngine::new(Precision::Double);
        let counts = render::counts(&mut engine, &job, &Default::default()).unwrap();
        let mut pixels = Vec::new();
        match format {
            PixelFormat::Gray8 => ColorMapper::gray(&julia).fill(&counts.data, &mut pixels),
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

    /// Its bytes with 16-bit values in this machine's order, as `image` has them.
    fn native(&self) -> Vec<u8> {
        match self.format.depth() {
            Depth::Eight => self.pixels.clone(),
            Depth::Sixteen => {
                let (pairs, _) = self.pixels.as_chunks::<2>();
                pairs.iter().flat_map(|&pair| u16::from_be_bytes(pair).to_ne_bytes()).collect()
            }
        }
    }

    /// What [`PILLOW`] should say of it.
    fn seen_by_pillow(&self, path: &Path) -> String {
        let mode = match self.format {
            PixelFormat::Gray8 => "L",
            _ => "RGB",
        };
        let hash = sha256(&self.pixels);
        format!("{} {mode} {} {} {hash}", path.display(), self.width, self.height)
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn colour(count: u32) -> [u8; 3] {
    let value = 20.0 * normalised(count, 20, 100);
    [0.0, 2.1, 4.2].map(|phase| (127.5 * (1.0 + (value + phase).sin())) as u8)
}

/// The filter types of a PNG's rows.
fn filters_of(path: &Path, picture: &Picture) -> Vec<u8> {
    let file = std::fs::read(path).unwrap();
    let (mut chunks, mut stream) = (&file[8..], Vec::new());
    while let Some((length, rest)) = chunks.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        if rest.starts_with(b"IDAT") {
            stream.extend_from_slice(&rest[4..][..length]);
        }
        chunks = &rest[8 + length..];
    }
    let mut rows = Vec::new();
    flate2::read::ZlibDecoder::new(&stream[..]).read_to_end(&mut rows).unwrap();
    let row_bytes = 1 + picture.width as usize * picture.format.bytes();
    rows.chunks(row_bytes).map(|row| row[0]).collect()
}

fn pictures() -> Vec<Picture> {
    let mut pictures = Vec::new();
    for format in [PixelFormat::Gray8, PixelFormat::Rgb8, PixelFormat::Gray16, PixelFormat::Rgb16] {
        if format.depth() == Depth::Eight {
            pictures.push(Picture::julia(1500, format));
        }
        for (width, height) in [(1, 1), (1, 700), (700, 1), (33, 17), (40_000, 9), (900, 900)] {
            pictures.push(Picture::noise(width, height, format));
        }
    }
    pictures
}

/// What a Python that has Pillow, numpy and imageio prints: the system's own before all others.
fn python(program: &str, files: &[PathBuf]) -> String {
    let has_all = |python: &&str| {
        let imported =
            Command::new(python).args(["-c", "import imageio, numpy, PIL.Image"]).output();
        imported.is_ok_and(|output| output.status.success())
    };
    let found = ["/usr/bin/python3", "python3"].into_iter().find(has_all);
    let python = found.expect("no python3 with these modules: scripts/test installs them");
    let output = Command::new(python).args(["-c", program]).args(files).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "needs Pillow and pngcheck: scripts/test installs them and runs it"]
fn three_decoders_see_the_same_pixels() {
    let folder = tempfile::tempdir().unwrap();
    let mut files: Vec<PathBuf> = Vec::new();
    let (mut expected, mut for_pillow) = (Vec::new(), Vec::new());
    let mut filters = BTreeSet::new();
    for (index, picture) in pictures().iter().enumerate() {
        for compression in [Compression::Fast, Compression::Balanced, Compression::Small] {
            let path = folder.path().join(format!("{index}-{compression:?}.png"));
            picture.write(&path, compression);
            let decoded = image::open(&path).unwrap();
            assert_eq!((decoded.width(), decoded.height()), (picture.width, picture.height));
            assert!(decoded.as_bytes() == picture.native(), "image: {}", path.display());
            filters.extend(filters_of(&path, picture));
            // Pillow has no colours of 16 bits, and grays of 16 bits in its versions' own ways.
            if picture.format.depth() == Depth::Eight {
                expected.push(picture.seen_by_pillow(&path));
                for_pillow.push(path.clone());
            }
            files.push(path);
        }
    }

    // Each filter type is in a picture that all of them saw.
    assert_eq!(filters, BTreeSet::from([0, 1, 2, 3, 4]));

    let seen = python(PILLOW, &for_pillow);
    assert_eq!(seen.lines().collect::<Vec<_>>(), expected);

    let pngcheck = Command::new("pngcheck").args(&files).output();
    let pngcheck = pngcheck.expect("no pngcheck: scripts/test installs it");
    let report = String::from_utf8_lossy(&pngcheck.stdout);
    assert!(pngcheck.status.success(), "{report}");
    assert_eq!(report.matches("OK: ").count(), files.len(), "{report}");
}

/// The pixels of a picture as they should be, never as indices.
fn expected(job: &Job, options: &Options) -> Vec<u8> {
    let counts = render::counts(&mut CpuEngine::new(Precision::Exact), job, &Default::default());
    let counts = counts.unwrap().data;
    let mut histogram = Histogram::new(&job.julia);
    histogram.add(&counts);
    let mapper =
        ColorMapper::new(&options.tone, &job.julia, options.depth, Some(&histogram)).unwrap();
    let mut pixels = Vec::new();
    mapper.without_indices().fill(&counts, &mut pixels);
    pixels
}

#[test]
#[ignore = "needs Pillow and numpy: scripts/test installs them and runs it"]
fn a_pyramid_of_tiff_has_its_pages() {
    let folder = tempfile::tempdir().unwrap();
    let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
    let julia = Julia::new(Complex64::new(-0.835, -0.2321), 2.0, (2, 80)).unwrap();
    let job = Job { julia, grid: Grid::new(region, 1333).unwrap() };
    let color = Tone::default().palette(Palette::named("turbo").unwrap());
    for (tone, mode) in [(Tone::default(), "L"), (color, "RGB")] {
        let options = Options::default().tone(tone).pyramid(true);
        let path = folder.path().join(format!("{mode}.tif"));
        let mut engine = CpuEngine::new(Precision::Exact);
        picture::write(&mut engine, &job, &path, &options, &Default::default(), |_| ()).unwrap();
        let seen = python(PAGES, &[path]);
        let pixels: String =
            expected(&job, &options).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(seen.trim_end() == format!("TIFF {mode} {pixels}"), "{mode}");
    }
}

#[test]
#[ignore = "needs Pillow and numpy: scripts/test installs them and runs it"]
fn every_format_has_the_pixels() {
    let folder = tempfile::tempdir().unwrap();
    let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
    let julia = Julia::new(Complex64::new(-0.835, -0.2321), 2.0, (2, 80)).unwrap();
    let job = Job { julia, grid: Grid::new(region, 333).unwrap() };
    let write = |name: &str, options: &Options| {
        let path = folder.path().join(name);
        let mut engine = CpuEngine::new(Precision::Exact);
        picture::write(&mut engine, &job, &path, options, &Default::default(), |_| ()).unwrap();
        path
    };
    let gray = Tone::default();
    let color = Tone::default().palette(Palette::named("turbo").unwrap());
    let color = color.interior(Color::opaque([1, 2, 3])).mapping(Mapping::Histogram);
    let bits = |tone: &Tone, depth: Depth| Options::default().tone(tone.clone()).depth(depth);
    for (name, format, mode, options) in [
        ("a.tif", "TIFF", "L", bits(&gray, Depth::Eight)),
        ("b.tiff", "TIFF", "RGB", bits(&color, Depth::Eight)),
        ("c.tif", "TIFF", "I;16", bits(&gray, Depth::Sixteen)),
        ("d.webp", "WEBP", "RGB", bits(&gray, Depth::Eight)),
        ("e.webp", "WEBP", "RGB", bits(&color, Depth::Eight)),
        ("f.JPG", "JPEG", "L", bits(&gray, Depth::Eight)),
        ("g.jpeg", "JPEG", "RGB", bits(&color, Depth::Eight)),
        ("h.PNG", "PNG", "I;16", bits(&gray, Depth::Sixteen)),
    ] {
        let seen = python(PIXELS, &[write(name, &options)]);
        let mut expected = expected(&job, &options);
        if format == "WEBP" && mode == "RGB" && options.tone == gray {
            expected = expected.into_iter().flat_map(|gray| [gray; 3]).collect();
        }
        if format == "JPEG" {
            let words: Vec<&str> = seen.split_whitespace().collect();
            assert_eq!(words[..2], [format, mode], "{name}");
            let seen = (0..words[2].len()).step_by(2).map(|i| &words[2][i..i + 2]);
            let seen = seen.map(|digits| i32::from_str_radix(digits, 16).unwrap());
            let differences =
                seen.zip(&expected).map(|(seen, &byte)| (seen - i32::from(byte)).abs());
            let (sum, length) = differences.fold((0, 0), |(sum, n), d| (sum + d, n + 1));
            assert_eq!(length, expected.len(), "{name}");
            // A format that is not exact: no more than a few of 255 in the middle.
            assert!(sum < 4 * length as i32, "{name}: {sum} of {length}");
        } else {
            let hexadecimal: String = expected.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(seen == format!("{format} {mode} {hexadecimal}\n"), "{name}: {}", &seen[..40]);
        }
    }
    for name in ["j.tif", "k.webp", "l.jpg"] {
        let said = python(DESCRIPTION, &[write(name, &Options::default())]);
        assert!(said.starts_with("# made by: juliaset "), "{name}: {said}");
        assert!(
            said.contains("\nresolution = 333\nxleft = \"-0x1.999999999999ap+0\" # -1.6\n"),
            "{said}"
        );
    }
    let path = write("i.npy", &Options::default());
    let counts = render::counts(&mut CpuEngine::new(Precision::Exact), &job, &Default::default());
    let counts = counts.unwrap().data.iter().map(|count| format!(" {count}")).collect::<String>();
    assert!(python(NUMPY, &[path]) == format!("uint32 208 333{counts}\n"));
}

#[test]
#[ignore = "needs Pillow and imageio: scripts/test installs them and runs it"]
fn every_frame_of_a_gif_has_its_colors() {
    let folder = tempfile::tempdir().unwrap();
    let tone = |palette: &str, mapping: Mapping| {
        Tone::default().palette(palette.parse::<Palette>().unwrap()).mapping(mapping)
    };
    for (name, itermax, tone) in [
        ("gray", 80, Tone::default()),
        ("gray histogram", 80, tone("gray", Mapping::Histogram)),
        ("two grays", 1, Tone::default()),
        ("two colors", 1, tone("navy,orange", Mapping::Linear)),
        ("turbo", 80, tone("turbo", Mapping::Linear)),
        ("turbo histogram", 80, tone("turbo", Mapping::Histogram)),
    ] {
        let path = folder.path().join(format!("{name}.gif"));
        let options = Options::default().tone(tone);
        let mut gif: Option<GifWriter<std::fs::File>> = None;
        let mut expected_frames = Vec::new();
        for width in [3.2, 2.0, 0.5] {
            let region = ComplexRegion::new(-width / 2.0, width / 2.0, 0.625, -0.625).unwrap();
            let c = Complex64::new(-0.835, -0.2321);
            let julia = Julia::new(c, 2.0, (0, itermax)).unwrap();
            let job = Job { julia, grid: Grid::with_shape(region, 64, 40).unwrap() };
            let mut engine = CpuEngine::new(Precision::Exact);
            let go_on = Default::default();
            let drawn = picture::draw(&mut engine, &job, true, &options, &go_on, |_| ());
            let (frame, _) = drawn.unwrap();
            let gif = gif.get_or_insert_with(|| {
                let file = std::fs::File::create(&path).unwrap();
                GifWriter::start(file, &frame, FrameRate::new(25, 1).unwrap()).unwrap()
            });
            gif.write(&frame).unwrap();
            let pixels = expected(&job, &options);
            let gray = pixels.len() == 64 * 40;
            let repeat = if gray { 3 } else { 1 };
            let rgb: Vec<u8> =
                pixels.iter().flat_map(|&byte| std::iter::repeat_n(byte, repeat)).collect();
            expected_frames.push(sha256(&rgb));
        }
        gif.unwrap().finish().unwrap();
        let frames = expected_frames.join(" ");
        assert_eq!(
            python(FRAMES, &[path]),
            format!("Pillow {frames}\nimageio {frames}\n"),
            "{name}"
        );
    }
}

/// Each format states the size of a print in its own place and its own unit.
#[test]
#[ignore = "needs Pillow: scripts/test installs it and runs it"]
fn pillow_reads_the_size_of_a_print() {
    let folder = tempfile::tempdir().unwrap();
    let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
    let julia = Julia::new(Complex64::new(-0.835, -0.2321), 2.0, (0, 80)).unwrap();
    let job = Job { julia, grid: Grid::with_shape(region, 64, 40).unwrap() };
    for (dpi, expected) in [
        (
            "300",
            [
                "PNG 300.0 300.0 0.0",
                "TIFF 300.0 300.0 300.0",
                "TIFF 300.0 300.0 300.0",
                "WEBP 0.0 0.0 300.0",
                "JPEG 300.0 300.0 300.0",
            ],
        ),
        (
            "118.11",
            [
                "PNG 118.11 118.11 0.0",
                "TIFF 118.11 118.11 118.11",
                "TIFF 118.11 118.11 118.11",
                "WEBP 0.0 0.0 118.11",
                "JPEG 118.0 118.0 118.11",
            ],
        ),
    ] {
        for without in [false, true] {
            let names = ["x.png", "x.tif", "pyramid.tif", "x.webp", "x.jpg"];
            let paths = names.map(|name| folder.path().join(name));
            for path in &paths {
                let options = Options::default().dpi(dpi.parse::<Dpi>().unwrap());
                let options =
                    options.without_metadata(without).pyramid(path.ends_with("pyramid.tif"));
                let mut engine = CpuEngine::new(Precision::Exact);
                let written =
                    picture::write(&mut engine, &job, path, &options, &Default::default(), |_| ());
                written.unwrap();
            }
            let read = python(DPI, &paths);
            assert_eq!(read.lines().collect::<Vec<_>>(), expected, "{dpi:?} {without}");
        }
    }
}

#[test]
#[ignore = "needs Pillow: scripts/test installs it and runs it"]
fn pillow_sees_the_opacity_and_the_colour_space() {
    let folder = tempfile::tempdir().unwrap();
    let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
    let julia = Julia::new(Complex64::new(-0.12256, 0.74486), 2.0, (0, 80)).unwrap();
    let job = Job { julia, grid: Grid::with_shape(region, 64, 40).unwrap() };
    let read = |tone: Tone, without: bool, names: &[&str]| {
        let paths: Vec<_> = names.iter().map(|name| folder.path().join(name)).collect();
        for path in &paths {
            let options = Options::default().tone(tone.clone()).without_metadata(without);
            let mut engine = CpuEngine::new(Precision::Exact);
            picture::write(&mut engine, &job, path, &options, &Default::default(), |_| ()).unwrap();
        }
        python(SEEN, &paths)
    };
    let palette = |text: &str| Tone::default().palette(text.parse::<Palette>().unwrap());
    let transparent = palette("red,#0000ff80,#00ff0040").smooth(true).interior(Color::NONE);
    for without in [false, true] {
        let seen = read(transparent.clone(), without, &["x.png", "x.tif", "x.webp"]);
        let lines: Vec<Vec<&str>> = seen.lines().map(|line| line.split(' ').collect()).collect();
        let [png, tiff, webp] = &lines[..] else { panic!("{seen}") };
        assert_eq!(png[..4], ["PNG", "RGBA", "True", "None"]);
        assert_eq!(tiff[..4], ["TIFF", "RGBA", "sRGB", "None"]);
        assert_eq!(webp[..4], ["WEBP", "RGBA", "sRGB", "1"]);
        assert!(
            png[4..] == tiff[4..] && png[4..] == webp[4..] && png[5] == "0" && png[6] == "255",
            "{seen}"
        );
        let opaque = read(palette("viridis"), without, &["x.png", "x.tif", "x.webp", "x.jpg"]);
        let lines: Vec<Vec<&str>> = opaque.lines().map(|line| line.split(' ').collect()).collect();
        let heads: Vec<_> = lines.iter().map(|line| line[..line.len() - 3].join(" ")).collect();
        let expected =
            ["PNG P True None", "TIFF RGB sRGB None", "WEBP RGB sRGB 1", "JPEG RGB sRGB 1"];
        assert_eq!(heads, expected);
        let gray = read(Tone::default(), without, &["x.tif", "x.jpg"]);
        assert!(
            gray.contains("TIFF L sRGB gray None ") && gray.contains("JPEG L sRGB gray 1 "),
            "{gray}"
        );
    }
}
