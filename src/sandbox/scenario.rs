//! Scenario files: what is staged, how the world lives, what goes wrong.
//!
//! A file is either taken whole or refused with its line; nothing of it is half-applied.

mod built_in;
mod check;
mod contradictions;
mod error;
mod forum;
mod guests;
mod rules;
mod sign_in;
mod span;
#[cfg(test)]
mod tests;

pub use error::ScenarioError;
pub(super) use error::{line_of, located, nearest, read};
pub(super) use forum::{
    Again, Close, Closed, Context, Delete, Deleted, Dialect, EmptyPost, Forum, MessagingClose,
    Need, RoutingStatus, StatePatch, StatusPatch,
};
pub(super) use guests::{ClosingWord, Deployment, End, Guest, OnDisconnect};
pub(super) use rules::{BotRule, QueueRule};
pub(super) use sign_in::SignIn;
pub(super) use span::Span;

use super::faults::{Event, Fault, FaultOrders};
use super::kind::Kind;
use super::world::conversation::{Disconnect, MessageType};
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;

/// A pretend organisation, as a file describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// One line for people who choose.
    pub description: String,
    /// What is to be seen, learnt and done in it.
    #[serde(default)]
    pub story: String,
    #[serde(default = "default_organization")]
    pub(super) organization: String,
    #[serde(default = "default_seed")]
    pub(super) seed: u64,
    /// Fill up to so many chats in the demo's mix.
    #[serde(default)]
    pub(super) fill: usize,
    #[serde(default)]
    pub(super) life: Life,
    #[serde(default)]
    pub(super) platform: Platform,
    #[serde(default)]
    pub(super) guest: Guest,
    #[serde(default, rename = "deployment")]
    pub(super) deployments: Vec<Deployment>,
    #[serde(default)]
    pub(super) sign_in: SignIn,
    /// Which operations are answered.
    #[serde(default)]
    pub(super) dialect: Dialect,
    /// Means something only with the dialect of the same name.
    pub(super) forum: Option<Spanned<Forum>>,
    #[serde(default, rename = "chat")]
    pub(super) chats: Vec<Chat>,
    #[serde(default, rename = "fault")]
    pub(super) faults: Vec<Fault>,
    #[serde(default, rename = "queue")]
    pub(super) queues: Vec<QueueRule>,
    #[serde(default, rename = "bot")]
    pub(super) bots: Vec<BotRule>,
    /// What people do, counted from the start.
    #[serde(default, rename = "event")]
    pub(super) events: Vec<Event>,
}

/// What happens by itself. Staged chats keep their legs whatever is set here.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Life {
    /// New chats an hour; each is served and ends.
    pub(super) arrivals_per_hour: u32,
    /// Whether both sides of `live` chats go on writing.
    pub(super) messages: bool,
    /// How far guests who come by a socket are brought.
    pub(super) guests_reach: Reach,
    /// The shortest and the longest wait until a bot answers such a guest, in milliseconds.
    pub(super) bot_answers_ms: (u32, u32),
    /// The same until an agent answers.
    pub(super) agent_answers_ms: (u32, u32),
    /// The same with a bot, and then in a queue.
    pub(super) guest_waits_ms: (u32, u32),
}

/// How far guests who come by a socket are brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Reach {
    /// The bot keeps them.
    Bot,
    /// They wait in a queue.
    Queue,
    /// An agent answers them.
    Agent,
}

impl Default for Life {
    fn default() -> Self {
        Self {
            arrivals_per_hour: 0,
            messages: false,
            guests_reach: Reach::Agent,
            bot_answers_ms: (300, 900),
            agent_answers_ms: (1500, 4000),
            guest_waits_ms: (1500, 3000),
        }
    }
}

impl Life {
    /// Whether agents work here: they take on who comes back, and settle what they owe.
    pub(super) fn is_lively(&self) -> bool {
        self.arrivals_per_hour > 0
    }
}

/// How the platform behaves, and each fact about it that nobody has verified.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of a file, each on its own"
)]
pub(super) struct Platform {
    /// Requests a minute for one token.
    pub(super) rate_limit: u32,
    /// How long a token is good, in seconds.
    pub(super) token_seconds: u32,
    /// How late analytics shows a change, in milliseconds.
    pub(super) analytics_lag_ms: u32,
    /// How late the data lake of asynchronous queries is, in milliseconds; for what was staged too.
    pub(super) lake_lag_ms: u32,
    /// How long an asynchronous query is queued, and how long it then takes, in milliseconds.
    pub(super) job_ms: (u32, u32),
    /// How long its results are kept, in seconds.
    pub(super) job_seconds: u32,
    /// How many entities an activity query shows of each group and metric.
    pub(super) activity_entities_max: usize,
    /// The shortest and the longest wait until an accepted change is applied, in milliseconds.
    pub(super) apply_ms: (u32, u32),
    /// Whether a bot's leg lists the messages it saw.
    pub(super) machine_legs_list_messages: bool,
    /// Whether a client may end legs that are not its own.
    pub(super) legs_of_others: bool,
    /// Whether a client may read `GET /conversations/messages/{id}`.
    pub(super) messages_readable: bool,
    /// How an ending of what has ended already is answered.
    pub(super) already_ended: AlreadyEnded,
    /// How long after its end a guest's message brings the same conversation back, in minutes; the
    /// platform allows up to 72 hours. 0: every message after an end begins a new one.
    pub(super) threading_minutes: u32,
    /// The `disconnectType` that an ending through the API leaves.
    pub(super) disconnect_type: Disconnect,
    /// The time between two heartbeats of a notification channel, in milliseconds.
    pub(super) heartbeat_ms: u32,
    /// What a message leg calls its provider.
    pub(super) provider: String,
    /// The `disconnectType` that a teardown leaves.
    pub(super) teardown_disconnect_type: Disconnect,
    /// The status of `DELETE /conversations/{id}`.
    pub(super) delete_status: u16,
    /// How long an ended conversation can still be read, in minutes. Absent: as long as the sandbox runs.
    pub(super) ended_readable_minutes: Option<u32>,
    /// A bot keeps its leg when a conversation without a queue is closed; only a teardown frees it.
    pub(super) close_spares_bots: bool,
    /// Whether a client may settle the wrap-up of others.
    pub(super) wrap_up_of_others: bool,
    /// The attribute search answers with a list, as seen on real organisations, where the document
    /// says an object.
    pub(super) attribute_search_lists: bool,
    /// Permissions taken from the client.
    pub(super) without_permissions: Vec<String>,
    /// Names of the wrap-up codes.
    pub(super) wrap_up_codes: Vec<String>,
}

/// How an ending of what has ended already is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum AlreadyEnded {
    /// 400 for a participant or a leg; a whole conversation is accepted.
    Refused,
    /// 404, as if it were not there.
    NotFound,
    /// As if it were still open.
    Accepted,
}

impl Default for Platform {
    fn default() -> Self {
        Self {
            rate_limit: 300,
            token_seconds: 86_400,
            analytics_lag_ms: 3000,
            lake_lag_ms: 6 * 3_600_000,
            job_ms: (300, 1200),
            job_seconds: 7 * 86_400,
            activity_entities_max: 100,
            apply_ms: (100, 700),
            machine_legs_list_messages: true,
            legs_of_others: true,
            messages_readable: true,
            already_ended: AlreadyEnded::Refused,
            threading_minutes: 72 * 60,
            disconnect_type: Disconnect::Client,
            heartbeat_ms: 30_000,
            provider: "PureCloud Messaging".to_owned(),
            teardown_disconnect_type: Disconnect::System,
            delete_status: 200,
            ended_readable_minutes: None,
            close_spares_bots: false,
            wrap_up_of_others: true,
            attribute_search_lists: false,
            without_permissions: Vec::new(),
            wrap_up_codes: ["Resolved", "Customer left", "Duplicate", "Stale"]
                .map(str::to_owned)
                .to_vec(),
        }
    }
}

/// One `[[chat]]`: a conversation to stage, or `count` of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of a file, each on its own"
)]
pub(super) struct Chat {
    pub(super) kind: Spanned<Kind>,
    #[serde(default = "one")]
    pub(super) count: usize,
    /// A name for faults, events and tests; with a count it is followed by `-2`, `-3` and so on.
    pub(super) label: Option<String>,
    /// How long before the start it began.
    pub(super) age: Option<Spanned<Span>>,
    /// How long before the start somebody wrote last.
    pub(super) idle: Option<Spanned<Span>>,
    /// The deployment that its guest came by; absent, the first.
    pub(super) deployment: Option<Spanned<String>>,
    pub(super) queue: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) customer: Option<String>,
    pub(super) bot: Option<String>,
    /// The bot's leg stays up when the customer's ends: only ending the whole conversation frees it.
    #[serde(default)]
    pub(super) bot_stays: bool,
    /// The agent owes wrap-up when the leg ends. Always so for kind `wrap-up`.
    #[serde(default)]
    pub(super) wrap_up: bool,
    /// How its messages travel. A `mixed` chat of another type than web messaging has no callback.
    #[serde(default, rename = "type")]
    pub(super) message_type: MessageType,
    /// A `stubborn` chat yields to the teardown.
    #[serde(default)]
    pub(super) teardown_works: bool,
    /// A `ghost` can still be read, and is over.
    #[serde(default)]
    pub(super) readable: bool,
    /// Analytics says that it is over, and it is not.
    #[serde(default)]
    pub(super) unlisted: bool,
}

fn one() -> usize {
    1
}

fn default_seed() -> u64 {
    1
}

fn default_organization() -> String {
    "Sandbox".to_owned()
}

impl Scenario {
    /// A scenario in a file of the user's.
    pub fn from_file(path: &Path) -> Result<Self, ScenarioError> {
        let (text, file) = read(path)?;
        Self::parse(&text, &file)
    }

    /// The same with one chat where there are several alike.
    #[must_use]
    pub fn one_of_each(mut self) -> Self {
        self.fill = 0;
        for chat in &mut self.chats {
            chat.count = chat.count.min(1);
        }
        self
    }

    /// A scenario in a text; `file_name` is for the words of errors.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, ScenarioError> {
        let scenario: Self =
            toml::from_str(text).map_err(|cause| located(&cause, text, file_name))?;
        check::check(&scenario, text, file_name)?;
        Ok(scenario)
    }
}

impl Scenario {
    /// What is ordered from the start.
    pub(super) fn orders(&self) -> FaultOrders {
        FaultOrders {
            faults: self.faults.clone(),
            events: self.events.clone(),
            ..FaultOrders::default()
        }
    }
}

impl Scenario {
    /// How the operations of the forum threads behave; nothing where they are not answered.
    pub(super) fn spoken_forum(&self) -> Option<Forum> {
        let written = self.forum.as_ref().map(|one| one.get_ref().clone());
        (self.dialect == Dialect::Forum).then(|| written.unwrap_or_default())
    }
}

impl Chat {
    /// The labels of its conversations, one for each of `count`.
    pub(super) fn labels(&self) -> Vec<String> {
        let Some(label) = &self.label else {
            return Vec::new();
        };
        let numbers = (1..=self.count).map(|number| match number {
            1 => label.clone(),
            other => format!("{label}-{other}"),
        });
        numbers.collect()
    }
}
