//! `--dry-run`: what a picture would take.

use std::fs;

use crate::{Folder, JULIASET, Run};

/// The bytes in `size: about 13.52 kB`.
fn bytes(line: &str) -> f64 {
    let (number, unit) = line.strip_prefix("size: about ").unwrap().split_once(' ').unwrap();
    let unit = ["B", "kB", "MB", "GB"].iter().position(|known| *known == unit).unwrap();
    number.parse::<f64>().unwrap() * 1000_f64.powi(unit as i32)
}

#[test]
fn a_small_picture_is_measured_and_not_written() {
    for (flags, name) in [
        ("", "x.png"),
        ("--palette magma --smooth --distance", "x.png"),
        ("--palette turbo --mapping histogram --supersample 2", "x.tif"),
        ("--supersample 3 --adaptive --depth 16", "x.tif"),
        ("--smooth", "x.exr"),
        ("", "x.npy"),
        ("--palette viridis", "x.jpg"),
        ("--palette viridis", "x.webp"),
        ("--palette viridis --pyramid", "x.tif"),
    ] {
        let folder = Folder::new();
        let flags = format!("-q -R 400 --engine cpu {flags} -o {name}");
        let run = folder.juliaset(&format!("{flags} --dry-run"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{flags}");
        assert!(folder.names().is_empty(), "{flags}");
        let lines: Vec<_> = run.stdout.lines().collect();
        let [what, time, size, memory] = lines[..] else { panic!("{run:?}") };
        let pixels = "400 × 250 pixels, 100000 in all; nothing is written";
        assert_eq!(what, format!("{name}: {pixels}"));
        assert!(time.starts_with("time: about ") && time.ends_with(" s, measured on cpu-exact"));
        assert!(memory.starts_with("memory: about ") && memory.ends_with(" MB"), "{memory}");
        // The file has its texts besides.
        folder.juliaset(&flags).is_quiet_success();
        let real = fs::metadata(folder.join(name)).unwrap().len() as f64;
        let estimate = bytes(size);
        assert!((estimate - real).abs() < 2000.0 + real / 100.0, "{flags}: {size}, {real} bytes");
    }
}

/// No file is needed that a picture of ten billion pixels would have, nor its time.
#[test]
fn a_large_picture_is_tried_on_a_part() {
    for flags in [
        "--size 100000x100000 --width 3.2 --center 0,0 --palette inferno -o x.dzi",
        "--size 100000x100000 --width 3.2 --center 0,0 --mapping histogram --pyramid -o x.tif",
        "--size 60000x60000 --width 1e-30 --center 0.6393552670461429,-0.3601442633910775 -M 300 -o x.png",
    ] {
        let folder = Folder::new();
        let run = folder.juliaset(&format!("-q --engine cpu {flags} --dry-run"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{flags}");
        assert!(run.stdout.contains(" % of the pixels, on cpu-exact\n"), "{run:?}");
        assert!(folder.names().is_empty(), "{flags}");
    }
}

#[test]
fn what_a_picture_refuses_a_dry_run_refuses() {
    let folder = Folder::new();
    let line = "--output x.bmp: must end with one of";
    let run = folder.juliaset("--dry-run -o x.bmp");
    assert!(run.code == Some(2) && run.stderr.contains(line), "{run:?}");
}

/// Levels are made of a picture's own pixels: twice its time were left out, and a part of the bytes.
#[test]
fn a_pyramid_is_measured_with_its_levels() {
    let folder = Folder::new();
    let flags = "-q -R 600 --engine cpu --palette inferno --smooth -o x.dzi";
    let run = folder.juliaset(&format!("{flags} --dry-run"));
    let size = run.stdout.lines().find(|line| line.starts_with("size: ")).unwrap();
    let estimate = bytes(size);
    folder.juliaset(flags).is_quiet_success();
    let levels = fs::read_dir(folder.join("x_files")).unwrap().flatten();
    let tiles = levels.filter_map(|level| fs::read_dir(level.path()).ok()).flatten().flatten();
    let real: u64 = tiles.map(|tile| tile.metadata().unwrap().len()).sum();
    assert!((estimate / real as f64 - 1.0).abs() < 0.1, "{size}, {real} bytes");
}

#[test]
fn a_picture_of_counts_is_measured() {
    let folder = Folder::new();
    folder.juliaset("-q -R 400 --engine cpu -o x.npy").is_quiet_success();
    let names = folder.names();
    let run = folder.juliaset("tone x.npy --palette turbo --mapping histogram -o x.dzi --dry-run");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout.contains(" s, measured on the counts of x.npy\n"), "{run:?}");
    assert_eq!(folder.names(), names);
}

const ZOOM: &str = "animate -q --engine cpu --preset dragon --zoom 1e20 -R 80 -M auto --frames 40 \
                    --about 0.6393552670461429,-0.3601442633910775 -o f%02d.png";

#[test]
fn an_animation_is_measured_and_not_written() {
    let folder = Folder::new();
    // No film is begun: without ffmpeg, too.
    for (output, size) in [
        ("x.png", "size: about "),
        ("x.gif", "size: not known before; as PNGs the frames have about "),
        ("x.mp4", "size: not known before; as PNGs the frames have about "),
        ("-", "size: 4.00 kB a frame, 20.00 kB in all"),
        ("f%d.dzi", "size: about "),
    ] {
        let flags = "-q --engine cpu --line 0.285,0.01 -R 80 --frames 5";
        let mut command = folder.command(JULIASET);
        command.args(format!("animate {flags} -o {output} --dry-run").split_whitespace());
        let run = Run::from(command.env("PATH", "").output().unwrap());
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{output}");
        let lines: Vec<_> = run.stdout.lines().collect();
        let [what, time, of_file, memory] = lines[..] else { panic!("{run:?}") };
        let frames = "5 frames of 80 × 50 pixels, 4000 each, 20000 in all; nothing is written";
        assert!(what.ends_with(frames), "{what}");
        assert!(time.starts_with("time: about ") && time.ends_with(", measured on cpu-exact"));
        assert!(of_file.starts_with(size) && memory.starts_with("memory: about "), "{run:?}");
        assert!(folder.names().is_empty(), "{output}");
    }
}

#[test]
fn an_animation_says_what_it_would_keep_and_leave_out() {
    let folder = Folder::new();
    folder.juliaset(&format!("{ZOOM} --only 10..14")).is_quiet_success();
    let names = folder.names();
    let run = folder.juliaset(&format!("{ZOOM} --only 8..20 --dry-run"));
    let lines: Vec<_> = run.stdout.lines().collect();
    assert!(lines[0].starts_with("f08.png to f19.png: 12 frames of 80 × "), "{run:?}");
    let counted = ["left out: 28 of 40 frames", "kept: 4 of 12 frames, which are there"];
    assert_eq!(lines[1..3], counted);
    assert_eq!(folder.names().len(), names.len());
    // Of another job there is nothing.
    let run = folder.juliaset(&format!("{ZOOM} --only 8..20 --dry-run --palette turbo"));
    assert!(!run.stdout.contains("kept: "), "{run:?}");
}
