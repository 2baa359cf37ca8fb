//! `sandbox serve` as a process of its own.

use std::io::{BufRead, BufReader};
use std::process::Child;

use serde_json::Value;

use super::Home;

/// A running sandbox; killed when dropped.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) welcome: Value,
    pub(crate) url: String,
}

impl Served {
    /// Serves a scenario, by its name or its file, and waits for the line that says where.
    pub(crate) fn start(home: &Home, arguments: &[&str]) -> Self {
        let all: Vec<&str> = ["sandbox", "serve"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let mut child = home.start(&all);
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let welcome: Value = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{error}: the first line was {line:?}"));
        let url = welcome["url"].as_str().unwrap().to_owned();
        Self {
            child,
            welcome,
            url,
        }
    }

    /// The flag that joins it.
    pub(crate) fn flag(&self) -> String {
        format!("--sandbox={}", self.url)
    }

    /// What really happened there, oldest first.
    pub(crate) fn truth(&self, home: &Home) -> Vec<Value> {
        home.run(&["sandbox", "truth", &self.url])
            .expect(0)
            .json_lines()
    }

    /// What API clients changed there.
    pub(crate) fn changed_by_us(&self, home: &Home) -> Vec<Value> {
        let mut truth = self.truth(home);
        truth.retain(|change| change["request"].is_object());
        truth
    }

    /// Conversations that are over, by the sandbox's own record.
    pub(crate) fn ended(&self, home: &Home) -> Vec<String> {
        let mut ids: Vec<String> = self
            .truth(home)
            .iter()
            .filter(|change| change["what"] == "conversation-ended")
            .map(|change| change["conversation"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    }

    /// Ids of the conversations that are listed with this kind.
    pub(crate) fn of_kind(&self, home: &Home, kind: &str) -> Vec<String> {
        let filter = format!("kind:{kind}");
        let listed = home
            .run(&["list", &self.flag(), "--json", "--filter", &filter])
            .expect(0)
            .json_lines();
        listed
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
