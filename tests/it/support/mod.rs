//! The real binary in folders of its own, and a sandbox that outlives it: what the tests of commands and terminals share.

pub(crate) mod dice;
pub(crate) mod killing;
pub(crate) mod ledger;
pub(crate) mod opener;
pub(crate) mod parties;
pub(crate) mod pty;
pub(crate) mod served;
pub(crate) mod talk;
pub(crate) mod waiting;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The binary under test.
const BINARY: &str = env!("CARGO_BIN_EXE_unstick");

/// Folders that only one test uses, gone with it.
pub(crate) struct Home {
    root: PathBuf,
}

impl Home {
    /// Fresh folders.
    pub(crate) fn new() -> Self {
        let root = std::env::temp_dir().join(format!("unstick-it-{}", uuid::Uuid::new_v4()));
        fs::create_dir_all(&root).unwrap();
        Self { root }
    }

    /// A place in them.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Writes a file, with the folders above it.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Every variable that the binary gets; nothing of the environment of the tests decides what it does.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let inherited = std::env::var("PATH").unwrap_or_default();
        vec![
            ("PATH", inherited),
            ("UNSTICK_HOME", self.root.join("home").display().to_string()),
            ("USER", "tester".to_owned()),
            ("TZ", "UTC".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("TERM", "xterm-256color".to_owned()),
        ]
    }

    /// The binary, to be started with these arguments.
    pub(crate) fn command<A: AsRef<str>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(BINARY);
        command
            .args(arguments.iter().map(AsRef::as_ref))
            .env_clear()
            .envs(self.variables())
            .current_dir(&self.root)
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run<A: AsRef<str>>(&self, arguments: &[A]) -> Ran {
        Ran::of(&self.command(arguments).output().unwrap())
    }

    /// Starts it with its output caught.
    pub(crate) fn start<A: AsRef<str>>(&self, arguments: &[A]) -> Child {
        self.command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// The binary's path, for a terminal to start it.
    pub(crate) fn binary() -> &'static Path {
        Path::new(BINARY)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// It left with this code.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// It was refused: this code, one message with these words, and a line that says what to do.
    #[track_caller]
    pub(crate) fn refused(self, code: i32, words: &[&str]) -> Self {
        let ran = self.expect(code);
        let errors = ran
            .stderr
            .lines()
            .filter(|line| line.starts_with("error: "));
        assert_eq!(errors.count(), 1, "{ran:#?}");
        assert!(ran.stdout.is_empty(), "{ran:#?}");
        for word in words {
            assert!(ran.stderr.contains(word), "no `{word}` in {ran:#?}");
        }
        ran
    }

    /// Its output, one JSON object a line.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        let lines = self.stdout.lines();
        lines
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
            })
            .collect()
    }
}
