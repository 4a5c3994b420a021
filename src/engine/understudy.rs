//! An engine whose place another takes where it fails.

use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::AtomicBool;

use super::{Bands, CpuEngine, Engine, Notice, Notify};
use crate::counts::Band;
use crate::error::{Error, Result};
use crate::julia::{Job, Precision};
use crate::region::Window;
use crate::timing::{DeviceTimes, StartUp};

/// A GPU's engine with the CPU's as its understudy.
pub(super) struct Understudied {
    pub gpu: Box<dyn Engine>,
    pub cpu: CpuEngine,
    pub notify: Notify,
}

impl Engine for Understudied {
    fn describe(&self) -> String {
        self.gpu.describe()
    }

    fn describe_fully(&self) -> String {
        self.gpu.describe_fully()
    }

    fn precision(&self) -> Precision {
        self.gpu.precision()
    }

    fn start_up(&self) -> Vec<StartUp> {
        self.gpu.start_up()
    }

    fn device_times(&mut self) -> DeviceTimes {
        self.gpu.device_times()
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        let Self { gpu, cpu, notify } = self;
        match gpu.begin(job, interrupt) {
            Ok(bands) => Ok(Box::new(UnderstudiedBands {
                bands,
                cpu: Some(cpu),
                notify,
                job: *job,
                interrupt,
                started: VecDeque::new(),
            })),
            Err(error) if error.is_of_device() => {
                notify.tell(Notice::TakenOver(format!("{error}; the cpu takes over")));
                cpu.begin(job, interrupt)
            }
            Err(error) => Err(error),
        }
    }
}

struct UnderstudiedBands<'a> {
    bands: Box<dyn Bands + 'a>,
    /// The understudy, as long as it is not on.
    cpu: Option<&'a mut CpuEngine>,
    notify: &'a Notify,
    job: Job,
    interrupt: &'a AtomicBool,
    started: VecDeque<Window>,
}

impl UnderstudiedBands<'_> {
    /// Has the understudy do what was started and what is still to come.
    fn take_over(&mut self, error: Error) -> Result<()> {
        if !error.is_of_device() {
            return Err(error);
        }
        let Some(cpu) = self.cpu.take() else { return Err(error) };
        let row = self.started.front().map_or(0, |window| window.row);
        let line = format!("{error}; the cpu takes over from row {row} on");
        self.notify.tell(Notice::TakenOver(line));
        // What the device holds goes first.
        drop(mem::replace(&mut self.bands, cpu.begin(&self.job, self.interrupt)?));
        self.started.iter().try_for_each(|&window| self.bands.start(window, Vec::new()))
    }
}

impl Bands for UnderstudiedBands<'_> {
    fn depth(&self) -> usize {
        self.bands.depth()
    }

    fn start(&mut self, window: Window, buffer: Vec<u32>) -> Result<()> {
        self.started.push_back(window);
        self.bands.start(window, buffer).or_else(|error| self.take_over(error))
    }

    fn finish(&mut self) -> Result<Band> {
        loop {
            match self.bands.finish() {
                Ok(band) => {
                    self.started.pop_front();
                    return Ok(band);
                }
                Err(error) => self.take_over(error)?,
            }
        }
    }
}
