//! GPU engines that calls have opened: kept for the next call, since opening one takes longer than many
//! a call.
//!
//! The lock is held only by a thread that is attached to the interpreter, and for no call into Python: a fork waits for all such
//! threads, with and without an interpreter's lock, so that no child begins with it held.

use std::mem::forget;
use std::process;
use std::sync::{Mutex, PoisonError};

use juliaset::EngineChoice;
use juliaset::internals::engine::{self, Engine, GpuOptions, check_precision, choose};
use juliaset::{Job, Precision, Result};
use pyo3::prelude::*;

/// What an engine was asked for by.
#[derive(Clone, PartialEq)]
pub struct Request {
    pub choice: EngineChoice,
    pub precision: Precision,
    pub adapter: Option<String>,
}

/// An engine that no call is using.
struct Idle {
    process: u32,
    request: Request,
    engine: Box<dyn Engine>,
}

/// The engines that are kept: a call takes one out and puts it back.
static IDLE: Mutex<Vec<Idle>> = Mutex::new(Vec::new());

/// The most that are kept; each holds its buffers on the device.
const MOST: usize = 4;

/// Whether the adapter that `request` asks for is there, before a view is set up for it.
pub fn check_adapter(request: &Request, job: &Job) -> Result<()> {
    let options = GpuOptions::default().adapter(request.adapter.clone());
    engine::check_adapter(request.choice, &options, request.precision, job)
}

/// The engine that `request` asks for: one that was kept, or a new one.
pub fn open(
    kept: Option<Box<dyn Engine>>,
    request: &Request,
    job: &Job,
) -> Result<Box<dyn Engine>> {
    check_precision(request.precision, job)?;
    if let Some(engine) = kept {
        return Ok(engine);
    }
    let options = GpuOptions::default().adapter(request.adapter.clone());
    Ok(choose(request.choice, &options, request.precision, job)?.0)
}

/// Takes out an engine that `request` asks for.
pub fn take(_py: Python<'_>, request: &Request) -> Option<Box<dyn Engine>> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let process = process::id();
    // A fork has its parent's devices without the threads that serve them: not even their end works.
    let (mine, parents) = idle.drain(..).partition(|idle| idle.process == process);
    *idle = mine;
    forget::<Vec<_>>(parents);
    let index = idle.iter().position(|idle| idle.request == *request)?;
    Some(idle.swap_remove(index).engine)
}

/// Keeps an engine that has not failed, if it is one that takes long to open.
pub fn keep(py: Python<'_>, request: Request, engine: Box<dyn Engine>) {
    // What auto takes depends on the job, and the CPU's is made in no time.
    if request.choice != EngineChoice::Gpu {
        return;
    }
    let too_many = {
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        let too_many = (idle.len() == MOST).then(|| idle.remove(0));
        idle.push(Idle { process: process::id(), request, engine });
        too_many
    };
    py.detach(|| drop(too_many));
}
