//! Deep Zoom pyramids: `-o x.dzi`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use image::DynamicImage;
use juliaset::{Complex64, Depth, Error, Job, Julia, Mapping, Palette, Renderer};

use crate::signals::{signal, started};
use crate::{Folder, Run, gray};

/// All files under a folder, by their paths from there, with their contents.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(path) = folders.pop() {
        for entry in fs::read_dir(path).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let contents = fs::read(&path).unwrap();
                found.insert(path.strip_prefix(folder).unwrap().to_path_buf(), contents);
            }
        }
    }
    found
}

/// A level of a pyramid, put together from its tiles: columns, rows, samples of a pixel and samples.
#[derive(Clone, Debug, PartialEq)]
struct Level {
    width: usize,
    height: usize,
    channels: usize,
    samples: Vec<u16>,
}

fn decoded(path: &Path) -> Level {
    let image = image::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let channels = usize::from(image.color().channel_count());
    let (width, height) = (image.width() as usize, image.height() as usize);
    let samples = match image {
        DynamicImage::ImageLuma8(image) => image.into_raw().into_iter().map(u16::from).collect(),
        DynamicImage::ImageRgb8(image) => image.into_raw().into_iter().map(u16::from).collect(),
        DynamicImage::ImageLuma16(image) => image.into_raw(),
        DynamicImage::ImageRgb16(image) => image.into_raw(),
        other => panic!("{:?}", other.color()),
    };
    Level { width, height, channels, samples }
}

impl Level {
    fn read(tiles: &Path, level: usize) -> Self {
        let tile = |col: usize, row: usize| tiles.join(format!("{level}/{col}_{row}.png"));
        let mut whole = Self { width: 0, height: 0, channels: 0, samples: Vec::new() };
        for row in (0..).take_while(|&row| tile(0, row).exists()) {
            let tiles = (0..).map(|col| tile(col, row)).take_while(|path| path.exists());
            let tiles: Vec<_> = tiles.map(|path| decoded(&path)).collect();
            whole.width = tiles.iter().map(|tile| tile.width).sum();
            (whole.height, whole.channels) = (whole.height + tiles[0].height, tiles[0].channels);
            for row in 0..tiles[0].height {
                for tile in &tiles {
                    let length = tile.width * tile.channels;
                    whole.samples.extend(&tile.samples[row * length..][..length]);
                }
            }
        }
        whole
    }

    fn sample(&self, col: usize, row: usize, channel: usize) -> u16 {
        self.samples[(row * self.width + col) * self.channels + channel]
    }
}

/// The value of sRGB for a mean of light, by the letter of the standard, and how far a rounding of the light may
/// be from it.
fn mean(values: &[u16], depth: Depth) -> f64 {
    let max = if depth == Depth::Eight { 255.0 } else { 65535.0 };
    let light = values.iter().map(|&value| {
        let encoded = f64::from(value) / max;
        if encoded <= 0.04045 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
    });
    let light = light.sum::<f64>() / values.len() as f64;
    max * if light <= 0.0031308 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// Every level is the one above, averaged in linear light; the last one is `picture`.
#[track_caller]
fn check(tiles: &Path, picture: &Level, depth: Depth) {
    let last = picture.width.max(picture.height).next_power_of_two().ilog2() as usize;
    let mut above = Level::read(tiles, last);
    assert!(above == *picture, "the last level");
    for number in (0..last).rev() {
        let level = Level::read(tiles, number);
        let size = (above.width.div_ceil(2), above.height.div_ceil(2), above.channels);
        assert_eq!((level.width, level.height, level.channels), size, "level {number}");
        for row in 0..level.height {
            for col in 0..level.width {
                for channel in 0..level.channels {
                    let rows = 2 * row..(2 * row + 2).min(above.height);
                    let columns = 2 * col..(2 * col + 2).min(above.width);
                    let values: Vec<_> = rows
                        .flat_map(|row| columns.clone().map(move |col| (col, row)))
                        .map(|(col, row)| above.sample(col, row, channel))
                        .collect();
                    let (value, mean) = (level.sample(col, row, channel), mean(&values, depth));
                    // Ties are rounded where the value lies half way.
                    let distance = (f64::from(value) - mean).abs();
                    assert!(distance < 0.51, "level {number}, {col}, {row}: {value} of {values:?}");
                }
            }
        }
        above = level;
    }
    assert_eq!((above.width, above.height), (1, 1));
}

#[test]
fn every_level_is_the_one_above_in_half_the_size() {
    // One tile and several, odd sides, gray, colour, 16 bits, many points, and counts that are seen first.
    for (flags, depth) in [
        ("-R 700", Depth::Eight),
        ("-R 1035 -m 0 --palette magma --smooth", Depth::Eight),
        ("-R 600 --depth 16 --fast", Depth::Sixteen),
        ("-R 530 --depth 16 --palette viridis --mapping histogram", Depth::Sixteen),
        ("-R 531 --palette turbo --supersample 3 --small", Depth::Eight),
        ("-R 533 --palette turbo --supersample 3 --adaptive --interior red", Depth::Eight),
        ("-R 1", Depth::Eight),
    ] {
        let folder = Folder::new();
        folder.juliaset(&format!("{flags} --engine cpu -q -o a.b.dzi")).is_quiet_success();
        folder.juliaset(&format!("{flags} --engine cpu -q -o whole.png")).is_quiet_success();
        let picture = decoded(&folder.join("whole.png"));
        check(&folder.join("a.b_files"), &picture, depth);
        let descriptor = fs::read_to_string(folder.join("a.b.dzi")).unwrap();
        let size = format!("<Size Width=\"{}\" Height=\"{}\"/>", picture.width, picture.height);
        assert!(descriptor.contains(&size), "{descriptor}");
        let page = fs::read_to_string(folder.join("a.b_files/index.html")).unwrap();
        assert!(page.contains(&format!("Width: {}, Height: {}", picture.width, picture.height)));
    }
}

/// A pyramid that was killed, interrupted and killed again has the files of one that was not.
#[test]
fn a_pyramid_goes_on() {
    let flags = "-R 3000 --engine cpu --palette inferno --supersample 4 --threads 1 -o x.dzi";
    let whole = Folder::new();
    whole.juliaset(flags).is_quiet_success();
    let folder = Folder::new();
    let mut before = 0;
    for (kind, enough) in [("-KILL", 1), ("-INT", 9), ("-KILL", 20)] {
        let child = started(&folder, "WINCH", flags);
        let tiles = || files(&folder.path().join("x_files")).len();
        while tiles() < enough.max(before + 1) {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        signal(&child, kind);
        let output = child.wait_with_output().unwrap();
        if kind == "-INT" {
            let line = "interrupted; the same command line goes on from here";
            Run::from(output).fails(130, line);
        }
        assert!(!folder.join("x.dzi").exists());
        before = tiles();
    }
    let all = files(whole.path());
    assert!(before > 3 && before < all.len(), "{before} of {}", all.len());
    folder.juliaset(flags).is_quiet_success();
    assert!(files(folder.path()) == all);
    // All is there, and is not made again.
    let tile = folder.join("x_files/12/0_0.png");
    let made = fs::metadata(&tile).unwrap().modified().unwrap();
    folder.juliaset(flags).is_quiet_success();
    assert_eq!(fs::metadata(&tile).unwrap().modified().unwrap(), made);
    // What was lost is made again, on every level.
    for lost in ["12/1_2.png", "12/3_3.png", "11/1_1.png", "0/0_0.png"] {
        fs::remove_file(folder.join("x_files").join(lost)).unwrap();
    }
    folder.juliaset(flags).is_quiet_success();
    assert!(files(folder.path()) == all);
}

/// The names of what a process has left that was killed, where no file is without a name, and of what looks like it.
#[test]
fn drafts_of_a_process_that_was_killed_go() {
    let flags = "-R 600 --engine cpu -o x.dzi";
    let folder = Folder::new();
    folder.juliaset(flags).is_quiet_success();
    let all = files(folder.path());
    let left = [".juliaset-aB3x9Z.html", ".juliaset-aB3x9Z.toml", "10/.juliaset-q2W4e6.png"];
    let others =
        [".juliaset-aB3x9Z.txt", "10/.juliaset-notes.png", "10/my.png", ".juliaset-x.html"];
    for name in left.iter().chain(&others) {
        fs::write(folder.join("x_files").join(name), "half").unwrap();
    }
    folder.juliaset(flags).is_quiet_success();
    let now = files(folder.path());
    let here = |name: &&str| now.contains_key(&Path::new("x_files").join(name));
    assert!(!left.iter().any(&here) && others.iter().all(here));
    assert_eq!(now.len(), all.len() + others.len());
    // A job's file that was not finished is no reason to refuse the folder.
    fs::create_dir(folder.join("y_files")).unwrap();
    fs::write(folder.join("y_files/.juliaset-q2W4e6.toml"), "half").unwrap();
    folder.juliaset("-R 600 --engine cpu -o y.dzi").is_quiet_success();
    assert!(!folder.join("y_files/.juliaset-q2W4e6.toml").exists());
}

/// Two processes wrote the same tiles.
#[cfg(unix)]
#[test]
fn two_processes_do_not_share_a_pyramid() {
    let flags =
        "-R 3000 --engine cpu --palette inferno --mapping histogram --supersample 4 -o x.dzi";
    let whole = Folder::new();
    whole.juliaset(flags).is_quiet_success();
    let folder = Folder::new();
    let child = started(&folder, "WINCH", flags);
    while !folder.join("x_files").exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    signal(&child, "-STOP");
    let line = "x_files: is another process's, which makes this picture";
    folder.juliaset(flags).fails(1, line);
    folder.juliaset("-R 600 --engine cpu -o x.dzi").fails(1, line);
    signal(&child, "-CONT");
    Run::from(child.wait_with_output().unwrap()).is_quiet_success();
    assert!(files(folder.path()) == files(whole.path()));
}

/// All counts were seen again: of a picture that takes a day, half of the day.
#[test]
fn a_histogram_is_kept_with_the_tiles() {
    let julia = Julia::new(Complex64::new(-0.835, -0.2321), 2.0, (5, 300)).unwrap();
    let render = |width: u32, path: &Path, stop: &(dyn Fn() -> bool + Sync)| {
        let job = Job::view(julia.clone(), [-1.5, 1.1, -0.3, 0.9], width).unwrap();
        let interrupt = AtomicBool::new(false);
        let renderer = Renderer::new(job).engine(juliaset::EngineChoice::Cpu);
        let renderer = renderer.mapping(Mapping::Histogram).interrupt(&interrupt);
        let renderer = renderer.palette(Palette::named("turbo").unwrap());
        match renderer.on_progress(|_| interrupt.store(stop(), Ordering::Relaxed)).save(path) {
            Err(Error::Interrupted) => false,
            ended => ended.map(|_| true).unwrap(),
        }
    };
    let [whole, folder] = [(); 2].map(|()| Folder::new());
    assert!(render(2500, &whole.join("x.dzi"), &|| false));
    let path = folder.join("x.dzi");
    let counts = || fs::read(folder.join("x_files/counts.part")).unwrap_or_default();
    let tiles = || {
        let tiles = fs::read_dir(folder.join("x_files/12")).into_iter().flatten();
        tiles.count()
    };
    // In the middle of the counts, in the middle of the tiles, and there again.
    assert!(!render(2500, &path, &|| !counts().is_empty()));
    let (begun, none) = (counts(), tiles());
    assert!(!render(2500, &path, &|| tiles() > 0));
    let (seen, some) = (counts(), tiles());
    assert!(seen.len() > begun.len() && seen.starts_with(&begun));
    assert!(!render(2500, &path, &|| tiles() > some));
    assert!(none == 0 && some > 0 && tiles() > some);
    // Who counts a band keeps it.
    assert!(counts() == seen);
    assert!(render(2500, &path, &|| false));
    assert!(files(folder.path()) == files(whole.path()));
}

/// Areas of tiles that are not as wide as the picture are not in the order of a histogram that goes on.
#[test]
fn a_wide_pyramid_goes_on_with_its_histogram() {
    let flags = "--size 70000x600 --engine cpu --palette turbo --mapping histogram -M 300 -o x.dzi";
    let [whole, folder] = [(); 2].map(|()| Folder::new());
    whole.juliaset(flags).is_quiet_success();
    for (number, begun) in ["counts.part", "17/0_0.png"].into_iter().enumerate() {
        let mut child = started(&folder, "WINCH", flags);
        while !folder.join("x_files").join(begun).exists() {
            assert!(child.try_wait().unwrap().is_none(), "{number}");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        signal(&child, "-KILL");
        child.wait().unwrap();
        assert!(folder.join("x_files/counts.part").exists());
    }
    folder.juliaset(flags).is_quiet_success();
    assert!(files(folder.path()) == files(whole.path()));
}

#[test]
fn tiles_of_anything_else_stay() {
    let folder = Folder::new();
    folder.juliaset("-R 600 --engine cpu -o x.dzi").is_quiet_success();
    let all = files(folder.path());
    let other = "x_files: has the tiles of another job; remove it, or take another name";
    for flags in
        ["-R 601", "-R 600 --palette magma", "-R 600 --fast", "-R 600 --depth 16", "-R 600 -M 81"]
    {
        folder.juliaset(&format!("{flags} --engine cpu -o x.dzi")).fails(1, other);
    }
    assert!(files(folder.path()) == all);
    // The folder of someone else.
    fs::create_dir(folder.join("y_files")).unwrap();
    fs::write(folder.join("y_files/letter.txt"), "Dear").unwrap();
    let line = "y_files: is there, and is not of a picture that can go on; remove it";
    folder.juliaset("-R 600 --engine cpu -o y.dzi").fails(1, line);
    assert!(!folder.join("y.dzi").exists());
    assert_eq!(files(&folder.join("y_files")).len(), 1);
}

/// Whatever stands in the folder, it ends with one line.
#[test]
fn a_hostile_folder() {
    let flags = "-R 600 --engine cpu -o x.dzi";
    let folder = Folder::new();
    folder.juliaset(flags).is_quiet_success();
    let (job, tile) = (folder.join("x_files/job.toml"), folder.join("x_files/10/0_0.png"));
    let text = fs::read_to_string(&job).unwrap();
    // A job of many bytes is not read.
    fs::write(&job, format!("{text}{}", "#\n".repeat(3 << 20))).unwrap();
    let long = format!("x_files/job.toml: is longer than {} bytes", 3 << 21);
    folder.juliaset(flags).fails(2, &long);
    fs::write(&job, b"\xff\xfe\0").unwrap();
    let line = "x_files: is there, and is not of a picture that can go on; remove it";
    folder.juliaset(flags).fails(1, line);
    fs::write(&job, &text).unwrap();
    // A tile that is no tile, or one of another size, is found when the level below is made of it.
    let small = fs::read(folder.join("x_files/0/0_0.png")).unwrap();
    for wrong in [b"".as_slice(), b"PNG", &small] {
        fs::write(&tile, wrong).unwrap();
        let _ = fs::remove_file(folder.join("x_files/9/0_0.png"));
        folder.juliaset(flags).fails(1, "x.dzi: x_files/10/0_0.png is damaged: remove it");
    }
    fs::remove_file(&tile).unwrap();
    folder.juliaset(flags).is_quiet_success();
    // What a link points to stays.
    #[cfg(unix)]
    {
        fs::write(folder.join("letter.txt"), "Dear").unwrap();
        fs::remove_file(&tile).unwrap();
        std::os::unix::fs::symlink(folder.join("letter.txt"), &tile).unwrap();
        folder.juliaset(flags).is_quiet_success();
        assert_eq!(fs::read(folder.join("letter.txt")).unwrap(), b"Dear");
        assert!(fs::symlink_metadata(&tile).unwrap().is_file());
    }
}

#[test]
fn a_pyramid_carries_its_job() {
    let folder = Folder::new();
    folder
        .juliaset("--preset rabbit -R 90 --palette turbo --engine cpu -o x.dzi")
        .is_quiet_success();
    let run = folder.juliaset("info x.dzi");
    assert!(run.stdout.contains("\nresolution = 90\n"), "{run:?}");
    assert!(run.stdout.contains("# tiles: 512 × 512 pixels, PNG, balanced\n"), "{run:?}");
    folder.juliaset("--like x.dzi --engine cpu -o y.png").is_quiet_success();
    let tile = decoded(&folder.join("x_files/7/0_0.png"));
    assert!(decoded(&folder.join("y.png")) == tile);
}

/// Counts that were saved have pyramids, too.
#[test]
fn a_pyramid_of_saved_counts() {
    let folder = Folder::new();
    folder.juliaset("-R 1100 --engine cpu -o x.npy").is_quiet_success();
    folder.juliaset("tone x.npy -o x.dzi").is_quiet_success();
    folder.juliaset("-R 1100 --engine cpu -o y.png").is_quiet_success();
    let (width, pixels) = gray(&folder.join("y.png"));
    let level = Level::read(&folder.join("x_files"), 11);
    assert_eq!(level.width, width as usize);
    assert!(level.samples.into_iter().eq(pixels.into_iter().map(u16::from)));
}
