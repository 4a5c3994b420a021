//! Views by center and width: the same counts from every size, window and engine.

mod common;

use std::sync::atomic::AtomicBool;

use common::{counts, views};
use juliaset::internals::cpu::exact::escape_count;
use juliaset::internals::engine::CpuEngine;
use juliaset::internals::orbit::trap::Trap;
use juliaset::internals::region::sample_point;
use juliaset::{
    Animation, Complex64, Depth, EngineChoice, Job, Julia, Precision, Renderer, View, Window, Zoom,
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
    for (map, log_pitch) in [(views::MAPS[0], -18), (views::MAPS[1], -300), (views::MAPS[3], -60)] {
        let [re, im] = views::center(map, 90, 7);
        let width = format!("64e{log_pitch}").parse().unwrap();
        let view = View::new(re, im, width).unwrap();
        let julia = common::julia(map, 2.0, 5000);
        let of = |columns: u32, rows: u32| Job::of_view(julia, &view, columns, rows).unwrap();
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

/// Counts and smooth values of a zoom's frames are those of the frames alone, whichever orbit their centers go along.
#[test]
fn frames_along_one_orbit_are_those_alone() {
    let number = |text: &str| text.parse().unwrap();
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
        let view = View::new(number(re), number(im), number("3")).unwrap();
        let job = Job::of_view(julia, &view, 60, 40).unwrap();
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
