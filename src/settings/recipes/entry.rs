//! A recipe as it is written. What the words mean, and whether they fit together, is in `sense.rs`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::recipe::{By, Dialect, Each, Means, Until};

/// A file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecipeFile {
    /// One line: what it does.
    pub(super) title: String,
    /// The forum thread it is from.
    pub(super) thread: Option<u8>,
    /// What is claimed of it.
    pub(super) claim: String,
    /// The permission or scope that is named for it.
    pub(super) access: String,
    /// What it is worth, and what to do instead.
    pub(super) verdict: String,
    /// Which service answers it.
    pub(super) dialect: Dialect,
    /// The host that it insists on.
    pub(super) host: Option<String>,
    #[serde(rename = "step")]
    pub(super) steps: Vec<StepEntry>,
}

/// `[[step]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepEntry {
    pub(super) name: String,
    pub(super) does: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: Option<toml::Value>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default, rename = "for")]
    pub(super) each: Each,
    pub(super) accepted: Vec<u16>,
    pub(super) then: Option<String>,
    pub(super) wait: Option<WaitEntry>,
    pub(super) retry: Option<RetryEntry>,
    #[serde(default)]
    pub(super) optional: bool,
    #[serde(default, rename = "refusal")]
    pub(super) refusals: Vec<RefusalEntry>,
    pub(super) published: PublishedEntry,
}

/// `wait = { until = "leg-closed", by = "event", at_most = "15s" }`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WaitEntry {
    pub(super) until: Until,
    pub(super) by: By,
    pub(super) at_most: String,
}

/// `retry = { times = 4, base = "250ms", at_most = "8s" }`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RetryEntry {
    pub(super) times: u8,
    pub(super) base: String,
    pub(super) at_most: String,
}

/// `[[step.refusal]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefusalEntry {
    pub(super) status: u16,
    pub(super) says: Option<String>,
    pub(super) means: Means,
}

/// `published = { operations = ["PATCH /api/v2/…"], note = "…" }`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PublishedEntry {
    pub(super) operations: Vec<String>,
    pub(super) note: String,
}
