//! This machine: who runs the program, its folders, its log, and the system's keyring.

use std::path::Path;

use super::configuration::in_time;
use super::line::{Group, Line};
use crate::log;
use crate::settings::{Paths, Settings, keyring};

const GROUP: Group = Group::Machine;

/// What can be said of this machine. With settings the log is started too.
pub(super) async fn lines(paths: &Paths, settings: Option<&Settings>) -> Vec<Line> {
    let mut lines = vec![user(), keyring().await];
    if let Some(settings) = settings {
        lines.push(log_file(paths, settings));
    }
    let folders = [
        ("configuration folder", &paths.config),
        ("data folder", &paths.data),
        ("state folder", &paths.state),
        ("runtime folder", &paths.run),
    ];
    lines.extend(folders.map(|(check, folder)| place(check, folder)));
    lines
}

#[cfg(unix)]
fn user() -> Line {
    const CHECK: &str = "user";
    let id = rustix::process::geteuid();
    if id.is_root() {
        return Line::warn(
            GROUP,
            CHECK,
            "root: everything here belongs to root afterwards",
        )
        .mend("run it as the user whose journal it is");
    }
    Line::ok(GROUP, CHECK, format!("uid {}, not root", id.as_raw()))
}

#[cfg(not(unix))]
fn user() -> Line {
    Line::unknown(GROUP, "user", "not asked on this system")
}

/// Whether a keyring answers; where none does, secrets are files that only their owner can read.
async fn keyring() -> Line {
    const CHECK: &str = "keyring";
    match in_time(|| keyring::system().get("unstick doctor").map(drop)).await {
        Some(Ok(())) => Line::ok(GROUP, CHECK, "answers; secrets are kept there"),
        Some(Err(why)) => Line::ok(
            GROUP,
            CHECK,
            format!("{why}; secrets are kept in private files"),
        ),
        None => Line::warn(GROUP, CHECK, "does not answer within 3 s")
            .mend("unlock it, or give secrets by variable or file"),
    }
}

fn log_file(paths: &Paths, settings: &Settings) -> Line {
    const CHECK: &str = "log";
    match log::start(&paths.state, settings.log_level) {
        Ok(Some(file)) => Line::ok(
            GROUP,
            CHECK,
            format!("{} ({})", file.display(), settings.log_level.word()),
        ),
        Ok(None) => Line::ok(GROUP, CHECK, "off"),
        Err(no_log) => Line::warn(GROUP, CHECK, no_log.to_string())
            .mend("check the folder's permissions and the free space"),
    }
}

fn place(check: &str, folder: &Path) -> Line {
    let shown = folder.display();
    match folder.metadata() {
        Ok(found) if !found.is_dir() => {
            Line::warn(GROUP, check, format!("{shown} is no folder")).mend("move it aside")
        }
        Ok(found) if is_open(&found) => {
            Line::warn(GROUP, check, format!("{shown} can be written to by others"))
                .mend(format!("chmod 700 {shown}"))
        }
        Ok(_) => Line::ok(GROUP, check, shown.to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Line::ok(GROUP, check, format!("{shown}, made when it is needed"))
        }
        Err(error) => Line::warn(GROUP, check, format!("{shown}: {error}"))
            .mend("check the permissions of the folders above"),
    }
}

#[cfg(unix)]
fn is_open(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.mode() & 0o022 != 0
}

#[cfg(not(unix))]
fn is_open(_found: &std::fs::Metadata) -> bool {
    false
}
