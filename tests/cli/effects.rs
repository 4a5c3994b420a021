//! Options without an effect are refused by their names, or left out if a file gives them.

use std::fs;

use crate::Folder;

#[test]
fn what_the_command_line_gives_is_refused() {
    let numbers = ".png, .tif, .webp, .jpg, .exr, .dzi";
    for (flags, line) in [
        (
            "--smooth -o x.npy",
            format!("--smooth: has no effect with --output x.npy; it is for {numbers}"),
        ),
        (
            "--distance=2 -o x.npy",
            format!("--distance: has no effect with --output x.npy; it is for {numbers}"),
        ),
        (
            "--fast -o x.jpg",
            "--fast: has no effect with --output x.jpg; it is for .png, .tif, .exr, .dzi".to_owned(),
        ),
        (
            "animate --zoom 2 --small -o x.gif",
            "--small: has no effect with --output x.gif; it is for frame-%04d.png, .tif, .exr, .dzi, .png \
             or .apng, .mp4 or .webm"
                .to_owned(),
        ),
        (
            "animate --zoom 2 --fps 9 -o %d.png",
            "--fps: has no effect with --output %d.png; it is for .png or .apng, .gif, .mp4 or .webm, -".to_owned(),
        ),
        (
            "--kernel f64 --engine cpu",
            "--kernel: has no effect with --engine cpu; it is for gpu".to_owned(),
        ),
        (
            "--kernel f64 --precision single",
            "--kernel: has no effect with --precision single; it is for exact".to_owned(),
        ),
        (
            "bench --engine cpu --adapter 0",
            "--adapter: has no effect with --engine cpu; it is for gpu".to_owned(),
        ),
        (
            "verify --engine cpu",
            "--engine: cpu would compare the CPU with itself; add --oracle N, or take --precision \
             double, --precision single or --engine gpu"
                .to_owned(),
        ),
        (
            "--show -o x.npy",
            "--show: has no effect with --output x.npy; it is for .png, .tif, .webp, .jpg".to_owned(),
        ),
        (
            "--adaptive --supersample 1",
            "--adaptive: has no effect with --supersample 1; it is for 2 to 16".to_owned(),
        ),
    ] {
        let folder = Folder::new();
        folder.juliaset(flags).fails(2, &line);
        assert!(folder.names().is_empty(), "{flags}");
    }
}

/// A picture of counts must be the one that would have been rendered: what they cannot have is not in
/// their job either.
#[test]
fn what_a_file_gives_is_left_out_with_a_line() {
    let folder = Folder::new();
    folder.juliaset("-R 40 --smooth --fast --engine cpu -o a.png").is_quiet_success();
    let run = folder.juliaset("--like a.png --engine cpu -o x.npy");
    let line = "juliaset: a.png: smooth is left out: has no effect with --output x.npy; it is for \
                .png, .tif, .webp, .jpg, .exr, .dzi\n";
    assert_eq!((run.code, run.without_what_was_made()), (Some(0), line));
    assert!(!folder.juliaset("info x.npy").stdout.contains("smooth = true"));
    folder.juliaset("tone x.npy -o b.png").is_quiet_success();
    folder.juliaset("-R 40 --engine cpu -o c.png").is_quiet_success();
    let pixels = |name: &str| image::open(folder.join(name)).unwrap();
    assert!(pixels("b.png") == pixels("c.png"));
    fs::write(folder.join("j.toml"), "fast = true\nkernel = 'f32'\nengine = 'cpu'").unwrap();
    let run = folder.juliaset("--job j.toml -R 40 -o d.jpg");
    let said = run.without_what_was_made();
    assert_eq!((run.code, said.lines().count()), (Some(0), 2), "{said}");
    folder.juliaset("--job j.toml -R 40 -o d.jpg -q").is_quiet_success();
}

/// What a file switches on could not be switched off.
#[test]
fn options_of_a_file_are_taken_back() {
    let folder = Folder::new();
    let pixels = |name: &str| image::open(folder.join(name)).unwrap();
    folder
        .juliaset(
            "-R 60 --smooth --distance --supersample 2 --adaptive --interior red --engine cpu -q \
             -o a.png",
        )
        .is_quiet_success();
    let off = "--no-smooth --no-distance --no-adaptive --no-interior --supersample 1";
    folder.juliaset(&format!("--like a.png {off} --engine cpu -o b.png")).is_quiet_success();
    folder.juliaset("-R 60 --engine cpu -o c.png").is_quiet_success();
    assert!(pixels("b.png") == pixels("c.png"));
    // The last of two counts.
    folder.juliaset("-R 60 --engine cpu --no-smooth --smooth -o d.png").is_quiet_success();
    folder.juliaset("-R 60 --engine cpu --smooth -o e.png").is_quiet_success();
    assert!(pixels("d.png") == pixels("e.png"));
    folder.juliaset("-R 60 --engine cpu --smooth --no-smooth -o f.png").is_quiet_success();
    assert!(pixels("f.png") == pixels("c.png"));
}
