//! `--dpi`, and `--size` as lengths: pictures for print.

use std::fs;
use std::io::Cursor;

use crate::Folder;

/// Columns, rows and pixels a metre of a PNG.
fn printed(png: &[u8]) -> (u32, u32, Option<u32>) {
    let reader = png::Decoder::new(Cursor::new(png)).read_info().unwrap();
    let info = reader.info();
    let dims = info
        .pixel_dims
        .inspect(|dims| assert!(dims.unit == png::Unit::Meter && dims.xppu == dims.yppu));
    (info.width, info.height, dims.map(|dims| dims.xppu))
}

#[test]
fn a_size_in_print_is_one_in_pixels() {
    let folder = Folder::new();
    for (line, expected) in [
        ("--size 60mmx40mm --dpi 300", (709, 472, Some(11811))),
        ("--size 6cmx4cm --dpi 300", (709, 472, Some(11811))),
        ("--size 2inx1.5in --dpi 72.5", (145, 109, Some(2854))),
        ("--preset rabbit --size 1inx2in --dpi 100", (100, 200, Some(3937))),
        ("--center 0,0 --width 3 --size 1inx50.8mm --dpi 100", (100, 200, Some(3937))),
        ("--center 0,0 --width 3 --size 30cmx20cm -R 60", (60, 40, None)),
        ("-R 64 --dpi 118.11", (64, 40, Some(4650))),
        ("-x -1 -X 1 --size 20x10", (20, 10, None)),
        ("-R 64", (64, 40, None)),
    ] {
        folder.juliaset(&format!("-q --engine cpu {line} -o x.png")).is_quiet_success();
        assert_eq!(printed(&fs::read(folder.join("x.png")).unwrap()), expected, "{line}");
    }
}

/// The middle of the bounds stays in the middle, and their width the width.
#[test]
fn bounds_in_another_size_are_a_view_of_their_width() {
    let folder = Folder::new();
    let pixels = |line: &str| {
        folder.juliaset(&format!("-q --engine cpu {line} -o x.png")).is_quiet_success();
        image::open(folder.join("x.png")).unwrap().into_bytes()
    };
    let view = pixels("--center 0,0.5 --width 2 --size 40x30");
    assert!(pixels("-x -1 -X 1 -y 0 -Y 1 --size 40x30") == view);
}

#[test]
fn a_picture_that_is_made_again_is_as_large_in_print() {
    let folder = Folder::new();
    let line = "-q --engine cpu --size 6cmx4cm --dpi 118.11";
    folder.juliaset(&format!("{line} -o x.png")).is_quiet_success();
    let first = fs::read(folder.join("x.png")).unwrap();
    let info = folder.juliaset("info x.png").stdout;
    assert!(info.contains("\nsize = \"279x186\"\n") && info.contains("\ndpi = 118.11\n"), "{info}");
    folder.juliaset("-q --engine cpu --like x.png -o y.png").is_quiet_success();
    assert_eq!(printed(&fs::read(folder.join("y.png")).unwrap()), printed(&first));
    // Another resolution is not another size in pixels: those are known.
    folder.juliaset("-q --engine cpu --like x.png --dpi 300 -o y.png").is_quiet_success();
    assert_eq!(printed(&fs::read(folder.join("y.png")).unwrap()), (279, 186, Some(11811)));
    // Counts carry it for the pictures that are made of them.
    folder.juliaset(&format!("{line} -o x.npy")).is_quiet_success();
    folder.juliaset("tone -q x.npy -o y.png").is_quiet_success();
    assert_eq!(printed(&fs::read(folder.join("y.png")).unwrap()), printed(&first));
    // Frames of an animation, too: of one file, and of many.
    for name in ["z.png", "z%d.png"] {
        let line = format!("animate -q --zoom 2 --frames 2 --engine cpu --like x.png -o {name}");
        folder.juliaset(&line).is_quiet_success();
    }
    for name in ["z.png", "z0.png", "z1.png"] {
        assert_eq!(printed(&fs::read(folder.join(name)).unwrap()), printed(&first), "{name}");
    }
    // What cannot say it leaves it out.
    let run = folder.juliaset("animate --zoom 2 --frames 2 --engine cpu --like x.png -o z.gif");
    assert!(
        run.stderr.contains("x.png: dpi is left out: has no effect with --output z.gif"),
        "{run:?}"
    );
}

#[test]
fn a_dry_run_says_how_large_the_print_is() {
    let folder = Folder::new();
    let run = folder.juliaset("-q --engine cpu --size 300mmx200mm --dpi 30 --dry-run");
    let print = "\nprint: 299.7 × 199.8 mm, 11.80 × 7.87 in, at 30 dpi\n";
    assert!(run.code == Some(0) && run.stdout.contains(print), "{run:?}");
}

#[test]
fn what_is_wrong_with_a_print_is_one_line() {
    let folder = Folder::new();
    let dpi = "must be a number from 1 to 65535, with 4 decimals at most";
    let size = "must be WxH: two whole numbers from 1 to 2147483647, or two lengths in mm, cm or in, as \
                300mmx200mm";
    for (line, expected) in [
        ("--dpi 0", format!("--dpi 0: {dpi}")),
        ("--dpi -300", format!("--dpi -300: {dpi}")),
        ("--dpi 1e3", format!("--dpi 1e3: {dpi}")),
        ("--dpi 65536", format!("--dpi 65536: {dpi}")),
        ("--dpi 0.12345", format!("--dpi 0.12345: {dpi}")),
        ("--size 30x20cm --dpi 300", format!("--size 30x20cm: {size}")),
        ("--size 30pxx20px", format!("--size 30pxx20px: {size}")),
        (
            "--size 30cmx20cm",
            "--size 30cmx20cm: needs --dpi, the pixels of an inch, or must be in pixels, as 1920x1080".to_owned(),
        ),
        (
            "--size 0.1mmx1mm --dpi 72",
            "--size 0.1mmx1mm: is 0 × 3 pixels with --dpi 72; a side can have 1 to 2147483647".to_owned(),
        ),
        (
            "animate --zoom 2 --dpi 72 -o x.gif",
            "--dpi: has no effect with --output x.gif; it is for frame-%04d.png, .tif, .webp, .jpg, \
             .exr, .npy, .dzi, .png or .apng".to_owned(),
        ),
    ] {
        folder.juliaset(line).fails(2, &expected);
    }
    assert!(folder.names().is_empty());
}
