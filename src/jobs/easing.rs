//! How evenly something moves from its beginning to its end.

use crate::choices::choices;

/// How a motion begins and ends. The share of the way after the share f of the time is an exact fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Easing {
    /// Evenly: f.
    #[default]
    Linear,
    /// From rest: f².
    EaseIn,
    /// To rest: f·(2 - f).
    EaseOut,
    /// From rest to rest: f²·(3 - 2f).
    EaseInOut,
}

choices!(Easing for Easing {
    Linear = "linear",
    EaseIn = "ease-in",
    EaseOut = "ease-out",
    EaseInOut = "ease-in-out",
});

/// An exact share of a way: `part` / `of`, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fraction {
    pub part: u64,
    /// Not 0.
    pub of: u64,
}

impl Easing {
    /// The share of the way in frame `frame` of one that takes `frames`, at most 2²⁰, from its beginning to its end; its
    /// beginning if it takes none.
    pub(crate) fn share(self, frame: u32, frames: u32) -> Fraction {
        let [n, of] = [u64::from(frame), u64::from(frames.max(1))];
        match self {
            Self::Linear => Fraction { part: n, of },
            Self::EaseIn => Fraction { part: n * n, of: of * of },
            Self::EaseOut => Fraction { part: n * (2 * of - n), of: of * of },
            Self::EaseInOut => Fraction { part: n * n * (3 * of - 2 * n), of: of * of * of },
        }
    }
}

impl Fraction {
    /// The nearest `f64`, but for a rounding of each part.
    pub fn to_f64(self) -> f64 {
        self.part as f64 / self.of as f64
    }

    /// What is left of the way.
    #[cfg(feature = "cli")]
    pub fn rest(self) -> Self {
        Self { part: self.of - self.part, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_begin_and_end_and_never_go_back() {
        for easing in Easing::ALL {
            for frames in [1, 2, 3, 7, 600, 1 << 20] {
                let share = |frame| easing.share(frame, frames);
                assert_eq!(share(0).part, 0, "{easing}");
                assert_eq!(share(frames).part, share(frames).of, "{easing}");
                let steps = (0..=frames).step_by(1 + frames as usize / 999);
                let shares: Vec<_> = steps.map(|frame| share(frame).to_f64()).collect();
                assert!(shares.is_sorted(), "{easing}");
            }
            assert_eq!(easing.share(0, 0).to_f64(), 0.0);
            assert_eq!(easing.name().parse::<Easing>().unwrap(), easing);
        }
        let quarter = |easing: Easing| easing.share(1, 4).to_f64();
        assert_eq!(Easing::ALL.map(quarter), [0.25, 0.0625, 0.4375, 0.15625]);
        assert_eq!(Easing::EaseInOut.share(1, 2), Fraction { part: 4, of: 8 });
    }
}
