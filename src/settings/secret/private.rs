//! A secret as a file that only its owner can read (threat T43): made private before a byte is in it, whatever the umask; never through a
//! link; refused where it is wider than that, or somebody else's.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use super::{SecretError, read, unreadable};

/// What the file holds, if it is there.
pub(super) fn find(file: &Path) -> Result<Option<SecretString>, SecretError> {
    match fs::symlink_metadata(file) {
        Ok(found) if found.is_file() => from_file(file).map(Some),
        Ok(_) => Err(SecretError::Odd {
            file: file.to_owned(),
            why: "it is a link or a folder, not a file",
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(&file.display().to_string(), &error)),
    }
}

fn from_file(file: &Path) -> Result<SecretString, SecretError> {
    let place = file.display().to_string();
    let mut options = OpenOptions::new();
    options.read(true);
    follow_no_link(&mut options);
    let opened = options
        .open(file)
        .map_err(|error| unreadable(&place, &error))?;
    // Asked of the opened file, so that it cannot be exchanged in between.
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let found = opened
            .metadata()
            .map_err(|error| unreadable(&place, &error))?;
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(SecretError::Odd {
                file: file.to_owned(),
                why: "it belongs to somebody else",
            });
        }
        let mode = found.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(SecretError::Open {
                file: file.to_owned(),
                mode,
            });
        }
    }
    read(opened, &place)
}

/// Writes the secret, in the place of what was there.
pub(super) fn write(file: &Path, secret: &SecretString) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    // Written aside and moved into its place, so that there is never half a secret, and a link in its place is replaced, not followed.
    let aside = folder.join(format!(".{}", uuid::Uuid::new_v4()));
    let written = write_new(&aside, secret).and_then(|()| fs::rename(&aside, file));
    if written.is_err() {
        let _ = fs::remove_file(&aside);
    }
    written
}

fn write_new(aside: &Path, secret: &SecretString) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    follow_no_link(&mut options);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(aside)?;
    // A umask may have taken something away even from the owner.
    keep_private(&new, 0o600)?;
    new.write_all(secret.expose_secret().as_bytes())?;
    new.write_all(b"\n")?;
    new.sync_all()
}

/// The folder of secrets, for its owner alone. One that others may write to is refused: they may have prepared what is in it.
fn make_folder(folder: &Path) -> io::Result<()> {
    super::super::paths::private_folder(folder)?;
    #[cfg(unix)]
    {
        let opened = File::open(folder)?;
        keep_private(&opened, 0o700)?;
    }
    Ok(())
}

#[cfg(unix)]
fn keep_private(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn keep_private(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn follow_no_link(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    options.custom_flags(flags.bits().cast_signed());
}

#[cfg(not(unix))]
fn follow_no_link(_: &mut OpenOptions) {}
