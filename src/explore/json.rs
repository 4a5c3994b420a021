//! JSON, as far as answers need it.

use std::fmt::Write;

/// A value, written as JSON.
#[derive(Clone, Debug)]
pub struct Json(String);

impl Json {
    /// Nothing.
    pub fn null() -> Self {
        Self("null".to_owned())
    }

    /// A text.
    pub fn text(text: &str) -> Self {
        let mut json = String::from('"');
        for character in text.chars() {
            match character {
                '"' | '\\' => json.extend(['\\', character]),
                // Also what would end a script.
                '\0'..='\x1f' | '<' | '\u{2028}' | '\u{2029}' => {
                    // Writing to a string cannot fail.
                    let _ = write!(json, "\\u{:04x}", u32::from(character));
                }
                _ => json.push(character),
            }
        }
        json.push('"');
        Self(json)
    }

    /// A number; null if it is not finite.
    pub fn number(number: f64) -> Self {
        if number.is_finite() { Self(format!("{number:?}")) } else { Self::null() }
    }

    /// A whole number.
    pub fn whole(number: impl Into<i128>) -> Self {
        Self(number.into().to_string())
    }

    /// True or false.
    pub fn truth(is_true: bool) -> Self {
        Self(is_true.to_string())
    }

    /// A text, or null.
    pub fn text_or_null(text: Option<String>) -> Self {
        text.map_or_else(Self::null, |text| Self::text(&text))
    }

    /// Values in their order.
    pub fn list(values: impl IntoIterator<Item = Self>) -> Self {
        let values: Vec<_> = values.into_iter().map(|Self(json)| json).collect();
        Self(format!("[{}]", values.join(",")))
    }

    /// Values with names.
    pub fn object<'a>(values: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        let values = values.into_iter();
        let values: Vec<_> =
            values.map(|(name, Self(json))| format!("{}:{json}", Self::text(name).0)).collect();
        Self(format!("{{{}}}", values.join(",")))
    }

    /// The text of it.
    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_are_json() {
        let json = Json::object([
            ("a\"b", Json::text("line\n\\ </script> é")),
            (
                "numbers",
                Json::list([Json::number(0.1), Json::number(1e300), Json::number(f64::NAN)]),
            ),
            ("whole", Json::whole(7u32)),
            ("nothing", Json::text_or_null(None)),
        ]);
        let expected = r#"{"a\"b":"line\u000a\\ \u003c/script> é","numbers":[0.1,1e300,null],"whole":7,"nothing":null}"#;
        assert_eq!(json.into_string(), expected);
    }
}
