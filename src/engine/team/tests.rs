//! Teams of engines that are slow, fast or break, each computing with the CPU.

use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::engine::{CpuEngine, Notice};
use crate::julia::Julia;
use crate::region::{ComplexRegion, Grid};
use crate::render;

/// The CPU, `rest` slower; it breaks after so many bands.
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
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        let Self { cpu, rest, breaks_after, done } = self;
        let bands = cpu.begin(job, interrupt)?;
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

    fn start(&mut self, window: Window, buffer: Vec<u32>) -> Result<()> {
        self.bands.start(window, buffer)
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

fn team(members: Vec<Fake>, notify: Notify) -> Team {
    let members = members.into_iter().map(|member| Box::new(member) as Box<dyn Engine>);
    Team::new(members.collect(), Precision::Exact, notify)
}

const NEVER: usize = usize::MAX;

#[test]
fn a_team_has_the_counts_of_one_engine() {
    let expected = counts(&mut CpuEngine::new(Precision::Exact)).unwrap();
    let (fast, slow) = (Fake::new(0, NEVER), Fake::new(200, NEVER));
    let done = [fast.done.clone(), slow.done.clone()];
    let mut team = team(vec![fast, slow], Notify::default());
    assert!(counts(&mut team).unwrap() == expected);
    let [fast, slow] =
        done.map(|done| done.lock().unwrap().iter().map(Window::pixels).sum::<u64>());
    assert_eq!(fast + slow, job().grid.pixels());
    assert!(fast > slow, "{fast} {slow}");
    // A team does one job after the other.
    assert!(counts(&mut team).unwrap() == expected);
}

#[test]
fn the_others_do_what_a_broken_member_leaves() {
    let expected = counts(&mut CpuEngine::new(Precision::Exact)).unwrap();
    for breaks_after in [0, 1, 3] {
        let said = Arc::new(Mutex::new(Vec::new()));
        let notify = {
            let said = said.clone();
            Notify::new(move |notice| said.lock().unwrap().push(notice))
        };
        let mut team = team(vec![Fake::new(1, breaks_after), Fake::new(1, NEVER)], notify);
        assert!(counts(&mut team).unwrap() == expected, "{breaks_after}");
        let line = "adapter fake: the device was lost: it broke; the others do without it";
        assert_eq!(*said.lock().unwrap(), [Notice::TakenOver(line.to_owned())]);
    }
}

#[test]
fn a_team_without_anybody_left_is_an_error() {
    let mut team = team(vec![Fake::new(0, 1), Fake::new(1, 2)], Notify::default());
    assert!(matches!(counts(&mut team), Err(Error::DeviceLost { .. })));
}

#[test]
fn a_team_that_is_interrupted_stops() {
    let mut team = team(vec![Fake::new(0, NEVER), Fake::new(20, NEVER)], Notify::default());
    let result = render::counts(&mut team, &job(), &AtomicBool::new(true));
    assert!(matches!(result, Err(Error::Interrupted)));
    assert_eq!(team.describe(), "fake + fake");
}
