//! The file in the runtime folder by which a running `sandbox serve` is found. Private to its user, and gone with its process.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::sandbox::Welcome;
use crate::settings::Paths;
use crate::settings::paths::private_folder;

/// What the file holds: the start line, and whose it is.
#[derive(Serialize)]
struct Light<'a> {
    pid: u32,
    #[serde(flatten)]
    welcome: &'a Welcome,
}

/// What is read of it: who joins asks the sandbox itself for the rest.
#[derive(Deserialize)]
struct Seen {
    pid: u32,
    url: String,
    #[serde(default)]
    ca_file: Option<PathBuf>,
}

/// The file, for as long as this value lives.
#[derive(Debug)]
pub(super) struct Beacon {
    path: PathBuf,
}

impl Beacon {
    /// Writes the file. The newest sandbox is the one that is found.
    pub(super) fn light(paths: &Paths, welcome: &Welcome) -> io::Result<Self> {
        private_folder(&paths.run)?;
        let path = paths.sandbox_file();
        let pid = std::process::id();
        // Written aside and moved into its place, so that no reader sees half of it.
        let aside = path.with_extension(format!("json.{pid}"));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&aside)?
            .write_all(&serde_json::to_vec(&Light { pid, welcome })?)?;
        fs::rename(&aside, &path)?;
        Ok(Self { path })
    }
}

impl Drop for Beacon {
    fn drop(&mut self) {
        // Another sandbox may have taken the place since.
        if read(&self.path).is_some_and(|light| light.pid == std::process::id()) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The address of the sandbox that runs now, if one does. A dead process's file is ignored.
pub(super) fn find(paths: &Paths) -> Option<String> {
    let seen = read(&paths.sandbox_file())?;
    is_alive(seen.pid).then_some(seen.url)
}

/// Whom to trust at a sandbox's address, if a sandbox of this user left word of it.
pub(super) fn trusted(paths: &Paths, url: &str) -> Option<Vec<u8>> {
    let address = url.trim_end_matches('/').strip_prefix("https://")?;
    let named = read(&paths.sandbox_file())
        .filter(|seen| seen.url.trim_end_matches('/') == url.trim_end_matches('/'))
        .and_then(|seen| seen.ca_file);
    // Another sandbox may have taken the beacon's place since; the port tells them apart.
    let file = match named {
        Some(file) => file,
        None => certificate_file(paths, address.rsplit_once(':')?.1.parse().ok()?),
    };
    fs::read(file).ok()
}

fn certificate_file(paths: &Paths, port: u16) -> PathBuf {
    paths.run.join(format!("sandbox-{port}.pem"))
}

/// Where the certificate authority of a sandbox is written.
#[derive(Debug)]
pub(super) struct Certificate {
    file: PathBuf,
    /// Gone with the sandbox: nobody asked for the file.
    is_passing: bool,
}

impl Certificate {
    /// In the runtime folder, under the port's number.
    pub(super) fn passing(paths: &Paths, port: u16) -> io::Result<Self> {
        private_folder(&paths.run)?;
        Ok(Self {
            file: certificate_file(paths, port),
            is_passing: true,
        })
    }

    /// Where the user says.
    pub(super) fn lasting(file: PathBuf) -> Self {
        Self {
            file,
            is_passing: false,
        }
    }

    /// The file.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        if self.is_passing {
            let _ = fs::remove_file(&self.file);
        }
    }
}

fn read(path: &Path) -> Option<Seen> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Whether a process of this number lives; one that belongs to somebody else lives as well.
#[cfg(unix)]
pub(super) fn is_alive(pid: u32) -> bool {
    let pid = i32::try_from(pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| {
        !matches!(
            rustix::process::test_kill_process(pid),
            Err(rustix::io::Errno::SRCH)
        )
    })
}

#[cfg(not(unix))]
pub(super) fn is_alive(_pid: u32) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    use uuid::Uuid;

    fn welcome() -> Welcome {
        Welcome {
            url: "http://127.0.0.1:1".to_owned(),
            login_url: "http://127.0.0.1:1".to_owned(),
            org_id: Uuid::nil(),
            org_name: "Sandbox".to_owned(),
            client_id: "c".to_owned(),
            client_secret: "s".to_owned(),
            deployment_id: Uuid::nil(),
            ca_file: None,
        }
    }

    fn paths() -> Paths {
        Paths::under(&std::env::temp_dir().join(format!("unstick-beacon-{}", Uuid::new_v4())))
    }

    fn remove(paths: &Paths) {
        fs::remove_dir_all(paths.run.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_sandbox_is_found_while_its_process_lives_and_not_after() {
        let paths = paths();
        let beacon = Beacon::light(&paths, &welcome()).unwrap();
        assert_eq!(find(&paths).unwrap(), "http://127.0.0.1:1");
        drop(beacon);
        assert!(find(&paths).is_none());
        remove(&paths);
    }

    #[test]
    #[cfg(unix)]
    fn a_dead_process_s_file_is_ignored_and_the_file_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let paths = paths();
        let beacon = Beacon::light(&paths, &welcome()).unwrap();
        let mode = fs::metadata(&beacon.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let dead = Light {
            pid: i32::MAX.unsigned_abs(),
            welcome: &welcome(),
        };
        fs::write(&beacon.path, serde_json::to_vec(&dead).unwrap()).unwrap();
        assert!(find(&paths).is_none());
        drop(beacon);
        remove(&paths);
    }
}
