//! Colours between others as the eye sees them: on straight lines in OKLab. (B. Ottosson, A perceptual color space for
//! image processing, 2020.)

use palette::{FromColor, Oklab, Srgb};

use super::color::Color;

/// Parts of the line between two colours, between which lines in sRGB are as good.
pub const PARTS: usize = 64;

/// A colour there, and its opacity.
type Stop = (Oklab<f64>, f64);

/// Evenly spaced colours on the lines between `stops`, two or more, in 16 bits of sRGB and of opacity; the stops are among them.
pub fn between(stops: &[Color]) -> Vec<[u16; 4]> {
    let stops: Vec<Stop> = stops
        .iter()
        .map(|&Color(parts, opacity)| {
            let color = Srgb::from(parts.map(|part| f64::from(part) / 255.0));
            (Oklab::from_color(color), f64::from(opacity) / 255.0)
        })
        .collect();
    let mut colors: Vec<[u16; 4]> = Vec::with_capacity((stops.len() - 1) * PARTS + 1);
    for pair in stops.windows(2) {
        colors.extend((0..PARTS).map(|part| to_srgb(pair[0], pair[1], part as f64 / PARTS as f64)));
    }
    colors.extend(stops.last().map(|last| to_srgb(*last, *last, 0.0)));
    colors
}

/// What sRGB has not is cut off at its edge.
fn to_srgb((from, from_opacity): Stop, (to, to_opacity): Stop, share: f64) -> [u16; 4] {
    let mix = |from: f64, to: f64| from + (to - from) * share;
    let mixed = Oklab::new(mix(from.l, to.l), mix(from.a, to.a), mix(from.b, to.b));
    let color = Srgb::from_color(mixed);
    let parts = [color.red, color.green, color.blue, mix(from_opacity, to_opacity)];
    parts.map(|part| (part.clamp(0.0, 1.0) * 65535.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_stay_and_what_is_between_has_the_even_lightness() {
        let stops = [[0, 0, 128], [255; 3], [255, 165, 0]].map(Color::opaque);
        let colors = between(&stops);
        assert_eq!(colors.len(), 2 * PARTS + 1);
        for (k, stop) in stops.iter().map(|stop| stop.parts()).enumerate() {
            let near =
                |part: usize| colors[k * PARTS][part].abs_diff(u16::from(stop[part]) * 257) <= 1;
            assert!((0..4).all(near), "{:?} {stop:?}", colors[k * PARTS]);
        }
        // Half of the lightness of white is a gray of 99.
        let [gray, ..] = between(&[[0; 3], [255; 3]].map(Color::opaque))[PARTS / 2];
        assert_eq!(gray / 257, 99);
        // Of blue and yellow no gray is in the middle, as it is in sRGB.
        let stops = [[0, 0, 255], [255, 255, 0]].map(Color::opaque);
        let [red, green, blue, _] = between(&stops)[PARTS / 2];
        assert!(green > red && green.abs_diff(blue) > 2000, "{red} {green} {blue}");
    }
}
