//! A sandbox in a process of its own, with a folder of its own.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_unstick");

/// A folder for one benchmark of this process, removed at the end.
pub(crate) struct Home(pub(crate) PathBuf);

impl Home {
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("unstick-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The sandbox, until this is dropped.
pub(crate) struct Served {
    child: Child,
    /// What it said of itself at its start.
    welcome: Value,
    _home: Home,
}

impl Served {
    pub(crate) fn start(home: Home, arguments: &[&str]) -> Self {
        let mut child = Command::new(BINARY)
            .args(["sandbox", "serve"])
            .args(arguments)
            .env("UNSTICK_HOME", &home.0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        Self {
            welcome: serde_json::from_str(&line).unwrap(),
            child,
            _home: home,
        }
    }

    /// A word of its first line.
    pub(crate) fn word(&self, name: &str) -> String {
        self.welcome[name].as_str().unwrap().to_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
