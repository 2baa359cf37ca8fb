//! One request that left this program, as a log of requests shows it: which, for whom, how it went, and the id by which the platform's
//! support finds it. No query, no body, no token.

use jiff::Timestamp;
use serde::Serialize;

use super::failure::Receipt;
use super::text::Text;

mod purpose;

pub use purpose::{LIST, purpose};

/// For whom a request was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asker {
    /// A run: its checks, its requests that change something, its verification.
    Run,
    /// Somebody who waits for it: a page that was opened, a plan, a command.
    Asked,
    /// Nobody in particular: what keeps the list fresh.
    Poll,
    /// Whoever asks next: the token that every request is made with.
    Token,
}

impl Asker {
    /// The word on screen and in a support packet.
    pub fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Asked => "asked",
            Self::Poll => "poll",
            Self::Token => "token",
        }
    }
}

/// How a request passed, beside what was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Passage {
    /// How many bytes the answer's body had.
    pub bytes: u64,
    /// How long it waited for its turn before it left, in milliseconds.
    pub waited_ms: u64,
    /// The service had said 429 while it waited.
    pub was_shut: bool,
    /// For how many seconds the answer asked for silence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// A request and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestLine {
    /// Its place among all requests of this program, from 1.
    pub number: u64,
    /// When it left, by this machine's clock.
    pub at: Timestamp,
    /// The method.
    pub method: String,
    /// The path, without its query.
    pub path: String,
    /// For whom.
    pub by: Asker,
    /// Which try of the same request it was, from 1.
    pub attempt: u32,
    /// The answer's figures.
    pub receipt: Receipt,
    /// Why there was no answer.
    pub trouble: Option<Text>,
    /// How it passed.
    #[serde(flatten)]
    pub passage: Passage,
}

impl RequestLine {
    /// It was answered with a 2xx.
    pub fn is_well(&self) -> bool {
        let status = self.receipt.status;
        self.trouble.is_none() && status.is_some_and(|status| (200..300).contains(&status))
    }

    /// What it is for, in a word or two.
    pub fn purpose(&self) -> &'static str {
        purpose(&self.method, &self.path)
    }

    /// The path without what all paths begin with.
    pub fn short_path(&self) -> &str {
        self.path.strip_prefix("/api/v2").unwrap_or(&self.path)
    }
}
