//! Hostile pictures and texts: what they ask for is not done, and reading them takes
//! neither much memory nor a second line.

use std::fs;
use std::io::Write;

use flate2::{Compress, Compression, Crc, FlushCompress};
use juliaset::internals::output::png;
use juliaset::internals::output::png::{Header, PixelFormat, PngWriter};
use juliaset::internals::record::JOB;

use crate::{Folder, JULIASET, Run};

/// Runs `juliaset` with as little memory as it needs for small pictures: 1 GiB of addresses.
fn confined(folder: &Folder, args: &str) -> Run {
    let script = r#"ulimit -v 1048576; exec "$@""#;
    let mut command = folder.command("sh");
    command.args(["-c", script, "sh", JULIASET]).args(args.split_whitespace());
    Run::from(command.output().unwrap())
}

/// A PNG of 2 × 1 pixels with this job.
fn png_of(job: &str) -> Vec<u8> {
    let mut file = Vec::new();
    let texts = [(JOB, job.to_owned())];
    let header = Header { texts: &texts, ..Header::new(2, 1, PixelFormat::Gray8) };
    let mut writer = PngWriter::start(&mut file, &header, png::Compression::Fast).unwrap();
    writer.write(&[0, 255]).unwrap();
    writer.finish().unwrap();
    file
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    [&(data.len() as u32).to_be_bytes(), &kind[..], data, &crc.sum().to_be_bytes()].concat()
}

/// The PNG with a chunk before its pixels.
fn with_chunk(png: &[u8], kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let place = png.windows(4).position(|bytes| bytes == b"IDAT").unwrap() - 4;
    [&png[..place], &chunk(kind, data), &png[place..]].concat()
}

/// A zlib stream of 4 GiB of zeros, in 4 MB.
fn bomb() -> Vec<u8> {
    let mut deflate = Compress::new(Compression::best(), true);
    let mut part = Vec::with_capacity(1 << 16);
    let zeros = vec![0; 1 << 20];
    deflate.compress_vec(&zeros, &mut part, FlushCompress::Full).unwrap();
    // The head of the stream, and then the same blocks again and again.
    [&part[..2], &part[2..].repeat(4096)].concat()
}

/// `--like evil.png` wrote to whatever file the picture's job named, and read any other.
#[test]
fn a_picture_says_nothing_but_what_is_recorded() {
    let folder = Folder::new();
    fs::write(folder.join("p.txt"), "secret").unwrap();
    let made = "-R 20 --smooth --mapping sqrt --engine cpu -o";
    for name in ["a.tif", "a.webp", "a.jpg", "a.exr", "a.npy"] {
        let made = if name == "a.npy" { made.replace("--smooth ", "") } else { made.to_owned() };
        folder.juliaset(&format!("{made} {name}")).is_quiet_success();
    }
    let honest = fs::read_to_string(folder.join("a.npy.toml")).unwrap();
    let before = folder.names().len();
    for (evil, key) in [
        ("output = 'p.txt'", "output"),
        ("quiet   =   true", "quiet"),
        ("palette-file=''\n", "palette-file"),
        ("job   =  'p.txt'", "job"),
        ("like  =  'p.txt'", "like"),
        ("engine =   'gpu'", "engine"),
        ("threads =   1024", "threads"),
        (r#""\u001b[2J" = 1 "#, r"\u{1b}[2J"),
        ("[output]\na  =  1", "output"),
    ] {
        let problem = format!("its job has '{key}', which is not taken from a picture");
        let honest_line = r#"mapping = "sqrt""#;
        assert_eq!(honest_line.len(), evil.len(), "{evil}");
        for name in ["a.tif", "a.webp", "a.jpg", "a.exr", "a.npy"] {
            let place = if name == "a.npy" { "a.npy.toml" } else { name };
            let mut bytes = fs::read(folder.join(place)).unwrap();
            let at = bytes.windows(evil.len()).position(|part| part == honest_line.as_bytes());
            bytes[at.unwrap()..][..evil.len()].copy_from_slice(evil.as_bytes());
            let evil_name = format!("evil-{place}");
            fs::write(folder.join(&evil_name), bytes).unwrap();
            if name == "a.npy" {
                fs::copy(folder.join(name), folder.join("evil-a.npy")).unwrap();
                folder
                    .juliaset("tone evil-a.npy -o x.png")
                    .fails(2, &format!("evil-a.npy: {problem}"));
            }
            let name = format!("evil-{name}");
            for args in ["info", "--engine cpu --like", "animate --zoom 2 --frames 2 --like"] {
                folder.juliaset(&format!("{args} {name}")).fails(2, &format!("{name}: {problem}"));
            }
        }
        fs::write(folder.join("evil.png"), png_of(&format!("resolution = 9\n{evil}"))).unwrap();
        folder.juliaset("--like evil.png").fails(2, &format!("evil.png: {problem}"));
        folder.juliaset("info evil.png").fails(2, &format!("evil.png: {problem}"));
    }
    assert_eq!(fs::read(folder.join("p.txt")).unwrap(), b"secret");
    // The evil ones, and nothing that they asked for.
    assert_eq!(folder.names().len(), before + 7);
    // The user's own job file may say where the picture goes.
    fs::write(folder.join("job.toml"), format!("{honest}output = 'own.png'\n")).unwrap();
    folder.juliaset("--job job.toml --engine cpu").is_quiet_success();
    assert!(folder.join("own.png").exists());
}

/// A PNG of 6.5 MB took 6.6 GB, or a backtrace.
#[test]
fn what_is_declared_or_compressed_is_bounded() {
    let folder = Folder::new();
    let plain = png_of("resolution = 9\n");
    let text = |keyword: &str| [keyword.as_bytes(), b"\0\x01\0\0\0", &bomb()].concat();
    let too_long = "is a damaged PNG: a text is too long";
    let early = |name| format!("is a damaged {name}: it ends too early");
    let no_job = "carries no job; was it made by juliaset, and without --no-metadata?".to_owned();
    let wide = [&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 16, 6, 0, 0, 0][..]].concat();
    let header = |shape: &str| {
        let text = format!("{{'descr': '<u8', 'fortran_order': False, 'shape': {shape}}}\n");
        [b"\x93NUMPY\x01\x00", &(text.len() as u16).to_le_bytes()[..], text.as_bytes()].concat()
    };
    // A job of the compressed bomb; 32 MB is more than is read, and so there is no job.
    let small_bomb = {
        let mut deflate = Compress::new(Compression::best(), true);
        let mut part = Vec::with_capacity(1 << 16);
        deflate.compress_vec(&vec![b' '; 1 << 25], &mut part, FlushCompress::Finish).unwrap();
        [JOB.as_bytes(), b"\0\x01\0\0\0", &part].concat()
    };
    let without_job = {
        let start = plain.windows(4).position(|bytes| bytes == b"iTXt").unwrap() - 4;
        let end = plain.windows(4).position(|bytes| bytes == b"IDAT").unwrap() - 4;
        [&plain[..start], &plain[end..]].concat()
    };
    let exr_attribute = [
        b"\x76\x2f\x31\x01\x02\0\0\0juliaset job\0string\0".as_slice(),
        &u32::MAX.to_le_bytes(),
        b"xleft",
    ]
    .concat();
    let cases: Vec<(&str, Vec<u8>, String)> = vec![
        ("other.png", with_chunk(&without_job, b"iTXt", &text("Comment")), no_job.clone()),
        ("job.png", with_chunk(&without_job, b"iTXt", &text(JOB)), too_long.to_owned()),
        ("small.png", with_chunk(&without_job, b"iTXt", &small_bomb), too_long.to_owned()),
        ("ztxt.png", with_chunk(&without_job, b"zTXt", &text("x")), no_job.clone()),
        ("iccp.png", with_chunk(&without_job, b"iCCP", &text("x")), no_job.clone()),
        (
            "wide.png",
            [png_magic(), &chunk(b"IHDR", &wide), &chunk(b"IDAT", &bomb()), &chunk(b"IEND", &[])]
                .concat(),
            no_job.clone(),
        ),
        (
            "length.png",
            [&without_job[..33], b"\x7f\xff\xff\xffiTXtjuliaset job"].concat(),
            early("PNG"),
        ),
        ("nested.png", png_of(&format!("xleft = {}", "[".repeat(60_000))), String::new()),
        ("dots.png", png_of(&"a.".repeat(30_000)), String::new()),
        ("exr.exr", exr_attribute, early("OpenEXR")),
        (
            "name.exr",
            [b"\x76\x2f\x31\x01\x02\0\0\0".to_vec(), vec![b'a'; 1 << 20]].concat(),
            "is a damaged OpenEXR: its header has no end".to_owned(),
        ),
        ("far.tif", b"II*\0\xff\xff\xff\xff".to_vec(), early("TIFF")),
        (
            "many.tif",
            [b"MM\0+\0\x08\0\0", &16_u64.to_be_bytes()[..], &u64::MAX.to_be_bytes()].concat(),
            "is a damaged TIFF: its directory is too long".to_owned(),
        ),
        (
            "text.tif",
            [b"MM\0*\0\0\0\x08\0\x01\x01\x0e\0\x02\xff\xff\xff\xff\0\0\0\x08".as_slice(), &[0; 4]]
                .concat(),
            no_job.clone(),
        ),
        ("chunk.webp", b"RIFF\xff\xff\xff\xffWEBPEXIF\xff\xff\xff\xff".to_vec(), early("WebP")),
        (
            "zero.jpg",
            b"\xff\xd8\xff\xe1\0\0".to_vec(),
            "is a damaged JPEG: a segment has no length".to_owned(),
        ),
        ("short.jpg", b"\xff\xd8\xff\xe1\xff\xffExif\0\0MM".to_vec(), early("JPEG")),
    ];
    for (name, bytes, problem) in cases {
        fs::write(folder.join(name), bytes).unwrap();
        for args in ["info", "--like"] {
            let run = confined(&folder, &format!("{args} {name}"));
            if problem.is_empty() {
                let lines = run.stderr.lines().count();
                assert_eq!((run.code, lines), (Some(2), 1), "{name}");
                let start = format!("juliaset: {name}: its job is damaged (");
                assert!(run.stderr.starts_with(&start) && run.stderr.len() < 400, "{run:?}");
            } else {
                run.fails(2, &format!("{name}: {problem}"));
            }
        }
    }
    // The error for a value does not repeat all of it.
    fs::write(folder.join("palette.png"), png_of(&format!("palette = '{}'", "x".repeat(60_000))))
        .unwrap();
    let run = confined(&folder, "--like palette.png --engine cpu");
    let is_short = run.stderr.lines().count() == 1 && run.stderr.len() < 2000;
    assert!(
        run.code == Some(2) && is_short && run.stderr.contains("xxx … xxx"),
        "{}",
        run.stderr.len()
    );
    for (shape, problem) in [
        (
            "(2147483647, 2147483647)",
            "is cut short: 2147483647 rows of 2147483647 counts are longer than the file",
        ),
        (
            "(4294967295, 4294967297)",
            "has the shape (4294967295, 4294967297); a side has 1 to 2147483647 pixels",
        ),
        ("(18446744073709551616, 1)", "has a damaged header"),
    ] {
        fs::write(folder.join("claims.npy"), header(shape)).unwrap();
        confined(&folder, "tone claims.npy -M 9 -o x.png")
            .fails(2, &format!("claims.npy: {problem}"));
    }
    folder.juliaset("-R 9 --engine cpu -o long.npy").is_quiet_success();
    let mut side = fs::File::options().append(true).open(folder.join("long.npy.toml")).unwrap();
    side.write_all(&vec![b'#'; 3 << 21]).unwrap();
    let line = "long.npy.toml: is longer than 6291456 bytes";
    confined(&folder, "tone long.npy -o x.png").fails(2, line);
    confined(&folder, "info long.npy").fails(2, line);
    assert!(!folder.join("x.png").exists() && !folder.join("plot.png").exists());
}

fn png_magic() -> &'static [u8] {
    b"\x89PNG\r\n\x1a\n"
}

#[test]
fn texts_of_the_users_own_are_bounded_too() {
    let folder = Folder::new();
    fs::write(folder.join("zeros"), vec![0; 1 << 24]).unwrap();
    fs::write(folder.join("many"), "1 2 3\n".repeat(5000)).unwrap();
    fs::write(folder.join("nested"), format!("xleft = {}", "{a=".repeat(20_000))).unwrap();
    for (args, line) in [
        ("--job zeros", "zeros: is longer than 8388608 bytes"),
        ("--palette-file zeros", "zeros: is longer than 1048576 bytes"),
        ("--palette-file many", "many: has 5000 colours; a palette has 4096 at most"),
        #[cfg(target_os = "linux")]
        ("--job /dev/zero", "/dev/zero: is longer than 8388608 bytes"),
        #[cfg(target_os = "linux")]
        ("--palette-file /dev/zero", "/dev/zero: is longer than 1048576 bytes"),
        #[cfg(target_os = "linux")]
        (
            "--like /dev/zero",
            "/dev/zero: is not a PNG, TIFF, WebP, JPEG, OpenEXR, NPY or DZI; only these carry a job",
        ),
        #[cfg(target_os = "linux")]
        ("tone /dev/zero -M 9", "/dev/zero: is not an array in numpy's format NPY"),
    ] {
        confined(&folder, args).fails(2, line);
    }
    let run = confined(&folder, "--job nested");
    assert_eq!((run.code, run.stderr.lines().count()), (Some(2), 1), "{run:?}");
    assert!(run.stderr.starts_with("juliaset: nested, line 1: "), "{run:?}");
}
