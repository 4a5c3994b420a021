//! The uniform blocks, as the shaders declare them.

use bytemuck::{Pod, Zeroable};

use crate::julia::Julia;

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
    use crate::gpu::kernel::{COUNT, Kernel, UNWRITTEN, WORKGROUP_SIZE};

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
        assert_eq!(layout(&parse(Kernel::Single), "Map"), rust_layout!(Map32, c, limit));
        assert_eq!(layout(&parse(Kernel::Double), "Map"), rust_layout!(Map64, c, limit));
    }

    #[test]
    fn rust_and_wgsl_agree_on_constants() {
        for kernel in Kernel::ALL {
            let module = parse(kernel);
            assert_eq!(module.entry_points[0].workgroup_size, [WORKGROUP_SIZE, 1, 1]);
            for (name, value) in
                [("WORKGROUP_SIZE", WORKGROUP_SIZE), ("UNWRITTEN", UNWRITTEN), ("COUNT", COUNT)]
            {
                let (_, constant) = module
                    .constants
                    .iter()
                    .find(|(_, constant)| constant.name.as_deref() == Some(name))
                    .unwrap_or_else(|| panic!("no constant {name}"));
                let naga::Expression::Literal(naga::Literal::U32(in_wgsl)) =
                    module.global_expressions[constant.init]
                else {
                    panic!("{name} is no u32")
                };
                assert_eq!(in_wgsl, value, "{name} of {kernel:?}");
            }
        }
    }
}
