//! Text in the width of a terminal.

use std::io::{self, IsTerminal};

/// The columns of a terminal that does not say.
const USUAL: usize = 80;

/// The columns of the terminal on standard output; none if it is not a terminal, and lines may be long.
pub fn of_standard_output() -> Option<usize> {
    let columns = || terminal_size::terminal_size().map_or(USUAL, |(width, _)| width.0.into());
    io::stdout().is_terminal().then(columns)
}

/// `text` with lines of up to `columns` characters, broken between words; all but the first begin with
/// `indent` spaces. A longer word has a separate line.
pub fn wrapped(text: &str, columns: Option<usize>, indent: usize) -> String {
    let Some(columns) = columns else { return text.to_owned() };
    let mut wrapped = String::new();
    let mut width = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > indent && width + 1 + length > columns {
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(indent));
            width = indent;
        } else if !wrapped.is_empty() {
            wrapped.push(' ');
            width += 1;
        }
        wrapped.push_str(word);
        width += length;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        let text = "magma  from black by purple to white";
        assert_eq!(wrapped(text, None, 7), text);
        assert_eq!(wrapped(text, Some(36), 7), text);
        let lines = "magma  from black by\n       purple to\n       white";
        assert_eq!(wrapped(text, Some(20), 7), lines);
        assert_eq!(wrapped("one longer", Some(4), 2), "one\n  longer");
    }
}
