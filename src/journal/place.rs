//! Whether a folder is a place for a journal: on a disk of this machine, with room. On file systems of other machines locks do not hold
//! and the database's log is not shared, so what is written there may be lost or mixed up.

use std::path::Path;

use super::private::private;

/// What must be writable for a journal to be opened for recording, in bytes: a few hundred facts.
const ROOM: usize = 256 * 1024;

/// Magic numbers of Linux's file systems that keep their files on other machines. FUSE (0x65735546) is not among them: its number says
/// nothing of where the files are.
const REMOTE: [(u64, &str); 10] = [
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFE53_4D42, "SMB"),
    (0xFF53_4D42, "CIFS"),
    (0x564C, "NCP"),
    (0x5346_414F, "AFS"),
    (0x6B41_4653, "AFS"),
    (0x7375_7245, "Coda"),
    (0x00C3_6400, "Ceph"),
    (0x0BD0_0BD0, "Lustre"),
];

/// The name of the file system, if it keeps its files on other machines.
fn remote_by_magic(magic: u64) -> Option<&'static str> {
    let found = REMOTE.iter().find(|(number, _)| *number == magic);
    found.map(|(_, name)| *name)
}

/// The name of the file system under a folder, if it keeps its files on other machines. Only Linux is asked.
#[cfg(target_os = "linux")]
pub(super) fn remote(folder: &Path) -> Option<&'static str> {
    let found = rustix::fs::statfs(folder).ok()?;
    // The kernel's numbers have 32 bits; on some machines the field is signed.
    let magic = i128::from(found.f_type) & 0xFFFF_FFFF;
    remote_by_magic(u64::try_from(magic).ok()?)
}

/// The name of the file system under a folder, if it keeps its files on other machines. Only Linux is asked.
#[cfg(not(target_os = "linux"))]
pub(super) fn remote(_folder: &Path) -> Option<&'static str> {
    None
}

/// Magic numbers of Linux's file systems that keep their files in memory.
#[cfg(target_os = "linux")]
const MEMORY: [(u64, &str); 2] = [(0x0102_1994, "tmpfs"), (0x8584_58F6, "ramfs")];

/// The name of the file system under a folder, if it keeps its files in memory. Only Linux is asked.
#[cfg(target_os = "linux")]
pub(super) fn in_memory(folder: &Path) -> Option<&'static str> {
    let found = rustix::fs::statfs(folder).ok()?;
    let magic = u64::try_from(i128::from(found.f_type) & 0xFFFF_FFFF).ok()?;
    let found = MEMORY.iter().find(|(number, _)| *number == magic);
    found.map(|(_, name)| *name)
}

/// The name of the file system under a folder, if it keeps its files in memory. Only Linux is asked.
#[cfg(not(target_os = "linux"))]
pub(super) fn in_memory(_folder: &Path) -> Option<&'static str> {
    None
}

/// How many bytes are free for this user in a folder.
#[cfg(unix)]
pub(super) fn free(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// How many bytes are free for this user in a folder; not known here.
#[cfg(not(unix))]
pub(super) fn free(_folder: &Path) -> Option<u64> {
    None
}

/// Writes as much as a journal soon needs, and removes it again: a disk that is full, a quota that is used up and a folder that cannot
/// be written to are found before a run is confirmed.
pub(super) fn has_room(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(format!(".journal-room-{}", std::process::id()));
    // What a process of this number left behind when it was killed.
    let _ = std::fs::remove_file(&path);
    let mut file = private().write(true).create_new(true).open(&path)?;
    let written = std::io::Write::write_all(&mut file, &vec![0; ROOM]);
    std::fs::remove_file(&path)?;
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t22_file_systems_of_other_machines_are_known_and_those_of_this_one_are_not() {
        for (magic, name) in [
            (0x6969, "NFS"),
            (0xFF53_4D42, "CIFS"),
            (0xFE53_4D42, "SMB"),
            (0x5346_414F, "AFS"),
        ] {
            assert_eq!(remote_by_magic(magic), Some(name));
        }
        // ext4, btrfs, xfs, tmpfs, overlay, zfs, FUSE.
        for magic in [
            0xEF53,
            0x9123_683E,
            0x5846_5342,
            0x0102_1994,
            0x794C_7630,
            0x2FC1_2FC1,
            0x6573_5546,
        ] {
            assert_eq!(remote_by_magic(magic), None, "{magic:x}");
        }
    }

    #[test]
    fn a_folder_that_takes_nothing_has_no_room() {
        assert!(has_room(Path::new("/proc")).is_err());
        let here = std::env::temp_dir();
        has_room(&here).unwrap();
        let left = here.join(format!(".journal-room-{}", std::process::id()));
        assert!(!left.exists());
    }
}
