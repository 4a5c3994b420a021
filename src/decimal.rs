//! Decimal numbers with few digits, exactly.

/// A decimal number with 9 digits before its point and `decimals` behind it at most, in units of the last of these.
pub fn decimal(text: &str, decimals: usize) -> Option<u64> {
    const DIGITS: usize = 9;
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_number = (1..=DIGITS).contains(&whole.len())
        && part.len() <= decimals
        && whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{whole}{part:0<decimals$}").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole_numbers_of_their_last_decimal() {
        let numbers =
            [("300", 3_000_000), ("300.", 3_000_000), ("0118.11", 1_181_100), ("0.0001", 1)];
        for (text, number) in numbers {
            assert_eq!(decimal(text, 4), Some(number), "{text}");
        }
        for text in
            ["", ".", ".5", "-1", "+1", "1e3", "1.00001", "1234567890", "1,5", "1.2.3", "nan"]
        {
            assert_eq!(decimal(text, 4), None, "{text}");
        }
        assert_eq!(decimal("999999999.999999", 6), Some(999_999_999_999_999));
    }
}
