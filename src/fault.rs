//! Faults that tests plant, to show that they are found.

/// A fault, planted at the seam between this crate and wgpu or in a shader's constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The bounds of the exact kernels add nothing for rounding.
    NoAdditiveTerm,
    /// The adapter multiplies a little wrong.
    WrongProduct,
    /// The adapter's square root is a little wrong.
    WrongRoot,
    /// The kernel counts one step too many here and there.
    WrongCount,
}
