//! What customers, servers, files and terminals may send, and what must never come of it.

/// Nonsense into what reads from outside.
mod fuzz;
/// F41 where the console is spoken as lines.
mod lines;
/// What the program writes, judged byte by byte.
pub(crate) mod oracle;
/// F42, F43: what nobody typed, and a list that changes under the hand.
mod pasted;
/// F41 on the real binary, in a pipe and in a terminal.
mod program;
/// Every screen, every payload, three widths, through the real backend.
mod screens;
/// F45: a secret followed through everything.
mod secrets;
/// How every screen is reached.
pub(crate) mod stages;
/// The sanitiser over the whole corpus.
mod text;

use serde::Deserialize;

/// One thing that somebody may send.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Payload {
    /// Its name.
    pub(crate) name: String,
    /// Why it is here.
    pub(crate) why: String,
    text: String,
    #[serde(default = "once")]
    times: usize,
    #[serde(default)]
    front: String,
    #[serde(default)]
    back: String,
}

fn once() -> usize {
    1
}

impl Payload {
    /// As it is sent.
    pub(crate) fn raw(&self) -> String {
        format!(
            "{}{}{}",
            self.front,
            self.text.repeat(self.times),
            self.back
        )
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Corpus {
    payload: Vec<Payload>,
}

/// All of them.
pub(crate) fn payloads() -> Vec<Payload> {
    let corpus: Corpus = toml::from_str(include_str!("payloads.toml")).unwrap();
    corpus.payload
}
