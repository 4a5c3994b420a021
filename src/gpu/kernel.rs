//! The kernels: which shader computes what.

use super::uniform::{Map32, Map64};
use crate::julia::{Julia, Precision};

/// Invocations per workgroup, which is also the pixels of a tile: the same in `slice.wgsl`.
///
/// Small, because a workgroup holds its registers until its last pixel is done.
pub(super) const WORKGROUP_SIZE: u32 = 64;

/// The word that the host leaves for every pixel and no kernel writes: `UNWRITTEN` in `slice.wgsl`.
pub(super) const UNWRITTEN: u32 = 0;

/// The word of the count `n` is `COUNT + n`; the same in `slice.wgsl`.
pub(super) const COUNT: u32 = 2;

/// The largest itermax whose counts have a word each.
pub(super) const MAX_ITERMAX: u32 = u32::MAX - COUNT;

/// A compute shader that fills a window with counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// The plain `f32` loop.
    Single,
    /// The plain `f64` loop.
    Double,
}

impl Kernel {
    /// Every kernel.
    #[cfg(test)]
    pub const ALL: [Self; 2] = [Self::Single, Self::Double];

    /// The kernel for a plain precision.
    pub fn of(precision: Precision) -> Option<Self> {
        match precision {
            Precision::Exact => None,
            Precision::Single => Some(Self::Single),
            Precision::Double => Some(Self::Double),
        }
    }

    /// Its name in labels and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Double => "double",
        }
    }

    /// Whether it computes in `f64`; else in `f32`.
    pub fn is_f64(self) -> bool {
        self == Self::Double
    }

    /// Bytes of one of its numbers.
    pub fn real_size(self) -> u64 {
        if self.is_f64() { 8 } else { 4 }
    }

    /// Numbers as its buffers hold them: rounded to `f32` where it computes in `f32`.
    pub fn real_bytes(self, numbers: impl Iterator<Item = f64>) -> Vec<u8> {
        if self.is_f64() {
            bytemuck::cast_slice(&numbers.collect::<Vec<_>>()).to_vec()
        } else {
            bytemuck::cast_slice(&numbers.map(|x| x as f32).collect::<Vec<_>>()).to_vec()
        }
    }

    /// Bytes of its uniform block of the map.
    pub fn map_size(self) -> u64 {
        (if self.is_f64() { size_of::<Map64>() } else { size_of::<Map32>() }) as u64
    }

    /// Its uniform block of the map.
    pub fn map_bytes(self, julia: &Julia) -> Vec<u8> {
        if self.is_f64() {
            bytemuck::bytes_of(&Map64::from(julia)).to_vec()
        } else {
            bytemuck::bytes_of(&Map32::from(julia)).to_vec()
        }
    }

    /// What the device must have for it.
    pub fn features(self) -> wgpu::Features {
        if self.is_f64() { wgpu::Features::SHADER_F64 } else { wgpu::Features::empty() }
    }

    /// Its WGSL, whole.
    pub fn source(self) -> String {
        let real = if self.is_f64() { "f64" } else { "f32" };
        let slice = include_str!("../../shaders/slice.wgsl");
        let body = include_str!("../../shaders/plain.wgsl");
        format!("alias real = {real};\n{slice}\n{body}")
    }
}
