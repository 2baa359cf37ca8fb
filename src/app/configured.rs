//! What the configuration says and a reload of its file may change while the console is open.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::domain::diagnosis::Thresholds;
use crate::domain::rules::Rules;

/// The part of the configuration that is not fixed at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    /// The operator's rules and guards.
    pub rules: Option<Arc<Rules>>,
    /// A reply younger than this is counted aloud in plan and confirmation.
    pub recent_reply: SignedDuration,
    /// The figures that kinds are told by.
    pub thresholds: Thresholds,
}

impl Default for Configured {
    fn default() -> Self {
        Self {
            rules: None,
            recent_reply: SignedDuration::from_mins(30),
            thresholds: Thresholds::default(),
        }
    }
}
