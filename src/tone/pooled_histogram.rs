//! A histogram that is given, and not counted in the picture: that of several pictures together.

#[cfg(feature = "cli")]
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::parameter::Parameter;

/// What a text must be.
const EXPECTED: &str = "must be COUNT:POINTS,COUNT:POINTS,...: up to 1024 counts, each larger than \
                        the one before, each with a number of points from 1 to 4294967295";

/// How many points of several pictures have each escape count: with one histogram for all of them,
/// [`Mapping::Histogram`](crate::Mapping::Histogram) has the same position for a count in each, as in the frames of an animation.
///
/// A count that is listed has as its position the share of the points up to it, without those of the first one,
/// whose position is 0. Between two that are listed positions lie on a straight line; below the first they are
/// 0, from the last one on they are 1.
///
/// As text it is `COUNT:POINTS,COUNT:POINTS,...`, with rising counts.
///
/// ```
/// use juliaset::{Mapping, PooledHistogram, Tone};
///
/// let histogram: PooledHistogram = "5:120,6:80,9:40".parse()?;
/// assert_eq!(histogram.to_string(), "5:120,6:80,9:40");
/// let tone = Tone::default().mapping(Mapping::Histogram).histogram(histogram);
/// # Ok::<(), juliaset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PooledHistogram {
    /// One or more, with rising counts; no number of points is 0.
    entries: Arc<[(u32, u32)]>,
}

impl PooledHistogram {
    /// The most counts that are listed: a job with so many has room in every format.
    pub const MAX_ENTRIES: usize = 1024;

    /// The histogram of points of which so many have each of these counts. If there are more counts than can be listed,
    /// neighbours are listed together by the largest of them; without any point, `least` is listed.
    #[cfg(feature = "cli")]
    pub(crate) fn of(points: &BTreeMap<u32, u64>, least: u32) -> Self {
        let all: u64 = points.values().sum();
        // Besides the first, whose points have the position 0, and maybe a smaller group at the end.
        let groups = Self::MAX_ENTRIES as u64 - 2;
        let is_room = points.len() <= Self::MAX_ENTRIES;
        let enough = if is_room { 1 } else { all.div_ceil(groups).max(1) };
        let mut entries: Vec<(u32, u64)> = Vec::new();
        let mut open = None;
        for (&count, &points) in points.iter().filter(|(_, points)| **points > 0) {
            let sum = open.unwrap_or(0) + points;
            if entries.is_empty() || sum >= enough {
                entries.push((count, sum));
                open = None;
            } else {
                open = Some(sum);
            }
        }
        if let (Some(sum), Some((&count, _))) = (open, points.last_key_value()) {
            entries.push((count, sum));
        }
        if entries.is_empty() {
            entries.push((least, 1));
        }
        let entry = |(count, points)| (count, u32::try_from(points).unwrap_or(u32::MAX));
        Self { entries: entries.into_iter().map(entry).collect() }
    }

    /// The places of positions, of counts that are over `itermin`.
    pub(super) fn positions(&self, itermin: u32) -> Positions {
        let first = self.entries.partition_point(|&(count, _)| count <= itermin);
        // All counts up to itermin are as dark as can be, or those of the first that is listed.
        let (first, start) = match first {
            0 => (1, self.entries[0].0),
            first => (first, itermin),
        };
        let points = |entries: &[(u32, u32)]| -> u64 {
            entries.iter().map(|&(_, points)| u64::from(points)).sum()
        };
        let all = points(&self.entries[first..]) as f64;
        let mut sum = 0;
        let mut places = vec![(f64::from(start), 0.0)];
        for &(count, points) in &self.entries[first..] {
            sum += u64::from(points);
            places.push((f64::from(count), sum as f64 / all));
        }
        Positions(places)
    }
}

/// The positions of counts, on straight lines between some of them.
#[derive(Clone, Debug)]
pub(super) struct Positions(Vec<(f64, f64)>);

impl Positions {
    /// The position of a count or a smooth value.
    pub fn of(&self, value: f64) -> f64 {
        let next = self.0.partition_point(|&(count, _)| count <= value);
        match (self.0.get(next.wrapping_sub(1)), self.0.get(next)) {
            (None, _) => 0.0,
            (Some(&(_, position)), None) => position,
            (Some(&(count, position)), Some(&(next, after))) => {
                let share = (value - count) / (next - count);
                position + (after - position) * share
            }
        }
    }
}

impl fmt::Display for PooledHistogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, (count, points)) in self.entries.iter().enumerate() {
            let comma = if k == 0 { "" } else { "," };
            write!(f, "{comma}{count}:{points}")?;
        }
        Ok(())
    }
}

impl FromStr for PooledHistogram {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        /// What a message shows of a text.
        const SHOWN: usize = 40;
        let entries = entries(text).ok_or_else(|| {
            let shown: String = text.chars().take(SHOWN).collect();
            let dots = if shown.len() < text.len() { "..." } else { "" };
            Error::invalid(Parameter::Histogram, format!("{shown}{dots}"), EXPECTED)
        })?;
        Ok(Self { entries })
    }
}

/// The entries in a text, if they are right.
fn entries(text: &str) -> Option<Arc<[(u32, u32)]>> {
    let whole = |text: &str| -> Option<u32> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    let mut entries: Vec<(u32, u32)> = Vec::new();
    for entry in text.split(',') {
        let (count, points) = entry.trim().split_once(':')?;
        let (count, points) = (whole(count)?, whole(points)?);
        let rises = entries.last().is_none_or(|&(before, _)| before < count);
        if !rises || points == 0 || entries.len() == PooledHistogram::MAX_ENTRIES {
            return None;
        }
        entries.push((count, points));
    }
    Some(entries.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(text: &str) -> PooledHistogram {
        text.parse().unwrap()
    }

    #[test]
    fn positions_are_shares_of_the_points() {
        let positions = histogram("2:3,4:3,5:1,7:1").positions(2);
        let at = |value: f64| positions.of(value);
        assert_eq!([0.0, 2.0, 4.0, 5.0, 7.0, 9.0].map(at), [0.0, 0.0, 0.6, 0.8, 1.0, 1.0]);
        // On a straight line between two that are listed.
        assert_eq!([3.0, 6.0].map(at), [0.3, 0.9]);
        // What is not over itermin has the position 0 with all that is below it.
        let positions = histogram("2:3,4:3,5:1,7:1").positions(4);
        assert_eq!([2.0, 4.0, 5.0, 7.0].map(|value| positions.of(value)), [0.0, 0.0, 0.5, 1.0]);
        let positions = histogram("2:3,4:3").positions(1);
        assert_eq!([1.0, 2.0, 3.0, 4.0].map(|value| positions.of(value)), [0.0, 0.0, 0.5, 1.0]);
        // Nothing is above one that is alone, or that itermin covers.
        for (text, itermin) in [("8:1", 0), ("8:1", 8), ("8:1,9:3", 12)] {
            let positions = histogram(text).positions(itermin);
            assert!([0.0, 8.0, 9.0, 12.0, 80.0].iter().all(|&v| positions.of(v) == 0.0), "{text}");
        }
    }

    #[test]
    fn texts_come_back_and_others_are_refused() {
        for text in ["5:1", "0:4294967295,4294967295:1", "5:120,6:80,9:40"] {
            assert_eq!(histogram(text).to_string(), text);
        }
        assert_eq!(histogram("5:1, 7:2").to_string(), "5:1,7:2");
        let entries = |number: u32| (0..number).map(|k| format!("{k}:1")).collect::<Vec<_>>();
        assert_eq!(histogram(&entries(1024).join(",")).entries.len(), 1024);
        let long = entries(1025).join(",");
        for text in [
            "",
            "5",
            "5:",
            ":5",
            "5:0",
            "5:1,5:1",
            "6:1,5:1",
            "5:1,",
            "-5:1",
            "5:+1",
            "5:1.5",
            "5:1:2",
            "5:1;6:1",
            "4294967296:1",
            "1:4294967296",
            "5:nan",
            "5:inf",
            "ä:1",
            &long,
        ] {
            let error = text.parse::<PooledHistogram>().unwrap_err().to_string();
            assert!(error.ends_with(EXPECTED) && error.len() < 250, "{text}: {error}");
        }
    }

    #[cfg(feature = "cli")]
    #[test]
    fn many_counts_are_listed_together() {
        let points: BTreeMap<u32, u64> =
            (0..50_000).map(|k| (10 + 3 * k, 1 + u64::from(k % 7))).collect();
        let pooled = PooledHistogram::of(&points, 0);
        assert!((900..=1024).contains(&pooled.entries.len()), "{}", pooled.entries.len());
        assert_eq!(pooled, pooled.to_string().parse().unwrap());
        let all: u64 = points.values().sum();
        let listed: u64 = pooled.entries.iter().map(|&(_, points)| u64::from(points)).sum();
        assert_eq!((pooled.entries[0], listed), ((10, 1), all));
        // Each count is close to where it would be with all of them listed.
        let (positions, mut sum) = (pooled.positions(0), 0);
        for (&count, points) in &points {
            sum += points;
            let share = (sum - 1) as f64 / (all - 1) as f64;
            assert!((positions.of(count.into()) - share).abs() < 1e-3, "{count}");
        }
        let few = BTreeMap::from([(7, 2), (9, 0), (12, 5)]);
        assert_eq!(PooledHistogram::of(&few, 3).to_string(), "7:2,12:5");
        assert_eq!(PooledHistogram::of(&BTreeMap::new(), 3).to_string(), "3:1");
        // One count that nearly all points have, and many others.
        let uneven: BTreeMap<u32, u64> =
            (0..5000).map(|k| (k, if k == 40 { 1 << 33 } else { 1 })).collect();
        let pooled = PooledHistogram::of(&uneven, 0);
        assert!(pooled.entries.len() <= 1024);
        assert_eq!(pooled.entries.last().unwrap().0, 4999);
    }
}
