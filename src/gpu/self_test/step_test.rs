//! Whether an adapter does the kernels' own steps as their bounds permit, on operands where what a
//! shader's compiler might rewrite would show.

use std::sync::atomic::AtomicBool;

use num_complex::Complex64;

use super::probe::{self, Binding};
use crate::error::Result;
use crate::gpu::device::Device;
use crate::gpu::inputs::error_bound::{Origin, V32};
use crate::gpu::inputs::trap;
use crate::gpu::inputs::{self, Inputs};
use crate::gpu::kernel::layouts::TRAP_SIZE;
use crate::gpu::kernel::{Kernel, Program, WORKGROUP_SIZE};
use crate::grid::Grid;
use crate::job::Job;
use crate::julia::Julia;
use crate::orbit::trap::Trap;
use crate::region::ComplexRegion;

const CASES: usize = 16 * WORKGROUP_SIZE as usize;

/// Of more than this much, |z|² may be infinite in `f32`.
const LARGEST_NORM: f64 = 1e37;

/// A map with an attracting cycle, whose fixed points and critical points are far from each other.
const MAP: Complex64 = Complex64::new(-0.12256, 0.74486);
const THRESHOLD: f64 = 2.0;

/// Checks the steps of `kernel`.
///
/// # Errors
/// [`Error::Unsupported`](crate::Error::Unsupported) if a step is off by more than its bound, or
/// decides what its bound does not prove.
pub(crate) fn check_steps(device: &Device, program: Program) -> Result<()> {
    let kernel = program.kernel;
    let region = ComplexRegion::new(-1.0, 1.0, 1.0, -1.0)?;
    let job = Job { julia: Julia::new(MAP, THRESHOLD, (0, 100))?, grid: Grid::new(region, 1)? };
    let inputs = Inputs::new(program, &job, &AtomicBool::new(false))?;
    let judge = Judge::new(kernel, &job.julia);
    let before: Vec<State> = (0..CASES).map(|case| judge.operand(case)).collect();
    let mut states: Vec<u8> = before.iter().flat_map(|state| state.bytes(kernel)).collect();
    states.resize(2 * states.len(), 0);
    let mut trap = inputs.trap();
    trap.resize(TRAP_SIZE, 0);
    let bound = inputs.bound();
    let (map, decided) = (inputs.map(), vec![0; CASES * size_of::<Decided>()]);
    let bindings = [
        Binding::uniform(1, &map),
        Binding::storage(6, &states),
        Binding::uniform(7, &trap),
        Binding::uniform(8, bound.as_ref().map_or(&[], bytemuck::bytes_of)),
        Binding::storage(10, &decided),
    ];
    let source = program.steps() + include_str!("../../../shaders/step_test.wgsl");
    let groups = CASES as u32 / WORKGROUP_SIZE;
    let stored = probe::run(device, "step-test", source, &bindings, groups)?;
    let after: Vec<State> =
        stored[0].chunks(kernel.state_size() as usize).map(|b| State::from(kernel, b)).collect();
    let decided: Vec<Decided> = bytemuck::pod_collect_to_vec(&stored[1]);
    let (once, twice) = after.split_at(CASES);
    for (((before, once), twice), decided) in before.iter().zip(once).zip(twice).zip(&decided) {
        if let Some(what) = judge.complaint(before, once, decided, twice) {
            let what = format!("{what} from {:e}, {:e}", before.point.re, before.point.im);
            return Err(probe::refusal(device, if kernel.is_f64() { "f64" } else { "f32" }, &what));
        }
    }
    Ok(())
}

/// `Decided` in `step_test.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
struct Decided {
    modulus: f32,
    below: u32,
    escaped: u32,
    trapped: u32,
}

/// `State` in the kernels: z or δ, and its error.
#[derive(Clone, Copy, Debug)]
struct State {
    point: Complex64,
    error: f32,
}

impl State {
    fn bytes(&self, kernel: Kernel) -> Vec<u8> {
        let parts = [self.point.re, self.point.im];
        let mut bytes = match kernel {
            Kernel::ExactPair => {
                let [[x, x_low], [y, y_low]] = parts.map(inputs::pair);
                bytemuck::bytes_of(&[x, y, x_low, y_low]).to_vec()
            }
            _ if kernel.is_f64() => bytemuck::bytes_of(&parts).to_vec(),
            _ => bytemuck::bytes_of(&parts.map(|part| part as f32)).to_vec(),
        };
        bytes.extend(self.error.to_ne_bytes());
        bytes.extend(0u32.to_ne_bytes());
        bytes
    }

    fn from(kernel: Kernel, bytes: &[u8]) -> Self {
        let ([re, im], rest) = match kernel {
            Kernel::ExactPair => {
                let parts: [f32; 4] = bytemuck::pod_read_unaligned(&bytes[..16]);
                let [x, y, x_low, y_low] = parts.map(f64::from);
                ([x + x_low, y + y_low], &bytes[16..])
            }
            _ if kernel.is_f64() => (bytemuck::pod_read_unaligned(&bytes[..16]), &bytes[16..]),
            _ => {
                let parts: [f32; 2] = bytemuck::pod_read_unaligned(&bytes[..8]);
                (parts.map(f64::from), &bytes[8..])
            }
        };
        let error = bytemuck::pod_read_unaligned(&rest[..4]);
        Self { point: Complex64::new(re, im), error }
    }
}

/// Computes the true result of a step.
struct Judge {
    kernel: Kernel,
    /// What points are relative to; 0 but in `exact_single.wgsl`.
    origin: Complex64,
    /// A step is p² + linear·p + constant.
    linear: Complex64,
    constant: Complex64,
    trap: Trap,
}

impl Judge {
    fn new(kernel: Kernel, julia: &Julia) -> Self {
        let trap = trap::find(kernel, julia);
        if kernel != Kernel::ExactSingle {
            let (origin, linear) = (Complex64::ZERO, Complex64::ZERO);
            return Self { kernel, origin, linear, constant: julia.c(), trap };
        }
        let Origin { point, residual } = Origin::of(julia);
        Self { kernel, origin: point, linear: 2.0 * point, constant: residual, trap }
    }

    /// The operands of a case: points where something cancels, of all sizes, next to what is compared
    /// with, and NaN.
    fn operand(&self, case: usize) -> State {
        let round = (case / 8) as u32;
        let angle = f64::from(round) * 2.4;
        let turned = |length: f64| Complex64::from_polar(length, angle);
        let small = turned(0.5f64.powi((round % 24) as i32 + 1));
        let disks = self.trap.disks();
        let z = match case % 8 {
            0 => 2.0 * small,
            // The preimage of the fixed point, where twice_origin + δ cancels.
            1 => {
                let near = if self.origin == Complex64::ZERO { small } else { Complex64::ZERO };
                near - self.origin * (1.0 + small)
            }
            // A preimage of 0, where origin + δ cancels after the step; and 0 itself.
            2 => (-MAP).sqrt() * (1.0 + small),
            3 => self.origin * small,
            4 => (turned(THRESHOLD) * (1.0 + small.re) - MAP).sqrt(),
            5 if !disks.is_empty() => {
                let disk = &disks[case / 8 % disks.len()];
                disk.centre + turned(disk.radius * f64::from(round % 16) / 12.0)
            }
            _ => turned([1e15, 1e25, 1e38, f64::INFINITY, f64::NAN][round as usize % 5]),
        };
        // Sizes that are subnormal.
        let least = turned(if self.kernel.is_f64() { 1e-310 } else { 1e-40 });
        let point = if case % 8 == 6 { least } else { z - self.origin };
        let stored = |part: f64| match self.kernel {
            Kernel::ExactPair => inputs::pair(part).map(f64::from).iter().sum(),
            _ if self.kernel.is_f64() => part,
            _ => f64::from(part as f32),
        };
        let point = Complex64::new(stored(point.re), stored(point.im));
        let error = match round % 16 {
            14 => f32::INFINITY,
            15 => f32::NAN,
            13 => 1e-3,
            12 => 1e-42,
            10 | 11 => 1e-8,
            _ => 0.0,
        };
        State { point, error }
    }

    /// What is wrong with a case, if anything.
    fn complaint(
        &self,
        before: &State,
        once: &State,
        decided: &Decided,
        twice: &State,
    ) -> Option<&'static str> {
        let z = self.origin + once.point;
        let modulus = z.norm();
        let error = f64::from(once.error);
        let below = decided.below != 0;
        let ordinary = modulus * modulus < LARGEST_NORM && error.is_finite();
        if !ordinary {
            let any = below || decided.escaped != 0 || decided.trapped != 0;
            return any.then_some("a decision about NaN");
        }
        let within = |most: f64, value: f64| value <= most * (1.0 + 1e-9);
        if !self.covers(before, once) {
            return Some("a step off by more than its bound");
        }
        let off = (f64::from(decided.modulus) - modulus).abs();
        if !within(8.0 * V32 * modulus + 2f64.powi(-60), off) {
            return Some("an |z| off by more than its bound");
        }
        if below && !within(THRESHOLD, modulus + error) {
            return Some("a wrong comparison");
        }
        if decided.escaped != 0 && !within(modulus - error, THRESHOLD) {
            return Some("a wrong escape");
        }
        let inside =
            |(centre, radius): (Complex64, f64)| within(radius, (z - centre).norm() + error);
        let mut disks = self.trap.disks().iter().map(|disk| (disk.centre, disk.radius));
        if decided.trapped != 0 && !disks.any(inside) {
            return Some("a wrong trap");
        }
        if !below {
            let kept = twice.error.to_bits() == once.error.to_bits();
            return (!kept).then_some("an error that was not kept");
        }
        (!self.covers(once, twice)).then_some("a second step off by more than its bound")
    }

    /// Whether the error after a step bounds all that it must: what the step is off by, and what it
    /// makes of the error before.
    fn covers(&self, before: &State, after: &State) -> bool {
        let (p, q) = (before.point, self.linear);
        let re = [
            product(p.re, p.re),
            product(-p.im, p.im),
            product(q.re, p.re),
            product(-q.im, p.im),
            (self.constant.re, -after.point.re),
        ];
        let im = [
            product(2.0 * p.re, p.im),
            product(q.re, p.im),
            product(q.im, p.re),
            (self.constant.im, -after.point.im),
        ];
        let off = total(&re).hypot(total(&im));
        let (error, modulus) = (f64::from(before.error), (self.origin + p).norm());
        off + (2.0 * modulus + error) * error <= f64::from(after.error) * (1.0 + 1e-9)
    }
}

/// a·b without error, but where it is subnormal.
fn product(a: f64, b: f64) -> (f64, f64) {
    (a * b, a.mul_add(b, -(a * b)))
}

/// The sum of all these numbers, as if computed in far more bits.
fn total(pairs: &[(f64, f64)]) -> f64 {
    let mut terms: Vec<f64> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    for _ in 0..4 {
        for k in 1..terms.len() {
            let (a, b) = (terms[k - 1], terms[k]);
            let sum = a + b;
            let kept = sum - a;
            (terms[k - 1], terms[k]) = ((a - (sum - kept)) + (b - kept), sum);
        }
    }
    terms.iter().sum()
}
