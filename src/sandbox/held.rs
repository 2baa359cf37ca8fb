//! Requests that stand still on order: a test that kills a program at exactly such a moment asks for them at `GET /sandbox/held`.

use super::exchange::Request;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How far a request has come that stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It is here, and nothing of it is applied.
    Unapplied,
    /// It is applied, and nothing is answered.
    Applied,
    /// It is applied, and the head and perhaps a part of the body have left.
    Answering,
}

impl Stage {
    fn word(self) -> &'static str {
        match self {
            Self::Unapplied => "unapplied",
            Self::Applied => "applied",
            Self::Answering => "answering",
        }
    }
}

/// Everything that stands still now, oldest first.
#[derive(Debug, Default)]
pub(super) struct Held {
    count: u64,
    all: BTreeMap<u64, Value>,
}

impl Held {
    /// Remembers a request, and gives it a number.
    pub(super) fn add(&mut self, request: &Request, stage: Stage, since: Timestamp) -> u64 {
        self.count += 1;
        let told = json!({
            "since": since,
            "method": request.method,
            "path": request.path,
            "stage": stage.word(),
        });
        self.all.insert(self.count, told);
        self.count
    }

    /// It goes on, or its connection closed.
    pub(super) fn remove(&mut self, number: u64) {
        self.all.remove(&number);
    }

    /// As JSON lines tell it.
    pub(super) fn lines(&self) -> impl Iterator<Item = Value> {
        self.all.values().cloned()
    }
}
