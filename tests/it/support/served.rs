//! `sandbox serve` as a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;

use serde_json::Value;

use super::Home;
use super::waiting::{PATIENCE, wait_for};

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

    /// Asks for what only a sandbox tells, without a process of ours: one JSON object a line.
    pub(crate) fn told(&self, what: &str) -> Vec<Value> {
        let lines = self.exchange("GET", what, "");
        let lines = lines.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().unwrap()
    }

    /// What really happened to one conversation since it was staged.
    pub(crate) fn about(&self, conversation: &str) -> Vec<Value> {
        let mut truth = self.told("truth");
        truth.retain(|change| change["conversation"] == conversation);
        truth
    }

    /// Orders trouble from now on.
    pub(crate) fn order(&self, orders: &Value) {
        self.exchange("POST", "faults", &orders.to_string());
    }

    /// Has somebody do something now.
    pub(crate) fn happen(&self, event: &Value) {
        self.exchange("POST", "events", &event.to_string());
    }

    /// The id of the chat that was staged under a label.
    pub(crate) fn id(&self, label: &str) -> String {
        let staged = self.told("staged");
        let found = staged.iter().find(|chat| chat["label"] == label).unwrap();
        found["conversation"].as_str().unwrap().to_owned()
    }

    /// A configuration's profile that points here, with these lines of its own.
    pub(crate) fn profile(&self, name: &str, lines: &str) -> String {
        let (url, client) = (&self.url, self.welcome["client_id"].as_str().unwrap());
        format!(
            "[profiles.{name}]\napi_url = \"{url}\"\nlogin_url = \"{url}\"\nclient_id = \"{client}\"\n{lines}\n"
        )
    }

    /// Waits until a request about this conversation stands still, and says how far it has come.
    pub(crate) fn wait_until_held(&self, conversation: &str) -> String {
        let about = |one: &&Value| one["path"].as_str().unwrap().contains(conversation);
        let look = || {
            let held = self.told("held");
            let one = held.iter().find(about)?;
            Some(one["stage"].as_str().unwrap().to_owned())
        };
        wait_for(look, || format!("nothing is held: {:?}", self.told("held")))
    }

    fn exchange(&self, method: &str, what: &str, body: &str) -> String {
        // In plain text in any case: where it speaks TLS, it speaks both.
        let host = self.url.rsplit("//").next().unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} /sandbox/{what} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{what}: {answer}");
        body.to_owned()
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
