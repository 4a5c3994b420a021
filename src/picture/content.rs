//! What is written of each point or pixel.

use super::options::Options;
use crate::band::{Quantities, Values};
use crate::output::format::Format;
use crate::render::supersampling::Sampling;
use crate::tone::{ColorMapper, PixelFormat};

/// What is written of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Content {
    Counts,
    /// Smooth values or distances, as 32-bit floats, and before them an opacity if that of points inside is given.
    Values(Quantities, Option<u8>),
    Pixels {
        indices: bool,
    },
}

impl Content {
    pub fn of(format: Format, options: &Options) -> Self {
        match format {
            Format::Npy => Self::Counts,
            Format::Exr => {
                let Quantities { smooth, distance } = options.tone.quantities(1);
                let distance = distance.and(Quantities::EVERY_DISTANCE);
                let interior = options.tone.interior.filter(|color| !color.is_opaque());
                Self::Values(Quantities { smooth, distance }, interior.map(|color| color.1))
            }
            _ => Self::Pixels { indices: format.has_indices() },
        }
    }

    /// What is needed beside counts.
    pub fn quantities(self, options: &Options) -> Quantities {
        match self {
            Self::Counts => Quantities::NONE,
            Self::Values(quantities, _) => quantities,
            Self::Pixels { .. } => {
                let Sampling { factor, .. } = options.sampling;
                options.tone.quantities(if options.sampling.is_adaptive() { 1 } else { factor })
            }
        }
    }

    pub fn needs_histogram(self, options: &Options) -> bool {
        matches!(self, Self::Pixels { .. }) && ColorMapper::needs_histogram(&options.tone)
    }

    /// The size of what is written of a pixel, if it has this format.
    pub fn pixel_bytes(self, format: PixelFormat) -> usize {
        match self {
            Self::Counts => 4,
            Self::Values(..) => 4 * self.channels().len(),
            Self::Pixels { .. } => format.bytes(),
        }
    }

    /// The names of a point's values.
    pub fn channels(self) -> Vec<&'static str> {
        let Self::Values(Quantities { smooth, distance }, interior) = self else {
            return Vec::new();
        };
        let named = [(interior.is_some(), "A"), (smooth, "Y"), (distance.is_some(), "distance")];
        named.iter().filter(|(is_there, _)| *is_there).map(|&(_, name)| name).collect()
    }

    /// Replaces `bytes` by these values as 32-bit floats, little-endian, those of each point together; it is inside if its count is
    /// `itermax`.
    pub fn value_bytes(self, values: &Values, itermax: u32, bytes: &mut Vec<u8>) {
        let interior = match self {
            Self::Values(_, interior) => interior,
            _ => None,
        };
        let Values { counts, smooth, distances } = values;
        bytes.clear();
        for (k, &count) in counts.iter().enumerate() {
            let opacity = interior
                .map(|opacity| if count == itermax { f64::from(opacity) / 255.0 } else { 1.0 });
            // What is seen is associated with the opacity, as OpenEXR has it; a distance is not.
            let seen = smooth.get(k).map(|value| value * opacity.unwrap_or(1.0));
            let values = [opacity, seen, distances.get(k).copied()].into_iter().flatten();
            bytes.extend(values.flat_map(|value| (value as f32).to_le_bytes()));
        }
    }
}
