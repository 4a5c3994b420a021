//! The smallest tiles: their pixels start where a polynomial has brought them, and part from there.

use super::lanes::{CompactionQueue, Noted, Segment, fused};
use super::squared_error::Squared;
use crate::orbit::taylor::Expansion;

/// A tile whose points are followed as one. A higher degree follows them further and costs
/// more a step.
pub type Polynomial = Expansion<12>;

/// The side of the largest leaf, in pixels.
pub const LEAF_SIDE: usize = 16;
const LEAF_PIXELS: usize = LEAF_SIDE * LEAF_SIDE;

/// A small rectangle of pixels, row by row.
pub struct Leaf {
    /// How many pixels.
    pub pixels: usize,
    /// How far from its sample point a pixel's values shall hold, in units of the disk's radius.
    pub reach: f64,
    /// Where they lie in their tile's disk, its radius being 1.
    pub us: [f64; LEAF_PIXELS],
    pub vs: [f64; LEAF_PIXELS],
    /// Their numbers.
    pub numbers: [u32; LEAF_PIXELS],
    /// Their counts.
    pub counts: [u32; LEAF_PIXELS],
    /// Their smooth values, if the kernel gives them.
    pub smooth: [f64; LEAF_PIXELS],
}

impl Default for Leaf {
    fn default() -> Self {
        Self {
            pixels: 0,
            reach: 0.0,
            us: [0.0; LEAF_PIXELS],
            vs: [0.0; LEAF_PIXELS],
            numbers: [0; LEAF_PIXELS],
            counts: [0; LEAF_PIXELS],
            smooth: [0.0; LEAF_PIXELS],
        }
    }
}

impl Leaf {
    /// Follows the pixels from where `tile` is to their counts, or to a checkpoint in `queue`; notes in
    /// `noted` those that the kernel cannot prove.
    #[inline(always)]
    pub fn follow<const FUSED: bool, const SMOOTH: bool, const LANES: usize>(
        &mut self,
        kernel: &Squared<'_, FUSED, SMOOTH>,
        tile: &Polynomial,
        noted: &mut Noted,
        queue: &mut CompactionQueue<f64>,
    ) {
        let segment = Segment::from(tile.steps, kernel.0.itermax);
        let compacted = queue.at(segment.checkpoint);
        let degree = tile.degree();
        let error = tile.evaluation_error(degree, self.reach);
        for first in (0..self.pixels).step_by(LANES) {
            let lanes = first..first + LANES;
            let (us, vs) = (&self.us[lanes.clone()], &self.vs[lanes.clone()]);
            let (re, im) = evaluate::<FUSED, LANES>(tile, degree, us, vs);
            let mut orbits = Squared::<FUSED, SMOOTH>::arrived(re, im, error);
            let used = LANES.min(self.pixels - first);
            let numbers = &self.numbers[lanes.clone()];
            let number = |l: usize| numbers[l];
            let (taken, smooth) = segment.run(kernel, &mut orbits, used, number, noted, compacted);
            self.counts[lanes.clone()].copy_from_slice(&taken);
            if SMOOTH {
                self.smooth[lanes].copy_from_slice(&smooth);
            }
        }
    }
}

/// The polynomial of `tile`, up to `degree`, at `us + vs·i`.
#[inline(always)]
fn evaluate<const FUSED: bool, const LANES: usize>(
    tile: &Polynomial,
    degree: usize,
    us: &[f64],
    vs: &[f64],
) -> ([f64; LANES], [f64; LANES]) {
    let (us, vs) = (&us[..LANES], &vs[..LANES]);
    let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
    for j in (0..=degree).rev() {
        let term = if j == 0 { tile.constant } else { tile.coefficients[j - 1] };
        for l in 0..LANES {
            let (before_re, before_im) = (re[l], im[l]);
            re[l] = fused::<FUSED>(before_re, us[l], fused::<FUSED>(-before_im, vs[l], term.re));
            im[l] = fused::<FUSED>(before_re, vs[l], fused::<FUSED>(before_im, us[l], term.im));
        }
    }
    (re, im)
}
