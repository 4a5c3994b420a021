//! GPU engines that calls have opened: kept for the next call, since opening one takes longer than many
//! a call.

use std::mem::forget;
use std::process;
use std::sync::{Mutex, PoisonError};

use juliaset::EngineChoice;
use juliaset::internals::engine::{self, Engine, GpuOptions, check_precision, choose};
use juliaset::{Job, Precision, Result};

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

/// Does `work` with the engine that `request` asks for. One that has failed is not kept.
pub fn with(
    request: Request,
    job: &Job,
    work: impl FnOnce(&mut dyn Engine) -> Result<()>,
) -> Result<()> {
    check_precision(request.precision, job)?;
    let mut engine = match take(&request) {
        Some(engine) => engine,
        None => {
            let options = GpuOptions::default().adapter(request.adapter.clone());
            choose(request.choice, &options, request.precision, job)?.0
        }
    };
    work(&mut *engine)?;
    // What auto takes depends on the job, and the CPU's is made in no time.
    if request.choice == EngineChoice::Gpu {
        keep(request, engine);
    }
    Ok(())
}

fn take(request: &Request) -> Option<Box<dyn Engine>> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let process = process::id();
    // A fork has its parent's devices without the threads that serve them: not even their end works.
    let (mine, parents) = idle.drain(..).partition(|idle| idle.process == process);
    *idle = mine;
    forget::<Vec<_>>(parents);
    let index = idle.iter().position(|idle| idle.request == *request)?;
    Some(idle.swap_remove(index).engine)
}

fn keep(request: Request, engine: Box<dyn Engine>) {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if idle.len() == MOST {
        idle.remove(0);
    }
    idle.push(Idle { process: process::id(), request, engine });
}
