//! How many frames of an animation are seen in a second.

use std::fmt;
use std::str::FromStr;

/// Frames a second, as a fraction in lowest terms: film and television have rates such as 30000/1001.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameRate {
    frames: u16,
    seconds: u16,
}

/// The most frames a second.
const MOST: u64 = 1000;
/// The most seconds a frame.
const LONGEST: u64 = 100;
/// The most digits of a number that is read.
const DIGITS: usize = 9;

/// What a text must be.
const EXPECTED: &str = "must be a number from 0.01 to 1000, as in 25, 29.97 or 30000/1001";

impl FrameRate {
    /// `frames` in this number of `seconds`: from one frame in 100 seconds to 1000 in one. [`None`] for
    /// others, and if a part of the fraction in lowest terms is over 65535.
    pub fn new(frames: u64, seconds: u64) -> Option<Self> {
        let divisor = gcd(frames, seconds);
        let (frames, seconds) = (frames.checked_div(divisor)?, seconds.checked_div(divisor)?);
        let is_in_range = frames > 0
            && seconds > 0
            && u128::from(frames) <= u128::from(MOST) * u128::from(seconds)
            && u128::from(seconds) <= u128::from(LONGEST) * u128::from(frames);
        let rate = Self { frames: frames.try_into().ok()?, seconds: seconds.try_into().ok()? };
        is_in_range.then_some(rate)
    }

    /// How long a frame is shown, in seconds: a numerator and a denominator.
    pub fn delay(self) -> (u16, u16) {
        (self.seconds, self.frames)
    }

    /// When a frame begins, in hundredths of a second, rounded.
    pub fn hundredths(self, frame: u64) -> u64 {
        let (frames, seconds) = (u64::from(self.frames), u64::from(self.seconds));
        (frame * 100 * seconds + frames / 2) / frames
    }

    /// The frame that begins nearest to this many seconds.
    pub fn frame_at(self, seconds: f64) -> Option<u32> {
        let frame = (seconds * f64::from(self.frames) / f64::from(self.seconds)).round();
        (frame >= 0.0 && frame <= f64::from(u32::MAX)).then_some(frame as u32)
    }

    /// Whether there are more frames than `frames` a second.
    pub fn is_over(self, frames: u16) -> bool {
        u32::from(self.frames) > u32::from(frames) * u32::from(self.seconds)
    }
}

impl Default for FrameRate {
    /// 25 frames a second.
    fn default() -> Self {
        Self { frames: 25, seconds: 1 }
    }
}

impl fmt::Display for FrameRate {
    /// As in `25` and `2997/100`, which is read again, here and by ffmpeg.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.frames)?;
        if self.seconds > 1 { write!(f, "/{}", self.seconds) } else { Ok(()) }
    }
}

impl FromStr for FrameRate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rate = match text.split_once('/') {
            Some((frames, seconds)) => number(frames).zip(number(seconds)),
            None => {
                let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
                let frames = number(&format!("{whole}{fraction}"));
                frames.zip(Some(10_u64.pow(fraction.len().min(DIGITS) as u32)))
            }
        };
        rate.and_then(|(frames, seconds)| Self::new(frames, seconds)).ok_or(EXPECTED)
    }
}

/// A number of a few digits and nothing else.
fn number(text: &str) -> Option<u64> {
    let is_number = text.len() <= DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_fractions_in_lowest_terms() {
        for (text, shown, delay) in [
            ("25", "25", (1, 25)),
            ("25.0", "25", (1, 25)),
            ("29.97", "2997/100", (100, 2997)),
            ("30000/1001", "30000/1001", (1001, 30000)),
            ("50/2", "25", (1, 25)),
            (".5", "1/2", (2, 1)),
            ("0.01", "1/100", (100, 1)),
            ("1000", "1000", (1, 1000)),
        ] {
            let rate: FrameRate = text.parse().unwrap();
            assert_eq!((rate.to_string().as_str(), rate.delay()), (shown, delay), "{text}");
            assert_eq!(shown.parse(), Ok(rate));
        }
        for text in [
            "",
            ".",
            "/",
            "0",
            "-1",
            "1e3",
            "1000.1",
            "1001",
            "0.009",
            "25/0",
            "0/0",
            "1/2/3",
            "+5",
            "29.97002997",
            "99999999999999999999",
            "25 ",
            "1.0000000000",
        ] {
            assert_eq!(text.parse::<FrameRate>(), Err(EXPECTED), "{text}");
        }
    }

    #[test]
    fn hundredths_add_up() {
        let rate = FrameRate::new(30000, 1001).unwrap();
        assert_eq!([0, 1, 2, 3, 30000].map(|frame| rate.hundredths(frame)), [0, 3, 7, 10, 100_100]);
        assert!(rate.is_over(29) && !rate.is_over(30));
    }
}
