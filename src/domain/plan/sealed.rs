//! The hash under which a plan is frozen, and a policy too: of everything in it, in one form.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Plan;
use crate::domain::evidence::hex;

/// SHA-256 in hex of a value as compact JSON with sorted keys, without the key `hash`.
pub(in crate::domain) fn sealed(value: &impl Serialize) -> String {
    let mut value = serde_json::to_value(value).unwrap_or_default();
    if let Some(object) = value.as_object_mut() {
        object.remove("hash");
    }
    // `serde_json::Value` keeps its keys sorted at every level, which is the form that is hashed.
    hex(&Sha256::digest(value.to_string().as_bytes()))
}

impl Plan {
    /// The hash that the plan's contents have now.
    pub fn computed_hash(&self) -> String {
        sealed(self)
    }

    /// The plan as the one of a sweep that carries this policy out, by its hash.
    #[must_use]
    pub fn of_sweep(mut self, policy: &str) -> Self {
        self.sweep = Some(policy.to_owned());
        self.hash = self.computed_hash();
        self
    }
}
