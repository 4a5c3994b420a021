//! What the readers of palettes share: faults of lines, and colours between others.

use crate::text::visible;
use crate::tone::color::Color;

/// The colours that a gradient becomes, which may have any between its own: as many as a picture of 8 bits can show.
pub const SAMPLES: usize = 256;

/// The number of a line with a fault, from 1 on, and what is wrong with it.
pub type Fault = (usize, String);

/// Evenly spaced colours of a gradient, whose colour at a position in `[0, 1]` has parts in `[0, 1]`.
pub fn sampled(samples: usize, at: impl Fn(f64) -> [f64; 3]) -> Vec<Color> {
    sampled_seen(samples, |position| (at(position), 1.0))
}

/// The same of a gradient whose colours have an opacity in `[0, 1]`.
pub fn sampled_seen(samples: usize, at: impl Fn(f64) -> ([f64; 3], f64)) -> Vec<Color> {
    let last = (samples - 1).max(1) as f64;
    let byte = |part: f64| (part * 255.0 + 0.5) as u8;
    let color = |k: usize| {
        let (parts, opacity) = at(k as f64 / last);
        Color(parts.map(byte), byte(opacity))
    };
    (0..samples).map(color).collect()
}

/// The colour at `position` on straight lines between stops: positions that do not fall, and their colours.
pub fn between(stops: &[(f64, [f64; 3])], position: f64) -> [f64; 3] {
    let after = stops.partition_point(|(at, _)| *at <= position);
    match (stops.get(after.wrapping_sub(1)), stops.get(after)) {
        (Some((low, from)), Some((high, to))) => {
            let share = (position - low) / (high - low);
            std::array::from_fn(|part| from[part] + (to[part] - from[part]) * share)
        }
        (Some((_, color)), None) | (None, Some((_, color))) => *color,
        (None, None) => [0.0; 3],
    }
}

/// What a wrong line shows of itself.
pub fn shown(line: &str) -> String {
    /// The most characters of it.
    const SHOWN: usize = 40;
    visible(line).chars().take(SHOWN).collect()
}
