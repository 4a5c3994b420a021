//! What wgpu reports through callbacks, kept until the next call that can return an error.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Error;

/// The first thing that went wrong: what follows are its consequences.
#[derive(Clone, Default)]
pub struct Reports(Arc<Mutex<Option<Report>>>);

#[derive(Clone, Debug)]
enum Report {
    Lost(String),
    OutOfMemory,
    Other(String),
}

impl Reports {
    /// Of a device that is lost.
    pub fn lost(&self, reason: wgpu::DeviceLostReason, message: &str) {
        let out_of_memory = message.to_lowercase().contains("out of memory");
        self.keep(match reason {
            _ if out_of_memory => Report::OutOfMemory,
            wgpu::DeviceLostReason::Destroyed => Report::Lost("it was destroyed".to_owned()),
            wgpu::DeviceLostReason::Unknown => Report::Lost(one_line(message)),
        });
    }

    /// Of a call that failed.
    pub fn failed(&self, error: &wgpu::Error) {
        self.keep(match error {
            wgpu::Error::OutOfMemory { .. } => Report::OutOfMemory,
            wgpu::Error::Validation { description, .. }
            | wgpu::Error::Internal { description, .. } => Report::Other(one_line(description)),
        });
    }

    fn keep(&self, report: Report) {
        self.lock().get_or_insert(report);
    }

    /// The error of the device of `adapter`, if there is any; that of a device that is lost stays.
    pub fn take(&self, adapter: &str) -> Option<Error> {
        let mut kept = self.lock();
        let report = match &*kept {
            Some(Report::Lost(_)) => kept.clone(),
            _ => kept.take(),
        };
        let adapter = adapter.to_owned();
        report.map(|report| match report {
            Report::Lost(reason) => Error::DeviceLost { adapter, reason },
            Report::OutOfMemory => Error::OutOfDeviceMemory { adapter },
            Report::Other(message) => Error::Device { adapter, message },
        })
    }

    /// The contents, even if a thread panicked meanwhile: a report is written in one piece.
    fn lock(&self) -> MutexGuard<'_, Option<Report>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// wgpu's messages are trees of lines.
pub fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
