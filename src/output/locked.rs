//! Files and folders that one process has at a time.

use std::fs::{File, TryLockError};

/// A file that no other process has. Closing it would not always be enough: a child that another thread starts has the lock, too,
/// until it is another program.
pub(super) struct Locked {
    file: File,
    is_sure: bool,
}

impl Locked {
    /// Locks the file; `None` if another process has it.
    ///
    /// Where the file system has no locks, two processes are the user's affair.
    pub fn new(file: File) -> Option<Self> {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => None,
            locked => Some(Self { file, is_sure: locked.is_ok() }),
        }
    }

    /// The file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Whether the file system has said that no other process has it.
    pub fn is_sure(&self) -> bool {
        self.is_sure
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // What has no lock, as on some file systems, has none to lose.
        let _ = self.file.unlock();
    }
}
