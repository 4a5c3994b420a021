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
