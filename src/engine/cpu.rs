//! The CPU as an engine.

use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;

use super::mirror::Mirror;
use super::{Bands, Engine, Variant};
use crate::band::{Band, Quantities, Values};
use crate::cpu::Evaluator;
use crate::error::Result;
use crate::job::Job;
use crate::julia::Precision;
use crate::region::Window;

/// The engine that needs no GPU.
pub struct CpuEngine {
    precision: Precision,
}

impl CpuEngine {
    /// The engine for `precision`, on the threads of the rayon pool that it is called in.
    pub fn new(precision: Precision) -> Self {
        Self { precision }
    }
}

impl Engine for CpuEngine {
    fn describe(&self) -> String {
        Variant::on_cpu(self.precision).to_string()
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    fn begin<'a>(
        &'a mut self,
        job: &Job,
        quantities: Quantities,
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        let evaluator = Evaluator::new(job, self.precision, quantities);
        let mirror = Mirror::find(job, quantities, &evaluator);
        Ok(Box::new(CpuBands { evaluator, mirror, interrupt, started: VecDeque::new() }))
    }
}

struct CpuBands<'a> {
    evaluator: Evaluator,
    mirror: Option<Mirror>,
    interrupt: &'a AtomicBool,
    started: VecDeque<(Window, Values)>,
}

impl Bands for CpuBands<'_> {
    fn start(&mut self, window: Window, memory: Values) -> Result<()> {
        self.started.push_back((window, memory));
        Ok(())
    }

    fn finish(&mut self) -> Result<Band> {
        let (window, mut values) = self.started.pop_front().expect("a band was started");
        let Self { evaluator, mirror, interrupt, .. } = self;
        let tier_counts = match mirror {
            Some(mirror) => mirror.fill(evaluator, window, &mut values, interrupt)?,
            None => evaluator.fill(window, &mut values, interrupt)?,
        };
        Ok(Band { window, values, tier_counts })
    }
}
