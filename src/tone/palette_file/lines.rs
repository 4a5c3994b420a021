//! Colours in a text, one a line, as programs for fractals and pictures write them.

use super::gradient::{Fault, shown};
use crate::tone::color::Color;

/// What begins a palette of GIMP's; in it every line with a `#` is a comment.
const GIMP: &str = "GIMP Palette";
/// The lines before the colours of a palette of GIMP's.
const GIMP_HEAD: [&str; 3] = ["Name:", "Columns:", "Channels:"];

/// What stands between the parts of a colour.
const SEPARATORS: [char; 3] = [' ', '\t', ','];

/// The colours of a text; or the number of a line that has no colour, and what is wrong.
pub fn parse(text: &str) -> Result<Vec<Color>, Fault> {
    // What some old file systems put at the end of a text.
    let text = text.split('\u{1a}').next().unwrap_or_default();
    let is_gimp = text.lines().next().is_some_and(|line| line.trim_end() == GIMP);
    let mut colors = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split(';').next().unwrap_or_default().trim();
        let is_head = || line == GIMP || GIMP_HEAD.iter().any(|head| line.starts_with(head));
        if line.is_empty() || is_gimp && is_head() || is_comment(line, is_gimp) {
            continue;
        }
        let color = color(line).ok_or_else(|| {
            (number, format!("{}: {}, or three numbers up to 255", shown(line), Color::EXPECTED))
        })?;
        colors.push(color);
    }
    Ok(colors)
}

/// Whether the line begins with a `#` that no colour begins with. One word that looks like a colour
/// with a mistake is not a comment.
fn is_comment(line: &str, is_gimp: bool) -> bool {
    let Some(rest) = line.strip_prefix('#') else { return false };
    let word = rest.split(SEPARATORS).next().unwrap_or_default();
    let is_alone = word.len() == rest.len();
    let is_like_a_color = [3, 4, 6, 8].contains(&word.len())
        || word.starts_with(|c: char| c.is_ascii_digit())
        || word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_color = line[..1 + word.len()].parse::<Color>().is_ok();
    is_gimp || word.is_empty() || !(is_color || is_alone && is_like_a_color)
}

/// The colour that the line begins with.
fn color(line: &str) -> Option<Color> {
    let line = line.trim_start_matches(SEPARATORS);
    let mut words = line.split(SEPARATORS).filter(|word| !word.is_empty());
    let first = words.next()?;
    if let Ok(red) = first.parse()
        && let Some(Ok(green)) = words.next().map(str::parse)
        && let Some(Ok(blue)) = words.next().map(str::parse)
    {
        return Some(Color::opaque([red, green, blue]));
    }
    let rest = line[first.len()..].trim_start();
    first.parse().ok().filter(|_| rest.is_empty() || rest.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colors(text: &str) -> Vec<[u8; 3]> {
        parse(text).unwrap().into_iter().map(|color| color.0).collect()
    }

    /// 45 of 350 palettes of Fractint's were refused, for a comment behind three numbers.
    #[test]
    fn what_other_programs_write() {
        let all = [[0, 0, 0], [255, 128, 7]];
        for text in [
            "0 0 0\n255 128 7\n",
            "  0   0   0  The default palette\r\n255 128   7\tby anyone, 1991\r\n\x1a",
            "0 0 0 4 colours\n255 128 7 0\n",
            "0,0,0\n255, 128, 7\n",
            "# three numbers\n#\n#Colors: 2\n0 0 0 # black\n\n255 128 7 ; orange\n",
            "GIMP Palette\nName: Two\nColumns: 2\n#\n#fff is white\n  0   0   0\tUntitled\n255 128   7 x\n",
            "#Palette by anyone\nblack ; the first\n#ff8007 # the last\n",
            "; of paint.net\n#000\nff8007\n",
        ] {
            assert_eq!(colors(text), all, "{text}");
        }
    }

    /// What follows the first word was looked for as if the line began with it: a comma before it put the
    /// place in the middle of a character, and the program panicked.
    #[test]
    fn a_line_can_begin_with_a_separator() {
        assert_eq!(colors(",red\n, 1,2,3"), [[255, 0, 0], [1, 2, 3]]);
        assert!(parse("red\n,whiue\u{fffd},whiue").is_err());
    }

    #[test]
    fn a_bad_line_is_named() {
        for line in [
            "#12345g",
            "#12345",
            "#fffff",
            "1 2 256",
            "1 2",
            "-1 2 3",
            "1 2 3.5",
            "#fff,red",
            "red blue",
            "Name: Two",
            "rgb(1,2,3)",
            "JASC-PAL",
        ] {
            let (number, problem) = parse(&format!("#fff\n{line}\n")).unwrap_err();
            assert_eq!(number, 2, "{line}");
            assert!(problem.starts_with(&format!("{line}: must be a colour")), "{problem}");
        }
        let (_, problem) = parse(&format!("\x1b[2J{}", "x".repeat(1000))).unwrap_err();
        assert!(problem.starts_with(r"\u{1b}[2Jxxx") && problem.len() < 200, "{problem}");
    }
}
