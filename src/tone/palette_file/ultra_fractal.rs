//! Ultra Fractal's gradients: colours at places of a cycle of 400.
//!
//! A file has any number of gradients, each a name and, in braces, `gradient:` and words such as `index=50` and
//! `color=255`: the colour that was begun is at that place, blue · 65536 + green · 256 + red. The first is taken.

use super::gradient::{Fault, between, sampled, shown};
use crate::tone::color::Color;

/// Places of the cycle.
const CYCLE: i32 = 400;

/// Stops of a gradient at most.
const MOST_STOPS: usize = 4096;

/// The colours of the first gradient, the last as the first: the palette is cyclic.
pub fn parse(text: &str) -> Result<Vec<Color>, Fault> {
    let mut stops: Vec<(i32, [f64; 3])> = Vec::new();
    let mut index = None;
    let (mut is_gradient, mut is_smooth, mut is_comment) = (false, false, false);
    let mut last = 1;
    for (number, line) in (1..).zip(text.lines()) {
        last = number;
        let wrong = |word: &str, expected: &str| (number, format!("{}: {expected}", shown(word)));
        let line = line.split(';').next().unwrap_or_default();
        if line.contains('{') {
            is_comment = line.split('{').next().unwrap_or_default().trim() == "comment";
        }
        for word in words(line) {
            match word.split_once('=') {
                _ if is_comment => {}
                None if word == "gradient:" => is_gradient = true,
                None if word == "opacity:" => is_gradient = false,
                Some(("smooth", value)) if is_gradient => is_smooth = value == "yes",
                Some(("index", value)) if is_gradient => {
                    let value: i32 =
                        value.parse().map_err(|_| wrong(word, "must be a whole number"))?;
                    index = Some(value.rem_euclid(CYCLE));
                }
                Some(("color", value)) if is_gradient => {
                    let index =
                        index.take().ok_or_else(|| wrong(word, "needs an index before it"))?;
                    let color: u32 = value
                        .parse()
                        .ok()
                        .filter(|color| *color < 1 << 24)
                        .ok_or_else(|| wrong(word, "must be a whole number below 16777216"))?;
                    if stops.len() == MOST_STOPS {
                        return Err(wrong(word, "is one of more than 4096 colours"));
                    }
                    let [_, blue, green, red] = color.to_be_bytes();
                    stops.push((index, [red, green, blue].map(|part| f64::from(part) / 255.0)));
                }
                _ => {}
            }
        }
        if line.contains('}') {
            if !stops.is_empty() {
                break;
            }
            (is_gradient, is_comment) = (false, false);
        }
    }
    if stops.is_empty() {
        return Err((last, "there is no gradient with colours before here".to_owned()));
    }
    stops.sort_by_key(|(index, _)| *index);
    stops.dedup_by_key(|(index, _)| *index);
    Ok(sampled(CYCLE as usize + 1, |position| {
        of_cycle(&stops, position * f64::from(CYCLE), is_smooth)
    }))
}

/// What spaces part, but not within quotes.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    line.split(move |c: char| {
        is_quoted ^= c == '"';
        !is_quoted && c.is_whitespace()
    })
    .filter(|word| !word.is_empty())
}

/// The colour at a place of the cycle, on straight lines between stops or on a smooth curve through them.
fn of_cycle(stops: &[(i32, [f64; 3])], place: f64, is_smooth: bool) -> [f64; 3] {
    let count = stops.len() as i64;
    // The stops go on before the first and after the last.
    let stop = |k: i64| {
        let (index, color) = stops[k.rem_euclid(count) as usize];
        (f64::from(index) + (k.div_euclid(count) * i64::from(CYCLE)) as f64, color)
    };
    let after = stops.partition_point(|(index, _)| f64::from(*index) <= place) as i64;
    let [before, left, right, next] = [-2, -1, 0, 1].map(|k| stop(after + k));
    if !is_smooth {
        return between(&[left, right], place);
    }
    // A cubic whose slope at a stop is that of the line between its neighbours, or 0 at a turn, so that it never
    // overshoots. (Fritsch and Carlson, Monotone Piecewise Cubic Interpolation, 1980.)
    let width = right.0 - left.0;
    let share = (place - left.0) / width;
    std::array::from_fn(|part| {
        let rise = |a: (f64, [f64; 3]), b: (f64, [f64; 3])| (b.1[part] - a.1[part]) / (b.0 - a.0);
        let (low, own, high) = (rise(before, left), rise(left, right), rise(right, next));
        let slope = |a: f64, b: f64| {
            let both = a.abs().min(b.abs()) * 3.0;
            if a * b > 0.0 { ((a + b) / 2.0).clamp(-both, both) } else { 0.0 }
        };
        let (begin, end) = (slope(low, own) * width, slope(own, high) * width);
        let (from, to) = (left.1[part], right.1[part]);
        let (square, cube) = (share * share, share * share * share);
        let value = from * (2.0 * cube - 3.0 * square + 1.0)
            + begin * (cube - 2.0 * square + share)
            + to * (3.0 * square - 2.0 * cube)
            + end * (cube - square);
        value.clamp(0.0, 1.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(smooth: &str) -> String {
        format!(
            "; by nobody\ncomment {{ color=9 index=1 }}\nSunset {{\ngradient:\n  title=\"A {{ color=1\" smooth={smooth} rotation=3\n  \
             index=0 color=255\n  index=100 color=65280 index=300 color=16711680\nopacity:\n  \
             smooth=no index=0 opacity=255\n}}\nOther {{\ngradient:\n index=0 color=1\n}}\n"
        )
    }

    #[test]
    fn the_first_gradient_is_taken() {
        for smooth in ["no", "yes"] {
            let colors: Vec<_> =
                parse(&text(smooth)).unwrap().into_iter().map(|color| color.0).collect();
            assert_eq!(colors.len(), 401);
            let known = [colors[0], colors[100], colors[300], colors[400]];
            assert_eq!(known, [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 0, 0]], "{smooth}");
            // From the last stop on to the first of the next cycle.
            assert_eq!(colors[350], [128, 0, 128]);
            assert!((0..400).all(|k| (0..3).all(|i| colors[k][i].abs_diff(colors[k + 1][i]) < 8)));
        }
        assert_ne!(parse(&text("no")).unwrap(), parse(&text("yes")).unwrap());
    }

    #[test]
    fn one_colour_is_enough_and_places_go_round() {
        let colors = parse("x {\ngradient:\nindex=-20 color=66051\n}").unwrap();
        assert!(colors.iter().all(|color| color.0 == [3, 2, 1]));
        let colors = parse("x {\ngradient:\nindex=-200 color=0 index=0 color=16777215\n}").unwrap();
        assert_eq!([colors[0].0, colors[200].0], [[255; 3], [0; 3]]);
    }

    #[test]
    fn a_bad_line_is_named() {
        for (text, line, problem) in [
            ("", 1, "no gradient"),
            ("x {\ngradient:\n}\n", 3, "no gradient"),
            ("x {\ngradient:\nindex=a color=1\n}", 3, "index=a: must be a whole number"),
            ("x {\ngradient:\n\nindex=1 color=16777216\n}", 4, "below 16777216"),
            ("x {\ngradient:\ncolor=1\n}", 3, "color=1: needs an index"),
        ] {
            let (number, message) = parse(text).unwrap_err();
            assert!(number == line && message.contains(problem), "{text}: {number} {message}");
        }
    }
}
