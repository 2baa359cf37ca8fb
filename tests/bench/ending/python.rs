//! A Python that has the vendor's SDK.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::support::Home;
use super::support::served::Served;
use super::vendor;

/// The interpreter.
pub(crate) struct Python(PathBuf);

impl Python {
    /// The one that is named or was made; why not, where neither works.
    pub(crate) fn find() -> Result<Self, String> {
        let python = Self(vendor::python()?);
        let mut importing = Command::new(&python.0);
        let imported = importing.args(["-c", "import PureCloudPlatformClientV2"]);
        let is_there = imported
            .output()
            .is_ok_and(|output| output.status.success());
        let why = || format!("{} has no PureCloudPlatformClientV2", python.0.display());
        is_there.then_some(()).ok_or_else(why)?;
        Ok(python)
    }

    /// A program beside this one, with the sandbox's client; nothing of the user's settings or proxies leads it elsewhere, and what it
    /// prints comes at once.
    pub(crate) fn command(&self, program: &str, home: &Home, served: &Served) -> Command {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/ending");
        let mut command = Command::new(&self.0);
        command
            .arg(here.join(program))
            .env_clear()
            .envs(home.variables())
            .env("HOME", home.path("python"))
            .env("PYTHONUNBUFFERED", "1")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("GENESYS_HOST", &served.url)
            .env("GENESYS_CLIENT_ID", word(served, "client_id"))
            .env("GENESYS_CLIENT_SECRET", word(served, "client_secret"))
            .stdin(Stdio::null());
        command
    }
}

/// A word of the sandbox's first line.
pub(crate) fn word<'a>(served: &'a Served, name: &str) -> &'a str {
    served.welcome[name].as_str().unwrap()
}
