//! The chain: each entry's hash covers the entry before, so that a changed, removed or inserted one shows. Plain SHA-256: it makes
//! tampering evident to whoever kept an earlier hash, and accidents evident to everybody.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::domain::evidence::hex;

/// What the first run of a journal is chained to.
pub(super) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The form that is stored and hashed: compact JSON, keys sorted at every level.
pub(super) fn canonical(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_value(value).map(|value| value.to_string())
}

/// The hash of an entry that follows `previous`.
pub(super) fn link(previous: &str, entry: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(previous.as_bytes());
    hash.update(entry.as_bytes());
    hex(&hash.finalize())
}
