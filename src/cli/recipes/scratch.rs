//! A folder that is there for as long as something is tried, and not a moment longer.

use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::settings::paths::private_folder;

/// A folder of our own below the system's temporary one.
#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// Makes one that only its owner can enter.
    pub(super) fn new() -> io::Result<Self> {
        let name = format!("unstick-compare-{}", Uuid::new_v4().simple());
        let folder = std::env::temp_dir().join(name);
        private_folder(&folder)?;
        Ok(Self(folder))
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is the system's to remove, as everything in that folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
