//! The uniform blocks, as the shaders declare them.

use bytemuck::{Pod, Zeroable};

use super::bound::Origin;
use crate::julia::Julia;
use crate::taylor::DEGREE;

/// `Slice` in `slice.wgsl`: what one dispatch covers.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub(super) struct Slice {
    /// Columns of the window.
    pub width: u32,
    /// Rows of the window.
    pub height: u32,
    /// A tile is `2^tile_shift` pixels wide.
    pub tile_shift: u32,
    /// Tiles in a row of tiles.
    pub tile_columns: u32,
    /// The first tile of the dispatch.
    pub first_tile: u32,
    /// How many tiles it takes.
    pub tiles: u32,
    /// Workgroups along x.
    pub group_columns: u32,
    /// The most steps.
    pub itermax: u32,
}

/// `Map` in `plain.wgsl` with `real = f32`: the map's constants.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct Map32 {
    /// The constant of the map.
    pub c: [f32; 2],
    /// The square of the threshold.
    pub limit: f32,
    /// WGSL rounds the size up to the alignment of `c`.
    pub padding: f32,
}

/// `Map` in `plain.wgsl` with `real = f64`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct Map64 {
    /// The constant of the map.
    pub c: [f64; 2],
    /// The square of the threshold.
    pub limit: f64,
    /// WGSL rounds the size up to the alignment of `c`.
    pub padding: f64,
}

/// `Map` in `exact_single.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct ExactSingleMap {
    /// The fixed point that orbits are distances from.
    pub origin: [f32; 2],
    /// Twice that.
    pub twice_origin: [f32; 2],
    /// By how much it is not fixed.
    pub residual: [f32; 2],
}

/// `Map` in `exact_double.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct ExactDoubleMap {
    /// The constant of the map.
    pub c: [f64; 2],
}

/// `Bound` in `bound.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct Bound {
    /// 2, and what |z| may be computed too small by.
    pub growth: f32,
    /// Over 1 by what the bound's own arithmetic may lose.
    pub inflation: f32,
    /// |z| is computed to within this, relative.
    pub modulus: f32,
    /// The bits of the threshold, a little less.
    pub below: u32,
    /// The bits of the threshold, a little more.
    pub escaped: u32,
    /// An error that each step adds, relative to its size.
    pub rounding: f32,
    /// An error that each step adds.
    pub rounding_constant: f32,
}

/// The terms of a tile's polynomial.
pub(super) const TERMS: usize = DEGREE + 1;

/// `Tile` in `exact_single.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct Tile {
    /// Steps taken by the polynomial.
    pub steps: u32,
    /// The word of every pixel of the tile, where they all have one.
    pub word: u32,
    /// Bounds the error of the polynomial and of its evaluation.
    pub error: f32,
    /// WGSL aligns the terms.
    pub padding: u32,
    /// From the constant term on, which is relative to the origin.
    pub terms: [[f32; 2]; TERMS],
}

impl From<&Origin> for ExactSingleMap {
    fn from(origin: &Origin) -> Self {
        let single = |z: num_complex::Complex64| [z.re as f32, z.im as f32];
        Self {
            origin: single(origin.point),
            twice_origin: single(2.0 * origin.point),
            residual: single(origin.residual),
        }
    }
}

impl From<&Julia> for ExactDoubleMap {
    fn from(julia: &Julia) -> Self {
        Self { c: [julia.c().re, julia.c().im] }
    }
}

impl From<&Julia> for Map32 {
    fn from(julia: &Julia) -> Self {
        let threshold = julia.threshold() as f32;
        let c = [julia.c().re as f32, julia.c().im as f32];
        Self { c, limit: threshold * threshold, padding: 0.0 }
    }
}

impl From<&Julia> for Map64 {
    fn from(julia: &Julia) -> Self {
        let threshold = julia.threshold();
        let c = [julia.c().re, julia.c().im];
        Self { c, limit: threshold * threshold, padding: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use std::mem::{offset_of, size_of};

    use wgpu::naga;

    use super::*;
    use crate::gpu::inputs::TILE_SIDE;
    use crate::gpu::kernel::{COUNT, Kernel, UNDECIDED, UNWRITTEN, WORKGROUP_SIZE};

    /// The kernel's WGSL, parsed.
    fn parse(kernel: Kernel) -> naga::Module {
        naga::front::wgsl::parse_str(&kernel.source())
            .unwrap_or_else(|e| panic!("{kernel:?}: {}", e.emit_to_string(&kernel.source())))
    }

    /// Names and offsets of a struct's members, and its size.
    fn layout(module: &naga::Module, name: &str) -> (Vec<(String, u32)>, u32) {
        let (_, ty) = module
            .types
            .iter()
            .find(|(_, ty)| ty.name.as_deref() == Some(name))
            .unwrap_or_else(|| panic!("no struct {name}"));
        let naga::TypeInner::Struct { members, span } = &ty.inner else {
            panic!("{name} is no struct")
        };
        let members = members.iter().map(|m| (m.name.clone().unwrap(), m.offset)).collect();
        (members, *span)
    }

    macro_rules! rust_layout {
        ($type:ident, $($field:ident),+) => {
            (
                vec![$((stringify!($field).to_owned(), offset_of!($type, $field) as u32)),+],
                size_of::<$type>() as u32,
            )
        };
    }

    #[test]
    fn rust_and_wgsl_lay_the_slice_out_alike() {
        for kernel in Kernel::ALL {
            let rust = rust_layout!(
                Slice,
                width,
                height,
                tile_shift,
                tile_columns,
                first_tile,
                tiles,
                group_columns,
                itermax
            );
            assert_eq!(layout(&parse(kernel), "Slice"), rust, "{kernel:?}");
        }
    }

    #[test]
    fn rust_and_wgsl_lay_the_map_out_alike() {
        let layout_of = |kernel| layout(&parse(kernel), "Map");
        assert_eq!(layout_of(Kernel::Single), rust_layout!(Map32, c, limit, padding));
        assert_eq!(layout_of(Kernel::Double), rust_layout!(Map64, c, limit, padding));
        let exact_single = rust_layout!(ExactSingleMap, origin, twice_origin, residual);
        assert_eq!(layout_of(Kernel::ExactSingle), exact_single);
        assert_eq!(layout_of(Kernel::ExactDouble), rust_layout!(ExactDoubleMap, c));
    }

    #[test]
    fn rust_and_wgsl_lay_bound_and_tile_out_alike() {
        for kernel in [Kernel::ExactSingle, Kernel::ExactDouble] {
            let rust = rust_layout!(
                Bound,
                growth,
                inflation,
                modulus,
                below,
                escaped,
                rounding,
                rounding_constant
            );
            assert_eq!(layout(&parse(kernel), "Bound"), rust, "{kernel:?}");
        }
        let tile = rust_layout!(Tile, steps, word, error, padding, terms);
        let module = parse(Kernel::ExactSingle);
        assert_eq!(layout(&module, "Tile"), tile);
        assert_eq!(stride(&module, "tiles"), size_of::<Tile>() as u32);
    }

    #[test]
    fn rust_and_wgsl_agree_on_constants() {
        for kernel in Kernel::ALL {
            let module = parse(kernel);
            assert_eq!(module.entry_points[0].workgroup_size, [WORKGROUP_SIZE, 1, 1]);
            let mut constants = vec![
                ("WORKGROUP_SIZE", WORKGROUP_SIZE),
                ("UNWRITTEN", UNWRITTEN),
                ("COUNT", COUNT),
            ];
            if kernel.is_exact() {
                constants.push(("UNDECIDED", UNDECIDED));
            }
            if kernel == Kernel::ExactSingle {
                constants.extend([("TILE_SIDE", TILE_SIDE), ("DEGREE", DEGREE as u32)]);
            }
            for (name, value) in constants {
                assert_eq!(constant(&module, name), value, "{name} of {kernel:?}");
            }
        }
    }

    /// The value of a constant.
    fn constant(module: &naga::Module, name: &str) -> u32 {
        let (_, constant) = module
            .constants
            .iter()
            .find(|(_, constant)| constant.name.as_deref() == Some(name))
            .unwrap_or_else(|| panic!("no constant {name}"));
        match module.global_expressions[constant.init] {
            naga::Expression::Literal(naga::Literal::U32(value)) => value,
            ref other => panic!("{name} is no u32 but {other:?}"),
        }
    }

    /// Bytes from one element of a storage buffer's array to the next.
    fn stride(module: &naga::Module, name: &str) -> u32 {
        let (_, variable) = module
            .global_variables
            .iter()
            .find(|(_, variable)| variable.name.as_deref() == Some(name))
            .unwrap_or_else(|| panic!("no variable {name}"));
        match module.types[variable.ty].inner {
            naga::TypeInner::Array { stride, .. } => stride,
            ref other => panic!("{name} is no array but {other:?}"),
        }
    }
}
