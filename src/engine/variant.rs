//! One name for what computes: engine, precision and floats.

use super::{EngineChoice, ExactKernel};
use crate::choices::choices;
use crate::julia::Precision;

/// What computes: engine, precision, and the floats of an exact GPU kernel, as in `gpu-exact-f32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    /// The CPU, true counts.
    CpuExact,
    /// The CPU, the plain `f64` loop.
    CpuDouble,
    /// The CPU, the plain `f32` loop.
    CpuSingle,
    /// A GPU, true counts, with `f32` in the shader.
    GpuExactF32,
    /// A GPU, true counts, with `f64` in the shader.
    GpuExactF64,
    /// A GPU, the plain `f64` loop.
    GpuDouble,
    /// A GPU, the plain `f32` loop.
    GpuSingle,
}

choices!(Variant for Variant {
    CpuExact = "cpu-exact",
    CpuDouble = "cpu-double",
    CpuSingle = "cpu-single",
    GpuExactF32 = "gpu-exact-f32",
    GpuExactF64 = "gpu-exact-f64",
    GpuDouble = "gpu-double",
    GpuSingle = "gpu-single",
});

impl Variant {
    /// The CPU's variant in `precision`.
    pub fn on_cpu(precision: Precision) -> Self {
        match precision {
            Precision::Exact => Self::CpuExact,
            Precision::Double => Self::CpuDouble,
            Precision::Single => Self::CpuSingle,
        }
    }

    /// A GPU's variant in `precision`; `floats` are those of an exact kernel.
    pub fn on_gpu(precision: Precision, floats: ExactKernel) -> Self {
        match (precision, floats) {
            (Precision::Exact, ExactKernel::F32) => Self::GpuExactF32,
            (Precision::Exact, ExactKernel::F64) => Self::GpuExactF64,
            (Precision::Double, _) => Self::GpuDouble,
            (Precision::Single, _) => Self::GpuSingle,
        }
    }

    /// The engine to ask for.
    pub fn engine(self) -> EngineChoice {
        match self {
            Self::CpuExact | Self::CpuDouble | Self::CpuSingle => EngineChoice::Cpu,
            _ => EngineChoice::Gpu,
        }
    }

    /// How it computes counts.
    pub fn precision(self) -> Precision {
        match self {
            Self::CpuExact | Self::GpuExactF32 | Self::GpuExactF64 => Precision::Exact,
            Self::CpuDouble | Self::GpuDouble => Precision::Double,
            Self::CpuSingle | Self::GpuSingle => Precision::Single,
        }
    }

    /// The floats of an exact GPU kernel.
    pub fn floats(self) -> Option<ExactKernel> {
        match self {
            Self::GpuExactF32 => Some(ExactKernel::F32),
            Self::GpuExactF64 => Some(ExactKernel::F64),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variants_name_names_it() {
        for variant in Variant::ALL {
            assert_eq!(variant.name().parse::<Variant>().unwrap(), variant);
            let floats = variant.floats().unwrap_or(ExactKernel::F32);
            let same = match variant.engine() {
                EngineChoice::Cpu => Variant::on_cpu(variant.precision()),
                _ => Variant::on_gpu(variant.precision(), floats),
            };
            assert_eq!(same, variant);
        }
        let error = "gpu-exact".parse::<Variant>().unwrap_err().to_string();
        assert!(error.contains("gpu-exact-f32"), "{error}");
    }
}
