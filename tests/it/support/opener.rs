//! A browser of the system that opens nothing: it writes down what it was started with.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::Home;
use super::waiting::wait_until;

pub(crate) struct Opener {
    dump: PathBuf,
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
        let dump = home.path("opened");
        // Whole, or not there: it is moved to its place.
        let script = format!(
            "#!/bin/sh\n{line} >{0}.part\nmv {0}.part {0}\n",
            dump.display()
        );
        let file = home.write("bin/xdg-open", &script);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/bin:/bin", home.path("bin").display());
        Self { dump, path }
    }

    /// What was written down last, once.
    pub(crate) fn opened(&self) -> String {
        wait_until(|| self.dump.exists(), || "no browser was opened".to_owned());
        let told = fs::read_to_string(&self.dump).unwrap();
        fs::remove_file(&self.dump).unwrap();
        told.trim().to_owned()
    }
}
