//! What can be said of a journal's place without opening it or taking its lock: for `unstick doctor`.

use std::path::Path;

use super::private::folder_of;
use super::{lock, place};

/// The place of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    /// There is a journal.
    pub is_there: bool,
    /// Its folder is on a file system of another machine: which kind.
    pub remote: Option<&'static str>,
    /// Its folder is in memory and gone when the machine starts anew: which kind.
    pub in_memory: Option<&'static str>,
    /// How many bytes are free for us there; unknown on some systems.
    pub free: Option<u64>,
    /// Why nothing can be written there; nothing where it can, or where there is no folder yet.
    pub no_room: Option<String>,
    /// Who signed the lock: a process that carries out a run, or one that was killed while it did.
    pub lock: Option<String>,
}

impl Condition {
    /// The place of the journal at `path`. A small file is written there and removed again.
    pub fn of(path: &Path) -> Self {
        let mut folder = folder_of(path);
        let has_folder = folder.is_dir();
        // A folder that is not there yet will lie on the file system of the nearest one above that is.
        while !folder.is_dir() {
            let Some(above) = folder.parent() else { break };
            folder = above;
        }
        let room = has_folder.then(|| place::has_room(folder));
        Self {
            is_there: path.is_file(),
            remote: place::remote(folder),
            in_memory: place::in_memory(folder),
            free: place::free(folder),
            no_room: room.and_then(Result::err).map(|error| error.to_string()),
            lock: lock::signature(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_that_is_not_there_yet_is_judged_by_the_folder_above() {
        let home = std::env::temp_dir().join(format!("unstick-place-{}", std::process::id()));
        let path = home.join("data").join("journal.db");
        let found = Condition::of(&path);
        assert!(!found.is_there);
        assert_eq!((found.no_room, found.lock), (None, None));
        assert!(!home.exists(), "nothing was made");
        std::fs::create_dir_all(home.join("data")).unwrap();
        std::fs::write(&path, b"x").unwrap();
        std::fs::write(path.with_extension("lock"), b"pid 7 on here\x1b[2J").unwrap();
        let found = Condition::of(&path);
        assert!(found.is_there);
        assert_eq!(found.lock.as_deref(), Some("pid 7 on here[2J"));
        assert!(cfg!(not(unix)) || found.free.is_some_and(|free| free > 0));
        std::fs::remove_dir_all(home).unwrap();
    }
}
