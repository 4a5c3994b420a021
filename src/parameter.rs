//! What an error is about: the parameters of a job, an engine, a picture and an animation.

use std::borrow::Cow;
use std::fmt;

use crate::names::names;

/// A parameter of the library. Its name is the one that it has in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Parameter {
    /// The columns of a picture.
    Resolution,
    /// The real part at the left edge.
    Xleft,
    /// The real part at the right edge.
    Xright,
    /// The imaginary part of an array's first row.
    Yleft,
    /// The imaginary part past an array's last row.
    Yright,
    /// The imaginary part at a picture's bottom edge.
    Ybot,
    /// The imaginary part at a picture's top edge.
    Ytop,
    /// The real part of the map's constant.
    Real,
    /// The imaginary part of the map's constant.
    Imag,
    /// The modulus from which on a point has escaped.
    Threshold,
    /// The count that is normalised to 0.
    Itermin,
    /// The most steps of an orbit.
    Itermax,
    /// The columns of a grid.
    Columns,
    /// The rows of a grid.
    Rows,
    /// A part of a grid.
    Window,
    /// The columns of a part of a grid.
    WindowWidth,
    /// The rows of a part of a grid.
    WindowHeight,
    /// The number of values that are given or wanted.
    ArrayLength,
    /// A preset's name.
    Preset,
    /// The engine that is asked for.
    Engine,
    /// How counts are computed.
    Precision,
    /// The floats of an exact kernel.
    Kernel,
    /// What computes: engine, precision and floats.
    Variant,
    /// The GPU.
    Adapter,
    /// The kind of a GPU.
    AdapterKind,
    /// The colours of escaped points.
    Palette,
    /// A colour that is not yet of a palette or an interior.
    Color,
    /// The colour of points that have not escaped.
    Interior,
    /// From normalised values to positions in a palette.
    Mapping,
    /// How many points of several pictures have each count.
    Histogram,
    /// How many times the palette is passed.
    Cycles,
    /// By what share of its length the palette is turned.
    PaletteOffset,
    /// Whether colours go by smooth values.
    Smooth,
    /// How wide the set is drawn.
    Distance,
    /// The square root of a pixel's number of sample points.
    Supersample,
    /// Bits of a pixel's values.
    Depth,
    /// Pixels an inch of a print.
    Dpi,
    /// What a file's size is worth in time.
    Compression,
    /// The format of a file.
    Format,
    /// The file of a picture.
    Output,
    /// The number of an animation's frames.
    Frames,
    /// The part of an animation's frames that is made.
    Only,
    /// The radius of an animation's circle.
    Circle,
    /// The points of an animation's path.
    Points,
    /// What an animation shows in some of its frames.
    KeyFrames,
    /// How an animation's motion begins and ends.
    Easing,
    /// How many times an animation's palette turns.
    PaletteTurns,
    /// How many times as large an animation's last frame is.
    Zoom,
    /// Whether an animation's frames are resampled from other pictures.
    Resample,
    /// A number of any length, wherever it is used.
    Number,
    /// The middle of a view.
    Center,
    /// The width of a view.
    Width,
    /// The pixels of a view.
    Size,
}

names!(Parameter {
    Resolution = "resolution",
    Xleft = "xleft",
    Xright = "xright",
    Yleft = "yleft",
    Yright = "yright",
    Ybot = "ybot",
    Ytop = "ytop",
    Real = "c_0.re",
    Imag = "c_0.im",
    Threshold = "threshold",
    Itermin = "itermin",
    Itermax = "itermax",
    Columns = "nx",
    Rows = "ny",
    Window = "window",
    WindowWidth = "window width",
    WindowHeight = "window height",
    ArrayLength = "array length",
    Preset = "preset",
    Engine = "engine",
    Precision = "precision",
    Kernel = "kernel",
    Variant = "variant",
    Adapter = "adapter",
    AdapterKind = "kind",
    Palette = "palette",
    Color = "color",
    Interior = "interior",
    Mapping = "mapping",
    Histogram = "histogram",
    Cycles = "cycles",
    PaletteOffset = "palette_offset",
    Smooth = "smooth",
    Distance = "distance",
    Supersample = "supersample",
    Depth = "depth",
    Dpi = "dpi",
    Compression = "compression",
    Format = "format",
    Output = "output",
    Frames = "frames",
    Only = "only",
    Circle = "circle",
    Points = "points",
    KeyFrames = "key_frames",
    Easing = "easing",
    PaletteTurns = "palette_turns",
    Zoom = "zoom",
    Resample = "resample",
    Number = "number",
    Center = "center",
    Width = "width",
    Size = "size",
});

/// What would be right for a parameter: words, and names of other parameters between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected(Vec<Word>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Text(Cow<'static, str>),
    Name(Parameter),
}

impl Expected {
    /// The text, with the name that `name` has for each parameter in it.
    pub fn with_names<'a>(&self, name: impl Fn(Parameter) -> Cow<'a, str>) -> String {
        let words = self.0.iter().map(|word| match word {
            Word::Text(text) => Cow::Borrowed(text.as_ref()),
            &Word::Name(parameter) => name(parameter),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// The same, and then a parameter's name.
    pub(crate) fn name(mut self, parameter: Parameter) -> Self {
        self.0.push(Word::Name(parameter));
        self
    }

    /// The same, and then these words.
    pub(crate) fn words(mut self, words: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Word::Text(words.into()));
        self
    }
}

impl From<&'static str> for Expected {
    fn from(words: &'static str) -> Self {
        Self(vec![Word::Text(words.into())])
    }
}

impl From<String> for Expected {
    fn from(words: String) -> Self {
        Self(vec![Word::Text(words.into())])
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_names(|parameter| parameter.name().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_text_can_be_another() {
        let expected = Expected::from("must be less than").name(Parameter::Itermax).words("80");
        assert_eq!(expected.to_string(), "must be less than itermax 80");
        let flag = |parameter| format!("--{parameter}").into();
        assert_eq!(expected.with_names(flag), "must be less than --itermax 80");
    }
}
