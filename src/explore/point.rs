//! One sample point: its count, what proved it, and its orbit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use dashu_int::IBig;
use tokio::sync::oneshot;

use super::error::Refusal;
use super::json::Json;
use super::limits;
use super::query::Query;
use super::tile::{self, PITCH_EXPONENT};
use super::unwanted::Unwanted;
use crate::band::{Quantities, Values};
use crate::cpu::Evaluator;
use crate::dyadic::{Dyadic, Point};
use crate::error::{Error, Result};
use crate::grid::Grid;
use crate::job::Job;
use crate::julia::{Julia, Precision};
use crate::lattice::Lattice;
use crate::pitch::Pitch;
use crate::window::Window;

/// Bits of an orbit behind those of its first point: a step of at most 4 times the error before it takes two.
const GUARD: i64 = 64 + 2 * limits::ORBIT as i64;

/// A point of the lattice of a level, by its column and row.
#[derive(Debug)]
pub struct PointRequest {
    julia: Julia,
    exponent: i64,
    point: Point,
}

impl PointRequest {
    /// Reads it from an address.
    ///
    /// # Errors
    /// If a value is missing, wrong, or over its limit.
    pub fn read(mut query: Query) -> std::result::Result<Self, Refusal> {
        let julia = tile::map(&mut query)?;
        let exponent = PITCH_EXPONENT - tile::level(&mut query)?;
        let [column, row] = ["column", "row"].map(|name| tile::whole(&mut query, name));
        query.end()?;
        let x = &Dyadic::from(-2.0) + &Dyadic::new(column?, exponent);
        let y = &Dyadic::from(2.0) - &Dyadic::new(row?, exponent);
        Ok(Self { julia, exponent, point: [x, y] })
    }

    /// What there is to tell; it is no longer worked on when this is dropped.
    pub async fn answer(self) -> std::result::Result<Json, Refusal> {
        let unwanted = Unwanted::default();
        let (sender, answer) = oneshot::channel();
        let flag = unwanted.flag();
        thread::Builder::new()
            .name("point".to_owned())
            // Whoever asked may be gone.
            .spawn(move || drop(sender.send(self.told(&flag))))
            .map_err(|error| Refusal::Failed(error.to_string()))?;
        let told = answer.await.map_err(|_| Refusal::Unwanted)?;
        Ok(told?)
    }

    fn told(&self, interrupt: &Arc<AtomicBool>) -> Result<Json> {
        let pitch = Pitch { mantissa: 1, exponent: self.exponent };
        // Its second column and row go through its center.
        let grid = Grid::of_lattice(Lattice::new(self.point.clone(), pitch, (2, 2)));
        let job = Job { julia: self.julia.clone(), grid };
        let quantities = Quantities { smooth: true, distance: None };
        let mut values = Values::default();
        let window = Window { col: 1, row: 1, width: 1, height: 1 };
        let tiers = Evaluator::new(&job, Precision::Exact, quantities)
            .fill(window, &mut values, interrupt)?
            .tiers();
        let (count, smooth) = (values.counts[0], values.smooth[0]);
        let has_escaped = count < self.julia.itermax();
        let tier = tiers.iter().find(|(_, points)| *points > 0);
        let orbit = self.orbit(count, interrupt)?;
        let orbit = orbit.into_iter().map(|parts| Json::list(parts.map(Json::number)));
        Ok(Json::object([
            ("count", Json::whole(count)),
            ("smooth", if has_escaped { Json::number(smooth) } else { Json::null() }),
            ("tier", Json::text_or_null(tier.map(|(name, _)| (*name).to_owned()))),
            ("orbit", Json::list(orbit)),
        ]))
    }

    /// The orbit's first points, to the one with which it has escaped, in fixed point.
    fn orbit(&self, count: u32, interrupt: &AtomicBool) -> Result<Vec<[f64; 2]>> {
        let bits = GUARD - self.exponent.min(0);
        let fixed = |part: &Dyadic| part.to_fixed(bits as usize).0;
        let c = self.julia.constant().exact();
        let (c_re, c_im) = (fixed(&c[0]), fixed(&c[1]));
        let [mut re, mut im] = self.point.each_ref().map(fixed);
        let mut orbit = Vec::new();
        // Its points are z_0 to z_(count + 1).
        for _ in 0..limits::ORBIT.min(count.saturating_add(2) as usize) {
            if interrupt.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            let nearest = |part: &IBig| Dyadic::new(part.clone(), -bits).to_f64();
            orbit.push([nearest(&re), nearest(&im)]);
            let both = ((&re * &im) >> (bits - 1) as usize) + &c_im;
            re = ((&re * &re - &im * &im) >> bits as usize) + &c_re;
            im = both;
        }
        Ok(orbit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// -2 is mapped to 2 for c = -2, and stays there; a step beside it, at a level that no float can tell, it leaves.
    #[test]
    fn the_orbit_is_that_of_the_point_itself() {
        let told = |column: &str| {
            let address =
                format!("c=-2,0&threshold=4&itermax=2000&level=1000&column={column}&row=0x{:x}", {
                    // 2 - row · h = 0.
                    IBig::ONE << 1007
                });
            let request = PointRequest::read(Query::read(&address).unwrap()).unwrap();
            request.told(&Arc::default()).unwrap().into_string()
        };
        let on = told("0");
        assert!(on.contains("\"count\":2000") && on.contains("\"smooth\":null"), "{on}");
        assert_eq!(on.matches("[2.0,0.0]").count(), limits::ORBIT - 1, "{on}");
        let beside = told("-1");
        // 4^k · 2^-1006 over 2 first grows to about 1 after 503 steps.
        let count: u32 = beside.split(&[':', ','][..]).nth(1).unwrap().parse().unwrap();
        assert!((400..600).contains(&count), "{beside}");
    }
}
