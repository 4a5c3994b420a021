//! What becomes of a job when its device fails: each fault is planted at the seam between the library
//! and wgpu, and found there as a driver's own would be.

mod memory;

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use juliaset::internals::band::{Quantities, Values};
use juliaset::internals::engine::{CpuEngine, Engine, GpuEngine, GpuOptions, choose, hooked};
use juliaset::internals::fault_injection::{Fault, Hooks, InjectedFault};
use juliaset::internals::picture;
use juliaset::internals::picture::Options;
use juliaset::{Counts, EngineChoice, Error, EventHandler, ExactKernel, Job, Precision, Window};

use crate::common::{FULL, assert_same, job};
use crate::{adapter, options};

/// Rows of a band; the job has ten.
const ROWS: u32 = 20;

fn ten_bands() -> Job {
    job((-0.8, 0.156), 2.0, 200, FULL, 320)
}

/// What an engine says meanwhile.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<String>>>);

impl Said {
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn events(&self) -> EventHandler {
        let said = self.clone();
        EventHandler::new(move |event| said.0.lock().unwrap().push(event.to_string()))
    }
}

fn with(planted: InjectedFault, said: &Said) -> GpuOptions {
    let options = options().exact_kernel(ExactKernel::F32).events(said.events());
    hooked(options, Hooks { fault: Some(planted), ..Hooks::default() })
}

/// The counts of a job in small bands, three in flight: the device has two, and one is prepared.
fn in_bands(engine: &mut dyn Engine, job: &Job) -> Result<Counts, Error> {
    let interrupt = AtomicBool::new(false);
    let mut bands = engine.begin(job, Quantities::NONE, &interrupt)?;
    let (width, height) = (job.grid.width(), job.grid.height());
    let (mut data, mut started, mut finished) = (Vec::new(), 0, 0);
    while finished < height {
        while started < height && started < finished + 3 * ROWS {
            let window = Window { col: 0, row: started, width, height: ROWS.min(height - started) };
            bands.start(window, Values::default())?;
            started += window.height;
        }
        let band = bands.finish()?;
        assert_eq!(band.window.row, finished);
        finished += band.window.height;
        data.extend(band.values.counts);
    }
    Ok(Counts { width, height, data })
}

/// The precisions that every adapter has.
const PRECISIONS: [Precision; 2] = [Precision::Exact, Precision::Single];

fn undisturbed(precision: Precision) -> Counts {
    let options = options().exact_kernel(ExactKernel::F32);
    in_bands(&mut GpuEngine::new(precision, &options).unwrap(), &ten_bands()).unwrap()
}

/// Which opportunity lies in the middle of the job, past the self-tests.
fn middle(fault: Fault, precision: Precision) -> u32 {
    middle_of(fault, precision, |engine| in_bands(engine, &ten_bands()).map(drop))
}

/// The same of whatever the engine is made to do.
fn middle_of(
    fault: Fault,
    precision: Precision,
    work: impl FnOnce(&mut dyn Engine) -> Result<(), Error>,
) -> u32 {
    let never = InjectedFault::at(fault, u32::MAX..u32::MAX);
    let options = with(never.clone(), &Said::default());
    let mut engine = GpuEngine::new(precision, &options).unwrap();
    let before = never.opportunities();
    work(&mut engine).unwrap();
    before.midpoint(never.opportunities())
}

fn retried(fault: Fault) -> bool {
    fault != Fault::Invalid
}

#[test]
fn a_fault_that_strikes_once_costs_no_pixel() {
    for precision in PRECISIONS {
        let expected = undisturbed(precision);
        for fault in Fault::OF_A_DEVICE.into_iter().filter(|&fault| retried(fault)) {
            let said = Said::default();
            let middle = middle(fault, precision);
            let planted = InjectedFault::at(fault, middle..middle + 1);
            let mut engine = GpuEngine::new(precision, &with(planted, &said)).unwrap();
            let what = format!("{fault:?}, {}", precision.name());
            assert_same(&what, &in_bands(&mut engine, &ten_bands()).unwrap(), &expected);
            let lines = said.lines();
            assert_eq!(lines.len(), 1, "{what}: {lines:?}");
            assert!(lines[0].contains(&adapter().name) && lines[0].contains("again"), "{lines:?}");
            // And the engine is as good as new.
            assert_same(&what, &in_bands(&mut engine, &ten_bands()).unwrap(), &expected);
            assert_eq!(said.lines().len(), 1, "{what}");
        }
    }
}

#[test]
fn a_fault_that_stays_is_one_clear_line() {
    for precision in PRECISIONS {
        for fault in Fault::OF_A_DEVICE {
            let said = Said::default();
            let planted = InjectedFault::at(fault, middle(fault, precision)..u32::MAX);
            let mut engine = GpuEngine::new(precision, &with(planted, &said)).unwrap();
            let error = in_bands(&mut engine, &ten_bands()).unwrap_err();
            let (line, right) =
                (error.to_string(), |right: bool| assert!(right, "{fault:?}: {error:?}"));
            right(line.contains(&adapter().name) && line.lines().count() == 1);
            match fault {
                Fault::Lost => right(line.contains("the device was lost")),
                Fault::OutOfMemory => right(matches!(error, Error::OutOfDeviceMemory { .. })),
                Fault::Invalid => right(matches!(error, Error::Device { .. })),
                Fault::Unmapped => right(matches!(error, Error::ReadBack { .. })),
                Fault::Unwritten => right(line.contains("without a count")),
                _ => right(matches!(error, Error::DeviceLost { .. })),
            }
            assert_eq!(said.lines().is_empty(), !retried(fault), "{fault:?}: {:?}", said.lines());
        }
    }
}

#[test]
fn under_auto_the_cpu_goes_on_where_the_device_stopped() {
    for precision in PRECISIONS {
        let expected = undisturbed(precision);
        let by_cpu = in_bands(&mut CpuEngine::new(precision), &ten_bands()).unwrap();
        for fault in Fault::OF_A_DEVICE {
            let said = Said::default();
            let adapter = adapter().name;
            let planted = InjectedFault::at(fault, middle(fault, precision)..u32::MAX);
            let options = with(planted, &said).adapter(adapter);
            let (mut engine, _) =
                choose(EngineChoice::Auto, &options, precision, &ten_bands()).unwrap();
            let counts = in_bands(&mut *engine, &ten_bands()).unwrap();
            let lines = said.lines();
            let last = lines.last().unwrap();
            let row: usize = last
                .split_once("the cpu takes over from row ")
                .and_then(|(_, rest)| rest.strip_suffix(" on")?.parse().ok())
                .unwrap_or_else(|| panic!("{lines:?}"));
            assert!(row > 0 && lines.len() == 1 + usize::from(retried(fault)).max(lines.len() - 1));
            // In precision single, where the arithmetic differs, each row shows what computed it.
            let at = row * counts.width as usize;
            assert_eq!(counts.data[..at], expected.data[..at], "{fault:?} before row {row}");
            assert_eq!(counts.data[at..], by_cpu.data[at..], "{fault:?} from row {row} on");
        }
    }
}

#[test]
fn a_device_without_memory_for_a_band_does_it_in_pieces() {
    let said = Said::default();
    let whole = job((-0.8, 0.156), 2.0, 200, FULL, 640);
    let options = options().exact_kernel(ExactKernel::F32);
    let expected =
        crate::common::counts(&mut GpuEngine::new(Precision::Exact, &options).unwrap(), &whole);
    let never = InjectedFault::at(Fault::OutOfMemory, u32::MAX..u32::MAX);
    drop(GpuEngine::new(Precision::Exact, &with(never.clone(), &said)).unwrap());
    let first = never.opportunities();
    // Once in the first band; and again in the self-tests of the fresh device.
    for triggers in [first..first + 1, first..first + 2] {
        let planted = InjectedFault::at(Fault::OutOfMemory, triggers.clone());
        let mut engine = GpuEngine::new(Precision::Exact, &with(planted, &said)).unwrap();
        let counts = crate::common::counts(&mut engine, &whole);
        assert_same(&format!("{triggers:?}"), &counts, &expected);
        assert!(
            said.lines()[0].ends_with("trying again with 32000 pixels at a time"),
            "{said:?}",
            said = said.lines()
        );
    }
}

#[test]
fn a_device_that_fails_from_the_start_is_an_error_or_the_cpu() {
    for fault in Fault::OF_A_DEVICE {
        let said = Said::default();
        let options = with(fault.into(), &said);
        let error = GpuEngine::new(Precision::Exact, &options)
            .and_then(|mut engine| in_bands(&mut engine, &ten_bands()))
            .unwrap_err();
        assert!(error.to_string().contains(&adapter().name), "{fault:?}: {error}");
    }
}

/// The picture of a job of several bands, in `path`.
fn picture(engine: &mut dyn Engine, path: &Path) -> Result<(), Error> {
    let job = job((-0.835, -0.2321), 2.0, 80, FULL, 3000);
    picture::write(engine, &job, path, &Options::default(), &AtomicBool::new(false), |_| ())
        .map(drop)
}

/// The pixels of a PNG, which also names the engine that made it.
fn pixels(path: &Path) -> Vec<u8> {
    image::open(path).unwrap().into_bytes()
}

/// A picture that stops in the middle would be a lie; one that the CPU has finished is as good as any.
#[test]
fn a_device_that_fails_leaves_no_half_of_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plot.png");
    picture(&mut CpuEngine::new(Precision::Exact), &path).unwrap();
    let expected = pixels(&path);
    fs::remove_file(&path).unwrap();
    for fault in Fault::OF_A_DEVICE {
        let said = Said::default();
        let first = middle_of(fault, Precision::Exact, |engine| picture(engine, &path));
        fs::remove_file(&path).unwrap();
        let options = with(InjectedFault::at(fault, first..u32::MAX), &said);
        let mut engine = GpuEngine::new(Precision::Exact, &options).unwrap();
        let line = picture(&mut engine, &path).unwrap_err().to_string();
        assert!(line.contains(&adapter().name) && line.lines().count() == 1, "{fault:?}: {line}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{fault:?}");

        let said = Said::default();
        let adapter = adapter().name;
        let options = with(InjectedFault::at(fault, first..u32::MAX), &said).adapter(adapter);
        let (mut engine, _) =
            choose(EngineChoice::Auto, &options, Precision::Exact, &ten_bands()).unwrap();
        picture(&mut *engine, &path).unwrap();
        let last = said.lines().pop().unwrap_or_default();
        assert!(last.contains("; the cpu takes over from row "), "{fault:?}: {last}");
        assert!(pixels(&path) == expected, "{fault:?}");
        fs::remove_file(&path).unwrap();
    }
}
