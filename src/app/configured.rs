//! What the configuration says that the console goes by: what a reload of its file may change, and keys and looks of the list.

use std::sync::Arc;

use jiff::SignedDuration;

use super::action::keymap::Keymap;
use super::chats::{Column, Sort, View};
use super::lookout::profiles::KnownProfile;
use super::manners::Manners;
use crate::domain::diagnosis::Thresholds;
use crate::domain::rules::Rules;

/// What the console goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    /// The operator's rules and guards.
    pub rules: Option<Arc<Rules>>,
    /// A reply younger than this is counted aloud in plan and confirmation.
    pub recent_reply: SignedDuration,
    /// The figures that kinds are told by.
    pub thresholds: Thresholds,
    /// Which key does what.
    pub keys: Keymap,
    /// Views of the operator's own, behind the built-in ones.
    pub views: Vec<View>,
    /// How the list is sorted at the start.
    pub sort: Sort,
    /// The columns of the list; none are those that the room allows.
    pub columns: Vec<Column>,
    /// How it behaves in its terminal.
    pub manners: Manners,
    /// The profiles there are, the built-in one last: to look at.
    pub profiles: Vec<KnownProfile>,
    /// The file that was read, or would be.
    pub file: Option<String>,
    /// The file is not the usual one: a flag named it, and whoever opens a profile of it must, too.
    pub is_named: bool,
}

impl Default for Configured {
    fn default() -> Self {
        Self {
            rules: None,
            recent_reply: SignedDuration::from_mins(30),
            thresholds: Thresholds::default(),
            keys: Keymap::default(),
            views: Vec::new(),
            sort: Sort::default(),
            columns: Vec::new(),
            manners: Manners::default(),
            profiles: Vec::new(),
            file: None,
            is_named: false,
        }
    }
}
