//! The thread that has the engine: the newest view comes first, and its tiles in the order in which they were asked for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use hyper::body::Bytes;
use tokio::sync::oneshot;

use super::chart::Charts;
use super::encoding;
use super::error::Refusal;
use super::kept::Kept;
use super::limits;
use super::tile::TileRequest;
use super::unwanted::Unwanted;
use crate::band::Values;
use crate::engine::Engine;
use crate::job::Job;

/// What comes of a tile that is asked for.
pub type Outcome = Result<Bytes, Refusal>;

struct Task {
    request: TileRequest,
    unwanted: Arc<AtomicBool>,
    answer: oneshot::Sender<Outcome>,
}

#[derive(Default)]
struct State {
    /// The newest at the end.
    waiting: Vec<Task>,
    kept: Kept,
    closed: bool,
}

/// The queue in front of the engine. Closing the last handle ends its thread.
#[derive(Default)]
pub struct Workers {
    state: Mutex<State>,
    changed: Condvar,
}

/// Asked for as long as this lives.
pub struct Wanted {
    _unwanted: Unwanted,
    answer: oneshot::Receiver<Outcome>,
}

impl Wanted {
    /// Waits for the tile.
    pub async fn outcome(mut self) -> Outcome {
        (&mut self.answer).await.unwrap_or(Err(Refusal::Unwanted))
    }
}

impl Workers {
    /// Gives `engine` its thread.
    ///
    /// # Errors
    /// If the system has no thread.
    pub fn start(engine: Box<dyn Engine>) -> std::io::Result<Arc<Self>> {
        let workers = Arc::new(Self::default());
        let of_thread = Arc::clone(&workers);
        thread::Builder::new().name("engine".to_owned()).spawn(move || of_thread.work(engine))?;
        Ok(workers)
    }

    /// The tile, if it is kept.
    pub fn kept(&self, request: &TileRequest) -> Option<Bytes> {
        self.lock().kept.get(&request.key()?)
    }

    /// Puts a request, and those of the same view, in front of all others. If too many wait, the oldest is [`Refusal::Busy`].
    pub fn ask(&self, request: TileRequest) -> Wanted {
        let (sender, answer) = oneshot::channel();
        let unwanted = Unwanted::default();
        let task = Task { request, unwanted: unwanted.flag(), answer: sender };
        let mut state = self.lock();
        state.waiting.retain(|task| !task.unwanted.load(Ordering::Relaxed));
        if state.waiting.len() >= limits::WAITING {
            // Whoever asked may be gone.
            let _ = state.waiting.remove(0).answer.send(Err(Refusal::Busy));
        }
        if !state.closed {
            state.waiting.push(task);
        }
        drop(state);
        self.changed.notify_one();
        Wanted { _unwanted: unwanted, answer }
    }

    /// Lets the thread end; what waits is dropped.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.waiting.clear();
        drop(state);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<Task> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            state.waiting.retain(|task| !task.unwanted.load(Ordering::Relaxed));
            if let Some(newest) = state.waiting.last() {
                let is_beside = |task: &Task| task.request.is_of_view(&newest.request);
                let first = state.waiting.iter().position(is_beside).unwrap_or_default();
                return Some(state.waiting.remove(first));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn work(&self, mut engine: Box<dyn Engine>) {
        let (mut charts, mut values) = (Charts::default(), Values::default());
        while let Some(task) = self.next() {
            let key = task.request.key();
            // Another one may have asked for the same tile meanwhile.
            let known = key.as_deref().and_then(|key| self.lock().kept.get(key));
            let outcome = known.map_or_else(
                || {
                    let work = || {
                        tile(
                            engine.as_mut(),
                            &mut charts,
                            &mut values,
                            &task.request,
                            &task.unwanted,
                        )
                    };
                    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
                        Err(Refusal::Failed("the tile could not be computed".to_owned()))
                    })
                },
                Ok,
            );
            if let (Ok(tile), Some(key)) = (&outcome, key) {
                self.lock().kept.put(key, tile.clone());
            }
            // Whoever asked may be gone.
            let _ = task.answer.send(outcome);
        }
    }
}

fn tile(
    engine: &mut dyn Engine,
    charts: &mut Charts,
    memory: &mut Values,
    request: &TileRequest,
    interrupt: &AtomicBool,
) -> Outcome {
    let (grid, window) = charts.window(&request.points);
    let job = Job { julia: request.julia.clone(), grid };
    let mut bands = engine.begin(&job, request.quantities, interrupt)?;
    bands.start(window, std::mem::take(memory))?;
    let band = bands.finish()?;
    let itermax = request.julia.itermax();
    let bytes =
        encoding::encoded(itermax, request.quantities, window, &band.values, &band.tier_counts);
    *memory = band.values;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::query::Query;
    use super::*;

    fn request(level: u32, x: u32) -> TileRequest {
        let query = format!("c=0,1&level={level}&x={x}&y=0");
        TileRequest::of_tile(Query::read(&query).unwrap()).unwrap()
    }

    #[test]
    fn the_newest_view_comes_first_and_its_tiles_in_their_order() {
        let workers = Workers::default();
        let mut asked: Vec<_> = [(1, 0), (1, 1), (2, 5), (2, 3), (2, 4)]
            .map(|(level, x)| workers.ask(request(level, x)))
            .into();
        // Nobody waits for this one any more.
        drop(asked.remove(3));
        let order: Vec<_> = (0..4).map(|_| workers.next().unwrap().request).collect();
        assert_eq!(order, [(2, 5), (2, 4), (1, 0), (1, 1)].map(|(level, x)| request(level, x)));
    }

    /// The newest request was refused when many waited, which were those of views that were seen long ago.
    #[test]
    fn if_too_many_wait_the_oldest_is_refused() {
        let workers = Workers::default();
        let asked: Vec<_> =
            (0..limits::WAITING as u32 + 2).map(|x| workers.ask(request(1, x))).collect();
        for (x, mut wanted) in asked.into_iter().enumerate() {
            match wanted.answer.try_recv() {
                Ok(outcome) => assert!(x < 2 && outcome == Err(Refusal::Busy), "{x}"),
                Err(_) => assert!(x >= 2, "{x}"),
            }
        }
    }
}
