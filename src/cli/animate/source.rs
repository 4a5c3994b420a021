//! Where the pixels of an animation's frames come from.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use super::zoom_frames::ZoomFrames;
use crate::band::Band;
use crate::engine::Engine;
use crate::picture::{self, Options};
use crate::{Frame, Job, Result};

/// What makes a frame.
pub enum Source {
    /// Each is a picture of its own.
    Computed,
    /// They are resampled from the levels of a zoom.
    Resampled(ZoomFrames),
}

impl Source {
    /// The pictures that are computed in place of these frames.
    pub fn levels(&self, frames: &Range<u32>) -> Option<&[Job]> {
        match self {
            Self::Computed => None,
            Self::Resampled(source) => Some(source.levels(frames)),
        }
    }

    /// The pixels of a frame, which has this `job`; with `indices`, they may be indices.
    pub fn draw(
        &mut self,
        number: u32,
        engine: &mut dyn Engine,
        (job, indices): (&Job, bool),
        options: &Options,
        interrupt: &AtomicBool,
        progress: impl FnMut(&Band) + Send,
    ) -> Result<Frame> {
        match self {
            Self::Computed => picture::draw(engine, job, indices, options, interrupt, progress)
                .map(|(frame, _)| frame),
            Self::Resampled(frames) => frames.draw(number, engine, options, interrupt, progress),
        }
    }
}
