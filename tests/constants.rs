//! Constants with more digits than an `f64`.

mod common;

use std::sync::atomic::AtomicBool;

use common::{counts, views};
use juliaset::internals::cpu::exact::escape_count;
use juliaset::internals::engine::CpuEngine;
use juliaset::internals::grid::sample_point;
use juliaset::internals::orbit::trap::Trap;
use juliaset::{Complex64, Constant, Job, Julia, Precision};

/// The map with this much more in both parts than the `f64` of `c`, to 50 digits and more.
fn longer(c: (f64, f64), itermax: u32) -> Julia {
    let more = |part: f64| {
        let digits = format!("{part:.60}");
        let (head, _) = digits.split_at(digits.find('.').unwrap() + 17);
        format!("{head}4937129874512345678901234567890123456789").parse().unwrap()
    };
    let constant = Constant::new(&more(c.0), &more(c.1)).unwrap();
    assert!(!constant.is_f64());
    Julia::new(constant, 2.0, (0, itermax)).unwrap()
}

/// Pictures by bounds and deep views, each pixel that is asked against fixed point from the first step on.
#[test]
fn counts_are_those_of_all_digits() {
    let go_on = AtomicBool::new(false);
    let mut engine = CpuEngine::new(Precision::Exact);
    for (index, map) in views::MAPS.into_iter().enumerate() {
        let julia = longer(map, 3000);
        let ordinary = Job::view(julia.clone(), [-1.6, 1.6, -1.0, 1.0], 160).unwrap();
        let deep = [-18, -60, -300].map(|log_pitch| {
            let job = views::job(map, log_pitch, (96, 60), 5 * index as u64 + 2);
            Job { julia: julia.clone(), ..job }
        });
        for job in deep.into_iter().chain([ordinary]) {
            let counts = counts(&mut engine, &job);
            for k in (0..counts.data.len()).step_by(211) {
                let (col, row) = (k as u32 % counts.width, k as u32 / counts.width);
                let point = sample_point(&job.grid, col, row);
                let count = escape_count(&julia, &Trap::default(), &point, &go_on).unwrap();
                assert_eq!(counts.data[k], count, "{map:?}, pixel {k}");
            }
        }
    }
}

/// What the nearest `f64` leave of c decides counts: the bounds have to have it.
#[test]
fn counts_of_the_nearest_floats_are_wrong() {
    let julia = longer((-0.8, 0.156), 3000);
    let nearest = Julia::new(julia.c(), 2.0, (0, 3000)).unwrap();
    let mut engine = CpuEngine::new(Precision::Exact);
    let mut of = |julia: Julia| {
        let job = Job::view(julia, [-1.6, 1.6, -1.0, 1.0], 800).unwrap();
        counts(&mut engine, &job).data
    };
    let (long, short) = (of(julia), of(nearest));
    let wrong = long.iter().zip(&short).filter(|(a, b)| a != b).count();
    assert!(wrong > 50, "{wrong}");
}

/// Numbers of up to 17 digits are the `f64` that they have always been.
#[test]
fn short_numbers_are_floats() {
    let number = |text: &str| text.parse().unwrap();
    let constant = Constant::new(&number("-0.12256116687665361"), &number("1e-1")).unwrap();
    assert_eq!(constant, Complex64::new(-0.122_561_166_876_653_61, 0.1).into());
}
