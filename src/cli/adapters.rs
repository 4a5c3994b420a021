//! `juliaset adapters`: what there is to compute on, beside the CPU.

use std::fmt::Write;

use super::console::print;
use super::error::Failure;
use super::exit::ExitCode;
use crate::gpu::adapters;
use crate::{Adapter, Precision};

/// List every adapter, with what matters of it here
///
/// Each has its number, for --adapter. The best is first: it is the one that '--engine gpu' takes. Software adapters compute on the CPU,
/// slower than the engine 'cpu' does; 'auto' never takes them.
#[derive(clap::Args)]
pub struct Args {}

/// Prints the list.
pub fn run() -> Result<ExitCode, Failure> {
    let found = adapters();
    if found.is_empty() {
        return Err(Failure::job("no adapter found: install a Vulkan driver"));
    }
    let list: Vec<_> = found.iter().enumerate().map(describe).collect();
    print(list.join("\n").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn describe((number, adapter): (usize, &Adapter)) -> String {
    let precisions = Precision::ALL.into_iter().filter(|&precision| adapter.supports(precision));
    let names: Vec<_> = precisions.map(Precision::name).collect();
    let yes_or_no = |yes| if yes { "yes" } else { "no" };
    let mut text = format!("{number}: {}\n", adapter.name);
    let mut line = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {name:<21}{value}");
    };
    line("kind", adapter.kind.name());
    line("interface", &adapter.backend);
    line("driver", &adapter.driver);
    if !adapter.pci_bus_id.is_empty() {
        line("PCI address", &adapter.pci_bus_id);
    }
    line("precisions", &names.join(", "));
    line("64-bit floats", yes_or_no(adapter.shader_f64));
    line("timestamps", yes_or_no(adapter.timestamps));
    let mebibytes = adapter.max_storage_buffer_binding_size >> 20;
    line("largest buffer", &format!("{mebibytes} MiB"));
    line("largest workgroup", &adapter.max_compute_invocations_per_workgroup.to_string());
    line("largest dispatch", &adapter.max_compute_workgroups_per_dimension.to_string());
    text
}
