//! The kernels: which shader computes what.

pub mod layouts;
pub mod pipeline;

use layouts::{DoubleTerm, PairTerm, SingleTerm, Tile};

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

/// The word of a smooth value that is the pixel's count; above and below it is one a part. The same in
/// `smooth_value.wgsl`.
pub(super) const VALUE_WORD: u32 = 1 << 24;

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
    /// Pairs of `f32` with a bound: for values that `f32` leaves undecided too often.
    ExactPair,
    /// `f64` with a bound.
    ExactDouble,
}

impl Kernel {
    /// Every kernel.
    #[cfg(test)]
    pub const ALL: [Self; 5] =
        [Self::Single, Self::Double, Self::ExactSingle, Self::ExactPair, Self::ExactDouble];

    /// Its name in labels and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Double => "double",
            Self::ExactSingle => "exact with f32",
            Self::ExactPair => "exact with pairs of f32",
            Self::ExactDouble => "exact with f64",
        }
    }

    /// Whether it computes in `f64`; else in `f32`.
    pub fn is_f64(self) -> bool {
        matches!(self, Self::Double | Self::ExactDouble)
    }

    /// Whether it has a bound, and may leave pixels undecided.
    pub fn is_exact(self) -> bool {
        matches!(self, Self::ExactSingle | Self::ExactPair | Self::ExactDouble)
    }

    /// Whether tiles of pixels take their first steps as one, on the host.
    pub fn has_tiles(self) -> bool {
        self.is_exact()
    }

    /// Bytes of a tile; 0 if there are none.
    pub fn tile_size(self) -> u64 {
        match self {
            Self::ExactSingle => Tile::<SingleTerm>::SIZE as u64,
            Self::ExactPair => Tile::<PairTerm>::SIZE as u64,
            Self::ExactDouble => Tile::<DoubleTerm>::SIZE as u64,
            Self::Single | Self::Double => 0,
        }
    }

    /// What the device must have for it.
    pub fn features(self) -> wgpu::Features {
        if self.is_f64() { wgpu::Features::SHADER_F64 } else { wgpu::Features::empty() }
    }

    /// Bytes of one coordinate of a sample point.
    pub fn real_size(self) -> u64 {
        match self {
            Self::Single | Self::ExactSingle => 4,
            Self::ExactPair | Self::Double | Self::ExactDouble => 8,
        }
    }

    /// Bytes of what an unfinished pixel is resumed from: `State` in its shader.
    pub fn state_size(self) -> u64 {
        match self {
            Self::Single => 12,
            Self::ExactSingle => 16,
            Self::ExactPair | Self::Double | Self::ExactDouble => 24,
        }
    }
}

/// A kernel, with smooth values beside counts or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub kernel: Kernel,
    /// Whether it gives smooth values. These have kernels of their own.
    pub smooth: bool,
}

impl Program {
    /// Every program.
    #[cfg(test)]
    pub fn all() -> impl Iterator<Item = Self> {
        let all = Kernel::ALL
            .into_iter()
            .flat_map(|kernel| [false, true].map(|smooth| Self { kernel, smooth }));
        let gives_smooth = |kernel| matches!(kernel, Kernel::ExactPair | Kernel::ExactDouble);
        all.filter(move |program| !program.smooth || gives_smooth(program.kernel))
    }

    /// The kernel that gives only counts.
    pub fn counts(kernel: Kernel) -> Self {
        Self { kernel, smooth: false }
    }

    /// What gives smooth values beside the counts of `kernel`, in the same floats. `f32` alone rounds too
    /// much for most of them.
    pub fn smooth(kernel: Kernel) -> Self {
        let kernel = if kernel == Kernel::ExactSingle { Kernel::ExactPair } else { kernel };
        Self { kernel, smooth: true }
    }

    /// Its WGSL, whole.
    pub fn source(self) -> String {
        self.steps() + include_str!("../../../shaders/main.wgsl")
    }

    /// Its WGSL without the entry point.
    pub fn steps(self) -> String {
        let kernel = self.kernel;
        let alias = if kernel.is_f64() { "alias real = f64;" } else { "alias real = f32;" };
        let dispatch = include_str!("../../../shaders/dispatch.wgsl");
        let trap = include_str!("../../../shaders/trap.wgsl");
        let bound =
            if kernel.is_exact() { include_str!("../../../shaders/bound.wgsl") } else { "" };
        let own = match kernel {
            Kernel::Single | Kernel::Double => include_str!("../../../shaders/plain.wgsl"),
            Kernel::ExactSingle => include_str!("../../../shaders/exact_single.wgsl"),
            Kernel::ExactPair => include_str!("../../../shaders/exact_pair.wgsl"),
            Kernel::ExactDouble => include_str!("../../../shaders/exact_double.wgsl"),
        };
        let (value, values) = match (self.smooth, kernel.is_f64()) {
            (false, _) => ("", include_str!("../../../shaders/counts_only.wgsl")),
            (true, false) => (
                include_str!("../../../shaders/value_single.wgsl"),
                include_str!("../../../shaders/smooth_value.wgsl"),
            ),
            (true, true) => (
                include_str!("../../../shaders/value_double.wgsl"),
                include_str!("../../../shaders/smooth_value.wgsl"),
            ),
        };
        let tiles =
            if kernel.has_tiles() { include_str!("../../../shaders/tiles.wgsl") } else { "" };
        [alias, dispatch, trap, bound, tiles, own, value, values, ""].join("\n")
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
