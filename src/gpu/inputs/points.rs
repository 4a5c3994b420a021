//! The sample points of a window, in the floats of a kernel.

use std::time::Duration;

/// A window's part.
pub struct Points {
    /// The coordinates of the columns.
    pub xs: Vec<u8>,
    /// The coordinates of the rows.
    pub ys: Vec<u8>,
    /// The tiles, for the kernel that has them.
    pub tiles: Vec<u8>,
    /// How long all threads together took for them.
    pub time: Duration,
}

/// Numbers as `f32`.
pub fn single_bytes(values: impl IntoIterator<Item = f64>) -> Vec<u8> {
    let values: Vec<f32> = values.into_iter().map(|value| value as f32).collect();
    bytemuck::cast_slice(&values).to_vec()
}

/// Numbers as `f64`.
pub fn double_bytes(values: &[f64]) -> Vec<u8> {
    bytemuck::cast_slice(values).to_vec()
}

/// A number as two `f32`: 12 bits, and the 24 that follow.
pub fn pair(value: f64) -> [f32; 2] {
    let high = f32::from_bits((value as f32).to_bits() & 0xffff_f000);
    [high, (value - f64::from(high)) as f32]
}
