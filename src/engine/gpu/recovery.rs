//! The bands of a job on a GPU, and what is done about a device that fails: smaller pieces, a fresh
//! device, and in the end the CPU.

use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use super::connection::Connection;
use super::session::Session;
use crate::band::{Band, Quantities, Values};
use crate::engine::{Bands, CpuEngine, Engine, Event};
use crate::error::{Error, Result};
use crate::gpu;
use crate::job::Job;
use crate::window::Window;

/// If memory is short, the device is given pieces of a band, each time this much smaller.
const SMALLER: u32 = 8;

/// Pieces are never smaller than what this many pixels take.
const LEAST_PIECE: u32 = 1 << 12;

/// The pieces before the first shortage of memory: whole bands.
const WHOLE: u32 = u32::MAX;

pub(super) struct GpuBands<'a> {
    connection: &'a mut Connection,
    /// What continues if the device cannot; `None` if that is not wanted, or has begun.
    cpu: Option<&'a mut CpuEngine>,
    job: Job,
    quantities: Quantities,
    interrupt: &'a AtomicBool,
    by: By<'a>,
    /// Windows that were started and not yet finished.
    started: VecDeque<Window>,
    piece_pixels: u32,
    begun: Instant,
    /// Whether there was a second device already.
    retried: bool,
}

/// What computes the bands.
enum By<'a> {
    Device(Box<Session<'a>>),
    Cpu(Box<dyn Bands + 'a>),
    /// The device has failed.
    Nothing,
}

impl<'a> GpuBands<'a> {
    /// Begins `job`; on `cpu`, if there is one, when the device cannot.
    pub fn new(
        connection: &'a mut Connection,
        cpu: Option<&'a mut CpuEngine>,
        job: &Job,
        quantities: Quantities,
        interrupt: &'a AtomicBool,
    ) -> Result<Self> {
        let mut bands = Self {
            connection,
            cpu,
            job: job.clone(),
            quantities,
            interrupt,
            by: By::Nothing,
            started: VecDeque::new(),
            piece_pixels: WHOLE,
            begun: Instant::now(),
            retried: false,
        };
        bands.restart()?;
        Ok(bands)
    }

    /// Has something that works compute all windows that were started.
    fn restart(&mut self) -> Result<()> {
        while let By::Nothing = self.by {
            match self.begin() {
                Ok(session) => self.by = By::Device(Box::new(session)),
                Err(error) => self.give_up(error)?,
            }
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<Session<'a>> {
        let Self { connection, job, quantities, piece_pixels, interrupt, .. } = self;
        let mut session = connection.session(job, *quantities, *piece_pixels, interrupt)?;
        self.begun = Instant::now();
        for &window in &self.started {
            session.start(self.connection.ready(), window, Values::default())?;
        }
        Ok(session)
    }

    fn recover(&mut self, error: Error) -> Result<()> {
        self.give_up(error)?;
        self.restart()
    }

    /// Gives up what has failed and prepares the next attempt, or says that it makes no sense.
    fn give_up(&mut self, error: Error) -> Result<()> {
        if !error.is_of_device() || matches!(self.by, By::Cpu(_)) {
            return Err(error);
        }
        // All its buffers go, before there are new ones.
        self.by = By::Nothing;
        self.connection.ready = None;
        let next = match error {
            Error::OutOfDeviceMemory { .. } if self.piece_pixels > LEAST_PIECE => {
                let largest = self.started.iter().map(Window::pixels).max().unwrap_or(1 << 20);
                let whole = u32::try_from(largest).unwrap_or(WHOLE);
                self.piece_pixels = (self.piece_pixels.min(whole) / SMALLER).max(LEAST_PIECE);
                format!("with {} pixels at a time", self.piece_pixels)
            }
            Error::DeviceLost { .. } | Error::ReadBack { .. } | Error::Unwritten { .. }
                if !self.retried =>
            {
                self.retried = true;
                "on a fresh device".to_owned()
            }
            _ => return self.fall_back(error),
        };
        let line = format!("{error}; trying again {next}");
        self.connection.options.events.send(Event::Retried(line));
        Ok(())
    }

    /// Has the CPU do what was started and what is still to come.
    fn fall_back(&mut self, error: Error) -> Result<()> {
        let Some(cpu) = self.cpu.take() else { return Err(error) };
        let from = self
            .started
            .front()
            .map_or(String::new(), |window| format!(" from row {} on", window.row));
        let line = format!("{error}; the cpu takes over{from}");
        self.connection.options.events.send(Event::FellBack(line));
        let mut bands = cpu.begin(&self.job, self.quantities, self.interrupt)?;
        for &window in &self.started {
            bands.start(window, Values::default())?;
        }
        self.by = By::Cpu(bands);
        Ok(())
    }
}

impl Bands for GpuBands<'_> {
    fn depth(&self) -> usize {
        match &self.by {
            By::Cpu(bands) => bands.depth(),
            // One more than the device has is prepared.
            By::Device(_) | By::Nothing => gpu::DEPTH + 1,
        }
    }

    fn start(&mut self, window: Window, memory: Values) -> Result<()> {
        self.started.push_back(window);
        let started = match &mut self.by {
            By::Device(session) => session.start(self.connection.ready(), window, memory),
            By::Cpu(bands) => bands.start(window, memory),
            By::Nothing => self.restart(),
        };
        started.or_else(|error| self.recover(error))
    }

    fn finish(&mut self) -> Result<Band> {
        loop {
            let finished = match &mut self.by {
                By::Device(session) => session.finish(self.connection.ready()),
                By::Cpu(bands) => bands.finish(),
                By::Nothing => {
                    self.restart()?;
                    continue;
                }
            };
            match finished {
                Ok(band) => {
                    self.started.pop_front();
                    if std::mem::take(&mut self.connection.first_band) {
                        self.connection.phases.push(("first band", self.begun.elapsed()));
                    }
                    return Ok(band);
                }
                Err(error) => self.recover(error)?,
            }
        }
    }
}
