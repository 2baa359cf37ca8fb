//! What a scenario says about guests: the deployments they come by, and how the platform treats them.
//!
//! Where nobody has verified what the platform does, the field says so, and its default is a choice.

use super::Span;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// The most simulated guests that may hold sockets.
pub(super) const SOCKETS_MAX: u32 = 200;

/// One `[[deployment]]`: a place where guests come in. Without any there is one, with the defaults.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of a file, each on its own"
)]
pub(in crate::sandbox) struct Deployment {
    pub(in crate::sandbox) name: Spanned<String>,
    /// What a guest is told when the other side ends the conversation.
    #[serde(default)]
    pub(in crate::sandbox) disconnect: OnDisconnect,
    /// Whether a guest may clear the conversation.
    #[serde(default = "yes")]
    pub(in crate::sandbox) clear: bool,
    /// Whether a guest's `Join` begins a conversation.
    #[serde(default)]
    pub(in crate::sandbox) auto_start: bool,
    /// How long a guest may be silent before what the guest holds expires. The platform allows
    /// 15 minutes to 18 months; shorter is for tests.
    #[serde(default = "three_days", rename = "session")]
    pub(in crate::sandbox) silence: Spanned<Span>,
    /// Hosts whose pages may come in; absent, all may.
    pub(in crate::sandbox) allowed_domains: Option<Vec<String>>,
    /// The bot that greets; absent, the first that the organisation has.
    pub(in crate::sandbox) bot: Option<String>,
    /// Guests wait for an agent at once.
    #[serde(default)]
    pub(in crate::sandbox) without_bot: bool,
    /// The queue that guests come to; absent, the first that the organisation has.
    pub(in crate::sandbox) queue: Option<String>,
    /// Whether guests may sign in.
    #[serde(default)]
    pub(in crate::sandbox) sign_in: bool,
    /// Whether guests may send files.
    #[serde(default = "yes")]
    pub(in crate::sandbox) attachments: bool,
}

/// What a guest is told of a disconnect. Off is the platform's own default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum OnDisconnect {
    /// Nothing.
    #[default]
    Off,
    /// An event, and the guest may write on.
    Send,
    /// An event, and the guest may write no more.
    ReadOnly,
}

/// `[guest]`: simulated guests, limits, and what nobody has verified of the guests' protocol.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of a file, each on its own"
)]
pub(in crate::sandbox) struct Guest {
    /// How many staged guests hold a socket, 200 at most; the others are offline.
    pub(in crate::sandbox) sockets: u32,
    /// How many of those that write take no notice of a disconnect, as a careless client would.
    pub(in crate::sandbox) naive: u32,
    /// How long after each other those of `live` chats write, shortest and longest, in milliseconds.
    pub(in crate::sandbox) writes_every_ms: (u32, u32),
    /// Messages of one guest in a second.
    pub(in crate::sandbox) messages_per_second: u32,
    /// Requests on one socket in a minute.
    pub(in crate::sandbox) requests_per_minute: u32,
    /// Configurations for one guest in a minute.
    pub(in crate::sandbox) configures_per_minute: u32,
    /// New sockets of one deployment in a minute.
    pub(in crate::sandbox) connections_per_minute: u32,
    /// Echoes on one socket in a minute.
    pub(in crate::sandbox) echoes_per_minute: u32,
    /// Reads of one guest's history in a minute.
    pub(in crate::sandbox) history_per_minute: u32,
    /// How long the token for the history is good, in seconds.
    pub(in crate::sandbox) jwt_seconds: u32,
    /// Which ends are told of. Verified are `agent` and `bot`; the other two are assumed.
    pub(in crate::sandbox) told_of: Vec<End>,
    /// Whether an event in `send` mode says `readOnly: "false"`; unverified, it may say nothing.
    pub(in crate::sandbox) says_not_read_only: bool,
    /// Whether a guest who was told nothing brings the same conversation back; unverified.
    pub(in crate::sandbox) revives_untold: bool,
    /// How long the server waits for the client before it closes a socket that was told to go, in
    /// milliseconds. That it closes at all is unverified; 0: it does not.
    pub(in crate::sandbox) closes_after_ms: u32,
    /// What the reason is called in `ConnectionClosedEvent`; unverified.
    pub(in crate::sandbox) closing_word: ClosingWord,
    /// Whether an expiry is told when it comes and not only when it is asked for; unverified.
    pub(in crate::sandbox) tells_expiry: bool,
    /// The `type` of `SessionExpiredEvent` as an answer; unverified, it may be a response.
    pub(in crate::sandbox) expiry_is_response: bool,
    /// The code for a frame that comes before the guest has said who it is; unverified.
    pub(in crate::sandbox) unconfigured_code: u16,
    /// Whether a page without an origin may come in where domains are restricted; unverified.
    pub(in crate::sandbox) without_origin: bool,
    /// After so many seconds without a frame a socket is closed with 1001; unverified, 0: never.
    pub(in crate::sandbox) idle_socket_seconds: u32,
    /// After so many seconds any socket is closed with 1001; unverified, 0: never.
    pub(in crate::sandbox) socket_age_seconds: u32,
    /// Frames come up to so many milliseconds late, and so in another order.
    pub(in crate::sandbox) jitter_ms: u32,
}

/// An end that a guest may be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum End {
    /// The last agent's leg ended, and the guest's is up.
    Agent,
    /// The bot's flow ended the conversation.
    Bot,
    /// The guest's own leg, or the whole conversation, was ended from outside.
    Conversation,
    /// The same while the guest waited in a queue.
    Queue,
}

/// What the reason is called in `ConnectionClosedEvent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(in crate::sandbox) enum ClosingWord {
    #[serde(rename = "reason")]
    Reason,
    #[serde(rename = "reasonCode")]
    ReasonCode,
}

impl Default for Guest {
    fn default() -> Self {
        Self {
            sockets: 0,
            naive: 0,
            writes_every_ms: (120_000, 480_000),
            messages_per_second: 5,
            requests_per_minute: 60,
            configures_per_minute: 60,
            connections_per_minute: 1000,
            echoes_per_minute: 2,
            history_per_minute: 10,
            jwt_seconds: 60,
            told_of: vec![End::Agent, End::Bot, End::Conversation, End::Queue],
            says_not_read_only: true,
            revives_untold: true,
            closes_after_ms: 2000,
            closing_word: ClosingWord::Reason,
            tells_expiry: false,
            expiry_is_response: false,
            unconfigured_code: 400,
            without_origin: false,
            idle_socket_seconds: 0,
            socket_age_seconds: 0,
            jitter_ms: 0,
        }
    }
}

impl Default for Deployment {
    fn default() -> Self {
        Self {
            name: Spanned::new(0..0, "Sandbox Messenger".to_owned()),
            disconnect: OnDisconnect::default(),
            clear: true,
            auto_start: false,
            silence: three_days(),
            allowed_domains: None,
            bot: None,
            without_bot: false,
            queue: None,
            sign_in: false,
            attachments: true,
        }
    }
}

fn yes() -> bool {
    true
}

fn three_days() -> Spanned<Span> {
    Spanned::new(0..0, Span(SignedDuration::from_hours(72)))
}
