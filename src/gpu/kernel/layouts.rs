//! The uniform blocks, as the shaders declare them.

use bytemuck::{Pod, Zeroable};

use crate::orbit::trap::LONGEST;

/// `Dispatch` in `dispatch.wgsl`: what one dispatch covers.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Dispatch {
    /// Columns of the window.
    pub width: u32,
    /// Rows of the window.
    pub height: u32,
    /// A tile is `2^tile_shift` pixels wide.
    pub tile_shift: u32,
    /// Tiles in a row of tiles.
    pub tile_columns: u32,
    /// The first tile of the dispatch, or the first entry of the list.
    pub first: u32,
    /// The first one after the dispatch.
    pub end: u32,
    /// Workgroups along x.
    pub group_columns: u32,
    /// The most steps of all.
    pub itermax: u32,
    /// The most steps of a pixel in this dispatch.
    pub steps: u32,
    /// Words have `2^word_shift` bits.
    pub word_shift: u32,
    /// 1 if it takes pixels of the list.
    pub resumed: u32,
    /// The half of the list for unfinished pixels; they are read from the other one.
    pub half: u32,
    /// Entries of a half.
    pub room: u32,
    /// Entries for undecided pixels.
    pub undecided_room: u32,
    /// Where among the words the smooth values begin, which have a word each.
    pub values: u32,
}

/// The head of `Lists` in `dispatch.wgsl`: what a dispatch says of its progress.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub struct Progress {
    /// Pixels in each half of the list of the unfinished.
    pub unfinished: [u32; 2],
    /// Pixels that could not be decided.
    pub undecided: u32,
    /// The most steps of a workgroup's first pixel in the last dispatch.
    pub longest: u32,
    /// Their sum: the low word, and the high one.
    pub steps: [u32; 2],
}

impl Progress {
    /// Steps of the workgroups' first pixels in the last dispatch.
    pub fn sampled_steps(&self) -> u64 {
        u64::from(self.steps[1]) << 32 | u64::from(self.steps[0])
    }
}

/// The head of `Trap` in `trap.wgsl`; the disks follow.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct TrapHeader {
    /// How many disks there are.
    pub disks: u32,
    /// Steps before the first look whether an orbit is in one of them.
    pub first_look: u32,
    /// Arrays are aligned.
    pub padding: [u32; 2],
}

/// `Disk` in `trap.wgsl` with `real = f32`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Disk32 {
    /// Its center.
    pub center: [f32; 2],
    /// The bits of a lower bound of its radius.
    pub radius: u32,
    /// WGSL rounds the size up to the alignment of `center`.
    pub padding: u32,
}

/// `Disk` in `trap.wgsl` with `real = f64`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Disk64 {
    /// Its center.
    pub center: [f64; 2],
    /// The bits of a lower bound of its radius.
    pub radius: u32,
    /// WGSL rounds the size up to the alignment of `center`.
    pub padding: [u32; 3],
}

/// Bytes of the largest `Trap`.
pub const TRAP_SIZE: usize = size_of::<TrapHeader>() + LONGEST * size_of::<Disk64>();

/// `Map` in `plain.wgsl` with `real = f32`: the map's constants.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Map32 {
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
pub struct Map64 {
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
pub struct ExactSingleMap {
    /// The fixed point that orbits are distances from.
    pub origin: [f32; 2],
    /// Twice that.
    pub twice_origin: [f32; 2],
    /// By how much it is not fixed.
    pub residual: [f32; 2],
}

/// `Map` in `exact_pair.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct ExactPairMap {
    /// The constant of the map, rounded,
    pub c: [f32; 2],
    /// and the rest.
    pub c_low: [f32; 2],
}

/// `Map` in `exact_double.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct ExactDoubleMap {
    /// The constant of the map.
    pub c: [f64; 2],
}

/// `Bound` in `bound.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Bound {
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
    /// 0, which no shader compiler knows.
    pub zero: u32,
}

/// `SmoothBound` in `smooth_value.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct SmoothBound {
    /// The bits of |z| from which on z is far out.
    pub far: u32,
    /// Parts that the value changes by, times |z| log₂|z|², per error.
    pub slope: f32,
    /// How far the value may be from a whole number of parts, without an error.
    pub room: f32,
    /// 1 + log₂ log₂ of the threshold: whole iterations,
    pub whole: i32,
    /// and the rest, as a sum.
    pub fraction: [f32; 2],
}

/// The terms of a tile's polynomial.
pub const TERMS: usize = DEGREE + 1;
/// The degree of a tile's polynomial. A higher one follows a tile further and costs more a step.
pub const DEGREE: usize = 8;

/// `Tile` in `tiles.wgsl`, with `Term` as `T`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tile<T> {
    /// What is first.
    pub head: TileHead,
    /// From the constant term on, which is relative to the origin.
    pub terms: [T; TERMS],
}

impl<T> Tile<T> {
    /// Its bytes in a buffer.
    pub const SIZE: usize = size_of::<TileHead>() + size_of::<[T; TERMS]>();
}

/// The head of `Tile`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct TileHead {
    /// Steps taken by the polynomial.
    pub steps: u32,
    /// The word of every pixel of the tile, if they all have the same.
    pub word: u32,
    /// Bounds the error of the polynomial and of its evaluation.
    pub error: f32,
    /// WGSL aligns the terms.
    pub padding: u32,
}

/// `Term` in `exact_single.wgsl`.
pub type SingleTerm = [f32; 2];
/// `Term` in `exact_pair.wgsl`: the high parts, then the low ones.
pub type PairTerm = [f32; 4];

/// `Term` in `exact_double.wgsl`.
pub type DoubleTerm = [f64; 2];

#[cfg(test)]
mod tests {
    use std::mem::{offset_of, size_of};

    use wgpu::naga;

    use super::*;
    use crate::band::PARTS;
    use crate::gpu::inputs::TILE_SIDE;
    use crate::gpu::kernel::{
        COUNT, Kernel, Program, UNDECIDED, UNWRITTEN, VALUE_WORD, WORKGROUP_SIZE,
    };

    /// The program's WGSL, parsed.
    fn parse(program: Program) -> naga::Module {
        naga::front::wgsl::parse_str(&program.source())
            .unwrap_or_else(|e| panic!("{program:?}: {}", e.emit_to_string(&program.source())))
    }

    /// Names and offsets of a struct's members, and its size.
    fn layout(module: &naga::Module, name: &str) -> (Vec<(String, u32)>, u32) {
        let (_, ty) = module
            .types
            .iter()
            .find(|(_, ty)| ty.name.as_deref() == Some(name))
            .unwrap_or_else(|| panic!("no struct {name}"));
        let naga::TypeInner::Struct { members, span } = &ty.inner else {
            panic!("{name} is not a struct")
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
        for program in Program::all() {
            let rust = rust_layout!(
                Dispatch,
                width,
                height,
                tile_shift,
                tile_columns,
                first,
                end,
                group_columns,
                itermax,
                steps,
                word_shift,
                resumed,
                half,
                room,
                undecided_room,
                values
            );
            assert_eq!(layout(&parse(program), "Dispatch"), rust, "{program:?}");
        }
    }

    #[test]
    fn rust_and_wgsl_lay_the_lists_and_the_states_out_alike() {
        for program in Program::all() {
            let (kernel, module) = (program.kernel, parse(program));
            let (mut lists, size) = layout(&module, "Lists");
            let (entries, offset) = lists.pop().unwrap();
            assert_eq!((entries.as_str(), offset as usize), ("entries", size_of::<Progress>()));
            let (progress, _) = rust_layout!(Progress, unfinished, undecided, longest, steps);
            // One entry is counted in.
            assert_eq!((lists, size), (progress, offset + 4), "{kernel:?}");
            assert_eq!(u64::from(stride(&module, "states")), kernel.state_size(), "{kernel:?}");
        }
    }

    #[test]
    fn rust_and_wgsl_lay_the_trap_out_alike() {
        for program in Program::all() {
            let (kernel, module) = (program.kernel, parse(program));
            let (disk, disk_size) = layout(&module, "Disk");
            let (fields, size) = if kernel.is_f64() {
                rust_layout!(Disk64, center, radius)
            } else {
                rust_layout!(Disk32, center, radius)
            };
            assert_eq!((disk, disk_size), (fields, size), "{kernel:?}");
            let (fields, size) = layout(&module, "Trap");
            let offsets: Vec<_> =
                fields.iter().map(|(name, offset)| (name.as_str(), *offset)).collect();
            let header = size_of::<TrapHeader>() as u32;
            assert_eq!(offsets, [("disks", 0), ("first_look", 4), ("disk", header)]);
            assert_eq!(size, header + disk_size * LONGEST as u32, "{kernel:?}");
            assert!(size as usize <= TRAP_SIZE);
        }
    }

    #[test]
    fn rust_and_wgsl_lay_the_map_out_alike() {
        let layout_of = |kernel| layout(&parse(Program::counts(kernel)), "Map");
        assert_eq!(layout_of(Kernel::Single), rust_layout!(Map32, c, limit, padding));
        assert_eq!(layout_of(Kernel::Double), rust_layout!(Map64, c, limit, padding));
        let exact_single = rust_layout!(ExactSingleMap, origin, twice_origin, residual);
        assert_eq!(layout_of(Kernel::ExactSingle), exact_single);
        assert_eq!(layout_of(Kernel::ExactPair), rust_layout!(ExactPairMap, c, c_low));
        assert_eq!(layout_of(Kernel::ExactDouble), rust_layout!(ExactDoubleMap, c));
    }

    #[test]
    fn rust_and_wgsl_lay_bound_and_tile_out_alike() {
        for program in Program::all().filter(|program| program.kernel.is_exact()) {
            let rust = rust_layout!(
                Bound,
                growth,
                inflation,
                modulus,
                below,
                escaped,
                rounding,
                rounding_constant,
                zero
            );
            assert_eq!(layout(&parse(program), "Bound"), rust, "{program:?}");
            if program.smooth {
                let rust = rust_layout!(SmoothBound, far, slope, room, whole, fraction);
                assert_eq!(layout(&parse(program), "SmoothBound"), rust, "{program:?}");
            }
        }
        let (head, terms) = rust_layout!(TileHead, steps, word, error, padding);
        for kernel in [Kernel::ExactSingle, Kernel::ExactPair, Kernel::ExactDouble] {
            let module = parse(Program::counts(kernel));
            let size = kernel.tile_size() as u32;
            let fields = [head.clone(), vec![("terms".to_owned(), terms)]].concat();
            assert_eq!(layout(&module, "Tile"), (fields, size), "{kernel:?}");
            assert_eq!(stride(&module, "tiles"), size);
        }
    }

    #[test]
    fn rust_and_wgsl_agree_on_constants() {
        for program in Program::all() {
            let module = parse(program);
            assert_eq!(module.entry_points[0].workgroup_size, [WORKGROUP_SIZE, 1, 1]);
            let mut constants = vec![
                ("WORKGROUP_SIZE", WORKGROUP_SIZE),
                ("UNWRITTEN", UNWRITTEN),
                ("COUNT", COUNT),
                ("UNDECIDED", UNDECIDED),
                ("MOST_DISKS", LONGEST as u32),
            ];
            if program.smooth {
                constants.extend([("VALUE_WORD", VALUE_WORD), ("PARTS", PARTS as u32)]);
            }
            if program.kernel.has_tiles() {
                constants.extend([("TILE_SIDE", TILE_SIDE), ("DEGREE", DEGREE as u32)]);
            }
            for (name, value) in constants {
                assert_eq!(constant(&module, name), value, "{name} of {program:?}");
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
            ref other => panic!("{name} is not a u32 but {other:?}"),
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
            ref other => panic!("{name} is not an array but {other:?}"),
        }
    }
}
