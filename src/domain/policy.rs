//! A standing policy: what a sweep may end, by itself, again and again. Everything that decides what is ended is in it and under its hash,
//! which the phrase names: whoever changes a rule, a guard, a limit or a figure has another policy, and no confirmation for it.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Serialize, Serializer};

use super::diagnosis::Thresholds;
use super::moment::round;
use super::plan::{Scope, sealed};
use super::recipe::Way;
use super::rules::Worded;
use super::step::Rung;

/// The `format` word of a policy.
pub const FORMAT: &str = "unstick-sweep/1";

/// A standing policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Always [`FORMAT`].
    pub format: &'static str,
    /// The organisation.
    pub org_id: String,
    /// The API host.
    pub api_host: String,
    /// The OAuth client.
    pub client_id: String,
    /// The profile's name; part of the phrase.
    pub profile: String,
    /// Which chats, as the filter language prints it; empty for all of them.
    pub filter: String,
    /// The zone that clocks in filters are meant in.
    pub zone: String,
    /// The ladder, or a recipe, whole.
    pub recipe: Way,
    /// How hard it may push; a sweep closes.
    pub rung: Rung,
    /// The wrap-up code's id, if one is to be applied.
    pub wrap_up: Option<String>,
    /// How much it may do.
    pub limits: Bounds,
    /// How often.
    pub rounds: Rounds,
    /// Why, in the operator's words.
    pub note: Option<String>,
    /// Every rule, in the order of the file.
    pub rules: Vec<Worded>,
    /// Every guard.
    pub guards: Vec<Worded>,
    /// The figures that kinds are told by.
    pub thresholds: Thresholds,
}

/// How much a sweep may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// The most conversations of one round.
    pub max_batch: usize,
    /// The most conversations in an hour, by all sweeps of the organisation that this journal knows of.
    pub max_per_hour: usize,
    /// How many conversations go first and alone.
    pub canary: usize,
    /// How many conversations are worked on at once.
    pub max_parallel: usize,
    /// Requests in any 60 seconds.
    pub requests_per_minute: u32,
    /// A chat with a reply younger than this is left alone: there is nobody to whom it could be counted aloud.
    pub recent_reply: SignedDuration,
    /// How many days back open conversations are looked for.
    pub horizon_days: u32,
}

/// How often a policy is carried out: what was confirmed for once does not stand for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounds {
    /// One round.
    Once,
    /// A round each time so much has passed since the last one began.
    Every(Duration),
}

impl Rounds {
    /// In words: `once`, `every 10m`.
    pub fn words(self) -> String {
        match self {
            Self::Once => "once".to_owned(),
            Self::Every(span) => format!("every {}", round(signed(span))),
        }
    }
}

impl Serialize for Rounds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.words())
    }
}

fn signed(span: Duration) -> SignedDuration {
    SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX)
}

impl Policy {
    /// SHA-256 in hex of everything in it, as that of a plan.
    pub fn hash(&self) -> String {
        sealed(self)
    }

    /// The first eight characters of its hash.
    pub fn short(&self) -> String {
        self.hash().chars().take(8).collect()
    }

    /// The words with which it is confirmed.
    pub fn phrase(&self) -> String {
        format!("{} sweep {}", self.profile, self.short())
    }

    /// For whom and where it stands.
    pub fn scope(&self) -> Scope {
        Scope {
            org_id: self.org_id.clone(),
            api_host: self.api_host.clone(),
            client_id: self.client_id.clone(),
            profile: self.profile.clone(),
        }
    }

    /// The names of the rules that let it end something.
    pub fn allowing(&self) -> Vec<&str> {
        let rules = self.rules.iter();
        rules
            .filter(|rule| rule.terminate == "allow")
            .map(|rule| rule.name.as_str())
            .collect()
    }

    /// The note of its runs: that it was a sweep, which, and why.
    pub fn run_note(&self) -> String {
        let why = self.note.as_ref().map(|note| format!(": {note}"));
        format!("sweep {}{}", self.short(), why.unwrap_or_default())
    }

    /// The policy in words, a line for each part of it.
    pub fn lines(&self) -> Vec<String> {
        let limits = &self.limits;
        let filter = match self.filter.as_str() {
            "" => "every chat",
            filter => filter,
        };
        let code = self.wrap_up.as_ref().map(|id| format!(", wrap-up {id}"));
        let note = self.note.as_ref().map(|note| format!("note     {note}"));
        let lines = [
            format!(
                "policy {} of `{}`: organisation {} at {}",
                self.short(),
                self.profile,
                self.org_id,
                self.api_host
            ),
            format!(
                "takes    {filter}, oldest first, where a rule with terminate = \"allow\" fits: {}",
                self.allowing().join(", ")
            ),
            format!(
                "leaves   what is not ended in bulk, what a guard or another rule forbids or warns of, what has a reply of the last {}, and what sweeps left open before",
                round(limits.recent_reply)
            ),
            format!(
                "ends     by {}, rung {}{}",
                self.recipe.name(),
                self.rung.word(),
                code.unwrap_or_default()
            ),
            format!(
                "at most  {} a round, {} an hour; {} first and alone, then {} at a time",
                limits.max_batch, limits.max_per_hour, limits.canary, limits.max_parallel
            ),
            format!("when     {}", self.rounds.words()),
        ];
        lines.into_iter().chain(note).collect()
    }
}

#[cfg(test)]
mod tests;
