//! What a pixel is.

use crate::choices::choices;

/// Bits of a gray, or of each of red, green and blue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Depth {
    /// 8 bits.
    #[default]
    Eight,
    /// 16 bits.
    Sixteen,
}

choices!(Depth for Depth {
    Eight = "8",
    Sixteen = "16",
});

impl Depth {
    /// The largest value.
    pub(crate) fn max(self) -> u16 {
        match self {
            Self::Eight => u8::MAX.into(),
            Self::Sixteen => u16::MAX,
        }
    }
}

/// The bytes of a pixel; 16 bits are two bytes, the higher first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PixelFormat {
    /// One byte: gray.
    Gray8,
    /// Two bytes: gray.
    Gray16,
    /// Three bytes: red, green, blue.
    Rgb8,
    /// Six bytes: red, green, blue.
    Rgb16,
    /// Four bytes: red, green, blue, which do not depend on it, and the opacity.
    Rgba8,
    /// Eight bytes: the same.
    Rgba16,
    /// One byte: the number of a colour in a list.
    Indexed8,
}

#[cfg(test)]
impl PixelFormat {
    /// All but those with indices.
    pub(crate) const OF_VALUES: [Self; 6] =
        [Self::Gray8, Self::Gray16, Self::Rgb8, Self::Rgb16, Self::Rgba8, Self::Rgba16];
}

impl PixelFormat {
    /// Bytes of one pixel.
    pub fn bytes(self) -> usize {
        match self {
            Self::Gray8 | Self::Indexed8 => 1,
            Self::Gray16 => 2,
            Self::Rgb8 => 3,
            Self::Rgba8 => 4,
            Self::Rgb16 => 6,
            Self::Rgba16 => 8,
        }
    }

    /// Whether it is gray.
    pub fn is_gray(self) -> bool {
        matches!(self, Self::Gray8 | Self::Gray16)
    }

    /// Whether it has an opacity, other than that of colours in a list.
    pub fn has_opacity(self) -> bool {
        matches!(self, Self::Rgba8 | Self::Rgba16)
    }

    /// Bits of each of its values.
    pub fn depth(self) -> Depth {
        match self {
            Self::Gray8 | Self::Rgb8 | Self::Rgba8 | Self::Indexed8 => Depth::Eight,
            Self::Gray16 | Self::Rgb16 | Self::Rgba16 => Depth::Sixteen,
        }
    }
}
