//! `Renderer`: from a job to a file, to pixels and to counts.

mod common;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use juliaset::internals::engine::CpuEngine;
use juliaset::internals::output::metadata;
use juliaset::internals::record::{JOB, text};
use juliaset::{
    Complex64, EngineChoice, Error, Job, Julia, Mapping, Precision, Preset, Reason, Renderer,
    Variant, View,
};

fn rabbit() -> Job {
    Preset::named("rabbit").unwrap().job(120).unwrap()
}

/// A renderer in colour, on the CPU.
fn renderer<'a>() -> Renderer<'a> {
    Renderer::new(rabbit()).engine(EngineChoice::Cpu).palette("magma".parse().unwrap())
}

fn rgb(path: &Path) -> Vec<u8> {
    image::open(path).unwrap().to_rgb8().into_raw()
}

#[test]
fn a_view_is_the_right_way_up() {
    let julia = Julia::new(Complex64::new(-0.835, -0.2321), 2.0, (5, 80)).unwrap();
    let grid = Job::view(julia.clone(), [-1.6, 1.2, -1.0, 0.5], 28).unwrap().grid;
    assert_eq!((grid.width(), grid.height()), (28, 15));
    assert_eq!((grid.x(0), grid.y(0)), (-1.6, 0.5));
    assert!(grid.y(14) < grid.y(13) && grid.x(27) < 1.2);
    let error = |bounds| Job::view(julia.clone(), bounds, 28).unwrap_err().to_string();
    assert_eq!(error([-1.6, 1.2, 0.5, 0.5]), "ybot 0.5: must differ from ytop");
    assert_eq!(error([0.0, 1.0, 0.0, f64::NAN]), "ytop NaN: must be a finite number");
}

#[test]
fn a_file_has_the_same_pixels_as_memory_and_carries_its_job() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rabbit.png");
    let saved = renderer().smooth(true).save(&path).unwrap();
    let (frame, drawn) = renderer().smooth(true).pixels().unwrap();
    assert_eq!(rgb(&path), frame.pixels);
    assert_eq!((frame.width, frame.height), (120, 90));
    assert_eq!(saved.tier_counts, drawn.tier_counts);
    let decided: u64 = saved.tier_counts.tiers().iter().map(|(_, pixels)| pixels).sum();
    assert_eq!(decided, 120 * 90);
    let texts = metadata::read(&path).unwrap();
    let job = text(&texts, JOB).unwrap();
    for line in ["resolution = 120", "palette = \"magma\"", "smooth = true"] {
        assert!(job.lines().any(|found| found == line), "{line} in {job}");
    }
}

/// Pixels in memory said nothing of the points that adaptive sampling adds.
#[test]
fn the_summary_of_pixels_is_that_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rabbit.png");
    let saved = renderer().supersample(2, true).save(&path).unwrap();
    let (frame, drawn) = renderer().supersample(2, true).pixels().unwrap();
    assert_eq!(rgb(&path), frame.pixels);
    assert!(drawn.refined > Some(0));
    assert_eq!((saved.refined, saved.tier_counts), (drawn.refined, drawn.tier_counts));
}

#[test]
fn counts_are_the_engines() {
    for precision in Precision::ALL {
        let (counts, summary) = renderer().variant(Variant::on_cpu(precision)).counts().unwrap();
        assert_eq!(summary.engine, Variant::on_cpu(precision).name());
        assert_eq!(summary.reason, Reason::AskedFor);
        common::assert_same(
            precision.name(),
            &counts,
            &common::counts(&mut CpuEngine::new(precision), &rabbit()),
        );
    }
}

#[test]
fn progress_rises_to_1() {
    let folder = tempfile::tempdir().unwrap();
    for (factor, mapping) in [(1, Mapping::Linear), (3, Mapping::Linear), (2, Mapping::Histogram)] {
        let mut fractions = Vec::new();
        let watched = renderer().supersample(factor, false).mapping(mapping);
        let watched = watched.on_progress(|progress| fractions.push(progress.fraction()));
        watched.save(folder.path().join("rabbit.png")).unwrap();
        assert!(fractions.is_sorted(), "{fractions:?}");
        assert_eq!(fractions.last(), Some(&1.0), "{factor} {mapping:?}");
    }
}

/// Before the first band, too, and it can be interrupted there.
#[test]
fn progress_rises_while_a_deep_view_is_set_up() {
    let number = |text: &str| text.parse().unwrap();
    let view = View::new(number("-1"), number("1"), number("1e-900")).unwrap();
    let julia = Julia::new(Complex64::I, 2.0, (0, 9000)).unwrap();
    let job = || Job::of_view(julia.clone(), &view, 30, 20).unwrap();
    let mut fractions = Vec::new();
    let watched = Renderer::new(job()).engine(EngineChoice::Cpu);
    let watched = watched.on_progress(|progress| fractions.push(progress.fraction()));
    watched.counts().unwrap();
    // One band of 600 points is the last.
    assert!(fractions.len() > 100 && fractions.is_sorted(), "{fractions:?}");
    assert_eq!(fractions.last(), Some(&1.0));
    let interrupt = AtomicBool::new(false);
    let mut heard = Vec::new();
    let watched = Renderer::new(job()).engine(EngineChoice::Cpu).interrupt(&interrupt);
    let watched = watched.on_progress(|progress| {
        heard.push(progress.fraction());
        interrupt.store(progress.fraction() > 0.5, Ordering::Relaxed);
    });
    assert!(matches!(watched.counts(), Err(Error::Interrupted)));
    assert!(heard.last().is_some_and(|last| (0.5..0.6).contains(last)), "{heard:?}");
}

#[test]
fn an_interrupt_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let set = AtomicBool::new(true);
    let saved = renderer().interrupt(&set).save(folder.path().join("rabbit.png"));
    assert!(matches!(saved, Err(Error::Interrupted)), "{saved:?}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    assert!(matches!(renderer().interrupt(&set).pixels(), Err(Error::Interrupted)));
    assert!(matches!(renderer().interrupt(&set).counts(), Err(Error::Interrupted)));
}
