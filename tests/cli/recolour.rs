//! Pictures of counts that were computed before.

use std::fs;

use crate::{Folder, JULIASET, Run};

/// The decoded bytes of a picture, and what they are.
fn pixels(folder: &Folder, name: &str) -> (image::ColorType, Vec<u8>) {
    let picture = image::open(folder.join(name)).unwrap();
    (picture.color(), picture.into_bytes())
}

#[test]
fn the_picture_is_the_one_that_would_have_been_rendered() {
    let folder = Folder::new();
    let job = "-R 150 -r -0.8 -i 0.156 -M 120 --engine cpu";
    folder.juliaset(&format!("{job} --palette turbo --cycles 3 -o x.npy")).is_quiet_success();
    for flags in [
        "",
        "--palette magma --cycles 1 --interior navy",
        "--mapping histogram",
        "--palette-offset -0.375 --interior black",
        "--mapping log --depth 16 -m 0",
        "--palette red,white,black --mapping sqrt -m 30",
        // As if orbits were followed only that far.
        "--itermax 60 --palette viridis",
    ] {
        let direct = format!("{job} --palette turbo --cycles 3 {flags} -o a.png");
        // Given twice, an option is refused.
        let direct = if flags.contains("--palette ") {
            direct.replace("--palette turbo ", "")
        } else {
            direct
        };
        let direct =
            if flags.contains("--cycles") { direct.replace("--cycles 3 ", "") } else { direct };
        let direct =
            if flags.contains("--itermax") { direct.replace("-M 120 ", "") } else { direct };
        folder.juliaset(&direct).is_quiet_success();
        folder.juliaset(&format!("tone x.npy {flags} -o b.png")).is_quiet_success();
        assert_eq!(pixels(&folder, "a.png"), pixels(&folder, "b.png"), "{flags}");
        // And it carries its job.
        folder.juliaset("--like b.png --engine cpu -o c.png").is_quiet_success();
        assert_eq!(pixels(&folder, "a.png"), pixels(&folder, "c.png"), "{flags}");
    }
    folder.juliaset(&format!("{job} --palette turbo --cycles 3 -o a.tif")).is_quiet_success();
    folder.juliaset("tone x.npy -o b.tif").is_quiet_success();
    let tiff = |name: &str| {
        let file = fs::File::open(folder.join(name)).unwrap();
        format!("{:?}", tiff::decoder::Decoder::new(file).unwrap().read_image().unwrap())
    };
    assert!(tiff("a.tif") == tiff("b.tif"));
    // Counts can be copied without computing them, and keep the engine's name.
    let run = folder.juliaset("info b.png");
    assert!(run.stdout.contains("# engine: cpu-exact\n"), "{}", run.stdout);
    assert!(run.stdout.contains("# pixels decided: "), "{}", run.stdout);
}

/// The start of an array of bytes, as numpy saves them.
fn array(shape: &str, numbers: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(numbers);
    file
}

#[test]
fn counts_from_elsewhere() {
    let folder = Folder::new();
    fs::write(folder.join("x.npy"), array("(2, 3)", &[0, 5, 10, 7, 6, 200])).unwrap();
    folder.juliaset("tone x.npy -M 10 -o a.png").is_quiet_success();
    let grays = [0, 0, 255, 102, 51, 255];
    assert_eq!(pixels(&folder, "a.png"), (image::ColorType::L8, grays.into()));
    let line = "--itermax: is missing, and x.npy carries no job that has it";
    folder.juliaset("tone x.npy -o b.png").fails(2, line);
    folder
        .juliaset("tone x.npy -M 5 -o b.png")
        .fails(2, "--itermin 5: must be less than --itermax 5");
    assert_eq!(folder.names().len(), 2);
}

#[test]
fn what_is_refused() {
    let folder = Folder::new();
    folder.juliaset("-R 20 --engine cpu -o x.npy").is_quiet_success();
    let whole = fs::read(folder.join("x.npy")).unwrap();
    fs::write(folder.join("short.npy"), &whole[..128 + 4 * 20 * 13 - 1]).unwrap();
    fs::write(folder.join("no.npy"), "no array").unwrap();
    fs::write(folder.join("flat.npy"), array("(6,)", &[0; 6])).unwrap();
    let negative = array("(1, 1)", &[255, 255]);
    let negative = String::from_utf8_lossy(&negative[10..]).replace("|u1", "<i2").into_bytes();
    let negative =
        [&array("(1, 1)", &[])[..10], &negative[..negative.len() - 6], &[255; 2]].concat();
    fs::write(folder.join("negative.npy"), negative).unwrap();
    let mut other_size = whole.clone();
    let place = other_size.windows(8).position(|bytes| bytes == b"(13, 20)").unwrap();
    other_size[place..][..8].copy_from_slice(b"(20, 13)");
    fs::write(folder.join("turned.npy"), other_size).unwrap();
    fs::copy(folder.join("x.npy.toml"), folder.join("turned.npy.toml")).unwrap();
    let before = folder.names().len();
    for (flags, line) in [
        ("no.npy", "no.npy: is not an array in numpy's format NPY"),
        ("short.npy", "short.npy: is cut short: 13 rows of 20 counts are longer than the file"),
        ("flat.npy", "flat.npy: has the shape (6,); counts have (height, width)"),
        ("negative.npy -M 9", "negative.npy: -1 at column 0, row 0 is not an escape count"),
        ("turned.npy", "turned.npy: has 13 × 20 counts, not 20 × 13"),
        ("x.npy -M 81", "--itermax 81: the counts in x.npy go up to 80"),
        ("x.npy -m 80", "--itermin 80: must be less than --itermax 80"),
        (
            "x.npy --palette virdis",
            "--palette virdis: no such palette; did you mean viridis or cividis?",
        ),
        ("x.npy --cycles 0", "--cycles 0: must be finite and over 0"),
        ("", "<COUNTS>: is missing"),
    ] {
        folder.juliaset(&format!("tone {flags}")).fails(2, line);
    }
    folder.juliaset("tone x.npy -R 5").fails(2, "-R: no such option");
    folder.juliaset("tone none.npy").fails(1, "none.npy: No such file or directory (os error 2)");
    assert_eq!(folder.names().len(), before);
}

/// Counts from a pipe were refused, as one cannot seek in it.
#[cfg(target_os = "linux")]
#[test]
fn counts_and_texts_from_pipes() {
    let folder = Folder::new();
    folder.juliaset("-R 40 --engine cpu --palette turbo -o x.npy").is_quiet_success();
    folder.juliaset("-R 40 --engine cpu -o x.png").is_quiet_success();
    folder.juliaset("-R 40 --engine cpu -o x.tif").is_quiet_success();
    fs::write(folder.join("p.txt"), "\u{feff}red\nblue\n").unwrap();
    fs::write(folder.join("job.toml"), "\u{feff}itermax = 30\nresolution = 40\n").unwrap();
    let tone = "tone x.npy -M 80 --palette gray -o a.png";
    folder.juliaset(tone).is_quiet_success();
    folder.juliaset("-R 40 --palette red,blue --engine cpu -o p.png").is_quiet_success();
    folder.juliaset("-R 40 -M 30 --engine cpu -o j.png").is_quiet_success();
    for (script, same) in [
        (r#"cat x.npy | "$0" tone /dev/stdin -M 80 -o b.png"#, "a.png"),
        (r#"cat x.npy | "$0" tone - -M 80 -o b.png"#, "a.png"),
        (r#""$0" tone - -M 80 -o b.png < x.npy"#, "a.png"),
        (r#""$0" tone <(cat x.npy) -M 80 -o b.png"#, "a.png"),
        (
            r#"(printf 1234; cat x.npy) > y; (head -c 4 > z; "$0" tone - -M 80 -o b.png) < y"#,
            "a.png",
        ),
        (r#""$0" --like <(cat x.png) --engine cpu -o b.png"#, "x.png"),
        (r#"cat x.png | "$0" --like - --engine cpu -o b.png"#, "x.png"),
        (r#"cat x.tif | "$0" --like - --engine cpu -o b.png"#, "x.png"),
        (r#""$0" info x.png | "$0" --job - --engine cpu -o b.png"#, "x.png"),
        (r#""$0" --job job.toml --engine cpu -o b.png"#, "j.png"),
        (r#"cat job.toml | "$0" --job /dev/stdin --engine cpu -o b.png"#, "j.png"),
        (r#"cat p.txt | "$0" -R 40 --palette-file - --engine cpu -o b.png"#, "p.png"),
        (r#""$0" -R 40 --palette-file <(cat p.txt) --engine cpu -o b.png"#, "p.png"),
    ] {
        let _ = fs::remove_file(folder.join("b.png"));
        let output = folder.command("bash").args(["-c", script, JULIASET]).output().unwrap();
        let run = Run::from(output);
        assert_eq!((run.code, run.without_what_was_made()), (Some(0), ""), "{script}");
        assert_eq!(pixels(&folder, "b.png"), pixels(&folder, same), "{script}");
    }
    for (script, line) in [
        (
            r#"head -c 300 x.npy | "$0" tone - -M 80"#,
            "-: is cut short: 25 rows of 40 counts are longer than the file",
        ),
        (r#""$0" tone - < x.npy"#, "--itermax: is missing, and - carries no job that has it"),
        (
            r#"cat x.npy | "$0" info -"#,
            "-: carries no job; was it made by juliaset, and without --no-metadata?",
        ),
        (r#"head -c 200 x.png | "$0" info -"#, "-: is a damaged PNG: it ends too early"),
    ] {
        let output = folder.command("bash").args(["-c", script, JULIASET]).output().unwrap();
        Run::from(output).fails(2, line);
    }
    let script = r#"cat x.tif | "$0" info -"#;
    let output = folder.command("bash").args(["-c", script, JULIASET]).output().unwrap();
    assert_eq!(Run::from(output), folder.juliaset("info x.tif"));
}
