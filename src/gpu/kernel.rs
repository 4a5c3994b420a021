//! The kernels: which shader computes what.

/// Invocations per workgroup, which is also the pixels of a tile: the same in `slice.wgsl`.
///
/// Small, because a workgroup holds its registers until its last pixel is done.
pub(super) const WORKGROUP_SIZE: u32 = 64;

/// The word that the host leaves for every pixel and no kernel writes: `UNWRITTEN` in `slice.wgsl`.
pub(super) const UNWRITTEN: u32 = 0;

/// The word of a pixel whose count a bound cannot prove: `UNDECIDED` in `bound.wgsl`.
pub(super) const UNDECIDED: u32 = 1;

/// The word of the count `n` is `COUNT + n`; the same in `slice.wgsl`.
pub(super) const COUNT: u32 = 2;

/// The largest itermax whose counts have a word each, even if a kernel goes a few steps too far.
pub(super) const MAX_ITERMAX: u32 = u32::MAX - 16;

/// A compute shader that fills a window with counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// The plain `f32` loop.
    Single,
    /// The plain `f64` loop.
    Double,
    /// `f32` with a bound.
    ExactSingle,
    /// `f64` with a bound.
    ExactDouble,
}

impl Kernel {
    /// Every kernel.
    #[cfg(test)]
    pub const ALL: [Self; 4] = [Self::Single, Self::Double, Self::ExactSingle, Self::ExactDouble];

    /// Its name in labels and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Double => "double",
            Self::ExactSingle => "exact with f32",
            Self::ExactDouble => "exact with f64",
        }
    }

    /// Whether it computes in `f64`; else in `f32`.
    pub fn is_f64(self) -> bool {
        matches!(self, Self::Double | Self::ExactDouble)
    }

    /// Whether it has a bound, and may leave pixels undecided.
    pub fn is_exact(self) -> bool {
        matches!(self, Self::ExactSingle | Self::ExactDouble)
    }

    /// What the device must have for it.
    pub fn features(self) -> wgpu::Features {
        if self.is_f64() { wgpu::Features::SHADER_F64 } else { wgpu::Features::empty() }
    }

    /// Bytes of one coordinate of a sample point.
    pub fn real_size(self) -> u64 {
        if self.is_f64() { 8 } else { 4 }
    }

    /// Its WGSL, whole.
    pub fn source(self) -> String {
        let slice = include_str!("../../shaders/slice.wgsl");
        let bound = include_str!("../../shaders/bound.wgsl");
        let plain = include_str!("../../shaders/plain.wgsl");
        match self {
            Self::Single => format!("alias real = f32;\n{slice}\n{plain}"),
            Self::Double => format!("alias real = f64;\n{slice}\n{plain}"),
            Self::ExactSingle => {
                format!("{slice}\n{bound}\n{}", include_str!("../../shaders/exact_single.wgsl"))
            }
            Self::ExactDouble => {
                format!("{slice}\n{bound}\n{}", include_str!("../../shaders/exact_double.wgsl"))
            }
        }
    }
}
