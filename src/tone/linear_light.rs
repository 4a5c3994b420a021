//! Linear light: what colours are mixed in.

use std::sync::LazyLock;

use super::pixel::{Depth, PixelFormat};

/// From the values of sRGB to linear light and back (IEC 61966-2-1), for one depth.
///
/// LinearLight is a whole number, so that a sum of it is the same in any order and on any machine. In its
/// unit also the values of the curve's straight part are whole, and ties between them are true ones.
pub(crate) struct LinearLight {
    /// The light of each value.
    decoded: Vec<u32>,
    /// The least light that each value but 0 is the nearest to: that of the value less a half.
    steps: Vec<u32>,
    /// How many of these are below each multiple of 2^[`BUCKET_BITS`].
    buckets: Vec<u16>,
}

/// Light with the same leading bits lies between few of the steps.
const BUCKET_BITS: u32 = 19;

impl LinearLight {
    /// The tables for `depth`.
    pub fn of(depth: Depth) -> &'static Self {
        static EIGHT: LazyLock<LinearLight> = LazyLock::new(|| LinearLight::new(Depth::Eight));
        static SIXTEEN: LazyLock<LinearLight> = LazyLock::new(|| LinearLight::new(Depth::Sixteen));
        match depth {
            Depth::Eight => &EIGHT,
            Depth::Sixteen => &SIXTEEN,
        }
    }

    fn new(depth: Depth) -> Self {
        let max = f64::from(depth.max());
        // White is 12.92 · max · unit: just below 2³².
        let unit = match depth {
            Depth::Eight => f64::from(1 << 20),
            Depth::Sixteen => f64::from(1 << 12),
        };
        let light = |value: f64| {
            let encoded = value / max;
            let light = if encoded <= 0.04045 {
                value * unit
            } else {
                // The system's power may differ in the last bit from one machine to the next.
                12.92 * max * unit * libm::pow((encoded + 0.055) / 1.055, 2.4)
            };
            light.round() as u32
        };
        let steps: Vec<u32> =
            (1..=depth.max()).map(|value| light(f64::from(value) - 0.5)).collect();
        let below = |bucket: u32| steps.partition_point(|&step| step < bucket << BUCKET_BITS);
        Self {
            decoded: (0..=depth.max()).map(|value| light(value.into())).collect(),
            buckets: (0..1 << (32 - BUCKET_BITS)).map(|bucket| below(bucket) as u16).collect(),
            steps,
        }
    }

    /// The light of a value.
    #[inline]
    pub fn decode(&self, value: u16) -> u64 {
        self.decoded[usize::from(value)].into()
    }

    /// The value nearest to `sum / weight` of light, the larger one if two are equally near.
    #[inline]
    pub fn encode(&self, sum: u64, weight: u64) -> u16 {
        let light = (sum / weight) as u32;
        let mut value = self.buckets[(light >> BUCKET_BITS) as usize];
        while self.steps.get(usize::from(value)).is_some_and(|&step| step <= light) {
            value += 1;
        }
        value
    }
}

/// Fills `pixels` with the means, in linear light, of squares of `factor × factor` of the pixels
/// `samples`: `width` of them side by side, and then the ones below.
///
/// The format is not one of indices.
pub(crate) fn average(
    samples: &[u8],
    factor: usize,
    format: PixelFormat,
    width: usize,
    pixels: &mut [u8],
) {
    let light = LinearLight::of(format.depth());
    let means = match (format.depth(), format.bytes()) {
        _ if format.has_opacity() => seen_means as Means,
        (Depth::Eight, 1) => of_factor::<1, 1>(factor),
        (Depth::Eight, _) => of_factor::<3, 1>(factor),
        (Depth::Sixteen, 2) => of_factor::<1, 2>(factor),
        (Depth::Sixteen, _) => of_factor::<3, 2>(factor),
    };
    means(light, factor, samples, width, pixels);
}

/// Fills in means: the light, the factor, the samples, the width, the pixels.
type Means = fn(&LinearLight, usize, &[u8], usize, &mut [u8]);

/// [`means`] for one factor: a loop of a known length takes half the time.
fn of_factor<const PARTS: usize, const BYTES: usize>(factor: usize) -> Means {
    match factor {
        2 => means::<2, PARTS, BYTES>,
        3 => means::<3, PARTS, BYTES>,
        4 => means::<4, PARTS, BYTES>,
        _ => means::<0, PARTS, BYTES>,
    }
}

/// See [`average`]: of pixels with that many parts of so many bytes each; for any `factor` if `FACTOR` is 0.
fn means<const FACTOR: usize, const PARTS: usize, const BYTES: usize>(
    light: &LinearLight,
    factor: usize,
    samples: &[u8],
    width: usize,
    pixels: &mut [u8],
) {
    let factor = if FACTOR == 0 { factor } else { FACTOR };
    let (pixel, side) = (PARTS * BYTES, factor * PARTS * BYTES);
    let row = width * side;
    let values = |bytes: &[u8]| -> [u16; PARTS] {
        std::array::from_fn(|part| {
            let bytes = &bytes[part * BYTES..][..BYTES];
            bytes.iter().fold(0, |value, &byte| value << (8 * (BYTES - 1)) | u16::from(byte))
        })
    };
    for (rows, pixels) in
        samples.chunks_exact(factor * row).zip(pixels.chunks_exact_mut(width * pixel))
    {
        for (col, pixel) in pixels.chunks_exact_mut(pixel).enumerate() {
            let mut sums = [0; PARTS];
            for number in 0..factor {
                let samples = &rows[number * row + col * side..][..side];
                for sample in samples.chunks_exact(PARTS * BYTES) {
                    for (sum, value) in sums.iter_mut().zip(values(sample)) {
                        *sum += light.decode(value);
                    }
                }
            }
            for (part, sum) in pixel.chunks_exact_mut(BYTES).zip(sums) {
                let value = light.encode(sum, (factor * factor) as u64);
                part.copy_from_slice(&value.to_be_bytes()[2 - BYTES..]);
            }
        }
    }
}

/// The light of pixels with an opacity, each by a weight: what is not seen gives no light.
#[derive(Clone, Copy, Default)]
pub(super) struct SeenLight {
    /// Red, green and blue, times opacity.
    parts: [u128; 3],
    opacity: u128,
    weight: u128,
}

impl SeenLight {
    /// Adds a pixel: red, green, blue and opacity, with this weight.
    #[inline]
    pub fn add(&mut self, light: &LinearLight, [red, green, blue, opacity]: [u16; 4], weight: u64) {
        let (opacity, weight) = (u128::from(opacity), u128::from(weight));
        for (sum, part) in self.parts.iter_mut().zip([red, green, blue]) {
            *sum += u128::from(light.decode(part)) * opacity * weight;
        }
        self.opacity += opacity * weight;
        self.weight += weight;
    }

    /// The mean of those that were added, rounded as by [`LinearLight::encode`].
    pub fn mean(&self, light: &LinearLight) -> [u16; 4] {
        let weight = self.weight.max(1);
        let opacity = ((2 * self.opacity + weight) / (2 * weight)) as u16;
        if opacity == 0 {
            return [0; 4];
        }
        let [red, green, blue] = self.parts.map(|sum| light.encode((sum / self.opacity) as u64, 1));
        [red, green, blue, opacity]
    }
}

/// The parts of a pixel with an opacity.
#[inline]
pub(super) fn seen_parts(pixel: &[u8]) -> [u16; 4] {
    match pixel {
        &[red, green, blue, opacity] => [red, green, blue, opacity].map(u16::from),
        _ => {
            let (pairs, _) = pixel.as_chunks::<2>();
            std::array::from_fn(|part| u16::from_be_bytes(pairs[part]))
        }
    }
}

/// Puts these parts into a pixel.
#[inline]
pub(super) fn put_seen(parts: [u16; 4], pixel: &mut [u8]) {
    let bytes = pixel.len() / parts.len();
    for (place, part) in pixel.chunks_exact_mut(bytes).zip(parts) {
        place.copy_from_slice(&part.to_be_bytes()[2 - bytes..]);
    }
}

/// See [`average`]: of pixels with an opacity.
fn seen_means(light: &LinearLight, factor: usize, samples: &[u8], width: usize, pixels: &mut [u8]) {
    let pixel = if light.steps.len() < 256 { 4 } else { 8 };
    let (side, row) = (factor * pixel, width * factor * pixel);
    for (rows, pixels) in
        samples.chunks_exact(factor * row).zip(pixels.chunks_exact_mut(width * pixel))
    {
        for (col, place) in pixels.chunks_exact_mut(pixel).enumerate() {
            let mut seen = SeenLight::default();
            for number in 0..factor {
                let samples = &rows[number * row + col * side..][..side];
                samples
                    .chunks_exact(pixel)
                    .for_each(|sample| seen.add(light, seen_parts(sample), 1));
            }
            put_seen(seen.mean(light), place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_gives_no_light() {
        // Green that is not seen beside red that is: red, half as opaque; and nothing of nothing.
        let (red, green, none) = ([255, 0, 0, 255], [0, 255, 0, 0], [9, 9, 9, 0]);
        let mut pixels = [1; 8];
        let samples = [red, green, none, none, red, green, none, none].concat();
        average(&samples, 2, PixelFormat::Rgba8, 2, &mut pixels);
        assert_eq!(pixels, [255, 0, 0, 128, 0, 0, 0, 0]);
        // By opacity: three parts of white and one of black.
        let mut pixel = [0; 4];
        let (white, black) = ([255, 255, 255, 255], [0, 0, 0, 85]);
        average(&[white, black, black, white].concat(), 2, PixelFormat::Rgba8, 1, &mut pixel);
        assert_eq!(pixel, [225, 225, 225, 170]);
        let wide = |pixel: [u8; 4]| pixel.map(|part| u16::from(part) * 257).map(u16::to_be_bytes);
        let mut pixel = [0; 8];
        let samples = [white, black, black, white].map(|pixel| wide(pixel).concat()).concat();
        average(&samples, 2, PixelFormat::Rgba16, 1, &mut pixel);
        let parts = seen_parts(&pixel);
        assert!(parts[0].abs_diff(225 * 257) < 129 && parts[3] == 170 * 257, "{parts:?}");
    }

    /// Through the same arithmetic as without an opacity, to the last bit.
    #[test]
    fn opaque_pixels_have_the_means_that_they_have_without_opacity() {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 48) as u16
        };
        for depth in [Depth::Eight, Depth::Sixteen] {
            let (without, with) = match depth {
                Depth::Eight => (PixelFormat::Rgb8, PixelFormat::Rgba8),
                Depth::Sixteen => (PixelFormat::Rgb16, PixelFormat::Rgba16),
            };
            let bytes = without.bytes() / 3;
            for factor in [2, 3, 5, 16] {
                let (width, mut plain, mut seen) = (11, Vec::new(), Vec::new());
                for _ in 0..width * factor * factor {
                    let rgb = [0; 3].map(|_| next().to_be_bytes());
                    plain.extend(rgb.iter().flat_map(|part| &part[2 - bytes..]));
                    seen.extend(rgb.iter().flat_map(|part| &part[2 - bytes..]));
                    seen.extend(&[255, 255][2 - bytes..]);
                }
                let mut expected = vec![0; width * without.bytes()];
                let mut found = vec![0; width * with.bytes()];
                average(&plain, factor, without, width, &mut expected);
                average(&seen, factor, with, width, &mut found);
                let expected: Vec<u8> = expected
                    .chunks_exact(3 * bytes)
                    .flat_map(|pixel| [pixel, &[255, 255][2 - bytes..]].concat())
                    .collect();
                assert_eq!(found, expected, "{depth:?} {factor}");
            }
        }
    }

    #[test]
    fn every_value_comes_back() {
        for depth in [Depth::Eight, Depth::Sixteen] {
            let light = LinearLight::of(depth);
            for value in 0..=depth.max() {
                assert_eq!(light.encode(light.decode(value) * 9, 9), value);
            }
        }
    }

    #[test]
    fn half_the_light_of_white_is_a_bright_gray() {
        // 0.5 of light is 0.7354 of sRGB, not 0.5.
        let mut pixels = [0];
        average(&[0, 255, 255, 0], 2, PixelFormat::Gray8, 1, &mut pixels);
        assert_eq!(pixels, [188]);
        let mut pixels = [0, 0];
        average(&[0, 0, 255, 255, 255, 255, 0, 0], 2, PixelFormat::Gray16, 1, &mut pixels);
        assert_eq!(pixels, 48192_u16.to_be_bytes());
    }

    #[test]
    fn squares_of_their_own() {
        // Two pixels side by side, of red, green and blue: one of a single colour, one of two.
        let (a, b, c) = ([1, 2, 3], [0, 255, 10], [255, 0, 10]);
        let mut pixels = [0; 6];
        average(&[a, a, b, c, a, a, c, b].concat(), 2, PixelFormat::Rgb8, 2, &mut pixels);
        assert_eq!(pixels, [1, 2, 3, 188, 188, 10]);
        // The same pixels, one below the other.
        average(&[a, a, a, a, b, c, c, b].concat(), 2, PixelFormat::Rgb8, 1, &mut pixels);
        assert_eq!(pixels, [1, 2, 3, 188, 188, 10]);
    }
}
