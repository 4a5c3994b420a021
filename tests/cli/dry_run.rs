//! `--dry-run`: what a picture would take.

use std::fs;

use crate::Folder;

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
