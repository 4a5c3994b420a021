//! What one worker of several does, in its own thread.

use std::collections::VecDeque;
use std::time::Instant;

use super::queue::{Done, Piece, Queue};
use crate::band::Quantities;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::julia::Job;

/// Takes pieces of `job` from the queue and puts them back done, until the job is stopped or this
/// engine fails.
pub(super) fn work(worker: usize, engine: &mut dyn Engine, job: (&Job, Quantities), queue: &Queue) {
    let mut mine = VecDeque::new();
    let outcome = compute(worker, engine, job, queue, &mut mine);
    match outcome {
        Ok(()) | Err(Error::Interrupted) => {}
        Err(error) => queue.drop_out(worker, mine.into(), error),
    }
}

fn compute(
    worker: usize,
    engine: &mut dyn Engine,
    (job, quantities): (&Job, Quantities),
    queue: &Queue,
    mine: &mut VecDeque<Piece>,
) -> Result<()> {
    let mut bands = engine.begin(job, quantities, &queue.stopped)?;
    let mut since = Instant::now();
    loop {
        while mine.len() < bands.depth() {
            let idle = mine.is_empty();
            let Some((piece, memory)) = queue.take(worker, idle) else { break };
            if idle {
                since = Instant::now();
            }
            mine.push_back(piece);
            bands.start(piece.window, memory)?;
        }
        let Some(&Piece { number, offset, .. }) = mine.front() else { return Ok(()) };
        let piece = bands.finish()?;
        mine.pop_front();
        let speed = piece.window.pixels() as f64 / since.elapsed().as_secs_f64().max(1e-6);
        since = Instant::now();
        queue.put(worker, Done { number, offset, piece }, speed);
    }
}
