//! Where tests reach into a device: each function does nothing unless a test has asked for it.

use super::Device;
use crate::fault_injection::Fault;
use crate::gpu::kernel::layouts::Bound;

/// Faults of a shader's compiler or of its hardware, as WGSL: what stands in place of what.
const REWRITTEN: [(Fault, &str, &str); 9] = [
    (Fault::WrongProduct, "= a * b;", "= a * b + a * b * 1e-6;"),
    (Fault::WrongRoot, "sqrt(abs(f32(c)))", "sqrt(abs(f32(c))) * 1.000001f"),
    (
        Fault::RewrittenStep,
        "product(rounded(map.twice_origin + before), before, map.residual)",
        "product(map.twice_origin, before, product(before, before, map.residual))",
    ),
    (Fault::RewrittenStep, "(z.x + z.x) * z.y", "f64(f32((z.x + z.x) * z.y))"),
    (
        Fault::RewrittenModulus,
        "z.x * z.x + z.y * z.y)",
        "dot(map.origin, map.origin) + dot(map.twice_origin, delta) + dot(delta, delta))",
    ),
    (Fault::RewrittenModulus, "sqrt(norm)", "(sqrt(norm) * 1.000004f)"),
    (
        Fault::RewrittenComparison,
        "bitcast<u32>(modulus + margin(error, modulus)) < bound.below",
        "!(modulus + margin(error, modulus) >= bitcast<f32>(bound.below))",
    ),
    (Fault::WrongCount, "COUNT + count", "COUNT + max(count, 1u) - u32(local == 9u)"),
    (Fault::WrongValue, "i32(value.parts);", "i32(value.parts) + i32(index % 64u == 9u);"),
];

impl Device {
    fn has(&self, fault: Fault) -> bool {
        self.hooks.fault.as_ref().is_some_and(|injected| injected.is(fault))
    }

    fn triggers(&self, fault: Fault) -> bool {
        self.hooks.fault.as_ref().is_some_and(|injected| injected.triggers(fault))
    }

    fn triggers_once(&self, fault: Fault) -> bool {
        self.hooks.fault.as_ref().is_some_and(|injected| injected.triggers_once(fault))
    }

    /// The WGSL `source`, as the device's compiler understands it.
    pub(super) fn understood(&self, source: String) -> String {
        let rewritten = REWRITTEN.into_iter().filter(|(fault, ..)| self.has(*fault));
        rewritten.fold(source, |source, (_, own, instead)| source.replace(own, instead))
    }

    /// The most steps of all pixels together for a dispatch; `None` if they are learned.
    pub fn fixed_work(&self) -> Option<u64> {
        self.hooks.dispatch_work
    }

    /// The bound of a job, before it is written.
    pub fn bound(&self, bound: Bound) -> Bound {
        let without_rounding = Bound { rounding: 0.0, rounding_constant: 0.0, ..bound };
        if self.triggers(Fault::NoAdditiveTerm) {
            without_rounding
        } else if self.triggers(Fault::NoGrowth) {
            Bound { growth: 0.0, ..without_rounding }
        } else {
            bound
        }
    }

    /// The workgroups of a dispatch that should have `groups`.
    pub fn groups(&self, groups: [u32; 2]) -> [u32; 2] {
        if self.triggers_once(Fault::Unwritten) { [0, 0] } else { groups }
    }

    /// After wgpu was asked whether work is done, and has answered.
    pub(super) fn answered(&self) {
        assert!(!self.triggers_once(Fault::Panic), "planted in poll");
    }

    /// Once a band, while its results are on their way to `buffer`.
    pub(super) fn requested(&self, buffer: &wgpu::Buffer) {
        for between_bands in [Fault::Unwritten, Fault::Panic] {
            self.triggers(between_bands);
        }
        if self.triggers(Fault::Lost) {
            self.raw.destroy();
        }
        if self.triggers(Fault::Unmapped) {
            buffer.destroy();
        }
        if self.triggers(Fault::Invalid) {
            let size = self.raw.limits().max_buffer_size + 4;
            let usage = wgpu::BufferUsages::STORAGE;
            let (label, mapped_at_creation) = (Some("planted"), false);
            let descriptor = wgpu::BufferDescriptor { label, size, usage, mapped_at_creation };
            _ = self.raw.create_buffer(&descriptor);
        }
        if self.triggers(Fault::OutOfMemory) {
            // No driver does this on request; this is what wgpu calls then.
            self.reports.failed(&wgpu::Error::OutOfMemory { source: "planted".into() });
        }
    }
}
