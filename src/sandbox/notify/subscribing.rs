//! Which of the wanted topics exist, and which of them the caller may listen to.
//!
//! The same for a request and for a frame; how a refusal is worded is theirs.

use super::channel::TOPICS_MAX;
use super::topic::{Rule, Topic};
use crate::sandbox::identity::roles::Roles;
use crate::sandbox::identity::tokens::Tokens;
use jiff::Timestamp;

/// What the hub must know of tokens and permissions, which are kept elsewhere.
#[derive(Clone, Copy)]
pub(in crate::sandbox) struct Clearance<'a> {
    pub(in crate::sandbox) tokens: &'a Tokens,
    pub(in crate::sandbox) roles: &'a Roles,
}

impl Clearance<'_> {
    /// When a token runs out; nothing for one that was revoked.
    pub(super) fn expiry(self, token: &str) -> Option<Timestamp> {
        self.tokens.expiry(token)
    }

    fn holds(self, token: &str, permission: &str) -> bool {
        let caller = self.tokens.caller(token);
        caller.is_some_and(|caller| self.roles.hold(caller, permission))
    }

    /// The user that a token speaks for; nothing for a client's own.
    fn user(self, token: &str) -> Option<String> {
        Some(self.tokens.caller(token)?.user?.to_string())
    }
}

/// A topic that exists, and whether the caller may listen.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Judged {
    pub(in crate::sandbox) name: String,
    /// Why not.
    pub(in crate::sandbox) rejection: Option<Rejection>,
    pub(super) topic: Topic,
}

/// Why a topic is closed to a caller.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Rejection {
    pub(in crate::sandbox) reason: String,
    /// Any one of these would do; empty where only the user itself may listen.
    pub(in crate::sandbox) missing: &'static [&'static str],
}

/// Why nothing was subscribed.
#[derive(Clone, Debug)]
pub(in crate::sandbox) enum Problem {
    /// No such topic.
    Unknown(String),
    /// Topics that the caller may not listen to.
    Forbidden(Vec<Judged>),
    /// There would be more than a channel holds.
    TooMany,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(name) => write!(out, "The subscription topic is not valid: [{name}]"),
            Self::Forbidden(topics) => {
                let reasons = topics.iter().filter_map(|one| {
                    let rejection = one.rejection.as_ref()?;
                    Some(format!("{}: {}", one.name, rejection.reason))
                });
                write!(out, "{}", reasons.collect::<Vec<_>>().join(" "))
            }
            Self::TooMany => write!(
                out,
                "Too many subscriptions: a channel holds {TOPICS_MAX} topics."
            ),
        }
    }
}

/// Judges names of topics; the first that does not exist spoils all.
pub(super) fn judge(
    names: &[String],
    token: &str,
    clearance: Clearance<'_>,
) -> Result<Vec<Judged>, Problem> {
    let judged = names.iter().map(|name| {
        let topic = Topic::parse(name).ok_or_else(|| Problem::Unknown(shortened(name)))?;
        let rejection = topic
            .rule()
            .and_then(|rule| rejection(rule, topic.id.as_deref(), token, clearance));
        Ok(Judged {
            name: topic.name.clone(),
            rejection,
            topic,
        })
    });
    judged.collect()
}

fn rejection(
    rule: &'static Rule,
    id: Option<&str>,
    token: &str,
    clearance: Clearance<'_>,
) -> Option<Rejection> {
    let is_own = rule.own && id.is_some() && clearance.user(token).as_deref() == id;
    let is_open = !rule.own && rule.permissions.is_empty();
    let holds_one = rule
        .permissions
        .iter()
        .any(|name| clearance.holds(token, name));
    if is_own || is_open || holds_one {
        return None;
    }
    let reason = if rule.permissions.is_empty() {
        "Only the user of the topic may subscribe to it.".to_owned()
    } else {
        format!(
            "You must have at least one of the following permissions assigned: [{}]",
            rule.permissions.join(", ")
        )
    };
    Some(Rejection {
        reason,
        missing: rule.permissions,
    })
}

/// A refusal repeats what was sent, not all of it.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 100;
    name.chars().take(LONGEST).collect()
}
