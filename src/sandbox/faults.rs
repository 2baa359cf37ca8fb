//! Scripted trouble: which request is hit, and what goes wrong with it.
//!
//! Only says what to do; the service and the server do it.

use super::scenario::{ScenarioError, located};
use super::world::happening::Happening;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::path::Path;

/// One fault. Every condition that is given must match; the matching requests are counted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fault {
    /// The method.
    method: Option<String>,
    /// A part of the path.
    path: Option<String>,
    /// The step that the request is.
    step: Option<Step>,
    /// The conversation, by id or by the label it was staged with.
    conversation: Option<String>,
    /// The first matching request that is hit, counted from 1. Absent: the first.
    nth: Option<u32>,
    /// How many are hit from there on. Absent: one; 0: all.
    times: Option<u32>,
    /// Whether the trouble comes before the request is applied, or after. Absent: before, but
    /// after where only the answer is late, or where it is applied late.
    when: Option<When>,
    /// Answer this status instead, 200 to 599.
    #[serde(deserialize_with = "sendable")]
    status: Option<u16>,
    /// The error code that goes with the status.
    code: Option<String>,
    /// `Retry-After` that goes with the status, in seconds or as any other text.
    retry_after: Option<RetryAfter>,
    /// Answer so many milliseconds late.
    delay_ms: Option<u32>,
    /// Do not answer until it is released or the connection closes.
    hold: bool,
    /// Close the connection instead of answering.
    drop: bool,
    /// Answer as if all went well, and apply nothing.
    accepted_but_open: bool,
    /// Apply so many milliseconds after accepting.
    apply_late_ms: Option<u32>,
    /// What somebody does to the conversation when this request is hit.
    event: Option<Happening>,
    /// How long after the request, in milliseconds.
    event_after_ms: u32,
    #[serde(skip)]
    seen: u32,
}

/// `Retry-After` as a number, or as something that is none.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum RetryAfter {
    Seconds(u64),
    Text(String),
}

/// When the trouble comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum When {
    /// Nothing of the request is applied yet.
    #[default]
    Before,
    /// The request is applied, only its answer suffers.
    After,
}

/// What a request is for, as the words of plans and boards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Step {
    Token,
    List,
    Read,
    Legs,
    Close,
    Communication,
    WrapUp,
    Teardown,
    Transcript,
    Names,
}

/// What is known of a request when faults are looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) step: Option<Step>,
    /// Id and label of the conversation.
    pub(super) conversation: Option<(&'a str, Option<&'a str>)>,
}

/// Everything that goes wrong with one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Trouble {
    pub(super) when: When,
    pub(super) status: Option<(u16, Option<String>, Option<String>)>,
    pub(super) delay_ms: u32,
    pub(super) hold: bool,
    pub(super) drop: bool,
    pub(super) accepted_but_open: bool,
    pub(super) apply_late_ms: Option<u32>,
    pub(super) event: Option<(Happening, u32)>,
}

/// A file of faults, or the body of `POST /sandbox/faults`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaultOrders {
    /// Faults to add.
    #[serde(rename = "fault", alias = "faults")]
    pub(super) faults: Vec<Fault>,
    /// Forget all faults first.
    pub(super) clear: bool,
    /// Let every held request go on.
    pub(super) release: bool,
    /// Close every connection without an answer for so long, in milliseconds; 0 ends it.
    pub(super) unreachable_ms: Option<u32>,
    /// Take permissions away.
    pub(super) remove_permissions: Vec<String>,
    /// Give permissions back.
    pub(super) restore_permissions: Vec<String>,
    /// Whose permissions: a role's name, or the id of a client or a user. Absent: every role's.
    pub(super) whose: Option<String>,
    /// Allow so many requests a minute from now on.
    pub(super) rate_limit: Option<u32>,
    /// Let every token that was issued so far run out now.
    pub(super) expire_tokens: bool,
    /// Make every token that was issued so far useless.
    pub(super) revoke_tokens: bool,
    /// Make analytics so late from now on, in milliseconds.
    pub(super) analytics_lag_ms: Option<u32>,
}

/// A status that a final answer can have.
fn sendable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    let status = u16::deserialize(deserializer)?;
    if (200..600).contains(&status) {
        Ok(Some(status))
    } else {
        Err(D::Error::custom(format!(
            "{status} is no status of an answer; use 200 to 599"
        )))
    }
}

impl FaultOrders {
    /// The faults in a TOML file: `[[fault]]` tables, as in a scenario.
    pub fn from_file(path: &Path) -> Result<Self, ScenarioError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|cause| ScenarioError::Unreadable {
            file: file.clone(),
            cause,
        })?;
        toml::from_str(&text).map_err(|cause| located(&cause, &text, &file))
    }
}

impl Fault {
    fn matches(&self, subject: Subject<'_>) -> bool {
        let conversation = self.conversation.as_deref().is_none_or(|wanted| {
            subject
                .conversation
                .is_some_and(|(id, label)| id == wanted || label == Some(wanted))
        });
        conversation
            && self
                .method
                .as_deref()
                .is_none_or(|one| one.eq_ignore_ascii_case(subject.method))
            && self
                .path
                .as_deref()
                .is_none_or(|part| subject.path.contains(part))
            && self.step.is_none_or(|step| Some(step) == subject.step)
    }

    /// The conversation it is aimed at, by id or label.
    pub(super) fn target(&self) -> Option<&str> {
        self.conversation.as_deref()
    }

    fn when(&self) -> When {
        let spoils = self.status.is_some() || self.hold || self.drop;
        let only_late = self.delay_ms.is_some() && !spoils;
        let usual = if only_late || self.apply_late_ms.is_some() {
            When::After
        } else {
            When::Before
        };
        self.when.unwrap_or(usual)
    }

    /// Counts a request, and says whether it is hit.
    fn strikes(&mut self, subject: Subject<'_>) -> bool {
        if !self.matches(subject) {
            return false;
        }
        self.seen = self.seen.saturating_add(1);
        let first = self.nth.unwrap_or(1).max(1);
        let last = match self.times.unwrap_or(1) {
            0 => u32::MAX,
            times => first.saturating_add(times - 1),
        };
        (first..=last).contains(&self.seen)
    }
}

/// Looks a request up. Each matching fault counts it; the first that strikes decides.
pub(super) fn strike(faults: &mut [Fault], subject: Subject<'_>) -> Option<Trouble> {
    let mut decided = None;
    for fault in faults {
        if fault.strikes(subject) && decided.is_none() {
            let retry_after = fault.retry_after.as_ref().map(|value| match value {
                RetryAfter::Seconds(seconds) => seconds.to_string(),
                RetryAfter::Text(text) => text.clone(),
            });
            decided = Some(Trouble {
                when: fault.when(),
                status: fault
                    .status
                    .map(|status| (status, fault.code.clone(), retry_after)),
                delay_ms: fault.delay_ms.unwrap_or(0),
                hold: fault.hold,
                drop: fault.drop,
                accepted_but_open: fault.accepted_but_open,
                apply_late_ms: fault.apply_late_ms,
                event: fault.event.map(|event| (event, fault.event_after_ms)),
            });
        }
    }
    decided
}
