//! The kernels, compiled from one source for each instruction set, and which of them this machine
//! runs.

use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use multiversion::{inherit_target, multiversion, target::match_target};

use super::exact::{LinearBound, SquaredBound};
use super::kernels::lanes::{self, Arrived, CompactionQueue, Noted, Points, escape_counts};
use super::kernels::leaf::{Leaf, Polynomial};
use super::kernels::linear_error::Linear;
use super::kernels::orbit_end::{End, Far, Follow, Starts, follow};
use super::kernels::plain::{Plain, PlainMap};
use super::kernels::squared_error::Squared;
use crate::band::ValuesMut;
use crate::orbit::trap::Trap;

/// Fills values for points. In `exact`, it also notes the points whose values it cannot prove; the plain kernels
/// note none.
pub type KernelFunction<Map, T> = fn(
    &Map,
    &Trap,
    Points<'_, T>,
    &mut ValuesMut<'_>,
    &mut Noted,
    &mut CompactionQueue<T>,
    &AtomicBool,
);

/// A kernel with a bound on the error.
pub type LinearKernel = KernelFunction<LinearBound, f64>;

/// Follows the orbits that wait to their ends; the rest as [`KernelFunction`].
pub type FinishKernel = fn(
    &SquaredBound,
    &Trap,
    &mut ValuesMut<'_>,
    &mut Noted,
    &mut CompactionQueue<f64>,
    &AtomicBool,
);

/// Fills values for orbits that are on their way; the rest as [`KernelFunction`].
pub type ArrivedKernel = fn(
    &LinearBound,
    &Trap,
    &Arrived,
    &mut ValuesMut<'_>,
    &mut Noted,
    &mut CompactionQueue<f64>,
    &AtomicBool,
);

/// The kernels for pixels that a tile's polynomial has brought on their way.
#[derive(Clone, Copy)]
pub struct LeafKernels {
    /// Follows the pixels of a leaf to their values, or to a checkpoint.
    pub follow:
        fn(&SquaredBound, &Trap, &Polynomial, &mut Leaf, &mut Noted, &mut CompactionQueue<f64>),
    /// Follows those that wait to their ends.
    pub finish: FinishKernel,
}

/// The kernels of the precision `exact`, on one instruction set.
#[derive(Clone, Copy)]
pub struct ExactKernels {
    /// In `f64` with a bound on the squared error.
    pub squared: KernelFunction<SquaredBound, f64>,
    /// The same for the pixels of leaves.
    pub leaf: LeafKernels,
    /// In `f64` with a bound on the error.
    pub double: LinearKernel,
    /// In double-double with a bound on the error.
    pub double_double: LinearKernel,
    /// The same for orbits that are on their way.
    pub double_double_on: ArrivedKernel,
}

/// The kernels of one instruction set.
#[derive(Clone, Copy)]
pub struct Kernels {
    /// The instruction set's name.
    pub name: &'static str,
    /// Precision `double`.
    pub double: KernelFunction<PlainMap<f64>, f64>,
    /// Precision `single`.
    pub single: KernelFunction<PlainMap<f32>, f32>,
    /// Precision `exact`.
    pub exact: ExactKernels,
    /// Precision `exact`, with smooth values.
    pub exact_smooth: ExactKernels,
    /// Orbits beyond their escape, in `f64`.
    pub(super) far: Follow,
    /// The same in double-double.
    pub(super) far_low: Follow,
}

/// The kernels for whatever `$attribute` makes of the functions around them; of so many lanes for
/// `single`, which depends on the registers.
macro_rules! kernels {
    ($name:literal, fused: $fused:literal, single: $lanes:literal $(, #[$attribute:meta])?) => {
        Kernels {
            name: $name,
            double: kernels!(Plain<f64, $fused>, 2, 32, PlainMap<f64>, f64 $(, #[$attribute])?),
            single: kernels!(Plain<f32, $fused>, 2, $lanes, PlainMap<f32>, f32 $(, #[$attribute])?),
            exact: kernels!(exact: $fused, false $(, #[$attribute])?),
            exact_smooth: kernels!(exact: $fused, true $(, #[$attribute])?),
            far: kernels!(follow<false, $fused, 16> $(, #[$attribute])?),
            far_low: kernels!(follow<true, $fused, 16> $(, #[$attribute])?),
        }
    };
    (follow<$($argument:tt),*> $(, #[$attribute:meta])?) => {{
        $(#[$attribute])?
        fn kernel(far: &Far, starts: &Starts, ends: &mut [End], interrupt: &AtomicBool) {
            follow::<$($argument),*>(far, starts, ends, interrupt);
        }
        kernel
    }};
    (exact: $fused:literal, $smooth:literal $(, #[$attribute:meta])?) => {
        ExactKernels {
            squared: kernels!(
                Squared<$fused, $smooth>, 4, 32, SquaredBound, f64 $(, #[$attribute])?
            ),
            leaf: kernels!(leaves: $fused, $smooth, 32 $(, #[$attribute])?),
            double: kernels!(
                Linear<$fused, false, $smooth>, 6, 16, LinearBound, f64 $(, #[$attribute])?
            ),
            double_double: kernels!(
                Linear<$fused, true, $smooth>, 6, 16, LinearBound, f64 $(, #[$attribute])?
            ),
            double_double_on: kernels!(arrived: $fused, $smooth, 16 $(, #[$attribute])?),
        }
    };
    (arrived: $fused:literal, $smooth:literal, $lanes:literal $(, #[$attribute:meta])?) => {{
        $(#[$attribute])?
        fn kernel(
            bound: &LinearBound,
            trap: &Trap,
            arrived: &Arrived,
            values: &mut ValuesMut<'_>,
            noted: &mut Noted,
            queue: &mut CompactionQueue<f64>,
            interrupt: &AtomicBool,
        ) {
            let kernel = Linear::<$fused, true, $smooth>(bound, trap);
            lanes::go_on::<_, $lanes>(&kernel, arrived, values, noted, queue, interrupt);
        }
        kernel
    }};
    (leaves: $fused:literal, $smooth:literal, $lanes:literal $(, #[$attribute:meta])?) => {{
        $(#[$attribute])?
        fn follow(
            bound: &SquaredBound,
            trap: &Trap,
            tile: &Polynomial,
            leaf: &mut Leaf,
            noted: &mut Noted,
            queue: &mut CompactionQueue<f64>,
        ) {
            let kernel = Squared::<$fused, $smooth>(bound, trap);
            leaf.follow::<$fused, $smooth, $lanes>(&kernel, tile, noted, queue);
        }
        $(#[$attribute])?
        fn finish(
            bound: &SquaredBound,
            trap: &Trap,
            values: &mut ValuesMut<'_>,
            noted: &mut Noted,
            queue: &mut CompactionQueue<f64>,
            interrupt: &AtomicBool,
        ) {
            let kernel = Squared::<$fused, $smooth>(bound, trap);
            lanes::finish::<_, 4, $lanes>(&kernel, values, noted, queue, interrupt);
        }
        LeafKernels { follow, finish }
    }};
    (
        $kernel:ident<$($argument:tt),*>, $fields:literal, $lanes:literal, $map:ty, $real:ty
        $(, #[$attribute:meta])?
    ) => {{
        $(#[$attribute])?
        fn kernel(
            map: &$map,
            trap: &Trap,
            points: Points<'_, $real>,
            values: &mut ValuesMut<'_>,
            noted: &mut Noted,
            queue: &mut CompactionQueue<$real>,
            interrupt: &AtomicBool,
        ) {
            let kernel = $kernel::<$($argument),*>(map, trap);
            escape_counts::<_, $fields, $lanes>(
                &kernel, points, values, noted, queue, interrupt,
            );
        }
        kernel
    }};
}

/// A function that gives the kernels for a target, or `None` if the machine is not such a target.
macro_rules! kernels_for {
    ($function:ident, $name:literal, $target:tt, single: $lanes:literal) => {
        #[multiversion(targets($target))]
        fn $function() -> Option<Kernels> {
            match_target! {
                $target => Some(kernels!($name, fused: true, single: $lanes, #[inherit_target])),
                _ => None,
            }
        }
    };
}

kernels_for!(avx512, "AVX-512", "x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", single: 64);
kernels_for!(avx2, "AVX2", "x86_64+avx2+fma", single: 32);
kernels_for!(neon, "NEON", "aarch64+neon", single: 32);

fn any_target() -> Option<Kernels> {
    Some(kernels!("plain", fused: false, single: 32))
}

/// The kernels of every instruction set that this machine has, fastest first.
pub fn available() -> &'static [Kernels] {
    static AVAILABLE: LazyLock<Vec<Kernels>> =
        LazyLock::new(|| [avx512(), avx2(), neon(), any_target()].into_iter().flatten().collect());
    &AVAILABLE
}

/// The kernels of the fastest instruction set that this machine has.
pub fn best() -> &'static Kernels {
    &available()[0]
}
