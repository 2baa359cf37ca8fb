//! Files and folders that only their owner may read, opened without following links, and made durable with their names. Knows nothing of
//! what is in them.

use std::fs::{DirBuilder, File, OpenOptions};
use std::path::{Path, PathBuf};

/// Options for files that only their owner may read. A link in the place of the file is refused.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let no_follow = rustix::fs::OFlags::NOFOLLOW.bits();
        options
            .mode(0o600)
            .custom_flags(i32::try_from(no_follow).unwrap_or(0));
    }
    options
}

/// A new file with these contents, on disk when this returns. Whatever is there already stays, and is an error.
pub(super) fn write_new(path: &Path, contents: &[u8]) -> std::io::Result<()> {
    let mut file = private().write(true).create_new(true).open(path)?;
    std::io::Write::write_all(&mut file, contents)?;
    file.sync_all()?;
    Ok(())
}

/// Makes a folder, with those above it, that only its owner can enter; answers its real path. It may be reached through links of the
/// user's own. One that is there is refused if it is somebody else's, and closed to others if they could put files into it.
pub(super) fn folder(path: &Path) -> std::io::Result<PathBuf> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    let path = path.canonicalize()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let found = path.metadata()?;
        let me = rustix::process::geteuid();
        // Root may keep a user's journal: it warns, and refuses nothing.
        if found.uid() != me.as_raw() && !me.is_root() {
            return Err(std::io::Error::other("its folder belongs to somebody else"));
        }
        if found.uid() == me.as_raw() && found.mode() & 0o022 != 0 && found.mode() & 0o1000 == 0 {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(path)
}

/// The folder that a file lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// A new or renamed file's name is durable only once its folder is.
pub(super) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

/// Takes rights that others have on a file of ours away.
#[cfg(unix)]
pub(super) fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = path.symlink_metadata()?;
    if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o600))?;
    }
    Ok(())
}

/// Takes rights that others have on a file of ours away.
#[cfg(not(unix))]
pub(super) fn make_private(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

/// A file of ours that has no second name: what is appended to it appears nowhere else.
#[cfg(unix)]
pub(super) fn has_one_name(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let found = file.metadata()?;
    if found.is_file() && found.nlink() == 1 && found.uid() == rustix::process::geteuid().as_raw() {
        Ok(())
    } else {
        Err(std::io::Error::other(
            "it is no file of ours alone: a link, or somebody else's",
        ))
    }
}

/// A file of ours that has no second name: what is appended to it appears nowhere else.
#[cfg(not(unix))]
pub(super) fn has_one_name(_file: &File) -> std::io::Result<()> {
    Ok(())
}
