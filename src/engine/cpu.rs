//! The CPU as an engine.

use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;

use super::{Bands, Engine, Variant};
use crate::counts::Band;
use crate::cpu;
use crate::error::Result;
use crate::julia::{Job, Precision};
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
        interrupt: &'a AtomicBool,
    ) -> Result<Box<dyn Bands + 'a>> {
        let evaluator = cpu::CountEvaluator::new(job, self.precision);
        Ok(Box::new(CpuBands { evaluator, interrupt, started: VecDeque::new() }))
    }
}

struct CpuBands<'a> {
    evaluator: cpu::CountEvaluator,
    interrupt: &'a AtomicBool,
    started: VecDeque<(Window, Vec<u32>)>,
}

impl Bands for CpuBands<'_> {
    fn start(&mut self, window: Window, buffer: Vec<u32>) -> Result<()> {
        self.started.push_back((window, buffer));
        Ok(())
    }

    fn finish(&mut self) -> Result<Band> {
        let (window, mut counts) = self.started.pop_front().expect("a band was started");
        counts.resize(window.pixels() as usize, 0);
        let tier_counts = self.evaluator.fill(window, &mut counts, self.interrupt)?;
        Ok(Band { window, counts, tier_counts })
    }
}
