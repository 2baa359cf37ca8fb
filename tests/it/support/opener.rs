//! A browser of the system that opens nothing: it writes down what it was started with.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use rustix::process::getpriority_process;

use super::Home;
use super::waiting::wait_until;

pub(crate) struct Opener {
    dump: PathBuf,
    /// With which priority it was started.
    nice: PathBuf,
    /// The search path on which it comes first.
    pub(crate) path: String,
}

impl Opener {
    /// It writes down the address alone.
    pub(crate) fn new(home: &Home) -> Self {
        Self::that_writes(home, "echo \"$1\"")
    }

    /// It writes down what this line of shell prints.
    pub(crate) fn that_writes(home: &Home, line: &str) -> Self {
        let (dump, nice) = (home.path("opened"), home.path("opened.nice"));
        // Whole, or not there: it is moved to its place.
        let script = format!(
            "#!/bin/sh\nnice >{1}\n{line} >{0}.part\nmv {0}.part {0}\n",
            dump.display(),
            nice.display()
        );
        let file = home.write("bin/xdg-open", &script);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/bin:/bin", home.path("bin").display());
        Self { dump, nice, path }
    }

    /// What was written down last, once. It stands behind nobody: a browser outlives whoever started it.
    pub(crate) fn opened(&self) -> String {
        wait_until(|| self.dump.exists(), || "no browser was opened".to_owned());
        let told = fs::read_to_string(&self.dump).unwrap();
        fs::remove_file(&self.dump).unwrap();
        let nice = fs::read_to_string(&self.nice).unwrap();
        let ours = getpriority_process(None).unwrap();
        assert_eq!(nice.trim(), ours.to_string(), "its priority");
        told.trim().to_owned()
    }
}
