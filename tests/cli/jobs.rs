//! Pictures that say how they were made, and are made again; job files.

use std::fs;

use crate::{Folder, sha256};

fn pixels(folder: &Folder, name: &str) -> (String, (u32, u32)) {
    let picture = image::open(folder.join(name)).unwrap();
    (sha256(picture.as_bytes()), (picture.width(), picture.height()))
}

#[test]
fn a_picture_is_made_again_bit_for_bit() {
    let folder = Folder::new();
    fs::write(folder.join("p.txt"), "#000080\n255 255 255\norange\n").unwrap();
    for flags in [
        "-R 60",
        "-R 60 -x 0.1 -X=-0.3 -Y 0.7 -r -0.123456789012345678 -t 1e3 -m 0 -M 300 --precision exact",
        "-R 60 --palette viridis_r --mapping histogram --interior orange --depth 16",
        "-R 60 --smooth --distance=1.1 --supersample 2 --palette viridis",
        "-R 60 --palette-file p.txt --mapping log --cycles 2.5 --precision single",
    ] {
        folder.juliaset(&format!("{flags} --engine cpu -o a.png")).is_quiet_success();
        folder.juliaset("--like a.png --engine cpu -o b.png").is_quiet_success();
        assert_eq!(pixels(&folder, "a.png"), pixels(&folder, "b.png"), "{flags}");
        // What the picture tells is a job file.
        let run = folder.juliaset("info a.png");
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        fs::write(folder.join("job.toml"), run.stdout).unwrap();
        folder.juliaset("--job job.toml --engine cpu -o c.png").is_quiet_success();
        assert_eq!(pixels(&folder, "a.png"), pixels(&folder, "c.png"), "{flags}");
    }
}

/// The file beside them was written, and refused as too long: `tone` had no use for the counts.
#[test]
fn counts_of_a_view_of_many_digits_have_their_job() {
    let folder = Folder::new();
    let digits = "3".repeat(70_000);
    let view = format!("center = '0.{digits},0.1'\nwidth = '1e-9'\nsize = '9x9'\n");
    fs::write(folder.join("job.toml"), view).unwrap();
    folder.juliaset("-R 9 --engine cpu -o a.npy").is_quiet_success();
    folder.juliaset("--job job.toml --engine cpu -o a.npy").is_quiet_success();
    folder.juliaset("--like a.npy --engine cpu -o b.png").is_quiet_success();
    folder.juliaset("tone a.npy -M 80 -m 5 -o tone.png").is_quiet_success();
    folder.juliaset("--job job.toml --engine cpu -o a.png");
    assert_eq!(pixels(&folder, "a.png"), pixels(&folder, "tone.png"));
    assert_eq!(pixels(&folder, "a.png"), pixels(&folder, "b.png"));
}

#[test]
fn the_command_line_comes_before_the_picture() {
    let folder = Folder::new();
    folder.juliaset("-R 40 -M 30 --palette magma --engine cpu -o a.png").is_quiet_success();
    let again = "--like a.png -R 80 --palette-file p.txt --engine cpu -o b.png";
    fs::write(folder.join("p.txt"), "red\nblue\n").unwrap();
    folder.juliaset(again).is_quiet_success();
    let flags = "-R 80 -M 30 --palette red,blue --engine cpu -o c.png";
    folder.juliaset(flags).is_quiet_success();
    assert_eq!(pixels(&folder, "b.png"), pixels(&folder, "c.png"));
}

#[test]
fn info_tells_everything() {
    let folder = Folder::new();
    folder.juliaset("-R 20 --engine cpu --precision exact -o=a.png").is_quiet_success();
    let run = folder.juliaset("info a.png");
    let version = env!("CARGO_PKG_VERSION");
    for line in [
        &format!("# made by: juliaset {version}"),
        "# command: juliaset --resolution=20 --engine=cpu --precision=exact",
        "# engine: cpu-exact",
        "resolution = 20",
        "xleft = \"-0x1.999999999999ap+0\" # -1.6",
        "imag = \"-0x1.db573eab367a1p-3\" # -0.2321",
        "precision = \"exact\"",
        "palette = \"gray\"",
    ] {
        assert!(run.stdout.lines().any(|l| l == line), "{line}: {}", run.stdout);
    }
    assert!(run.stdout.contains("\n# pixels decided: "), "{}", run.stdout);
}

#[test]
fn a_job_file_has_the_options_names() {
    let folder = Folder::new();
    let job = "resolution = 40\nreal = -0.8\nimag = 0.156 # by hand\nitermax = 1_00\nfast = true\n\
               engine = \"cpu\"\noutput = \"a.png\"\nsmall = false";
    fs::write(folder.join("job.toml"), job).unwrap();
    folder.juliaset("--job job.toml").is_quiet_success();
    let flags = "-R 40 -r -0.8 -i 0.156 -M 100 --engine cpu -o b.png";
    folder.juliaset(flags).is_quiet_success();
    assert_eq!(pixels(&folder, "a.png"), pixels(&folder, "b.png"));
}

/// "The long options' names are its keys", and these were refused.
#[test]
fn a_job_file_has_distances_and_presets() {
    let folder = Folder::new();
    let job = "preset = 'rabbit'\nresolution = 40\nitermax = 70\ndistance = true\nengine = 'cpu'";
    fs::write(folder.join("job.toml"), job).unwrap();
    folder.juliaset("--job job.toml -m 1 -o a.png").is_quiet_success();
    let flags = "--preset rabbit -R 40 -M 70 -m 1 --distance --engine cpu -o b.png";
    folder.juliaset(flags).is_quiet_success();
    assert_eq!(pixels(&folder, "a.png"), pixels(&folder, "b.png"));
    fs::write(folder.join("job.toml"), "preset = 'rabit'").unwrap();
    let run = folder.juliaset("--job job.toml");
    assert_eq!(run.code, Some(2));
    let start = "juliaset: job.toml: --preset rabit: must be one of original, middle";
    assert!(run.stderr.starts_with(start), "{}", run.stderr);
}

#[test]
fn bad_job_files() {
    for (job, line) in [
        ("resolution = 40\nitermx = 7", "job.toml, line 2: itermx: no such option"),
        ("resolution = 40\nfast = 7", "job.toml, line 2: fast: must be true or false"),
        ("itermax = [7]", "job.toml, line 1: itermax: must be a number or a string"),
        ("like = 'a.png'", "job.toml, line 1: like: no such option"),
        ("help = true", "job.toml, line 1: help: no such option"),
        (
            "itermax = 1.5",
            "job.toml: --itermax 1.5: must be a whole number from 0 to 4294967295, or auto",
        ),
    ] {
        let folder = Folder::new();
        fs::write(folder.join("job.toml"), job).unwrap();
        folder.juliaset("--job job.toml").fails(2, line);
        assert_eq!(folder.names(), ["job.toml"]);
    }
    let folder = Folder::new();
    fs::write(folder.join("job.toml"), "\nresolution = \n").unwrap();
    let run = folder.juliaset("--job job.toml");
    assert_eq!((run.code, run.stderr.lines().count()), (Some(2), 1), "{}", run.stderr);
    assert!(run.stderr.starts_with("juliaset: job.toml, line 2: "), "{}", run.stderr);
}

#[test]
fn pictures_of_others_and_damaged_ones() {
    let folder = Folder::new();
    image::GrayImage::new(4, 4).save(folder.join("other.png")).unwrap();
    let none = "other.png: carries no job; was it made by juliaset, and without --no-metadata?";
    folder.juliaset("--like other.png").fails(2, none);
    folder.juliaset("info other.png").fails(2, none);
    fs::write(folder.join("no.png"), "no picture").unwrap();
    folder.juliaset("-R 40 --engine cpu -o whole.png").is_quiet_success();
    let whole = fs::read(folder.join("whole.png")).unwrap();
    fs::write(folder.join("short.png"), &whole[..whole.len() - 20]).unwrap();
    let mut damaged = whole;
    // In the pixels, which lie between the job and the tiers, and in the job.
    let find = |what: &[u8]| damaged.windows(what.len()).position(|bytes| bytes == what).unwrap();
    let (pixels, job) = (find(b"IDAT") + 20, find(b"xleft") + 20);
    for (name, place) in [("pixels.png", pixels), ("job.png", job)] {
        damaged[place] ^= 1;
        fs::write(folder.join(name), &damaged).unwrap();
        damaged[place] ^= 1;
    }
    let no_picture = "is not a PNG, TIFF, WebP, JPEG, OpenEXR, NPY or DZI; only these carry a job";
    for (name, problem) in [
        ("no.png", no_picture),
        ("short.png", "is a damaged PNG: it ends too early"),
        ("pixels.png", "is a damaged PNG: a checksum is wrong"),
        ("job.png", "is a damaged PNG: a checksum is wrong"),
    ] {
        folder.juliaset(&format!("--like {name}")).fails(2, &format!("{name}: {problem}"));
    }
    folder.juliaset("--like a.png").fails(1, "a.png: No such file or directory (os error 2)");
    assert!(!folder.names().contains(&"plot.png".to_owned()));
}

#[test]
fn presets_are_options_with_a_name() {
    let folder = Folder::new();
    folder.juliaset("--preset original --engine cpu -o a.png").is_quiet_success();
    folder.juliaset("--engine cpu -o b.png").is_quiet_success();
    assert_eq!(pixels(&folder, "a.png"), pixels(&folder, "b.png"));
    let flags = "-R 90 -r 0 -i 1 -x -1.6 -X 1.6 -y -1.2 -Y 1.2 -m 0 -M 55 --engine cpu";
    folder.juliaset(&format!("{flags} -o a.png")).is_quiet_success();
    folder.juliaset("--preset dendrite -R 90 -M 55 --engine cpu -o b.png").is_quiet_success();
    assert_eq!(pixels(&folder, "a.png"), pixels(&folder, "b.png"));
    let run = folder.juliaset("presets");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(run.stdout.lines().count(), juliaset::Preset::ALL.len());
    assert!(run.stdout.contains("\nrabbit       Douady's rabbit"), "{}", run.stdout);
    let run = folder.juliaset("--preset rabit");
    assert_eq!((run.code, run.stderr.lines().count()), (Some(2), 1));
    assert!(run.stderr.starts_with("juliaset: --preset rabit: must be one of original, middle"));
}

#[test]
fn every_format_of_pictures_carries_its_job() {
    let folder = Folder::new();
    fs::write(folder.join("p.map"), "0 0 128 dark\n255 255 255 light\n").unwrap();
    let flags = "-R 60 --palette-file p.map --smooth --engine cpu -o";
    for name in ["a.png", "a.tif", "a.webp", "a.jpg", "a.exr"] {
        folder.juliaset(&format!("{flags} {name}")).is_quiet_success();
        let run = folder.juliaset(&format!("info {name}"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{name}");
        // A palette from a file is its colours, and no path is recorded.
        assert!(run.stdout.contains("\npalette = \"#000080,#ffffff\"\n"), "{run:?}");
        assert!(!run.stdout.contains("p.map") && !run.stdout.contains(name), "{run:?}");
        folder.juliaset(&format!("--like {name} --engine cpu -o b.png")).is_quiet_success();
        assert_eq!(pixels(&folder, "a.png"), pixels(&folder, "b.png"), "{name}");
        if name != "a.jpg" && name != "a.exr" {
            assert!(run.stdout.contains("\n# pixels decided: "), "{name}: {run:?}");
        }
    }
    folder.juliaset("animate --zoom 2 --frames 2 -R 9 --engine cpu -o a.gif").is_quiet_success();
    let line = "a.gif: is not a PNG, TIFF, WebP, JPEG, OpenEXR, NPY or DZI; only these carry a job";
    folder.juliaset("--like a.gif").fails(2, line);
}

/// A picture that is given away can say nothing of how it was made, in any format that has a place for it.
#[test]
fn a_picture_without_metadata_has_no_text() {
    let folder = Folder::new();
    for name in ["a.png", "a.tif", "p.tif", "a.webp", "a.jpg", "a.exr", "a.npy"] {
        let flags = match name {
            "p.tif" => "--pyramid",
            "a.exr" => "--smooth",
            _ => "",
        };
        let line = format!("-R 40 --engine cpu {flags} -o {name}");
        folder.juliaset(&line).is_quiet_success();
        assert!(folder.juliaset(&format!("info {name}")).stdout.contains("itermax = 80"), "{name}");
        folder.juliaset(&format!("{line} --no-metadata")).is_quiet_success();
        let bytes = fs::read(folder.join(name)).unwrap();
        let has = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
        assert!(!has(b"juliaset") && !has(b"itermax"), "{name}");
        let none =
            format!("{name}: carries no job; was it made by juliaset, and without --no-metadata?");
        folder.juliaset(&format!("info {name}")).fails(2, &none);
        folder.juliaset(&format!("--like {name} -o b.png")).fails(2, &none);
    }
    assert!(!folder.join("a.npy.toml").exists());
    let line = "animate --zoom 2 --frames 2 -R 40 --engine cpu --no-metadata -o m.png";
    folder.juliaset(line).is_quiet_success();
    let bytes = fs::read(folder.join("m.png")).unwrap();
    assert!(!bytes.windows(8).any(|part| part == b"juliaset"));
}
