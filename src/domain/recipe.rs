//! A recipe: a sequence of requests that somebody says ends a conversation, written down so that it can be run, judged and shown beside the
//! published one. It is data, read from a TOML file by `settings/recipes.rs`; the rules of what may stand in one are here.
//!
//! A recipe says what is sent, in which order, what counts as accepted, what is waited for, and how each refusal is understood. It never says
//! that a conversation has ended: that is decided by reading, as for the ladder.

mod compared;
mod rules;
mod sending;
mod template;
mod way;
mod words;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use compared::{COLUMNS, Compared, Really, Refused, WrapUp, differences, lesson, lessons};
pub use rules::{
    MOST_STEPS, MOST_WAIT_MS, accepted_trouble, aim_trouble, header_trouble, is_name, size_trouble,
};
pub use sending::Sending;
pub use template::{BadTemplate, Fill, Slot, Template, Values, body_trouble, slots_of};
pub use way::Way;

/// The built-in recipe: the ladder of `domain::decide`, and the only one that a real organisation is ever shown.
pub const STANDARD: &str = "standard";
/// Why no recipe is run on one.
pub const ONLY_STANDARD: &str = "a real organisation is only ever shown `standard`";

/// A recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Its name: letters, digits and dashes.
    pub name: String,
    /// One line: what it does.
    pub title: String,
    /// The forum thread it is from.
    pub thread: Option<u8>,
    /// What is claimed of it, in our words.
    pub claim: String,
    /// The permission or scope that is named for it, as it is named.
    pub access: String,
    /// What it is worth, and what to do instead.
    pub verdict: String,
    /// Which service answers its requests.
    pub dialect: Dialect,
    /// The host that it insists on, if it does.
    pub host: Option<String>,
    /// What is sent, in order. Never empty.
    pub steps: Vec<RecipeStep>,
}

/// Which service answers the requests of a recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// The platform, and every sandbox.
    Platform,
    /// A sandbox that answers what the forum's threads describe.
    Forum,
}

/// One request of a recipe, for each party that it is meant for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipeStep {
    /// Its name, no other step's: letters, digits and dashes.
    pub name: String,
    /// What it is for, in words.
    pub does: String,
    /// How it is sent.
    pub method: Method,
    /// Where to.
    pub path: Template,
    /// What is sent, with slots in its texts; nothing where it has no body.
    pub body: Option<serde_json::Value>,
    /// Headers beside those of every request, as names and values.
    pub headers: Vec<(String, String)>,
    /// For whom it is sent.
    pub each: Each,
    /// Answers that count as accepted: statuses.
    pub accepted: Vec<u16>,
    /// Where it goes on once that is done.
    pub then: Then,
    /// What must be seen before it goes on.
    pub wait: Option<Wait>,
    /// How often it is sent again where it was refused for now.
    pub retry: Retry,
    /// What is left of the recipe goes on without it.
    pub is_optional: bool,
    /// How refusals are understood. The first that fits counts; others are understood as the ladder's are.
    pub refusals: Vec<Refusal>,
    /// What the platform publishes for the same purpose.
    pub published: Published,
}

/// How a step is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// HTTP PATCH.
    Patch,
    /// HTTP PUT.
    Put,
    /// HTTP POST.
    Post,
    /// HTTP DELETE.
    Delete,
    /// A frame on a guest's web socket.
    Socket,
}

impl Method {
    /// All of them, as they are written.
    pub const ALL: [(&'static str, Self); 5] = [
        ("PATCH", Self::Patch),
        ("PUT", Self::Put),
        ("POST", Self::Post),
        ("DELETE", Self::Delete),
        ("SOCKET", Self::Socket),
    ];

    /// As it is written.
    pub fn word(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(_, method)| *method == self)
            .map_or("", |(word, _)| word)
    }
}

/// For whom a step is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Each {
    /// Once, for the conversation.
    #[default]
    Conversation,
    /// For each customer with an open leg of the plan.
    Customer,
    /// For each agent or other human with an open leg of the plan.
    Agent,
}

/// Where a recipe goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// With the step behind it.
    #[default]
    Next,
    /// With the proof: nothing more is sent.
    Verify,
    /// With a later step, by its name.
    Step(String),
}

/// What must be seen before a recipe goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// What.
    pub until: Until,
    /// By what it may be noticed.
    pub by: By,
    /// How long at most, in milliseconds. Then it goes on all the same, and the proof says what became of it.
    pub most_ms: u32,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// No leg of the party that the step was for is open.
    LegClosed,
    /// No leg is open.
    Ended,
}

/// By what something may be noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// By reading again and again.
    Read,
    /// By a notification, which asks for a read at once; and by reading where none comes.
    Event,
}

/// How often a step is sent again where it was refused for now. Waits double, with full jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// How often in all, from 1.
    pub times: u8,
    /// The first wait at most, in milliseconds.
    pub base_ms: u32,
    /// The longest wait, in milliseconds.
    pub most_ms: u32,
}

impl Retry {
    /// The most sends of one step at one target. What was or may have been accepted is never sent more than twice, whatever a recipe says.
    pub const MOST_TIMES: u8 = 5;
    /// The longest wait, in milliseconds.
    pub const MOST_MS: u32 = 20_000;
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            times: 1,
            base_ms: 250,
            most_ms: Self::MOST_MS,
        }
    }
}

/// How a refusal is understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// A part of the code or message, whatever its case; any where it is absent.
    pub says: Option<String>,
    /// What it means.
    pub means: Means,
}

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// It was closed before: a success of its own kind, which the next read has to show.
    AlreadyOver,
    /// It is still going on: read again, and try again as often as the step may.
    StillActive,
    /// A wrap-up code is wanted: the conversation is held.
    NeedsWrapUp,
    /// A right is missing: the run stops.
    NeedsRight,
    /// There is no such operation: the run stops, or does without the step where that is optional.
    NoSuchOperation,
    /// This conversation is not to be ended like this: it is held.
    NotThisOne,
}

impl Means {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::AlreadyOver => "already closed: the next read has to show it",
            Self::StillActive => "still active: read, then try again",
            Self::NeedsWrapUp => "wants a wrap-up code: held",
            Self::NeedsRight => "a right is missing: the run stops",
            Self::NoSuchOperation => {
                "no such operation: the run stops, or goes on without the step"
            }
            Self::NotThisOne => "refused for this chat: held",
        }
    }
}

/// What the platform publishes for the purpose of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// The operations, as methods and paths; none where there is nothing of the kind.
    pub operations: Vec<String>,
    /// With which body, which permission, what is different.
    pub note: String,
}

impl Recipe {
    /// The step of a name, with its place.
    pub fn step(&self, name: &str) -> Option<(usize, &RecipeStep)> {
        self.steps
            .iter()
            .enumerate()
            .find(|(_, step)| step.name == name)
    }

    /// Where it goes on after the step of this place; nothing where the proof comes.
    pub fn after(&self, place: usize) -> Option<usize> {
        let next = match &self.steps.get(place)?.then {
            Then::Next => place + 1,
            Then::Verify => return None,
            Then::Step(name) => self.step(name)?.0,
        };
        (next < self.steps.len()).then_some(next)
    }

    /// The steps that are never come to, by their places.
    pub fn unreachable(&self) -> Vec<usize> {
        let mut way = std::iter::successors(Some(0), |place| self.after(*place));
        let reached: Vec<usize> = way.by_ref().take(self.steps.len()).collect();
        // A step that may be done without is left by its refusal as well, for the step behind it.
        let is_behind = |place: usize| {
            place
                .checked_sub(1)
                .and_then(|before| self.steps.get(before))
                .is_some_and(|before| before.is_optional)
        };
        let mut missed = Vec::new();
        for place in 0..self.steps.len() {
            let is_reached =
                reached.contains(&place) || (is_behind(place) && !missed.contains(&(place - 1)));
            if !is_reached {
                missed.push(place);
            }
        }
        missed
    }

    /// One of its steps needs a wrap-up code.
    pub fn needs_wrap_up(&self) -> bool {
        self.needs(Slot::WrapUp)
    }

    /// One of its steps cannot be sent without this id.
    pub fn needs(&self, slot: Slot) -> bool {
        self.steps.iter().any(|step| step.needs(slot))
    }

    /// One of its steps goes on by an event.
    pub fn waits_by_event(&self) -> bool {
        let mut waits = self.steps.iter().filter_map(|step| step.wait);
        waits.any(|wait| wait.by == By::Event)
    }

    /// Every operation of it is one that the platform publishes.
    pub fn is_published(&self) -> bool {
        self.steps.iter().all(|step| step.operation().is_some())
    }
}

impl RecipeStep {
    /// It cannot be sent without this id.
    pub fn needs(&self, slot: Slot) -> bool {
        let mut body = self.body.iter();
        self.path.has(slot) || body.any(|body| slots_of(body).contains(&slot))
    }

    /// A frame goes to the socket of guests, and a request to the API.
    pub fn is_aimed_right(&self) -> bool {
        (self.method == Method::Socket) == self.path.is_guests_socket()
    }

    /// The operation as the platform publishes it; nothing where it does not.
    pub fn operation(&self) -> Option<&'static str> {
        super::published::operation(self.method.word(), &self.path.to_string())
    }
}

impl fmt::Display for RecipeStep {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.method.word(), self.path)
    }
}

#[cfg(test)]
mod tests;
