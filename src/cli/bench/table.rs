//! The layout of a table of times.

use std::fmt::Write;

/// Lines of figures, each with its place before them, under their titles. If there is no room for places
/// beside the figures, they have separate lines.
pub fn table(titles: &str, lines: &[(String, String)], columns: Option<usize>) -> String {
    let length = |text: &str| text.chars().count();
    let width = lines.iter().map(|(place, _)| length(place)).max().unwrap_or_default() + 2;
    let is_narrow = columns.is_some_and(|columns| width + length(titles) > columns);
    let width = if is_narrow { 0 } else { width };
    let mut text = String::new();
    let mut above = "";
    // Writing to a string cannot fail.
    let mut put = |place: &str, figures: &str| {
        let line = format!("{place:<width$}{figures}");
        let _ = writeln!(text, "{}", line.trim_end());
    };
    put("", titles);
    for (place, figures) in lines {
        if is_narrow && place != above {
            put(place, "");
            above = place;
        }
        put(if is_narrow { "" } else { place }, figures);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_lines_of_their_own_if_there_is_no_room() {
        let line = |place: &str, figures: &str| (place.to_owned(), figures.to_owned());
        let lines = [line("here", "a  1"), line("here", "b  2"), line("there", "a  3")];
        let wide = "       v  s\nhere   a  1\nhere   b  2\nthere  a  3\n";
        assert_eq!(table("v  s", &lines, None), wide);
        assert_eq!(table("v  s", &lines, Some(11)), wide);
        let narrow = "v  s\nhere\na  1\nb  2\nthere\na  3\n";
        assert_eq!(table("v  s", &lines, Some(10)), narrow);
    }
}
