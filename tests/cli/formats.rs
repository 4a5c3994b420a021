//! Formats by the end of the output's name, and standard output. What decoders of other makers see is
//! in `tests/decoders.rs`.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use exr::prelude::{ReadChannels, ReadLayers, Text, read};
use juliaset::internals::engine::CpuEngine;
use juliaset::internals::render;
use juliaset::{Precision, Preset};

use crate::{Folder, JULIASET, Run, gray};

#[test]
fn an_extension_that_no_format_has() {
    let known = ".png, .tif, .tiff, .webp, .jpg, .jpeg, .exr, .npy, .dzi";
    for (flags, line) in [
        ("-o x.bmp", format!("--output x.bmp: must end with one of {known}")),
        ("-o a.png/x.PNGS", format!("--output a.png/x.PNGS: must end with one of {known}")),
        (
            "-R 65536 -o x.jpg",
            "--output x.jpg: a JPEG has at most 65535 pixels a side, not 65536 × 40960; take .png or \
             .tif"
                .to_owned(),
        ),
        (
            "-R 41 -X -1.595 -x -1.6 -o x.webp",
            "--output x.webp: a WebP has at most 16383 pixels a side, not 41 × 16400; take .png or .tif"
                .to_owned(),
        ),
        (
            "--depth 16 -o x.JPEG",
            "--output x.JPEG: a JPEG has 8 bits, not 16; take .png or .tif".to_owned(),
        ),
        (
            "--supersample 2 -o x.npy",
            "--supersample 2: must be 1 for .npy and .exr, which have the values of single points"
                .to_owned(),
        ),
        (
            "-o x.exr",
            "--output x.exr: must be .npy, .tif or .png for escape counts; OpenEXR is for the real \
             numbers of --smooth or --distance"
                .to_owned(),
        ),
    ] {
        let folder = Folder::new();
        folder.juliaset(flags).fails(2, &line);
        assert!(folder.names().is_empty(), "{flags}");
    }
}

/// With `--fast` a TIFF was six times as large, in the same time: its rows are not filtered, and have no
/// runs of zeros.
#[test]
fn a_fast_tiff_is_not_much_larger() {
    let folder = Folder::new();
    let size = |name: &str| fs::metadata(folder.join(name)).unwrap().len();
    for picture in ["--palette magma", "--smooth", "--smooth --palette viridis --depth 16"] {
        folder.juliaset(&format!("{picture} -R 900 --engine cpu -o x.tif")).is_quiet_success();
        folder
            .juliaset(&format!("{picture} -R 900 --engine cpu --fast -o y.tif"))
            .is_quiet_success();
        let (usual, fast) = (size("x.tif"), size("y.tif"));
        assert!(3 * fast < 5 * usual, "{picture}: {fast} bytes and {usual}");
    }
}

#[test]
fn counts_for_numpy() {
    let folder = Folder::new();
    folder.juliaset("--preset rabbit -R 90 --engine cpu -o x.npy").is_quiet_success();
    let mut names = folder.names();
    names.sort();
    assert_eq!(names, ["x.npy", "x.npy.toml"]);
    let job = Preset::named("rabbit").unwrap().job(90).unwrap();
    let mut engine = CpuEngine::new(Precision::Exact);
    let counts = render::counts(&mut engine, &job, &Default::default()).unwrap();
    let file = fs::read(folder.join("x.npy")).unwrap();
    let header =
        b"\x93NUMPY\x01\x00\x76\x00{'descr': '<u4', 'fortran_order': False, 'shape': (68, 90)";
    assert!(file.starts_with(header), "{:?}", file[..128].escape_ascii().to_string());
    let (numbers, _) = file[128..][..4 * 68 * 90].as_chunks::<4>();
    assert!(numbers.iter().map(|&bytes| u32::from_le_bytes(bytes)).eq(counts.data));
    // Nothing follows them: strict readers would refuse the file.
    assert_eq!(file.len(), 128 + 4 * 68 * 90);
    // Their job is in the file beside them, which is a job file.
    let run = folder.juliaset("--job x.npy.toml --engine cpu -o c.png");
    run.is_quiet_success();
    let run = folder.juliaset("info x.npy");
    assert!(run.stdout.contains("\nresolution = 90\n"), "{run:?}");
    folder.juliaset("--like x.npy --engine cpu -o a.png").is_quiet_success();
    folder.juliaset("--preset rabbit -R 90 --engine cpu -o b.png").is_quiet_success();
    assert_eq!(gray(&folder.join("a.png")), gray(&folder.join("b.png")));
    assert_eq!(gray(&folder.join("c.png")), gray(&folder.join("b.png")));
}

/// The job of counts overwrote a file of another origin.
#[test]
fn a_file_of_others_beside_counts_stays() {
    let folder = Folder::new();
    fs::write(folder.join("x.npy.toml"), "resolution = 30\n").unwrap();
    let line = "x.npy.toml: is there, and is not of counts; the job of these would go there";
    folder.juliaset("--job x.npy.toml --engine cpu -o x.npy").fails(1, line);
    assert_eq!(folder.names(), ["x.npy.toml"]);
    assert_eq!(fs::read(folder.join("x.npy.toml")).unwrap(), b"resolution = 30\n");
    // That of older counts is replaced; and it is removed if the origin of the new ones is unknown.
    fs::remove_file(folder.join("x.npy.toml")).unwrap();
    for itermax in [30, 40] {
        folder.juliaset(&format!("-R 30 -M {itermax} --engine cpu -o x.npy")).is_quiet_success();
        let run = folder.juliaset("info x.npy");
        assert!(run.stdout.contains(&format!("\nitermax = {itermax}\n")), "{run:?}");
    }
    fs::copy(folder.join("x.npy"), folder.join("y.npy")).unwrap();
    folder.juliaset("tone y.npy -M 9 -o x.npy").is_quiet_success();
    assert!(!folder.join("x.npy.toml").exists());
}

#[test]
fn smooth_values_and_distances_as_floats() {
    let folder = Folder::new();
    folder
        .juliaset("-R 75 -m 0 --smooth --distance --engine cpu --palette turbo -o x.exr")
        .is_quiet_success();
    folder.juliaset("-R 75 -m 0 --engine cpu -o x.npy").is_quiet_success();
    let layers = read().no_deep_data().largest_resolution_level().all_channels();
    let image =
        layers.first_valid_layer().all_attributes().from_file(folder.join("x.exr")).unwrap();
    let [values, distances] = &image.layer_data.channel_data.list[..] else { panic!("{image:?}") };
    assert_eq!(
        (values.name.to_string(), distances.name.to_string()),
        ("Y".into(), "distance".into())
    );
    let counts = fs::read(folder.join("x.npy")).unwrap();
    let (counts, _) = counts[128..][..4 * 75 * 47].as_chunks::<4>();
    let counts = counts.iter().map(|&bytes| u32::from_le_bytes(bytes));
    let pixels = values.sample_data.values_as_f32().zip(distances.sample_data.values_as_f32());
    let mut inside = 0;
    for (count, (value, distance)) in counts.zip(pixels) {
        inside += usize::from(count == 80);
        assert_eq!(count == 80, value == 80.0, "{count} {value}");
        assert!(count == 80 || (value - count as f32).abs() < 3.0, "{count} {value}");
        assert_eq!(count == 80, distance == 0.0, "{count} {distance}");
    }
    assert!((1..75 * 47).contains(&inside), "{inside}");
    assert!(image.layer_data.attributes.other.contains_key(&Text::from("juliaset job")));
}

#[test]
fn a_png_on_standard_output() {
    let folder = Folder::new();
    let flags = ["-R", "70", "--engine", "cpu", "-o", "-"];
    let output = folder.command(JULIASET).args(flags).output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    assert!(folder.names().is_empty());
    folder.juliaset("-R 70 --engine cpu").is_quiet_success();
    let piped = image::load_from_memory(&output.stdout).unwrap();
    assert_eq!((piped.width(), piped.as_bytes().to_vec()), gray(&folder.join("plot.png")));
}

#[cfg(unix)]
#[test]
fn a_reader_of_standard_output_that_has_seen_enough() {
    let folder = Folder::new();
    let mut command = folder.command(JULIASET);
    command.args("-R 3000 --engine cpu -o -".split(' '));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut start = [0; 8];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    assert_eq!(start, *b"\x89PNG\r\n\x1a\n");
    Run::from(child.wait_with_output().unwrap()).is_quiet_success();
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_that_is_full() {
    let folder = Folder::new();
    let mut command = folder.command("sh");
    let script = r#"exec "$0" -R 50 --engine cpu -o - > /dev/full"#;
    let run = Run::from(command.args(["-c", script, JULIASET]).output().unwrap());
    run.fails(1, "standard output: No space left on device (os error 28)");
}
