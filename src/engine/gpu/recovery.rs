//! The bands of a job on a GPU, and what is done about a device that fails.

use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use super::GpuEngine;
use super::session::Session;
use crate::counts::Band;
use crate::engine::{Bands, Notice};
use crate::error::{Error, Result};
use crate::gpu;
use crate::julia::Job;
use crate::region::Window;

/// Where memory is short, the device is given pieces of a band, each time this much smaller.
const SMALLER: u32 = 8;

/// Pieces are never smaller than what this many pixels take.
const LEAST_PIECE: u32 = 1 << 12;

/// The pieces before the first shortage of memory: whole bands.
const WHOLE: u32 = u32::MAX;

pub(super) struct GpuBands<'a> {
    engine: &'a mut GpuEngine,
    job: Job,
    interrupt: &'a AtomicBool,
    /// None where the device has failed.
    session: Option<Session<'a>>,
    /// Windows that were started and not yet finished.
    started: VecDeque<Window>,
    piece_pixels: u32,
    begun: Instant,
    /// Whether there was a second device already.
    again: bool,
}

impl<'a> GpuBands<'a> {
    pub fn new(engine: &'a mut GpuEngine, job: &Job, interrupt: &'a AtomicBool) -> Result<Self> {
        let mut bands = Self {
            engine,
            job: *job,
            interrupt,
            session: None,
            started: VecDeque::new(),
            piece_pixels: WHOLE,
            begun: Instant::now(),
            again: false,
        };
        bands.session()?;
        Ok(bands)
    }

    /// The session, with all windows started; a new one where there is none.
    fn session(&mut self) -> Result<&mut Session<'a>> {
        while self.session.is_none() {
            match self.begin() {
                Ok(session) => self.session = Some(session),
                Err(error) => self.recover(error)?,
            }
        }
        Ok(self.session.as_mut().expect("it was just made"))
    }

    fn begin(&mut self) -> Result<Session<'a>> {
        let mut session = self.engine.session(&self.job, self.piece_pixels, self.interrupt)?;
        self.begun = Instant::now();
        for &window in &self.started {
            session.start(window, Vec::new())?;
        }
        Ok(session)
    }

    /// Gives up what has failed, so that it can be done again; or says that it makes no sense.
    fn recover(&mut self, error: Error) -> Result<()> {
        if !error.is_of_device() {
            return Err(error);
        }
        // All its buffers go, before there are new ones.
        self.session = None;
        let next = match error {
            Error::OutOfDeviceMemory { .. } if self.piece_pixels > LEAST_PIECE => {
                let largest = self.started.iter().map(Window::pixels).max().unwrap_or(1 << 20);
                let whole = u32::try_from(largest).unwrap_or(WHOLE);
                self.piece_pixels = (self.piece_pixels.min(whole) / SMALLER).max(LEAST_PIECE);
                format!("with {} pixels at a time", self.piece_pixels)
            }
            Error::DeviceLost { .. } | Error::ReadBack { .. } | Error::Unwritten { .. }
                if !self.again =>
            {
                self.again = true;
                "on a fresh device".to_owned()
            }
            _ => return Err(error),
        };
        let line = format!("{error}; trying again {next}");
        self.engine.options.notify.tell(Notice::TriedAgain(line));
        Ok(())
    }
}

impl Bands for GpuBands<'_> {
    fn depth(&self) -> usize {
        gpu::DEPTH
    }

    fn start(&mut self, window: Window, buffer: Vec<u32>) -> Result<()> {
        let started = self.session()?.start(window, buffer);
        self.started.push_back(window);
        started.or_else(|error| self.recover(error))
    }

    fn finish(&mut self) -> Result<Band> {
        loop {
            match self.session()?.finish() {
                Ok(band) => {
                    self.started.pop_front();
                    if std::mem::take(&mut self.engine.first_band) {
                        self.engine.phases.push(("first band", self.begun.elapsed()));
                    }
                    return Ok(band);
                }
                Err(error) => self.recover(error)?,
            }
        }
    }
}

impl Drop for GpuBands<'_> {
    fn drop(&mut self) {
        self.engine.ready = self.session.take().map(Session::into_ready);
    }
}
