//! What a picture looks like, from the keywords of `render`.

use juliaset::internals::picture::Options;
use juliaset::{Color, Compression, Depth, Mapping, Palette, Sampling, Tone};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::argument::{Real, Whole, by_name};
use crate::error::exception;

/// The keywords, as they were given.
pub struct Keywords<'a> {
    pub palette: PaletteArgument,
    pub interior: Option<&'a str>,
    pub mapping: &'a str,
    pub cycles: Real,
    pub smooth: bool,
    pub distance: Option<Real>,
    pub supersample: Whole,
    pub adaptive: bool,
    pub depth: Whole,
    pub compression: &'a str,
}

/// A palette by its name, or by its colours.
pub enum PaletteArgument {
    Name(String),
    Colors(Vec<String>),
}

impl<'py> FromPyObject<'_, 'py> for PaletteArgument {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            object.extract().map(Self::Name)
        } else {
            object.extract().map(Self::Colors).map_err(|_| {
                PyTypeError::new_err("palette: must be a name or a sequence of colours")
            })
        }
    }
}

impl Keywords<'_> {
    /// The library's options.
    pub fn options(&self) -> PyResult<Options> {
        let tone = Tone {
            palette: self.palette()?,
            interior: self.interior.map(|text| color("interior", text)).transpose()?,
            mapping: by_name("mapping", self.mapping, &Mapping::ALL, Mapping::name)?,
            cycles: self.cycles.0,
            smooth: self.smooth,
            distance: self.distance.map(|width| width.0),
        };
        let factor = self.supersample.within("supersample", 1..=4)?;
        let depth = match self.depth.get("depth")? {
            8 => Depth::Eight,
            16 => Depth::Sixteen,
            bits => return Err(PyValueError::new_err(format!("depth {bits}: must be 8 or 16"))),
        };
        let compression =
            by_name("compression", self.compression, &COMPRESSIONS, compression_name)?;
        let sampling = Sampling { factor, adaptive: self.adaptive };
        Ok(Options { tone, depth, sampling, texts: Vec::new(), compression })
    }

    fn palette(&self) -> PyResult<Palette> {
        match &self.palette {
            PaletteArgument::Name(name) => name.parse().map_err(exception),
            PaletteArgument::Colors(colors) => {
                let colors = colors.iter().map(|text| color("palette", text));
                Palette::from_colors(colors.collect::<PyResult<_>>()?).map_err(exception)
            }
        }
    }
}

fn color(argument: &str, text: &str) -> PyResult<Color> {
    text.parse().map_err(|expected| PyValueError::new_err(format!("{argument} {text}: {expected}")))
}

const COMPRESSIONS: [Compression; 3] =
    [Compression::Fast, Compression::Balanced, Compression::Small];

fn compression_name(compression: Compression) -> &'static str {
    match compression {
        Compression::Fast => "fast",
        Compression::Balanced => "balanced",
        Compression::Small => "small",
    }
}
