//! What one member of a team does, in a thread of its own.

use std::collections::VecDeque;
use std::time::Instant;

use super::board::{Board, Done, Piece};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::julia::Job;

/// Takes pieces of `job` from the board and puts them back done, until the team stops or this
/// engine fails.
pub(super) fn work(member: usize, engine: &mut dyn Engine, job: &Job, board: &Board) {
    let mut mine = VecDeque::new();
    let outcome = compute(member, engine, job, board, &mut mine);
    match outcome {
        Ok(()) | Err(Error::Interrupted) => {}
        Err(error) => board.drop_out(member, mine.into(), error),
    }
}

fn compute(
    member: usize,
    engine: &mut dyn Engine,
    job: &Job,
    board: &Board,
    mine: &mut VecDeque<Piece>,
) -> Result<()> {
    let mut bands = engine.begin(job, &board.stopped)?;
    let mut since = Instant::now();
    loop {
        while mine.len() < bands.depth() {
            let idle = mine.is_empty();
            let Some((piece, buffer)) = board.take(member, idle) else { break };
            if idle {
                since = Instant::now();
            }
            mine.push_back(piece);
            bands.start(piece.window, buffer)?;
        }
        let Some(&Piece { number, offset, .. }) = mine.front() else { return Ok(()) };
        let piece = bands.finish()?;
        mine.pop_front();
        let speed = piece.counts.len() as f64 / since.elapsed().as_secs_f64().max(1e-6);
        since = Instant::now();
        board.put(member, Done { number, offset, piece }, speed);
    }
}
