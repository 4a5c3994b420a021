//! Tables of colours, with commas, semicolons or tabs between: three columns of numbers, from 0 to 255 or from 0 to 1,
//! and maybe one before them with positions.

use super::gradient::{Fault, SAMPLES, between, sampled, shown};
use super::lines;
use crate::tone::color::Color;

/// What parts the cells of a row.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// The colours of a table; of one that has no numbers, or in which colours are words, as one colour a line.
pub fn parse(text: &str) -> Result<Vec<Color>, Fault> {
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') && cells(line).is_none() {
            if line.parse::<Color>().is_ok() {
                return lines::parse(text);
            }
            continue;
        }
        match cells(line) {
            Some(cells) => rows.push((number, cells)),
            // The names of columns, in any words.
            None if rows.is_empty() && is_head(line) => {}
            None => {
                // With a colour in words it is the other kind of table.
                return lines::parse(text).map_err(|_| {
                    let expected =
                        "must be three numbers, or four of which the first is a position";
                    (number, format!("{}: {expected}", shown(line)))
                });
            }
        }
    }
    let Some((first, width)) = rows.first().map(|(number, cells)| (*number, cells.len())) else {
        return Err((text.lines().count().max(1), "there is no colour".to_owned()));
    };
    if let Some((number, cells)) = rows.iter().find(|(_, cells)| cells.len() != width) {
        let problem = format!("has {} numbers, and line {first} has {width}", cells.len());
        return Err((*number, problem));
    }
    let parts = |cells: &[f64]| [0, 1, 2].map(|part| cells[width - 3 + part]);
    let is_unit = rows.iter().all(|(_, cells)| parts(cells).iter().all(|part| *part <= 1.0));
    let whole = if is_unit { 1.0 } else { 255.0 };
    let mut stops: Vec<(f64, [f64; 3])> = Vec::with_capacity(rows.len());
    for (number, cells) in &rows {
        let fault = |problem: &str| Err((*number, problem.to_owned()));
        let color = parts(cells);
        if !color.iter().all(|part| (0.0..=whole).contains(part)) {
            return fault(
                "its colour must be three numbers from 0 to 255, or in the whole table from 0 to 1",
            );
        }
        let position = if width == 4 { cells[0] } else { stops.len() as f64 };
        if stops.last().is_some_and(|(before, _)| *before > position) {
            return fault("its position must not be less than the one above");
        }
        stops.push((position, color.map(|part| part / whole)));
    }
    let (Some(&(begin, _)), Some(&(end, _))) = (stops.first(), stops.last()) else {
        return Ok(Vec::new());
    };
    let samples = if width == 4 { SAMPLES } else { stops.len() };
    Ok(sampled(samples, |position| between(&stops, begin + (end - begin) * position)))
}

/// The numbers of a row, if it is three or four of them.
fn cells(line: &str) -> Option<Vec<f64>> {
    let cells = line.split(SEPARATORS).map(|cell| cell.trim().trim_matches('"').parse::<f64>());
    let cells: Vec<f64> = cells.collect::<Result<_, _>>().ok()?;
    ((3..=4).contains(&cells.len()) && cells.iter().all(|cell| cell.is_finite())).then_some(cells)
}

/// Whether a row has words, none of which is a colour or a number.
fn is_head(line: &str) -> bool {
    line.split(SEPARATORS).all(|cell| {
        let cell = cell.trim().trim_matches('"');
        cell.parse::<f64>().is_err() && (cell.len() < 3 || cell.parse::<Color>().is_err())
    }) || ["red", "r"].iter().any(|red| {
        line.split(SEPARATORS).any(|cell| cell.trim().trim_matches('"').eq_ignore_ascii_case(red))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colors(text: &str) -> Vec<[u8; 3]> {
        parse(text).unwrap().into_iter().map(|color| color.0).collect()
    }

    #[test]
    fn what_other_programs_write() {
        let all = [[0, 0, 0], [255, 128, 0]];
        for text in [
            "0,0,0\n255,128,0\n",
            "red,green,blue\r\n0,0,0\r\n255,128,0\r\n",
            "r;g;b\n0;0;0\n255;128;0",
            "\"R\",\"G\",\"B\"\n0.0,0.0,0.0\n1.0,0.502,0.0\n",
            "# a comment\n0\t0\t0\n\n1\t0.502\t0\n",
            "#000000\n#ff8000\n",
            "black\n#ff8000\n",
        ] {
            assert_eq!(colors(text), all, "{text}");
        }
        assert_eq!(colors("1,2,3\n255,0,0\n")[1], [255, 0, 0]);
        assert_eq!(colors("10,20,30\n"), [[10, 20, 30]]);
    }

    #[test]
    fn positions_are_kept() {
        let colors = colors("scalar,RGB_r,RGB_g,RGB_b\n-3,0,0,0\n0,255,255,255\n1,0,0,255\n");
        assert_eq!(colors.len(), SAMPLES);
        assert_eq!([colors[0], colors[255]], [[0; 3], [0, 0, 255]]);
        let white = colors.iter().position(|color| color.iter().all(|part| *part > 252)).unwrap();
        assert!((189..=192).contains(&white), "{white}");
    }

    #[test]
    fn a_bad_line_is_named() {
        for (text, line, problem) in [
            ("", 1, "no colour"),
            ("r,g,b\n", 1, "no colour"),
            ("0,0,0\n1,2\n", 2, "three numbers"),
            ("0,0,0\n1,2,300\n", 2, "from 0 to 255"),
            ("0,0,0\n-1,0,0\n", 2, "from 0 to 255"),
            ("0,0,0\n0,1,2,3\n", 2, "has 4 numbers, and line 1 has 3"),
            // Its last part was looked for where it has none.
            ("0,1,2,3\n0,0,0\n", 2, "has 3 numbers, and line 1 has 4"),
            ("0,0,0,0\n1,9,9,9\n0.5,1,1,1\n", 3, "position"),
            ("0,0,0\nnan,0,0\n", 2, "three numbers"),
        ] {
            let (number, message) = parse(text).unwrap_err();
            assert!(number == line && message.contains(problem), "{text}: {number} {message}");
        }
    }
}
