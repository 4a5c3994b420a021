//! GIMP's gradients: segments, each from one colour to another.
//!
//! After a head, a name and the number of segments, each has a line of numbers: where it begins, has its middle and
//! ends; red, green, blue and opacity at its beginning and at its end; how it blends; in which space. (GIMP's
//! developers' documentation, ggr.txt.)

use std::f64::consts::{FRAC_PI_2, PI};

use super::gradient::{Fault, SAMPLES, sampled_seen, shown};
use crate::tone::color::Color;

/// More segments than anyone makes.
const MOST_SEGMENTS: usize = 4096;

/// A part of a gradient.
struct Segment {
    left: f64,
    middle: f64,
    right: f64,
    from: [f64; 3],
    to: [f64; 3],
    /// From that of the one to that of the other.
    opacities: [f64; 2],
    blend: Blend,
    space: Space,
}

/// How the share of the second colour rises.
#[derive(Clone, Copy)]
enum Blend {
    Linear,
    Curved,
    Sine,
    SphereIncreasing,
    SphereDecreasing,
    Step,
}

/// What colours are mixed in.
#[derive(Clone, Copy)]
enum Space {
    Rgb,
    /// By hue, saturation and value, the hue rising.
    HueRising,
    /// The same, the hue falling.
    HueFalling,
}

/// The colours of a gradient.
pub fn parse(text: &str) -> Result<Vec<Color>, Fault> {
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let end = || (text.lines().count().max(1), "ends before its segments do".to_owned());
    let (number, first) = lines.next().ok_or_else(end)?;
    if first.trim() != "GIMP Gradient" {
        return Err((number, format!("{}: must be GIMP Gradient", shown(first))));
    }
    let (mut number, mut line) = lines.next().ok_or_else(end)?;
    if line.starts_with("Name:") {
        (number, line) = lines.next().ok_or_else(end)?;
    }
    let wrong = || {
        (number, format!("{}: must be the number of segments, 1 to {MOST_SEGMENTS}", shown(line)))
    };
    let count: usize = line.trim().parse().map_err(|_| wrong())?;
    if !(1..=MOST_SEGMENTS).contains(&count) {
        return Err(wrong());
    }
    let mut segments: Vec<Segment> = Vec::new();
    for _ in 0..count {
        let (number, line) = lines.next().ok_or_else(end)?;
        let segment =
            segment(line).map_err(|problem| (number, format!("{}: {problem}", shown(line))))?;
        if segments.last().is_some_and(|before| before.right > segment.left + 1e-6) {
            return Err((number, format!("{}: begins before the one above ends", shown(line))));
        }
        segments.push(segment);
    }
    Ok(sampled_seen(SAMPLES, |position| {
        let index = segments.partition_point(|segment| segment.right < position);
        segments[index.min(segments.len() - 1)].at(position)
    }))
}

fn segment(line: &str) -> Result<Segment, &'static str> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = |k: usize| words.get(k).and_then(|word| word.parse::<f64>().ok());
    let mut numbers = [0.0; 11];
    for (k, place) in numbers.iter_mut().enumerate() {
        *place = number(k)
            .filter(|value| (0.0..=1.0).contains(value))
            .ok_or("must begin with eleven numbers from 0 to 1")?;
    }
    let [left, middle, right, r0, g0, b0, a0, r1, g1, b1, a1] = numbers;
    if !(left <= middle && middle <= right) {
        return Err("its beginning, middle and end must not fall");
    }
    let blend = match words.get(11).copied().unwrap_or("0") {
        "0" => Blend::Linear,
        "1" => Blend::Curved,
        "2" => Blend::Sine,
        "3" => Blend::SphereIncreasing,
        "4" => Blend::SphereDecreasing,
        "5" => Blend::Step,
        _ => return Err("its blending, the twelfth number, must be 0 to 5"),
    };
    let space = match words.get(12).copied().unwrap_or("0") {
        "0" => Space::Rgb,
        "1" => Space::HueRising,
        "2" => Space::HueFalling,
        _ => return Err("its space, the thirteenth number, must be 0 to 2"),
    };
    // A colour may be the one that the user paints with, which is black by default, or paints on: white; either not to be seen.
    let of = |kind: usize, own, opacity| match words.get(kind).copied().unwrap_or("0") {
        "1" => ([0.0; 3], 1.0),
        "2" => ([0.0; 3], 0.0),
        "3" => ([1.0; 3], 1.0),
        "4" => ([1.0; 3], 0.0),
        _ => (own, opacity),
    };
    let ((from, a0), (to, a1)) = (of(13, [r0, g0, b0], a0), of(14, [r1, g1, b1], a1));
    Ok(Segment { left, middle, right, from, to, opacities: [a0, a1], blend, space })
}

impl Segment {
    /// The colour, and its opacity.
    fn at(&self, position: f64) -> ([f64; 3], f64) {
        let width = self.right - self.left;
        let (position, middle) = if width > 0.0 {
            (((position - self.left) / width).clamp(0.0, 1.0), (self.middle - self.left) / width)
        } else {
            (0.5, 0.5)
        };
        let linear = if position <= middle {
            if middle > 0.0 { 0.5 * position / middle } else { 0.0 }
        } else if middle < 1.0 {
            0.5 + 0.5 * (position - middle) / (1.0 - middle)
        } else {
            1.0
        };
        let share = match self.blend {
            Blend::Linear => linear,
            Blend::Curved => {
                let middle = middle.clamp(1e-6, 1.0 - 1e-6);
                libm::pow(position, libm::log(0.5) / libm::log(middle))
            }
            Blend::Sine => (libm::sin(PI * linear - FRAC_PI_2) + 1.0) / 2.0,
            Blend::SphereIncreasing => (1.0 - (linear - 1.0) * (linear - 1.0)).max(0.0).sqrt(),
            Blend::SphereDecreasing => 1.0 - (1.0 - linear * linear).max(0.0).sqrt(),
            Blend::Step => f64::from(u8::from(position >= middle)),
        };
        let mix = |from: f64, to: f64| (from + (to - from) * share).clamp(0.0, 1.0);
        let [from, to] = [self.from, self.to];
        let color = match self.space {
            Space::Rgb => std::array::from_fn(|part| mix(from[part], to[part])),
            Space::HueRising | Space::HueFalling => {
                let ([hue, saturation, value], [mut end, s1, v1]) = (to_hsv(from), to_hsv(to));
                match self.space {
                    Space::HueRising if end <= hue => end += 1.0,
                    Space::HueFalling if end >= hue => end -= 1.0,
                    _ => {}
                }
                let hue = hue + (end - hue) * share;
                from_hsv([hue - hue.floor(), mix(saturation, s1), mix(value, v1)])
            }
        };
        (color, mix(self.opacities[0], self.opacities[1]))
    }
}

/// Hue, saturation and value, each in `[0, 1]`. (A. R. Smith, Color Gamut Transform Pairs, 1978.)
fn to_hsv([red, green, blue]: [f64; 3]) -> [f64; 3] {
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    let spread = most - least;
    if spread == 0.0 {
        return [0.0, 0.0, most];
    }
    let sixths = if most == red {
        (green - blue) / spread
    } else if most == green {
        2.0 + (blue - red) / spread
    } else {
        4.0 + (red - green) / spread
    };
    let hue = sixths / 6.0;
    [hue - hue.floor(), spread / most, most]
}

fn from_hsv([hue, saturation, value]: [f64; 3]) -> [f64; 3] {
    // How far the hue is from those that have all of red, of green, of blue.
    [5.0, 3.0, 1.0].map(|shift| {
        let sixths = (shift + hue * 6.0) % 6.0;
        value - value * saturation * sixths.min(4.0 - sixths).clamp(0.0, 1.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colors(segments: &str) -> Vec<[u8; 3]> {
        let text = format!("GIMP Gradient\nName: One\n{}\n{segments}\n", segments.lines().count());
        parse(&text).unwrap().into_iter().map(|color| color.0).collect()
    }

    #[test]
    fn segments_follow_each_other() {
        let colors = colors(
            "0.0 0.25 0.5 1 0 0 1 0 1 0 1 0 0\n\
             0.5 0.75 1.0 0 1 0 1 0 0 1 1 0 0 0 0",
        );
        assert_eq!(colors.len(), SAMPLES);
        assert_eq!([colors[0], colors[255]], [[255, 0, 0], [0, 0, 255]]);
        assert_eq!(colors[64], [127, 128, 0]);
        let [red, green, blue] = colors[127];
        assert!(red < 3 && green > 250 && blue == 0, "{:?}", colors[127]);
    }

    #[test]
    fn opacities_rise_and_fall_as_colours_do() {
        let text = "GIMP Gradient\n2\n0 0.25 0.5 1 0 0 0 1 0 0 1 0 0\n0.5 0.75 1 1 0 0 1 0 0 1 0.5 0 0 0 2\n";
        let colors = parse(text).unwrap();
        let opacity = |k: usize| colors[k].1;
        assert_eq!([opacity(0), opacity(64), opacity(255)], [0, 128, 0]);
        assert!(opacity(127) > 250 && colors[64].0 == [255, 0, 0], "{:?}", colors[64]);
    }

    #[test]
    fn every_blending_rises_from_the_first_colour_to_the_second() {
        for blend in 0..6 {
            let line = format!("0 0.3 1 0 0 0 1 1 1 1 1 {blend} 0");
            let grays: Vec<u8> = colors(&line).into_iter().map(|[gray, ..]| gray).collect();
            assert_eq!([grays[0], grays[255]], [0, 255], "{blend}");
            assert!(grays.is_sorted(), "{blend}");
            // In the middle it is half of the way, but for the spheres and the step.
            let middle = grays[76];
            assert!(blend > 2 || (125..=128).contains(&middle), "{blend}: {middle}");
        }
    }

    #[test]
    fn hues_go_round_both_ways() {
        // From red to blue: by green, or by magenta.
        assert_eq!(colors("0 0.5 1 1 0 0 1 0 0 1 1 0 1")[127][1], 255);
        let by_magenta = colors("0 0.5 1 1 0 0 1 0 0 1 1 0 2")[127];
        assert!(by_magenta[1] == 0 && by_magenta[0] > 250, "{by_magenta:?}");
        for color in [[1.0, 0.5, 0.25], [0.0, 0.0, 0.0], [0.2, 0.9, 0.3], [0.1, 0.0, 0.7]] {
            let back = from_hsv(to_hsv(color));
            assert!((0..3).all(|k| (back[k] - color[k]).abs() < 1e-12), "{color:?} {back:?}");
        }
    }

    #[test]
    fn a_bad_line_is_named() {
        for (text, line, problem) in [
            ("", 1, "ends before"),
            ("GIMP Palette\n", 1, "must be GIMP Gradient"),
            ("GIMP Gradient\nName: x\nmany\n", 3, "number of segments"),
            ("GIMP Gradient\n5000\n", 2, "number of segments"),
            ("GIMP Gradient\n2\n0 0.5 1 0 0 0 1 1 1 1 1 0 0\n", 3, "ends before"),
            ("GIMP Gradient\n1\n0 0.5 1 0 0 0 1 1 1 1\n", 3, "eleven numbers"),
            ("GIMP Gradient\n1\n0 0.5 1 0 0 0 1 1 1 nan 1 0 0\n", 3, "eleven numbers"),
            ("GIMP Gradient\n1\n0 0.5 0.4 0 0 0 1 1 1 1 1 0 0\n", 3, "must not fall"),
            ("GIMP Gradient\n1\n0 0.5 1 0 0 0 1 1 1 1 1 9 0\n", 3, "blending"),
            ("GIMP Gradient\n1\n0 0.5 1 0 0 0 1 1 1 1 1 0 3\n", 3, "space"),
            (
                "GIMP Gradient\n2\n0 0.5 1 0 0 0 1 1 1 1 1\n0 0.5 1 0 0 0 1 1 1 1 1\n",
                4,
                "begins before",
            ),
        ] {
            let (number, message) = parse(text).unwrap_err();
            assert!(number == line && message.contains(problem), "{text}: {number} {message}");
        }
    }
}
