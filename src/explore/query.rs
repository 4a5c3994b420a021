//! The names and values of an address.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::error::Refusal;

/// What stands after the `?` of an address: each name once. Taking a value removes it, so that what is left at the end
/// is what nobody knows.
#[derive(Debug)]
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// Reads `name=value&name=value`, with `%` and two hexadecimal digits for any byte, and `+` for a space as in forms.
    ///
    /// # Errors
    /// If a name comes twice, or what is decoded is not UTF-8.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let mut values = BTreeMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            if values.contains_key(&name) {
                return Err(Refusal::wrong(&name, &value, "this name comes twice"));
            }
            values.insert(name, value);
        }
        Ok(Self(values))
    }

    /// The text of `name`, if there is one that is not empty.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|value| !value.is_empty())
    }

    /// The text of `name`, which must be there.
    ///
    /// # Errors
    /// If it is not.
    pub fn needed(&mut self, name: &str) -> Result<String, Refusal> {
        self.text(name).ok_or_else(|| Refusal::Wrong(format!("{name}: is missing")))
    }

    /// The value of `name`.
    ///
    /// # Errors
    /// If there is a text, but not of such a value.
    pub fn value<T: FromStr>(&mut self, name: &str, expected: &str) -> Result<Option<T>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Refusal::wrong(name, &text, expected))
    }

    /// Whether `name` is 1; 0 is the same as nothing.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn is_set(&mut self, name: &str) -> Result<bool, Refusal> {
        match self.text(name).as_deref() {
            None | Some("0") => Ok(false),
            Some("1") => Ok(true),
            Some(other) => Err(Refusal::wrong(name, other, "must be 0 or 1")),
        }
    }

    /// Nothing more is taken.
    ///
    /// # Errors
    /// If something is left.
    pub fn end(self) -> Result<(), Refusal> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((name, value)) => Err(Refusal::wrong(&name, &value, "no such name is known here")),
        }
    }
}

fn decoded(text: &str) -> Result<String, Refusal> {
    let wrong =
        || Refusal::wrong("address", text, "must be UTF-8, with % and two digits for other bytes");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next(), rest.next()].map(|digit| {
                    digit.and_then(|digit| char::from(digit).to_digit(16)).map(|digit| digit as u8)
                });
                let [Some(high), Some(low)] = digits else { return Err(wrong()) };
                16 * high + low
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded_once() {
        let mut query = Query::read("c=-1%2C0&name=a+b%25&empty=&flag=1").unwrap();
        assert_eq!(query.needed("c"), Ok("-1,0".to_owned()));
        assert_eq!(query.text("name").as_deref(), Some("a b%"));
        assert_eq!((query.text("empty"), query.is_set("flag")), (None, Ok(true)));
        query.end().unwrap();
    }

    #[test]
    fn what_is_wrong_is_said() {
        for text in ["a=%", "a=%f", "a=%zz", "%ff=1", "a=1&a=2"] {
            assert!(matches!(Query::read(text), Err(Refusal::Wrong(_))), "{text}");
        }
        let left = Query::read("other=1").unwrap().end().unwrap_err();
        assert_eq!(left.told(), (400, "other 1: no such name is known here"));
    }
}
