//! Names of files: one, or one for each frame with its number.

use std::path::{Path, PathBuf};

/// The most digits of a number.
const MOST_DIGITS: usize = 20;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Name {
    /// One file.
    One(PathBuf),
    /// A file for each frame.
    Numbered(Pattern),
}

/// A name with the place of a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    before: String,
    least_digits: usize,
    behind: String,
}

impl Name {
    /// Reads a name: %d and %04d are the number of a frame, with 4 digits at least, %i and %04i as well,
    /// and %% is a percent sign. For others the error says what is wrong.
    pub fn parse(path: &Path) -> Result<Self, String> {
        let Some(text) = path.to_str() else { return Ok(Self::One(path.to_path_buf())) };
        let mut pieces = text.split('%');
        let mut plain = pieces.next().unwrap_or_default().to_owned();
        let mut number = None;
        while let Some(piece) = pieces.next() {
            if piece.is_empty()
                && let Some(behind) = pieces.next()
            {
                plain.push('%');
                plain.push_str(behind);
                continue;
            }
            let Some((least_digits, behind)) = place(piece) else {
                let length = piece.chars().take_while(|c| !c.is_alphabetic()).count() + 1;
                let wrong: String = piece.chars().take(length).collect();
                return Err(format!(
                    "%{wrong} is not a frame number; take %d or %04d, or %% for a percent sign"
                ));
            };
            if number.is_some() {
                return Err("has the frame's number twice".to_owned());
            }
            number = Some((std::mem::take(&mut plain), least_digits));
            plain.push_str(behind);
        }
        Ok(match number {
            Some((before, least_digits)) => {
                Self::Numbered(Pattern { before, least_digits, behind: plain })
            }
            None => Self::One(plain.into()),
        })
    }
}

impl Pattern {
    /// The file of a frame.
    pub fn file(&self, number: u32) -> PathBuf {
        let Self { before, least_digits, behind } = self;
        format!("{before}{number:0least_digits$}{behind}").into()
    }
}

/// The least digits of a number whose place begins with a percent sign before `text`, and what comes
/// behind it.
fn place(text: &str) -> Option<(usize, &str)> {
    let (digits, behind) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let behind = behind.strip_prefix(['d', 'i'])?;
    let least = if digits.is_empty() { 1 } else { digits.parse().ok()? };
    (least <= MOST_DIGITS).then_some((least, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_places() {
        for (text, seventh) in [
            ("a/f-%04d.png", "a/f-0007.png"),
            ("%d.png", "7.png"),
            ("%2d.png", "07.png"),
            ("f-%04i.png", "f-0007.png"),
            ("50%%-%d.png", "50%-7.png"),
            ("%d%%.png", "7%.png"),
        ] {
            let Ok(Name::Numbered(pattern)) = Name::parse(Path::new(text)) else {
                panic!("{text}")
            };
            assert_eq!(pattern.file(7), Path::new(seventh));
        }
    }

    #[test]
    fn names_without_a_number_are_one_file() {
        for (text, name) in [("frame.png", "frame.png"), ("50%%.png", "50%.png"), ("", "")] {
            assert_eq!(Name::parse(Path::new(text)), Ok(Name::One(name.into())));
        }
    }

    /// Each of these was a file of just that name.
    #[test]
    fn other_places_are_refused() {
        for (text, wrong) in [
            ("x%s.png", "%s "),
            ("50%.png", "%.p"),
            ("%-3d.png", "%-3d "),
            ("%99d.png", "%99d "),
            ("f%", "% "),
            ("f%04", "%04 "),
        ] {
            let error = Name::parse(Path::new(text)).unwrap_err();
            assert!(error.starts_with(wrong), "{text}: {error}");
        }
        assert!(Name::parse(Path::new("%d-%d.png")).unwrap_err().contains("twice"));
    }
}
