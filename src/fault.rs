//! Faults that tests plant, to show that they are found.

use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What can be planted at the seam between this crate and wgpu, or in a shader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The bounds of the exact kernels add nothing for rounding.
    NoAdditiveTerm,
    /// The adapter multiplies a little wrong.
    WrongProduct,
    /// The adapter's square root is a little wrong.
    WrongRoot,
    /// The kernel counts one step too many here and there.
    WrongCount,
    /// The device is destroyed while it has work in hand.
    Lost,
    /// The device has no memory left.
    OutOfMemory,
    /// The device is asked for a buffer larger than it can have.
    Invalid,
    /// The buffer of the results goes while it is being mapped.
    Unmapped,
    /// A dispatch has no workgroups.
    Unwritten,
    /// wgpu panics.
    Panic,
}

impl Fault {
    /// Those of a device that did well until then.
    pub const OF_A_DEVICE: [Self; 6] = [
        Self::Lost,
        Self::OutOfMemory,
        Self::Invalid,
        Self::Unmapped,
        Self::Unwritten,
        Self::Panic,
    ];

    /// Its name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoAdditiveTerm => "no-additive-term",
            Self::WrongProduct => "wrong-product",
            Self::WrongRoot => "wrong-root",
            Self::WrongCount => "wrong-count",
            Self::Lost => "lost",
            Self::OutOfMemory => "out-of-memory",
            Self::Invalid => "invalid",
            Self::Unmapped => "unmapped",
            Self::Unwritten => "unwritten",
            Self::Panic => "panic",
        }
    }
}

/// A fault, and at which of its opportunities it strikes. Clones count them together.
#[derive(Clone, Debug)]
pub struct Planted {
    fault: Fault,
    strikes: Range<u32>,
    opportunities: Arc<AtomicU32>,
}

impl Planted {
    /// `fault`, at its opportunities of these numbers, from 0.
    pub fn at(fault: Fault, strikes: Range<u32>) -> Self {
        Self { fault, strikes, opportunities: Arc::default() }
    }

    /// How many there were so far.
    pub fn opportunities(&self) -> u32 {
        self.opportunities.load(Ordering::Relaxed)
    }

    /// Whether this is the one.
    pub fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// Whether this is the one, and strikes now.
    pub fn strikes(&self, fault: Fault) -> bool {
        self.fault == fault
            && self.strikes.contains(&self.opportunities.fetch_add(1, Ordering::Relaxed))
    }
}

impl From<Fault> for Planted {
    /// Always.
    fn from(fault: Fault) -> Self {
        Self::at(fault, 0..u32::MAX)
    }
}

impl FromStr for Planted {
    type Err = &'static str;

    /// `NAME` for always, `NAME@N` for once at the opportunity `N`, `NAME@N..` for always from then.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, when) = text.split_once('@').unwrap_or((text, "0.."));
        let shaders = [Fault::WrongProduct, Fault::WrongRoot, Fault::WrongCount];
        let all = shaders.into_iter().chain(Fault::OF_A_DEVICE);
        let fault = all.into_iter().find(|fault| fault.name() == name).ok_or("no such fault")?;
        let number = |text: &str| text.parse().map_err(|_| "no such opportunity");
        Ok(Self::at(
            fault,
            match when.strip_suffix("..") {
                Some(first) => number(first)?..u32::MAX,
                None => number(when)?..number(when)?.saturating_add(1),
            },
        ))
    }
}
