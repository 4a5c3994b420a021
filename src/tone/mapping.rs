//! From counts to positions in a palette.

use super::histogram::Histogram;
use super::pooled_histogram::{PooledHistogram, Positions};
use crate::choices::choices;
use crate::julia::Julia;

/// How a normalised value becomes a position in the palette. Both are in `[0, 1]`, 0 becomes 0, and
/// a larger value never has a smaller position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mapping {
    /// The value itself.
    #[default]
    Linear,
    /// `ln(1 + n) / ln(1 + itermax - itermin)`, where n is the count above itermin.
    Log,
    /// The value's square root.
    Sqrt,
    /// The share of the picture's escaped points with a count up to this one: every part of the
    /// palette has an equal area of the picture. For a smooth value, on a straight line between the
    /// counts below and above. With a [`PooledHistogram`](crate::PooledHistogram) these are the points of several pictures.
    Histogram,
}

choices!(Mapping for Mapping {
    Linear = "linear",
    Log = "log",
    Sqrt = "sqrt",
    Histogram = "histogram",
});

/// A mapping for one picture.
#[derive(Clone, Debug)]
pub(super) struct Normalizer {
    itermin: u32,
    itermax: u32,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Linear,
    Log { whole: f64 },
    Sqrt,
    Histogram { histogram: Histogram, positions: Vec<f64> },
    Pooled(Positions),
}

impl Normalizer {
    /// The scale of `julia`'s counts; `histogram` has counted the picture's, unless one is `given`. Without both,
    /// [`Mapping::Histogram`] is that of a picture with every count once.
    pub(super) fn new(
        mapping: Mapping,
        given: Option<&PooledHistogram>,
        julia: &Julia,
        histogram: Option<&Histogram>,
    ) -> Self {
        let (itermin, itermax) = (julia.itermin(), julia.itermax());
        let kind = match (mapping, histogram) {
            (Mapping::Histogram, _) if let Some(pooled) = given => {
                Kind::Pooled(pooled.positions(itermin))
            }
            (Mapping::Linear, _) | (Mapping::Histogram, None) => Kind::Linear,
            // The system's logarithm may differ in the last bit from one machine to the next.
            (Mapping::Log, _) => Kind::Log { whole: libm::log1p(f64::from(itermax - itermin)) },
            (Mapping::Sqrt, _) => Kind::Sqrt,
            (Mapping::Histogram, Some(histogram)) => {
                Kind::Histogram { positions: histogram.positions(), histogram: histogram.clone() }
            }
        };
        Self { itermin, itermax, kind }
    }

    /// The position of a count or of a smooth value, in `[0, itermax]`.
    pub(super) fn position(&self, value: f64) -> f64 {
        let (itermin, itermax) = (f64::from(self.itermin), f64::from(self.itermax));
        let above = value.max(itermin) - itermin;
        match &self.kind {
            Kind::Linear => above / (itermax - itermin),
            Kind::Log { whole } => libm::log1p(above) / whole,
            Kind::Sqrt => (above / (itermax - itermin)).sqrt(),
            // A count close to one picture's itermax has the position that it has in the others.
            Kind::Pooled(positions) if value < itermax => positions.of(value),
            Kind::Pooled(_) => 1.0,
            Kind::Histogram { histogram, positions } => {
                let at = |count: u32| match count {
                    count if count < self.itermax => positions[histogram.bin(count)],
                    _ => 1.0,
                };
                let count = value as u32;
                let (low, share) = (at(count), value - f64::from(count));
                if share == 0.0 { low } else { low + (at(count + 1) - low) * share }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;

    #[test]
    fn every_mapping_rises_from_0_to_1() {
        for (itermin, itermax) in [(0, 1), (5, 80), (0, 5000), (7, 3_000_000)] {
            let julia = Julia::new(Complex64::ZERO, 2.0, (itermin, itermax)).unwrap();
            let mut histogram = Histogram::new(&julia);
            histogram.add(&[0, itermin, itermin, itermax / 2, itermax - 1, itermax, itermax]);
            let pooled = format!("{}:3,{}:1", itermax / 3, itermax / 2 + 1).parse().ok();
            let pooled: Option<PooledHistogram> = pooled;
            let own = Mapping::ALL.map(|mapping| (mapping, None));
            for (mapping, given) in own.into_iter().chain([(Mapping::Histogram, pooled.as_ref())]) {
                let scale = Normalizer::new(mapping, given, &julia, Some(&histogram));
                let positions: Vec<f64> = (0..=itermax)
                    .step_by(1 + itermax as usize / 977)
                    .flat_map(|count| [0.0, 0.25, 0.5, 0.75].map(|part| f64::from(count) + part))
                    .map(|value| scale.position(value.min(itermax.into())))
                    .collect();
                assert_eq!(scale.position(0.0), 0.0, "{mapping:?}");
                assert_eq!(scale.position(itermin.into()), 0.0, "{mapping:?}");
                assert_eq!(scale.position(itermax.into()), 1.0, "{mapping:?}");
                assert!(positions.is_sorted(), "{mapping:?} {positions:?}");
            }
        }
    }
}
