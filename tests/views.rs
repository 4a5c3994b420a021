//! Views by center and width: the same counts from every size, window and engine.

mod common;

use std::sync::atomic::AtomicBool;

use common::{counts, views};
use juliaset::internals::cpu::exact::escape_count;
use juliaset::internals::engine::CpuEngine;
use juliaset::internals::grid::sample_point;
use juliaset::internals::orbit::trap::Trap;
use juliaset::{
    Animation, Complex64, Depth, EngineChoice, Grid, Job, Julia, Number, Precision, Renderer, View,
    Window, Zoom,
};

/// Of every map and depth some pixels, against fixed point from the first step on.
#[test]
fn counts_are_true_at_every_depth() {
    let go_on = AtomicBool::new(false);
    for (index, map) in views::MAPS.into_iter().enumerate() {
        for log_pitch in views::PITCHES {
            let job = views::job(map, log_pitch, (96, 60), 5 * index as u64 + 2);
            let counts = counts(&mut CpuEngine::new(Precision::Exact), &job);
            let mut seen: Vec<u32> = counts.data.clone();
            seen.sort_unstable();
            seen.dedup();
            assert!(seen.len() > 4, "{map:?} 1e{log_pitch}: {seen:?}");
            for k in (0..counts.data.len()).step_by(577) {
                let point = sample_point(&job.grid, k as u32 % 96, k as u32 / 96);
                let count = escape_count(&job.julia, &Trap::default(), &point, &go_on).unwrap();
                assert_eq!(counts.data[k], count, "{map:?} 1e{log_pitch}, pixel {k}");
            }
        }
    }
}

#[test]
fn sizes_and_windows_agree_where_they_share_points() {
    for (map, log_pitch, degrees) in [
        (views::MAPS[0], -18, "0"),
        (views::MAPS[1], -300, "0"),
        (views::MAPS[3], -60, "0"),
        (views::MAPS[0], -18, "30"),
        (views::MAPS[1], -300, "-200/7"),
    ] {
        let [re, im] = views::center(map, 90, 7);
        let width = format!("64e{log_pitch}").parse().unwrap();
        let view = View::new(re, im, width).unwrap().rotated(number(degrees));
        let julia = common::julia(map, 2.0, 5000);
        let of =
            |columns: u32, rows: u32| Job::of_view(julia.clone(), &view, columns, rows).unwrap();
        let mut engine = CpuEngine::new(Precision::Exact);
        let (small, large) = (of(64, 40), of(128, 80));
        let (few, many) = (counts(&mut engine, &small), counts(&mut engine, &large));
        for (k, &count) in few.data.iter().enumerate() {
            let (col, row) = (k % 64, k / 64);
            assert_eq!(many.data[2 * row * 128 + 2 * col], count, "{map:?} {col} {row}");
        }
        let window = Window { col: 31, row: 17, width: 50, height: 45 };
        let grid = large.grid.window(window).unwrap();
        let part = counts(&mut engine, &Job { grid, ..large });
        for (k, &count) in part.data.iter().enumerate() {
            let (col, row) = (k % 50 + 31, k / 50 + 17);
            assert_eq!(many.data[row * 128 + col], count, "{map:?} {col} {row}");
        }
    }
}

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

/// The picture of a view that is rotated by quarter turns is the turned picture, where both have the same points.
#[test]
fn quarter_turns_turn_the_picture() {
    const SIDE: usize = 64;
    for (map, log_pitch) in [(views::MAPS[0], -2), (views::MAPS[1], -60), (views::MAPS[2], -300)] {
        let [re, im] = views::center(map, 1100, 3);
        let width = format!("64e{log_pitch}");
        let julia = common::julia(map, 2.0, 5000);
        let of = |degrees: &str| {
            let view = View::new(re.clone(), im.clone(), number(&width)).unwrap();
            let view = view.rotated(number(degrees));
            let job = Job::of_view(julia.clone(), &view, SIDE as u32, SIDE as u32).unwrap();
            counts(&mut CpuEngine::new(Precision::Exact), &job).data
        };
        let upright = of("0");
        // Row 0 and column 0 of an upright picture are on its edge, which the others have on other sides.
        for (degrees, turns) in [("90", 1), ("180", 2), ("-90", 3), ("450", 1)] {
            let turned = of(degrees);
            for (row, col) in (1..SIDE).flat_map(|row| (1..SIDE).map(move |col| (row, col))) {
                // From the middle, to the right and up; times i for each turn.
                let (x, y) = (col as i64 - 32, 32 - row as i64);
                let (x, y) = (0..turns).fold((x, y), |(x, y), _| (-y, x));
                let (to_col, to_row) = ((x + 32) as usize, (32 - y) as usize);
                let own = turned[row * SIDE + col];
                assert_eq!(own, upright[to_row * SIDE + to_col], "{degrees} {map:?} {col} {row}");
            }
        }
    }
}

/// A picture around 0 is its own mirror image however it is rotated, also one of a real c, and each of its counts is true.
#[test]
fn rotated_pictures_around_0_are_true() {
    let go_on = AtomicBool::new(false);
    for c in [(-0.8, 0.0), (-0.8, 0.156)] {
        for (re, degrees) in [("0", "30"), ("0", "90"), ("1/8", "30"), ("1/8", "180")] {
            let view = View::new(number(re), number("0"), number("3")).unwrap();
            let view = view.rotated(number(degrees));
            let job = Job::of_view(common::julia(c, 2.0, 200), &view, 96, 60).unwrap();
            let data = counts(&mut CpuEngine::new(Precision::Exact), &job).data;
            for (k, &found) in data.iter().enumerate() {
                let point = sample_point(&job.grid, k as u32 % 96, k as u32 / 96);
                let count = escape_count(&job.julia, &Trap::default(), &point, &go_on).unwrap();
                assert_eq!(found, count, "{c:?} {re} {degrees} pixel {k}");
            }
        }
    }
}

/// The sample points of a rotated view are those of its definition, in columns and rows and between them.
#[test]
fn points_of_rotated_views_are_where_the_definition_has_them() {
    let view = View::new(number("0.25"), number("-3"), number("8")).unwrap();
    let grid = |degrees| Grid::of_view(&view.clone().rotated(number(degrees)), 8, 4).unwrap();
    let point = |grid: &Grid, col, row| {
        let [x, y] = sample_point(grid, col, row);
        (x.to_f64(), y.to_f64())
    };
    // Two pixels to the right of the center, one above it.
    assert_eq!(point(&grid("0"), 6, 1), (2.25, -2.0));
    assert_eq!(point(&grid("90"), 6, 1), (-0.75, -1.0));
    assert_eq!(point(&grid("180"), 6, 1), (-1.75, -4.0));
    // cos 30° is 7800463371553962 · 2⁻⁵³, and sin 30° is 1/2.
    let cos = 7_800_463_371_553_962.0 / 9_007_199_254_740_992.0;
    assert_eq!(point(&grid("30"), 6, 2), (0.25 + 2.0 * cos, -3.0 + 1.0));
    // A quarter of a pixel further to the right, and half a pixel down.
    let finer = grid("90").finer(4).unwrap();
    assert_eq!(point(&finer, 25, 10), (0.25 + 0.5, -3.0 + 2.25));
    assert_eq!(point(&finer, 24, 8), point(&grid("90"), 6, 2));
}

/// Counts and smooth values of a zoom's frames are those of the frames alone, whichever orbit their centers go along.
#[test]
fn frames_along_one_orbit_are_those_alone() {
    let zooms = [
        (Complex64::new(-2.0, 0.0), ["1/7", "0"], None, "1e300"),
        (Complex64::new(-2.0, 0.0), ["0.4", "1/9"], Some(["1/7", "0"]), "1e300"),
        (Complex64::new(0.0, 1.0), ["-1", "1"], Some(["-1", "1"]), "1e-5"),
        (Complex64::new(0.0, 1.0), ["-1.1", "0.9"], Some(["-1", "1"]), "1e40"),
        // The threshold runs through the view.
        (Complex64::new(-2.0, 0.0), ["2", "0"], Some(["2", "0x1p-90"]), "1e100"),
        (Complex64::new(-2.0, 0.0), ["2.01", "0.01"], Some(["2", "0"]), "1e100"),
    ];
    for (c, [re, im], about, factor) in zooms {
        let julia = Julia::new(c, 2.0, (0, 3000)).unwrap();
        // One of them begins rotated, and stays so.
        let degrees = if factor == "1e40" { "30" } else { "0" };
        let view = View::new(number(re), number(im), number("3")).unwrap();
        let job = Job::of_view(julia, &view.rotated(number(degrees)), 60, 40).unwrap();
        let about = about.map(|parts| parts.map(number));
        let zoom = Some(Zoom { factor: number(factor), about });
        let animation = Animation::new(job, 8).zoom(zoom);
        let (alone, together) = (animation.jobs().unwrap(), animation.jobs_of_one_orbit().unwrap());
        assert_eq!(alone, together);
        for (frame, (alone, together)) in alone.into_iter().zip(together).enumerate() {
            let made = [alone, together].map(|job| {
                let renderer = || Renderer::new(job.clone()).engine(EngineChoice::Cpu);
                let (counts, _) = renderer().counts().unwrap();
                let smooth = renderer().smooth(true).depth(Depth::Sixteen).pixels().unwrap().0;
                (counts, smooth.pixels)
            });
            assert!(made[0] == made[1], "{c} {re} {im} frame {frame}");
        }
    }
}
