//! What the console is told at its start.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::NewLimits;
use super::configured::Configured;
use super::planning::recipes::Recipes;
use crate::domain::plan::Scope;

/// The profile in the console's terms.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is told to the console by itself"
)]
pub struct AppSettings {
    /// Whose plans are made here; its `profile` is part of every phrase.
    pub scope: Scope,
    /// The profile's label: PROD, STAGE, TEST, SANDBOX.
    pub label: String,
    /// Where it is, in words: a region, a host, `built in`.
    pub place: String,
    /// The API's address, as requests begin with it.
    pub api_url: String,
    /// The folder that exports go into, for words on the screen.
    pub exports: String,
    /// The ways that a copied text goes, for words on the screen.
    pub clipboard: String,
    /// Conversations can be ended; without it the reason answers `x`.
    pub writes: bool,
    /// Why they cannot although the profile may: in few words, what is wrong with the journal.
    pub no_writes: Option<String>,
    /// It was started with `--read-only`: whatever the profile says, nothing is ended until the next start.
    pub is_started_read_only: bool,
    /// Chats in one plan, at most.
    pub max_batch: usize,
    /// Chats at a time in a run.
    pub max_parallel: usize,
    /// Requests a minute that this program allows itself.
    pub per_minute: u32,
    /// A plan needs a note before it can be confirmed.
    pub require_note: bool,
    /// The wrap-up code of the profile.
    pub wrap_up: Option<WrapUpCode>,
    /// The recipes that plans can take here.
    pub recipes: Recipes,
    /// What a reload of the configuration may change.
    pub configured: Configured,
    /// Names and texts are masked from the start.
    pub privacy: bool,
    /// The zone in which clock times are shown and filters are read.
    pub zone: TimeZone,
    /// When the console was started.
    pub started: Timestamp,
}

/// A wrap-up code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapUpCode {
    /// Its id: what is sent.
    pub id: String,
    /// Its name: what is shown; the id where no name is known.
    pub name: String,
}

impl AppSettings {
    /// The limits in force.
    pub fn limits(&self) -> NewLimits {
        NewLimits {
            max_batch: self.max_batch,
            require_note: self.require_note,
            recent_reply: self.configured.recent_reply,
            writes: self.writes,
        }
    }
}
