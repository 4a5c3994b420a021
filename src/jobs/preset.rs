//! Celebrated Julia sets, by name.

use num_complex::Complex64;

use crate::error::{Error, Result};
use crate::job::Job;
use crate::julia::Julia;
use crate::parameter::Parameter;

/// A set that has a name: its constant, and how to look at it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Preset {
    /// Its name, in small letters.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// The constant of the map, real and imaginary part.
    pub c: [f64; 2],
    /// The view: xleft, xright, ybot, ytop.
    pub view: [f64; 4],
    /// itermin and itermax.
    pub iterations: (u32, u32),
}

const fn preset(
    name: &'static str,
    about: &'static str,
    c: [f64; 2],
    view: [f64; 4],
    iterations: (u32, u32),
) -> Preset {
    Preset { name, about, c, view, iterations }
}

const WIDE: [f64; 4] = [-1.6, 1.6, -1.0, 1.0];
const LONG: [f64; 4] = [-1.92, 1.92, -1.2, 1.2];
const HIGH: [f64; 4] = [-1.6, 1.6, -1.2, 1.2];

/// All presets.
const ALL: [Preset; 14] = [
    preset("original", "the original program's picture", [-0.835, -0.2321], WIDE, (5, 80)),
    preset("middle", "its middle, enlarged", [-0.835, -0.2321], [-0.1, 0.1, -0.1, 0.1], (20, 100)),
    preset("dendrite", "c = i, a tree without an inside", [0.0, 1.0], HIGH, (0, 40)),
    preset(
        "rabbit",
        "Douady's rabbit, of period 3",
        [-0.122_561_166_876_653_6, 0.744_861_766_619_744_2],
        HIGH,
        (0, 80),
    ),
    preset("basilica", "c = -1, of period 2", [-1.0, 0.0], LONG, (0, 60)),
    preset("san-marco", "c = -3/4, where the basilica's rooms meet", [-0.75, 0.0], WIDE, (0, 300)),
    preset(
        "siegel",
        "the Siegel disk of the golden mean",
        [-0.390_540_870_218_400_05, -0.586_787_907_346_968_7],
        HIGH,
        (0, 300),
    ),
    preset("dragon", "spirals of spirals", [0.360_284, 0.100_376], HIGH, (0, 300)),
    preset(
        "airplane",
        "of period 3 on the real axis",
        [-1.754_877_666_246_692_7, 0.0],
        LONG,
        (0, 60),
    ),
    preset("cauliflower", "c = 1/4, the parabolic point", [0.25, 0.0], HIGH, (0, 200)),
    preset(
        "seahorse",
        "from near the Mandelbrot set's seahorse valley",
        [-0.7269, 0.1889],
        WIDE,
        (0, 300),
    ),
    preset("spirals", "dust so fine that it looks whole", [-0.8, 0.156], WIDE, (0, 250)),
    preset("dust", "Cantor's, on arms of spirals", [0.4, 0.6], HIGH, (0, 40)),
    preset("starfish", "stars, joined at their arms", [-0.52, 0.57], HIGH, (0, 150)),
];

impl Preset {
    /// All presets.
    pub const ALL: [Self; 14] = ALL;

    /// The preset of that name.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that none has.
    pub fn named(name: &str) -> Result<Self> {
        ALL.into_iter().find(|preset| preset.name == name).ok_or_else(|| {
            let names = ALL.map(|preset| preset.name).join(", ");
            Error::invalid(Parameter::Preset, name, format!("must be one of {names}"))
        })
    }

    /// Its job with `resolution` columns and threshold 2, the first row at the top.
    ///
    /// # Errors
    /// As [`Job::view`].
    pub fn job(&self, resolution: u32) -> Result<Job> {
        let [re, im] = self.c;
        let julia = Julia::new(Complex64::new(re, im), 2.0, self.iterations)?;
        Job::view(julia, self.view, resolution)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_job_and_has_its_own_name() {
        for preset in ALL {
            assert_eq!(Preset::named(preset.name).unwrap(), preset);
            let julia = preset.job(100).unwrap().julia;
            assert!(julia.c().norm() <= julia.threshold(), "{}", preset.name);
        }
        assert!(Preset::named("rabit").is_err());
    }

    /// The cycle that a name promises: that many steps from 0 lead back to it.
    #[test]
    fn the_centres_of_their_components_are_exact() {
        for (name, period) in [("rabbit", 3), ("basilica", 2), ("airplane", 3)] {
            let c = Preset::named(name).unwrap().job(2).unwrap().julia.c();
            let end = (0..period).fold(Complex64::ZERO, |z, _| z * z + c);
            assert!(end.norm() < 1e-14, "{name} {end}");
        }
    }
}
