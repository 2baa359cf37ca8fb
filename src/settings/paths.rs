//! Where things are kept. `UNSTICK_HOME` replaces every root, so that tests, demos and removable disks leave nothing elsewhere.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::error::SettingsError;

/// The folders of this program; they may not exist yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// What people write: `config.toml`, secrets.
    pub config: PathBuf,
    /// What must not be lost: the journal.
    pub data: PathBuf,
    /// What may be lost: logs, the console's last view.
    pub state: PathBuf,
    /// What can be had again: names.
    pub cache: PathBuf,
    /// What lives as long as a process: the address of a running sandbox.
    pub run: PathBuf,
}

impl Paths {
    /// The folders, by `UNSTICK_HOME` or by the system's custom.
    pub fn find(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, SettingsError> {
        if let Some(home) = variable("UNSTICK_HOME").filter(|home| !home.is_empty()) {
            let home = std::path::absolute(home).map_err(|_| SettingsError::NoHome)?;
            return Ok(Self::under(&home));
        }
        let folders = ProjectDirs::from("", "", "unstick").ok_or(SettingsError::NoHome)?;
        let data = folders.data_local_dir().to_owned();
        Ok(Self {
            config: folders.config_dir().to_owned(),
            state: folders
                .state_dir()
                .map_or_else(|| data.join("state"), Path::to_owned),
            cache: folders.cache_dir().to_owned(),
            run: folders
                .runtime_dir()
                .map_or_else(temporary_run_folder, Path::to_owned),
            data,
        })
    }

    /// Everything under one folder.
    pub fn under(home: &Path) -> Self {
        Self {
            config: home.join("config"),
            data: home.join("data"),
            state: home.join("state"),
            cache: home.join("cache"),
            run: home.join("run"),
        }
    }

    /// The configuration's usual place.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// The operator's own recipes.
    pub fn recipes(&self) -> PathBuf {
        self.config.join("recipes")
    }

    /// The journal.
    pub fn journal_file(&self) -> PathBuf {
        self.data.join("journal.db")
    }

    /// The address of a running `sandbox serve`.
    pub fn sandbox_file(&self) -> PathBuf {
        self.run.join("sandbox.json")
    }
}

/// Without a runtime folder of the system's: a private one in the temporary folder, one for each user.
fn temporary_run_folder() -> PathBuf {
    #[cfg(unix)]
    let name = format!("unstick-{}", rustix::process::geteuid().as_raw());
    #[cfg(not(unix))]
    let name = "unstick".to_owned();
    std::env::temp_dir().join(name)
}

/// Makes a folder that only its owner can enter, and refuses one that is somebody else's, a link, or open to others.
pub fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let found = std::fs::symlink_metadata(folder)?;
    if !found.is_dir() {
        return Err(refused(folder, "it is not a folder"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(refused(folder, "it belongs to somebody else"));
        }
        if found.mode() & 0o022 != 0 {
            return Err(refused(
                folder,
                "others may write to it; `chmod 700` mends that",
            ));
        }
    }
    Ok(())
}

fn refused(folder: &Path, why: &str) -> std::io::Error {
    let what = format!("{} is not used: {why}", folder.display());
    std::io::Error::new(std::io::ErrorKind::PermissionDenied, what)
}
