//! The queue from which the workers of several engines take pieces, and into which they put results.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::band::{Band, Values};
use crate::engine::{Event, EventHandler};
use crate::error::{Error, Result};
use crate::region::Window;

/// The first piece of a worker whose speed is unknown.
const FIRST_PIECE: u64 = 1 << 16;

/// Pieces are no smaller than this, as each has a fixed cost.
const LEAST_PIECE: u64 = 1 << 14;

/// How long to wait before looking whether the job was interrupted.
const LOOK: Duration = Duration::from_millis(20);

pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    events: EventHandler,
    /// The workers' engines watch it.
    pub stopped: AtomicBool,
}

/// A part of a band, for one worker.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// The band's.
    pub number: u64,
    /// Of its first pixel in the band.
    pub offset: u64,
    pub window: Window,
}

/// A piece that was computed.
pub(super) struct Done {
    pub number: u64,
    pub offset: u64,
    pub piece: Band,
}

struct State {
    /// Pieces that no worker has taken, oldest first.
    waiting: VecDeque<Piece>,
    done: VecDeque<Done>,
    memory: Vec<Values>,
    /// Pixels per second of each worker, where it is known.
    speeds: Vec<Option<f64>>,
    /// Workers that have not dropped out.
    present: usize,
    failure: Option<Error>,
}

impl Queue {
    pub fn new(workers: usize, events: EventHandler) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            done: VecDeque::new(),
            memory: Vec::new(),
            speeds: vec![None; workers],
            present: workers,
            failure: None,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            events,
            stopped: AtomicBool::new(false),
        }
    }

    /// The state, even if a worker panicked: every change is complete.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0
    }

    /// A band to compute.
    pub fn add(&self, number: u64, window: Window) {
        self.lock().waiting.push_back(Piece { number, offset: 0, window });
        self.changed.notify_all();
    }

    /// A piece that is done, if there is one soon.
    ///
    /// # Errors
    /// If a worker found that the job cannot be done, or no worker is left.
    pub fn fetch(&self) -> Result<Option<Done>> {
        let mut state = self.lock();
        if state.done.is_empty() && state.failure.is_none() {
            state = self.wait(state);
        }
        match state.failure.take() {
            Some(error) => Err(error),
            None => Ok(state.done.pop_front()),
        }
    }

    /// For a worker's next piece.
    pub fn give_memory(&self, memory: Values) {
        self.lock().memory.push(memory);
    }

    /// Has every worker end soon.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.changed.notify_all();
    }

    /// The next piece for a worker, with memory for its values. `None` if no piece waits, or, for a
    /// worker that can wait, if the job has been stopped.
    pub fn take(&self, worker: usize, can_wait: bool) -> Option<(Piece, Values)> {
        let mut state = self.lock();
        loop {
            if self.stopped.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(band) = state.waiting.pop_front() {
                let (piece, rest) = split(band, state.share(worker, band.window.pixels()));
                state.waiting.extend(rest);
                // What is left of the oldest band comes first.
                if rest.is_some() {
                    state.waiting.rotate_right(1);
                }
                let memory = state.memory.pop().unwrap_or_default();
                return Some((piece, memory));
            }
            if !can_wait {
                return None;
            }
            state = self.wait(state);
        }
    }

    /// A worker has done a piece, at this speed in pixels per second.
    pub fn put(&self, worker: usize, done: Done, speed: f64) {
        let mut state = self.lock();
        let known = state.speeds[worker].unwrap_or(speed);
        state.speeds[worker] = Some(0.5 * (known + speed));
        state.done.push_back(done);
        drop(state);
        self.changed.notify_all();
    }

    /// A worker is out, and leaves `pieces` to the others. If its device is not at fault, or
    /// no other worker is left, that ends the job.
    pub fn drop_out(&self, worker: usize, pieces: Vec<Piece>, error: Error) {
        let mut state = self.lock();
        state.present -= 1;
        state.speeds[worker] = None;
        for piece in pieces.into_iter().rev() {
            state.waiting.push_front(piece);
        }
        if state.present == 0 || !error.is_of_device() {
            state.failure.get_or_insert(error);
            drop(state);
        } else {
            drop(state);
            let line = format!("{error}; the others do without it");
            self.events.send(Event::FellBack(line));
        }
        self.changed.notify_all();
    }
}

impl State {
    /// How many pixels of a band with `band` pixels a worker should take: for every worker they take about
    /// as long as a band takes the fastest.
    fn share(&self, worker: usize, band: u64) -> u64 {
        let fastest = self.speeds.iter().flatten().copied().fold(0.0, f64::max);
        match self.speeds[worker] {
            None => FIRST_PIECE,
            Some(speed) => ((band as f64 * (speed / fastest)) as u64).max(LEAST_PIECE),
        }
    }
}

/// The first `pixels` pixels of a piece, about, and the rest: in whole rows, or in parts of the only
/// one.
fn split(piece: Piece, pixels: u64) -> (Piece, Option<Piece>) {
    let Piece { number, offset, window } = piece;
    let Window { col, row, width, height } = window;
    // At least 1, at most what there is.
    let part = |size: u64, most: u32| size.clamp(1, most.into()) as u32;
    let (first, rest) = if height > 1 {
        let rows = part(pixels / u64::from(width), height);
        (
            Window { height: rows, ..window },
            Window { row: row + rows, height: height - rows, ..window },
        )
    } else {
        let columns = part(pixels, width);
        let rest = Window { col: col + columns, width: width - columns, ..window };
        (Window { width: columns, ..window }, rest)
    };
    let after = Piece { number, offset: offset + first.pixels(), window: rest };
    (Piece { window: first, ..piece }, (rest.pixels() > 0).then_some(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_up_their_band() {
        for (width, height) in [(10, 7), (1, 5), (100, 1), (3, 3)] {
            for pixels in [1, 4, 20, 1000] {
                let window = Window { col: 5, row: 9, width, height };
                let (mut rest, mut next) = (Some(Piece { number: 3, offset: 0, window }), 0);
                while let Some(whole) = rest {
                    let (piece, after) = split(whole, pixels);
                    assert_eq!(piece.offset, next);
                    let (col, row) = (piece.window.col - 5, piece.window.row - 9);
                    assert_eq!(u64::from(row * width + col), next);
                    assert!(piece.window.pixels() <= pixels.max(u64::from(width)));
                    next += piece.window.pixels();
                    rest = after;
                }
                assert_eq!(next, window.pixels());
            }
        }
    }
}
