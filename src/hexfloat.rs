//! Floats in hexadecimal, as C's `%a` has them: exact, and short.

/// `-0x1.ab851eb851eb8p-1`, for a finite number.
pub fn format(number: f64) -> String {
    const FRACTION_BITS: u32 = 52;
    let bits = number.to_bits();
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let fraction = bits & ((1 << FRACTION_BITS) - 1);
    let exponent = (bits >> FRACTION_BITS & 0x7ff) as i32;
    let (whole, exponent) = match (exponent, fraction) {
        (0, 0) => (0, 0),
        (0, _) => (0, -1022),
        _ => (1, exponent - 1023),
    };
    let digits = format!("{fraction:013x}");
    let digits = digits.trim_end_matches('0');
    let point = if digits.is_empty() { "" } else { "." };
    format!("{sign}0x{whole}{point}{digits}p{exponent:+}")
}

/// The number that [`format()`] wrote, or any like it with up to 14 digits; `None` for other texts.
pub fn parse(text: &str) -> Option<f64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let text = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    let (digits, exponent) = text.split_once(['p', 'P'])?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let digits = format!("{whole}{fraction}");
    if digits.len() > 14 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let exponent: i16 = exponent.parse().ok()?;
    let mantissa = u64::from_str_radix(&digits, 16).ok()?;
    let exponent = i32::from(exponent) - 4 * fraction.len() as i32;
    let number = libm::ldexp(mantissa as f64, exponent);
    Some(if negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_c_writes_them() {
        for (number, text) in [
            (0.0, "0x0p+0"),
            (-0.0, "-0x0p+0"),
            (1.0, "0x1p+0"),
            (-0.835, "-0x1.ab851eb851eb8p-1"),
            (0.1, "0x1.999999999999ap-4"),
            (1e300, "0x1.7e43c8800759cp+996"),
            (5e-324, "0x0.0000000000001p-1022"),
            (f64::MAX, "0x1.fffffffffffffp+1023"),
        ] {
            assert_eq!(format(number), text);
        }
    }

    #[test]
    fn every_number_comes_back() {
        let mut state = 1_u64;
        for _ in 0..10_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = f64::from_bits(state ^ state >> 29);
            if number.is_finite() {
                let text = format(number);
                assert_eq!(parse(&text).map(f64::to_bits), Some(number.to_bits()), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in
            ["", "0x", "0xp1", "1p0", "0x1", "0x1p", "0x1.p0.", "0x-1p0", "0x1.8é0p0", "--0x1p0"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
