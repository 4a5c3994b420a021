//! Tiles, and other rectangles of sample points of the lattice of a level.

use dashu_int::IBig;
use num_complex::Complex64;

use super::error::Refusal;
use super::limits;
use super::query::Query;
use crate::band::Quantities;
use crate::constant::Constant;
use crate::julia::Julia;
use crate::number::Number;

/// How many points a tile has on a side.
pub const SIDE: u32 = 256;

/// The exponent of the pitch of level 0: a tile of it is 4 wide.
pub const PITCH_EXPONENT: i64 = -6;

/// Which tile: point (i, j) of it is -2 + (256x + i)·h + (2 - (256y + j)·h)·i with h = 2^(-6-level).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The level.
    pub level: i64,
    /// The tile's column.
    pub x: IBig,
    /// The tile's row, downwards.
    pub y: IBig,
}

/// Any rectangle: its point (i, j) is -2 + (column + i)·h + (2 - (row + j)·h)·i.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rectangle {
    /// The level.
    pub level: i64,
    /// The column of its first point.
    pub column: IBig,
    /// The row of its first point, downwards.
    pub row: IBig,
    /// How many columns and rows.
    pub size: (u32, u32),
}

/// Sample points whose values are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Points {
    /// Those of a tile, which is kept, as others may ask for it.
    Tile(Place),
    /// Those of a rectangle, which is not.
    Rectangle(Rectangle),
}

impl Points {
    fn level(&self) -> i64 {
        match self {
            Self::Tile(Place { level, .. }) | Self::Rectangle(Rectangle { level, .. }) => *level,
        }
    }
}

/// The values of a tile or rectangle that are asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct TileRequest {
    /// The map.
    pub julia: Julia,
    /// Which points.
    pub points: Points,
    /// What is told beside counts.
    pub quantities: Quantities,
}

impl TileRequest {
    /// Reads that of a tile from an address.
    ///
    /// # Errors
    /// If a value is missing, wrong, or over its limit.
    pub fn of_tile(mut query: Query) -> Result<Self, Refusal> {
        let level = level(&mut query)?;
        let place = Place { level, x: whole(&mut query, "x")?, y: whole(&mut query, "y")? };
        Self::read(Points::Tile(place), query)
    }

    /// Reads that of a rectangle.
    ///
    /// # Errors
    /// The same.
    pub fn of_rectangle(mut query: Query) -> Result<Self, Refusal> {
        let level = level(&mut query)?;
        let (column, row) = (whole(&mut query, "column")?, whole(&mut query, "row")?);
        let text = query.needed("size")?;
        let size = size(&text).filter(|&(columns, rows)| {
            let points = u64::from(columns) * u64::from(rows);
            (1..=limits::RECTANGLE_POINTS).contains(&points)
        });
        let expected = format!("must be WxH, at most {} points", limits::RECTANGLE_POINTS);
        let size = size.ok_or_else(|| Refusal::wrong("size", &text, &expected))?;
        Self::read(Points::Rectangle(Rectangle { level, column, row, size }), query)
    }

    fn read(points: Points, mut query: Query) -> Result<Self, Refusal> {
        let julia = map(&mut query)?;
        let smooth = query.is_set("smooth")?;
        // The page draws the set in any width.
        let distance = query.is_set("distance")?.then_some(f64::INFINITY);
        query.end()?;
        Ok(Self { julia, points, quantities: Quantities { smooth, distance } })
    }

    /// Whether it can be of the same view as another one.
    pub fn is_of_view(&self, other: &Self) -> bool {
        self.julia == other.julia
            && self.quantities == other.quantities
            && self.points.level() == other.points.level()
    }

    /// The text that no other tile has, if this is one.
    pub fn key(&self) -> Option<String> {
        let Self { julia, points: Points::Tile(Place { level, x, y }), quantities } = self else {
            return None;
        };
        let [re, im] = texts(julia.constant());
        let (threshold, itermax) = (julia.threshold().to_bits(), julia.itermax());
        Some(format!("{re},{im} {threshold:x} {itermax} {level} {x:x} {y:x} {quantities:?}"))
    }
}

/// The map, its threshold and its iterations; itermin only matters for colours.
pub fn map(query: &mut Query) -> Result<Julia, Refusal> {
    let text = query.needed("c")?;
    let parts = pair(&text).and_then(|[re, im]| Some((number(re)?, number(im)?)));
    let (re, im) =
        parts.ok_or_else(|| Refusal::wrong("c", &text, "must be two numbers, as -0.8,0.156"))?;
    let c = Constant::new(&re, &im)?;
    let threshold = query.value("threshold", "must be a number")?.unwrap_or(2.0);
    let itermax = query.value("itermax", "must be a whole number")?.unwrap_or(80);
    if itermax > limits::ITERMAX {
        let most = format!("must be at most {}", limits::ITERMAX);
        return Err(Refusal::wrong("itermax", &itermax.to_string(), &most));
    }
    let itermin = query.value("itermin", "must be a whole number")?.unwrap_or(0);
    Ok(Julia::new(c, threshold, (itermin, itermax))?)
}

/// The parts of a constant as texts that give it again.
pub fn texts(constant: &Constant) -> [String; 2] {
    let Complex64 { re, im } = constant.nearest();
    let mut texts = [re, im].map(|part| part.to_string());
    for (part, text) in texts.iter_mut().enumerate() {
        if let Some(long) = constant.long_part(part) {
            *text = long.to_string();
        }
    }
    texts
}

/// The level.
pub fn level(query: &mut Query) -> Result<i64, Refusal> {
    let text = query.needed("level")?;
    let (least, most) = (limits::LEVEL_MIN, limits::LEVEL_MAX);
    let level = text.parse().ok().filter(|level| (least..=most).contains(level));
    level.ok_or_else(|| {
        Refusal::wrong("level", &text, &format!("must be a whole number from {least} to {most}"))
    })
}

/// A whole number of any length: decimal, or hexadecimal after 0x.
pub fn whole(query: &mut Query, name: &str) -> Result<IBig, Refusal> {
    let text = query.needed(name)?;
    let wrong = || Refusal::wrong(name, &text, "must be a whole number, as 12 or -0x1f");
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.as_str()),
    };
    let (radix, digits) = match digits.strip_prefix("0x") {
        Some(digits) => (16, digits),
        None => (10, digits),
    };
    let known = digits.len() <= limits::DIGITS
        && !digits.is_empty()
        && digits.chars().all(|digit| digit.is_digit(radix));
    let value = known.then(|| IBig::from_str_radix(digits, radix).ok()).flatten();
    let value = value.ok_or_else(wrong)?;
    Ok(if is_negative { -value } else { value })
}

/// A number within the limit of digits.
pub fn number(text: &str) -> Option<Number> {
    (text.len() <= limits::DIGITS).then(|| text.parse().ok()).flatten()
}

/// Columns and rows, as WxH.
pub fn size(text: &str) -> Option<(u32, u32)> {
    let (columns, rows) = text.split_once('x')?;
    Some((columns.parse().ok()?, rows.parse().ok()?))
}

/// Two texts with a comma between.
pub fn pair(text: &str) -> Option<[&str; 2]> {
    let (first, second) = text.split_once(',')?;
    Some([first.trim(), second.trim()])
}
