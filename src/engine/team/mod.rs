//! Several engines on one job, with the picture that each of them would make alone.

mod board;
mod member;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use super::{Bands, Engine, Notify};
use crate::counts::{Band, Tally};
use crate::error::{Error, Result};
use crate::julia::{Job, Precision};
use crate::region::Window;
use crate::timing::StartUp;
use board::Board;

/// Engines that share the bands of a job: each takes a piece when it is free, as large as suits its
/// speed. One whose device fails drops out, and the others do what it leaves.
///
/// Each member has a thread of its own; what it does on the CPU it does in rayon's global pool.
pub(super) struct Team {
    members: Vec<Box<dyn Engine>>,
    precision: Precision,
    notify: Notify,
}

impl Team {
    pub fn new(members: Vec<Box<dyn Engine>>, precision: Precision, notify: Notify) -> Self {
        Self { members, precision, notify }
    }
}

impl Engine for Team {
    fn describe(&self) -> String {
        let names: Vec<_> = self.members.iter().map(|member| member.describe()).collect();
        names.join(" + ")
    }

    fn describe_fully(&self) -> String {
        let names: Vec<_> = self.members.iter().map(|member| member.describe_fully()).collect();
        names.join(" + ")
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    fn start_up(&self) -> Vec<StartUp> {
        self.members.iter().flat_map(|member| member.start_up()).collect()
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        let board = Arc::new(Board::new(self.members.len(), self.notify.clone()));
        let mut bands = TeamBands {
            // As many as each member computes and waits for, and some that wait to be fetched.
            depth: 2 + 2 * self.members.len(),
            interrupt,
            board: board.clone(),
            threads: Vec::new(),
            open: VecDeque::new(),
            next: 0,
            members: &mut self.members,
        };
        for (index, mut engine) in std::mem::take(bands.members).into_iter().enumerate() {
            let (board, job) = (board.clone(), *job);
            bands.threads.push(thread::spawn(move || {
                member::work(index, &mut *engine, &job, &board);
                engine
            }));
        }
        Ok(Box::new(bands))
    }
}

struct TeamBands<'a> {
    depth: usize,
    interrupt: &'a AtomicBool,
    board: Arc<Board>,
    threads: Vec<JoinHandle<Box<dyn Engine>>>,
    /// Bands that were started and not yet finished.
    open: VecDeque<Open>,
    /// The number of the next band.
    next: u64,
    /// Where the engines go in the end.
    members: &'a mut Vec<Box<dyn Engine>>,
}

/// A band that was started.
struct Open {
    number: u64,
    band: Band,
    /// Pixels that have no count yet.
    missing: u64,
}

impl TeamBands<'_> {
    /// Puts a piece where it belongs.
    fn put(&mut self, board::Done { number, offset, piece }: board::Done) {
        let Some(open) = self.open.iter_mut().find(|open| open.number == number) else { return };
        let offset = offset as usize;
        open.band.counts[offset..offset + piece.counts.len()].copy_from_slice(&piece.counts);
        open.band.tally += piece.tally;
        open.missing -= piece.counts.len() as u64;
        self.board.give_buffer(piece.counts);
    }
}

impl Bands for TeamBands<'_> {
    fn depth(&self) -> usize {
        self.depth
    }

    fn start(&mut self, window: Window, mut buffer: Vec<u32>) -> Result<()> {
        buffer.resize(window.pixels() as usize, 0);
        let (number, missing) = (self.next, window.pixels());
        self.next += 1;
        self.open.push_back(Open {
            number,
            band: Band { window, counts: buffer, tally: Tally::default() },
            missing,
        });
        self.board.add(number, window);
        Ok(())
    }

    fn finish(&mut self) -> Result<Band> {
        loop {
            let oldest = self.open.pop_front_if(|open| open.missing == 0);
            if let Some(Open { band, .. }) = oldest {
                return Ok(band);
            }
            if self.interrupt.load(Ordering::Relaxed) {
                self.board.stop();
                return Err(Error::Interrupted);
            }
            if let Some(done) = self.board.fetch()? {
                self.put(done);
            }
        }
    }
}

impl Drop for TeamBands<'_> {
    fn drop(&mut self) {
        self.board.stop();
        // A member that panicked is gone.
        let members = self.threads.drain(..).filter_map(|thread| thread.join().ok());
        self.members.extend(members);
    }
}

#[cfg(test)]
mod tests;
