//! What a picture shows, by its middle and its width.

use dashu_int::UBig;

use crate::dyadic::Dyadic;
use crate::error::{Error, Result};
use crate::lattice::Lattice;
use crate::number::{Number, Share};
use crate::parameter::Parameter;
use crate::pitch::Pitch;
use crate::rotation::Rotation;

/// A part of the complex plane around a center, of any width.
///
/// With `nx × ny` pixels of the pitch h around a center, pixel `(i, j)` samples the point
///
/// ```text
/// x_i = center_x + (2i - nx) · h/2
/// y_j = center_y - (2j - ny) · h/2
/// ```
///
/// exactly. The pitch h is the width divided by `nx`, rounded once to 53 bits, and the center is rounded once
/// to the nearest multiple of 2^-B, with B = max(64, ⌈-log₂ h⌉ + 64).
///
/// A view can be [`rotated`](Self::rotated) about its center. It samples
///
/// ```text
/// center + (a + b·i) · ((2i - nx) - (2j - ny)·i) · h/2
/// ```
///
/// then, exactly, with a and b for the cosine and the sine of the angle, each rounded once to the nearest multiple of 2^-53.
///
/// ```
/// use juliaset::{Complex64, Job, Julia, Renderer, View};
///
/// let julia = Julia::new(Complex64::new(0.0, 1.0), 2.0, (0, 3000))?;
/// // i itself is on this Julia set, and so are its mirror image and what it is mapped to.
/// let view = View::new("0".parse()?, "1".parse()?, "3.2e-100".parse()?)?;
/// let job = Job::of_view(julia, &view, 32, 20)?;
/// let (counts, _) = Renderer::new(job).counts()?;
/// assert_eq!(counts.data.len(), 32 * 20);
/// # Ok::<(), juliaset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    center: [Number; 2],
    width: Number,
    /// In degrees; `None` for 0.
    rotation: Option<Number>,
}

impl View {
    /// The view around the point `re + im·i`, so wide.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the width is not over 0.
    pub fn new(re: Number, im: Number, width: Number) -> Result<Self> {
        let width = positive(width, Parameter::Width)?;
        Ok(Self { center: [re, im], width, rotation: None })
    }

    /// The view around `re + im·i` that is 4 / `zoom` high in a picture of `columns × rows` pixels.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the zoom is not over 0, or a side is 0.
    pub fn with_zoom(
        re: Number,
        im: Number,
        zoom: Number,
        columns: u32,
        rows: u32,
    ) -> Result<Self> {
        for (name, side) in [(Parameter::Columns, columns), (Parameter::Rows, rows)] {
            if side == 0 {
                return Err(Error::invalid(name, side, "must be at least 1"));
            }
        }
        let zoom = positive(zoom, Parameter::Zoom)?;
        // 4 / zoom / rows, rounded once.
        let pitch = zoom.inverse_pitch(&UBig::from(4u8), &UBig::from(rows));
        Ok(Self::of_pitch([re, im], pitch, columns))
    }

    /// The same view after a turn about its center by so many degrees, counterclockwise, in place of the one that it has: what it
    /// shows is turned clockwise.
    ///
    /// ```
    /// use juliaset::View;
    ///
    /// let view = View::new("0".parse()?, "0".parse()?, "3".parse()?)?;
    /// // What was on the right is at the bottom.
    /// let view = view.rotated("90".parse()?);
    /// assert_eq!(view.rotation().unwrap().to_string(), "90");
    /// # Ok::<(), juliaset::Error>(())
    /// ```
    #[must_use]
    pub fn rotated(self, degrees: Number) -> Self {
        Self { rotation: Some(degrees).filter(|degrees| !degrees.is_zero()), ..self }
    }

    /// The view of `columns` with this pitch.
    pub(crate) fn of_pitch(center: [Number; 2], pitch: Pitch, columns: u32) -> Self {
        let width = &pitch.value() * &Dyadic::from(f64::from(columns));
        Self { center, width: Number::from(&width), rotation: None }
    }

    /// The center: real part and imaginary part.
    pub fn center(&self) -> [&Number; 2] {
        self.center.each_ref()
    }

    /// The width.
    pub fn width(&self) -> &Number {
        &self.width
    }

    /// The degrees by which it is rotated; `None` if it is not.
    pub fn rotation(&self) -> Option<&Number> {
        self.rotation.as_ref()
    }

    /// The distance of two pixels side by side in a picture of so many `columns`, 1 or more.
    pub(crate) fn pitch(&self, columns: u32) -> Pitch {
        self.width.pitch(&UBig::ONE, &UBig::from(columns))
    }

    /// The view in a picture of so many `columns` after a zoom by `factor`^(`part` / `of`): about a point that
    /// stays in its place, or its center.
    pub(crate) fn zoomed(
        &self,
        columns: u32,
        factor: &Number,
        (part, of): (u64, u64),
        about: Option<&[Number; 2]>,
    ) -> Self {
        let Share { numerator, denominator } = factor.inverse_power(part, of);
        let pitch = self.width.pitch(&numerator, &(denominator * UBig::from(columns)));
        let center = match about {
            None => self.center.clone(),
            Some(about) => {
                let (share, bits) = (Share::of(pitch, self.pitch(columns)), center_bits(pitch));
                let part = |k: usize| about[k].toward(&self.center[k], &share, bits);
                [0, 1].map(|k| Number::from(&part(k)))
            }
        };
        Self { rotation: self.rotation.clone(), ..Self::of_pitch(center, pitch, columns) }
    }

    /// The view in a picture of so many `columns` that is `part` / `of` of the way from this one to another one. The width changes by
    /// the same factor in equal steps; of the center's way the share (a - w) / (a - b) is done at the width w, where a and
    /// b are the widths of the two: the zoom goes straight to a point that stays in its place in the picture. Between views of
    /// the same width it is the share of the steps.
    pub(crate) fn toward(&self, other: &Self, columns: u32, (part, of): (u64, u64)) -> Self {
        if part == 0 || part == of {
            return if part == 0 { self.clone() } else { other.clone() };
        }
        let Share { numerator, denominator } =
            self.width.over(&other.width).inverse_power(part, of);
        let pitch = self.width.pitch(&numerator, &(denominator * UBig::from(columns)));
        let view = Self::of_pitch(self.center.clone(), pitch, columns);
        let share = if self.width == other.width {
            Share { numerator: part.into(), denominator: of.into() }
        } else {
            Share::of_way(&self.width, &view.width, &other.width)
        };
        let bits = center_bits(pitch);
        let part = |k: usize| match (&self.center[k], &other.center[k]) {
            (from, to) if from == to => from.clone(),
            (from, to) => Number::from(&from.toward(to, &share, bits)),
        };
        Self { center: [part(0), part(1)], rotation: self.rotation.clone(), ..view }
    }

    /// How many columns `point` is to the right of the center in a picture of so many `columns`, and how many above it; of a
    /// rotated view, in the picture.
    #[cfg(feature = "cli")]
    pub(crate) fn pixels_from_center(&self, columns: u32, point: &[Number; 2]) -> [f64; 2] {
        const BITS: usize = 70;
        let inverse = Share::of(Pitch { mantissa: 1, exponent: 0 }, self.pitch(columns));
        let zero = Number::from(&Dyadic::from(0.0));
        let pixels = |number: &Number| zero.toward(number, &inverse, BITS);
        let offset = [0, 1].map(|k| &pixels(&point[k]) - &pixels(&self.center[k]));
        self.turn().inverse().turned(offset).map(|part| part.to_f64())
    }

    /// Its sample points in columns and rows.
    pub(crate) fn lattice(&self, columns: u32, rows: u32) -> Lattice {
        let pitch = self.pitch(columns);
        let center = self.center.each_ref().map(|part| part.rounded(center_bits(pitch)));
        Lattice::new(center, pitch, (columns, rows)).rotated(self.turn())
    }

    /// Its rotation, as its points are multiplied by it.
    fn turn(&self) -> Rotation {
        self.rotation.as_ref().map_or(Rotation::NONE, |degrees| Rotation::by(degrees.parts()))
    }
}

/// The point at a share of the way from one point to another, as finely as the center of a view with this width is meant in so
/// many columns.
pub(crate) fn center_toward(
    [from, to]: [&[Number; 2]; 2],
    share: f64,
    width: &Number,
    columns: u32,
) -> [Number; 2] {
    let bits = center_bits(width.pitch(&UBig::ONE, &UBig::from(columns)));
    let share = Share::of_f64(share);
    [0, 1].map(|k| Number::from(&from[k].toward(&to[k], &share, bits)))
}

/// How many bits behind the point a center has: max(64, ⌈-log₂ h⌉ + 64).
fn center_bits(pitch: Pitch) -> usize {
    let length = 64 - i64::from(pitch.mantissa.leading_zeros());
    // ⌈-log₂ h⌉ is -⌊log₂ h⌋.
    (64 - (pitch.exponent + length - 1)).max(64) as usize
}

fn positive(number: Number, name: Parameter) -> Result<Number> {
    if number.is_positive() {
        Ok(number)
    } else {
        Err(Error::invalid(name, number.shown(), "must be over 0"))
    }
}

#[cfg(test)]
mod tests {
    use dashu_int::IBig;

    use super::*;
    use crate::grid::Grid;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    fn view(re: &str, im: &str, width: &str) -> View {
        View::new(number(re), number(im), number(width)).unwrap()
    }

    #[test]
    fn a_center_has_64_bits_more_than_the_pitch() {
        let bits = |mantissa, exponent| center_bits(Pitch { mantissa, exponent });
        assert_eq!(bits(1, 0), 64);
        assert_eq!(bits(1, 10), 64);
        assert_eq!(bits(1, -10), 74);
        assert_eq!(bits(3, -10), 73);
        assert_eq!(bits((1 << 53) - 1, -53), 65);
    }

    #[test]
    fn sample_points_are_where_the_definition_has_them() {
        let (columns, rows) = (30, 20);
        for width in ["3.2", "1e-30", "1/7", "1e-1000", "1e30"] {
            let view = view("-1/3", "0.1", width);
            let grid = Grid::of_view(&view, columns, rows).unwrap();
            let pitch = view.pitch(columns);
            let half = Dyadic::new(IBig::from(pitch.mantissa), pitch.exponent - 1);
            let center = view.center().map(|part| part.rounded(center_bits(pitch)));
            for (col, row) in [(0, 0), (29, 19), (15, 10), (3, 17)] {
                let [x, y] = crate::grid::sample_point(&grid, col, row);
                let from_center = |index: u32, side| {
                    &Dyadic::from(f64::from(2 * index) - f64::from(side)) * &half
                };
                assert_eq!(x, &center[0] + &from_center(col, columns), "{width}");
                assert_eq!(y, &center[1] - &from_center(row, rows), "{width}");
            }
        }
    }

    #[test]
    fn a_zoom_of_1_is_4_high() {
        let number = |text: &str| number(text);
        let view =
            |zoom| View::with_zoom(number("0"), number("1"), number(zoom), 1000, 625).unwrap();
        let rows = UBig::from(625u32);
        assert_eq!(view("1").pitch(1000), number("4").pitch(&UBig::ONE, &rows));
        assert_eq!(view("1e300").pitch(1000), number("4e-300").pitch(&UBig::ONE, &rows));
        // The same grid by its width, as a picture's job has it.
        let text = view("7e99").width().to_string();
        let again = View::new(number("0"), number("1"), number(&text)).unwrap();
        let grids = [view("7e99"), again].map(|view| Grid::of_view(&view, 1000, 625).unwrap());
        assert_eq!(grids[0], grids[1]);
    }

    /// The last width is exact, and those between have equal quotients; the point that stays is as many pixels from the center.
    #[test]
    fn a_zoom_is_even_and_keeps_its_point() {
        let first = view("0.3", "-1/7", "3.2");
        let log2 = |view: &View| {
            let Pitch { mantissa, exponent } = view.pitch(640);
            (mantissa as f64).log2() + exponent as f64
        };
        for factor in ["1e300", "1e-9", "0x1p-2000", "1e5000", "3/2"] {
            let factor = number(factor);
            let about = [number("0.1"), number("0.123456789e-40")];
            let of = 600;
            let frames: Vec<_> =
                (0..=of).map(|part| first.zoomed(640, &factor, (part, of), Some(&about))).collect();
            let step = (log2(&frames[600]) - log2(&first)) / 600.0;
            for (part, frame) in frames.iter().enumerate() {
                let expected = log2(&first) + step * part as f64;
                assert!((log2(frame) - expected).abs() < 1e-9, "{factor} {part}");
                for (k, about) in about.iter().enumerate() {
                    // (about - center) / pitch in the frame and in the first: less than 2^-60 apart.
                    let pixels = |view: &View| {
                        let share = Share::of(Pitch { mantissa: 1, exponent: 0 }, view.pitch(640));
                        let center = view.center[k].clone();
                        let zero = number("0");
                        let at = |number: &Number| zero.toward(number, &share, 70);
                        &at(about) - &at(&center)
                    };
                    let off = (&pixels(frame) - &pixels(&first)).abs();
                    assert!(off < Dyadic::from(2f64.powi(-60)), "{factor} {part} {}", off.to_f64());
                }
            }
            let fixed = first.zoomed(640, &factor, (7, of), None);
            assert_eq!(fixed.center().map(Number::to_string), ["0.3", "-1/7"]);
        }
        let last = first.zoomed(640, &number("1e300"), (9, 9), None);
        assert_eq!(last.pitch(640), number("3.2e-300").pitch(&UBig::ONE, &UBig::from(640u32)));
    }

    #[cfg(feature = "cli")]
    #[test]
    fn a_point_lies_so_many_pixels_from_the_center() {
        for (re, im, width) in [("0.25", "-0.125", "64"), ("0.25", "-0.125", "0x1p-1000")] {
            let view = view(re, im, width);
            let pitch = view.pitch(64).value();
            let away = |k: usize, pixels: f64| {
                let center = view.center[k].rounded(64);
                Number::from(&(&center + &(&Dyadic::from(pixels) * &pitch)))
            };
            let point = [away(0, 2.5), away(1, -7.0)];
            assert_eq!(view.pixels_from_center(64, &point), [2.5, -7.0], "{width}");
            let rotated = view.clone().rotated(number("90"));
            assert_eq!(rotated.pixels_from_center(64, &point), [-7.0, -2.5], "{width}");
        }
    }

    #[test]
    fn impossible_views_are_refused() {
        for width in ["0", "-1", "-0", "0e5"] {
            let error = View::new(number("0"), number("0"), number(width)).unwrap_err();
            assert_eq!(error.to_string(), format!("width {width}: must be over 0"));
            assert!(View::with_zoom(number("0"), number("0"), number(width), 9, 9).is_err());
        }
        assert!(View::with_zoom(number("0"), number("0"), number("1"), 9, 0).is_err());
        assert!(Grid::of_view(&view("0", "0", "1"), 0, 5).is_err());
    }
}
