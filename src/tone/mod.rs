//! From escape counts to gray or colour.

mod color;
mod color_mapper;
mod filament;
mod histogram;
mod linear_light;
mod mapping;
mod oklab;
mod palette;
mod palette_file;
mod pixel;
mod pooled_histogram;
#[cfg(feature = "cli")]
mod resample;
mod usual_pixels;

use crate::setters::setters;

pub use color::Color;
pub use color_mapper::ColorMapper;
pub use histogram::Histogram;
pub(crate) use linear_light::{LinearLight, average};
pub use mapping::Mapping;
pub use palette::Palette;
pub use pixel::{Depth, PixelFormat};
pub use pooled_histogram::PooledHistogram;
#[cfg(feature = "cli")]
pub(crate) use resample::{Axis, resample};

use crate::band::Quantities;

/// How counts become pixels; by default the original's gray.
///
/// A count's normalised value is mapped to a position in `[0, 1]` by [`mapping`](Self::mapping),
/// taken times [`cycles`](Self::cycles), moved on by [`palette_offset`](Self::palette_offset), and looked up in the
/// [`palette`](Self::palette).
///
/// ```
/// use juliaset::{Mapping, Palette, Preset, Renderer, Tone};
///
/// let palette = Palette::named("twilight")?;
/// let tone = Tone::default().palette(palette).mapping(Mapping::Log).cycles(2.0).smooth(true);
/// let (frame, _) = Renderer::new(Preset::named("rabbit")?.job(40)?).tone(tone).pixels()?;
/// assert_eq!(frame.pixels.len(), 3 * 40 * 30);
/// # Ok::<(), juliaset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Tone {
    /// The colours, from the first at itermin to the last at itermax.
    pub palette: Palette,
    /// The colour of points that did not escape; without one it is the palette's at position 1.
    pub interior: Option<Color>,
    /// From normalised values to positions.
    pub mapping: Mapping,
    /// The histogram for [`Mapping::Histogram`]. Default: that of the picture itself.
    pub histogram: Option<PooledHistogram>,
    /// How many times the palette is passed from position 0 to 1; finite and over 0.
    pub cycles: f64,
    /// By what share of its length the palette is turned: at position 0 is the colour that is at this one without
    /// it, and behind the palette's end comes its start. Finite; whole turns change nothing.
    pub palette_offset: f64,
    /// Whether colours go by the smooth value of a point and not by its count, so that there are no
    /// bands: by the limit of k - log₂(ln|z_k| / ln threshold) for large k. Default: by the count.
    pub smooth: bool,
    /// How wide the set is drawn where it is thinner than that, in pixels; finite and over 0. It is
    /// drawn in the colour of points that did not escape, by its estimated distance
    /// |z_k| ln|z_k| / |dz_k/dz_0|. Default: as it is.
    pub distance: Option<f64>,
}

impl Tone {
    setters!(
        palette: Palette,
        interior: Option<Color>,
        mapping: Mapping,
        histogram: Option<PooledHistogram>,
        cycles: f64,
        palette_offset: f64,
        smooth: bool,
        distance: Option<f64>,
    );

    /// Whether nothing is seen through any of its colours: then pixels have no opacity.
    pub fn is_opaque(&self) -> bool {
        self.palette.is_opaque() && self.interior.is_none_or(Color::is_opaque)
    }

    /// The histogram that is given, if colours go by one.
    pub(crate) fn histogram_if_used(&self) -> Option<&PooledHistogram> {
        self.histogram.as_ref().filter(|_| self.mapping == Mapping::Histogram)
    }

    /// What colours depend on beside counts, of points `factor` of which make the width of a pixel.
    pub(crate) fn quantities(&self, factor: u32) -> Quantities {
        let distance = self.distance.map(|width| filament::reach(width * f64::from(factor)));
        Quantities { smooth: self.smooth, distance }
    }
}

impl Default for Tone {
    fn default() -> Self {
        Self {
            palette: Palette::default(),
            interior: None,
            mapping: Mapping::default(),
            histogram: None,
            cycles: 1.0,
            palette_offset: 0.0,
            smooth: false,
            distance: None,
        }
    }
}
