//! Animations: each frame is the picture that would be rendered alone, in every format.

use std::fs;
use std::io::Cursor;

use crate::{Folder, JULIASET, Run, signals};

/// The decoded pixels of a picture.
fn pixels(folder: &Folder, name: &str) -> Vec<u8> {
    image::open(folder.join(name)).unwrap().into_rgb8().into_raw()
}

/// The same of a picture of the job that the frame `name` carries, rendered alone.
fn rendered(folder: &Folder, name: &str) -> Vec<u8> {
    folder.juliaset(&format!("--like {name} --engine cpu -o like.png")).is_quiet_success();
    pixels(folder, "like.png")
}

/// The frames of an animated PNG, in red, green and blue.
pub fn apng_frames(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let frames = reader.info().animation_control.unwrap().num_frames;
    let one = |reader: &mut png::Reader<Cursor<&[u8]>>| {
        let mut frame = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut frame).unwrap();
        match info.color_type {
            png::ColorType::Grayscale => frame.iter().flat_map(|&gray| [gray; 3]).collect(),
            _ => frame,
        }
    };
    (0..frames).map(|_| one(&mut reader)).collect()
}

/// The frames of a GIF, in red, green and blue, and how long each is seen, in hundredths of a second.
fn gif_frames(bytes: &[u8]) -> (Vec<Vec<u8>>, Vec<u16>) {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(bytes).unwrap();
    let (mut frames, mut delays) = (Vec::new(), Vec::new());
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        let (colors, _) = frame.buffer.as_chunks::<4>();
        frames.push(colors.iter().flat_map(|color| [color[0], color[1], color[2]]).collect());
        delays.push(frame.delay);
    }
    (frames, delays)
}

const JOB: &str = "-R 61 -M 90 --engine cpu --frames 5";

#[test]
fn every_frame_is_the_picture_that_is_rendered_by_itself() {
    for flags in [
        "--line 0.285,0.01",
        "--circle 0.1 --palette turbo",
        "--circle 0.1 --smooth --distance --palette ultra",
        "--zoom 1e4 --about -0.1,0.2 --palette magma --mapping histogram",
        "--points p.txt --zoom 0.5 --palette viridis --supersample 2",
    ] {
        let folder = Folder::new();
        fs::write(folder.join("p.txt"), "-0.8 0.156\n0.3,0.5 ; there\n-1 0\n").unwrap();
        folder.juliaset(&format!("animate {JOB} {flags} -o %02d.png")).is_quiet_success();
        let names = (0..5).map(|frame| format!("{frame:02}.png"));
        let frames: Vec<Vec<u8>> = names.clone().map(|name| pixels(&folder, &name)).collect();
        for (name, frame) in names.zip(&frames) {
            assert!(*frame == rendered(&folder, &name), "{flags} {name}");
        }
        assert!(frames.windows(2).all(|pair| pair[0] != pair[1]), "{flags}");
        // The same in every other form.
        folder.juliaset(&format!("animate {JOB} {flags} -o a.apng")).is_quiet_success();
        assert!(apng_frames(&fs::read(folder.join("a.apng")).unwrap()) == frames, "{flags}");
        if !flags.contains("supersample") && !flags.contains("smooth") {
            folder.juliaset(&format!("animate {JOB} {flags} --fps 30 -o a.gif")).is_quiet_success();
            let (gif, delays) = gif_frames(&fs::read(folder.join("a.gif")).unwrap());
            assert!(gif == frames, "{flags}");
            assert_eq!(delays, [3, 4, 3, 3, 4]);
        }
        let mut command = folder.command(JULIASET);
        command.args(format!("animate {JOB} {flags} -o -").split(' '));
        let output = command.output().unwrap();
        let gray = !flags.contains("palette");
        let frames: Vec<u8> =
            frames.concat().into_iter().step_by(if gray { 3 } else { 1 }).collect();
        assert!(output.stdout == frames, "{flags}");
        let line = format!(
            "juliaset: raw frames: ffmpeg -f rawvideo -pixel_format {} -video_size 61x38 -framerate 25 \
             -i -\n",
            if gray { "gray" } else { "rgb24" }
        );
        assert_eq!(String::from_utf8_lossy(&output.stderr), line);
    }
}

#[test]
fn the_first_frame_is_the_picture_without_an_animation() {
    let folder = Folder::new();
    folder.juliaset(&format!("animate {JOB} --zoom 10 --line 0,1 -o f%d.png")).is_quiet_success();
    folder.juliaset("-R 61 -M 90 --engine cpu").is_quiet_success();
    assert_eq!(pixels(&folder, "f0.png"), pixels(&folder, "plot.png"));
    let last = "-R 61 -M 90 -r 0 -i 1 -x=-0.16 -X 0.16 -y=-0.1 -Y 0.1 --engine cpu -o last.png";
    folder.juliaset(last).is_quiet_success();
    assert_eq!(pixels(&folder, "f4.png"), pixels(&folder, "last.png"));
    // A preset and a job file also work.
    folder
        .juliaset("animate --preset rabbit -R 40 --zoom 9 --frames 2 --engine cpu -o g%d.png")
        .is_quiet_success();
    folder.juliaset("--preset rabbit -R 40 --engine cpu").is_quiet_success();
    assert_eq!(pixels(&folder, "g0.png"), pixels(&folder, "plot.png"));
}

/// Each frame had a histogram of its own: the gray of one count was up to 158 lighter in one frame than in the one before.
#[test]
fn the_histogram_mapping_has_one_histogram_for_all_frames() {
    let folder = Folder::new();
    let film = "animate -R 61 -M 90 --engine cpu --frames 9 --line 0.285,0.01 --mapping histogram";
    folder.juliaset(&format!("{film} -o %d.png")).is_quiet_success();
    let bytes = |name: &str| fs::read(folder.join(name)).unwrap();
    let frames: Vec<_> = (0..9).map(|frame| bytes(&format!("{frame}.png"))).collect();
    // One alone is the same; so is one that is missing, when it goes on.
    for (frame, whole) in frames.iter().enumerate() {
        assert!(
            pixels(&folder, &format!("{frame}.png")) == rendered(&folder, &format!("{frame}.png"))
        );
        fs::remove_file(folder.join(&format!("{frame}.png"))).unwrap();
        folder
            .juliaset(&format!("{film} --only {frame}..{} -o %d.png", frame + 1))
            .is_quiet_success();
        assert!(bytes(&format!("{frame}.png")) == *whole, "{frame}");
    }
    folder.juliaset(&format!("{film} -o counts%d.npy")).is_quiet_success();
    let jump = |files: &str| {
        let grays = |frame: u32| -> std::collections::BTreeMap<u32, u8> {
            let counts = fs::read(folder.join(&format!("counts{frame}.npy"))).unwrap();
            let (_, grays) = crate::gray(&folder.join(&format!("{files}{frame}.png")));
            let counts = &counts[counts.len() - 4 * grays.len()..];
            let counts = counts.as_chunks().0.iter().map(|count| u32::from_le_bytes(*count));
            counts.zip(grays).collect()
        };
        let jump = |frame| {
            let (before, now) = (grays(frame), grays(frame + 1));
            let of = |(count, gray): (&u32, &u8)| Some(before.get(count)?.abs_diff(*gray));
            now.iter().filter_map(of).max().unwrap()
        };
        (0..8).map(jump).max().unwrap()
    };
    assert_eq!(jump(""), 0);
    folder.juliaset(&format!("{film} --histogram per-frame -o own%d.png")).is_quiet_success();
    assert!(jump("own") > 50, "{}", jump("own"));
    // Counts carry the histogram, too: coloured later they are the same frames.
    folder.juliaset("tone counts3.npy -o tone.png").is_quiet_success();
    assert_eq!(pixels(&folder, "tone.png"), pixels(&folder, "3.png"));
    // The job of the whole says which it is.
    for (flag, files) in [("", ""), ("--histogram per-frame", "own")] {
        folder.juliaset(&format!("{film} {flag} -o a.png")).is_quiet_success();
        folder.juliaset("animate --like a.png --engine cpu -o again.png").is_quiet_success();
        let frames: Vec<_> =
            (0..9).map(|frame| pixels(&folder, &format!("{files}{frame}.png"))).collect();
        for file in ["a.png", "again.png"] {
            assert!(apng_frames(&bytes(file)) == frames, "{flag} {file}");
        }
    }
    // A picture's own takes its place again.
    folder.juliaset("--like 3.png --no-histogram --engine cpu -o own.png").is_quiet_success();
    assert_eq!(pixels(&folder, "own.png"), pixels(&folder, "own3.png"));
}

/// At every depth, with as many iterations as each frame needs, smooth, and resampled.
#[test]
fn deep_zooms_have_one_histogram_too() {
    let view = "--preset dendrite --center 0,1 --width 4 --size 48x30 -m 0 --frames 5 --zoom 1e40";
    for flags in ["--itermax auto", "-M 400 --smooth", "-M 400 --resample", "-M 400 --distance"] {
        let folder = Folder::new();
        let film = format!("animate {view} {flags} --mapping histogram --engine cpu");
        folder.juliaset(&format!("{film} -o %d.png")).is_quiet_success();
        let job = folder.juliaset("info 4.png").stdout;
        let histogram =
            job.lines().find(|line| line.starts_with("histogram = ")).unwrap().to_owned();
        for frame in 0..5 {
            let name = format!("{frame}.png");
            let job = folder.juliaset(&format!("info {name}")).stdout;
            assert!(job.lines().any(|line| line == histogram), "{flags}");
            if flags.contains("resample") {
                continue;
            }
            assert!(pixels(&folder, &name) == rendered(&folder, &name), "{flags} {frame}");
        }
        fs::rename(folder.join("3.png"), folder.join("whole.png")).unwrap();
        folder.juliaset(&format!("{film} --only 3..4 -o %d.png")).is_quiet_success();
        assert!(pixels(&folder, "3.png") == pixels(&folder, "whole.png"), "{flags}");
    }
}

#[test]
fn wrong_histograms_have_one_line() {
    let folder = Folder::new();
    let right = "must be COUNT:POINTS,COUNT:POINTS,...: up to 1024 counts, each larger than the one before, \
                 each with a number of points from 1 to 4294967295; or per-frame";
    for text in ["5", "5:0", "6:1,5:1", "5:1,5:1", "-5:1", "5:1e3"] {
        let run = folder.juliaset(&format!("--mapping histogram --histogram={text}"));
        run.fails(2, &format!("--histogram {text}: {right}"));
    }
    let idle = "has no effect with --mapping linear; it is for histogram";
    folder.juliaset("--histogram=5:1").fails(2, &format!("--histogram: {idle}"));
    folder
        .juliaset("-R 20 --mapping histogram --histogram 5:1,9:9 --engine cpu -o a.png")
        .is_quiet_success();
    let run = folder.juliaset("--like a.png --mapping linear --engine cpu -o b.png");
    let note = format!("juliaset: a.png: histogram is left out: {idle}\n");
    assert_eq!((run.code, run.without_what_was_made()), (Some(0), &*note));
    assert!(folder.names().contains(&"b.png".to_owned()));
}

#[test]
fn frames_that_are_there_are_kept() {
    let folder = Folder::new();
    let flags = format!("animate {JOB} --circle 0.2 -o f%d.png");
    folder.juliaset(&flags).is_quiet_success();
    let bytes = |name: &str| fs::read(folder.join(name)).unwrap();
    let whole: Vec<Vec<u8>> = (0..5).map(|frame| bytes(&format!("f{frame}.png"))).collect();
    // One that is missing, one that is cut short, one of another job; and one that shows what is kept,
    // since it does not say how it was made.
    fs::remove_file(folder.join("f0.png")).unwrap();
    fs::write(folder.join("f1.png"), &whole[1][..whole[1].len() - 1]).unwrap();
    fs::write(folder.join("f2.png"), &whole[3]).unwrap();
    folder.juliaset("--like f4.png -q --engine cpu --fast -o f4.png").is_quiet_success();
    let kept = bytes("f4.png");
    assert_ne!(kept, whole[4]);
    let run = folder.juliaset(&flags);
    let line = "juliaset: 2 of 5 frames were there, and were kept\n";
    assert_eq!((run.code, run.without_what_was_made()), (Some(0), line));
    for (frame, whole) in whole.iter().enumerate().take(4) {
        assert!(bytes(&format!("f{frame}.png")) == *whole, "{frame}");
    }
    assert!(bytes("f4.png") == kept);
    assert_eq!(folder.names().len(), 5);
}

/// Only PNGs were.
#[test]
fn frames_of_every_format_that_carries_a_job_are_kept() {
    for (format, flags) in [
        ("tif", ""),
        ("tif", "--palette turbo --depth 16"),
        ("webp", "--palette turbo"),
        ("jpg", ""),
        ("exr", "--smooth"),
        ("exr", "--distance"),
        ("npy", ""),
        ("dzi", ""),
    ] {
        let folder = Folder::new();
        let flags = format!("animate {JOB} --circle 0.2 {flags} -o f%d.{format}");
        folder.juliaset(&flags).is_quiet_success();
        let bytes = |name: &str| fs::read(folder.join(&format!("{name}.{format}"))).unwrap();
        let whole: Vec<Vec<u8>> = (0..5).map(|frame| bytes(&format!("f{frame}"))).collect();
        let run = folder.juliaset(&flags);
        let line = "juliaset: 5 of 5 frames were there, and were kept\n";
        assert_eq!((run.code, run.without_what_was_made()), (Some(0), line), "{flags}");
        // A pyramid's descriptor comes last, and is short.
        if format == "dzi" {
            continue;
        }
        // One that lacks its last byte, one of another job, and one that is missing.
        let write = |name: &str, bytes: &[u8]| {
            fs::write(folder.join(&format!("{name}.{format}")), bytes).unwrap();
        };
        write("f0", &whole[0][..whole[0].len() - 1]);
        if format == "npy" {
            fs::copy(folder.join("f3.npy.toml"), folder.join("f1.npy.toml")).unwrap();
        } else {
            write("f1", &whole[3]);
        }
        fs::remove_file(folder.join(&format!("f2.{format}"))).unwrap();
        let run = folder.juliaset(&flags);
        let line = "juliaset: 2 of 5 frames were there, and were kept\n";
        assert_eq!((run.code, run.without_what_was_made()), (Some(0), line), "{flags}");
        for (frame, whole) in whole.iter().enumerate() {
            assert!(bytes(&format!("f{frame}")) == *whole, "{flags} {frame}");
        }
    }
}

/// What does not say how it was made may be of another job.
#[test]
fn frames_without_metadata_are_made_anew() {
    let folder = Folder::new();
    let flags = |radius: f64| format!("animate {JOB} --circle {radius} --no-metadata -o f%d.png");
    folder.juliaset(&flags(0.2)).is_quiet_success();
    let before = pixels(&folder, "f2.png");
    folder.juliaset(&flags(0.3)).is_quiet_success();
    assert!(pixels(&folder, "f2.png") != before);
    assert_eq!(folder.names().len(), 5);
}

#[test]
fn two_parts_joined_are_the_whole() {
    for flags in [
        "-R 61 -M 90 --circle 0.1 --palette turbo",
        "-M 300 --zoom 1e30 --center 0.2,-0.1 --width 3 --size 61x38",
        "-R 61 -M 90 --line 0.2,0.3 --smooth --zoom 3",
    ] {
        let folder = Folder::new();
        let run = |part: &str, output: &str| {
            let args = format!("animate --engine cpu --frames 7 {flags} {part} -o {output}");
            let output = folder.command(JULIASET).args(args.split_whitespace()).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            output.stdout
        };
        run("", "whole-%d.png");
        run("--only 0..3", "part-%d.png");
        assert_eq!(folder.names().len(), 7 + 3);
        run("--only 3..", "part-%d.png");
        for frame in 0..7 {
            let [whole, part] = ["whole", "part"]
                .map(|name| fs::read(folder.join(&format!("{name}-{frame}.png"))).unwrap());
            assert!(whole == part, "{flags} {frame}");
        }
        let whole = run("", "-");
        assert!([run("--only ..3", "-"), run("--only 3..7", "-")].concat() == whole, "{flags}");
        // An animation of a part is made again from its job, or the whole of it.
        run("", "whole.png");
        run("--only 2..5", "part.png");
        let read = |name: &str| apng_frames(&fs::read(folder.join(name)).unwrap());
        assert!(read("part.png") == read("whole.png")[2..5], "{flags}");
        folder.juliaset("animate --like part.png --engine cpu -o again.png").is_quiet_success();
        assert!(read("again.png") == read("part.png"), "{flags}");
        folder
            .juliaset("animate --like part.png --engine cpu --only .. -o again.png")
            .is_quiet_success();
        assert!(read("again.png") == read("whole.png"), "{flags}");
    }
}

/// Each process says how many frames it has kept; each frame says by its number of threads who has made it.
#[cfg(target_os = "linux")]
#[test]
fn four_processes_on_one_folder_make_every_frame_once_though_one_is_killed() {
    const FRAMES: usize = 40;
    let flags = format!("animate -R 300 -M 3000 --circle 0.2 --frames {FRAMES} --engine cpu");
    let reference = Folder::new();
    reference.juliaset(&format!("{flags} -o f%d.png")).is_quiet_success();
    let folder = Folder::new();
    let start = |threads: usize| {
        let mut command = folder.command(JULIASET);
        let args = format!("{flags} --threads {threads} -o f%d.png");
        command.args(args.split(' ')).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let mut killed = start(4);
    // With a claim, and so with a frame that is not there.
    while !folder.names().iter().any(|name| name.ends_with(".claim")) {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let others: Vec<_> = (1..4).map(start).collect();
    std::thread::sleep(std::time::Duration::from_millis(30));
    signals::signal(&killed, "-KILL");
    killed.wait().unwrap();
    let runs: Vec<_> =
        others.into_iter().map(|process| Run::from(process.wait_with_output().unwrap())).collect();
    // No claim is left either.
    assert_eq!(folder.names().len(), FRAMES, "{:?}", folder.names());
    let mut makers = [0; 5];
    for frame in 0..FRAMES {
        let name = format!("f{frame}.png");
        assert!(pixels(&folder, &name) == pixels(&reference, &name), "{frame}");
        let sheet = folder.juliaset(&format!("info {name}")).stdout;
        let (_, threads) = sheet.split_once("--threads=").unwrap();
        makers[threads[..1].parse::<usize>().unwrap()] += 1;
    }
    for (threads, run) in (1..).zip(&runs) {
        assert_eq!(run.code, Some(0), "{run:?}");
        let kept = |what: &str| -> usize {
            let line = run.stderr.lines().find(|line| line.contains(what));
            line.map_or(0, |line| line.split(' ').nth(1).unwrap().parse().unwrap())
        };
        let kept = kept("frames were there") + kept("frames are of other");
        assert_eq!(makers[threads], FRAMES - kept, "{runs:?} {makers:?}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_process_leaves_no_claim() {
    let folder = Folder::new();
    let flags = "animate -R 3000 -M 3000 --circle 1 --frames 1000 --engine cpu -o f%d.png";
    let child = signals::started(&folder, "WINCH", flags);
    signals::signal(&child, "-INT");
    Run::from(child.wait_with_output().unwrap()).fails(130, "interrupted");
    assert!(folder.names().iter().all(|name| !name.contains("claim")), "{:?}", folder.names());
    // Nor does one that fails.
    folder
        .juliaset("animate --zoom 2 --engine cpu -o missing/f%d.png")
        .fails(1, "missing/f0.png: its folder does not exist");
}

#[cfg(unix)]
#[test]
fn an_interrupted_animation_leaves_what_was_there() {
    let folder = Folder::new();
    fs::write(folder.join("a.gif"), "before").unwrap();
    let flags = "animate -R 2000 --circle 1 --frames 1000 --engine cpu -o a.gif";
    let child = signals::started(&folder, "WINCH", flags);
    signals::signal(&child, "-INT");
    Run::from(child.wait_with_output().unwrap()).fails(130, "interrupted");
    assert_eq!(folder.names(), ["a.gif"]);
    assert_eq!(fs::read(folder.join("a.gif")).unwrap(), b"before");
}

#[test]
fn what_is_refused() {
    let ends = "must end with .png, .apng, .gif, .mp4 or .webm, have a number as in frame-%04d.png, or be -";
    let frames = "must be a whole number from 1 to 1000000";
    let part = "must be FIRST..END, as 100..200 for the frames 100 to 199";
    let within = "must be within 0..100, the frames that there are; --frames says how many";
    let fps = "must be a number from 0.01 to 1000, as in 25, 29.97 or 30000/1001";
    let place = "is not a frame number; take %d or %04d, or %% for a percent sign";
    for (flags, line) in [
        ("--zoom 2 --frames 0", format!("--frames 0: {frames}")),
        (
            "--zoom 2 --frames 100..200",
            "--frames 100..200: must be how many there are in all; a part of them is --only 100..200"
                .to_owned(),
        ),
        ("--zoom 2 --only 3", format!("--only 3: {part}")),
        ("--zoom 2 --only 3..x", format!("--only 3..x: {part}")),
        ("--zoom 2 --only=-1..3", format!("--only -1..3: {part}")),
        ("--zoom 2 --only 1..99999999999", format!("--only 1..99999999999: {part}")),
        ("--zoom 2 --only 50..101", format!("--only 50..101: {within}")),
        ("--zoom 2 --only 50..50", format!("--only 50..50: {within}")),
        ("--zoom 2 --only 100..", format!("--only 100..: {within}")),
        ("--frames 3", "nothing moves: give --line, --circle, --points, --through, --zoom, --key-frames or --palette-turns".to_owned()),
        ("--zoom 2 -o a.tif", format!("--output a.tif: {ends}")),
        ("--zoom 2 -o a", format!("--output a: {ends}")),
        (
            "--zoom 2 -o %d.bmp",
            "--output %d.bmp: must end with one of .png, .tif, .tiff, .webp, .jpg, .jpeg, .exr, .npy, .dzi"
                .to_owned(),
        ),
        ("--zoom 2 --depth 16 -o a.gif", "--output a.gif: a GIF has 8 bits, not 16; take .png".to_owned()),
        (
            "--zoom 2 -R 65536 -o a.gif",
            "--output a.gif: a GIF has at most 65535 pixels a side; take .png".to_owned(),
        ),
        (
            "--through 1,2",
            "--through 1,2: must be RE,IM RE,IM ...: two points or more".to_owned(),
        ),
        ("--line 1", "--line 1: must be RE,IM: two finite numbers".to_owned()),
        ("--line 1,inf", "--line 1,inf: must be RE,IM: two finite numbers".to_owned()),
        ("--circle -1", "--circle -1: must be finite and over 0".to_owned()),
        ("--zoom 0", "--zoom 0: must be over 0".to_owned()),
        ("--zoom 2 --fps 0", format!("--fps 0: {fps}")),
        ("--zoom 2 --fps 1001", format!("--fps 1001: {fps}")),
        ("--zoom 2 --fps 25/0", format!("--fps 25/0: {fps}")),
        // Browsers play it at 10 frames a second.
        (
            "--zoom 2 --fps 51 -o a.gif",
            "--fps 51: a GIF has at most 50 frames a second; take .png or .apng, or raw frames"
                .to_owned(),
        ),
        // Each of these was a file of just that name.
        ("--zoom 2 -o x%s.png", format!("--output x%s.png: %s {place}")),
        ("--zoom 2 -o x%-4d.png", format!("--output x%-4d.png: %-4d {place}")),
        ("--zoom 2 -o %d%d.png", "--output %d%d.png: has the frame's number twice".to_owned()),
        ("--line 1,1 --circle 2", "--line: cannot be given with --circle <RADIUS>".to_owned()),
        ("--about 0,0 --circle 2", "--zoom: is missing".to_owned()),
        (
            "--zoom 1e30 --about 1,1 --frames 2",
            "--zoom 1e30: frame 1 would be 1.0e-30 times as wide as the first, too much; \
             --center has views of any width".to_owned(),
        ),
        ("--zoom 2 -m 80", "--itermin 80: must be less than --itermax 80".to_owned()),
    ] {
        let folder = Folder::new();
        folder.juliaset(&format!("animate {flags}")).fails(2, &line);
        assert!(folder.names().is_empty(), "{flags}");
    }
    let folder = Folder::new();
    fs::write(folder.join("p.txt"), "0 1\n; fine\n1 2 3\n").unwrap();
    let line = "p.txt, line 3: 1 2 3: must be a real and an imaginary part";
    folder.juliaset("animate --points p.txt").fails(2, line);
    assert_eq!(folder.names(), ["p.txt"]);
}

/// Rates that are not whole numbers were refused.
#[test]
fn fractional_rates() {
    let folder = Folder::new();
    for (rate, (seconds, parts), shown) in [
        ("29.97", (100, 2997), "2997/100"),
        ("30000/1001", (1001, 30000), "30000/1001"),
        ("0.5", (2, 1), "1/2"),
    ] {
        let flags = format!("animate {JOB} --zoom 2 --fps {rate}");
        folder.juliaset(&format!("{flags} -o a.apng")).is_quiet_success();
        let bytes = fs::read(folder.join("a.apng")).unwrap();
        let mut reader = png::Decoder::new(Cursor::new(&bytes)).read_info().unwrap();
        for _ in 0..5 {
            reader.next_frame(&mut vec![0; reader.output_buffer_size().unwrap()]).unwrap();
            let frame = reader.info().frame_control.unwrap();
            assert_eq!((frame.delay_num, frame.delay_den), (seconds, parts));
        }
        let raw = folder.command(JULIASET).args(format!("{flags} -o -").split(' ')).output();
        let line = String::from_utf8(raw.unwrap().stderr).unwrap();
        assert!(line.ends_with(&format!(" -framerate {shown} -i -\n")), "{line}");
    }
    folder.juliaset(&format!("animate {JOB} --zoom 2 --fps 29.97 -o a.gif")).is_quiet_success();
    let (_, delays) = gif_frames(&fs::read(folder.join("a.gif")).unwrap());
    assert_eq!(delays, [3, 4, 3, 3, 4]);
    folder.juliaset(&format!("animate {JOB} --zoom 2 -o 9%%-%02i.png")).is_quiet_success();
    assert!(folder.names().contains(&"9%-04.png".to_owned()));
}

/// Such a picture once was blocks without a word, and such an animation refused.
#[test]
fn a_view_at_the_end_of_f64_says_so_in_one_line() {
    let folder = Folder::new();
    let event = "the view is too narrow for 64-bit floats: pixels side by side have the same \
                  sample point; --center and --width have views of any depth\n";
    let line = format!("juliaset: {event}");
    let view = "-x 0.63935526704614 -X 0.63935526704616 -y=-0.36014426339108 -Y=-0.36014426339106";
    let run = folder.juliaset(&format!("{view} -R 300 --engine cpu"));
    assert_eq!((run.code, run.without_what_was_made()), (Some(0), line.as_str()));
    folder.juliaset(&format!("{view} -R 300 --engine cpu --quiet")).is_quiet_success();
    folder.juliaset(&format!("{view} -R 50 --engine cpu")).is_quiet_success();
    let run = folder.juliaset(&format!("{view} -R 50 --engine cpu --supersample 4"));
    assert_eq!((run.code, run.without_what_was_made()), (Some(0), line.as_str()));
    let run = folder.juliaset(&format!("verify {view} -R 300 --engine cpu --precision double"));
    assert!(run.code == Some(0) && run.stderr.contains(event), "{run:?}");
    let zoom = "--zoom 1e15 --about 0.6393552670461429,-0.3601442633910775 --frames 6";
    let run = folder.juliaset(&format!("animate {zoom} -R 50 --engine cpu -o %d.png"));
    let expected = format!("juliaset: from frame 5 on {event}");
    assert_eq!((run.code, run.without_what_was_made()), (Some(0), expected.as_str()));
    let made = "\njuliaset: 0.png to 5.png: 6 frames of 50 × 31 pixels, in ";
    assert!(run.stderr.contains(made), "{run:?}");
    assert_eq!(rendered(&folder, "4.png"), pixels(&folder, "4.png"));
    let run = folder.juliaset("--like 5.png --engine cpu -o like.png");
    assert_eq!((run.code, run.without_what_was_made()), (Some(0), line.as_str()));
    assert_eq!(pixels(&folder, "like.png"), pixels(&folder, "5.png"));
}

/// The job of an animated PNG was that of its first frame.
#[test]
fn an_animation_is_made_again_from_its_job() {
    let folder = Folder::new();
    let read = |name: &str| apng_frames(&fs::read(folder.join(name)).unwrap());
    let delay = |name: &str| {
        let bytes = fs::read(folder.join(name)).unwrap();
        let reader = png::Decoder::new(Cursor::new(&bytes)).read_info().unwrap();
        let frame = reader.info().frame_control.unwrap();
        (frame.delay_num, frame.delay_den)
    };
    for flags in [
        "--line -0.3,0.01 --fps 29.97",
        "--circle 0.1 --palette turbo --smooth",
        "--zoom 1e4 --about -0.1,0.2 --palette magma --mapping histogram --fps 1/3",
        "--points p.txt --zoom 0.5 --palette viridis --supersample 2",
    ] {
        fs::write(folder.join("p.txt"), "-0.8 0.156\n0.3,0.5 ; there\n-1 0\n").unwrap();
        folder.juliaset(&format!("animate {JOB} {flags} -o a.png")).is_quiet_success();
        fs::remove_file(folder.join("p.txt")).unwrap();
        folder.juliaset("animate --like a.png --engine cpu -o b.apng").is_quiet_success();
        assert!(read("a.png") == read("b.apng"), "{flags}");
        assert_eq!(delay("a.png"), delay("b.apng"), "{flags}");
        // What it tells is a job file.
        fs::write(folder.join("j.toml"), folder.juliaset("info a.png").stdout).unwrap();
        folder.juliaset("animate --job j.toml --engine cpu -o c.png").is_quiet_success();
        assert!(read("a.png") == read("c.png"), "{flags}");
        // And each of its options can be another.
        folder
            .juliaset(
                "animate --like a.png --frames 2 --circle 0.3 --no-zoom --engine cpu -o d.png",
            )
            .is_quiet_success();
        assert_eq!(read("d.png").len(), 2, "{flags}");
    }
    let run = folder.juliaset("--like a.png --engine cpu");
    let line =
        "juliaset: a.png: its motion is left out; 'juliaset animate' makes an animation of it\n";
    assert_eq!((run.code, run.without_what_was_made()), (Some(0), line));
    folder.juliaset("animate --like a.png --engine cpu -q -o f%d.png").is_quiet_success();
    assert!(pixels(&folder, "f2.png") == read("a.png")[2]);
}

const RESAMPLED: &str = "--size 64x40 -M 90 --palette turbo --smooth \
                         --engine cpu --frames 5";

/// A frame as wide as a level is the picture of 2 × 2 sample points in a pixel, and in its middle that of 4 × 4.
#[test]
fn resampled_frames_are_means_of_true_sample_points() {
    let folder = Folder::new();
    let (near, fixed) =
        ("--center 0.25,-0.125 --width 0.8", "1.547508326865345,0.11078670882481491");
    for (k, motion) in [
        format!("{near} --zoom 4"),
        format!("{near} --zoom 1/4 --about 0.3,0.1"),
        format!("--center {fixed} --width 0.8 --zoom 0x1p40"),
    ]
    .into_iter()
    .enumerate()
    {
        let run = |more: &str| {
            folder.juliaset(&format!("animate {RESAMPLED} {motion} {more}")).is_quiet_success();
        };
        run(&format!("--resample -o r{k}-%d.png"));
        run(&format!("--supersample 2 -o t{k}-%d.png"));
        run(&format!("--supersample 4 -o q{k}-%d.png"));
        for frame in [0, 2, 4] {
            let [resampled, twice, four_times] =
                ["r", "t", "q"].map(|name| pixels(&folder, &format!("{name}{k}-{frame}.png")));
            let is_of = |other: &[u8]| -> Vec<bool> {
                let pixels = resampled.chunks(3).zip(other.chunks(3));
                pixels.map(|(pixel, other)| pixel == other).collect()
            };
            let (of_twice, of_four_times) = (is_of(&twice), is_of(&four_times));
            let both = of_twice.iter().zip(&of_four_times);
            assert!(
                both.clone().all(|(twice, four_times)| *twice || *four_times),
                "{motion} {frame}"
            );
            let only = |which: &[bool], other: &[bool]| {
                which.iter().zip(other).any(|(which, other)| *which && !other)
            };
            assert!(only(&of_twice, &of_four_times), "{motion} {frame}");
            assert!(only(&of_four_times, &of_twice), "{motion} {frame}");
        }
    }
    let info = folder.juliaset("info r2-2.png").stdout;
    assert!(info.contains("# resampled from: 42 pictures of 128 × 80 pixels"), "{info}");
}

#[test]
fn resampled_frames_are_the_same_in_every_file() {
    let folder = Folder::new();
    let flags = format!(
        "animate --center 0,0 --width 3 {} --zoom 10 --resample",
        RESAMPLED.replace("90", "auto")
    );
    folder.juliaset(&format!("{flags} -o %d.png")).is_quiet_success();
    folder.juliaset(&format!("{flags} -o whole.png")).is_quiet_success();
    let bytes = |name: &str| fs::read(folder.join(name)).unwrap();
    let frames = apng_frames(&bytes("whole.png"));
    for (number, frame) in frames.iter().enumerate() {
        assert!(&pixels(&folder, &format!("{number}.png")) == frame, "{number}");
    }
    folder.juliaset("animate --like whole.png -o again.png --engine cpu").is_quiet_success();
    assert!(apng_frames(&bytes("again.png")) == frames);
    // Frames are kept if they were resampled from the same.
    fs::remove_file(folder.join("3.png")).unwrap();
    let run = folder.juliaset(&format!("{flags} -o %d.png"));
    let line = "juliaset: 4 of 5 frames were there, and were kept\n";
    assert_eq!((run.code, run.without_what_was_made()), (Some(0), line));
    assert!(pixels(&folder, "3.png") == frames[3]);
    let computed = flags.replace("--resample", "").replace("auto", "90");
    folder.juliaset(&format!("{computed} -o %d.png")).is_quiet_success();
}

#[test]
fn what_cannot_be_resampled() {
    let folder = Folder::new();
    let view = "--center 0,0 --width 2";
    for (flags, line) in [
        (
            "--zoom 2 --preset rabbit",
            "--resample of a view by its bounds: needs one by its --center",
        ),
        (
            &*format!("--zoom 2 --line 0,1 {view}"),
            "--resample of frames whose c moves: needs nothing but a --zoom",
        ),
        (
            &*format!("--zoom 2 {view} --distance"),
            "--distance 1: is in pixels, which are smaller in each level: not with --resample",
        ),
        (
            &*format!("--zoom 2 {view} --mapping histogram --histogram per-frame"),
            "--histogram per-frame: depends on the view, so levels would differ: not with --resample",
        ),
    ] {
        let run = folder.juliaset(&format!("animate -R 9 --frames 3 --resample {flags}"));
        run.fails(2, line);
        assert!(folder.names().is_empty(), "{flags}");
    }
}

/// The palette turned only in the picture that an animation began with.
#[test]
fn colours_cycle_with_the_palette() {
    let folder = Folder::new();
    let film = "animate -R 61 -M 90 --engine cpu --frames 8 --palette twilight --interior black";
    folder
        .juliaset(&format!("{film} --palette-offset 0.1 --palette-turns 1 -o %d.png"))
        .is_quiet_success();
    for frame in 0..8 {
        let name = format!("{frame}.png");
        assert!(pixels(&folder, &name) == rendered(&folder, &name), "{frame}");
        let still = format!(
            "-R 61 -M 90 --engine cpu --palette twilight --interior black --palette-offset {} -o s.png",
            0.1 + f64::from(frame) / 8.0
        );
        folder.juliaset(&still).is_quiet_success();
        assert!(pixels(&folder, &name) == pixels(&folder, "s.png"), "{frame}");
    }
    let frames: Vec<_> = (0..8).map(|frame| pixels(&folder, &format!("{frame}.png"))).collect();
    assert!(frames.windows(2).all(|pair| pair[0] != pair[1]));
    // The same in one file, and in a part, and again from the job of the whole.
    folder
        .juliaset(&format!("{film} --palette-offset 0.1 --palette-turns 1 -o a.apng"))
        .is_quiet_success();
    assert!(apng_frames(&fs::read(folder.join("a.apng")).unwrap()) == frames);
    folder.juliaset("animate --like a.apng --only 5.. --engine cpu -o l.apng").is_quiet_success();
    assert!(apng_frames(&fs::read(folder.join("l.apng")).unwrap()) == frames[5..]);
    folder
        .juliaset(&format!(
            "{film} --zoom 2 --center 0,0 --width 3 --size 61x40 --resample --palette-turns 2"
        ))
        .fails(2, "--palette-turns 2: would turn what frames are made of: not with --resample");
}

const KEYS: &str = "\
# into i, through two places
0    center=0,0 width=4 c=-0.8,0.156 itermax=60 easing=ease-in-out
0.12s palette-offset=0.25 rotate=30 # frame 3
6    center=0,1 width=1e-30 c=0,1 itermax=400 palette-offset=0.75
8    width=3 center=0.25,0 rotate=-20
";

#[test]
fn frames_between_key_frames_are_the_pictures_of_their_jobs() {
    let folder = Folder::new();
    fs::write(folder.join("keys.txt"), KEYS).unwrap();
    let film = "animate --center 0,0 --width 4 --size 48x30 -m 0 --palette twilight --engine cpu \
                --key-frames keys.txt";
    folder.juliaset(&format!("{film} -o %d.png")).is_quiet_success();
    let frames: Vec<_> = (0..9).map(|frame| pixels(&folder, &format!("{frame}.png"))).collect();
    for (frame, whole) in frames.iter().enumerate() {
        assert!(*whole == rendered(&folder, &format!("{frame}.png")), "{frame}");
    }
    // On the way there are some frames of one colour.
    assert!(frames[5..].windows(2).all(|pair| pair[0] != pair[1]) && frames[0] != frames[1]);
    let job = |name: &str| folder.juliaset(&format!("info {name}")).stdout;
    let has = |name: &str, line: &str| {
        let text = job(name);
        assert!(text.lines().any(|known| known.starts_with(line)), "{line}: {text}");
    };
    for line in ["center = \"0,1\"", "width = \"1e-30\"", "itermax = 400", "real = \"0x0p+0\" # 0"]
    {
        has("6.png", line);
    }
    for (name, line) in [
        ("0.png", "palette-offset = \"0x1p-2\" # 0.25"),
        ("3.png", "palette-offset = \"0x1p-2\" # 0.25"),
        ("8.png", "palette-offset = \"0x1.8p-1\" # 0.75"),
        ("0.png", "rotate = \"30\""),
        ("4.png", "rotate = \"0x5p+2\""),
        ("8.png", "rotate = \"-20\""),
        // Half of the way is half of the time.
        ("3.png", "itermax = 230"),
        ("3.png", "real = \"-0x1.999999999999ap-2\" # -0.4"),
        // f²(3 - 2f) of 340 with f = 1/6.
        ("1.png", "itermax = 85"),
    ] {
        has(name, line);
    }
    // A part of it, and the whole in one file, which has the key frames in its job.
    let names: Vec<_> = (4..7).map(|frame| format!("{frame}.png")).collect();
    let before: Vec<_> = names.iter().map(|name| fs::read(folder.join(name)).unwrap()).collect();
    names.iter().for_each(|name| fs::remove_file(folder.join(name)).unwrap());
    folder.juliaset(&format!("{film} --only 4..7 -o %d.png")).is_quiet_success();
    assert!(
        names.iter().zip(&before).all(|(name, file)| fs::read(folder.join(name)).unwrap() == *file)
    );
    folder.juliaset(&format!("{film} -o a.apng")).is_quiet_success();
    assert!(apng_frames(&fs::read(folder.join("a.apng")).unwrap()) == frames);
    fs::remove_file(folder.join("keys.txt")).unwrap();
    folder.juliaset("animate --like a.apng --engine cpu -o l.apng").is_quiet_success();
    assert!(apng_frames(&fs::read(folder.join("l.apng")).unwrap()) == frames);
    // With another motion the key frames are not there.
    folder
        .juliaset("animate --like a.apng --zoom 2 --frames 2 --engine cpu -o z.apng")
        .is_quiet_success();
    assert_eq!(apng_frames(&fs::read(folder.join("z.apng")).unwrap()).len(), 2);
    assert!(!job("z.apng").contains("keys = ") && job("a.apng").contains("keys = "));
    // A still picture of it has no motion.
    let note =
        "juliaset: a.apng: its motion is left out; 'juliaset animate' makes an animation of it\n";
    let run = folder.juliaset("--like a.apng --engine cpu -o still.png");
    assert_eq!((run.code, run.without_what_was_made()), (Some(0), note));
}

#[test]
fn wrong_key_frames_have_one_line() {
    let folder = Folder::new();
    fs::write(folder.join("k"), "0 width=4\n\n9 width=0\n").unwrap();
    let run = folder.juliaset("animate --key-frames k");
    run.fails(2, "k, line 3: width=0: must be a number over 0");
    fs::write(folder.join("k"), "0 width=4\n0 width=2\n").unwrap();
    let run = folder.juliaset("animate --key-frames k");
    run.fails(2, "k, line 2: frame 0: must be later than the one before, 0");
    fs::write(folder.join("k"), "0 width=4\n9 itermax=4\n").unwrap();
    let run = folder.juliaset("animate --key-frames k");
    run.fails(2, "--itermin 5: must be less than --itermax 4");
    let run = folder.juliaset("animate --key-frames k --zoom 3");
    assert!(run.code == Some(2) && run.stderr.contains("cannot be given with"), "{}", run.stderr);
    folder.juliaset("animate -R 20").fails(
        2,
        "nothing moves: give --line, --circle, --points, --through, --zoom, --key-frames or --palette-turns",
    );
}

#[test]
fn a_motion_is_eased() {
    let folder = Folder::new();
    let view = "--preset dendrite --center 0,1 --width 4 --size 48x30 --frames 5 --engine cpu";
    let film = format!("animate {view} --zoom 1e8");
    folder.juliaset(&format!("{film} --easing ease-in-out -o e%d.png")).is_quiet_success();
    folder.juliaset(&format!("{film} -o l%d.png")).is_quiet_success();
    let same = |frame| {
        pixels(&folder, &format!("e{frame}.png")) == pixels(&folder, &format!("l{frame}.png"))
    };
    // f²(3 - 2f) is f at the beginning, in the middle and at the end.
    assert_eq!([0, 1, 2, 3, 4].map(same), [true, false, true, false, true]);
    // 5/32 of the way: 1e8^(5/32) is 10^1.25.
    let job = folder.juliaset("info e1.png").stdout;
    let width = job.lines().find_map(|line| line.strip_prefix("width = \"0x")).unwrap().to_owned();
    folder
        .juliaset(&format!("{film} --resample --easing ease-in-out -o r%d.png"))
        .is_quiet_success();
    assert!(folder.juliaset("info r1.png").stdout.contains(&width));
    for motion in ["--line 0.2,0.3", "--through=0,1_0.1,0.9_-0.3,0.6"] {
        let args = format!(
            "animate -R 30 --frames 5 --easing ease-in-out {motion} --engine cpu -o p%d.png"
        );
        let mut command = folder.command(JULIASET);
        let output =
            command.args(args.split(' ').map(|arg| arg.replace('_', " "))).output().unwrap();
        assert!(output.status.success());
        assert!(
            (0..5).all(|k| pixels(&folder, &format!("p{k}.png"))
                == rendered(&folder, &format!("p{k}.png")))
        );
        fs::remove_file(folder.join("p1.png")).unwrap();
    }
    folder.juliaset(&format!("{film} --easing ease-in -o a.png")).is_quiet_success();
    folder.juliaset("animate --like a.png --engine cpu -o again.png").is_quiet_success();
    let [a, again] =
        ["a.png", "again.png"].map(|name| apng_frames(&fs::read(folder.join(name)).unwrap()));
    assert!(a == again);
    let job = folder.juliaset("info a.png").stdout;
    assert!(job.contains("easing = \"ease-in\""), "{job}");
}

#[test]
fn a_contact_sheet_has_small_frames_side_by_side() {
    let folder = Folder::new();
    let film = "animate --center 0,0 --width 3.2 --size 120x60 -M 90 --engine cpu --frames 11 --palette turbo \
                --mapping sqrt --zoom 1e3 --palette-turns 1 --about 0.1,0.1";
    let run = folder.juliaset(&format!("{film} --contact-sheet 3x2 -o sheet.png"));
    assert!(
        run.stderr
            .starts_with("juliaset: sheet.png: a contact sheet of 6 frames, 120 × 40 pixels, in ")
    );
    let sheet = image::open(folder.join("sheet.png")).unwrap().into_rgb8();
    assert_eq!(sheet.dimensions(), (120, 40));
    // Frames 0, 2, 4, 6, 8 and 10, as they are with 40 columns.
    let small = film.replace("120x60", "40x20");
    folder.juliaset(&format!("{small} -o %d.png")).is_quiet_success();
    for (cell, frame) in [0, 2, 4, 6, 8, 10].into_iter().enumerate() {
        let frame = image::open(folder.join(&format!("{frame}.png"))).unwrap().into_rgb8();
        let (col, row) = (cell as u32 % 3 * 40, cell as u32 / 3 * 20);
        let part = image::imageops::crop_imm(&sheet, col, row, 40, 20).to_image();
        assert!(part == frame, "{cell}");
    }
    // Of a part, and with fewer frames than cells; and in other formats.
    for (flags, size) in [("--only 3..5", (120, 30)), ("--no-metadata", (120, 60))] {
        let run = folder.juliaset(&format!("{film} --contact-sheet 2x2 {flags} -o a.png"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert_eq!(image::image_dimensions(folder.join("a.png")).unwrap(), size);
    }
    for name in ["a.tif", "a.webp", "a.jpg"] {
        assert_eq!(folder.juliaset(&format!("{film} --contact-sheet 2x2 -o {name}")).code, Some(0));
        assert!(folder.join(name).is_file());
    }
    for (output, problem) in [
        ("-", "a contact sheet is one picture in a file, as sheet.png"),
        ("%d.png", "a contact sheet is one picture in a file, as sheet.png"),
    ] {
        let run = folder.juliaset(&format!("{film} --contact-sheet 2x2 -o {output}"));
        run.fails(2, &format!("--output {output}: {problem}"));
    }
    let run = folder.juliaset(&format!("{film} --contact-sheet 0x2"));
    run.fails(2, "--contact-sheet 0x2: must be COLSxROWS, as 5x4: two whole numbers from 1 to 100");
}
