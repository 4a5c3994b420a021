//! The frames of a zoom, resampled from pictures of its levels: far fewer than there are frames.

use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::zoom_levels::ZoomLevels;
use crate::band::Band;
use crate::engine::Engine;
use crate::picture::{Options, draw};
use crate::tone::{Axis, ColorMapper, resample};
use crate::{Error, Expected, Frame, Job, Parameter, Result};

/// A zoom's frames, each of which is made of two levels.
pub(crate) struct ZoomFrames {
    levels: ZoomLevels,
    /// The two that were drawn last.
    drawn: Vec<(usize, Frame)>,
}

impl ZoomFrames {
    /// The frames of a zoom with these levels.
    ///
    /// # Errors
    /// [`Error::Invalid`] for colours that depend on the view.
    pub fn new(levels: ZoomLevels, options: &Options) -> Result<Self> {
        let tone = &options.tone;
        let not_resampled = |what: &'static str| Expected::from(what).name(Parameter::Resample);
        if let Some(distance) = tone.distance {
            let expected = not_resampled("is in pixels, which are smaller in each level: not with");
            return Err(Error::invalid(Parameter::Distance, distance, expected));
        }
        if ColorMapper::needs_histogram(tone) {
            let expected = not_resampled("depends on the view, so levels would differ: not with");
            return Err(Error::invalid(Parameter::Histogram, "per-frame", expected));
        }
        Ok(Self { levels, drawn: Vec::new() })
    }

    /// The pictures that these frames are made of.
    pub fn levels(&self, frames: &Range<u32>) -> &[Job] {
        self.levels.of_frames(frames)
    }

    /// The pixels of a frame: its sharper middle from the level that is as narrow or narrower, the rest from the one around it.
    pub fn draw(
        &mut self,
        number: u32,
        engine: &mut dyn Engine,
        options: &Options,
        interrupt: &AtomicBool,
        mut progress: impl FnMut(&Band) + Send,
    ) -> Result<Frame> {
        let place = self.levels.place(number);
        let wanted = [place.outer, place.outer + 1];
        self.drawn.retain(|(level, _)| wanted.contains(level));
        for level in wanted {
            if self.drawn.iter().all(|(drawn, _)| *drawn != level) {
                let job = &self.levels.jobs()[level];
                let (frame, _) = draw(engine, job, false, options, interrupt, &mut progress)?;
                self.drawn.push((level, frame));
            }
        }
        self.drawn.sort_unstable_by_key(|(level, _)| *level);
        let (_, outer) = &self.drawn[0];
        let (width, height) = (outer.width / 2, outer.height / 2);
        let bytes = width as usize * height as usize * outer.format.bytes();
        let mut pixels = vec![0; bytes];
        for (further, (_, level)) in (0..).zip(&self.drawn) {
            let columns = Axis::new(width, level.width, self.levels.source(place, further, 0));
            let rows = Axis::new(height, level.height, self.levels.source(place, further, 1));
            resample(&level.pixels, level.width, level.format, [&columns, &rows], &mut pixels);
        }
        Ok(Frame { width, height, format: outer.format, colors: Vec::new(), pixels })
    }

    /// How long a frame takes whose levels are there: it does not depend on what they show.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], and those of [`draw`](Self::draw).
    pub fn time_of_one(
        &mut self,
        number: u32,
        engine: &mut dyn Engine,
        options: &Options,
        interrupt: &AtomicBool,
    ) -> Result<Duration> {
        let outer = self.levels.place(number).outer;
        let job = &self.levels.jobs()[outer];
        let mapper = ColorMapper::new(&options.tone, &job.julia, options.depth, None)?;
        let format = mapper.without_indices().format();
        let (width, height) = (job.grid.width(), job.grid.height());
        let bytes = width as usize * height as usize * format.bytes();
        let blank = |level: usize| {
            let mut pixels = Vec::new();
            let room = pixels.try_reserve_exact(bytes);
            room.map_err(|_| Error::OutOfMemory { bytes: bytes as u128 })?;
            pixels.resize(bytes, 0);
            Ok((level, Frame { width, height, format, colors: Vec::new(), pixels }))
        };
        self.drawn = vec![blank(outer)?, blank(outer + 1)?];
        let begun = Instant::now();
        let drawn = self.draw(number, engine, options, interrupt, |_| ());
        let took = begun.elapsed();
        self.drawn.clear();
        drawn.map(|_| took)
    }
}
