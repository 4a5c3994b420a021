//! From an adapter to a device with a kernel that can be relied on; opened again after a failure.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::self_check;
use super::session::{Ready, Session};
use crate::band::Quantities;
use crate::engine::speed::compare_speed;
use crate::engine::{ExactKernel, GpuOptions};
use crate::error::{Error, Result};
use crate::gpu::{self, Device, Kernel, NamedAdapter};
use crate::job::Job;
use crate::julia::Precision;
use crate::timing::{Phase, timed};

/// Jobs of fewer pixels are done before the two exact kernels have been compared.
const WORTH_COMPARING: u64 = 1 << 21;

/// One adapter, with what it computes.
pub(super) struct Connection {
    pub adapter: gpu::Adapter,
    pub precision: Precision,
    pub kernel: Kernel,
    /// Whether the other exact kernel may be the faster one.
    compare: bool,
    pub options: GpuOptions,
    /// `None` after a failure.
    pub ready: Option<Ready>,
    /// The time of the parts of the start that are done.
    pub phases: Vec<Phase>,
    /// Whether the first band is still to come.
    pub first_band: bool,
}

impl Connection {
    pub fn open(found: NamedAdapter, precision: Precision, options: &GpuOptions) -> Result<Self> {
        let adapter = found.adapter.clone();
        let kernel = kernel_of(&adapter, precision, options)?;
        let compare =
            precision == Precision::Exact && options.exact_kernel.is_none() && adapter.shader_f64;
        let mut new = Self {
            adapter,
            precision,
            kernel,
            compare,
            options: options.clone(),
            ready: None,
            phases: Vec::new(),
            first_band: true,
        };
        new.ready = Some(new.connect(found)?);
        Ok(new)
    }

    fn connect(&mut self, mut found: NamedAdapter) -> Result<Ready> {
        let other = if self.compare { Kernel::ExactDouble } else { self.kernel };
        let features = self.kernel.features() | other.features();
        let GpuOptions { timed: has_clock, hooks, .. } = self.options.clone();
        let phases = &mut self.phases;
        *phases = std::mem::take(&mut found.phases);
        let device = timed(phases, "device", || Device::open(found, features, has_clock, hooks));
        self.first_band = true;
        prepare(Arc::new(device?), self.kernel, phases)
    }

    /// Begins `job` on the device; on a fresh one after a failure.
    pub fn session<'a>(
        &mut self,
        job: &Job,
        quantities: Quantities,
        piece_pixels: u32,
        interrupt: &'a AtomicBool,
    ) -> Result<Session<'a>> {
        if self.ready.is_none() {
            self.ready = Some(self.connect(gpu::find_again(&self.adapter)?)?);
        }
        if self.compare && job.grid.pixels() >= WORTH_COMPARING {
            self.compare = false;
            self.take_faster(job, quantities)?;
        }
        let Self { ready, phases, .. } = self;
        let ready = ready.as_mut().expect("it is connected");
        prepare_for(ready, job, quantities, phases)?;
        Session::new(ready, job, quantities, piece_pixels, interrupt)
    }

    /// The device, which has begun a session.
    pub fn ready(&mut self) -> &mut Ready {
        self.ready.as_mut().expect("a session has begun on it")
    }

    /// Goes on with the other exact kernel, if that is the faster one for `job`.
    fn take_faster(&mut self, job: &Job, quantities: Quantities) -> Result<()> {
        let Some(own) = &mut self.ready else { return Ok(()) };
        let kernel = &mut self.kernel;
        timed(&mut self.phases, "both kernels", || {
            let device = own.device.clone();
            let mut other = prepare(device, Kernel::ExactDouble, &mut Vec::new())?;
            for ready in [&mut *own, &mut other] {
                prepare_for(ready, job, quantities, &mut Vec::new())?;
            }
            let [own_time, other_time] = compare_speed([own, &mut other], job, quantities)?;
            if other_time < own_time {
                *own = other;
                *kernel = Kernel::ExactDouble;
            }
            Ok(())
        })
    }
}

/// The kernel to begin with.
///
/// # Errors
/// [`Error::Unsupported`] if the adapter does not have it.
pub fn kernel_of(
    adapter: &gpu::Adapter,
    precision: Precision,
    options: &GpuOptions,
) -> Result<Kernel> {
    let kernel = match (precision, options.exact_kernel) {
        (Precision::Single, _) => Kernel::Single,
        (Precision::Double, _) => Kernel::Double,
        (Precision::Exact, Some(ExactKernel::F64)) => Kernel::ExactDouble,
        (Precision::Exact, _) => Kernel::ExactSingle,
    };
    if !kernel.is_f64() || adapter.shader_f64 {
        return Ok(kernel);
    }
    let (what, instead) = match precision {
        Precision::Exact => ("kernel f64", "kernel f32"),
        _ => ("precision double", "precision exact or single"),
    };
    Err(Error::Unsupported {
        adapter: adapter.name.clone(),
        problem: format!("no 64-bit floats in shaders, which {what} needs"),
        instead: format!("take {instead}, engine cpu or another adapter"),
    })
}

/// Makes `kernel` ready on `device`; an exact one only if the adapter passes its tests.
fn prepare(device: Arc<Device>, kernel: Kernel, phases: &mut Vec<Phase>) -> Result<Ready> {
    let mut ready = Ready::new(device, kernel, phases)?;
    if kernel.is_exact() {
        timed(phases, "self-test", || self_check::check(&mut ready))?;
    }
    Ok(ready)
}

/// Makes `ready` for smooth values too, if they are asked for and it gives them.
fn prepare_for(
    ready: &mut Ready,
    job: &Job,
    quantities: Quantities,
    phases: &mut Vec<Phase>,
) -> Result<()> {
    if !quantities.smooth || ready.smooth.is_some() || !ready.proves_smooth(&job.julia) {
        return Ok(());
    }
    ready.add_smooth(phases)?;
    timed(phases, "smooth self-test", || self_check::check_smooth(ready))
}
