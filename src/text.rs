//! Text from elsewhere, as it can be shown.

use std::borrow::Cow;

/// The text with escapes for all characters that would move a terminal's cursor or worse.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return text.into();
    }
    let mut shown = String::new();
    for character in text.chars() {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown.into()
}

/// The most characters of a line that are said, at its start and at its end: a file can have a name or
/// a number of any length in it.
const SAID: (usize, usize) = (1000, 200);

/// The text as one line that can be read: [`visible`], and by its ends if it is long.
pub fn one_line(text: &str) -> Cow<'_, str> {
    let text = visible(text);
    let length = text.chars().count();
    if length <= SAID.0 + SAID.1 {
        return text;
    }
    let start: String = text.chars().take(SAID.0).collect();
    let end: String = text.chars().skip(length - SAID.1).collect();
    format!("{start} … {end}").into()
}
