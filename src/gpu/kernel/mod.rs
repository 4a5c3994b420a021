//! The kernels: which shader computes what.

pub mod layouts;
pub mod pipeline;

/// Invocations per workgroup, which is also the pixels of a tile: the same in `dispatch.wgsl`.
///
/// Small, because a workgroup holds its registers until its last pixel is done.
pub(super) const WORKGROUP_SIZE: u32 = 64;

/// The word that the host leaves for every pixel and no kernel writes: `UNWRITTEN` in `dispatch.wgsl`.
pub(super) const UNWRITTEN: u32 = 0;

/// The word of a pixel whose count a bound cannot prove: `UNDECIDED` in `dispatch.wgsl`.
pub(super) const UNDECIDED: u32 = 1;

/// The word of the count `n` is `COUNT + n`; the same in `dispatch.wgsl`.
pub(super) const COUNT: u32 = 2;

/// Steps that a kernel takes at a time, in `main.wgsl`.
pub(super) const STRIDE: u32 = 8;

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

    /// Bytes of what an unfinished pixel is resumed from: `State` in its shader.
    pub fn state_size(self) -> u64 {
        if self.is_f64() {
            24
        } else if self == Self::Single {
            12
        } else {
            16
        }
    }

    /// Its WGSL, whole.
    pub fn source(self) -> String {
        self.steps() + include_str!("../../../shaders/main.wgsl")
    }

    /// Its WGSL without the entry point.
    pub fn steps(self) -> String {
        let alias = if self.is_f64() { "alias real = f64;" } else { "alias real = f32;" };
        let dispatch = include_str!("../../../shaders/dispatch.wgsl");
        let trap = include_str!("../../../shaders/trap.wgsl");
        let bound = if self.is_exact() { include_str!("../../../shaders/bound.wgsl") } else { "" };
        let own = match self {
            Self::Single | Self::Double => include_str!("../../../shaders/plain.wgsl"),
            Self::ExactSingle => include_str!("../../../shaders/exact_single.wgsl"),
            Self::ExactDouble => include_str!("../../../shaders/exact_double.wgsl"),
        };
        [alias, dispatch, trap, bound, own, ""].join("\n")
    }
}

/// Words of `2^word_shift` bits are the smallest, from bytes on, that the counts up to `itermax` go
/// into.
pub(super) fn word_shift(itermax: u32) -> u32 {
    match itermax.saturating_add(COUNT) {
        0..=0xff => 3,
        0x100..=0xffff => 4,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_small_as_the_counts_permit() {
        for (itermax, bits) in
            [(1, 8), (253, 8), (254, 16), (65_533, 16), (65_534, 32), (MAX_ITERMAX, 32)]
        {
            assert_eq!(1 << word_shift(itermax), bits, "{itermax}");
        }
    }
}
