//! Several engines on one job, with the picture that each of them would make alone.

mod queue;
mod worker;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use super::{Bands, Engine, EventHandler};
use crate::band::{Band, Quantities, Values};
use crate::counts::TierCounts;
use crate::error::{Error, Result};
use crate::julia::{Job, Precision};
use crate::region::Window;
use crate::timing::StartUp;
use queue::Queue;

/// Engines that share the bands of a job: each takes a piece when it is free, as large as suits its
/// speed. One whose device fails drops out, and the others do what it leaves.
///
/// Each worker has its own thread; what it does on the CPU it does in rayon's global pool.
pub(super) struct MultiEngine {
    workers: Vec<Box<dyn Engine>>,
    precision: Precision,
    events: EventHandler,
}

impl MultiEngine {
    pub fn new(workers: Vec<Box<dyn Engine>>, precision: Precision, events: EventHandler) -> Self {
        Self { workers, precision, events }
    }
}

impl Engine for MultiEngine {
    fn describe(&self) -> String {
        let names: Vec<_> = self.workers.iter().map(|worker| worker.describe()).collect();
        names.join(" + ")
    }

    fn describe_verbose(&self) -> String {
        let names: Vec<_> = self.workers.iter().map(|worker| worker.describe_verbose()).collect();
        names.join(" + ")
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    fn start_up(&self) -> Vec<StartUp> {
        self.workers.iter().flat_map(|worker| worker.start_up()).collect()
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        quantities: Quantities,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        let queue = Arc::new(Queue::new(self.workers.len(), self.events.clone()));
        let mut bands = MultiBands {
            // For each worker one that it computes and one that waits, and some that wait to be fetched.
            depth: 2 + 2 * self.workers.len(),
            quantities,
            interrupt,
            queue: queue.clone(),
            threads: Vec::new(),
            open: VecDeque::new(),
            next: 0,
            workers: &mut self.workers,
        };
        for (index, mut engine) in std::mem::take(bands.workers).into_iter().enumerate() {
            let (queue, job) = (queue.clone(), *job);
            bands.threads.push(thread::spawn(move || {
                worker::work(index, &mut *engine, (&job, quantities), &queue);
                engine
            }));
        }
        Ok(Box::new(bands))
    }
}

struct MultiBands<'a> {
    depth: usize,
    quantities: Quantities,
    interrupt: &'a AtomicBool,
    queue: Arc<Queue>,
    threads: Vec<JoinHandle<Box<dyn Engine>>>,
    /// Bands that were started and not yet finished.
    open: VecDeque<Open>,
    /// The number of the next band.
    next: u64,
    /// Where the engines are put back at the end.
    workers: &'a mut Vec<Box<dyn Engine>>,
}

/// A band that was started.
struct Open {
    number: u64,
    band: Band,
    /// Pixels that have no values yet.
    missing: u64,
}

impl MultiBands<'_> {
    /// Puts a piece where it belongs.
    fn put(&mut self, queue::Done { number, offset, piece }: queue::Done) {
        let Some(open) = self.open.iter_mut().find(|open| open.number == number) else { return };
        let offset = offset as usize;
        open.band.values.put(offset, &piece.values);
        open.band.tier_counts += piece.tier_counts;
        open.missing -= piece.window.pixels();
        self.queue.give_memory(piece.values);
    }
}

impl Bands for MultiBands<'_> {
    fn depth(&self) -> usize {
        self.depth
    }

    fn start(&mut self, window: Window, mut values: Values) -> Result<()> {
        values.resize(window.pixels() as usize, self.quantities);
        let (number, missing) = (self.next, window.pixels());
        self.next += 1;
        self.open.push_back(Open {
            number,
            band: Band { window, values, tier_counts: TierCounts::default() },
            missing,
        });
        self.queue.add(number, window);
        Ok(())
    }

    fn finish(&mut self) -> Result<Band> {
        loop {
            let oldest = self.open.pop_front_if(|open| open.missing == 0);
            if let Some(Open { band, .. }) = oldest {
                return Ok(band);
            }
            if self.interrupt.load(Ordering::Relaxed) {
                self.queue.stop();
                return Err(Error::Interrupted);
            }
            if let Some(done) = self.queue.fetch()? {
                self.put(done);
            }
        }
    }
}

impl Drop for MultiBands<'_> {
    fn drop(&mut self) {
        self.queue.stop();
        // A worker that panicked is lost.
        let workers = self.threads.drain(..).filter_map(|thread| thread.join().ok());
        self.workers.extend(workers);
    }
}

#[cfg(test)]
mod tests;
