//! Palettes, for other programs.

use juliaset::Palette;
use juliaset::{Color, Parameter};
use numpy::{PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::argument::{Given, Whole};
use crate::tone::{PaletteArgument, color as of_text, palette};

/// The most colours of a palette that are asked for.
const MOST: u32 = 4096;

/// The names of all palettes, each with what it looks like.
///
/// >>> import juliaset
/// >>> "magma" in juliaset.palettes()
/// True
#[pyfunction]
pub fn palettes(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let palettes = PyDict::new(py);
    Palette::names().try_for_each(|(name, about)| palettes.set_item(name, about))?;
    Ok(palettes)
}

/// A colour, which is the argument `interior`: red, green, blue and opacity from 0 to 255.
#[pyfunction]
#[pyo3(text_signature = "(interior)")]
pub fn color(interior: Given<String>) -> PyResult<(u8, u8, u8, u8)> {
    let text = interior.get("interior")?;
    let Color([red, green, blue], opacity) = of_text(Parameter::Interior, &text)?;
    Ok((red, green, blue, opacity))
}

/// `n` colours of a palette, evenly spaced from its first to its last: red, green, blue and opacity,
/// uint8, shape `(n, 4)`.
#[pyfunction]
#[pyo3(signature = (palette, n), text_signature = "(palette, n)")]
pub fn colors<'py>(
    py: Python<'py>,
    palette: Given<PaletteArgument>,
    n: Given<Whole>,
) -> PyResult<Bound<'py, PyArray2<u8>>> {
    let palette = self::palette(palette.get("palette")?)?;
    let n = n.within("n", 2..=MOST)?;
    let last = f64::from(n - 1);
    let colors = PyArray2::zeros(py, [n as usize, 4], false);
    let mut writer = colors.try_readwrite()?;
    for (k, color) in (0..n).zip(writer.as_slice_mut()?.chunks_exact_mut(4)) {
        let parts = palette.seen_at(f64::from(k) / last, u8::MAX.into());
        color.copy_from_slice(&parts.map(|part| part as u8));
    }
    drop(writer);
    Ok(colors)
}
