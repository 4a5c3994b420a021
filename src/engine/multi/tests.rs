//! Teams of engines that are slow, fast or break, each computing with the CPU.

use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::engine::{CpuEngine, Event};
use crate::julia::Julia;
use crate::region::{ComplexRegion, Grid};
use crate::render;

/// The CPU, `rest` slower; it breaks after this many bands.
struct Fake {
    cpu: CpuEngine,
    rest: Duration,
    breaks_after: usize,
    done: Arc<Mutex<Vec<Window>>>,
}

impl Fake {
    fn new(milliseconds: u64, breaks_after: usize) -> Self {
        let (cpu, rest) = (CpuEngine::new(Precision::Exact), Duration::from_millis(milliseconds));
        Self { cpu, rest, breaks_after, done: Arc::default() }
    }
}

impl Engine for Fake {
    fn describe(&self) -> String {
        "fake".to_owned()
    }

    fn precision(&self) -> Precision {
        Precision::Exact
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        quantities: Quantities,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        let Self { cpu, rest, breaks_after, done } = self;
        let bands = cpu.begin(job, quantities, interrupt)?;
        Ok(Box::new(FakeBands { bands, rest: *rest, left: *breaks_after, done }))
    }
}

struct FakeBands<'a> {
    bands: Box<dyn Bands + 'a>,
    rest: Duration,
    left: usize,
    done: &'a Mutex<Vec<Window>>,
}

impl Bands for FakeBands<'_> {
    fn depth(&self) -> usize {
        2
    }

    fn start(&mut self, window: Window, memory: Values) -> Result<()> {
        self.bands.start(window, memory)
    }

    fn finish(&mut self) -> Result<Band> {
        thread::sleep(self.rest);
        if self.left == 0 {
            let (adapter, reason) = ("fake".to_owned(), "it broke".to_owned());
            return Err(Error::DeviceLost { adapter, reason });
        }
        self.left -= 1;
        let band = self.bands.finish()?;
        self.done.lock().unwrap().push(band.window);
        Ok(band)
    }
}

fn job() -> Job {
    let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
    let c = num_complex::Complex64::new(-0.8, 0.156);
    let julia = Julia::new(c, 2.0, (0, 100)).unwrap();
    Job { julia, grid: Grid::new(region, 3000).unwrap() }
}

fn counts(engine: &mut dyn Engine) -> Result<Vec<u32>> {
    Ok(render::counts(engine, &job(), &AtomicBool::new(false))?.data)
}

fn engines(workers: Vec<Fake>, events: EventHandler) -> MultiEngine {
    let workers = workers.into_iter().map(|worker| Box::new(worker) as Box<dyn Engine>);
    MultiEngine::new(workers.collect(), Precision::Exact, events)
}

const NEVER: usize = usize::MAX;

#[test]
fn a_team_has_the_counts_of_one_engine() {
    let expected = counts(&mut CpuEngine::new(Precision::Exact)).unwrap();
    let (fast, slow) = (Fake::new(0, NEVER), Fake::new(200, NEVER));
    let done = [fast.done.clone(), slow.done.clone()];
    let mut engines = engines(vec![fast, slow], EventHandler::default());
    assert!(counts(&mut engines).unwrap() == expected);
    let [fast, slow] =
        done.map(|done| done.lock().unwrap().iter().map(Window::pixels).sum::<u64>());
    assert_eq!(fast + slow, job().grid.pixels());
    assert!(fast > slow, "{fast} {slow}");
    // A engines does one job after the other.
    assert!(counts(&mut engines).unwrap() == expected);
}

#[test]
fn the_others_do_what_a_broken_member_leaves() {
    let expected = counts(&mut CpuEngine::new(Precision::Exact)).unwrap();
    for breaks_after in [0, 1, 3] {
        let said = Arc::new(Mutex::new(Vec::new()));
        let events = {
            let said = said.clone();
            EventHandler::new(move |event| said.lock().unwrap().push(event))
        };
        let mut engines = engines(vec![Fake::new(1, breaks_after), Fake::new(1, NEVER)], events);
        assert!(counts(&mut engines).unwrap() == expected, "{breaks_after}");
        let line = "adapter fake: the device was lost: it broke; the others do without it";
        assert_eq!(*said.lock().unwrap(), [Event::FellBack(line.to_owned())]);
    }
}

#[test]
fn a_team_without_anybody_left_is_an_error() {
    let mut engines = engines(vec![Fake::new(0, 1), Fake::new(1, 2)], EventHandler::default());
    assert!(matches!(counts(&mut engines), Err(Error::DeviceLost { .. })));
}

#[test]
fn a_team_that_is_interrupted_stops() {
    let mut engines =
        engines(vec![Fake::new(0, NEVER), Fake::new(20, NEVER)], EventHandler::default());
    let result = render::counts(&mut engines, &job(), &AtomicBool::new(true));
    assert!(matches!(result, Err(Error::Interrupted)));
    assert_eq!(engines.describe(), "fake + fake");
}
