//! Pictures that go on where they were interrupted: `--resume`.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use juliaset::{Complex64, Compression, Depth, Error, Job, Julia, Mapping, Palette, Renderer};

use crate::signals::{signal, started};
use crate::{Folder, Run};

/// A job of several bands, that is not its own mirror image.
fn job() -> Job {
    let julia = Julia::new(Complex64::new(-0.835, -0.2321), 2.0, (5, 300)).unwrap();
    Job::view(julia, [-1.5, 1.1, -0.3, 0.9], 2000).unwrap()
}

type Setting = fn(Renderer<'_>) -> Renderer<'_>;

/// Renders the picture until one more band is kept than before; whether it is there.
fn one_more_band(path: &Path, set: Setting) -> bool {
    let part = path.with_file_name(format!("{}.part", path.file_name().unwrap().to_str().unwrap()));
    let length = || fs::metadata(&part).map_or(0, |part| part.len());
    let (interrupt, before) = (AtomicBool::new(false), length());
    let stop = |_| interrupt.store(length() > before, Ordering::Relaxed);
    let renderer = set(Renderer::new(job()).engine(juliaset::EngineChoice::Cpu));
    match renderer.resume(true).interrupt(&interrupt).on_progress(stop).save(path) {
        Ok(_) => true,
        Err(Error::Interrupted) => false,
        Err(error) => panic!("{error}"),
    }
}

/// The bytes of the picture that is made in one go.
fn whole(folder: &Folder, name: &str, set: Setting) -> Vec<u8> {
    let path = folder.join(&format!("whole-{name}"));
    set(Renderer::new(job()).engine(juliaset::EngineChoice::Cpu)).save(&path).unwrap();
    fs::read(path).unwrap()
}

const SETTINGS: [(&str, Setting); 9] = [
    ("gray.png", |it| it),
    ("colors.png", |it| it.palette(Palette::named("turbo").unwrap()).smooth(true)),
    ("histogram.tif", |it| {
        it.mapping(Mapping::Histogram).palette(Palette::named("magma").unwrap())
    }),
    ("deep.png", |it| it.depth(Depth::Sixteen).compression(Compression::Fast)),
    ("points.png", |it| it.supersample(2, false)),
    ("adaptive.webp", |it| it.supersample(3, true)),
    ("lossy.jpg", |it| it.palette(Palette::named("viridis").unwrap())),
    ("numbers.exr", |it| it.smooth(true).distance(1.0)),
    ("counts.npy", |it| it),
];

/// How many bands the picture has at least before its last. With margins they are larger.
fn bands(name: &str) -> usize {
    if name.starts_with("adaptive") { 1 } else { 3 }
}

#[test]
fn a_picture_that_is_interrupted_after_every_band_ends_with_the_same_bytes() {
    for (name, set) in SETTINGS {
        let folder = Folder::new();
        let path = folder.join(name);
        let whole = whole(&folder, name, set);
        fs::write(&path, "before").unwrap();
        let mut runs = 1;
        while !one_more_band(&path, set) {
            assert_eq!(fs::read(&path).unwrap(), b"before", "{name}");
            runs += 1;
            // It would begin anew for ever.
            assert!(runs < 40, "{name}");
        }
        assert!(runs > bands(name), "{name}: {runs} runs");
        assert!(fs::read(&path).unwrap() == whole, "{name}");
        assert!(!folder.names().iter().any(|name| name.ends_with(".part")), "{:?}", folder.names());
    }
}

/// A process that is killed is in the middle of a band, and a machine without power has not written all that it was told to.
#[test]
fn bands_that_are_cut_short_or_damaged_are_made_again() {
    let other = ["deep.png", "points.png", "lossy.jpg", "counts.npy"];
    for (name, set) in SETTINGS.into_iter().filter(|(name, _)| !other.contains(name)) {
        let folder = Folder::new();
        let path = folder.join(name);
        let whole = whole(&folder, name, set);
        let part = folder.join(&format!("{name}.part"));
        for _ in 0..bands(name) {
            assert!(!one_more_band(&path, set), "{name}");
        }
        let kept = fs::read(&part).unwrap();
        let length = kept.len();
        for place in [0, 9, length / 7, length / 2, length - 70_000, length - 1] {
            for is_cut in [true, false] {
                if !is_cut && place < length / 7 {
                    continue;
                }
                let mut bytes = kept.clone();
                if is_cut {
                    bytes.truncate(place)
                } else {
                    bytes[place] ^= 1
                };
                fs::write(&part, bytes).unwrap();
                let renderer = set(Renderer::new(job()).engine(juliaset::EngineChoice::Cpu));
                renderer.resume(true).save(&path).unwrap();
                assert!(fs::read(&path).unwrap() == whole, "{name}, {place}, cut: {is_cut}");
                assert!(!part.exists(), "{name}");
            }
        }
    }
}

const FLAGS: &str =
    "-R 3000 -x=-1.5 -X 1.1 -y=-0.3 -Y 0.9 -M 300 --supersample 4 --engine cpu --resume";

/// Only what the file system has counts: no process can do anything about this signal.
#[cfg(target_os = "linux")]
#[test]
fn a_picture_that_is_killed_again_and_again_ends_with_the_same_bytes() {
    let folder = Folder::new();
    let plain = FLAGS.replace(" --resume", " --resume -o whole.png");
    folder.juliaset(&plain).is_quiet_success();
    assert_eq!(folder.names(), ["whole.png"]);
    let whole = fs::read(folder.join("whole.png")).unwrap();
    fs::remove_file(folder.join("whole.png")).unwrap();
    for (round, name) in ["-KILL", "-INT", "-KILL", "-TERM", "-KILL"].iter().enumerate() {
        let mut child = started(&folder, "WINCH", FLAGS);
        let part = folder.join("plot.png.part");
        let enough = 300_000 + 500_000 * round as u64;
        while fs::metadata(&part).map_or(0, |part| part.len()) < enough {
            assert!(child.try_wait().unwrap().is_none(), "{round}");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        signal(&child, name);
        if *name == "-KILL" {
            child.wait().unwrap();
        } else {
            let line = "interrupted; the same command line goes on from here";
            Run::from(child.wait_with_output().unwrap()).fails(130, line);
        }
        assert_eq!(folder.names(), ["plot.png.part"]);
    }
    let run = folder.juliaset(FLAGS);
    let line = run.without_what_was_made();
    assert!(
        line.starts_with("juliaset: ")
            && line.ends_with(" % of the picture was there, and was kept\n"),
        "{line}"
    );
    assert!(fs::read(folder.join("plot.png")).unwrap() == whole);
    assert_eq!(folder.names(), ["plot.png"]);
}

#[test]
fn the_bands_of_another_job_are_refused_and_stay() {
    let folder = Folder::new();
    assert!(!one_more_band(&folder.join("plot.png"), |it| it));
    let kept = fs::read(folder.join("plot.png.part")).unwrap();
    let line =
        "plot.png.part: has the bands of another job or version; remove it, or take another name";
    folder.juliaset("-R 100 --engine cpu --resume").fails(1, line);
    assert!(fs::read(folder.join("plot.png.part")).unwrap() == kept);
    fs::write(folder.join("plot.png.part"), "a letter of mine, and more of it").unwrap();
    let line = "plot.png.part: is there, and is not of a picture that can go on; remove it";
    folder.juliaset("-R 100 --engine cpu --resume").fails(1, line);
    assert_eq!(folder.names(), ["plot.png.part"]);
    // Without the option it is nobody's.
    folder.juliaset("-R 100 --engine cpu").is_quiet_success();
}

#[test]
fn what_cannot_go_on_is_refused() {
    let folder = Folder::new();
    let formats = "it is for .png, .tif, .webp, .jpg, .exr, .npy";
    for output in ["x.dzi", "-"] {
        let line = format!("--resume: has no effect with --output {output}; {formats}");
        folder.juliaset(&format!("-R 50 --resume -o {output}")).fails(2, &line);
    }
    assert!(folder.names().is_empty());
}
