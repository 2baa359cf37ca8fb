//! One rule, as it is written.

use super::body::BodyLike;
use super::orders::FaultOrders;
use crate::sandbox::world::happening::Happening;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// One fault. Its fields are told in `faults.rs`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a field of its own in a file"
)]
pub struct Fault {
    pub(super) method: Option<String>,
    pub(super) path: Option<String>,
    pub(super) step: Option<Step>,
    pub(super) conversation: Option<String>,
    pub(super) nth: Option<u32>,
    pub(super) times: Option<u32>,
    pub(super) per_conversation: bool,
    pub(super) probability: Option<f64>,
    pub(super) seed: Option<u64>,

    pub(super) when: Option<When>,
    #[serde(deserialize_with = "sendable")]
    pub(super) status: Option<u16>,
    pub(super) code: Option<String>,
    pub(super) retry_after: Option<RetryAfter>,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) body_like: Option<BodyLike>,
    pub(super) redirect: Option<u16>,
    pub(super) location: Option<String>,
    pub(super) delay_ms: Option<u32>,
    pub(super) hold: bool,
    pub(super) hold_after: Option<u32>,
    pub(super) drop: bool,
    pub(super) reset: bool,
    pub(super) truncate_after: Option<u32>,
    pub(super) drip_ms: Option<u32>,
    pub(super) accepted_but_open: bool,
    pub(super) apply_late_ms: Option<u32>,
    pub(super) stale_ms: Option<u32>,
    pub(super) page_drift: Option<i32>,
    pub(super) event: Option<Happening>,
    pub(super) event_after_ms: Option<u32>,
    pub(super) then: Option<Box<FaultOrders>>,
}

/// `Retry-After` as a number, or as something that is none.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum RetryAfter {
    Seconds(u64),
    Text(String),
}

/// When the trouble comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum When {
    /// Nothing of the request is applied yet.
    #[default]
    Before,
    /// The request is applied, only its answer suffers.
    After,
}

/// What a request is for, as the words of plans and boards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Step {
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

impl Fault {
    /// The conversation it is aimed at, by id or label.
    pub(in crate::sandbox) fn target(&self) -> Option<&str> {
        self.conversation.as_deref()
    }

    /// What is ordered when it strikes.
    pub(in crate::sandbox) fn orders(&self) -> Option<&FaultOrders> {
        self.then.as_deref()
    }

    /// Whether it shows the past, for which the past must be kept.
    pub(in crate::sandbox) fn is_stale(&self) -> bool {
        self.stale_ms.is_some()
    }
}
