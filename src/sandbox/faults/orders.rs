//! A file of faults, the body of `POST /sandbox/faults`, and the `then` of a rule: the same thing.

use super::fault::Fault;
use super::file::Origin;
use crate::sandbox::notify::Mischief;
use crate::sandbox::scenario::Span;
use crate::sandbox::world::happening::{Details, Happening};
use serde::Deserialize;
use std::sync::Arc;

/// Orders. All of them hold from now on; a new one stands instead of the one before of its kind, but
/// rules are added.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a field of its own in a file"
)]
pub struct FaultOrders {
    /// `[[fault]]`: rules to add.
    #[serde(rename = "fault", alias = "faults")]
    pub(in crate::sandbox) faults: Vec<Fault>,
    /// `[[event]]`: what people do.
    #[serde(rename = "event", alias = "events")]
    pub(in crate::sandbox) events: Vec<Event>,
    /// `[[false_end]]`: notifications that tell of an end that is none.
    #[serde(rename = "false_end")]
    pub(in crate::sandbox) false_ends: Vec<FalseEnd>,
    /// `[[socket]]`: what becomes of open sockets.
    #[serde(rename = "socket", alias = "sockets")]
    pub(in crate::sandbox) sockets: Vec<SocketOrder>,
    /// `[notifications]`: what becomes of their frames; see `notify/mischief.rs`.
    pub(in crate::sandbox) notifications: Option<Mischief>,
    /// Forget all rules first.
    pub(in crate::sandbox) clear: bool,
    /// Let every held request go on.
    pub(in crate::sandbox) release: bool,
    /// Close every connection without an answer for so long, in milliseconds; 0 ends it.
    pub(in crate::sandbox) unreachable_ms: Option<u32>,
    /// Take permissions away.
    pub(in crate::sandbox) remove_permissions: Vec<String>,
    /// Give permissions back.
    pub(in crate::sandbox) restore_permissions: Vec<String>,
    /// Whose permissions: a role's name, or the id of a client or a user. Absent: every role's.
    pub(in crate::sandbox) whose: Option<String>,
    /// Allow so many requests a minute.
    pub(in crate::sandbox) rate_limit: Option<u32>,
    /// Let every token that was issued so far run out now.
    pub(in crate::sandbox) expire_tokens: bool,
    /// Make every token that was issued so far useless.
    pub(in crate::sandbox) revoke_tokens: bool,
    /// Make analytics so late, in milliseconds.
    pub(in crate::sandbox) analytics_lag_ms: Option<u32>,
    /// Let the platform's clock go ahead by so many milliseconds, or behind where negative: every time
    /// that it writes or reads is wrong by that, and the `Date` of every answer.
    pub(in crate::sandbox) clock_skew_ms: Option<i64>,
    /// Stand for another organisation: the same tokens, another organisation's id.
    pub(in crate::sandbox) swap_organization: bool,
    /// The file that they come from.
    #[serde(skip)]
    pub(in crate::sandbox) origin: Option<Arc<Origin>>,
}

/// One thing that somebody does. Also the body of `POST /sandbox/events`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct Event {
    #[serde(rename = "event")]
    pub(in crate::sandbox) what: Happening,
    /// An id, or the label it was staged with. Only `guest-arrives` needs none.
    pub(in crate::sandbox) conversation: Option<String>,
    /// How long from now, in milliseconds.
    #[serde(default)]
    pub(in crate::sandbox) after_ms: u32,
    /// What is written.
    text: Option<String>,
    /// The queue it is sent to, by name.
    queue: Option<String>,
    /// The agent who comes, or to whom it is sent, by name.
    agent: Option<String>,
    /// How long it is set aside, like `1h30m`.
    #[serde(rename = "for")]
    span: Option<Span>,
}

impl Event {
    /// It happens to no conversation in particular.
    pub(in crate::sandbox) fn is_at_large(&self) -> bool {
        self.what == Happening::GuestArrives
    }

    /// What is wrong with it, if anything is.
    pub(in crate::sandbox) fn problem(&self) -> Option<&'static str> {
        let nameless = self.conversation.is_none() && !self.is_at_large();
        nameless.then_some("it is missing; name the id or the label of the conversation")
    }

    pub(in crate::sandbox) fn details(&self) -> Details {
        Details {
            text: self.text.clone(),
            queue: self.queue.clone(),
            agent: self.agent.clone(),
            span: self.span,
        }
    }
}

/// Notifications tell once that a conversation ended; it did not.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct FalseEnd {
    /// An id, or the label it was staged with.
    pub(in crate::sandbox) conversation: String,
    /// How long from now, in milliseconds.
    #[serde(default)]
    pub(in crate::sandbox) after_ms: u32,
}

/// What becomes of open sockets, whatever is written on them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::sandbox) struct SocketOrder {
    /// Whose sockets. Absent: all.
    pub(in crate::sandbox) of: Option<Sockets>,
    /// End every socket that is open then, once, in so many milliseconds, without a close frame.
    pub(in crate::sandbox) cut_ms: Option<u32>,
    /// With `cut_ms`: by a TCP reset.
    pub(in crate::sandbox) reset: bool,
    /// Let every frame out so many milliseconds late, from now on; 0 ends it.
    pub(in crate::sandbox) delay_ms: Option<u32>,
}

/// Whose sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Sockets {
    Guests,
    Notifications,
}

impl FaultOrders {
    /// Every conversation that is named, by id or by label, in rules and what they order too.
    pub(in crate::sandbox) fn targets(&self) -> Vec<&str> {
        let events = self.events.iter();
        let events = events.filter_map(|one| one.conversation.as_deref());
        let false_ends = self.false_ends.iter().map(|one| one.conversation.as_str());
        let mut all: Vec<&str> = events.chain(false_ends).collect();
        for fault in &self.faults {
            all.extend(fault.target());
            all.extend(fault.orders().into_iter().flat_map(Self::targets));
        }
        all
    }

    /// These orders and all those that follow from their rules.
    pub(in crate::sandbox) fn and_later(&self) -> Vec<&Self> {
        let later = self.faults.iter().filter_map(Fault::orders);
        let mut all: Vec<&Self> = later.flat_map(Self::and_later).collect();
        all.insert(0, self);
        all
    }
}
