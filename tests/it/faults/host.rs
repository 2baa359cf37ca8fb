//! Where the organisation lives: in this process, or in another one that is asked over HTTP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde::de::DeserializeOwned;
use serde_json::Value;
use unstick::sandbox::{Arrival, Sandbox, Truth};

/// An organisation, and what only a judge asks it.
pub(crate) enum Host {
    Here(Sandbox),
    /// At this address, as its start line says it.
    There(Value),
}

/// How it is reached, and by whom.
#[derive(Clone)]
pub(crate) struct Address {
    pub(crate) url: String,
    pub(crate) org_id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) ca_file: Option<String>,
}

impl Host {
    /// The one in this process.
    pub(crate) fn here(&self) -> &Sandbox {
        match self {
            Self::Here(sandbox) => sandbox,
            Self::There(_) => panic!("it lives elsewhere"),
        }
    }

    pub(crate) fn address(&self) -> Address {
        let said = match self {
            Self::Here(sandbox) => serde_json::to_value(sandbox.welcome()).unwrap(),
            Self::There(said) => said.clone(),
        };
        let word = |name: &str| said[name].as_str().map(str::to_owned);
        Address {
            url: word("url").unwrap(),
            org_id: word("org_id").unwrap(),
            client_id: word("client_id").unwrap(),
            client_secret: word("client_secret").unwrap(),
            ca_file: word("ca_file"),
        }
    }

    pub(crate) fn truth(&self) -> Vec<Truth> {
        match self {
            Self::Here(sandbox) => sandbox.truth(),
            Self::There(_) => self.lines("truth"),
        }
    }

    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        match self {
            Self::Here(sandbox) => sandbox.arrivals(),
            Self::There(_) => self.lines("requests"),
        }
    }

    /// The conversation that was staged under a label.
    pub(crate) fn labelled(&self, label: &str) -> Option<String> {
        match self {
            Self::Here(sandbox) => {
                let staged = sandbox.staged();
                let found = staged
                    .iter()
                    .find(|one| one.label.as_deref() == Some(label));
                found.map(|one| one.conversation.to_string())
            }
            Self::There(_) => {
                let staged: Vec<Value> = self.lines("staged");
                let found = staged.iter().find(|one| one["label"] == label);
                found.map(|one| one["conversation"].as_str().unwrap().to_owned())
            }
        }
    }

    /// What another process answers below `/sandbox/`, one value a line.
    fn lines<T: DeserializeOwned>(&self, what: &str) -> Vec<T> {
        let address = self.address().url;
        let address = address.rsplit("//").next().unwrap();
        let mut line = TcpStream::connect(address).unwrap();
        write!(line, "GET /sandbox/{what} HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let lines = body.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}
