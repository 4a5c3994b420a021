//! Views by a center and a width, of any depth.

use std::fs;

use crate::Folder;

/// Around i, which is on the Julia set of c = i.
const DEEP: &str = "--center 0,1 --width 1e-300 --size 60x40 -r 0 -i 1 -m 0 -M 4000 --engine cpu";

fn pixels(folder: &Folder, name: &str) -> (u32, u32, Vec<u8>) {
    let picture = image::open(folder.join(name)).unwrap();
    (picture.width(), picture.height(), picture.into_bytes())
}

/// What the file of counts has after its header.
fn counts(folder: &Folder, name: &str) -> Vec<u8> {
    let bytes = fs::read(folder.join(name)).unwrap();
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    bytes[10 + header..].to_vec()
}

#[test]
fn counts_at_every_depth_are_those_of_the_oracle() {
    let folder = Folder::new();
    let right = "0 of 40 pixels drawn at random are wrong\n\
                 0 of 40 pixels with the thinnest margins are wrong\n";
    for view in [
        "--center 0,0 --width 2 -r -0.8 -i 0.156",
        "--center 0,1 --width 1e-18 -r 0 -i 1",
        "--center -1,1 --zoom 1e60 -r 0 -i 1",
        "--center 2,0 --width 1/7 -r -2 -i 0",
        "--center 2,0 --width 0x1.8p-990 -r -2 -i 0",
        "--center 1.5,0 --width 1e-1000 -r -3/4 -i 0",
    ] {
        let run = folder.juliaset(&format!(
            "verify {view} --size 60x40 -M 9000 --smooth --engine cpu --oracle 40"
        ));
        let report = format!("0 of 2400 pixels differ\n{right}");
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), report.as_str()), "{view}: {run:?}");
    }
}

#[test]
fn a_deep_picture_has_more_than_one_count() {
    let folder = Folder::new();
    folder.juliaset(&format!("{DEEP} -o a.npy")).is_quiet_success();
    let counts = counts(&folder, "a.npy");
    assert_eq!(counts.len(), 60 * 40 * 4);
    let mut counts: Vec<_> = counts.chunks(4).collect();
    counts.sort_unstable();
    counts.dedup();
    assert!(counts.len() > 10, "{}", counts.len());
}

#[test]
fn a_view_is_made_again_from_its_picture_and_its_job() {
    let folder = Folder::new();
    for view in [
        "--center 0,1 --width 1e-300 --size 60x40",
        "--center=-1/3,0x1.8p-4 --zoom 7e9 -R 50",
        "--preset dendrite --center 0,1 --zoom 0.3 -R 40 --supersample 3",
        "--center 0,1 --width 1e-2 --size 30x50 --precision double",
    ] {
        folder.juliaset(&format!("{view} -r 0 -i 1 --engine cpu -o a.png")).is_quiet_success();
        folder.juliaset("--like a.png --engine cpu -o b.png").is_quiet_success();
        assert!(pixels(&folder, "a.png") == pixels(&folder, "b.png"), "{view}");
        let info = folder.juliaset("info a.png").stdout;
        assert!(info.contains("\ncenter = \"") && !info.contains("xleft"), "{info}");
        fs::write(folder.join("job.toml"), info).unwrap();
        folder.juliaset("--job job.toml --engine cpu -o c.png").is_quiet_success();
        assert!(pixels(&folder, "a.png") == pixels(&folder, "c.png"), "{view}");
    }
    let info = folder.juliaset("info a.png").stdout;
    assert!(info.contains("center = \"0,1\"\nwidth = \"1e-2\"\nsize = \"30x50\"\n"), "{info}");
}

/// Half the width in half the columns is the middle of the same points.
#[test]
fn views_of_one_lattice_have_the_same_counts() {
    let folder = Folder::new();
    folder.juliaset(&format!("{DEEP} -o a.npy")).is_quiet_success();
    let half = DEEP.replace("1e-300", "0.5e-300").replace("60x40", "30x20");
    folder.juliaset(&format!("{half} -o b.npy")).is_quiet_success();
    let (whole, part) = (counts(&folder, "a.npy"), counts(&folder, "b.npy"));
    for row in 0..20 {
        let whole = &whole[((row + 10) * 60 + 15) * 4..][..30 * 4];
        assert_eq!(whole, &part[row * 30 * 4..][..30 * 4], "{row}");
    }
}

#[test]
fn what_is_given_on_the_command_line_comes_first() {
    let folder = Folder::new();
    let shape = |args: &str| {
        folder.juliaset(&format!("{args} --engine cpu -o x.png")).is_quiet_success();
        let (width, height, _) = pixels(&folder, "x.png");
        (width, height)
    };
    // Without a size: the aspect of the bounds, the preset's or the default.
    assert_eq!(shape("--center 0,0 --width 1 -R 80"), (80, 50));
    assert_eq!(shape("--preset dendrite --center 0,0 --width 1 -R 80"), (80, 60));
    assert_eq!(shape("--center 0,0 --width 1 --size 16x9 -R 48"), (48, 27));
    assert_eq!(shape("--center 0,0 --width 1 --size 3000x1 -R 48"), (48, 1));
    folder.juliaset(&format!("{DEEP} -o a.png")).is_quiet_success();
    assert_eq!(shape("--like a.png -R 30"), (30, 20));
    assert_eq!(shape("--like a.png --size 20x30"), (20, 30));
    assert_eq!(shape("--like a.png --zoom 2"), (60, 40));
    assert_eq!(shape("--like a.png -x -1 -R 26"), (26, 20));
    fs::write(folder.join("job.toml"), "preset = 'rabbit'\ncenter = '0,0'\nwidth = '1e-9'")
        .unwrap();
    assert_eq!(shape("--job job.toml -R 40"), (40, 30));
}

#[test]
fn what_is_wrong_with_a_view_is_one_line() {
    let number = "must be a number such as -0.75, 1e-100, 0x1.8p-70 or 3/7";
    let given = "cannot be used with --center; a view is given by --center, or by --xleft, --xright, --ybot \
                 and --ytop";
    let same = "has the same number for sample points side by side in this view; take exact";
    for (args, line) in [
        ("--center 0,1", "--center: needs --width or --zoom".to_owned()),
        ("--width 1", "--width: needs --center".to_owned()),
        ("--zoom 1", "--zoom: needs --center".to_owned()),
        (
            "--size 3x4 -x 1 -X=-1",
            "--size: bounds that mirror the picture have only the size that follows from them"
                .to_owned(),
        ),
        ("--center 0 --width 1", "--center 0: must be RE,IM: two numbers".to_owned()),
        ("--center -0.5,x --width 1", format!("--center -0.5,x: {number}")),
        ("--center 0,1 --width nan", format!("--width nan: {number}")),
        ("--center 0,1 --width 0", "--width 0: must be over 0".to_owned()),
        ("--center 0,1 --width -1e-99", "--width -1e-99: must be over 0".to_owned()),
        ("--center 0,1 --zoom=-0.0", "--zoom -0.0: must be over 0".to_owned()),
        (
            "--center 0,1 --width 1e-1000001",
            "--width 1e-1000001: its exponent has a size over 1000000".to_owned(),
        ),
        ("--center 0,1 --width 1 -X 1", format!("--xright: {given}")),
        ("verify --center 0,1 --width 1 -y 1", format!("--ybot: {given}")),
        ("animate --center 0,1 --width 1 -y 1 --zoom 2", format!("--ybot: {given}")),
        ("--center 0,1 --width 1e-20 --precision double", format!("--precision double: {same}")),
        ("--center 0,1 --width 1e-6 --precision single", format!("--precision single: {same}")),
        (
            "animate --center 0,1 --width 1 --zoom 1e30 --precision double",
            format!("--precision double: {same}"),
        ),
        (
            "--center 0,1 --width 1 --size 3",
            "--size 3: must be WxH: two whole numbers from 1 to 2147483647, or two lengths in mm, cm or in, as \
                 300mmx200mm".to_owned(),
        ),
        (
            "--center 0,1 --width 1 --size 0x5",
            "--size 0x5: must be WxH: two whole numbers from 1 to 2147483647, or two lengths in mm, cm or in, as \
                 300mmx200mm".to_owned(),
        ),
    ] {
        let folder = Folder::new();
        folder.juliaset(args).fails(2, &line);
        assert!(folder.names().is_empty(), "{args}");
    }
    let folder = Folder::new();
    fs::write(folder.join("job.toml"), "center = '0,1'\nxleft = 1").unwrap();
    let line = "job.toml: a view is given by --center, or by --xleft, --xright, --ybot and --ytop";
    folder.juliaset("--job job.toml").fails(2, line);
    let digits = "1".repeat(1_000_001);
    fs::write(folder.join("job.toml"), format!("width = '1'\ncenter = '0,0.{digits}'")).unwrap();
    let run = folder.juliaset("--job job.toml");
    assert!(
        run.code == Some(2)
            && run.stderr.lines().count() == 1
            && run.stderr.len() < 600
            && run.stderr.contains("1000000 digits"),
        "{run:?}"
    );
}

/// A picture says all that it is made of, or that it does not: its job was left out from 64 KiB on.
#[test]
fn a_view_of_many_digits_is_made_again_from_its_picture_and_its_job() {
    let folder = Folder::new();
    let third = |digits: usize| format!("0.{}", "3".repeat(digits));
    let write = |digits: usize| {
        let job = format!("center = '{},0.1'\nwidth = '1e-9'\nsize = '9x9'\n", third(digits));
        fs::write(folder.join("job.toml"), job).unwrap();
    };
    let like = |name: &str, digits: usize| {
        folder.juliaset(&format!("--like {name} --engine cpu -o like.png")).is_quiet_success();
        assert!(pixels(&folder, "a.png") == pixels(&folder, "like.png"), "{digits} {name}");
    };
    // An argument of a command has at most 128 KiB on Linux.
    let digits = 100_000;
    let view = format!("--center {},0.1 --width 1e-9 --size 9x9", third(digits));
    folder.juliaset(&format!("{view} --engine cpu -o a.png")).is_quiet_success();
    like("a.png", digits);
    let info = folder.juliaset("info a.png").stdout;
    assert!(info.contains(&third(digits)), "{}", info.len());
    fs::write(folder.join("info.toml"), info).unwrap();
    folder.juliaset("--job info.toml --engine cpu -o b.png").is_quiet_success();
    assert!(pixels(&folder, "a.png") == pixels(&folder, "b.png"));
    // The most digits that there can be.
    for digits in [100_000, 999_999] {
        write(digits);
        for name in ["a.png", "b.tif", "b.webp"] {
            folder.juliaset(&format!("--job job.toml --engine cpu -o {name}")).is_quiet_success();
            like(name, digits);
        }
    }
    folder
        .juliaset("--job job.toml --engine cpu --palette magma --smooth -o c.exr")
        .is_quiet_success();
    folder
        .juliaset("--like c.exr --no-smooth --palette gray --engine cpu -o b.png")
        .is_quiet_success();
    assert!(pixels(&folder, "a.png") == pixels(&folder, "b.png"));
    let run = folder.juliaset("--job job.toml --engine cpu -o a.jpg");
    let line =
        "juliaset: its view has too many digits for a job in a JPEG: --like will not repeat it\n";
    assert_eq!((run.code, run.without_what_was_made()), (Some(0), line));
    write(40_000);
    folder.juliaset("--job job.toml --engine cpu -o a.jpg").is_quiet_success();
    like("a.jpg", 40_000);
}

/// It came after the view had been set up: here there is nothing else that the command line could be refused for before.
#[test]
fn an_adapter_that_is_not_there_is_an_error_before_a_deep_view_is_set_up() {
    let folder = Folder::new();
    // Setting it up finds that itermin is more than the view needs.
    let view = "--center=-1,1 --width 1e-4000 --size 40x30 -r 0 -i 1 -m 4000000000 -M auto";
    let run = folder.juliaset(&format!("{view} --engine cpu"));
    assert!(run.code == Some(2) && run.stderr.contains("itermin"), "{run:?}");
    for command in ["", "verify "] {
        let run = folder.juliaset(&format!("{command}{view} --engine gpu --adapter none-such"));
        assert!(run.code == Some(2) && run.stderr.contains("none-such"), "{run:?}");
    }
    assert!(folder.names().is_empty());
}

/// Everything escapes there: a picture, and no error.
#[test]
fn a_center_far_out_is_a_picture() {
    let folder = Folder::new();
    folder.juliaset("--center 1e1000,-1e999 --width 1 -R 20 --engine cpu").is_quiet_success();
    let (_, _, pixels) = pixels(&folder, "plot.png");
    assert!(pixels.iter().all(|&pixel| pixel == 0));
}

/// c has as many digits as one likes, and its picture's job has them all.
#[test]
fn a_constant_has_all_its_digits() {
    let folder = Folder::new();
    let picture = |c: &str| {
        folder.juliaset(&format!("-R 40 {c} --engine cpu -o a.png")).is_quiet_success();
        (pixels(&folder, "a.png"), folder.juliaset("info a.png").stdout)
    };
    // 17 digits mean a float; other numbers that are the same float are it.
    let (short, job) = picture("-r 0.33333333333333331 -i 0.125");
    assert!(job.contains("\nreal = \"0x1.5555555555555p-2\""), "{job}");
    assert!(picture("-r 0x1.5555555555555p-2 -i 1/8").0 == short);
    let digits = "0.333333333333333333333333333333333333333333333333333333333333";
    for given in [digits, "1/3", "0x1.55555555555555555p-2"] {
        let (long, job) = picture(&format!("-r {given} -i 0.125"));
        assert!(job.contains(&format!("\nreal = \"{given}\"\n")), "{job}");
        folder.juliaset("--like a.png --engine cpu -o b.png").is_quiet_success();
        assert!(pixels(&folder, "b.png") == long, "{given}");
    }
}

/// A picture for which the digits behind those of a float decide: -2 exactly keeps the axis, and what is less does not.
#[test]
fn the_digits_of_a_constant_decide_counts() {
    let folder = Folder::new();
    let set = "-i 0 --center=0,-1/2 --width 4 --size 4x1 -m 0 -M 2000 --engine cpu -o a.npy";
    let counts = |c: &str| {
        folder.juliaset(&format!("-r {c} {set}")).is_quiet_success();
        fs::read(folder.join("a.npy")).unwrap()
    };
    let less = "-2.0000000000000000000000000000000000000001";
    assert!(counts("-2") != counts(less));
    // In the other precisions it is the nearest float, and they say so.
    for precision in ["double", "single"] {
        let flags = format!("{set} --precision {precision}");
        // The rest is what was written, and how long it took.
        let run = folder.juliaset(&format!("-r {less} {flags}"));
        let line = format!(
            "juliaset: --precision {precision}: c is rounded to the nearest 64-bit floats; exact has all its digits\n"
        );
        assert!(run.code == Some(0) && run.stderr.starts_with(&line), "{run:?}");
        let rounded = fs::read(folder.join("a.npy")).unwrap();
        folder.juliaset(&format!("-r -2 {flags}")).is_quiet_success();
        assert!(rounded == fs::read(folder.join("a.npy")).unwrap());
    }
}

/// Every frame is the picture that is rendered by itself, down to where there is no f64.
#[test]
fn a_zoom_has_no_end() {
    let folder = Folder::new();
    let set = "--size 40x30 -r 0 -i 1 -m 0 -M 3000 --engine cpu";
    for (zoom, last) in [
        ("--center 0,1 --width 3 --zoom 1e400", "--center 0,1 --width 3e-400"),
        ("--center 0,1/3 --width 3 --zoom 3e400 --about 0,1", ""),
        ("--center=-1/3,0 --width 3 --zoom 1e200 -r -2 -i 0 --smooth", ""),
        ("--center=-1/3,1e-300 --width 3e-290 --zoom 1e-280 --about=-1/3,0 -r -2 -i 0", ""),
        ("--center=-1/3,0 --width 3 --zoom 1e90 -r -2 -i 0 --smooth --distance -t 1.9", ""),
    ] {
        let set = if zoom.contains("-r") { "--size 40x30 -m 0 -M 3000 --engine cpu" } else { set };
        let run = folder.juliaset(&format!("animate {zoom} {set} --frames 6 -q -o %d.png"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{zoom}");
        for frame in 0..6 {
            let run = folder.juliaset(&format!("--like {frame}.png --engine cpu -o alone.png"));
            run.is_quiet_success();
            let frame = format!("{frame}.png");
            assert!(pixels(&folder, &frame) == pixels(&folder, "alone.png"), "{zoom} {frame}");
        }
        if !last.is_empty() {
            folder.juliaset(&format!("{last} {set} -o last.png")).is_quiet_success();
            assert!(pixels(&folder, "5.png") == pixels(&folder, "last.png"), "{zoom}");
        }
        assert!(pixels(&folder, "5.png") != pixels(&folder, "4.png"), "{zoom}");
    }
    // An animation carries its zoom, which is not that of a still view.
    let zoom = "--center 0,1 --width 3 --zoom 1e400 --about 0,0x1p0 --frames 3";
    let run = folder.juliaset(&format!("animate {zoom} {set} -q -o a.png"));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let run = folder.juliaset("animate --like a.png -q --engine cpu -o b.png");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let [a, b] = ["a.png", "b.png"].map(|name| folder.juliaset(&format!("info {name}")).stdout);
    let job = |text: &str| text.split_once("center = ").unwrap().1.to_owned();
    assert_eq!(job(&a), job(&b));
    assert!(a.contains("zoom = \"1e400\"") && a.contains("about = \"0,0x1p0\""), "{a}");
    let run = folder.juliaset("--like a.png --engine cpu -o still.png");
    let note =
        "juliaset: a.png: its motion is left out; 'juliaset animate' makes an animation of it\n";
    assert_eq!((run.code, run.without_what_was_made()), (Some(0), note));
    folder.juliaset(&format!("--center 0,1 --width 3 {set} -o first.png")).is_quiet_success();
    assert!(pixels(&folder, "still.png") == pixels(&folder, "first.png"));
}

/// The number that follows from the view is in the picture, which is made again with that very number.
#[test]
fn iterations_follow_the_view() {
    let folder = Folder::new();
    let number = |name: &str| -> u32 {
        let info = folder.juliaset(&format!("info {name}")).stdout;
        let line = info.lines().find_map(|line| line.strip_prefix("itermax = "));
        line.unwrap_or_else(|| panic!("{info}")).parse().unwrap()
    };
    for (view, least, most) in [
        ("--center=-1,1 --width 1e-300 --size 40x30 -r 0 -i 1", 1700, 1900),
        ("--center=-1,1 --width 1e-30 --size 40x30 -r 0 -i 1", 1060, 1100),
        ("-R 40", 1000, 1005),
    ] {
        let auto = format!("{view} -M auto -m 0 --engine cpu");
        let run = folder.juliaset(&format!("{auto} -v -o a.png"));
        let itermax = number("a.png");
        assert!((least..most).contains(&itermax), "{view}: {itermax}");
        let line = format!("juliaset: itermax {itermax}, as many as the view needs\n");
        assert!(run.code == Some(0) && run.stderr.contains(&line), "{run:?}");
        folder
            .juliaset(&format!("{view} -M {itermax} -m 0 --engine cpu -o b.png"))
            .is_quiet_success();
        folder.juliaset("--like a.png --engine cpu -o c.png").is_quiet_success();
        fs::write(folder.join("j.toml"), "itermax = \"auto\"\n").unwrap();
        folder
            .juliaset(&format!("--job j.toml {view} -m 0 --engine cpu -o d.png"))
            .is_quiet_success();
        for name in ["b.png", "c.png", "d.png"] {
            assert_eq!(number(name), itermax);
            assert!(pixels(&folder, name) == pixels(&folder, "a.png"), "{view} {name}");
        }
        let run = folder.juliaset(&format!("verify {view} -M auto --engine cpu --oracle 20"));
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    folder.juliaset("-M auto -m 1000").fails(2, "--itermin 1000: must be less than --itermax 1000");
    let expected = "--itermax all: must be a whole number from 0 to 4294967295, or auto";
    folder.juliaset("-M all").fails(2, expected);
}

/// In a zoom each frame has its own number, and is the single picture with that.
#[test]
fn iterations_follow_a_zoom() {
    let folder = Folder::new();
    let zoom =
        "--center=-1,1 --width 4 --size 40x30 -r 0 -i 1 -M auto -m 0 --zoom 1e200 --frames 5";
    let run = folder.juliaset(&format!("animate {zoom} -v --engine cpu -o %d.png"));
    assert!(run.stderr.contains("itermax from 1000 to 15"), "{run:?}");
    let mut before = 0;
    for frame in 0..5 {
        let name = format!("{frame}.png");
        let info = folder.juliaset(&format!("info {name}")).stdout;
        let itermax = info.lines().find_map(|line| line.strip_prefix("itermax = ")).unwrap();
        let itermax: u32 = itermax.parse().unwrap();
        assert!(itermax > before, "{itermax}");
        before = itermax;
        folder.juliaset(&format!("--like {name} --engine cpu -o one.png")).is_quiet_success();
        assert!(pixels(&folder, &name) == pixels(&folder, "one.png"));
        let again = format!("--like {name} -M auto --engine cpu -o one.png");
        folder.juliaset(&again).is_quiet_success();
        assert!(pixels(&folder, &name) == pixels(&folder, "one.png"));
    }
    // What makes the whole animation again is not one number.
    folder.juliaset(&format!("animate {zoom} --palette magma --engine cpu -o a.png"));
    let info = folder.juliaset("info a.png").stdout;
    assert!(info.contains("\nitermax = \"auto\"\n"), "{info}");
    folder.juliaset("animate --like a.png --engine cpu -o b%d.png");
    folder.juliaset(&format!("animate {zoom} --palette magma --engine cpu -o c%d.png"));
    for frame in 0..5 {
        let [b, c] = ["b", "c"].map(|name| pixels(&folder, &format!("{name}{frame}.png")));
        assert!(b == c, "{frame}");
    }
}

#[test]
fn rotated_views_have_the_counts_of_the_oracle() {
    let folder = Folder::new();
    let right = "0 of 40 pixels drawn at random are wrong\n\
                 0 of 40 pixels with the thinnest margins are wrong\n";
    for view in [
        "--rotate 30 --size 60x40 --center 0,0 --width 2 -r -0.8 -i 0.156",
        "--rotate=-117.3 --size 60x40 --center 0,1 --width 1e-60 -r 0 -i 1",
        "--rotate 200/7 --size 60x40 --center 2,0 --width 0x1.8p-990 -r -2 -i 0",
        "--rotate 45 -R 60 -x=-1.5 -X 1.5 -y=-1 -Y 1",
    ] {
        let run =
            folder.juliaset(&format!("verify {view} -M 9000 --smooth --engine cpu --oracle 40"));
        let report = format!("0 of 2400 pixels differ\n{right}");
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), report.as_str()), "{view}: {run:?}");
    }
}

/// Where the lattices coincide: all but the first row or column.
#[test]
fn a_quarter_turn_is_the_picture_turned_clockwise() {
    let folder = Folder::new();
    let set = "--size 64x64 -m 0 -M 60 --engine cpu";
    folder.juliaset(&format!("{set} --center 0.1,0.2 --width 3 -o a.npy")).is_quiet_success();
    folder
        .juliaset(&format!("{set} --center 0.1,0.2 --width 3 --rotate 90 -o b.npy"))
        .is_quiet_success();
    let [a, b] = ["a.npy", "b.npy"].map(|name| counts(&folder, name));
    let at = |counts: &[u8], col: usize, row: usize| {
        let k = 4 * (64 * row + col);
        counts[k..k + 4].to_vec()
    };
    let mut seen = Vec::new();
    for (col, row) in (0..64).flat_map(|col| (1..64).map(move |row| (col, row))) {
        // What is at the top comes to the right.
        assert_eq!(at(&b, 64 - row, col), at(&a, col, row), "{col} {row}");
        seen.push(at(&a, col, row));
    }
    seen.sort_unstable();
    seen.dedup();
    assert!(seen.len() > 20);
}

#[test]
fn a_rotated_picture_is_made_again_from_its_job() {
    let folder = Folder::new();
    for (name, view) in [
        ("a", "--preset dragon -R 60 --rotate 30"),
        (
            "b",
            "--center 0,1 --width 1e-30 -r 0 -i 1 -M auto --size 60x40 --rotate=-1/3 --supersample 3",
        ),
    ] {
        folder.juliaset(&format!("{view} --engine cpu -o {name}.png")).is_quiet_success();
        let info = folder.juliaset(&format!("info {name}.png")).stdout;
        let degrees = if name == "a" { "30" } else { "-1/3" };
        assert!(info.contains(&format!("\nrotate = \"{degrees}\"\n# exactly: center ")), "{info}");
        let again = format!("--like {name}.png --engine cpu -o again.png");
        folder.juliaset(&again).is_quiet_success();
        assert!(pixels(&folder, &format!("{name}.png")) == pixels(&folder, "again.png"));
        // Another rotation, and none.
        let upright = format!("--like {name}.png --rotate 0 --engine cpu -o upright.png");
        folder.juliaset(&upright).is_quiet_success();
        assert!(!folder.juliaset("info upright.png").stdout.contains("\nrotate"));
        assert!(pixels(&folder, "upright.png") != pixels(&folder, "again.png"));
    }
}

#[test]
fn what_cannot_be_rotated_is_refused() {
    let folder = Folder::new();
    for (line, expected) in [
        (
            "--rotate thirty",
            "--rotate thirty: must be a number such as -0.75, 1e-100, 0x1.8p-70 or 3/7",
        ),
        ("--rotate 30 --width 2", "--width: needs --center"),
        (
            "--rotate 30 -x 1 -X=-1",
            "--rotate: bounds that mirror the picture cannot be rotated; give --center",
        ),
        (
            "--rotate 30 --precision double",
            "--precision double: has no sample points of a rotated view; take exact",
        ),
        (
            "--rotate 90 --precision single",
            "--precision single: has no sample points of a rotated view; take exact",
        ),
        ("explore --rotate 30", "--rotate: the page shows no rotated view; leave it out"),
    ] {
        let run = folder.juliaset(line);
        let stderr = format!("juliaset: {expected}\n");
        assert_eq!((run.code, run.stderr.as_str()), (Some(2), stderr.as_str()), "{line}");
    }
    assert!(folder.names().is_empty());
    // Not rotated, so by its bounds.
    folder.juliaset("--rotate 0 -R 20 --precision double --engine cpu").is_quiet_success();
}
