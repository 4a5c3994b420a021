//! The explorer's server in this process.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use juliaset::internals::engine::{GpuOptions, choose};
use juliaset::internals::explore::{Seen, Server, Start};
use juliaset::{Color, EngineChoice, Job, Julia, Mapping, Number, Palette, Precision, Tone, View};
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

use crate::argument::Given;
use crate::constant::ConstantArgument;
use crate::error::exception;

/// The size of a page in a notebook, which the engine is chosen for.
const SIZE: (u32, u32) = (960, 600);

/// What `juliaset.explore` shows the page of.
#[pyclass(frozen, name = "Server", module = "juliaset._juliaset")]
pub struct PyServer {
    address: String,
    seen: Seen,
    interrupt: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<juliaset::Result<()>>>>,
}

/// A center's two parts, and a width or a zoom.
type Place = (String, String, Option<String>, Option<String>);

#[pymethods]
impl PyServer {
    #[new]
    #[allow(clippy::too_many_arguments, reason = "one for each keyword of `explore`")]
    fn new(
        py: Python<'_>,
        c_0: Given<ConstantArgument>,
        threshold: f64,
        n_iterations: (u32, u32),
        view: Place,
        palette: &str,
        interior: Option<&str>,
        mapping: &str,
        cycles: f64,
        palette_offset: f64,
        smooth: bool,
        distance: Option<f64>,
        engine: &str,
        port: u16,
    ) -> PyResult<Self> {
        let c_0 = c_0.get("c_0")?.get("c_0")?;
        let start = || -> juliaset::Result<_> {
            let julia = Julia::new(c_0, threshold, n_iterations)?;
            let (columns, rows) = SIZE;
            let job = Job::of_view(julia, &place(view)?, columns, rows)?;
            let (palette, mapping): (Palette, Mapping) = (palette.parse()?, mapping.parse()?);
            let tone = Tone::default().palette(palette).mapping(mapping);
            let tone = tone.interior(interior.map(str::parse::<Color>).transpose()?);
            let tone = tone
                .cycles(cycles)
                .palette_offset(palette_offset)
                .smooth(smooth)
                .distance(distance);
            Ok((job, tone, engine.parse::<EngineChoice>()?))
        };
        let (job, tone, choice) = start().map_err(exception)?;
        let chosen =
            move |job: &Job| Ok(choose(choice, &GpuOptions::default(), Precision::Exact, job)?.0);
        let engine = py.detach(|| chosen(&job)).map_err(exception)?;
        let refused = |error: std::io::Error| PyOSError::new_err(error.to_string());
        let server =
            Server::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).map_err(refused)?;
        let address = format!("http://{}/", server.address());
        let (seen, interrupt) = (Seen::default(), Arc::new(AtomicBool::new(false)));
        let (start, flag) = (Start { job, tone, seen: Some(seen.clone()) }, Arc::clone(&interrupt));
        let thread = thread::Builder::new()
            .name("explorer".to_owned())
            .spawn(move || server.serve(&start, engine, Arc::new(chosen), &flag))
            .map_err(refused)?;
        Ok(Self { address, seen, interrupt, thread: Mutex::new(Some(thread)) })
    }

    #[getter]
    fn address(&self) -> &str {
        &self.address
    }

    /// What the page shows: the query of a request for the picture.
    fn seen(&self) -> Option<String> {
        self.seen.query()
    }

    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.interrupt.store(true, Ordering::Relaxed);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let ended = py.detach(|| thread.map(JoinHandle::join));
        match ended {
            Some(Ok(served)) => served.map_err(exception),
            _ => Ok(()),
        }
    }
}

impl Drop for PyServer {
    fn drop(&mut self) {
        self.interrupt.store(true, Ordering::Relaxed);
    }
}

fn place((re, im, width, zoom): Place) -> juliaset::Result<View> {
    let (re, im): (Number, Number) = (re.parse()?, im.parse()?);
    match (width, zoom) {
        (Some(width), _) => View::new(re, im, width.parse()?),
        (None, zoom) => {
            let zoom = zoom.as_deref().unwrap_or("1").parse()?;
            View::with_zoom(re, im, zoom, SIZE.0, SIZE.1)
        }
    }
}
