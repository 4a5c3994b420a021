//! Who waits while a view's polynomial is worked out: they may interrupt, and hear how far it is.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

/// The part of the work after which it is told again how much is done.
const PART: f64 = 1.0 / 1024.0;

/// Looks at a flag, and tells which part of the work is done, from 0 to 1; never less than before.
pub struct Watch<'a> {
    interrupt: &'a AtomicBool,
    tell: &'a mut dyn FnMut(f64),
    told: f64,
}

impl<'a> Watch<'a> {
    /// Work that ends soon after `interrupt` is set.
    pub fn new(interrupt: &'a AtomicBool, tell: &'a mut dyn FnMut(f64)) -> Self {
        Self { interrupt, tell, told: 0.0 }
    }

    /// Goes on, with this part of the work done, or about that.
    ///
    /// # Errors
    /// [`Error::Interrupted`] if the flag is set.
    pub fn go_on(&mut self, done: f64) -> Result<()> {
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        let done = if done > 1.0 { 1.0 } else { done };
        if done >= self.told + PART {
            self.told = done;
            (self.tell)(self.told);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_never_falls_and_ends_at_1() {
        let (interrupt, mut heard) = (AtomicBool::new(false), Vec::new());
        let mut tell = |part| heard.push(part);
        let mut watch = Watch::new(&interrupt, &mut tell);
        for done in [0.0, 0.25, 0.25, 0.1, f64::NAN, 0.5, 1.5, 2.0, 0.7] {
            watch.go_on(done).unwrap();
        }
        interrupt.store(true, Ordering::Relaxed);
        assert!(watch.go_on(1.0).is_err());
        assert_eq!(heard, [0.25, 0.5, 1.0]);
    }
}
