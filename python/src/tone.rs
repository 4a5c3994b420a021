//! What a picture looks like, from the keywords of `render`.

use juliaset::internals::picture::Options;
use juliaset::internals::render::supersampling::Sampling;
use juliaset::{Color, Compression, Depth, Dpi, Error, Format, Mapping, Palette, Parameter, Tone};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::argument::{Given, Kind, Whole, by_name, invalid};
use crate::error::exception;

/// The keywords, as they were given.
pub struct Keywords {
    pub palette: Given<PaletteArgument>,
    pub interior: Given<Option<String>>,
    pub mapping: Given<String>,
    pub histogram: Given<Option<String>>,
    pub cycles: Given<f64>,
    pub palette_offset: Given<f64>,
    pub smooth: Given<bool>,
    pub distance: Given<Option<f64>>,
    pub supersample: Given<Whole>,
    pub adaptive: Given<bool>,
    pub depth: Given<Whole>,
    pub dpi: Given<Option<f64>>,
    pub compression: Given<String>,
    pub metadata: Given<bool>,
    pub pyramid: Given<bool>,
    pub resume: Given<bool>,
}

/// A palette by its name, or by its colours.
pub enum PaletteArgument {
    Name(String),
    Colors(Vec<Given<String>>),
}

impl Kind for PaletteArgument {
    fn expected() -> String {
        "a name or a sequence of colours".to_owned()
    }

    fn take(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            String::take(object).map(Self::Name)
        } else {
            object.extract().map(Self::Colors)
        }
    }
}

/// The keywords of `render` for these options.
pub fn keywords<'py>(py: Python<'py>, options: &Options) -> PyResult<Bound<'py, PyDict>> {
    let Options { tone, depth, dpi, sampling, compression, .. } = options;
    let keywords = PyDict::new(py);
    keywords.set_item("palette", tone.palette.to_string())?;
    keywords.set_item("interior", tone.interior.map(|color| color.to_string()))?;
    keywords.set_item("mapping", tone.mapping.name())?;
    let histogram = tone.histogram.as_ref().map(ToString::to_string);
    keywords.set_item("histogram", histogram)?;
    keywords.set_item("cycles", tone.cycles)?;
    keywords.set_item("palette_offset", tone.palette_offset)?;
    keywords.set_item("smooth", tone.smooth)?;
    keywords.set_item("distance", tone.distance)?;
    keywords.set_item("supersample", sampling.factor)?;
    keywords.set_item("adaptive", sampling.adaptive)?;
    keywords.set_item("depth", if *depth == Depth::Sixteen { 16 } else { 8 })?;
    keywords.set_item("dpi", dpi.map(Dpi::get))?;
    keywords.set_item("compression", compression.name())?;
    keywords.set_item("metadata", !options.without_metadata)?;
    keywords.set_item("pyramid", options.pyramid)?;
    Ok(keywords)
}

impl Keywords {
    /// The library's options.
    pub fn options(self) -> PyResult<Options> {
        let interior = self.interior.get("interior")?;
        let histogram = self.histogram.get("histogram")?;
        let histogram = histogram.map(|text| text.parse().map_err(exception)).transpose()?;
        let tone = Tone::default()
            .palette(palette(self.palette.get("palette")?)?)
            .interior(interior.map(|text| color(Parameter::Interior, &text)).transpose()?)
            .mapping(by_name::<Mapping>("mapping", self.mapping)?)
            .histogram(histogram)
            .cycles(self.cycles.get("cycles")?)
            .palette_offset(self.palette_offset.get("palette_offset")?)
            .smooth(self.smooth.get("smooth")?)
            .distance(self.distance.get("distance")?);
        let factor = self.supersample.within("supersample", 1..=Sampling::MAX_FACTOR)?;
        let sampling = Sampling::default().factor(factor);
        Ok(Options::default()
            .tone(tone)
            .sampling(sampling.adaptive(self.adaptive.get("adaptive")?))
            .depth(self.depth.get("depth")?.by_name::<Depth>()?)
            .dpi(dpi(self.dpi)?)
            .without_metadata(!self.metadata.get("metadata")?)
            .pyramid(self.pyramid.get("pyramid")?)
            .resume(self.resume.get("resume")?)
            .compression(by_name::<Compression>("compression", self.compression)?))
    }
}

/// Whether a file of this format is a pyramid, which was asked for.
pub fn check_pyramid(pyramid: bool, format: Option<Format>) -> PyResult<()> {
    if pyramid && format != Some(Format::Tiff) {
        let expected = "must be False for what is no .tif; .dzi is a pyramid without it";
        return Err(invalid("pyramid", "True", expected));
    }
    Ok(())
}

/// The pixels of an inch that were given.
pub fn dpi(argument: Given<Option<f64>>) -> PyResult<Option<Dpi>> {
    argument.get("dpi")?.map(Dpi::new).transpose().map_err(exception)
}

/// The palette that was given.
pub fn palette(argument: PaletteArgument) -> PyResult<Palette> {
    match argument {
        PaletteArgument::Name(name) => name.parse().map_err(exception),
        PaletteArgument::Colors(colors) => {
            let colors = colors.into_iter().enumerate();
            let colors = colors.map(|(index, text)| {
                color(Parameter::Palette, &text.get(&format!("palette[{index}]"))?)
            });
            Palette::from_colors(colors.collect::<PyResult<_>>()?).map_err(exception)
        }
    }
}

/// The colour that was given.
pub fn color(parameter: Parameter, text: &str) -> PyResult<Color> {
    text.parse().map_err(|error: Error| exception(error.about(parameter)))
}
