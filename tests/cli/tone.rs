//! Colour: goldens on decoded pixels, and what is refused.

use std::fs;

use juliaset::Palette;

use crate::{Folder, gray, sha256};

/// The decoded colours of a PNG, row by row.
fn rgb(folder: &Folder, name: &str) -> Vec<u8> {
    image::open(folder.join(name)).unwrap().into_rgb8().into_raw()
}

#[test]
fn an_offset_turns_the_palette() {
    let folder = Folder::new();
    let base = "-R 60 --engine cpu --palette";
    for (palette, flags, same) in [
        ("twilight", "--palette-offset 0.5 --interior red", "--palette-offset -1.5 --interior red"),
        ("twilight", "--palette-offset 3 --smooth", "--smooth"),
    ] {
        folder.juliaset(&format!("{base} {palette} {flags} -o a.png")).is_quiet_success();
        folder.juliaset(&format!("{base} {palette} {same} -o b.png")).is_quiet_success();
        folder.juliaset("--like a.png --engine cpu -o c.png").is_quiet_success();
        assert!(rgb(&folder, "a.png") == rgb(&folder, "b.png"), "{flags}");
        assert!(rgb(&folder, "a.png") == rgb(&folder, "c.png"), "{flags}");
    }
    folder.juliaset(&format!("{base} twilight --interior red -o b.png")).is_quiet_success();
    let offset = "--palette-offset 0.5 -o a.png";
    folder.juliaset(&format!("{base} twilight --interior red {offset}")).is_quiet_success();
    assert!(rgb(&folder, "a.png") != rgb(&folder, "b.png"));
}

#[test]
fn colours_are_the_palettes_at_the_normalised_value() {
    let folder = Folder::new();
    folder.juliaset("-R 100 --engine cpu").is_quiet_success();
    let (_, grays) = gray(&folder.join("plot.png"));
    folder.juliaset("-R 100 --engine cpu --palette viridis --interior #102030").is_quiet_success();
    let palette = Palette::named("viridis").unwrap();
    for (pixel, gray) in rgb(&folder, "plot.png").chunks(3).zip(grays) {
        // 75 counts above itermin; the gray tells which.
        let above = (f64::from(gray) / 255.0 * 75.0).ceil();
        let expected = match above {
            75.0 => [0x10, 0x20, 0x30],
            _ => palette.at(above / 75.0, 255).map(|part| part as u8),
        };
        assert_eq!(pixel, expected, "{gray}");
    }
}

/// What every mapping looks like, once looked at.
#[test]
fn goldens() {
    let folder = Folder::new();
    for (flags, golden) in [
        ("--palette magma", "9642af401780eb5911a43d7a5f5c07cba45724900c631d77ecbcd4a4f8582bf1"),
        (
            "--palette twilight --cycles 3 --interior black",
            "38148c61ee9540718ab21795a8232ab35847e6268462ec12a8eabd3e146769ad",
        ),
        (
            "--palette viridis --mapping log",
            "ae800009fcc288974b93a8aed1972217f88ee9d3cd64414911acd1e8e2bd3af0",
        ),
        (
            "--palette turbo_r --mapping sqrt",
            "c9425bef8abeed229a098338b6adf51a9fca4428ac526606ff6e1630a88b1ffd",
        ),
        (
            "--palette inferno --mapping histogram",
            "62b66f11eb8b247203f770e803ef4b06933181104a4463f90cebf001d07dbb94",
        ),
        ("--mapping histogram", "2b24601ad3fcded56eaac71daa3744271197bd3bf6e51923da6ed4fa3362d509"),
        (
            "--palette navy,white,orange,black",
            "8eb4c4c19910bfa3fd55861a79c212b6f0dca03f5811b0926b213201753297a6",
        ),
    ] {
        folder.juliaset(&format!("-R 200 --engine cpu {flags}")).is_quiet_success();
        assert_eq!(sha256(&rgb(&folder, "plot.png")), golden, "{flags}");
    }
}

#[test]
fn a_palette_from_a_file_is_the_same_as_from_the_command_line() {
    let folder = Folder::new();
    fs::write(folder.join("p.txt"), "; mine\n#000080\n255 255 255\n\norange ; bright\n").unwrap();
    folder.juliaset("-R 50 --engine cpu --palette-file p.txt -o a.png").is_quiet_success();
    folder.juliaset("-R 50 --engine cpu --palette navy,#fff,ffa500 -o b.png").is_quiet_success();
    assert_eq!(rgb(&folder, "a.png"), rgb(&folder, "b.png"));
}

#[test]
fn sixteen_bits() {
    let folder = Folder::new();
    folder.juliaset("-R 50 -m 0 --engine cpu --depth 16 -o a.png").is_quiet_success();
    folder.juliaset("-R 50 -m 0 --engine cpu -o b.png").is_quiet_success();
    let image::DynamicImage::ImageLuma16(a) = image::open(folder.join("a.png")).unwrap() else {
        panic!("not 16-bit gray");
    };
    let (_, b) = gray(&folder.join("b.png"));
    for (a, b) in a.into_raw().into_iter().zip(b) {
        let value = (f64::from(b) / 255.0 * 80.0).ceil() / 80.0;
        assert_eq!(a, (65535.0 * value) as u16, "{b}");
    }
}

#[test]
fn the_palettes_are_listed() {
    let run = Folder::new().juliaset("palettes");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let names: Vec<&str> =
        run.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(Palette::names().map(|(name, _)| name).eq(names), "{}", run.stdout);
}

#[test]
fn what_is_refused() {
    let color = "must be a colour: #rrggbb, #rgb, #rrggbbaa, or a name such as black or none";
    let commas = "must have a colour before and after every comma";
    for (flags, line) in [
        ("--palette virdis", "--palette virdis: no such palette; did you mean viridis or cividis?"),
        ("--palette #fff,#12", &format!("--palette #12: {color}")),
        ("--palette #fff,", &format!("--palette #fff,: {commas}")),
        ("--palette red,,blue", &format!("--palette red,,blue: {commas}")),
        ("--interior blak", &format!("--interior blak: {color}")),
        ("--mapping cubic", "--mapping cubic: must be one of linear, log, sqrt, histogram"),
        ("--cycles 0", "--cycles 0: must be finite and over 0"),
        ("--cycles -1", "--cycles -1: must be finite and over 0"),
        ("--palette-offset inf", "--palette-offset inf: must be a finite number"),
        ("--depth 12", "--depth 12: must be one of 8, 16"),
        (
            "--palette magma --palette-file p.txt",
            "--palette: cannot be given with --palette-file <FILE>",
        ),
    ] {
        let folder = Folder::new();
        folder.juliaset(flags).fails(2, line);
        assert!(folder.names().is_empty(), "{flags}");
    }
    let folder = Folder::new();
    fs::write(folder.join("p.txt"), "#fff\n; fine\n#12345g\n").unwrap();
    let line = format!("p.txt, line 3: #12345g: {color}, or three numbers up to 255");
    folder.juliaset("--palette-file p.txt").fails(2, &line);
    fs::write(folder.join("p.txt"), "#fff\n").unwrap();
    let line = "p.txt, line 1: a palette needs two colours or more, one a line";
    folder.juliaset("--palette-file p.txt").fails(2, line);
    // It was said that there is no such palette, where the file could be seen.
    let line = "--palette p.txt: is a file; give it as --palette-file";
    folder.juliaset("--palette p.txt").fails(2, line);
    assert_eq!(folder.names(), ["p.txt"]);
    folder
        .juliaset("--palette-file q.txt")
        .fails(1, "q.txt: No such file or directory (os error 2)");
}
