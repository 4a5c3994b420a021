//! Films: what a real ffmpeg makes of the frames, where there is one; and with programs that play its part, what is said and
//! left where it is missing, fails or hangs.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::animate::apng_frames;
use crate::signals::signal;
use crate::{Folder, JULIASET, Run};

/// Frames of 301 × 188 pixels: more bytes than a pipe holds.
const FLAGS: &str = "animate -R 301 -M 90 --engine cpu --frames 4 --circle 0.1 --palette inferno";

/// A job that would take hours.
const LONG: &str = "animate -R 90000 -M 9000 --engine cpu --frames 900 --circle 0.1 -o FILM";

/// A folder whose `bin` has a program `ffmpeg` in it, which is this script. What asks for its encoders gets the two that count.
fn with_ffmpeg(script: &str) -> Folder {
    let folder = Folder::new();
    fs::create_dir(folder.join("bin")).unwrap();
    let encoders = "echo ' V....D libx264 H.264'; echo ' V....D libvpx-vp9 VP9'; exit 0";
    let asked = format!("case \"$*\" in *-encoders*) {encoders};; esac");
    put(&folder, &format!("{asked}\n{script}"));
    folder
}

fn put(folder: &Folder, script: &str) {
    let path = folder.join("bin/ffmpeg");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The command with the folder's `bin` first on its path.
fn command(folder: &Folder, flags: &str) -> Command {
    let mut command = folder.command(JULIASET);
    command.args(flags.split_whitespace());
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.join("bin").display()));
    command
}

fn run(folder: &Folder, flags: &str) -> Run {
    Run::from(command(folder, flags).output().unwrap())
}

/// The names besides `bin`, in order.
fn names(folder: &Folder) -> Vec<String> {
    let mut names = folder.names();
    names.retain(|name| name != "bin");
    names.sort();
    names
}

#[test]
fn without_ffmpeg_nothing_is_rendered() {
    let folder = Folder::new();
    let mut command = folder.command(JULIASET);
    command.args(format!("{FLAGS} -o film.mp4").split(' ')).env("PATH", folder.path());
    let line = "film.mp4: there is no ffmpeg on the PATH, which encodes films; install one, or take .png \
                or .gif";
    Run::from(command.output().unwrap()).fails(1, line);
    assert!(folder.names().is_empty());
}

#[test]
fn an_ffmpeg_without_the_encoder_is_refused_before_anything_is_rendered() {
    let folder = with_ffmpeg("");
    put(&folder, "echo 'Encoders:'; echo ' V....D libx264rgb libx264'");
    let line = |encoder| {
        format!(
            "film.webm: the ffmpeg on the PATH has no encoder {encoder}; install one that has, or take .png \
             or .gif"
        )
    };
    run(&folder, &LONG.replace("FILM", "film.webm")).fails(1, &line("libvpx-vp9"));
    let line = line("libx264").replace("film.webm", "film.mp4");
    run(&folder, &LONG.replace("FILM", "film.mp4")).fails(1, &line);
    put(&folder, "echo 'cannot open shared object' >&2; exit 127");
    let line = "film.mp4: ffmpeg failed: cannot open shared object (exit status: 127)";
    run(&folder, &LONG.replace("FILM", "film.mp4")).fails(1, line);
    assert!(names(&folder).is_empty());
}

#[test]
fn an_ffmpeg_that_fails_leaves_the_film_as_it_was_and_its_last_line_is_said() {
    for (script, line) in [
        (
            "echo first >&2; head -c 200000 > /dev/null; echo 'disk full' >&2; exit 1",
            "ffmpeg failed: disk full (exit status: 1)",
        ),
        (
            "cat > /dev/null; echo 'no\x1b room' >&2; echo 'Conversion failed!' >&2; exit 187",
            r"ffmpeg failed: no\u{1b} room (exit status: 187)",
        ),
        ("cat > /dev/null; kill -9 $$", "ffmpeg failed (signal: 9 (SIGKILL))"),
        ("exit 0", "ffmpeg ended before it had read all frames"),
        ("cat > /dev/null", "ffmpeg has written nothing"),
    ] {
        let folder = with_ffmpeg(script);
        fs::write(folder.join("film.mp4"), "before").unwrap();
        run(&folder, &format!("{FLAGS} -o film.mp4")).fails(1, &format!("film.mp4: {line}"));
        assert_eq!(names(&folder), ["film.mp4"]);
        assert_eq!(fs::read(folder.join("film.mp4")).unwrap(), b"before");
    }
}

/// It would have gone on for ever, with the terminal's Ctrl-C heard by nobody.
#[test]
fn an_ffmpeg_that_hangs_is_ended_with_the_program() {
    for script in ["cat > /dev/null; sleep 1000", "sleep 1000"] {
        for (name, code) in [("-INT", Some(130)), ("-TERM", Some(130)), ("-KILL", None)] {
            let folder = with_ffmpeg(&format!("echo $$ > pid\n{script}"));
            fs::write(folder.join("film.webm"), "before").unwrap();
            let mut command = command(&folder, &format!("{FLAGS} -o film.webm"));
            let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
            let ffmpeg = started(&folder, &mut child);
            sleep(Duration::from_millis(200));
            signal(&child, name);
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), code);
            if code.is_some() {
                assert_eq!(output.stderr, b"juliaset: interrupted\n");
                assert!(!Path::new(&format!("/proc/{ffmpeg}")).exists(), "{script}");
            } else {
                let _ = Command::new("kill").args(["-9", "--", &format!("-{ffmpeg}")]).status();
            }
            // A file that has a name until it is whole cannot be removed by a process that is killed.
            if code.is_some() || cfg!(target_os = "linux") {
                assert_eq!(names(&folder), ["film.webm", "pid"]);
            }
            assert_eq!(fs::read(folder.join("film.webm")).unwrap(), b"before");
        }
    }
}

/// The number of the ffmpeg that has begun.
fn started(folder: &Folder, child: &mut Child) -> String {
    loop {
        assert!(child.try_wait().unwrap().is_none());
        match fs::read_to_string(folder.join("pid")) {
            Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
            _ => sleep(Duration::from_millis(5)),
        }
    }
}

/// The frames that `-o -` gives, in red, green and blue, and with even sides.
fn frames(folder: &Folder, flags: &str, (width, height): (usize, usize)) -> Vec<Vec<u8>> {
    let mut command = folder.command(JULIASET);
    let output = command.args(format!("{flags} -o -").split(' ')).output().unwrap();
    assert!(output.status.success());
    let is_gray = !flags.contains("--palette");
    let raw = |byte: u8| std::iter::repeat_n(byte, if is_gray { 3 } else { 1 });
    let pixels: Vec<u8> = output.stdout.into_iter().flat_map(raw).collect();
    let frame = |frame: &[u8]| {
        let row = |row: &[u8]| match width % 2 {
            0 => row.to_vec(),
            _ => [row, &row[row.len() - 3..]].concat(),
        };
        let mut rows: Vec<Vec<u8>> = frame.chunks(3 * width).map(row).collect();
        rows.extend((height % 2 == 1).then(|| rows[height - 1].clone()));
        rows.concat()
    };
    pixels.chunks(3 * width * height).map(frame).collect()
}

#[test]
fn ffmpeg_is_given_every_frame_with_even_sides() {
    // What it is given is the film.
    let script = "echo \"$*\" > arguments; for file; do :; done; cat > \"${file#file:}\"";
    for (flags, size) in [
        (FLAGS, (301, 188)),
        ("animate -R 61 --frames 3 --zoom 9 --engine cpu -x -1 -X 1 -y -0.51 -Y 0.51", (61, 31)),
    ] {
        let folder = with_ffmpeg(script);
        fs::write(folder.join("film.mp4"), "before").unwrap();
        run(&folder, &format!("{flags} --fps 24000/1001 -o film.mp4")).is_quiet_success();
        assert!(
            fs::read(folder.join("film.mp4")).unwrap() == frames(&folder, flags, size).concat()
        );
        assert_eq!(names(&folder), ["arguments", "film.mp4"]);
        let arguments = fs::read_to_string(folder.join("arguments")).unwrap();
        let (width, height) = (size.0.next_multiple_of(2), size.1.next_multiple_of(2));
        for part in [
            format!("-video_size {width}x{height} -framerate 24000/1001 "),
            "-c:v libx264 -profile:v high -preset medium -crf 18 -movflags +faststart".to_owned(),
            "-metadata comment=".to_owned(),
            "\nframes = ".to_owned(),
        ] {
            assert!(arguments.contains(&part), "{part}: {arguments}");
        }
        let more = "--no-metadata --crf 40 --fast -o film.webm";
        run(&folder, &format!("{flags} {more}")).is_quiet_success();
        let arguments = fs::read_to_string(folder.join("arguments")).unwrap();
        assert!(arguments.contains("-c:v libvpx-vp9 -b:v 0 -crf 40 "), "{arguments}");
        assert!(!arguments.contains("metadata") && arguments.lines().count() == 1, "{arguments}");
    }
}

#[test]
fn what_a_film_does_not_have_is_refused() {
    let folder = with_ffmpeg("");
    for (flags, line) in [
        ("--crf 52 -o x.mp4", "--crf 52: an MP4 has 1 to 51"),
        ("--crf 64 -o x.webm", "--crf 64: must be a whole number from 1 to 63"),
        ("--crf 0 -o x.mp4", "--crf 0: must be a whole number from 1 to 63"),
        ("--depth 16 -o x.mp4", "--output x.mp4: a film has 8 bits, not 16; take .png"),
        ("--crf 9 -o x.gif", "--crf: has no effect with --output x.gif; it is for .mp4 or .webm"),
    ] {
        run(&folder, &format!("{FLAGS} {flags}")).fails(2, line);
    }
    assert!(names(&folder).is_empty());
}

/// Whether there is a real ffmpeg with both encoders.
fn is_there() -> bool {
    let output = Command::new("ffmpeg").args(["-hide_banner", "-encoders"]).output();
    let list = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let is_there =
        list.is_ok_and(|list| list.contains(" libx264 ") && list.contains(" libvpx-vp9 "));
    if !is_there {
        eprintln!("no ffmpeg with libx264 and libvpx-vp9: films were not decoded");
    }
    is_there
}

/// What a tool of ffmpeg's prints.
fn tool(folder: &Folder, line: &str) -> Vec<u8> {
    let mut words = line.split(' ');
    let output = folder.command(words.next().unwrap()).args(words).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn probe(folder: &Folder, name: &str, what: &str) -> String {
    let line =
        format!("ffprobe -v error -select_streams v -show_entries {what} -of default=nw=1:nk=1");
    String::from_utf8(tool(folder, &format!("{line} {name}"))).unwrap()
}

/// How far the decoded pixels are off: the peak signal-to-noise ratio in dB, and the greatest error of a channel's mean.
fn difference(one: &[u8], other: &[u8]) -> (f64, f64) {
    assert_eq!(one.len(), other.len());
    let errors = || one.iter().zip(other).map(|(&a, &b)| f64::from(a) - f64::from(b));
    let mean_square = errors().map(|error| error * error).sum::<f64>() / one.len() as f64;
    let of_channel =
        |channel| errors().skip(channel).step_by(3).sum::<f64>() / (one.len() / 3) as f64;
    let worst = (0..3).map(|channel| of_channel(channel).abs()).fold(0.0, f64::max);
    (10.0 * (255.0 * 255.0 / mean_square).log10(), worst)
}

#[test]
fn a_film_that_is_decoded_has_the_frames_and_their_colours() {
    if !is_there() {
        return;
    }
    // Smooth colours on an even size, so that the colour samples have what they need; and gray on odd sides.
    for (flags, size) in [
        (
            "animate -R 320 --smooth -M 300 --frames 6 --circle 0.02 --palette turbo --supersample 3 --engine cpu",
            (320, 200),
        ),
        ("animate -R 61 --frames 3 --zoom 2 --engine cpu", (61, 38)),
    ] {
        let folder = Folder::new();
        let frames = frames(&folder, flags, size);
        for (name, psnr) in [("film.mp4", 32.0), ("film.webm", 32.0)] {
            folder.juliaset(&format!("{flags} --fps 29.97 -o {name}")).is_quiet_success();
            assert_eq!(folder.names(), [name]);
            let decode = "-f rawvideo -pix_fmt rgb24 -sws_flags accurate_rnd+full_chroma_int+full_chroma_inp -";
            let decoded = tool(&folder, &format!("ffmpeg -v error -i {name} {decode}"));
            let (found, worst) = difference(&decoded, &frames.concat());
            eprintln!("{name}, {flags}: {found:.1} dB, a mean is off by {worst:.2}");
            // Of a flat colour, 8 bits keep the mean to about 0.6. The matrix of BT.601 would be off by 6, the wrong range by 10.
            assert!(found > psnr && worst < 0.8, "{name}, {flags}: {found} dB, {worst}");
            let tags = "stream=color_range,color_space,color_transfer,color_primaries,pix_fmt";
            let tags = probe(&folder, name, tags);
            assert_eq!(tags, "yuv420p\ntv\nbt709\niec61966-2-1\nbt709\n", "{name}");
            // What the file says in its text.
            let comment = tool(
                &folder,
                &format!("ffprobe -v error -show_entries format_tags -of default=nw=1 {name}"),
            );
            let comment = String::from_utf8(comment).unwrap().to_lowercase();
            assert!(
                comment.contains("comment=") && comment.contains("fps = \"2997/100\""),
                "{comment}"
            );
            fs::remove_file(folder.join(name)).unwrap();
        }
    }
}

#[test]
fn a_films_comment_is_its_job() {
    if !is_there() {
        return;
    }
    for (name, tag) in [("film.mp4", "comment"), ("film.webm", "COMMENT")] {
        let folder = Folder::new();
        folder.juliaset(&format!("{FLAGS} --fps 24000/1001 -o {name}")).is_quiet_success();
        assert_eq!(probe(&folder, name, "stream=r_frame_rate"), "24000/1001\n");
        let job = format!(
            "ffprobe -v error -show_entries format_tags={tag} -of default=nw=1:nk=1 {name}"
        );
        fs::write(folder.join("job.toml"), tool(&folder, &job)).unwrap();
        let frames = |name: &str| apng_frames(&fs::read(folder.join(name)).unwrap());
        folder.juliaset("animate --job job.toml --engine cpu -o again.apng").is_quiet_success();
        folder.juliaset(&format!("{FLAGS} --fps 24000/1001 -o right.apng")).is_quiet_success();
        assert!(frames("again.apng") == frames("right.apng"));
        folder.juliaset(&format!("{FLAGS} --no-metadata -o bare-{name}")).is_quiet_success();
        let bare = fs::read(folder.join(&format!("bare-{name}"))).unwrap();
        let film = fs::read(folder.join(name)).unwrap();
        let has = |bytes: &[u8], text: &str| {
            bytes.windows(text.len()).any(|part| part == text.as_bytes())
        };
        assert!(has(&film, "frames = 4") && !has(&bare, "frames = 4") && !has(&bare, "juliaset"));
        // An MP4 begins to play before all of it is there.
        if name == "film.mp4" {
            let place = |name: &str| film.windows(4).position(|part| part == name.as_bytes());
            assert!(place("moov") < place("mdat"));
        }
    }
}
