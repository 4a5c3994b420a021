//! The trap, as the shaders see it: disks in their own floats, a little smaller than the proven ones.

use num_complex::Complex64;

use super::error_bound::{V32, V64};
use crate::gpu::kernel::Kernel;
use crate::gpu::kernel::layouts::{Disk32, Disk64, TrapHeader};
use crate::julia::Julia;
use crate::orbit::trap::{PLAIN_UNDERFLOW, Trap};

/// Steps before the first look whether an orbit is trapped …
const FIRST_LOOK: u32 = 64;
/// … or this many for each disk, if that is more: comparing with one costs about as much as a step.
const STEPS_OF_A_DISK: u32 = 8;

/// The trap of the orbits that `kernel` computes: the true ones in `exact`, and those of the plain
/// loop, whose steps round, in the other precisions.
pub fn find(kernel: Kernel, julia: &Julia) -> Trap {
    let (c, threshold) = (julia.c(), julia.threshold());
    let plain = |c: Complex64, threshold: f64, v: f64| {
        Trap::find(c, threshold, |square| 4.0 * v * (square + c.norm()) + PLAIN_UNDERFLOW)
    };
    match kernel {
        Kernel::ExactSingle | Kernel::ExactPair | Kernel::ExactDouble => Trap::of(julia),
        Kernel::Double => plain(c, threshold, V64),
        Kernel::Single => {
            let narrow = |x: f64| f64::from(x as f32);
            plain(Complex64::new(narrow(c.re), narrow(c.im)), narrow(threshold), V32)
        }
    }
}

/// The uniform block `Trap`, with points relative to `origin`.
pub fn bytes(kernel: Kernel, trap: &Trap, origin: Complex64) -> Vec<u8> {
    let disks = trap.disks();
    let count = disks.len() as u32;
    // Without disks nothing is compared.
    let first_look = if count == 0 { u32::MAX } else { FIRST_LOOK.max(STEPS_OF_A_DISK * count) };
    let header = TrapHeader { disks: count, first_look, padding: [0; 2] };
    let mut bytes = bytemuck::bytes_of(&header).to_vec();
    for disk in disks {
        let center = disk.centre - origin;
        // Of the difference; 0 if the origin is 0.
        let rounding = 4.0 * f64::EPSILON * origin.norm();
        if kernel.is_f64() {
            let radius = shader_radius(disk.radius - rounding);
            let disk = Disk64 { center: [center.re, center.im], radius, padding: [0; 3] };
            bytes.extend(bytemuck::bytes_of(&disk));
        } else {
            let narrow = [center.re as f32, center.im as f32];
            let stored = Complex64::new(narrow[0].into(), narrow[1].into());
            let off = (center - stored).norm() * (1.0 + 1e-9) + rounding;
            let radius = shader_radius(disk.radius - off);
            let disk = Disk32 { center: narrow, radius, padding: 0 };
            bytes.extend(bytemuck::bytes_of(&disk));
        }
    }
    bytes
}

/// The bits of what a shader compares a distance and an error with: a distance comes out up to 5 of
/// `V32` too small, and what is below 2⁻⁶³ as nothing. No distance is below 0 bits.
fn shader_radius(radius: f64) -> u32 {
    let least = (radius - 4.0 / (1u64 << 60) as f64) * (1.0 - 64.0 * V32);
    (least.max(0.0) as f32).to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn julia(re: f64, im: f64) -> Julia {
        Julia::new(Complex64::new(re, im), 2.0, (0, 1000)).unwrap()
    }

    #[test]
    fn the_shaders_disks_lie_in_the_proven_ones() {
        for (re, im) in [(-0.12256, 0.74486), (0.2, 0.1), (-1.3107, 0.0)] {
            for origin in [Complex64::ZERO, Complex64::new(0.3, -0.7)] {
                let trap = find(Kernel::ExactSingle, &julia(re, im));
                let bytes = bytes(Kernel::ExactSingle, &trap, origin);
                let header = size_of::<TrapHeader>();
                let stored: Vec<Disk32> = bytemuck::pod_collect_to_vec(&bytes[header..]);
                assert_eq!(stored.len(), trap.disks().len());
                for (stored, disk) in stored.iter().zip(trap.disks()) {
                    let center = stored.center.map(f64::from);
                    let center = Complex64::new(center[0], center[1]) + origin;
                    let radius = f64::from(f32::from_bits(stored.radius));
                    assert!((center - disk.centre).norm() + radius < disk.radius);
                    assert!(radius > 0.999 * disk.radius);
                }
            }
        }
    }

    #[test]
    fn a_plain_orbits_trap_is_the_smaller() {
        let julia = julia(-0.12256, 0.74486);
        let radius = |kernel| find(kernel, &julia).disks()[0].radius;
        assert!(radius(Kernel::Single) <= radius(Kernel::Double));
        assert!(radius(Kernel::Double) <= radius(Kernel::ExactDouble));
    }
}
