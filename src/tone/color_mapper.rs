//! The pixels of a picture's counts.

use std::sync::OnceLock;

use rayon::prelude::*;

use super::filament::{covered, reach};
use super::histogram::Histogram;
use super::linear_light::{LinearLight, SeenLight};
use super::mapping::{Mapping, Normalizer};
use super::pixel::{Depth, PixelFormat};
use super::usual_pixels::UsualPixels;
use super::{Color, Tone};
use crate::band::{PARTS, Values};
use crate::error::{Error, Result};
use crate::julia::Julia;
use crate::parameter::Parameter;

/// The most entries of a table of pixels: it stays in the nearest caches.
const TABLE: u32 = 1 << 16;

/// The most pixels of usual values that are kept: 3 or 6 MiB.
const MOST_USUAL: f64 = (1u32 << 20) as f64;

/// Distances that are looked at together.
const LOOKED_AT: usize = 16;

/// Pixels that one thread does at a time.
const AT_ONCE: usize = 1 << 12;

/// From the counts of one picture to its pixels' bytes.
#[derive(Clone, Debug)]
pub struct ColorMapper {
    tone: Tone,
    /// The tone's palette offset, in `[0, 1)`.
    offset: f64,
    scale: Normalizer,
    depth: Depth,
    itermax: u32,
    format: PixelFormat,
    /// The colours of indices; empty if pixels are not indices.
    colors: Vec<Color>,
    /// The pixel of each count, up to itermax; empty if that is too many.
    table: Vec<u8>,
    /// Pixels that will be made, if that is known.
    expected: u64,
    /// Those of [`UsualPixels`], once they have been needed.
    usual: OnceLock<Vec<u8>>,
}

impl ColorMapper {
    /// The original's gray for `julia`'s counts: black up to itermin, white at itermax.
    pub fn gray(julia: &Julia) -> Self {
        Self::prepare(Tone::default(), julia, Depth::Eight, None)
    }

    /// The pixels of `julia`'s counts; `histogram` has counted the picture's if the mapping is
    /// [`Mapping::Histogram`], and the tone has none.
    ///
    /// They are indices if that is enough: for 8 bits and up to 256 colours.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the tone's cycles or distance are not finite and over 0, or its palette offset is not finite.
    pub fn new(
        tone: &Tone,
        julia: &Julia,
        depth: Depth,
        histogram: Option<&Histogram>,
    ) -> Result<Self> {
        if !(tone.cycles.is_finite() && tone.cycles > 0.0) {
            return Err(Error::invalid(
                Parameter::Cycles,
                tone.cycles,
                "must be finite and over 0",
            ));
        }
        if !tone.palette_offset.is_finite() {
            return Err(Error::invalid(
                Parameter::PaletteOffset,
                tone.palette_offset,
                "must be finite",
            ));
        }
        if let Some(width) = tone.distance.filter(|width| !(width.is_finite() && *width > 0.0)) {
            return Err(Error::invalid(Parameter::Distance, width, "must be finite and over 0"));
        }
        Ok(Self::prepare(tone.clone(), julia, depth, histogram))
    }

    fn prepare(tone: Tone, julia: &Julia, depth: Depth, histogram: Option<&Histogram>) -> Self {
        let gray = tone.palette.is_gray()
            && tone
                .interior
                .is_none_or(|Color([red, green, blue], _)| red == green && green == blue);
        let format = match (depth, gray) {
            (Depth::Eight, _) if !tone.is_opaque() => PixelFormat::Rgba8,
            (Depth::Sixteen, _) if !tone.is_opaque() => PixelFormat::Rgba16,
            (Depth::Eight, true) => PixelFormat::Gray8,
            (Depth::Eight, false) => PixelFormat::Rgb8,
            (Depth::Sixteen, true) => PixelFormat::Gray16,
            (Depth::Sixteen, false) => PixelFormat::Rgb16,
        };
        let scale = Normalizer::new(tone.mapping, tone.histogram.as_ref(), julia, histogram);
        let itermax = julia.itermax();
        let (colors, table) = (Vec::new(), Vec::new());
        let (expected, usual) = (0, OnceLock::new());
        let offset = share_of_turn(tone.palette_offset);
        let mut mapper =
            Self { tone, offset, scale, depth, itermax, format, colors, table, expected, usual };
        if itermax < TABLE && !mapper.tone.quantities(1).any() {
            let counts: Vec<u32> = (0..=itermax).collect();
            let mut table = Vec::new();
            mapper.fill(&counts, &mut table);
            mapper.table = table;
            mapper.take_indices();
        }
        mapper
    }

    /// Whether a tone needs a histogram of the whole picture's counts first.
    pub fn needs_histogram(tone: &Tone) -> bool {
        tone.mapping == Mapping::Histogram && tone.histogram.is_none()
    }

    /// From counts to pixels.
    pub fn tone(&self) -> &Tone {
        &self.tone
    }

    /// What the pixels are.
    pub fn format(&self) -> PixelFormat {
        self.format
    }

    /// The colours of indices; empty if pixels are not indices.
    pub fn colors(&self) -> &[Color] {
        &self.colors
    }

    /// The same pixels, but never as indices.
    pub fn without_indices(mut self) -> Self {
        if self.format == PixelFormat::Indexed8 {
            let (colors, is_opaque) = (&self.colors, self.tone.is_opaque());
            self.format = if is_opaque { PixelFormat::Rgb8 } else { PixelFormat::Rgba8 };
            let parts = |&index: &u8| {
                let parts = colors[usize::from(index)].parts();
                parts.into_iter().take(self.format.bytes())
            };
            self.table = self.table.iter().flat_map(parts).collect();
            self.colors.clear();
        }
        self
    }

    /// Red, green and blue of one count, `0..=itermax`, each from 0 to the depth's largest value.
    pub fn rgb(&self, count: u32) -> [u16; 3] {
        let [red, green, blue, _] = self.color(count.into());
        [red, green, blue]
    }

    /// The same, and the opacity, of a count or of a smooth value, in `[0, itermax]`.
    fn color(&self, value: f64) -> [u16; 4] {
        let max = self.depth.max();
        match self.tone.interior {
            Some(color) if value == f64::from(self.itermax) => {
                color.parts().map(|part| u16::from(part) * (max / 255))
            }
            _ => {
                let position = self.scale.position(value);
                let (cycles, offset) = (self.tone.cycles, self.offset);
                // Only what is passed once from end to end has its last colour.
                let is_whole = cycles == 1.0 && offset == 0.0;
                let position =
                    if is_whole { position } else { (position * cycles + offset).fract() };
                self.tone.palette.seen_at(position, max)
            }
        }
    }

    /// The same, for about so many pixels: what pays for many of them is prepared.
    pub(crate) fn for_pixels(mut self, expected: u64) -> Self {
        self.expected = expected;
        self
    }

    /// The pixels of all values that points usually have, if these are few beside those that will be made.
    fn usual_pixels(&self) -> UsualPixels<'_> {
        let parts = if self.tone.smooth { PARTS } else { 1.0 };
        let entries = f64::from(self.itermax) * parts + 1.0;
        let pays = entries <= MOST_USUAL && entries < self.expected as f64;
        let pixels = pays.then(|| {
            self.usual.get_or_init(|| {
                let mut pixels = Vec::new();
                let color = |k| self.color(k as f64 / parts);
                self.fill_each(entries as usize, &mut pixels, color);
                pixels
            })
        });
        UsualPixels { parts, pixels: pixels.map_or(&[], Vec::as_slice) }
    }

    /// A colour with the set's drawn over it, which covers a share of the pixel.
    fn drawn(&self, below: [u16; 4], above: [u16; 4], covered: f64) -> [u16; 4] {
        const WHOLE: f64 = 65536.0;
        let light = LinearLight::of(self.depth);
        let weight = (WHOLE * covered).round() as u64;
        if !self.format.has_opacity() {
            let mixed = |part: usize| {
                let below = light.decode(below[part]) * (WHOLE as u64 - weight);
                light.encode(below + light.decode(above[part]) * weight, WHOLE as u64)
            };
            return [mixed(0), mixed(1), mixed(2), self.depth.max()];
        }
        let mut seen = SeenLight::default();
        seen.add(light, below, WHOLE as u64 - weight);
        seen.add(light, above, weight);
        seen.mean(light)
    }

    /// Replaces the contents of `pixels` by the pixels of `values`, which have the tone's quantities;
    /// `pixel_width` is a pixel's width in the plane, and `factor` how many of them make the width of one of the
    /// picture's.
    pub(crate) fn fill_values(
        &self,
        values: &Values,
        pixel_width: f64,
        factor: u32,
        pixels: &mut Vec<u8>,
    ) {
        let Values { counts, smooth, distances } = values;
        if !self.tone.smooth && self.tone.distance.is_none() {
            return self.fill(counts, pixels);
        }
        let bytes = self.format.bytes();
        let usual = self.usual_pixels();
        let put = |value, pixel: &mut [u8]| self.put(self.color(value), pixel);
        pixels.resize(counts.len() * bytes, 0);
        pixels.par_chunks_mut(AT_ONCE * bytes).enumerate().for_each(|(task, pixels)| {
            let points = task * AT_ONCE..task * AT_ONCE + pixels.len() / bytes;
            if self.tone.smooth {
                let smooth = &smooth[points.clone()];
                match bytes {
                    1 => usual.fill::<1>(smooth, pixels, put),
                    2 => usual.fill::<2>(smooth, pixels, put),
                    3 => usual.fill::<3>(smooth, pixels, put),
                    4 => usual.fill::<4>(smooth, pixels, put),
                    8 => usual.fill::<8>(smooth, pixels, put),
                    _ => usual.fill::<6>(smooth, pixels, put),
                }
            } else {
                let counts = &counts[points.clone()];
                match bytes {
                    1 => usual.fill_counts::<1>(counts, pixels, put),
                    2 => usual.fill_counts::<2>(counts, pixels, put),
                    3 => usual.fill_counts::<3>(counts, pixels, put),
                    4 => usual.fill_counts::<4>(counts, pixels, put),
                    8 => usual.fill_counts::<8>(counts, pixels, put),
                    _ => usual.fill_counts::<6>(counts, pixels, put),
                }
            }
            if let Some(width) = self.tone.distance {
                let is_inside = |k: usize| counts[points.start + k] == self.itermax;
                let distances = &distances[points.clone()];
                self.draw(distances, is_inside, (width * f64::from(factor), pixel_width), pixels);
            }
        });
    }

    /// Draws the set, in a line of this width in pixels, over the pixels of points that are not in it.
    fn draw(
        &self,
        distances: &[f64],
        is_inside: impl Fn(usize) -> bool,
        (width, pixel_width): (f64, f64),
        pixels: &mut [u8],
    ) {
        let above = self.color(self.itermax.into());
        // More than the rounding of the quotient beyond the reach of the line.
        let out_of_reach = reach(width) * pixel_width * (1.0 + 1e-12);
        let bytes = self.format.bytes();
        for (group, distances) in distances.chunks(LOOKED_AT).enumerate() {
            if distances.iter().all(|&distance| distance >= out_of_reach) {
                continue;
            }
            for (&distance, k) in distances.iter().zip(group * LOOKED_AT..) {
                let covered = covered(distance / pixel_width, width);
                if covered != 0.0 && !is_inside(k) {
                    let pixel = &mut pixels[k * bytes..][..bytes];
                    self.put(self.drawn(self.parts(pixel), above, covered), pixel);
                }
            }
        }
    }

    /// Replaces the contents of `pixels` by one for each of these points, on all threads.
    fn fill_each(
        &self,
        points: usize,
        pixels: &mut Vec<u8>,
        color: impl Fn(usize) -> [u16; 4] + Sync,
    ) {
        let bytes = self.format.bytes();
        pixels.resize(points * bytes, 0);
        pixels.par_chunks_mut(AT_ONCE * bytes).enumerate().for_each(|(task, pixels)| {
            for (pixel, k) in pixels.chunks_exact_mut(bytes).zip(task * AT_ONCE..) {
                self.put(color(k), pixel);
            }
        });
    }

    /// Replaces the contents of `pixels` by the pixels of `counts`, `0..=itermax` each.
    pub fn fill(&self, counts: &[u32], pixels: &mut Vec<u8>) {
        if self.table.is_empty() {
            return self.fill_each(counts.len(), pixels, |k| self.color(counts[k].into()));
        }
        pixels.clear();
        match self.format.bytes() {
            1 => pixels.extend(counts.iter().map(|&count| self.table[count as usize])),
            2 => self.look_up::<2>(counts, pixels),
            3 => self.look_up::<3>(counts, pixels),
            4 => self.look_up::<4>(counts, pixels),
            8 => self.look_up::<8>(counts, pixels),
            _ => self.look_up::<6>(counts, pixels),
        }
    }

    fn look_up<const BYTES: usize>(&self, counts: &[u32], pixels: &mut Vec<u8>) {
        let (table, _) = self.table.as_chunks::<BYTES>();
        pixels.extend(counts.iter().flat_map(|&count| table[count as usize]));
    }

    /// Puts the bytes of a colour into `pixel`, in the order of PNG, as many as it has.
    fn put(&self, color: [u16; 4], pixel: &mut [u8]) {
        match self.depth {
            Depth::Eight => {
                for (byte, part) in pixel.iter_mut().zip(color) {
                    *byte = part as u8;
                }
            }
            Depth::Sixteen => {
                for (pair, part) in pixel.as_chunks_mut().0.iter_mut().zip(color) {
                    *pair = part.to_be_bytes();
                }
            }
        }
    }

    /// The colour that was [put](Self::put) into `pixel`.
    fn parts(&self, pixel: &[u8]) -> [u16; 4] {
        let part = |k: usize| match self.depth {
            Depth::Eight => pixel.get(k).copied().map(u16::from),
            Depth::Sixteen => pixel.as_chunks().0.get(k).copied().map(u16::from_be_bytes),
        };
        let [red, green, blue] =
            std::array::from_fn(|k| part(k).or_else(|| part(0)).unwrap_or_default());
        [red, green, blue, part(3).unwrap_or(self.depth.max())]
    }

    /// Makes the table one of indices, if there are few enough colours.
    fn take_indices(&mut self) {
        let bytes = match self.format {
            PixelFormat::Rgb8 => 3,
            PixelFormat::Rgba8 => 4,
            _ => return,
        };
        let mut colors: Vec<Color> = Vec::new();
        let mut indices = Vec::with_capacity(self.table.len() / bytes);
        for parts in self.table.chunks_exact(bytes) {
            let opacity = parts.get(3).copied().unwrap_or(u8::MAX);
            let color = Color([parts[0], parts[1], parts[2]], opacity);
            let index = match colors.iter().rposition(|&known| known == color) {
                Some(index) => index,
                None if colors.len() == 256 => return,
                None => {
                    colors.push(color);
                    colors.len() - 1
                }
            };
            indices.push(index as u8);
        }
        (self.colors, self.table, self.format) = (colors, indices, PixelFormat::Indexed8);
    }
}

/// A finite number of turns without the whole ones, in `[0, 1)`.
fn share_of_turn(turns: f64) -> f64 {
    let share = turns.rem_euclid(1.0);
    // A little less than none is rounded to a whole one.
    if share < 1.0 { share } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::counts::normalised;
    use crate::tone::Palette;

    fn julia(itermin: u32, itermax: u32) -> Julia {
        Julia::new(Complex64::ZERO, 2.0, (itermin, itermax)).unwrap()
    }

    fn some_counts(itermax: u32) -> Vec<u32> {
        let both = (0..3000).flat_map(|i| [i, itermax - i.min(itermax)]);
        both.filter(|&count| count <= itermax).collect()
    }

    #[test]
    fn gray_is_the_originals_whatever_the_range() {
        for (itermin, itermax) in
            [(0, 1), (5, 80), (20, 100), (0, 255), (0, TABLE - 1), (7, TABLE), (0, u32::MAX)]
        {
            let counts = some_counts(itermax);
            let mut grays = vec![1, 2, 3];
            ColorMapper::gray(&julia(itermin, itermax)).fill(&counts, &mut grays);
            let gray = |count| (255.0 * normalised(count, itermin, itermax)) as u8;
            let expected: Vec<u8> = counts.iter().map(|&count| gray(count)).collect();
            assert_eq!(grays, expected, "{itermin} {itermax}");
        }
    }

    #[test]
    fn tables_and_indices_change_nothing() {
        let tones = ["viridis", "gray_r", "red,white"].map(|palette| Tone {
            palette: palette.parse().unwrap(),
            interior: Some(Color::opaque([0, 0, 0])),
            mapping: Mapping::Log,
            cycles: 2.5,
            ..Tone::default()
        });
        for tone in &tones {
            for (itermin, itermax) in [(5, 80), (0, 5000), (0, TABLE - 1), (3, TABLE)] {
                let counts = some_counts(itermax);
                for depth in [Depth::Eight, Depth::Sixteen] {
                    let mapper =
                        ColorMapper::new(tone, &julia(itermin, itermax), depth, None).unwrap();
                    let indexed = mapper.format() == PixelFormat::Indexed8;
                    let few = tone.palette == Palette::named("viridis").unwrap() && itermax == 80;
                    assert!(!few || indexed == (depth == Depth::Eight));
                    let mapper = mapper.without_indices();
                    let mut pixels = Vec::new();
                    mapper.fill(&counts, &mut pixels);
                    let each = mapper.format().bytes();
                    assert_eq!(pixels.len(), counts.len() * each);
                    for (pixel, &count) in pixels.chunks(each).zip(&counts) {
                        let expected: Vec<u8> = match (depth, each) {
                            (Depth::Eight, 1) => vec![mapper.rgb(count)[0] as u8],
                            (Depth::Eight, _) => mapper.rgb(count).map(|part| part as u8).into(),
                            (_, 2) => mapper.rgb(count)[0].to_be_bytes().into(),
                            _ => mapper.rgb(count).map(u16::to_be_bytes).concat(),
                        };
                        assert_eq!(pixel, expected, "{tone:?} {itermax} {count}");
                    }
                }
            }
        }
    }

    #[test]
    fn indices_stand_for_the_same_colours() {
        let tone = Tone { palette: Palette::named("turbo").unwrap(), ..Tone::default() };
        let indexed = ColorMapper::new(&tone, &julia(20, 100), Depth::Eight, None).unwrap();
        assert_eq!(indexed.format(), PixelFormat::Indexed8);
        let (mut indices, mut pixels) = (Vec::new(), Vec::new());
        let counts = some_counts(100);
        indexed.fill(&counts, &mut indices);
        indexed.clone().without_indices().fill(&counts, &mut pixels);
        let colors: Vec<u8> =
            indices.iter().flat_map(|&index| indexed.colors()[usize::from(index)].0).collect();
        assert_eq!(colors, pixels);
    }

    #[test]
    fn the_interior_has_its_own_colour() {
        let interior = Some(Color::opaque([1, 2, 3]));
        let tone = Tone { interior, ..Tone::default() };
        let mapper = ColorMapper::new(&tone, &julia(0, 10), Depth::Sixteen, None).unwrap();
        assert_eq!(mapper.rgb(10), [257, 514, 771]);
        assert_eq!(mapper.rgb(5), [32767; 3]);
    }

    #[test]
    fn the_set_is_drawn_over_smooth_colours() {
        let tone = Tone { smooth: true, distance: Some(1.0), ..Tone::default() };
        let mapper = ColorMapper::new(&tone, &julia(0, 10), Depth::Eight, None).unwrap();
        let values = Values {
            counts: vec![2, 2, 2, 10],
            smooth: vec![2.5, 2.5, 2.5, 10.0],
            distances: vec![7.0, 0.25, 0.0, 0.0],
        };
        let mut pixels = Vec::new();
        mapper.fill_values(&values, 0.5, 1, &mut pixels);
        // Half of the light of 63 and of 255.
        assert_eq!(pixels, [63, 192, 255, 255]);
    }

    #[test]
    fn usual_pixels_are_those_of_their_values() {
        for (depth, distance) in [(Depth::Eight, None), (Depth::Sixteen, Some(2.0))] {
            let tone = Tone {
                palette: Palette::named("magma").unwrap(),
                smooth: true,
                distance,
                mapping: Mapping::Log,
                cycles: 1.5,
                ..Tone::default()
            };
            let points = 100_000;
            let mapper = ColorMapper::new(&tone, &julia(3, 20), depth, None).unwrap();
            let mapper = mapper.for_pixels(points.into());
            let smooth: Vec<f64> = (0..points)
                .map(|k| f64::from(k) / f64::from(points) * 20.0)
                .map(|value| if value < 10.0 { (value * PARTS).round() / PARTS } else { value })
                .collect();
            let distances = vec![1.0; if distance.is_some() { points as usize } else { 0 }];
            let values = Values { counts: vec![4; points as usize], smooth, distances };
            let (mut together, mut single) = (Vec::new(), Vec::new());
            mapper.fill_values(&values, 1.0, 1, &mut together);
            assert_eq!(
                mapper.usual.get().unwrap().len(),
                (20 * 4096 + 1) * mapper.format().bytes()
            );
            let fresh = ColorMapper::new(&tone, &julia(3, 20), depth, None).unwrap();
            let mut pixels = Vec::new();
            for k in 0..points {
                fresh.fill_values(&values.selected(&[k]), 1.0, 1, &mut pixels);
                single.extend_from_slice(&pixels);
            }
            assert!(fresh.usual.get().is_none());
            assert!(together == single);
        }
    }

    #[test]
    fn an_offset_turns_the_palette() {
        let palette: Palette = "black,red,white,blue".parse().unwrap();
        let mapper = |cycles, palette_offset| {
            let tone = Tone { palette: palette.clone(), cycles, palette_offset, ..Tone::default() };
            ColorMapper::new(&tone, &julia(0, 8), Depth::Sixteen, None).unwrap()
        };
        for cycles in [1.0, 0.5, 3.0] {
            for offset in [0.125, 0.5, 0.75] {
                let turned = mapper(cycles, offset);
                for count in 0..=8 {
                    let position = (f64::from(count) / 8.0 * cycles + offset).fract();
                    assert_eq!(turned.rgb(count), palette.at(position, 65535), "{cycles} {offset}");
                }
                // Whole turns change nothing, in whichever direction.
                for same in [offset + 3.0, offset - 2.0] {
                    assert!((0..=8).all(|k| mapper(cycles, same).rgb(k) == turned.rgb(k)));
                }
            }
            // Without an offset the last colour stays what it is.
            for none in [0.0, 7.0, -1.0, -1e-300] {
                let whole = mapper(cycles, 0.0);
                assert!((0..=8).all(|k| mapper(cycles, none).rgb(k) == whole.rgb(k)));
            }
        }
        assert_eq!(mapper(1.0, 0.0).rgb(8), palette.at(1.0, 65535));
        for offset in [f64::NAN, f64::INFINITY] {
            let tone = Tone { palette_offset: offset, ..Tone::default() };
            assert!(ColorMapper::new(&tone, &julia(0, 8), Depth::Eight, None).is_err());
        }
    }

    #[test]
    fn impossible_cycles_are_refused() {
        for cycles in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let tone = Tone { cycles, ..Tone::default() };
            assert!(
                ColorMapper::new(&tone, &julia(0, 10), Depth::Eight, None).is_err(),
                "{cycles}"
            );
        }
    }
}
